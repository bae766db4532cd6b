"""What a preview found: each stack's resources, what the policies say, its bill, its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from buylink.costs.estimate import Estimate
from buylink.graph import STACK_TYPE, Graph, Resource, to_json
from buylink.preview.result import StackPreview, Violation
from buylink.reports import phrases
from buylink.reports.costs import cost
from buylink.reports.document import (
    Block,
    Column,
    Content,
    Document,
    Figures,
    Fold,
    Heading,
    Headline,
    Item,
    Items,
    Json,
    Only,
    Paragraph,
    Row,
    Span,
    Table,
    Tone,
    Tree,
    Verbatim,
    rows,
    texts,
)

VERSION: Final = 1
MARKS: Final = {"passed": "✅", "refused": "⛔", "failed": "❌"}
TONES: Final[dict[str, Tone]] = {"passed": "good", "refused": "bad", "failed": "bad"}
VERDICTS: Final = {
    "passed": "passed: nothing refuses this stack",
    "refused": "refused",
    "failed": "failed: there is no verdict",
}


def document(
    previews: Sequence[StackPreview], bills: Mapping[str, Estimate], costs: Mapping[str, str]
) -> Document:
    """`bills` by stack, and `costs`, which say each in a line, or why there is none."""
    return Document(
        id="preview",
        title="Buylink preview",
        topic="What the policies say",
        blocks=(
            *(
                Only("screen", tuple(_screen(preview, costs.get(preview.stack, ""))))
                for preview in previews
            ),
            Only("page", tuple(_page(previews, costs))),
        ),
        data={
            "version": VERSION,
            "stacks": [_data(preview, bills.get(preview.stack)) for preview in previews],
        },
    )


def policies(preview: StackPreview) -> Document:
    """The verdict of one stack, each policy's, and what each violation asks to do."""
    columns = texts("policy", "level", "verdict")
    verdicts = [
        (policy.name, policy.level, _verdict(preview, policy.name)) for policy in preview.policies
    ]
    return Document(
        id="policies",
        title=f"Policies of {preview.stack}",
        topic="What the policies say",
        headlines=(
            Headline(
                name="policies",
                figure=preview.verdict,
                about=policies_line(preview),
                good=preview.verdict == "passed",
            ),
        ),
        blocks=(
            Paragraph(verdict_line(preview)),
            Paragraph(policies_line(preview)),
            *_violations(preview),
            Fold("policies", (Table("policies", columns, rows(verdicts)),)),
        ),
    )


def verdict_line(preview: StackPreview) -> str:
    """One line that says whether the stack may be deployed, and why not."""
    if preview.verdict != "refused":
        return VERDICTS[preview.verdict]
    violated = sum(violation in preview.violations for violation in preview.refusals)
    undecided = len(preview.refusals) - violated
    parts = [phrases.counted(violated, "mandatory violation")] if violated else []
    if undecided:
        policies = phrases.counted(undecided, "mandatory policy", "mandatory policies")
        parts.append(f"{policies} undecided")
    return f"refused: {', '.join(parts)}"


def policies_line(preview: StackPreview) -> str:
    """How many of the pack's policies reached a decision."""
    evaluated = [policy.name for policy in preview.policies if preview.evaluated(policy.name)]
    rest = [policy.name for policy in preview.policies if policy.name not in evaluated]
    line = f"{len(evaluated)} of {len(preview.policies)} evaluated"
    return f"{line}; not: {', '.join(rest)}" if rest else line


def _invokes_line(preview: StackPreview) -> str:
    """The questions to AWS that were answered without it."""
    names = sorted(token.rsplit(":", 1)[-1] for token in preview.invokes)
    return f"{', '.join(names)} (without AWS)" if names else "no questions to AWS"


def _verdict(preview: StackPreview, policy: str) -> str:
    if any(violation.policy == policy for violation in preview.violations):
        return "violated"
    return "passed" if preview.evaluated(policy) else "not evaluated"


def _screen(preview: StackPreview, costs: str) -> Iterable[Block]:
    """Its tree, what the program printed, what the policies say, what it costs, and the verdict."""
    if preview.error is None:
        yield _resource_tree(preview.graph)
    else:
        yield Heading(preview.stack)
        yield Verbatim(preview.error)
    if preview.output.strip():
        yield Paragraph(f"{preview.stack}: the program printed:")
        yield Verbatim(preview.output.rstrip())
    for warning in preview.warnings:
        yield Paragraph(f"{preview.stack}: warning: {warning}")
    for violation in (*preview.violations, *preview.undecided):
        yield from _screen_violation(preview, violation)
    facts: list[tuple[str, Content]] = []
    if preview.policies:
        facts += [("policies", policies_line(preview)), ("answered", _invokes_line(preview))]
    if costs:
        facts.append(("costs", costs))
    facts.append(("verdict", Span(verdict_line(preview), TONES[preview.verdict])))
    yield Figures.of(*facts)


def managed(graph: Graph) -> list[Resource]:
    """The resources that a deployment makes: no components, no providers, not the stack itself."""
    return [resource for resource in graph if resource.custom and not resource.is_provider]


