"""How many tasks a service runs, and the cluster they run in."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.services.backlog import (
    MOST_STEPS,
    Step,
    backlog_steps,
    most_tasks,
    visibility_timeout,
)
from tests.components.plans import NIGHT
from tests.components.recorder import plan

seconds = st.integers(min_value=1, max_value=3600)
most = st.integers(min_value=1, max_value=500)
latencies = st.integers(min_value=0, max_value=86400)
backlogs = st.integers(min_value=1, max_value=10**6)


def steps_of(work: int, slack: int, tasks: int) -> tuple[Step, ...]:
    return backlog_steps(
        seconds_per_message=work, acceptable_latency=max(60, work + slack), max_tasks=tasks
    )


def at(steps: tuple[Step, ...], backlog: int) -> int:
    (tasks,) = [
        step.tasks
        for step in steps
        if step.at_least <= backlog and (step.below is None or backlog < step.below)
    ]
    return tasks


@given(seconds, latencies, most)
def test_steps_start_at_one_message_and_one_task_and_end_at_the_maximum(
    work: int, slack: int, tasks: int
) -> None:
    steps = steps_of(work, slack, tasks)
    assert (steps[0].at_least, steps[0].tasks) == (1, 1)
    assert (steps[-1].below, steps[-1].tasks) == (None, tasks)
    assert len(steps) == min(tasks, MOST_STEPS)


@given(seconds, latencies, most)
def test_steps_rise_without_gaps(work: int, slack: int, tasks: int) -> None:
    for lower, upper in pairwise(steps_of(work, slack, tasks)):
        assert lower.tasks < upper.tasks
        assert lower.at_least < upper.at_least == lower.below


@given(seconds, latencies, most, backlogs)
def test_every_backlog_gets_the_tasks_it_needs(
    work: int, slack: int, tasks: int, backlog: int
) -> None:
    latency = max(60, work + slack)
    needed = min(tasks, ceil(Decimal(backlog) * work / latency))
    capacity = at(steps_of(work, slack, tasks), backlog)
    assert needed <= capacity <= tasks
    if tasks <= MOST_STEPS:
        assert capacity == needed


@given(seconds, latencies, most, backlogs)
def test_a_small_backlog_never_holds_more_than_one_task(
    work: int, slack: int, tasks: int, backlog: int
) -> None:
    if backlog * work <= max(60, work + slack):
        assert at(steps_of(work, slack, tasks), backlog) == 1


@given(most, seconds, st.none() | st.decimals(min_value="0.001", max_value=100, places=3))
def test_together_the_tasks_take_no_more_than_the_limit(
    tasks: int, work: int, limit: Decimal | None
) -> None:
    allowed = most_tasks(tasks, work, limit)
    assert 1 <= allowed <= tasks
    if limit is not None and allowed > 1:
        assert Decimal(allowed) / work <= limit
    if limit is None or tasks <= limit * work:
        assert allowed == tasks


@given(st.integers(min_value=1, max_value=10**5))
def test_a_message_is_hidden_six_times_its_work_but_no_longer_than_sqs_can(work: int) -> None:
    hidden = visibility_timeout(work)
    assert hidden <= 12 * 3600
    assert hidden >= min(6 * work, 12 * 3600)
    assert hidden >= 30


API = "buylink:services.ingestion-api"


def test_the_autoscaler_owns_the_number_of_tasks() -> None:
    assert plan("dev").named("hub-ingestion-api-service").ignore_changes == ("desiredCount",)


def test_scaling_is_linked_to_its_service_and_cluster() -> None:
    planned = plan("dev")
    target = planned.named("hub-ingestion-api-scaling")
    assert target.inputs["resourceId"] == "service/buylink-dev-cluster/buylink-dev-ingestion-api"
    assert planned.names(target.property_dependencies["resourceId"]) == {
        "hub-cluster-ecs",
        "hub-ingestion-api-service",
    }
    policies = planned.of_type("appautoscaling/policy:Policy")
    for policy in [policy for policy in policies if "-scale-by-" in policy.name]:
        owner = policy.name.partition("-scale-")[0]
        linked = planned.names(policy.property_dependencies["resourceId"])
        assert f"{owner}-scaling" in linked


def test_it_scales_by_requests_and_by_cpu() -> None:
    planned = plan("dev", f"{API}.requestsPerTask=500", f"{API}.cpuTarget=70")
    metrics: dict[str, tuple[float, str | None]] = {}
    for thing in ("requests", "cpu"):
        policy = planned.named(f"hub-ingestion-api-scale-by-{thing}").inputs
        tracking = policy["targetTrackingScalingPolicyConfiguration"]
        metric = tracking["predefinedMetricSpecification"]
        metrics[metric["predefinedMetricType"]] = (
            tracking["targetValue"],
            metric.get("resourceLabel"),
        )
    assert metrics == {
        "ALBRequestCountPerTarget": (
            500,
            "hub-load-balancer-alb:arnSuffix/hub-ingestion-api-tg:arnSuffix",
        ),
        "ECSServiceAverageCPUUtilization": (70, None),
    }


def test_the_clock_sets_bounds_where_a_schedule_says_so() -> None:
    action = plan("dev", f"{API}.schedule={NIGHT}").one(
        "appautoscaling/scheduledAction:ScheduledAction"
    )
    assert action.name == "hub-ingestion-api-schedule-night"
    assert action.inputs["schedule"] == "cron(0 22 * * ? *)"
    assert action.inputs["scalableTargetAction"] == {"minCapacity": 1, "maxCapacity": 2}
    assert plan("dev").of_type("appautoscaling/scheduledAction:ScheduledAction") == []


@pytest.mark.parametrize(
    ("stack", "level"), [("dev", "disabled"), ("staging", "disabled"), ("prod", "enhanced")]
)
def test_container_insights_are_the_stacks_and_never_of_workers(stack: str, level: str) -> None:
    planned = plan(stack)
    for cluster, expected in (("hub-cluster-ecs", level), ("hub-workers-ecs", "disabled")):
        settings = planned.named(cluster).inputs["settings"]
        assert settings == [{"name": "containerInsights", "value": expected}]


def test_the_cluster_offers_both_providers_and_prefers_spot() -> None:
    providers = plan("dev").named("hub-cluster-capacity-providers").inputs
    assert providers["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert providers["defaultCapacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE_SPOT", "weight": 1}
    ]
