"""Alarms, Spot notices and the dashboard: what is watched, and who is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

import pulumi
import pytest

from buylink.graph import Value
from components.monitoring.alarms import (
    WatchedFunction,
    WatchedQueue,
    WatchedService,
    WatchedTable,
    table_alarms,
)
from components.monitoring.cost_monitoring import CostMonitoring, CostMonitoringArgs
from tests.components.recorder import ACCOUNT, Plan, Resource, record

ALARM = "cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "cloudwatch/dashboard:Dashboard"
TOPIC = "arn:aws:sns:us-east-1:123456789012:notices"
CLUSTERS = [
    f"arn:aws:ecs:us-east-1:123456789012:cluster/buylink-dev-{cluster}"
    for cluster in ("cluster", "workers")
]
TAGS = {"Project", "Environment", "Stack", "Component", "CostCenter", "ManagedBy", "Name"}

ACCOUNT_ALARMS = {"account-80-percent", "account-100-percent"}
ALARMS = {
    "ingestion-api-5xx",
    "ingestion-api-latency",
    "ingestion-api-unhealthy",
    "ai-worker-queue-age",
    "ai-worker-dead-letters",
    "videos-throttles",
    "scheduled-ingestion-errors",
}


def args_with(
    region: str = "us-east-1", *, dashboard: bool = False, account_limit: Decimal | None = None
) -> CostMonitoringArgs:
    return CostMonitoringArgs(
        stack="dev",
        region=region,
        account_id=ACCOUNT,
        cluster_arns=[pulumi.Output.from_input(arn) for arn in CLUSTERS],
        load_balancer_suffix=pulumi.Output.from_input("app/alb/1"),
        services=[
            WatchedService(
                label="ingestion-api",
                name="buylink-dev-ingestion-api",
                cluster_name="buylink-dev-cluster",
                target_group_suffix=pulumi.Output.from_input("targetgroup/tg/2"),
            ),
            WatchedService(
                label="ai-worker",
                name="buylink-dev-ai-worker",
                cluster_name=pulumi.Output.from_input("buylink-dev-workers"),
            ),
        ],
        queues=[
            WatchedQueue(
                label="ai-worker",
                name=pulumi.Output.from_input("buylink-dev-ai-worker"),
                dead_letter_name="buylink-dev-ai-worker-dead-letters",
                acceptable_age=300,
            )
        ],
        tables=[WatchedTable(label="videos", name="buylink-dev-videos", indexes=("by-creator",))],
        functions=[WatchedFunction(label="scheduled-ingestion", name="ingest-1234567")],
        notice_topic_arn=pulumi.Output.from_input(TOPIC),
        dashboard=dashboard,
        account_limit=account_limit,
    )


def monitored(
    region: str = "us-east-1", *, dashboard: bool = False, account_limit: Decimal | None = None
) -> Plan:
    return record(
        lambda: _program(args_with(region, dashboard=dashboard, account_limit=account_limit))
    )


def _program(args: CostMonitoringArgs) -> None:
    CostMonitoring("hub-cost-monitoring", args)


def alarms_in(planned: Plan) -> dict[str, Resource]:
    prefix = "hub-cost-monitoring-"
    return {alarm.name.removeprefix(prefix): alarm for alarm in planned.of_type(ALARM)}


@pytest.fixture(scope="module")
def planned() -> Plan:
    return monitored()


def test_everything_is_its_child_and_tagged(planned: Plan) -> None:
    (component,) = planned.of_type("buylink:cost_monitoring:CostMonitoring")
    children = [child for child in planned.resources if child.type.startswith("aws:")]
    assert {child.parent for child in children} == {component.urn}
    assert all(child.name.startswith("hub-cost-monitoring-") for child in children)
    untaggable = {"aws:iam/rolePolicy:RolePolicy", "aws:cloudwatch/eventTarget:EventTarget"}
    for child in children:
        if child.type not in untaggable:
            assert set(child.inputs["tags"]) == TAGS, child.name
            assert child.inputs["tags"]["Component"] == "cost-monitoring"


def test_it_registers_what_it_made(planned: Plan) -> None:
    (component,) = planned.of_type("buylink:cost_monitoring:CostMonitoring")
    outputs = planned.outputs[component.urn]
    assert set(outputs["alarmNames"]) == {f"buylink-dev-{thing}" for thing in ALARMS}


def test_each_thing_has_its_alarms_and_no_more(planned: Plan) -> None:
    assert set(alarms_in(planned)) == ALARMS


def test_every_alarm_tells_the_topic_when_it_rings_and_when_it_ends() -> None:
    alarms = alarms_in(monitored(account_limit=Decimal(500)))
    assert set(alarms) == ALARMS | ACCOUNT_ALARMS
    for thing, alarm in alarms.items():
        assert alarm.inputs["name"] == f"buylink-dev-{thing}"
        assert alarm.inputs["alarmActions"] == [TOPIC]
        assert alarm.inputs["okActions"] == [TOPIC]
        assert alarm.inputs["treatMissingData"] == "notBreaching"
        assert alarm.inputs["comparisonOperator"] == "GreaterThanThreshold"
        assert alarm.inputs["datapointsToAlarm"] <= alarm.inputs["evaluationPeriods"]


def test_every_alarm_says_what_to_do_in_what_an_alarm_may_say() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
    for thing, alarm in alarms_in(monitored(account_limit=Decimal(500))).items():
        text = alarm.inputs["alarmDescription"]
        assert 120 < len(text) <= 1024, thing
        assert text.count(".") > 1, thing


SERVICE = {"LoadBalancer": "app/alb/1", "TargetGroup": "targetgroup/tg/2"}
WATCHED: Mapping[str, tuple[str, str, str, Mapping[str, str], float]] = {
    "ingestion-api-5xx": (
        "AWS/ApplicationELB",
        "HTTPCode_Target_5XX_Count",
        "Sum",
        SERVICE,
        5,
    ),
    "ingestion-api-latency": ("AWS/ApplicationELB", "TargetResponseTime", "p95", SERVICE, 1),
    "ingestion-api-unhealthy": (
        "AWS/ApplicationELB",
        "UnHealthyHostCount",
        "Maximum",
        SERVICE,
        0,
    ),
    "ai-worker-queue-age": (
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        "Maximum",
        {"QueueName": "buylink-dev-ai-worker"},
        300,
    ),
    "ai-worker-dead-letters": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "Maximum",
        {"QueueName": "buylink-dev-ai-worker-dead-letters"},
        0,
    ),
    "scheduled-ingestion-errors": (
        "AWS/Lambda",
        "Errors",
        "Sum",
        {"FunctionName": "ingest-1234567"},
        0,
    ),
    "account-80-percent": ("AWS/Billing", "EstimatedCharges", "Maximum", {"Currency": "USD"}, 400),
    "account-100-percent": ("AWS/Billing", "EstimatedCharges", "Maximum", {"Currency": "USD"}, 500),
}


@pytest.mark.parametrize("thing", WATCHED)
def test_an_alarm_watches_the_right_metric(thing: str) -> None:
    namespace, metric, statistic, dimensions, threshold = WATCHED[thing]
    alarm = alarms_in(monitored(account_limit=Decimal(500)))[thing].inputs
    assert (alarm["namespace"], alarm["metricName"]) == (namespace, metric)
    assert alarm.get("statistic", alarm.get("extendedStatistic")) == statistic
    assert alarm["dimensions"] == dimensions
    assert alarm["threshold"] == threshold


def test_a_percentile_of_few_requests_is_ignored(planned: Plan) -> None:
    alarms = alarms_in(planned)
    latency = alarms.pop("ingestion-api-latency").inputs
    assert latency["evaluateLowSampleCountPercentiles"] == "ignore"
    assert "statistic" not in latency
    for alarm in alarms.values():
        assert "evaluateLowSampleCountPercentiles" not in alarm.inputs
        assert "extendedStatistic" not in alarm.inputs


def test_throttles_of_a_table_and_its_indexes_are_added_up(planned: Plan) -> None:
    alarm = alarms_in(planned)["videos-throttles"].inputs
    *parts, total = alarm["metricQueries"]
    table = {"TableName": "buylink-dev-videos"}
    index = {**table, "GlobalSecondaryIndexName": "by-creator"}
    assert [(part["metric"]["metricName"], part["metric"]["dimensions"]) for part in parts] == [
        ("ReadThrottleEvents", table),
        ("WriteThrottleEvents", table),
        ("ReadThrottleEvents", index),
        ("WriteThrottleEvents", index),
    ]
    assert total["expression"] == "FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0)"
    assert [query["returnData"] for query in alarm["metricQueries"]] == [False] * 4 + [True]
    assert not {"metricName", "namespace", "period", "statistic", "dimensions"} & set(alarm)


def test_more_indexes_than_an_alarm_can_watch_are_refused() -> None:
    four = WatchedTable(label="videos", name="videos", indexes=tuple("abcd"))
    assert len(table_alarms(four)[0].metrics) == 10
    five = WatchedTable(label="videos", name="videos", indexes=tuple("abcde"))
    with pytest.raises(ValueError, match=r"table videos: expected at most 4 indexes .* got 5"):
        table_alarms(five)


def test_account_alarms_are_the_stacks_that_owns_them(planned: Plan) -> None:
    assert not ACCOUNT_ALARMS & set(alarms_in(planned))
    assert set(alarms_in(monitored(account_limit=Decimal(500)))) >= ACCOUNT_ALARMS


def test_account_alarms_are_refused_where_aws_has_no_charges() -> None:
    expected = r"accountLimit: expected none in eu-west-1, got 500: .* us-east-1 alone"
    with pytest.raises(ValueError, match=expected):
        record(lambda: _program(args_with("eu-west-1", account_limit=Decimal(500))))
    assert set(alarms_in(monitored("eu-west-1"))) == ALARMS


def test_a_task_that_spot_takes_back_is_told_once_and_of_these_clusters_alone(
    planned: Plan,
) -> None:
    rule = planned.one("cloudwatch/eventRule:EventRule")
    assert json.loads(rule.inputs["eventPattern"]) == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {
            "clusterArn": CLUSTERS,
            "lastStatus": ["STOPPED"],
            "stopCode": ["SpotInterruption"],
        },
    }
    target = planned.one("cloudwatch/eventTarget:EventTarget")
    assert target.inputs["arn"] == TOPIC
    assert target.inputs["rule"] == rule.name
    transformer = target.inputs["inputTransformer"]
    text = json.loads(transformer["inputTemplate"])
    assert text.startswith("Buylink dev: Fargate Spot took back a task of <service>")
    for field in transformer["inputPaths"]:
        assert f"<{field}>" in text


def test_eventbridge_may_publish_to_the_topic_and_nothing_else(planned: Plan) -> None:
    target = planned.one("cloudwatch/eventTarget:EventTarget")
    assert target.inputs["roleArn"] == "hub-cost-monitoring-spot-role:arn"
    assert "hub-cost-monitoring-spot-policy" in planned.names(target.dependencies)
    (trust,) = json.loads(planned.one("iam/role:Role").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    (statement,) = json.loads(planned.one("iam/rolePolicy:RolePolicy").inputs["policy"])[
        "Statement"
    ]
    assert (statement["Action"], statement["Resource"]) == (["sns:Publish"], [TOPIC])


def test_there_is_a_dashboard_where_the_settings_say_so(planned: Plan) -> None:
    assert planned.of_type(DASHBOARD) == []
    dashboard = monitored(dashboard=True).one(DASHBOARD)
    assert dashboard.inputs["dashboardName"] == "buylink-dev"


@pytest.fixture(scope="module")
def widgets() -> list[dict[str, Value]]:
    dashboard = monitored(dashboard=True).one(DASHBOARD)
    return json.loads(dashboard.inputs["dashboardBody"])["widgets"]


def lines_of(widgets: list[dict[str, Value]]) -> dict[str, list[list[Value]]]:
    graphs = [widget["properties"] for widget in widgets if widget["type"] == "metric"]
    return {graph["title"]: graph["metrics"] for graph in graphs}


def test_the_dashboard_shows_the_alarms_first(widgets: list[dict[str, Value]]) -> None:
    assert widgets[0]["type"] == "alarm"
    assert set(widgets[0]["properties"]["alarms"]) == {
        f"hub-cost-monitoring-{thing}:arn" for thing in ALARMS
    }


def test_the_dashboard_shows_services_queue_table_and_spend(
    widgets: list[dict[str, Value]],
) -> None:
    lines = lines_of(widgets)
    assert list(lines) == [
        "Requests",
        "Failed requests",
        "Seconds to answer",
        "CPU, percent",
        "Memory, percent",
        "Tasks",
        "Messages",
        "Age of the oldest message, seconds",
        "Table units used",
        "Table throttles",
        "The whole account this month, USD",
    ]
    assert [line[-1]["label"] for line in lines["Tasks"]] == ["ingestion-api", "ai-worker"]
    assert lines["Tasks"][0][:-1] == [
        "AWS/ECS",
        "CPUUtilization",
        "ClusterName",
        "buylink-dev-cluster",
        "ServiceName",
        "buylink-dev-ingestion-api",
    ]
    assert lines["Tasks"][1][2:6] == [
        "ClusterName",
        "buylink-dev-workers",
        "ServiceName",
        "buylink-dev-ai-worker",
    ]
    assert [line[-1]["label"] for line in lines["Messages"]] == [
        "ai-worker waiting",
        "ai-worker in work",
        "ai-worker put aside",
    ]


def test_spend_is_read_where_aws_keeps_it() -> None:
    dashboard = monitored("eu-west-1", dashboard=True).one(DASHBOARD)
    graphs = json.loads(dashboard.inputs["dashboardBody"])["widgets"][1:]
    assert {graph["properties"]["region"] for graph in graphs[:-1]} == {"eu-west-1"}
    assert graphs[-1]["properties"]["region"] == "us-east-1"


def test_graphs_have_places_of_their_own_on_the_grid(widgets: list[dict[str, Value]]) -> None:
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(set(places)) == len(places)
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets)
