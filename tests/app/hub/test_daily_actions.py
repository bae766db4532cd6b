"""Actions of a day, counted for all tasks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.hub import keys
from app.hub.table import HubTable
from app.hub.times import epoch
from app.hub.web.limits import count_action
from tests.app.hub.samples import NOON


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
