"""What the policy pack says, in a report."""

from __future__ import annotations

from collections.abc import Iterable

from buylink.preview.result import StackPreview, Violation
from buylink.reports import wording
from buylink.reports.cells import Cells
from buylink.reports.html.section import Headline, Section


def section(preview: StackPreview) -> Section:
    """The verdict, each policy's, and what was found with what to do."""
    told = (
        *_rows(preview, preview.violations, ""),
        *_rows(preview, preview.undecided, "undecided"),
    )
    found = Cells("violations", ("policy", "level", "on", "found", "do"), tuple(told), 0)
    policies = Cells(
        "policies",
        ("policy", "level", "verdict"),
        tuple((it.name, it.level, _verdict(preview, it.name)) for it in preview.policies),
        0,
    )
    return Section(
        id="policies",
        title="What the policies say",
        lines=(wording.verdict_line(preview), wording.policies_line(preview)),
        tables=(found,) if found.rows else (),
        folded=(policies,),
    )


def headline(preview: StackPreview) -> Headline:
    """The verdict."""
    return Headline(
        name="policies",
        figure=preview.verdict,
        about=wording.policies_line(preview),
        good=preview.verdict == "passed",
    )


def _verdict(preview: StackPreview, policy: str) -> str:
    if any(it.policy == policy for it in preview.violations):
        return "violated"
    return "passed" if preview.evaluated(policy) else "not evaluated"


def _rows(
    preview: StackPreview, found: tuple[Violation, ...], mark: str
) -> Iterable[tuple[str, ...]]:
    for it in found:
        yield (
            it.policy,
            f"{it.level}, {mark}" if mark else it.level,
            wording.place(preview.graph, it.urn),
            wording.printable(" ".join(it.message.split())),
            wording.printable(" ".join(it.remediation.split())),
        )
