"""How many tasks run, and the cluster they run in."""

from __future__ import annotations

import pytest

from tests.components.recorder import plan
from tests.components.shapes import NIGHT

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
    for policy in [it for it in policies if "-scale-by-" in it.name]:
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
