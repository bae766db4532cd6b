"""Every case, asked of the rule itself and of the running pack: both must say what is expected."""

from __future__ import annotations

import pytest

from buylink.graph import Graph, Resource
from policies.engine import caps
from policies.engine.rule import Rule, Violation
from policies.rules import RULES
from tests.policies.cases import CASES
from tests.policies.graphs import Case, View, seen
from tests.policies.pack_process import Pack

_RULES = {rule.id: rule for rule in RULES}


def _violations(rule: Rule, resources: tuple[Resource, ...], graph: Graph) -> list[Violation]:
    allowed = caps.for_stack(graph.stack)
    violations: list[Violation] = []
    if rule.on_resource:
        for resource in resources:
            if not rule.types or resource.type in rule.types:
                violations += rule.on_resource(resource, allowed)
    if rule.on_stack:
        violations += rule.on_stack(graph, allowed)
    return violations


@pytest.mark.parametrize(
    ("case", "view"),
    [pytest.param(case, view, id=f"{case.id} ({view})") for case in CASES for view in case.views],
)
def test_rule_and_pack_say_what_the_case_expects(case: Case, view: View, pack: Pack) -> None:
    rule = _RULES[case.policy]
    resources, graph = seen(case, view)
    violations = _violations(rule, resources, graph)

    lines = [
        f"{violation.urn.rsplit('::', 1)[-1]}: {violation.message}" for violation in violations
    ]
    expected = case.expected(view)
    assert len(lines) == len(expected), lines
    for line, part in zip(sorted(lines), sorted(expected), strict=True):
        assert line.startswith(part)

    answer = pack.judge(resources, graph)
    reported = {
        (diagnostic.urn, diagnostic.message)
        for diagnostic in answer.diagnostics
        if diagnostic.policy in rule.names
    }
    assert reported == {
        (violation.urn, f"{rule.description}\n{rule.id}: {violation.message}")
        for violation in violations
    }
    assert [diagnostic for diagnostic in answer.diagnostics if not diagnostic.mandatory] == [], (
        "a policy touched an unknown value and became advisory"
    )
