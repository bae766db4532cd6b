"""The budget and who hears of it, and the guard's function: what it knows, may do and is called by."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.budget_guard.mode import Mode
from app.budget_guard.settings import GuardSettings
from buylink.graph import Value
from tests.components.plans import (
    BUDGET_TOPIC,
    FUNCTION,
    MONITOR,
    NOTICES,
    QUEUE_URL,
    SUBSCRIPTION,
    WITHOUT_EDGE,
    guarded,
)
from tests.components.recorder import ACCOUNT, Plan, plan

TAGS = {"Project", "Environment", "Stack", "Component", "CostCenter", "ManagedBy", "Name"}
UNTAGGABLE = {
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:lambda/permission:Permission",
    "aws:sns/topicPolicy:TopicPolicy",
    f"aws:{SUBSCRIPTION}",
}


@pytest.fixture(scope="module")
def planned() -> Plan:
    return guarded()


def topic_statements(planned: Plan, topic: str) -> list[dict[str, Value]]:
    (policy,) = [
        resource.inputs["policy"]
        for resource in planned.of_type("sns/topicPolicy:TopicPolicy")
        if resource.inputs["arn"] == topic
    ]
    return json.loads(policy)["Statement"]


def allowed(planned: Plan, topic: str) -> dict[str, dict[str, Value]]:
    """The conditions by which a service may publish to a topic."""
    allowed = [
        statement
        for statement in topic_statements(planned, topic)
        if statement["Effect"] == "Allow"
    ]
    assert all(
        statement["Action"] == "sns:Publish" and statement["Resource"] == topic
        for statement in allowed
    )
    return {statement["Principal"]["Service"]: statement["Condition"] for statement in allowed}


def test_everything_is_its_child_named_after_it_and_tagged(planned: Plan) -> None:
    (component,) = planned.of_type("buylink:budget_guard:BudgetGuard")
    children = [child for child in planned.resources if child.parent == component.urn]
    assert len(children) > 6
    assert all(child.name.startswith("hub-budget-guard-") for child in children)
    for child in children:
        if child.type.startswith("aws:") and child.type not in UNTAGGABLE:
            assert set(child.inputs["tags"]) == TAGS, child.name
            assert child.inputs["tags"]["Stack"] == "buylink-dev"
            assert child.inputs["tags"]["Component"] == "budget-guard"


def test_it_registers_what_it_made(planned: Plan) -> None:
    (component,) = planned.of_type("buylink:budget_guard:BudgetGuard")
    assert component.inputs == {"limit": "100", "alertPercents": [80, 100, 150]}
    assert planned.outputs[component.urn] == {
        "budgetName": "buylink-dev",
        "topicArn": BUDGET_TOPIC,
        "noticeTopicArn": NOTICES,
        "functionName": "buylink-dev-budget-guard",
        "anomalyMonitorArn": MONITOR,
    }


def test_the_budget_is_monthly_and_of_what_carries_the_stacks_tag() -> None:
    budget = guarded(stack="prod", budget={"limit": Decimal("3E+2")}).one("budgets/budget:Budget")
    assert budget.inputs["name"] == "buylink-prod"
    assert (budget.inputs["budgetType"], budget.inputs["timeUnit"]) == ("COST", "MONTHLY")
    assert (budget.inputs["limitAmount"], budget.inputs["limitUnit"]) == ("300", "USD")
    assert budget.inputs["costFilters"] == [
        {"name": "TagKeyValue", "values": ["user:Stack$buylink-prod"]}
    ]


def test_the_budget_tells_the_guard_and_the_addresses_at_each_share() -> None:
    budget = guarded(budget={"alertPercents": [50, 150]}, emails=("a@b.example",)).one(
        "budgets/budget:Budget"
    )
    notifications = budget.inputs["notifications"]
    assert [notification["threshold"] for notification in notifications] == [50, 150]
    for notification in notifications:
        del notification["threshold"]
        assert notification == {
            "notificationType": "ACTUAL",
            "comparisonOperator": "GREATER_THAN",
            "thresholdType": "PERCENTAGE",
            "subscriberSnsTopicArns": [BUDGET_TOPIC],
            "subscriberEmailAddresses": ["a@b.example"],
        }


def test_without_addresses_the_budget_still_tells_the_guard(planned: Plan) -> None:
    for notification in planned.one("budgets/budget:Budget").inputs["notifications"]:
        assert notification["subscriberSnsTopicArns"] == [BUDGET_TOPIC]
        assert "subscriberEmailAddresses" not in notification


def test_the_budget_waits_until_its_topic_takes_notifications(planned: Plan) -> None:
    linked = planned.one("budgets/budget:Budget").property_dependencies["notifications"]
    assert planned.names(linked) == {
        "hub-budget-guard-budget-topic",
        "hub-budget-guard-budget-topic-policy",
    }


def test_only_budgets_of_this_account_publish_to_the_budgets_topic(planned: Plan) -> None:
    assert allowed(planned, BUDGET_TOPIC) == {
        "budgets.amazonaws.com": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:budgets::{ACCOUNT}:*"},
        }
    }


def test_only_alarms_and_anomalies_of_this_account_publish_notices(planned: Plan) -> None:
    account = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    alarms = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:*"
    assert allowed(planned, NOTICES) == {
        "cloudwatch.amazonaws.com": {**account, "ArnLike": {"aws:SourceArn": alarms}},
        "costalerts.amazonaws.com": account,
    }


@pytest.mark.parametrize("topic", [BUDGET_TOPIC, NOTICES])
def test_nobody_publishes_without_tls(planned: Plan, topic: str) -> None:
    denied = [
        statement for statement in topic_statements(planned, topic) if statement["Effect"] == "Deny"
    ]
    assert denied == [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_topics_have_no_key_that_keeps_aws_from_publishing(planned: Plan) -> None:
    for topic in planned.of_type("sns/topic:Topic"):
        assert "kmsMasterKeyId" not in topic.inputs


def test_notices_go_to_every_address() -> None:
    emails = ("a@b.example", "c@d.example")
    subscriptions = [resource.inputs for resource in guarded(emails=emails).of_type(SUBSCRIPTION)]
    notices = [subscription for subscription in subscriptions if subscription["topic"] == NOTICES]
    assert {(notice["protocol"], notice["endpoint"]) for notice in notices} == {
        ("email", email) for email in emails
    }


def test_anomalies_are_those_of_what_carries_the_stacks_tag(planned: Plan) -> None:
    monitor = planned.one("costexplorer/anomalyMonitor:AnomalyMonitor").inputs
    assert monitor["monitorType"] == "CUSTOM"
    assert "monitorDimension" not in monitor
    assert json.loads(monitor["monitorSpecification"]) == {
        "And": None,
        "CostCategories": None,
        "Dimensions": None,
        "Not": None,
        "Or": None,
        "Tags": {"Key": "Stack", "MatchOptions": None, "Values": ["buylink-dev"]},
    }


def test_an_anomaly_above_the_threshold_is_told_at_once() -> None:
    planned = guarded(monitoring={"anomalyThreshold": "3E+1"})
    subscription = planned.one("costexplorer/anomalySubscription:AnomalySubscription").inputs
    assert subscription["frequency"] == "IMMEDIATE"
    assert subscription["subscribers"] == [{"type": "SNS", "address": NOTICES}]
    assert subscription["monitorArnLists"] == [MONITOR]
    assert subscription["thresholdExpression"]["dimension"] == {
        "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        "matchOptions": ["GREATER_THAN_OR_EQUAL"],
        "values": ["30"],
    }


def permissions(planned: Plan) -> list[tuple[tuple[str, ...], list[str], Value]]:
    """What the function's role may do, on what, and under which condition."""
    policy = planned.named("hub-budget-guard-function-policy")
    statements = json.loads(policy.inputs["policy"])["Statement"]
    return [
        (tuple(statement["Action"]), statement["Resource"], statement.get("Condition"))
        for statement in statements
    ]


