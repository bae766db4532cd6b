"""Cases of `budget-present`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, CaseFactory, Later, Node, merged, ref

_TABLE: Final = Node("aws:dynamodb/table:Table", "links")
_TOPIC: Final = Node("aws:sns/topic:Topic", "costs")
_FILTER: Final = {"name": "TagKeyValue", "values": ["user:Stack$shop-prod"]}
_COSTS: Final = ref("costs", "arn")


def _subscription(protocol: str, topic: str = "costs") -> Node:
    inputs = {"topic": ref(topic, "arn"), "protocol": protocol, "endpoint": Later("there")}
    return Node("aws:sns/topicSubscription:TopicSubscription", f"{topic}-{protocol}", inputs)


_GUARD: Final = _subscription("lambda")


def _at(
    percent: Value,
    topic: Value = _COSTS,
    emails: Value = ("costs@shop.example",),
    **more: Value,
) -> dict[str, Value]:
    return {
        "comparisonOperator": "GREATER_THAN",
        "notificationType": "ACTUAL",
        "thresholdType": "PERCENTAGE",
        "threshold": percent,
        "subscriberEmailAddresses": list(emails),
        "subscriberSnsTopicArns": [topic] if topic else [],
    } | more


def _all(*percents: Value, **more: Value) -> list[dict[str, Value]]:
    return [_at(percent, **more) for percent in percents or (80, 100, 150)]


def _budget(name: str = "budget", **inputs: Value) -> Node:
    defaults = {
        "budgetType": "COST",
        "timeUnit": "MONTHLY",
        "limitAmount": "300",
        "limitUnit": "USD",
        "costFilters": [_FILTER],
        "notifications": _all(),
    }
    return Node("aws:budgets/budget:Budget", name, merged(defaults, inputs))


_case: Final = CaseFactory("budget-present", (_TABLE, _TOPIC, _GUARD))


def _filtered(name: str, *values: Value, **inputs: Value) -> Node:
    return _budget(costFilters=[{"name": name, "values": list(values)}], **inputs)


def _stack(stack: str, **inputs: Value) -> Node:
    return _filtered("TagKeyValue", f"user:Stack$shop-{stack}", **inputs)


def _expression(**parts: Value) -> Node:
    return _budget(costFilters=None, filterExpression=parts)


_SCOPE: Final = "budget: it counts something else than this stack"
_TAGS: Final = {"key": "Stack", "values": ["shop-prod"]}
_QUIET: Final = Node("aws:sns/topic:Topic", "quiet")
_TO_QUIET: Final = ref("quiet", "arn")
_UNKNOWN_PROTOCOL: Final = Node(
    "aws:sns/topicSubscription:TopicSubscription",
    "s",
    {"topic": _TO_QUIET, "protocol": Later("lambda", ("links",))},
)

CASES: Final = (
    _case("good", "a budget at the cap, with alerts and a guard", _budget()),
    _case(
        "good",
        "dev needs no address",
        _stack("dev", limitAmount="100", notifications=_all(emails=())),
        stack="dev",
    ),
    _case(
        "bad",
        "a stack without a budget is refused",
        says=("links: stack prod has no budget",),
    ),
    _case(
        "bad",
        "the stack itself is named where it shows",
        Node("pulumi:pulumi:Stack", "shop-prod"),
        says=("shop-prod: stack prod has no budget",),
    ),
    _case(
        "bad",
        "a limit over the cap is refused",
        _budget(limitAmount="1000"),
        says=("budget: limitAmount is 1000 USD a month, at most 300 are allowed in stack prod",),
    ),
    _case(
        "bad",
        "what prod may cost is too much for staging",
        _stack("staging", limitAmount="175.01"),
        says=("budget: limitAmount is 175.01 USD a month, at most 175",),
        stack="staging",
    ),
    *(
        _case("bad", f"{name} is refused", budget, says=(_SCOPE,))
        for name, budget in (
            ("a budget of the whole account", _budget(costFilters=None)),
            ("another stack's budget", _stack("dev")),
            (
                "a budget that sees only a part",
                _budget(costFilters=[_FILTER, {"name": "Service", "values": ["Amazon S3"]}]),
            ),
            (
                "a budget that sees more",
                _filtered("TagKeyValue", "user:Stack$shop-prod", "user:Stack$other"),
            ),
            ("a filter of another name", _filtered("CostCategory", "user:Stack$shop-prod")),
            ("a filter without values", _filtered("TagKeyValue")),
        )
    ),
    _case(
        "bad",
        "a budget of usage, of a year, in euro is refused",
        _budget(budgetType="USAGE", timeUnit="ANNUALLY", limitUnit="EUR"),
        says=(
            "budget: budgetType is USAGE, COST is needed",
            "budget: limitUnit is EUR, USD is needed",
            "budget: timeUnit is ANNUALLY, MONTHLY is needed",
        ),
    ),
    _case(
        "bad",
        "alerts at other shares are refused",
        _budget(notifications=_all(50, 90, 200)),
        says=(
            "budget: it has no notification at 100 %",
            "budget: it has no notification at 150 %",
            "budget: it has no notification at 80 %",
        ),
    ),
    *(
        _case(
            "bad",
            f"{name} {value} is another alert",
            _budget(notifications=[_at(80, **{name: value}), _at(100), _at(150)]),
            says=("budget: it has no notification at 80 %",),
        )
        for name, value in (
            ("comparisonOperator", "LESS_THAN"),
            ("notificationType", "FORECASTED"),
            ("thresholdType", "ABSOLUTE_VALUE"),
        )
    ),
    _case(
        "bad",
        "in prod somebody is told by e-mail",
        _budget(notifications=_all(emails=())),
        says=(
            "budget: no e-mail address hears of 100 %, stack prod needs one",
            "budget: no e-mail address hears of 80 %, stack prod needs one",
        ),
    ),
    _case(
        "bad",
        "an e-mail stops nothing",
        _budget(notifications=[_at(80), _at(100), _at(150, topic=None)]),
        says=("budget: nothing acts at 150 %",),
    ),
    _case(
        "bad",
        "an alert that nobody gets is refused",
        _stack("dev", limitAmount="50", notifications=[_at(80, None, ()), _at(100), _at(150)]),
        says=("budget: nobody hears of 80 %",),
        stack="dev",
    ),
    _case(
        "bad",
        "the nearest of several budgets is named",
        _budget("account", costFilters=[], notifications=_all()),
        _budget(limitAmount="500", notifications=_all(80, 100)),
        says=("budget: it has no notification at 150 %", "budget: limitAmount is 500"),
    ),
    _case(
        "bad",
        "of two budgets of the stack the one with fewer faults is named",
        _budget("first", limitAmount="500", notifications=_all(80, 100)),
        _budget("second", limitAmount="500"),
        says=("second: limitAmount is 500",),
    ),
    _case(
        "unknown",
        "an unknown limit can't be decided",
        _budget(limitAmount=Later("100", ("links",))),
        says=("budget: could not decide: limitAmount is only known after deployment",),
        deployed=(),
    ),
    _case(
        "unknown",
        "a limit from outside the stack can't be decided",
        _budget(limitAmount=Later("1000")),
        says=("budget: could not decide: limitAmount",),
        deployed=("budget: limitAmount is 1000",),
    ),
    _case(
        "unknown",
        "an unknown kind can't be decided",
        _budget(
            budgetType=Later("COST", ("links",)),
            timeUnit=Later("MONTHLY", ("links",)),
            limitUnit=Later("USD", ("links",)),
        ),
        says=(
            "budget: could not decide: budgetType",
            "budget: could not decide: limitUnit",
            "budget: could not decide: timeUnit",
        ),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown filter can't be decided",
        _filtered("TagKeyValue", Later("user:Stack$shop-prod", ("links",))),
        says=("budget: could not decide: what it is filtered by",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown expression can't be decided",
        _budget(costFilters=None, filterExpression=Later({"tags": _TAGS}, ("links",))),
        says=("budget: could not decide: what it is filtered by",),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown threshold can't be decided",
        _budget(notifications=[_at(Later(80)), _at(100), _at(150)]),
        says=("budget: could not decide: a notification at 80 %",),
        deployed=(),
    ),
    _case(
        "unknown",
        "unknown notifications can't be decided",
        _budget(notifications=Later(_all(), ("costs",))),
        says=tuple(
            f"budget: could not decide: a notification at {percent} %" for percent in (100, 150, 80)
        ),
        deployed=(),
    ),
    _case(
        "unknown",
        "an unknown protocol tells nobody",
        _QUIET,
        _UNKNOWN_PROTOCOL,
        _budget(notifications=_all(topic=_TO_QUIET)),
        says=("budget: nothing acts at 150 %",),
        deployed=(),
    ),
    _case(
        "unknown",
        "which of two topics has the guard can't be told",
        _QUIET,
        _budget(notifications=[_at(80), _at(100, _TO_QUIET), _at(150)]),
        says=("budget: nothing acts at 150 %",),
        deployed=(),
    ),
    _case(
        "unknown",
        "a topic from nowhere tells nobody",
        _budget(notifications=_all(topic=Later("arn-of-costs"))),
        says=("budget: nothing acts at 150 %",),
        deployed=(),
    ),
    _case(
        "variant",
        "an address may be subscribed to the topic",
        _subscription("email"),
        _budget(notifications=_all(emails=())),
    ),
    _case(
        "variant",
        "in JSON as well",
        _subscription("email-json"),
        _budget(notifications=_all(emails=())),
    ),
    _case(
        "variant",
        "a topic without subscriptions tells nobody",
        _QUIET,
        _budget(notifications=_all(topic=_TO_QUIET)),
        says=("budget: nothing acts at 150 %",),
    ),
    _case(
        "variant",
        "a topic of another stack can't be looked into",
        _budget(notifications=_all(topic="arn:aws:sns:us-east-1:123456789012:shared")),
        says=("budget: nothing acts at 150 %",),
    ),
    _case(
        "variant",
        "the topics' ARNs may not be known at all",
        _budget(notifications=_all(subscriberSnsTopicArns=Later(["arn-of-costs"], ("costs",)))),
    ),
    _case(
        "variant",
        "several topics are fine where each has what is needed",
        _QUIET,
        _subscription("sqs", "quiet"),
        _subscription("lambda", "quiet"),
        _budget(notifications=[_at(80), _at(100, _TO_QUIET), _at(150)]),
    ),
    *(
        _case(
            "variant",
            f"{protocol} can act",
            _QUIET,
            _subscription(protocol, "quiet"),
            _budget(notifications=_all(topic=_TO_QUIET)),
        )
        for protocol in ("sqs", "http", "https", "firehose")
    ),
    _case("variant", "a filter expression is as good", _expression(tags=_TAGS)),
    _case(
        "variant",
        "a filter expression may say how it compares",
        _expression(tags={**_TAGS, "key": "user:Stack", "matchOptions": ["EQUALS"]}),
    ),
    *(
        _case(
            "variant", f"an expression by {name} is refused", _expression(**parts), says=(_SCOPE,)
        )
        for name, parts in (
            ("another tag", {"tags": {**_TAGS, "key": "Project"}}),
            ("another value", {"tags": {**_TAGS, "values": ["shop-dev"]}}),
            ("a part of the value", {"tags": {**_TAGS, "matchOptions": ["CONTAINS"]}}),
            (
                "more than the tag",
                {"tags": _TAGS, "dimensions": {"key": "SERVICE", "values": ["x"]}},
            ),
            ("all but the tag", {"not": {"tags": _TAGS}}),
        )
    ),
    _case(
        "variant",
        "a tag that AWS doesn't call user-defined is one too",
        _filtered("TagKeyValue", "Stack$shop-prod"),
    ),
    *(
        _case(
            "variant",
            f"{amount!r} is no limit",
            _budget(limitAmount=amount),
            says=(f"budget: limitAmount is {amount}",),
        )
        for amount in ("0", "-5", "lots", "NaN", "Infinity")
    ),
    _case(
        "variant",
        "a budget without a limit is refused",
        _budget(limitAmount=None, limitUnit=None),
        says=("budget: limitAmount is not set", "budget: limitUnit is not set"),
    ),
    _case("variant", "a limit in cents is compared like any other", _budget(limitAmount="299.99")),
    *(
        _case(
            "variant",
            f"a limit with {name} moves",
            _budget("budget", **{name: value}),
            says=(f"budget: {name} moves the limit",),
        )
        for name, value in (
            ("autoAdjustData", {"autoAdjustType": "HISTORICAL"}),
            ("plannedLimits", [{"amount": "900", "startTime": "2026-01-01_00:00", "unit": "USD"}]),
        )
    ),
    _case("variant", "more alerts are welcome", _budget(notifications=_all(50, 80, 100, 120, 150))),
    _case(
        "variant",
        "another budget beside it is fine",
        _budget("account", costFilters=None, limitAmount="5000", notifications=[]),
        _budget(),
    ),
    _case(
        "variant",
        "a stack nobody knows gets the least limit and needs an address",
        _stack("holiday-demo", limitAmount="150", notifications=_all(emails=())),
        says=(
            "budget: limitAmount is 150 USD a month, at most 100",
            "budget: no e-mail address hears of 100 %",
            "budget: no e-mail address hears of 80 %",
        ),
        stack="holiday-demo",
    ),
    Case("budget-present", "variant", "a stack that costs nothing needs none", (_TOPIC, _GUARD)),
    *(
        Case(
            "budget-present",
            "variant",
            f"{kind} needs a budget",
            (Node(kind, "thing"),),
            ("thing: stack prod has no budget",),
        )
        for kind in (
            "aws:ecs/service:Service",
            "aws:s3/bucket:Bucket",
            "aws:s3/bucketV2:BucketV2",
            "aws:lambda/function:Function",
        )
    ),
    _case(
        "variant",
        "a filter expression may mind the case, and leave parts empty",
        _expression(tags={**_TAGS, "matchOptions": ["EQUALS", "CASE_SENSITIVE"]}, ands=[]),
    ),
    _case("variant", "a limit may be small", _budget(limitAmount="0.5")),
    _case(
        "unknown",
        "in dev an unknown protocol tells nobody either",
        _QUIET,
        _UNKNOWN_PROTOCOL,
        _stack("dev", limitAmount="50", notifications=_all(topic=_TO_QUIET, emails=())),
        says=(
            "budget: nobody hears of 100 %",
            "budget: nobody hears of 80 %",
            "budget: nothing acts at 150 %",
        ),
        deployed=(),
        stack="dev",
    ),
)
