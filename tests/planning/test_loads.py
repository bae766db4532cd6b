"""Which loads growth looks at, and what it refuses to."""

from decimal import Decimal

import pytest

from buylink.costs.usage.load import Load, UsageError
from buylink.planning.growth.load_rules import rounded_up
from buylink.planning.growth.loads import STEPS, Asked

DECLARED = Load(users=1000, videos_per_day=500)


def test_by_default_users_grow_then_videos_then_both_together() -> None:
    users, videos, together = Asked().courses(DECLARED)
    assert [it.name for it in (users, videos, together)] == ["users", "videos", "together"]
    assert users.loads == tuple(Load(it, 500) for it in STEPS)
    assert videos.loads == tuple(Load(1000, it) for it in STEPS)
    assert together.loads == tuple(Load(it, it // 2) for it in STEPS)


def test_a_list_is_sorted_and_each_figure_looked_at_once() -> None:
    (users,) = Asked(users="10k, 1_000,100,1k").courses(DECLARED)
    assert [it.users for it in users.loads] == [100, 1000, 10_000]
    both = Asked(users="5", videos="1M").courses(DECLARED)
    assert [it.loads for it in both] == [(Load(5, 500),), (Load(1000, 1_000_000),)]


def test_growth_a_month_multiplies_users_and_videos() -> None:
    (months,) = Asked(rate=Decimal(100), months=3).courses(DECLARED)
    assert months.loads == tuple(Load(1000 * it, 500 * it) for it in (1, 2, 4, 8))
    assert months.months == (0, 1, 2, 3)
    (shrinking,) = Asked(rate=Decimal(-50), months=1).courses(DECLARED)
    assert shrinking.loads[-1] == Load(500, 250)
    (year,) = Asked(rate=Decimal(10)).courses(DECLARED)
    assert len(year.loads) == 13


def test_without_users_or_videos_nothing_grows_together() -> None:
    assert [it.name for it in Asked().courses(Load(0, 500))] == ["users", "videos"]


@pytest.mark.parametrize(
    ("asked", "declared", "told"),
    [
        (Asked(rate=Decimal(-100)), DECLARED, ["--rate: expected more than -100 % a month"]),
        (Asked(rate=Decimal("NaN")), DECLARED, ["--rate: expected more than -100 %"]),
        (Asked(rate=Decimal("1e999999")), DECLARED, ["--rate: expected at most 10,000 %"]),
        (Asked(rate=Decimal(5)), Load(0, 0), ["nothing grows from nothing; give a --load"]),
        (Asked(months=3), DECLARED, ["--months: expected a --rate too"]),
        (Asked(rate=Decimal(5), months=0), DECLARED, ["--months: expected 1 to 120, got 0"]),
        (Asked(rate=Decimal(900), months=99), DECLARED, ["--rate: expected growth to at most"]),
        (Asked(users="0"), DECLARED, ["--users: expected figures from 1", "got '0'"]),
        (Asked(users="-5"), DECLARED, ["got '-5'"]),
        (Asked(users=""), DECLARED, ["got ''"]),
        (Asked(users="1,,2", videos="many"), DECLARED, ["--users: ", "--videos: ", "got 'many'"]),
        (Asked(users="10000000001"), DECLARED, ["to 10,000,000,000"]),
        (Asked(users=",".join(map(str, range(1, 1002)))), DECLARED, ["at most 1000, got 1001"]),
    ],
)
def test_what_makes_no_sense_is_told(asked: Asked, declared: Load, told: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        asked.courses(declared)
    assert [part for part in told if part not in str(error.value)] == []


@pytest.mark.parametrize(
    ("needed", "set_to"),
    [("10.1", 11), ("18.4", 19), ("20", 20), ("20.1", 25), ("96", 100), ("100.5", 110),
     ("1017", 1100), ("18400", 19_000)],
)  # fmt: skip
def test_a_maximum_is_one_that_somebody_would_set(needed: str, set_to: int) -> None:
    assert rounded_up(Decimal(needed)) == set_to