def _resource_tree(graph: Graph) -> Tree:
    """The components, each with the resources it makes, counted by type."""
    components = sum(1 for resource in graph if not resource.custom)
    resources = phrases.counted(len(managed(graph)), "resource")
    label = (
        Span(graph.stack, "strong"),
        f"  {resources} in {phrases.counted(components - 1, 'component')}",
    )
    roots = graph.of_type(STACK_TYPE)
    return Tree(label, tuple(branch for root in roots for branch in _branches(graph, root)))


def _branches(graph: Graph, component: Resource) -> Iterable[Tree]:
    children = graph.children(component.urn)
    if resources := [child for child in children if child.custom]:
        yield Tree(phrases.type_counts(resources))
    for child in children:
        if child.custom:
            continue
        number = _descendants(graph, child)
        label = (
            Span(phrases.short_type(child.type), "strong"),
            f" {child.name}  ",
            Span(phrases.counted(number, "resource") if number else "made by its plugin", "muted"),
        )
        yield Tree(label, tuple(_branches(graph, child)))


def _descendants(graph: Graph, component: Resource) -> int:
    children = graph.children(component.urn)
    return sum(1 if child.custom else _descendants(graph, child) for child in children)


def _screen_violation(preview: StackPreview, violation: Violation) -> Iterable[Block]:
    tone: Tone = "bad" if violation.level == "mandatory" else "warning"
    yield Items.of((Span(violation.policy, tone), f"  {_level(preview, violation)}"))
    facts: list[tuple[str, Content]] = [
        ("on", phrases.place(preview.graph, violation.urn)),
        ("found", violation.message),
    ]
    if violation.remediation:
        facts.append(("do", violation.remediation))
    if violation.url:
        facts.append(("see", Span(violation.url, link=violation.url)))
    yield Figures.of(*facts, level=2)


def _page(previews: Sequence[StackPreview], costs: Mapping[str, str]) -> Iterable[Block]:
    """A table of the stacks; what is wrong; resources, folded."""
    columns = (
        *texts("stack", "verdict", "costs"),
        Column("resources", "figure"),
        Column("policies"),
    )
    stacks = (
        Row(
            (
                preview.stack,
                f"{MARKS[preview.verdict]} {verdict_line(preview)}",
                costs.get(preview.stack, ""),
                str(len(managed(preview.graph))),
                policies_line(preview),
            )
        )
        for preview in previews
    )
    yield Table("the stacks", columns, tuple(stacks))
    for preview in previews:
        findings = tuple(_violations(preview))
        if preview.error is not None or findings:
            yield Heading(preview.stack)
        if preview.error is not None:
            yield Verbatim(preview.error)
        yield from findings
    for preview in previews:
        yield from _resources(preview)


def _violations(preview: StackPreview) -> Iterable[Items]:
    violations = (*preview.violations, *preview.undecided)
    if violations:
        yield Items(tuple(_violation(preview, violation) for violation in violations))


def _violation(preview: StackPreview, violation: Violation) -> Item:
    content = (
        Span(violation.policy, "strong", violation.url),
        f" ({_level(preview, violation)}) on ",
        Span(phrases.place(preview.graph, violation.urn), "code"),
        f": {violation.message}",
    )
    if not violation.remediation:
        return Item(content)
    return Item(content, ((Span("Do:", "strong"), f" {violation.remediation}"),))


def _level(preview: StackPreview, violation: Violation) -> str:
    undecided = violation in preview.undecided
    return f"{violation.level}, undecided" if undecided else violation.level


def _resources(preview: StackPreview) -> Iterable[Block]:
    resources = managed(preview.graph)
    if not resources:
        return
    by_parent: dict[str, list[Resource]] = {}
    for resource in resources:
        parent = phrases.place(preview.graph, resource.parent or "")
        by_parent.setdefault(parent, []).append(resource)
    made = [(parent, phrases.type_counts(members)) for parent, members in by_parent.items()]
    table = Table(f"resources of {preview.stack}", texts("component", "makes"), rows(made))
    yield Fold(f"{preview.stack}: {phrases.counted(len(resources), 'resource')}", (table,))


def _data(preview: StackPreview, bill: Estimate | None) -> Json:
    """A stack of the document in docs/reference/json.md. No secret's value is in it."""
    return {
        "stack": preview.stack,
        "verdict": preview.verdict,
        "error": preview.error,
        "warnings": list(preview.warnings),
        "resources": [_resource_data(resource) for resource in preview.graph],
        "policies": [
            {
                "policy": policy.name,
                "level": policy.level,
                "evaluated": preview.evaluated(policy.name),
            }
            for policy in preview.policies
        ],
        "violations": [_violation_data(violation) for violation in preview.violations],
        "undecided": [_violation_data(violation) for violation in preview.undecided],
        "invokes": [
            {"token": token, "answered": answered} for token, answered in preview.invokes.items()
        ],
        "cost": bill and cost(bill),
    }


def _resource_data(resource: Resource) -> Json:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "parent": resource.parent,
        "inputs": to_json(resource.inputs),
        "dependencies": to_json(resource.dependencies),
        "provider": resource.provider,
        "options": to_json(resource.options),
    }


def _violation_data(violation: Violation) -> Json:
    return {
        "policy": violation.policy,
        "level": violation.level,
        "urn": violation.urn,
        "message": violation.message,
        "remediation": violation.remediation,
        "url": violation.url,
    }
