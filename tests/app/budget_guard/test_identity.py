"""Stopped or braked and restored, by guards in processes of their own, any stack is as it was."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from dev.hub.aws import AwsServer
from tests.app.budget_guard.aws_stack import AwsStack, Target
from tests.app.budget_guard.guard_process import GuardProcess
from tests.app.budget_guard.moments import NOVEMBER

FOREIGN = "buylink-other"
SPENT = "460"
LIMITS = {"normal": "900", "braked": "400", "stopped": "300"}
"""By the mode that they call for. What is spent can't sink within a month."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service as somebody may have set it up, on either cluster, of this stack or another."""

    desired: int
    target: Target | None
    cluster: int
    is_ours: bool


@st.composite
def targets(draw: st.DrawFn) -> Target:
    least = draw(st.integers(0, 4))
    return Target(
        least=least,
        most=draw(st.integers(least, 9)),
        suspended=draw(st.tuples(st.booleans(), st.booleans(), st.booleans())),
    )


SERVICES = st.builds(
    Service,
    desired=st.integers(0, 12),
    target=st.none() | targets(),
    cluster=st.integers(0, 1),
    is_ours=st.booleans(),
)
INSIGHTS = st.sampled_from(["disabled", "enabled", "enhanced"])


@settings(max_examples=15, deadline=None)
@given(
    services=st.lists(SERVICES, max_size=5),
    insights=st.tuples(INSIGHTS, INSIGHTS),
    schedule=st.sampled_from(["ENABLED", "DISABLED"]),
    modes=st.lists(st.sampled_from(sorted(LIMITS)), min_size=1, max_size=3),
)
def test_whatever_stack_and_way_there_restoring_it_is_the_identity(
    aws: AwsServer,
    guard_process: GuardProcess,
    services: list[Service],
    insights: tuple[str, str],
    schedule: str,
    modes: list[str],
) -> None:
    stack = AwsStack(aws, insights)
    stack.set_schedule(schedule)
    foreign: set[str] = set()
    for number, it in enumerate(services):
        name = stack.add_service(
            "worker" if number == 0 else f"n{number}",
            desired=it.desired,
            target=it.target,
            cluster=it.cluster,
            stack=None if it.is_ours else FOREIGN,
        )
        if not it.is_ours:
            foreign.add(name)
    before, neighbours = stack.snapshot(), of(stack, foreign)
    for mode in modes:
        stack.set_budget(LIMITS[mode], SPENT)
        assert guard_process.reconcile(stack, NOVEMBER)
        assert of(stack, foreign) == neighbours
        if mode == "stopped":
            running = {name: it for name, it in stack.desired().items() if name not in foreign}
            assert set(running.values()) <= {0}
    stack.set_budget(LIMITS["normal"], SPENT)
    assert guard_process.reconcile(stack, NOVEMBER)
    assert stack.snapshot() == before
    assert stack.guard().status()[1] == []


def of(stack: AwsStack, names: set[str]) -> dict[str, object]:
    """What AWS says of some services."""
    counts, bounds = stack.desired(), stack.targets()
    return {name: (counts[name], bounds.get(name)) for name in names}
