"""CloudWatch alarms: somebody hears of them, and knows what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, contains_unknown
from policies.engine.caps import StackCaps
from policies.engine.resource_types import SCALING_POLICY, TOPIC
from policies.engine.rule import Rule, Violation, undecided

METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
ACTED_ON_BY: Final = (
    TOPIC,
    SCALING_POLICY,
    "aws:autoscaling/policy:Policy",
    "aws:lambda/function:Function",
)
"""The resources that an alarm can set off, of those a stack can hold."""


def alarm(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """What an alarm itself shows: a description, and actions that are on."""
    description = resource.get("alarmDescription")
    if description is UNKNOWN:
        yield undecided(resource, "alarmDescription", "Write it out: what to do when it fires.")
    elif not description:
        yield Violation(
            resource.urn, "alarmDescription is not set: nobody knows what to do when it fires"
        )
    enabled = resource.get("actionsEnabled")
    if enabled is UNKNOWN:
        yield undecided(resource, "actionsEnabled", "Leave it out, or set it to true.")
    elif enabled is False:
        yield Violation(resource.urn, "actionsEnabled is false: nobody hears of it")
    actions = resource.get("alarmActions")
    if contains_unknown(actions):
        return  # an ARN of this stack, which the stack check follows
    if not actions:
        yield Violation(resource.urn, "alarmActions is not set: nobody hears of it")
    elif not all(str(action).startswith("arn:") for action in actions):
        yield Violation(resource.urn, "alarmActions holds what is no ARN")


def unknown_actions(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Actions that aren't known yet come from something an alarm can set off."""
    for resource in graph.of_type(METRIC_ALARM, COMPOSITE_ALARM):
        if contains_unknown(resource.get("alarmActions")) and not graph.referenced(
            resource, "alarmActions", *ACTED_ON_BY
        ):
            yield undecided(
                resource, "alarmActions", "Refer to a topic or a scaling policy of this stack."
            )


RULES: Final = (
    Rule(
        id="alarms-notify",
        title="Alarms tell somebody",
        description="Every CloudWatch alarm has an action that is on, and a description that says"
        " what to do.",
        details="""
            A metric alarm and a composite alarm have `alarmActions` and an `alarmDescription`, and
            `actionsEnabled` isn't false. Who is subscribed to the topic isn't judged.
        """,
        unknowns="""
            Actions that aren't known yet come from a topic, a scaling policy or a function of the
            stack. Others are a violation, and so is an unknown switch or description.
        """,
        severity="medium",
        pillar="Operational Excellence",
        tags=("reliability", "monitoring"),
        remediation="Give the alarm alarmActions, a topic's or a scaling policy's ARN, and an"
        " alarmDescription that says what to do when it fires. Leave actionsEnabled out.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html",
        types=(METRIC_ALARM, COMPOSITE_ALARM),
        on_resource=alarm,
        on_stack=unknown_actions,
    ),
)
