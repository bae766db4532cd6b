"""What docs/models.md and docs/audit.md say of the rules, and of the two documents."""

from __future__ import annotations

from buylink.planning.audit.audit import audit
from buylink.planning.audit.result import HOLDS, OPEN, WRONG
from buylink.planning.models.loading import load
from buylink.planning.models.rules import RULES, TOLERANCES
from buylink.reports.audit import claims, summary
from buylink.reports.render import markdown
from tests.docs.made_parts import table
from tests.planning.models.declared import OWN


def rules() -> str:
    """Each rule, its formula, and what it forgives."""
    letters = "abc"
    rows = [
        (
            f"`{rule.name}`",
            rule.about,
            (
                rule.many.join(["a", "b", "..."]) if rule.many else rule.formula.format(*letters)
            ).replace("*", "\\*"),
            TOLERANCES[rule.tolerance],
        )
        for rule in RULES.values()
    ]
    return table(("rule", "it is", "formula", "holds when"), *rows, figures=())


def findings(name: str) -> str:
    """What the audit of a document finds: what is wrong, what is right, what is open."""
    found = audit(load(OWN[name]))
    lines = [f"{summary(found)}.", "", "Does not hold:", ""]
    lines += [*markdown.table(claims(found, WRONG)), "", "Holds:", ""]
    lines += markdown.table(claims(found, HOLDS))
    lines += ["", "<details><summary>Can't be checked</summary>", ""]
    lines += [*markdown.table(claims(found, OPEN)), "", "</details>"]
    return "\n".join(lines) + "\n"
