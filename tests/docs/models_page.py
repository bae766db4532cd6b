"""What docs/models.md and docs/audit.md say of the rules, and of the two documents."""

from __future__ import annotations

from buylink.models.audit import HOLDS, OPEN, WRONG, audit
from buylink.models.loading import load
from buylink.models.rules import RULES, TOLERANCES
from buylink.reports import audit_wording, markdown_audit
from buylink.reports.markdown import folded
from tests.docs.made_parts import table
from tests.models.declared import OWN


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
    lines = [f"{audit_wording.summary(found)}.", "", "Does not hold:", ""]
    lines += [*markdown_audit.claims(found, WRONG), "", "Holds:", ""]
    lines += markdown_audit.claims(found, HOLDS)
    lines += folded("Can't be checked", markdown_audit.claims(found, OPEN))
    return "\n".join(lines) + "\n"
