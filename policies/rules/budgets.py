"""The stack's budget: how much, for what, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from buylink.graph import STACK_TYPE, UNKNOWN, Graph, Resource, Value, contains_unknown
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linking, nested, stated
from policies.engine.resource_types import BUCKETS, FUNCTION, SERVICE, SUBSCRIPTION, TABLE, TOPIC
from policies.engine.rule import Rule, Violation, above_cap, undecided

BUDGET: Final = "aws:budgets/budget:Budget"
BILLABLE: Final = (SERVICE, TABLE, *BUCKETS, FUNCTION)
"""What makes a stack need a budget."""

ALERTS: Final = (80, 100)
GUARD: Final = 150
"""Percent of the limit: where somebody is told, and where something acts."""

_TAG: Final = "Stack"
_KIND: Final = {"budgetType": "COST", "timeUnit": "MONTHLY", "limitUnit": "USD"}
_MOVES: Final = ("autoAdjustData", "plannedLimits")
_EXACT: Final = frozenset(("EQUALS", "CASE_SENSITIVE"))
_EMAIL: Final = frozenset(("email", "email-json"))
_ACTING: Final = frozenset(("lambda", "sqs", "http", "https", "firehose"))


def budget_present(graph: Graph, caps: StackCaps) -> Iterator[Violation]:
    """One budget that has all a stack's budget must have; else what the nearest to it lacks."""
    guarded = graph.of_type(*BILLABLE)
    if not guarded:
        return
    judged: list[tuple[int, list[Violation]]] = []
    for budget in graph.of_type(BUDGET):
        scope = list(_filter(graph, budget))
        figures = _figures(budget, caps)
        judged.append((len(scope), [*scope, *figures, *_notifications(graph, budget, caps)]))
    if not judged:
        about, *_ = (*graph.of_type(STACK_TYPE), *guarded)
        yield Violation(
            about.urn,
            f"stack {graph.stack} has no budget: nobody hears of what it costs until the bill."
            f" Declare an {BUDGET}",
        )
        return
    _, faults = min(judged, key=lambda judgement: (judgement[0], len(judgement[1])))
    yield from faults


def _figures(budget: Resource, caps: StackCaps) -> Iterator[Violation]:
    for name, wanted in _KIND.items():
        kind = stated(budget, name)
        if kind is UNKNOWN:
            yield undecided(budget, name, f"Write {wanted} out.")
        elif kind != wanted:
            yield Violation(budget.urn, f"{name} is {kind or 'not set'}, {wanted} is needed")
    for name in _MOVES:
        if stated(budget, name):
            yield Violation(budget.urn, f"{name} moves the limit. Give a limitAmount alone")
    limit = stated(budget, "limitAmount")
    amount = _dollars(limit)
    if limit is UNKNOWN:
        yield undecided(budget, "limitAmount", f"Give at most {caps.budget_limit} USD.")
    elif amount is None:
        yield Violation(
            budget.urn, f"limitAmount is {limit or 'not set'}, an amount above 0 is needed"
        )
    elif amount > caps.budget_limit:
        yield above_cap(budget.urn, f"limitAmount is {amount} USD a month", caps.budget_limit)


def _dollars(limit: Value) -> Decimal | None:
    try:
        amount = Decimal(str(limit))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


def _filter(graph: Graph, budget: Resource) -> Iterator[Violation]:
    value = f"{graph.project}-{graph.stack}"
    filters, expression = stated(budget, "costFilters"), stated(budget, "filterExpression")
    if contains_unknown(filters) or contains_unknown(expression):
        yield undecided(budget, "what it is filtered by", f"Write user:{_TAG}${value} out.")
    elif not _filters_by(filters, value) and not _expression_by(expression, value):
        yield Violation(
            budget.urn,
            f"it counts something else than this stack: costFilters needs TagKeyValue with"
            f" user:{_TAG}${value}, and nothing else",
        )


def _filters_by(filters: Value, value: str) -> bool:
    accepted = {f"user:{_TAG}${value}", f"{_TAG}${value}"}
    return bool(items(filters)) and all(
        nested(cost_filter, "name") == "TagKeyValue"
        and _all_in(nested(cost_filter, "values"), accepted)
        for cost_filter in items(filters)
    )


def _expression_by(expression: Value, value: str) -> bool:
    if not isinstance(expression, Mapping):
        return False
    tag = expression.get("tags")
    return (
        [name for name, part in expression.items() if part] == ["tags"]
        and nested(tag, "key") in (_TAG, f"user:{_TAG}")
        and _EXACT.issuperset(items(nested(tag, "matchOptions")))
        and _all_in(nested(tag, "values"), {value})
    )


def _all_in(values: Value, accepted: set[str]) -> bool:
    return bool(items(values)) and accepted.issuperset(items(values))


