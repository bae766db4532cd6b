"""What an audit found: which figures of a document don't hold, which do, which can't be checked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from buylink.models.audit import HOLDS, OPEN, WRONG, Audit, Claim, Verdict
from buylink.reports import money
from buylink.reports.document import (
    Block,
    Document,
    Fold,
    Heading,
    Headline,
    Item,
    Items,
    Json,
    Only,
    Paragraph,
    Span,
    Table,
    rows,
    texts,
)

VERSION: Final = 1
HEADINGS: Final[dict[Verdict, str]] = {
    WRONG: "does not hold",
    HOLDS: "holds",
    OPEN: "can't be checked",
}
KEYS: Final[dict[Verdict, str]] = {
    HOLDS: "holds",
    WRONG: "doesNotHold",
    OPEN: "cannotBeChecked",
}
NAMED: Final = 3
"""Lines that are named of those a claim rests on."""


def document(audit: Audit) -> Document:
    """Every claim, those that don't hold first, each with its arithmetic."""
    wrong = len(audit.wrong)
    return Document(
        id="audit",
        title=audit.title,
        topic="What of its figures holds",
        headlines=(
            Headline(
                name="claims that don't hold",
                figure=f"{wrong}",
                about=f"of {len(audit.claims)}; {len(audit.holding)} hold",
                good=wrong == 0,
            ),
        ),
        blocks=(Only("screen", tuple(_screen(audit))), Only("page", tuple(_page(audit)))),
        data={"version": VERSION, **_data(audit)},
    )


def summary(audit: Audit) -> str:
    """`214 claims: 27 don't hold, 77 hold, 110 can't be checked`."""
    wrong, holding = len(audit.wrong), len(audit.holding)
    return (
        f"{len(audit.claims)} claims: {wrong} {'does' if wrong == 1 else 'do'} not hold, {holding}"
        f" {'holds' if holding == 1 else 'hold'}, {len(audit.open)} can't be checked"
    )


def basis(audit: Audit) -> str:
    """Of which document and which prices."""
    of = f"{audit.document}; " if audit.document else ""
    return (
        f"{of}list prices of {audit.region}, {audit.prices_as_of}, on demand and before discounts"
    )


def claims(audit: Audit, verdict: Verdict) -> Table:
    """The claims of a verdict."""
    cells = [
        (
            str(claim.line or ""),
            claim.name,
            claim.stated,
            claim.rule,
            _arithmetic(claim, _grounds(audit, claim)),
        )
        for claim in audit.of(verdict)
    ]
    columns = texts("line", "of", "says", "rule", "what follows")
    return Table(HEADINGS[verdict], columns, rows(cells))


def _screen(audit: Audit) -> Iterable[Block]:
    yield Paragraph(Span(audit.title, "strong"))
    yield Items.of(basis(audit), summary(audit))
    for verdict, heading in HEADINGS.items():
        if claims_of := audit.of(verdict):
            yield Heading(f"{heading} ({len(claims_of)})")
            yield Items(tuple(_item(audit, claim) for claim in claims_of))
    if tolerances := _tolerances(audit):
        yield Heading("tolerances")
        yield Items.of(*(f"{rule}: {tolerance}" for rule, tolerance in tolerances))


def _item(audit: Audit, claim: Claim) -> Item:
    line = f"line {claim.line}" if claim.line else "elsewhere"
    rule = f" ({claim.rule})" if claim.rule else ""
    arithmetic = _arithmetic(claim, _grounds(audit, claim))
    return Item(f"{line}  {claim.name}: {claim.stated}{rule}", (arithmetic,))


def _page(audit: Audit) -> Iterable[Block]:
    yield Paragraph(f"{summary(audit)}.")
    for verdict, heading in HEADINGS.items():
        table = claims(audit, verdict)
        if table.rows:
            yield table if verdict == WRONG else Fold(heading, (table,))
    if tolerances := _tolerances(audit):
        table = Table("tolerances", texts("rule", "holds when"), rows(tolerances))
        yield Fold("tolerances", (table,))
    yield Paragraph(basis(audit))


def _arithmetic(claim: Claim, grounds: str) -> str:
    """The arithmetic, how the document was read, and what it rests on; or why there is none."""
    parts = [claim.arithmetic, claim.reason, claim.reading]
    if grounds and claim.verdict == HOLDS:
        parts.append(grounds)
    return "; ".join(part for part in parts if part)


def _grounds(audit: Audit, claim: Claim) -> str:
    """Which lines that don't hold it rests on."""
    lines = sorted(
        {
            wrong.line
            for wrong in audit.wrong
            if wrong.figure in claim.rests_on and wrong.line is not None
        }
    )
    if not lines:
        return ""
    named = ", ".join(str(line) for line in lines[:NAMED])
    more = len(lines) - NAMED
    ends = f" and {more} more" if more > 0 else ""
    one = len(lines) == 1
    return (
        f"rests on line{'' if one else 's'} {named}{ends}, which {'does' if one else 'do'} not hold"
    )


def _tolerances(audit: Audit) -> list[tuple[str, str]]:
    """Each rule that was applied, and what it forgives."""
    return sorted({(claim.rule, claim.tolerance) for claim in audit.claims if claim.tolerance})


def _data(audit: Audit) -> Json:
    """AUDIT, described in docs/reference/json.md; what has no bound is null."""
    return {
        "model": audit.model,
        "title": audit.title,
        "document": audit.document,
        "prices": {"asOf": audit.prices_as_of, "region": audit.region},
        "counts": {key: len(audit.of(verdict)) for verdict, key in KEYS.items()},
        "claims": [_claim_data(claim) for claim in audit.claims],
    }


def _claim_data(claim: Claim) -> Json:
    bounds = {"low": _bound(claim.low), "high": _bound(claim.high)}
    return {
        "figure": claim.figure,
        "name": claim.name,
        "line": claim.line,
        "quote": claim.quote,
        "stated": claim.stated,
        "unit": claim.unit,
        "rule": claim.rule or None,
        "verdict": KEYS[claim.verdict],
        "derived": bounds if claim.derived else None,
        "arithmetic": claim.arithmetic,
        "tolerance": claim.tolerance,
        "reading": claim.reading,
        "reason": claim.reason,
        "restsOn": list(claim.rests_on),
    }


def _bound(number: Decimal | None) -> str | None:
    if number is None or not number.is_finite():
        return None
    return money.decimal_data(number.normalize())
