"""What growth costs, on the real stacks: really planned, really asked of the pack."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from buylink.costs.estimate import Estimate
from buylink.costs.usage.load import Load, UsageError
from buylink.graph import Graph
from buylink.planning.growth.load_rules import limits, rounded_up
from buylink.planning.growth.loads import STEPS, Asked
from buylink.settings.stack_files import read_stack_file, settings_from
from tests.cli.command import PROJECT, buylink
from tests.costs.graphs import resource
from tests.goldens import assert_golden
from tests.planning.results import STACKS, growth_of, growth_outputs, last_point, series_of

GOLDENS = Path(__file__).with_name("goldens")

pytestmark = pytest.mark.xdist_group("planning")


@pytest.mark.parametrize(
    "name", ["growth-dev.txt", "growth-prod.json", "growth-staging.csv", "growth-staging.md"]
)
def test_growth_is_as_its_golden(name: str) -> None:
    stack = name.split("-")[1].split(".", maxsplit=1)[0]
    assert_golden(GOLDENS / name, growth_outputs(stack)[name])


def test_growth_of_dev_has_the_figures_of_its_golden() -> None:
    """As those of prod and staging are in their golden JSON and CSV."""
    assert_golden(GOLDENS / "growth-dev.csv", growth_outputs("dev")["growth-dev.csv"])


@pytest.mark.parametrize("stack", STACKS)
def test_growth_is_monotone(stack: str) -> None:
    for series in growth_of(stack).series:
        totals = [point.total.typical for point in series.points]
        assert totals == sorted(totals), series.name
        assert totals[0] < totals[-1]


@pytest.mark.parametrize("stack", STACKS)
def test_a_total_is_the_sum_of_its_lines_and_per_user_its_share(stack: str) -> None:
    for series in growth_of(stack).series:
        for point in series.points:
            lines = [line.monthly.typical for line in point.estimate.lines if line.monthly]
            assert point.total.typical == sum(lines)
            assert point.per_user is not None
            assert point.per_user.typical == point.total.typical / point.load.users


def test_a_load_that_needs_more_tasks_is_planned_with_them_and_not_cut() -> None:
    point = last_point("prod", "videos")
    assert point.load.videos_per_day == 100_000
    (needed,) = point.adjustments
    assert needed.change.override == "buylink:services.ai-worker.maxTasks=19"
    assert needed.change.before == "10"
    hours = [
        line.quantity.typical
        for line in point.estimate.lines
        if "ai-worker" in line.name and line.price.unit == "vCPU-hour" and line.quantity
    ]
    # 100,000 videos of 15 seconds a day, on a vCPU each: more than ten tasks have hours for.
    assert sum(hours) > 10 * 730
    assert point.estimate.warnings == ()


def test_caps_are_found_by_the_pack_and_named() -> None:
    names = [cap.name for cap in last_point("prod", "videos").caps]
    assert "ecs-max-tasks" in names
    assert "monthly-cost-cap" in names
    assert "budget" in names
    first = series_of("prod", "videos").points[0]
    assert first.caps == ()
    (ecs,) = [cap for cap in last_point("prod", "videos").caps if cap.name == "ecs-max-tasks"]
    assert "at most 10 are allowed" in ecs.what
    assert "maxTasks" in ecs.then


def test_a_cap_once_hit_stays_hit() -> None:
    for series in growth_of("prod").series:
        before: set[str] = set()
        for point in series.points:
            here = {cap.name for cap in point.caps}
            assert before <= here, series.name
            before = here


def test_the_three_lines_that_grow_most_are_named_the_greatest_first() -> None:
    point = last_point("prod", "users")
    assert len(point.growing) == 3
    more = [line.more for line in point.growing]
    assert more == sorted(more, reverse=True)
    assert point.growing[0].service == "CloudFront"
    assert not series_of("prod", "users").points[0].growing


def test_a_hundred_thousand_users_are_served_for_half_of_what_was_foreseen() -> None:
    users, together = growth_of("prod").goals
    assert (users.load, together.load) == (Load(100_000, 500), Load(100_000, 50_000))
    for goal in (users, together):
        assert goal.limit == Decimal(600)
        assert goal.met
        assert goal.proposed.typical <= 600
        assert [cap for cap in goal.caps if cap.name == "ecs-max-tasks"] == []
    assert users.changes == ()
    assert together.as_declared.typical > 600
    assert together.changes


def test_a_goal_that_cannot_be_met_says_what_is_left() -> None:
    """Dev has as many videos a day as users: 100,000 of both."""
    (goal,) = [goal for goal in growth_of("dev").goals if goal.load.videos_per_day == 100_000]
    assert not goal.met
    assert "even with" in goal.why
    assert "KMS symmetric request" in goal.why


def test_a_table_past_its_quota_is_marked_with_what_to_ask_for() -> None:
    """Ten billion users and a billion videos read and write more a second than AWS lets a table do by default."""
    table = resource("aws:dynamodb/table:Table", name="hub-storage-table-table")
    settings = settings_from(read_stack_file(PROJECT, "prod"))
    graph = Graph("buylink", "prod", (table,))
    bill = Estimate(stack="prod", region="us-east-1", lines=())
    few = limits(graph, settings, Load(users=100_000, videos_per_day=500), bill)
    many = limits(graph, settings, Load(users=10**10, videos_per_day=10**9), bill)
    assert few == ()
    assert [(cap.kind, cap.name) for cap in many] == [
        ("throughput", "hub-storage-table-table: write throughput"),
        ("throughput", "hub-storage-table-table: read throughput"),
    ]
    assert "AWS gives a table 40,000 by default" in many[0].what
    assert "Service Quotas" in many[0].then


def test_a_load_changes_no_resource_so_that_points_may_share_a_plan(tmp_path: Path) -> None:
    def resources(users: int) -> dict[str, Any]:
        load = f"buylink:load={{users: {users}, videosPerDay: {users}}}"
        run = buylink("preview", "prod", "--format", "json", "--config", load, cwd=tmp_path)
        (stack,) = json.loads(run.stdout)["stacks"]
        by_urn = {resource["urn"]: resource for resource in stack["resources"]}
        (hub,) = [resource for resource in by_urn.values() if "load" in resource["inputs"]]
        assert hub["inputs"].pop("load") == {"users": users, "videosPerDay": users}
        return by_urn

    assert resources(10) == resources(20_000)


DECLARED = Load(users=1000, videos_per_day=500)


def test_by_default_users_grow_then_videos_then_both_together() -> None:
    users, videos, together = Asked().courses(DECLARED)
    assert [course.name for course in (users, videos, together)] == ["users", "videos", "together"]
    assert users.loads == tuple(Load(step, 500) for step in STEPS)
    assert videos.loads == tuple(Load(1000, step) for step in STEPS)
    assert together.loads == tuple(Load(step, step // 2) for step in STEPS)


def test_a_list_is_sorted_and_each_figure_looked_at_once() -> None:
    (users,) = Asked(users="10k, 1_000,100,1k").courses(DECLARED)
    assert [load.users for load in users.loads] == [100, 1000, 10_000]
    both = Asked(users="5", videos="1M").courses(DECLARED)
    assert [course.loads for course in both] == [(Load(5, 500),), (Load(1000, 1_000_000),)]


def test_growth_a_month_multiplies_users_and_videos() -> None:
    (months,) = Asked(rate=Decimal(100), months=3).courses(DECLARED)
    assert months.loads == tuple(Load(1000 * factor, 500 * factor) for factor in (1, 2, 4, 8))
    assert months.months == (0, 1, 2, 3)
    (shrinking,) = Asked(rate=Decimal(-50), months=1).courses(DECLARED)
    assert shrinking.loads[-1] == Load(500, 250)
    (year,) = Asked(rate=Decimal(10)).courses(DECLARED)
    assert len(year.loads) == 13


def test_without_users_or_videos_nothing_grows_together() -> None:
    assert [course.name for course in Asked().courses(Load(0, 500))] == ["users", "videos"]


@pytest.mark.parametrize(
    ("asked", "declared", "messages"),
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
def test_what_makes_no_sense_is_refused(asked: Asked, declared: Load, messages: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        asked.courses(declared)
    assert [message for message in messages if message not in str(error.value)] == []


@pytest.mark.parametrize(
    ("needed", "set_to"),
    [("10.1", 11), ("18.4", 19), ("20", 20), ("20.1", 25), ("96", 100), ("100.5", 110),
     ("1017", 1100), ("18400", 19_000)],
)  # fmt: skip
def test_a_maximum_is_one_that_somebody_would_set(needed: str, set_to: int) -> None:
    assert rounded_up(Decimal(needed)) == set_to
