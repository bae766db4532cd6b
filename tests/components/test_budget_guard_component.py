"""The budget, the two topics, and the function that hears of the one and writes to the other."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.components.guarded import (
    BUDGET_TOPIC,
    MONITOR,
    NOTICES,
    SUBSCRIPTION,
    guarded,
)
from tests.components.recorder import ACCOUNT, Plan

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


def topic_statements(planned: Plan, topic: str) -> list[dict[str, Any]]:
    (policy,) = [
        resource.inputs["policy"]
        for resource in planned.of_type("sns/topicPolicy:TopicPolicy")
        if resource.inputs["arn"] == topic
    ]
    return json.loads(policy)["Statement"]


def allowed(planned: Plan, topic: str) -> dict[str, dict[str, Any]]:
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
