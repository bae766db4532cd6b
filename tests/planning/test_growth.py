"""What growth costs, on the real stacks: really planned, really asked of the pack."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from buylink.costs.estimate import Estimate
from buylink.costs.usage.load import Load
from buylink.graph import Graph
from buylink.planning.growth.load_rules import limits
from buylink.settings.stack_files import read_stack_file, settings_from
from tests.cli.command import PROJECT, buylink
from tests.costs.graphs import resource
from tests.planning.found import STACKS, growth_of, last_point, series_of

pytestmark = pytest.mark.xdist_group("planning")


@pytest.mark.parametrize("stack", STACKS)
def test_growth_is_monotone(stack: str) -> None:
    for series in growth_of(stack).series:
        totals = [it.total.typical for it in series.points]
        assert totals == sorted(totals), series.name
        assert totals[0] < totals[-1]


@pytest.mark.parametrize("stack", STACKS)
def test_a_total_is_the_sum_of_its_lines_and_per_user_its_share(stack: str) -> None:
    for series in growth_of(stack).series:
        for point in series.points:
            lines = [it.monthly.typical for it in point.estimate.lines if it.monthly]
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
        it.quantity.typical
        for it in point.estimate.lines
        if "ai-worker" in it.name and it.price.unit == "vCPU-hour" and it.quantity
    ]
    # 100,000 videos of 15 seconds a day, on a vCPU each: more than ten tasks have hours for.
    assert sum(hours) > 10 * 730
    assert point.estimate.warnings == ()


def test_caps_are_found_by_the_pack_and_named() -> None:
    names = [it.name for it in last_point("prod", "videos").caps]
    assert "ecs-max-tasks" in names
    assert "monthly-cost-cap" in names
    assert "budget" in names
    first = series_of("prod", "videos").points[0]
    assert first.caps == ()
    (ecs,) = [it for it in last_point("prod", "videos").caps if it.name == "ecs-max-tasks"]
    assert "at most 10 are allowed" in ecs.what
    assert "maxTasks" in ecs.then


def test_a_cap_once_hit_stays_hit() -> None:
    for series in growth_of("prod").series:
        before: set[str] = set()
        for point in series.points:
            here = {it.name for it in point.caps}
            assert before <= here, series.name
            before = here


def test_the_three_lines_that_grow_most_are_named_the_greatest_first() -> None:
    point = last_point("prod", "users")
    assert len(point.growing) == 3
    more = [it.more for it in point.growing]
    assert more == sorted(more, reverse=True)
    assert point.growing[0].service == "CloudFront"
    assert all(not it.growing for it in (series_of("prod", "users").points[0],))


def test_a_hundred_thousand_users_are_served_for_half_of_what_was_foreseen() -> None:
    users, together = growth_of("prod").goals
    assert (users.load, together.load) == (Load(100_000, 500), Load(100_000, 50_000))
    for goal in (users, together):
        assert goal.limit == Decimal(600)
        assert goal.met
        assert goal.proposed.typical <= 600
        assert [it for it in goal.caps if it.name == "ecs-max-tasks"] == []
    assert users.changes == ()
    assert together.as_declared.typical > 600
    assert together.changes


def test_a_goal_that_cannot_be_met_says_what_is_left() -> None:
    """Dev has as many videos a day as users: 100,000 of both."""
    (goal,) = [it for it in growth_of("dev").goals if it.load.videos_per_day == 100_000]
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
    assert [(it.kind, it.name) for it in many] == [
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
        found = {it["urn"]: it for it in stack["resources"]}
        (hub,) = [it for it in found.values() if "load" in it["inputs"]]
        assert hub["inputs"].pop("load") == {"users": users, "videosPerDay": users}
        return found

    assert resources(10) == resources(20_000)