def test_the_budgets_topic_and_it_alone_calls_the_function(planned: Plan) -> None:
    function = planned.one(FUNCTION)
    (subscription,) = [resource.inputs for resource in planned.of_type(SUBSCRIPTION)]
    assert subscription == {
        "topic": BUDGET_TOPIC,
        "protocol": "lambda",
        "endpoint": f"{function.name}:arn",
    }
    permission = planned.named("hub-budget-guard-budget-permission").inputs
    assert permission == {
        "action": "lambda:InvokeFunction",
        "function": "buylink-dev-budget-guard",
        "principal": "sns.amazonaws.com",
        "sourceArn": BUDGET_TOPIC,
    }


def test_the_function_is_given_what_its_code_reads() -> None:
    planned = guarded(
        budget={"neverStop": ["api"], "brakedWorkerTasks": 2, "onProjection": "brake"}
    )
    variables = planned.one(FUNCTION).inputs["environment"]["variables"]
    assert variables["TOPIC_ARN"] == BUDGET_TOPIC
    arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:budget-topic"
    read = GuardSettings.from_environment(
        {**variables, "TOPIC_ARN": arn, "AWS_REGION": "us-east-1"}
    )
    assert read == GuardSettings(
        topic_arn=arn,
        account=ACCOUNT,
        budget="buylink-dev",
        stack="buylink-dev",
        state_table="buylink-dev-guard",
        notice_topic_arn=NOTICES,
        queue_url=QUEUE_URL,
        hub_table="buylink-dev-hub",
        clusters=("buylink-dev-cluster",),
        report_bucket="reports",
        anomaly_monitor_arn=MONITOR,
        schedules=("hub-feeds",),
        never_stop=frozenset({"buylink-dev-api"}),
        workers=frozenset({"buylink-dev-ai-worker"}),
        braked_worker_tasks=2,
        on_projection=Mode.BRAKED,
        fixed_costs={"nat-gateway": 1, "load-balancer": 1},
        region="us-east-1",
    )


