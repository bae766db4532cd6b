"""An audit for people."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from buylink.models.audit import Audit, Claim
from buylink.reports import audit_wording as wording
from buylink.reports.trimmed import trimmed
from buylink.reports.wording import printable


def show(found: Audit, console: Console) -> None:
    """What doesn't hold, what holds, and what can't be checked, each with its arithmetic."""
    with trimmed(console):
        console.print(Text(printable(found.title), style="bold"))
        console.print(Padding(Text(wording.basis(found)), (0, 0, 0, 2)))
        console.print(Padding(Text(wording.summary(found)), (0, 0, 0, 2)))
        for verdict, heading in wording.HEADINGS.items():
            claims = found.of(verdict)
            if claims:
                console.print()
                console.print(Text(f"{heading} ({len(claims)})", style="bold"))
            for claim in claims:
                _show(found, claim, console)
        if rules := list(wording.tolerances(found)):
            console.print()
            console.print(Text("tolerances", style="bold"))
        for rule, tolerance in rules:
            console.print(Padding(Text(f"{rule}: {tolerance}"), (0, 0, 0, 4)))


def _show(found: Audit, claim: Claim, console: Console) -> None:
    rule = f" ({claim.rule})" if claim.rule else ""
    head = f"{wording.place(claim)}  {claim.name}: {claim.stated}{rule}"
    console.print(Padding(Text(printable(head)), (0, 0, 0, 2)))
    told = wording.follows(claim, grounds=wording.grounds(found, claim))
    console.print(Padding(Text(printable(told)), (0, 0, 0, 6)))
