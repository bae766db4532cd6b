"""Wording that the text and the markdown of an audit share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from buylink.models.audit import HOLDS, OPEN, WRONG, Audit, Claim, Verdict

HEADINGS: Final[dict[Verdict, str]] = {
    WRONG: "does not hold",
    HOLDS: "holds",
    OPEN: "can't be checked",
}
NAMED: Final = 3
"""Lines that are named of those a claim rests on."""


def summary(found: Audit) -> str:
    """`214 claims: 27 don't hold, 77 hold, 110 can't be checked`."""
    wrong, holding = len(found.wrong), len(found.holding)
    return (
        f"{len(found.claims)} claims: {wrong} {'does' if wrong == 1 else 'do'} not hold, {holding}"
        f" {'holds' if holding == 1 else 'hold'}, {len(found.open)} can't be checked"
    )


def basis(found: Audit) -> str:
    """Of which document and which prices."""
    of = f"{found.document}; " if found.document else ""
    return (
        f"{of}list prices of {found.region}, {found.prices_as_of}, on demand and before discounts"
    )


def place(claim: Claim) -> str:
    return f"line {claim.line}" if claim.line else "elsewhere"


def follows(claim: Claim, *, grounds: str = "") -> str:
    """The arithmetic, how the document was read, and what it rests on; or why there is none."""
    parts = [claim.arithmetic, claim.reason, claim.reading]
    if grounds and claim.verdict == HOLDS:
        parts.append(grounds)
    return "; ".join(part for part in parts if part)


def grounds(found: Audit, claim: Claim) -> str:
    """Which lines that don't hold it rests on."""
    lines = sorted(
        {it.line for it in found.wrong if it.figure in claim.rests_on and it.line is not None}
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


def tolerances(found: Audit) -> Iterable[tuple[str, str]]:
    """Each rule that was applied, and what it forgives."""
    return sorted({(it.rule, it.tolerance) for it in found.claims if it.tolerance})
