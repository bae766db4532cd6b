"""When schedules fire."""

from __future__ import annotations

from decimal import Decimal

import pytest

from buylink.aws.schedules import minutes_of_week, runs_in
from buylink.costs.prices.quantity import DAYS_PER_MONTH

DAY = 24 * 60


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("cron(0 8 ? * MON *)", [DAY + 480]),
        ("cron(0 8 ? * 2 *)", [DAY + 480]),
        ("cron(30 0 * * ? *)", [day * DAY + 30 for day in range(7)]),
        ("cron(0 20 ? * MON-FRI *)", [day * DAY + 1200 for day in range(1, 6)]),
        ("cron(0,30 1 ? * SUN,SAT *)", [60, 90, 6 * DAY + 60, 6 * DAY + 90]),
        ("cron(0 0/12 ? * SUN *)", [0, 720]),
        ("cron(0 8-10 ? * SUN *)", [480, 540, 600]),
        ("cron(0 8 1 * ? *)", None),
        ("cron(0 8 * 6 ? *)", None),
        ("cron(0 8 ? * MON#1 *)", None),
        ("cron(61 8 ? * MON *)", None),
        ("cron(0 8 ? * MON-XXX *)", None),
        ("cron(*/0 8 ? * MON *)", None),
        ("at(2026-11-20T13:00:00)", None),
        ("rate(1 day)", None),
    ],
)
def test_a_cron_fires_in_these_minutes_of_a_week(
    expression: str, minutes: list[int] | None
) -> None:
    assert minutes_of_week(expression) == minutes


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(1 hour)", Decimal(730)),
        ("rate(45 minutes)", Decimal(730 * 60) / 45),
        ("cron(0 * * * ? *)", Decimal(730)),
        ("cron(0/15 * * * ? *)", Decimal(730 * 4)),
        ("cron(0 8 ? * MON-FRI *)", Decimal(730) / 24 * 5 / 7),
        ("rate(0 days)", None),
        ("rate(5 weeks)", None),
    ],
)
def test_an_expression_runs_so_often_in_a_month(expression: str, runs: Decimal | None) -> None:
    counted = runs_in(DAYS_PER_MONTH, expression)
    assert (counted is None) == (runs is None)
    assert counted is None or runs is None or abs(counted - runs) < Decimal("1e-20")
