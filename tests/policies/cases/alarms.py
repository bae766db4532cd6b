"""Cases of `alarms-notify`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node, merged

_TOPIC_ARN: Final = "arn:aws:sns:us-east-1:123456789012:notices"
_TO_TOPIC: Final = Later(_TOPIC_ARN, ("notices",))
_TOPIC: Final = Node("aws:sns/topic:Topic", "notices")
_QUEUE: Final = Node("aws:sqs/queue:Queue", "jobs")


def _alarm(kind: str = "aws:cloudwatch/metricAlarm:MetricAlarm", **inputs: Value) -> Node:
    defaults = {"alarmActions": [_TO_TOPIC], "alarmDescription": "Look at the logs."}
    return Node(kind, "errors", merged(defaults, inputs))


_case: Final = CaseFactory("alarms-notify", (_TOPIC,))
_COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"

CASES: Final = (
    _case("good", "an alarm tells a topic and says what to do", _alarm()),
    _case(
        "good",
        "an alarm may set off a scaling policy",
        Node("aws:appautoscaling/policy:Policy", "up", {"serviceNamespace": "ecs"}),
        _alarm(alarmActions=[Later("arn:aws:autoscaling:us-east-1:1:scalingPolicy:1", ("up",))]),
    ),
    _case("good", "an alarm of alarms is one too", _alarm(_COMPOSITE)),
    _case(
        "bad",
        "an alarm without actions is refused",
        _alarm(alarmActions=None),
        says=("errors: alarmActions is not set: nobody hears of it",),
    ),
    _case(
        "bad",
        "an alarm with empty actions is refused",
        _alarm(_COMPOSITE, alarmActions=[]),
        says=("errors: alarmActions is not set",),
    ),
    _case(
        "bad",
        "an alarm that is off is refused",
        _alarm(actionsEnabled=False),
        says=("errors: actionsEnabled is false",),
    ),
    _case(
        "bad",
        "an alarm that doesn't say what to do is refused",
        _alarm(alarmDescription=None),
        says=("errors: alarmDescription is not set: nobody knows what to do",),
    ),
    _case(
        "bad",
        "a name is no ARN",
        _alarm(alarmActions=["notices"]),
        says=("errors: alarmActions holds what is no ARN",),
    ),
    _case(
        "unknown",
        "actions from nowhere can't be decided",
        _alarm(alarmActions=[Later(_TOPIC_ARN)]),
        says=("errors: could not decide: alarmActions is only known after deployment",),
        deployed=(),
    ),
    _case(
        "unknown",
        "actions from what no alarm can set off can't be decided",
        _QUEUE,
        _alarm(alarmActions=[Later("arn:aws:sqs:us-east-1:123456789012:jobs", ("jobs",))]),
        says=("errors: could not decide: alarmActions",),
        deployed=(),
    ),
    _case(
        "unknown",
        "a list that isn't known at all can't be decided",
        _alarm(_COMPOSITE, alarmActions=Later([])),
        says=("errors: could not decide: alarmActions",),
        deployed=("errors: alarmActions is not set",),
    ),
    _case(
        "unknown",
        "an unknown switch can't be decided",
        _alarm(actionsEnabled=Later(value=False)),
        says=("errors: could not decide: actionsEnabled",),
        deployed=("errors: actionsEnabled is false",),
    ),
    _case(
        "unknown",
        "an unknown description can't be decided",
        _alarm(alarmDescription=Later("")),
        says=("errors: could not decide: alarmDescription",),
        deployed=("errors: alarmDescription is not set",),
    ),
    _case("variant", "a topic of another stack is written out", _alarm(alarmActions=[_TOPIC_ARN])),
    _case(
        "variant",
        "a list from a topic is as good",
        _alarm(alarmActions=Later([_TOPIC_ARN], ("notices",))),
    ),
    _case("variant", "on may be written out", _alarm(actionsEnabled=True)),
    *(
        _case(
            "variant",
            f"an alarm may set off {kind}",
            Node(kind, "taker"),
            _alarm(alarmActions=[Later("arn:aws:x", ("taker",))]),
        )
        for kind in ("aws:autoscaling/policy:Policy", "aws:lambda/function:Function")
    ),
)
