"""Rates, actions of a day and the queue's depth, and the guard's mode over all of them."""

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from app.hub import keys
from app.hub.environment import SettingsError
from app.hub.mode import GuardMode
from app.hub.table import HubTable
from app.hub.times import epoch
from app.hub.web.access import client_address
from app.hub.web.auth import Principal
from app.hub.web.limits import (
    BURST_SECONDS,
    MOST_CLIENTS,
    Gate,
    Limits,
    QueueDepth,
    Rates,
    SharedCall,
    count_action,
)
from app.hub.web.problems import Problem
from dev.hub.aws import AwsServer, Queue
from tests.app.hub.samples import NOON, Clock

STACK = "buylink-test"
ANNA = Principal(kind="creator", id="canna")


def gate(aws: AwsServer, table: HubTable, limits: Limits, word: str = "normal") -> Gate:
    states = aws.state_table()
    aws.set_mode(states, STACK, word)
    guard = GuardMode(aws.client("dynamodb"), table=states, stack=STACK)
    return Gate(limits, guard, table)


@given(
    st.integers(1, 50),
    st.lists(st.floats(0, 3, allow_nan=False) | st.just(0.0), max_size=200),
)
def test_a_client_never_gets_more_than_its_rate_and_a_burst(
    per_second: int, pauses: list[float]
) -> None:
    clock = Clock()
    rates, taken = Rates(monotonic=clock), 0
    begun = clock.now
    for pause in pauses:
        clock.now += pause
        taken += rates.wait("a", per_second) == 0
        allowed = per_second * (BURST_SECONDS + clock.now - begun)
        assert taken <= math.floor(allowed + 1e-6)


@given(st.integers(1, 50), st.integers(0, 300))
def test_who_waits_as_long_as_told_gets_through(per_second: int, asked: int) -> None:
    clock = Clock()
    rates = Rates(monotonic=clock)
    for _ in range(asked):
        rates.wait("a", per_second)
    seconds = rates.wait("a", per_second)
    assert 0 <= seconds <= 1 / per_second
    clock.now += seconds + 1e-9
    assert not seconds or rates.wait("a", per_second) == 0


def test_clients_have_rates_of_their_own_and_the_longest_silent_is_forgotten() -> None:
    rates = Rates(monotonic=Clock())
    assert [rates.wait("a", 1) for _ in range(3)] == [0, 0, 1]
    assert rates.wait("b", 1) == 0
    for number in range(MOST_CLIENTS):
        rates.wait(str(number), 1)
    assert rates.wait("a", 1) == 0


@given(st.integers(1, 10_000), st.integers(1, 1_000_000), st.integers(1, 1_000_000))
def test_braked_is_a_fifth_and_at_least_one(rate: int, actions: int, queued: int) -> None:
    braked = Limits(
        requests_per_second=rate, actions_per_day=actions, queued_videos=queued
    ).braked()
    assert braked == Limits(
        requests_per_second=max(1, rate // 5),
        actions_per_day=max(1, actions // 5),
        queued_videos=max(1, queued // 5),
    )


def test_requests_that_come_too_fast_are_told_when_to_come_again(
    aws: AwsServer, hub_table: HubTable
) -> None:
    door = gate(aws, hub_table, Limits(requests_per_second=1))
    for _ in range(BURST_SECONDS):
        door.request("a")
    with pytest.raises(Problem) as refused:
        door.request("a")
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "1"})


@pytest.mark.parametrize(("word", "allowed"), [("normal", 10), ("braked", 2), ("stopped", 0)])
def test_actions_of_a_day_are_fewer_braked_and_none_stopped(
    aws: AwsServer, hub_table: HubTable, word: str, allowed: int
) -> None:
    door = gate(aws, hub_table, Limits(actions_per_day=10), word)
    for _ in range(allowed):
        door.action(ANNA)
    with pytest.raises(Problem) as refused:
        door.action(ANNA)
    status, kind = (503, "stopped") if word == "stopped" else (429, "too-many-actions")
    assert (refused.value.status, refused.value.kind) == (status, kind)
    assert refused.value.headers is not None
    assert 0 < int(refused.value.headers["Retry-After"]) <= 86_400


def test_stopped_refuses_writes_of_strangers_too(aws: AwsServer, hub_table: HubTable) -> None:
    gate(aws, hub_table, Limits(), "braked").write()
    with pytest.raises(Problem, match="stopped for its cost"):
        gate(aws, hub_table, Limits(), "stopped").write()


@pytest.mark.parametrize(("word", "most"), [("normal", 5), ("braked", 1)])
def test_a_full_queue_takes_no_more(
    aws: AwsServer, hub_table: HubTable, queue: Queue, word: str, most: int
) -> None:
    door = gate(aws, hub_table, Limits(queued_videos=5), word)
    queue.send_video(*map(str, range(most - 1)))
    door.intake(QueueDepth(aws.client("sqs"), queue.url))
    queue.send_video("last")
    with pytest.raises(Problem) as refused:
        door.intake(QueueDepth(aws.client("sqs"), queue.url))
    assert (refused.value.status, refused.value.kind) == (503, "queue-full")


def test_the_queue_is_asked_at_most_every_ten_seconds(aws: AwsServer, queue: Queue) -> None:
    clock = Clock()
    depth = QueueDepth(aws.client("sqs"), queue.url, monotonic=clock)
    assert depth.current() == 0
    queue.send_video("1")
    clock.now += 10
    assert depth.current() == 0
    clock.now += 0.1
    assert depth.current() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("REQUESTS_PER_SECOND", "0"), ("ACTIONS_PER_DAY", "many"), ("QUEUED_VIDEOS", "1000001")],
)
def test_limits_that_can_not_be_used_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, got .*: .*\. Set "):
        Limits.from_environment({name: value})