def _notifications(graph: Graph, budget: Resource, caps: StackCaps) -> Iterator[Violation]:
    for percent in (*ALERTS, GUARD):
        sure, unsure = _at(budget, percent)
        reached = {
            protocol
            for notification in sure
            for protocol in _reached_by(graph, budget, notification)
        }
        if not sure and unsure:
            yield undecided(budget, f"a notification at {percent} %", "Write its figures out.")
        elif not sure:
            yield Violation(
                budget.urn,
                f"it has no notification at {percent} %: ACTUAL, GREATER_THAN, {percent}"
                " PERCENTAGE",
            )
        elif percent == GUARD and reached.isdisjoint(_ACTING):
            yield Violation(
                budget.urn,
                f"nothing acts at {percent} %: the notification needs a topic of this stack to"
                " which a function is subscribed",
            )
        elif not reached:
            yield Violation(
                budget.urn,
                f"nobody hears of {percent} %: the notification needs e-mail addresses, or a topic"
                " of this stack with a subscription",
            )
        elif percent != GUARD and caps.budget_needs_email and reached.isdisjoint(_EMAIL):
            yield Violation(
                budget.urn,
                f"no e-mail address hears of {percent} %, stack {graph.stack} needs one",
            )


def _at(budget: Resource, percent: int) -> tuple[list[Value], bool]:
    """The notifications at a percentage of actual cost, and whether others might be one."""
    notifications = stated(budget, "notifications")
    sure: list[Value] = []
    unsure = notifications is UNKNOWN
    for notification in items(notifications):
        figures = [
            (nested(notification, "comparisonOperator"), "GREATER_THAN"),
            (nested(notification, "notificationType"), "ACTUAL"),
            (nested(notification, "thresholdType"), "PERCENTAGE"),
            (nested(notification, "threshold"), percent),
        ]
        differing = [value for value, wanted in figures if value != wanted]
        if not differing:
            sure.append(notification)
        elif all(value is UNKNOWN for value in differing):
            unsure = True
    return sure, unsure


def _reached_by(graph: Graph, budget: Resource, notification: Value) -> set[str]:
    """The protocols by which a notification reaches somebody.

    A topic that isn't known yet may be any that the notifications refer to.
    """
    emails = items(nested(notification, "subscriberEmailAddresses"))
    protocols = {"email"} if emails else set[str]()
    arns = nested(notification, "subscriberSnsTopicArns")
    if contains_unknown(arns):
        possible = [
            _protocols(graph, topic) for topic in graph.referenced(budget, "notifications", TOPIC)
        ]
        return protocols.union(set[str].intersection(*possible) if possible else ())
    for topic in graph.of_type(TOPIC):
        if topic.get("arn") in items(arns):
            protocols |= _protocols(graph, topic)
    return protocols


def _protocols(graph: Graph, topic: Resource) -> set[str]:
    subscriptions = linking(graph, topic, "topic", SUBSCRIPTION)
    protocols = (subscription.get("protocol") for subscription in subscriptions)
    return {protocol for protocol in protocols if isinstance(protocol, str)}


RULES: Final = (
    Rule(
        id="budget-present",
        title="The stack has a budget",
        description="A stack that costs something has a monthly budget for itself alone, at most"
        " its cap, that tells somebody at 80 % and 100 % and sets off a guard at 150 %.",
        details="""
            A stack with an ECS service, a table, a bucket or a function needs an
            `aws:budgets/budget:Budget`; one without any of them needs none. The budget has

            - `budgetType` COST, `timeUnit` MONTHLY and a `limitAmount` in USD of at most the cap. A
              limit that moves by itself (`autoAdjustData`, `plannedLimits`) is refused;
            - one filter, by the cost allocation tag `Stack` with the value `<project>-<stack>`: as
              `costFilters` (`TagKeyValue` with `user:Stack$buylink-prod` or `Stack$buylink-prod`)
              or as `filterExpression` with these `tags` alone. A filter that counts less or more is
              refused: budgets are for the whole account otherwise;
            - notifications ACTUAL, GREATER_THAN, PERCENTAGE at 80, 100 and 150. More are welcome;
            - at 80 and 100 somebody who is told: `subscriberEmailAddresses`, or a topic of this
              stack with a subscription. Where the stack asks for it (prod) that is an e-mail
              address, given in the notification or subscribed to its topic;
            - at 150 something that acts: a topic of this stack with a subscription of a function, a
              queue or an HTTP endpoint.

            With several budgets one that has it all is enough; else what the nearest to it lacks is
            reported.
        """,
        unknowns="""
            An unknown limit, filter or threshold is a violation. A topic's ARN may be unknown, and
            is followed to the topics that the notifications refer to: with several, each must have
            the subscriptions. A subscription whose protocol isn't known tells nobody.
        """,
        severity="high",
        pillar="Cost Optimization",
        tags=("cost", "budget"),
        remediation="Declare an aws:budgets/budget:Budget filtered by the stack's tag, lower its"
        " limitAmount or raise budgetLimit for this stack in policies/caps.yaml, and give its"
        " notifications e-mail addresses and a topic.",
        url="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html",
        caps=("budgetLimit", "budgetNeedsEmail"),
        on_stack=budget_present,
    ),
)
