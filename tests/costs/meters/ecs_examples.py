"""Examples of ECS: services, their tasks, and clusters with Container Insights."""

from __future__ import annotations

from collections.abc import Mapping

from buylink.graph import Resource, Value
from tests.costs.graphs import Example, resource, urn

SERVICE = "aws:ecs/service:Service"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
TARGET = "aws:appautoscaling/target:Target"

ARM = {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
SPOT = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
BASE_AND_SPOT = [{"capacityProvider": "FARGATE", "base": 1, "weight": 0}, *SPOT]
ON_DEMAND = {"launchType": "FARGATE", "desiredCount": 1}


def service(inputs: Mapping[str, Value], task: Mapping[str, Value]) -> tuple[Resource, ...]:
    return (
        resource(SERVICE, inputs, refers={"taskDefinition": urn(TASK)}),
        resource(TASK, task),
    )


def scaled(least: int, most: int) -> Resource:
    inputs = {"minCapacity": least, "maxCapacity": most}
    return resource(TARGET, inputs, refers={"resourceId": urn(SERVICE)})


CLUSTER = "aws:ecs/cluster:Cluster"
ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
INSIGHTS = "Container Insights with enhanced observability for ECS, metric"
INSIGHTS_LOGS = "CloudWatch Logs ingestion, Standard class"
PLAIN = '[{"name": "app"}]'
CHECKED = (
    '[{"name": "app", "healthCheck": {"command": ["CMD"]}, "restartPolicy": {"enabled": true}}]'
)


def observed(level: str, inputs: Mapping[str, Value], containers: str) -> tuple[Resource, ...]:
    """A service on demand in a cluster with Container Insights; its task has no size."""
    return (
        resource(SERVICE, inputs, refers={"taskDefinition": urn(TASK), "cluster": urn(CLUSTER)}),
        resource(TASK, {"containerDefinitions": containers}),
        resource(CLUSTER, {"settings": [{"name": "containerInsights", "value": level}]}),
    )


ECS_EXAMPLES: dict[str, Example] = {
    # 730 h x 0.5 vCPU x 0.04048 = 14.7752; 730 h x 1 GB x 0.004445 = 3.24485
    "an x86 task on demand": (
        service(ON_DEMAND, {"cpu": "512", "memory": "1024"}),
        {},
        {
            "Fargate vCPU-hour Linux x86 on-demand": "14.7752",
            "Fargate GB-hour Linux x86 on-demand": "3.24485",
        },
    ),
    # 730 x 0.5 x 0.03238 = 11.8187; 730 x 1 x 0.00356 = 2.5988
    "an ARM task on demand, sizes with units": (
        service(ON_DEMAND, {"cpu": "0.5 vCPU", "memory": "1 GB", "runtimePlatform": ARM}),
        {},
        {
            "Fargate vCPU-hour Linux ARM64 on-demand": "11.8187",
            "Fargate GB-hour Linux ARM64 on-demand": "2.5988",
        },
    ),
    # Cluster 16 + 7 + 2 = 25 series; service and family 2 x 16 + 5 + 2 x 7 = 51; each of two tasks
    # 2 x 16 + 2 x 7 = 46. 168 x 0.07 = 11.76.
    # Logs: a cluster, a service, two tasks of one container: 1 + 1 + 2 + 2 = 6 events a minute.
    # 730 h x 60 x 6 x 1.3 KB / 1024^2 = 0.325813 GB x 0.50 = 0.162907
    "enhanced Container Insights of two tasks": (
        observed("enhanced", {"launchType": "FARGATE", "desiredCount": 2}, PLAIN),
        {},
        {
            "Fargate vCPU-hour Linux x86 on-demand": None,
            "Fargate GB-hour Linux x86 on-demand": None,
            INSIGHTS: "11.76",
            INSIGHTS_LOGS: "0.162907",
        },
    ),
    # A health check adds 1 to the cluster, 2 to the service, 2 to the task; a restart policy 1, 4
    # and 4 more: 25 + 2 = 27, 51 + 6 = 57, 46 + 6 = 52. 136 x 0.07 = 9.52.
    # 1 + 1 + 1 + 1 = 4 events: 730 x 60 x 4 x 1.3 / 1024^2 = 0.217209 GB x 0.50 = 0.108604
    "enhanced Container Insights with a health check and a restart policy": (
        observed("enhanced", {"launchType": "FARGATE", "desiredCount": 1}, CHECKED),
        {},
        {
            "Fargate vCPU-hour Linux x86 on-demand": None,
            "Fargate GB-hour Linux x86 on-demand": None,
            INSIGHTS: "9.52",
            INSIGHTS_LOGS: "0.108604",
        },
    ),
    # From zero: 100 hours in 50 starts touch 150 hours. (25 + 51 + 46) x 150 / 730 x 0.07
    # = 0.359589 + 0.733562 + 0.661644 = 1.754795
    # 4 events a minute in them: 150 x 60 x 4 x 1.3 / 1024^2 = 0.044632 GB x 0.50 = 0.022316
    "enhanced Container Insights of a worker from zero": (
        (
            *observed("enhanced", {"launchType": "FARGATE"}, PLAIN),
            scaled(0, 5),
        ),
        {"monthly_task_hours": 100, "monthly_task_starts": 50},
        {
            "Fargate vCPU-hour Linux x86 on-demand": None,
            "Fargate GB-hour Linux x86 on-demand": None,
            INSIGHTS: "1.754795",
            INSIGHTS_LOGS: "0.022316",
        },
    ),
    "enhanced Container Insights where nothing states the hours": (
        (
            *observed("enhanced", {"launchType": "FARGATE"}, PLAIN),
            scaled(0, 5),
        ),
        {},
        {
            "Fargate vCPU-hour Linux x86 on-demand": None,
            "Fargate GB-hour Linux x86 on-demand": None,
            INSIGHTS: None,
            INSIGHTS_LOGS: None,
        },
    ),
    # Cluster 10 + 2 = 12 series, service and family 2 x 10 + 5 = 25. 37 x 0.30 = 11.10
    "standard Container Insights of two tasks": (
        observed("enabled", {"launchType": "FARGATE", "desiredCount": 2}, PLAIN),
        {},
        {
            "Fargate vCPU-hour Linux x86 on-demand": None,
            "Fargate GB-hour Linux x86 on-demand": None,
            "CloudWatch custom metric": "11.10",
            INSIGHTS_LOGS: "0.162907",
        },
    ),
    # One on demand as above; the second on Spot at 40 %: 4.72748 and 1.03952
    "two ARM tasks, a base of one on demand and the rest on Spot": (
        (
            *service(
                {"capacityProviderStrategies": BASE_AND_SPOT},
                {"cpu": 512, "memory": 1024, "runtimePlatform": ARM},
            ),
            scaled(2, 10),
        ),
        {},
        {
            "Fargate vCPU-hour Linux ARM64 on-demand": "11.8187",
            "Fargate Spot vCPU-hour Linux ARM64": "4.72748",
            "Fargate GB-hour Linux ARM64 on-demand": "2.5988",
            "Fargate Spot GB-hour Linux ARM64": "1.03952",
        },
    ),
    # 730 h x 1 vCPU x 0.04048 x 0.4 = 11.82016; 730 x 2 x 0.004445 x 0.4 = 2.59588
    "a task on its cluster's default strategy": (
        (
            resource(
                SERVICE,
                {"desiredCount": 1},
                refers={"taskDefinition": urn(TASK), "cluster": urn(CLUSTER)},
            ),
            resource(TASK, {"cpu": "1024", "memory": "2048"}),
            resource(CLUSTER),
            resource(
                "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
                {"defaultCapacityProviderStrategies": SPOT},
                refers={"clusterName": urn(CLUSTER)},
            ),
        ),
        {},
        {
            "Fargate Spot vCPU-hour Linux x86": "11.82016",
            "Fargate Spot GB-hour Linux x86": "2.59588",
        },
    ),
    # 100 h x 1 vCPU x 0.03238 x 0.4 = 1.2952; 100 x 2 x 0.00356 x 0.4 = 0.2848
    "a worker from zero costs its busy hours": (
        (
            *service(
                {"capacityProviderStrategies": SPOT},
                {"cpu": 1024, "memory": 2048, "runtimePlatform": ARM},
            ),
            scaled(0, 10),
        ),
        {"monthly_task_hours": 100},
        {
            "Fargate Spot vCPU-hour Linux ARM64": "1.2952",
            "Fargate Spot GB-hour Linux ARM64": "0.2848",
        },
    ),
    "a worker from zero without stated hours depends on them": (
        (
            *service({"capacityProviderStrategies": SPOT}, {"cpu": 1024, "memory": 2048}),
            scaled(0, 10),
        ),
        {},
        {"Fargate Spot vCPU-hour Linux x86": None, "Fargate Spot GB-hour Linux x86": None},
    ),
    # 10 GB over 20 x 730 x 0.000111 = 0.8103; 730 x 0.005 = 3.65 for the address; 10 GB out x 0.09
    "disk and a public address": (
        service(
            {**ON_DEMAND, "networkConfiguration": {"assignPublicIp": True}},
            {"cpu": 1024, "memory": 2048, "ephemeralStorage": {"sizeInGib": 30}},
        ),
        {"monthly_outbound_internet_gb": 10},
        {
            "Fargate vCPU-hour Linux x86 on-demand": "29.5504",
            "Fargate GB-hour Linux x86 on-demand": "6.4897",
            "Fargate ephemeral storage GB-hour above 20 GB": "0.8103",
            "Public IPv4 address, in use": "3.65",
            "Data transfer out to internet": "0.9",
        },
    ),
    # 12 hours a day between 2 and 4 tasks, 12 between 0 and 2: on average 1 to 3. Typical 1:
    # 730 x 0.04048 = 29.5504; 730 x 2 x 0.004445 = 6.4897
    "a service that a clock scales": (
        (
            *service({"launchType": "FARGATE"}, {"cpu": "1024", "memory": "2048"}),
            scaled(1, 9),
            *(
                resource(
                    ACTION,
                    {
                        "schedule": f"cron(0 {hour} * * ? *)",
                        "scalableTargetAction": {"minCapacity": least, "maxCapacity": least + 2},
                    },
                    name=f"at-{hour}",
                    refers={"resourceId": urn(TARGET)},
                )
                for hour, least in ((8, 2), (20, 0))
            ),
        ),
        {},
        {
            "Fargate vCPU-hour Linux x86 on-demand": "29.5504",
            "Fargate GB-hour Linux x86 on-demand": "6.4897",
        },
    ),
}
