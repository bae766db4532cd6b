"""Two writers at once: the guard's state and its records are written by version."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.budget_guard.memory import BusyError, LostError, Memory
from app.budget_guard.mode import Mode
from app.budget_guard.reconcile import Record
from app.budget_guard.state import StateError, StateTable
from app.hub.table import HubTable
from tests.app.budget_guard.aws_proxy import Answer, AwsProxy, PassOn
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.moments import HOUR, NOVEMBER

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
        state_of(stack).change(MONTH, lambda it: it.with_limit(Decimal(300)))
    others: list[Any] = []

    def overtaken(_: Any, pass_on: PassOn) -> Answer:
        if not others:
            others.append(state_of(stack).change(MONTH, lambda it: it.set_manually(Mode.STOPPED)))
        return pass_on()

    proxy.rules["UpdateItem"] = overtaken
    written = state_of(stack, proxy).change(MONTH, lambda it: it.with_spending(MONTH, Decimal(10)))
    assert (written.manual_mode, written.spent) == (Mode.STOPPED, Decimal(10))
    assert written.version == others[0].version + 1
    assert state_of(stack).read(MONTH) == written


def test_who_is_overtaken_again_and_again_gives_up_and_says_so(
    stack: AwsStack, proxy: AwsProxy
) -> None:
    def overtaken(_: Any, pass_on: PassOn) -> Answer:
        state_of(stack).change(MONTH, lambda it: it.with_limit(it.limit + 1))
        return pass_on()

    proxy.rules["UpdateItem"] = overtaken
    with pytest.raises(StateError, match="got another writer's version 5 times"):
        state_of(stack, proxy).change(MONTH, lambda it: it.set_manually(Mode.STOPPED))
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
