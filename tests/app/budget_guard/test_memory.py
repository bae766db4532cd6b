"""Two writers at once: the guard's state and its records are written by version."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.budget_guard.memory import BusyError, LostError, Memory
from app.budget_guard.mode import Mode
from app.budget_guard.reconcile import Record
from app.budget_guard.state import GuardState, StateError, StateTable
from app.hub.table import HubTable
from dev.hub.aws import AwsServer
from tests.app.budget_guard.aws_proxy import Answer, AwsProxy, PassOn
from tests.app.budget_guard.aws_stack import AwsStack, Target
from tests.app.budget_guard.budget_messages import HOUR, NOVEMBER
from tests.app.budget_guard.guard_process import GuardProcess

MONTH = "2026-11"


def state_of(stack: AwsStack, proxy: AwsProxy | None = None) -> StateTable:
    client = (stack.aws if proxy is None else proxy).client("dynamodb")
    return StateTable(HubTable(client, stack.table), stack.name)


def memory_of(stack: AwsStack) -> Memory:
    return Memory(HubTable(stack.aws.client("dynamodb"), stack.table), stack.name)


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_writers_the_later_decides_again_from_what_the_first_wrote(
    stack: AwsStack, proxy: AwsProxy, *, is_first: bool
) -> None:
    if not is_first:
        state_of(stack).change(MONTH, lambda state: state.with_limit(Decimal(300)))
    others: list[GuardState] = []

    def overtaken(_: object, pass_on: PassOn) -> Answer:
        if not others:
            others.append(
                state_of(stack).change(MONTH, lambda state: state.set_manually(Mode.STOPPED))
            )
        return pass_on()

    proxy.rules["UpdateItem"] = overtaken
    written = state_of(stack, proxy).change(
        MONTH, lambda state: state.with_spending(MONTH, Decimal(10))
    )
    assert (written.manual_mode, written.spent) == (Mode.STOPPED, Decimal(10))
    assert written.version == others[0].version + 1
    assert state_of(stack).read(MONTH) == written


def test_who_is_overtaken_again_and_again_gives_up_and_says_so(
    stack: AwsStack, proxy: AwsProxy
) -> None:
    def overtaken(_: object, pass_on: PassOn) -> Answer:
        state_of(stack).change(MONTH, lambda state: state.with_limit(state.limit + 1))
        return pass_on()

    proxy.rules["UpdateItem"] = overtaken
    with pytest.raises(StateError, match="got another writer's version 5 times"):
        state_of(stack, proxy).change(MONTH, lambda state: state.set_manually(Mode.STOPPED))
    assert state_of(stack).read(MONTH).manual_mode is Mode.NORMAL


def test_records_that_another_run_wrote_meanwhile_are_not_written_over(stack: AwsStack) -> None:
    record = {"service:a/b": Record({"desired": 3}, {"desired": [0]})}
    slow, quick = memory_of(stack), memory_of(stack)
    slow.load()
    quick.load()
    quick.save(record)
    with pytest.raises(LostError, match="Nothing is lost; reconcile again"):
        slow.save({})
    with pytest.raises(LostError):
        slow.note(mode="stopped")
    assert memory_of(stack).load() == record


def test_one_run_is_at_work_until_it_ends_or_its_time_is_over(stack: AwsStack) -> None:
    ends = NOVEMBER + timedelta(minutes=5)
    first, second, third = (memory_of(stack) for _ in range(3))
    first.begin(NOVEMBER, ends)
    with pytest.raises(BusyError, match="got another run"):
        second.begin(NOVEMBER, ends)
    first.end()
    second.begin(NOVEMBER, ends)
    third.begin(NOVEMBER + HOUR, ends + HOUR)
    second.end()  # It was taken for dead: what is the third's is not its to end.
    with pytest.raises(BusyError):
        first.begin(NOVEMBER + HOUR, ends + HOUR)


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
    for number, service in enumerate(services):
        name = stack.add_service(
            "worker" if number == 0 else f"n{number}",
            desired=service.desired,
            target=service.target,
            cluster=service.cluster,
            stack=None if service.is_ours else FOREIGN,
        )
        if not service.is_ours:
            foreign.add(name)
    before, neighbours = stack.snapshot(), of(stack, foreign)
    for mode in modes:
        stack.set_budget(LIMITS[mode], SPENT)
        assert guard_process.reconcile(stack, NOVEMBER)
        assert of(stack, foreign) == neighbours
        if mode == "stopped":
            running = {
                name: count for name, count in stack.desired().items() if name not in foreign
            }
            assert set(running.values()) <= {0}
    stack.set_budget(LIMITS["normal"], SPENT)
    assert guard_process.reconcile(stack, NOVEMBER)
    assert stack.snapshot() == before
    assert stack.guard().status()[1] == []


def of(stack: AwsStack, names: set[str]) -> dict[str, object]:
    """What AWS says of some services."""
    counts, bounds = stack.desired(), stack.targets()
    return {name: (counts[name], bounds.get(name)) for name in names}