TAGGED = {"StringEquals": {"aws:ResourceTag/Stack": "buylink-dev"}}
SERVICES = [f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/buylink-dev-cluster/*"]
KEPT = ["reports:arn/costs/*", "reports:arn/reports/*"]


def test_the_function_may_do_what_it_does_and_nothing_else(planned: Plan) -> None:
    # The first two are every function's own: its log, its dead letters.
    assert permissions(planned)[2:] == [
        (
            ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"),
            ["hub-storage-guard-table:arn"],
            None,
        ),
        (("sns:Publish",), [NOTICES], None),
        (("budgets:ViewBudget",), [f"arn:aws:budgets::{ACCOUNT}:budget/buylink-dev"], None),
        (("ce:GetAnomalies", "ce:GetCostAndUsage", "ce:GetCostForecast"), ["*"], None),
        (("sqs:GetQueueAttributes", "sqs:SendMessage"), ["queue:arn"], None),
        (("dynamodb:Query",), ["hub:arn/index/gsi1"], None),
        (
            ("ecs:ListServices", "ecs:ListTasks"),
            ["*"],
            {"ArnEquals": {"ecs:cluster": ["cluster:arn"]}},
        ),
        (("ecs:DescribeServices",), SERVICES, None),
        (("ecs:UpdateService",), SERVICES, TAGGED),
        (
            ("ecs:DescribeTasks",),
            [f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/buylink-dev-cluster/*"],
            None,
        ),
        (("ecs:DescribeClusters",), ["cluster:arn"], None),
        (("ecs:UpdateCluster",), ["cluster:arn"], TAGGED),
        (
            ("application-autoscaling:DescribeScalableTargets", "ecs:DescribeTaskDefinition"),
            ["*"],
            None,
        ),
        (
            ("application-autoscaling:RegisterScalableTarget",),
            [f"arn:aws:application-autoscaling:us-east-1:{ACCOUNT}:scalable-target/*"],
            TAGGED,
        ),
        (("scheduler:GetSchedule", "scheduler:UpdateSchedule"), ["schedule:arn"], None),
        (
            ("iam:PassRole",),
            ["scheduler-role:arn"],
            {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        ),
        (("s3:GetObject",), [*KEPT, "reports:arn/estimate.json"], None),
        (("s3:PutObject",), KEPT, None),
    ]


def test_trouble_with_spot_calls_the_function(planned: Plan) -> None:
    rules = {
        rule.name: json.loads(rule.inputs["eventPattern"])
        for rule in planned.of_type("cloudwatch/eventRule:EventRule")
    }
    assert rules == {
        "hub-budget-guard-spot-placements": {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Service Action"],
            "detail": {
                "clusterArn": ["cluster:arn"],
                "eventName": ["SERVICE_TASK_PLACEMENT_FAILURE"],
            },
        },
        "hub-budget-guard-spot-returns": {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": ["cluster:arn"],
                "lastStatus": ["STOPPED"],
                "stopCode": ["SpotInterruption"],
            },
        },
    }
    function = planned.one(FUNCTION)
    for name in rules:
        assert planned.named(f"{name}-target").inputs["arn"] == f"{function.name}:arn"
        assert planned.named(f"{name}-permission").inputs == {
            "action": "lambda:InvokeFunction",
            "function": "buylink-dev-budget-guard",
            "principal": "events.amazonaws.com",
            "sourceArn": f"{name}:arn",
        }


def test_it_reconciles_every_hour_and_reports_when_the_settings_say() -> None:
    times = {"dailyReport": "cron(0 6 * * ? *)", "weeklyReview": "rate(7 days)"}
    planned = guarded(monitoring=times)
    schedules = [resource.inputs for resource in planned.of_type("scheduler/schedule:Schedule")]
    events = {
        schedule["scheduleExpression"]: json.loads(schedule["target"]["input"])
        for schedule in schedules
    }
    assert events == {
        "rate(1 hour)": {"kind": "reconcile"},
        "cron(0 6 * * ? *)": {"kind": "report", "period": "daily"},
        "rate(7 days)": {"kind": "report", "period": "weekly"},
    }


def guard_environment(stack: str, *config: str) -> dict[str, str]:
    """The variables of the guard's function."""
    (function,) = [
        function.inputs
        for function in plan(stack, *config).of_type("lambda/function:Function")
        if function.inputs["name"] == f"buylink-{stack}-budget-guard"
    ]
    return function["environment"]["variables"]


def test_every_cluster_schedule_and_worker_is_the_guards_but_its_own_schedules() -> None:
    variables = guard_environment("prod")
    assert variables["CLUSTERS"] == "buylink-prod-cluster,buylink-prod-workers"
    assert variables["SCHEDULES"] == "hub-scheduled-ingestion-schedule-scheduled-ingestion"
    assert variables["WORKERS"] == "buylink-prod-ai-worker"


def test_a_function_that_never_stops_keeps_its_schedule() -> None:
    variables = guard_environment(
        "prod", 'buylink:budget.neverStop=["scheduled-ingestion", "product-service"]'
    )
    assert variables["SCHEDULES"] == ""
    assert "buylink-prod-product-service" in variables["NEVER_STOP"].split(",")


def test_what_goes_on_costing_is_counted_with_a_public_load_balancers_addresses() -> None:
    behind = "nat-gateway=2,public-address=2,load-balancer=1,secret=5,kms-key=1"
    assert guard_environment("prod")["STANDING"] == behind
    assert guard_environment("prod", *WITHOUT_EDGE)["STANDING"] == behind.replace(
        "address=2", "address=4"
    )
