"""Wording that the text and the markdown share, so that it changes in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from buylink.costs.difference import Difference
from buylink.costs.estimate import Estimate
from buylink.graph import STACK_TYPE, Graph, Resource
from buylink.preview.result import StackPreview

VERDICTS = {
    "passed": "passed: nothing refuses this stack",
    "refused": "refused",
    "failed": "failed: there is no verdict",
}


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 resource`, `2 resources`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def verdict_line(preview: StackPreview) -> str:
    """One line that says whether the stack may be deployed, and why not."""
    if preview.verdict != "refused":
        return VERDICTS[preview.verdict]
    broken = sum(violation in preview.violations for violation in preview.refusals)
    open_ones = len(preview.refusals) - broken
    parts = [counted(broken, "mandatory violation")] if broken else []
    parts += (
        [f"{counted(open_ones, 'mandatory policy', 'mandatory policies')} undecided"]
        if open_ones
        else []
    )
    return f"refused: {', '.join(parts)}"


def policies_line(preview: StackPreview) -> str:
    """How many of the pack's policies reached a decision."""
    evaluated = [policy.name for policy in preview.policies if preview.evaluated(policy.name)]
    rest = [policy.name for policy in preview.policies if policy.name not in evaluated]
    line = f"{len(evaluated)} of {len(preview.policies)} evaluated"
    return f"{line}; not: {', '.join(rest)}" if rest else line


def invokes_line(preview: StackPreview) -> str:
    """The questions to AWS that were answered without it."""
    names = sorted(token.rsplit(":", 1)[-1] for token in preview.invokes)
    return f"{', '.join(names)} (without AWS)" if names else "no questions to AWS"


def short_type(resource_type: str) -> str:
    """`aws:ec2/vpc:Vpc` is a `Vpc`."""
    return resource_type.rsplit(":", 1)[-1]


def place(graph: Graph, urn: str) -> str:
    """Where a URN is, for people: `Service buylink-prod-ingestion-api`."""
    resource = graph.by_urn.get(urn)
    if resource is None or resource.type == STACK_TYPE:
        return "the stack as a whole"
    return f"{short_type(resource.type)} {printable(resource.name)}"


def printable(text: str) -> str:
    """Text without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def type_counts(resources: Iterable[Resource]) -> str:
    """`4 Subnet, 1 Vpc`, the most frequent first."""
    counts = Counter(short_type(resource.type) for resource in resources)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {name}" for name, number in ordered)


def managed(graph: Graph) -> list[Resource]:
    """The resources that a deployment makes: no components, no providers, not the stack itself."""
    return [resource for resource in graph if resource.custom and not resource.is_provider]


def left_out(estimate: Estimate) -> Iterable[str]:
    """How much of a stack a bill covers, and what of it has no price."""
    coverage = estimate.coverage
    yield (
        f"{counted(coverage.resources, 'resource')}: {coverage.priced} priced, "
        f"{coverage.free} free, {coverage.unpriced} not priced"
    )
    for missing in estimate.unpriced:
        yield f"not priced: {printable(missing.urn.split('::')[-1])}: {missing.reason}"


def reasons(estimate: Estimate) -> Iterable[str]:
    """Why low and high differ, each reason once."""
    doubtful = (it for it in estimate.lines if it.monthly and not it.monthly.is_exact)
    parts = dict.fromkeys(part for it in doubtful for part in it.note.split("; ") if part)
    return (f"a range, as: {part}" for part in parts)


def unchanged(found: Difference) -> str:
    """How many priced resources cost the same."""
    if not found.changes:
        return f"no change: {counted(found.unchanged, 'priced resource')} as before"
    verb = "costs" if found.unchanged == 1 else "cost"
    return f"{counted(found.unchanged, 'priced resource')} {verb} the same"


def left_out_of(found: Difference) -> Iterable[str]:
    """What of either side has no price, and what else must be known."""
    for side, bill in (("before", found.before), ("after", found.after)):
        if missing := bill.coverage.unpriced:
            yield f"{side}: {missing} not priced"
        yield from (f"{side}: {it}" for it in bill.warnings)
    if found.before.region != found.after.region:
        yield f"prices of {found.before.region} before, of {found.after.region} after"


def basis(estimate: Estimate) -> Iterable[str]:
    """Of which prices, and what else the reader must know."""
    oldest, newest = estimate.prices_as_of
    read = f"read {oldest} to {newest}" if newest else "of which nothing here needs one"
    yield f"list prices of {estimate.region}, {read}; no tax, no discounts"
    yield from estimate.warnings
