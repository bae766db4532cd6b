"""A preview for people, in a terminal or in a log."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from buylink.graph import STACK_TYPE, Graph, Resource
from buylink.preview.result import StackPreview, Violation
from buylink.reports import wording
from buylink.reports.trimmed import trimmed

STYLES = {"passed": "bold green", "refused": "bold red", "failed": "bold red"}


def show(preview: StackPreview, cost: str, console: Console) -> None:
    """Writes one stack: its tree, what the policies say, what it costs, and the verdict."""
    with trimmed(console):
        _show(preview, cost, console)


def _show(preview: StackPreview, cost: str, console: Console) -> None:
    if preview.output.strip():
        console.print(f"{preview.stack}: the program printed:", markup=False)
        console.print(_indented(Text(preview.output.rstrip())))
    for warning in preview.warnings:
        console.print(Text(f"{preview.stack}: warning: {warning}"))
    if preview.error is None:
        console.print(resource_tree(preview.graph), soft_wrap=False)
    else:
        console.print(Text(preview.stack, style="bold"))
        console.print(_indented(Text(preview.error)))
    if preview.policies:
        console.print(_indented(_facts(preview)))
    for violation in (*preview.violations, *preview.undecided):
        console.print(_indented(_violation(preview, violation)))
        if violation.url:  # in one piece, however long, so that it can be followed
            link = Text(f"    see    {violation.url}")
            console.print(link, crop=False, no_wrap=True, overflow="ignore")
    if cost:
        console.print(_indented(Text(f"costs     {cost}")))
    console.print(
        Text.assemble("  verdict   ", (wording.verdict_line(preview), STYLES[preview.verdict]))
    )
    console.print()


def resource_tree(graph: Graph) -> Tree:
    """The components, each with the resources it makes, counted by type."""
    resources = wording.managed(graph)
    components = [resource for resource in graph if not resource.custom]
    tree = Tree(
        Text.assemble(
            (graph.stack, "bold"),
            f"  {wording.counted(len(resources), 'resource')} in "
            f"{wording.counted(len(components) - 1, 'component')}",
        )
    )
    for root in graph.of_type(STACK_TYPE):
        _grow(tree, graph, root)
    return tree


def _facts(preview: StackPreview) -> RenderableType:
    return Group(
        Text(f"policies  {wording.policies_line(preview)}"),
        Text(f"answered  {wording.invokes_line(preview)}"),
    )


def _indented(content: RenderableType) -> Padding:
    return Padding(content, (0, 0, 0, 2), expand=False)


def _grow(tree: Tree, graph: Graph, component: Resource) -> None:
    own = [child for child in graph.children(component.urn) if child.custom]
    if own:
        tree.add(Text(wording.type_counts(own)))
    for child in graph.children(component.urn):
        if child.custom:
            continue
        made = _descendants(graph, child)
        label = Text.assemble(
            (wording.short_type(child.type), "bold"),
            f" {wording.printable(child.name)}  ",
            (wording.counted(made, "resource") if made else "made by its plugin", "dim"),
        )
        _grow(tree.add(label), graph, child)


def _descendants(graph: Graph, component: Resource) -> int:
    children = graph.children(component.urn)
    return sum(1 if child.custom else _descendants(graph, child) for child in children)


def _violation(preview: StackPreview, violation: Violation) -> RenderableType:
    undecided = violation in preview.undecided
    label = f"{violation.level}, undecided" if undecided else violation.level
    style = "bold red" if violation.level == "mandatory" else "bold yellow"
    details = Table.grid(padding=(0, 2))
    details.add_row("on", Text(wording.place(preview.graph, violation.urn)))
    details.add_row("found", Text(violation.message))
    if violation.remediation:
        details.add_row("do", Text(violation.remediation))
    return Group(Text.assemble((violation.policy, style), f"  {label}"), _indented(details))
