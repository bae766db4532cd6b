"""A preview as markdown that fits a pull-request comment: the verdicts first, details folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from buylink.graph import Graph
from buylink.preview.result import StackPreview, Violation
from buylink.reports import wording
from buylink.reports.markdown import escaped, folded, table

MARKS = {"passed": "✅", "refused": "⛔", "failed": "❌"}


def render(previews: Sequence[StackPreview], costs: Mapping[str, str]) -> str:
    """A table of the stacks, with `costs` by stack; what is wrong; resources, folded."""
    lines = [
        "## Buylink preview",
        "",
        "| stack | verdict | costs | resources | policies |",
        "|---|---|---|---:|---|",
    ]
    for preview in previews:
        verdict = f"{MARKS[preview.verdict]} {wording.verdict_line(preview)}"
        resources = len(wording.managed(preview.graph))
        lines.append(
            f"| {preview.stack} | {verdict} | {costs.get(preview.stack, '')} | {resources} "
            f"| {wording.policies_line(preview)} |"
        )
    for preview in previews:
        lines += _findings(preview)
    for preview in previews:
        lines += _resources(preview)
    return "\n".join(lines) + "\n"


def _findings(preview: StackPreview) -> list[str]:
    lines: list[str] = []
    if preview.error is not None:
        lines += ["", f"### {preview.stack}", "", "```", preview.error, "```"]
    found = (*preview.violations, *preview.undecided)
    if found:
        lines += ["", f"### {preview.stack}", ""]
    for violation in found:
        lines += _violation(preview.graph, violation)
    return lines


def _violation(graph: Graph, violation: Violation) -> list[str]:
    name = f"[{violation.policy}]({violation.url})" if violation.url else violation.policy
    message = escaped(violation.message)
    place = _in_code(wording.place(graph, violation.urn))
    lines = [f"- **{name}** ({violation.level}) on `{place}`: {message}"]
    if violation.remediation:
        lines.append(f"  *Do:* {escaped(violation.remediation)}")
    return lines


def _resources(preview: StackPreview) -> list[str]:
    resources = wording.managed(preview.graph)
    if not resources:
        return []
    parents: dict[str, list[str]] = {}
    for resource in resources:
        owner = escaped(wording.place(preview.graph, resource.parent or ""))
        parents.setdefault(owner, []).append(resource.urn)
    rows = [
        (owner, wording.type_counts(preview.graph.by_urn[urn] for urn in urns))
        for owner, urns in parents.items()
    ]
    summary = f"{preview.stack}: {wording.counted(len(resources), 'resource')}"
    return folded(summary, table(("component", "makes"), rows, figures=0))


def _in_code(text: str) -> str:
    return text.replace("`", "'")