def test_a_client_may_act_so_often_in_a_day_and_the_next_day_again(hub_table: HubTable) -> None:
    acted = [count_action(hub_table, "creator:a", most=2, moment=NOON) for _ in range(3)]
    assert acted == [True, True, False]
    assert count_action(hub_table, "creator:b", most=2, moment=NOON)
    assert count_action(hub_table, "creator:a", most=2, moment=NOON + timedelta(hours=12))
    item = hub_table.get(keys.actions("creator:a", "2026-11-25"))
    assert item is not None
    assert (item["count"], item["expiresAt"]) == (2, epoch(NOON + timedelta(days=2)))


def test_of_many_at_once_no_more_than_allowed_act(hub_table: HubTable) -> None:
    with ThreadPoolExecutor(4) as threads:
        acted = list(
            threads.map(
                lambda _: count_action(hub_table, "client:k", most=3, moment=NOON), range(8)
            )
        )
    assert acted.count(True) == 3


def test_a_lower_limit_holds_at_once(hub_table: HubTable) -> None:
    assert [count_action(hub_table, "c", most=5, moment=NOON) for _ in range(3)] == [True] * 3
    assert not count_action(hub_table, "c", most=2, moment=NOON)


AT_ONCE = 8
SLOW_SECONDS = 0.5


class Source:
    """Counts how often it is asked, and takes half a second."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = threading.Event()
        self.error: Exception | None = None

    def __call__(self) -> int:
        self.asked += 1
        self.begun.set()
        time.sleep(SLOW_SECONDS)
        if self.error is not None:
            raise self.error
        return self.asked


def test_who_asks_while_one_asks_gets_the_same_answer_and_later_ones_another() -> None:
    source = Source()
    shared = SharedCall(source)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        first = threads.submit(shared)
        assert source.begun.wait(10)
        others = [threads.submit(shared) for _ in range(AT_ONCE - 1)]
        assert [call.result() for call in (first, *others)] == [1] * AT_ONCE
    assert shared() == 2


def test_an_error_is_shared_too_so_that_none_waits_for_all_before_it() -> None:
    source = Source()
    source.error = ConnectionError("hangs")
    shared = SharedCall(source)
    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        asking = [threads.submit(shared) for _ in range(AT_ONCE)]
        assert all(isinstance(call.exception(), ConnectionError) for call in asking)
    assert time.monotonic() - started < AT_ONCE * SLOW_SECONDS
    source.error = None
    with pytest.raises(ZeroDivisionError):
        SharedCall(lambda: 1 // 0)()
    assert shared() > 1


def address(*forwarded: str, peer: str = "10.0.0.1", proxies: int) -> str:
    headers = [(b"x-forwarded-for", address.encode("latin-1")) for address in forwarded]
    scope = {"type": "http", "headers": headers, "client": (peer, 1)}
    return client_address(HTTPConnection(scope), proxies=proxies)


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ((), 0, "10.0.0.1"),
        (("203.0.113.9",), 0, "10.0.0.1"),
        (("203.0.113.9",), 1, "203.0.113.9"),
        (("198.51.100.1, 203.0.113.9",), 1, "203.0.113.9"),
        (("198.51.100.1, 203.0.113.9", "192.0.2.2"), 2, "203.0.113.9"),
        (("203.0.113.9",), 2, "10.0.0.1"),
        (("2001:db8:1:2:3:4:5:6",), 1, "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.9",), 1, "203.0.113.9"),
        (("<script>",), 1, "unknown"),
    ],
)
def test_only_what_our_own_proxies_say_counts(
    forwarded: tuple[str, ...], proxies: int, expected: str
) -> None:
    assert address(*forwarded, proxies=proxies) == expected


@given(
    st.lists(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"))),
    st.integers(0, 5),
)
def test_any_header_gives_a_short_address(forwarded: list[str], proxies: int) -> None:
    assert 1 <= len(address(*forwarded, proxies=proxies)) <= 64
