"""Which alarms each watched thing needs: plain data.

Every description says what happened and what to do, as it is all that an e-mail holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pulumi

from components.parts.alarms import (
    FIVE_MINUTES,
    LONGEST_FORMULA,
    MINUTE,
    SIX_HOURS,
    Alarm,
    Dimensions,
    Metric,
)
from components.parts.watched import (
    LOAD_BALANCER,
    QUEUE,
    TABLE,
    THROTTLES,
    WatchedFunction,
    WatchedQueue,
    WatchedService,
    WatchedTable,
)

MOST_FAILED = 5
"""Failed requests in five minutes that are let pass: a task that Spot takes can fail a few."""
SLOW = 1.0
"""Seconds that 95 of 100 requests stay under."""
ACCOUNT_PERCENTS = (80, 100)


def service_alarms(
    service: WatchedService, load_balancer_suffix: pulumi.Input[str]
) -> Sequence[Alarm]:
    """Errors, latency and health of a service behind the load balancer; none without."""
    if service.target_group_suffix is None:
        return ()
    label = service.label
    dimensions = {
        "LoadBalancer": load_balancer_suffix,
        "TargetGroup": service.target_group_suffix,
    }
    return (
        Alarm(
            thing=f"{label}-5xx",
            description=f"{label} failed more than {MOST_FAILED} requests in five minutes. Look "
            "for level error in its log group. If it began with a deployment, deploy the digest "
            "before it; if a table or queue refuses calls, see that alarm first.",
            metrics=_metric(LOAD_BALANCER, "HTTPCode_Target_5XX_Count", "Sum", dimensions),
            threshold=MOST_FAILED,
            period=FIVE_MINUTES,
        ),
        Alarm(
            thing=f"{label}-latency",
            description=f"Of 100 requests to {label}, 5 took longer than {SLOW:g} s, for 15 "
            "minutes. See whether all its tasks are busy: then raise maxTasks, or lower "
            "requestsPerTask so that more are added sooner. If they idle, what it waits for is "
            "slow: a table, the queue, TikTok.",
            metrics=_metric(LOAD_BALANCER, "TargetResponseTime", "p95", dimensions),
            threshold=SLOW,
            period=FIVE_MINUTES,
            datapoints=3,
            out_of=3,
        ),
        Alarm(
            thing=f"{label}-unhealthy",
            description=f"Tasks of {label} have failed their health check for five minutes. Read "
            "the service's events and the stopped tasks' reasons in ECS, then its log group. "
            "Out of memory: raise memory. No image or secret: the event names it.",
            metrics=_metric(LOAD_BALANCER, "UnHealthyHostCount", "Maximum", dimensions),
            threshold=0,
            period=MINUTE,
            datapoints=5,
            out_of=5,
        ),
    )


def queue_alarms(queue: WatchedQueue) -> Sequence[Alarm]:
    """Messages that wait for too long, and messages that were given up."""
    label = queue.label
    return (
        Alarm(
            thing=f"{label}-queue-age",
            description=f"A message has waited in the queue of {label} for more than "
            f"{queue.acceptable_age} s, its acceptableLatency. See whether the worker runs: none "
            "at all means no capacity, or that the budget guard stopped it. As many as maxTasks: "
            "raise it, or accept the wait. Messages that come back again and again fail: read its "
            "log.",
            metrics=_metric(
                QUEUE, "ApproximateAgeOfOldestMessage", "Maximum", {"QueueName": queue.name}
            ),
            threshold=queue.acceptable_age,
            period=FIVE_MINUTES,
            datapoints=2,
            out_of=2,
        ),
        Alarm(
            thing=f"{label}-dead-letters",
            description=f"Messages of {label} failed so often that they were put aside. Look for "
            "their ids in its log, correct the cause, deploy, then start a redrive of the "
            "dead-letter queue: they are lost when their retention ends.",
            metrics=_metric(
                QUEUE,
                "ApproximateNumberOfMessagesVisible",
                "Maximum",
                {"QueueName": queue.dead_letter_name},
            ),
            threshold=0,
            period=FIVE_MINUTES,
        ),
    )


def table_alarms(table: WatchedTable) -> Sequence[Alarm]:
    """Reads and writes that the table, or one of its indexes, refuses to take so fast.

    Raises ValueError for more indexes than one alarm can hold.
    """
    metrics = tuple(
        Metric(namespace=TABLE, name=name, statistic="Sum", dimensions=dimensions)
        for dimensions in (
            {"TableName": table.name},
            *({"TableName": table.name, "GlobalSecondaryIndexName": it} for it in table.indexes),
        )
        for name in THROTTLES
    )
    if len(metrics) > LONGEST_FORMULA:
        most = LONGEST_FORMULA // len(THROTTLES) - 1
        raise ValueError(
            f"table {table.label}: expected at most {most} indexes to watch, got "
            f"{len(table.indexes)}: an alarm holds {LONGEST_FORMULA} metrics; watch the busiest"
        )
    return (
        Alarm(
            thing=f"{table.label}-throttles",
            description=f"DynamoDB has been refusing reads or writes of {table.label} for ten "
            "minutes. A table on demand takes twice its last peak at once, and more when the load "
            "grows slower: spread the burst. If the table's load is small, one key is hot: see "
            "which partition key the calls share.",
            metrics=metrics,
            threshold=0,
            period=FIVE_MINUTES,
            datapoints=2,
            out_of=3,
        ),
    )


def function_alarms(function: WatchedFunction) -> Sequence[Alarm]:
    """Runs that ended in an error or in their timeout."""
    return (
        Alarm(
            thing=f"{function.label}-errors",
            description=f"A run of {function.label} failed. It is tried again; look for level "
            "error in its log group. What failed to the last is in its dead-letter queue: correct "
            "the cause, deploy, and invoke it with the event from there.",
            metrics=_metric("AWS/Lambda", "Errors", "Sum", {"FunctionName": function.name}),
            threshold=0,
            period=FIVE_MINUTES,
        ),
    )


def account_alarms(limit: Decimal) -> Sequence[Alarm]:
    """The whole account's charges so far this month, in USD.

    They exist in us-east-1 alone, know no tags, and come a few times a day once billing alerts are
    turned on in the account that pays.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
    """
    return tuple(
        Alarm(
            thing=f"account-{percent}-percent",
            description=f"The whole account's charges of this month are above {percent} % of the "
            f"{limit:f} USD that it may cost, buylink's stacks and all else. In Cost Explorer, "
            "group the month by service, then by the tag Stack: what has no tag isn't of these "
            "stacks, and no guard of theirs stops it.",
            metrics=_metric("AWS/Billing", "EstimatedCharges", "Maximum", {"Currency": "USD"}),
            threshold=float(limit * percent / 100),
            period=SIX_HOURS,
        )
        for percent in ACCOUNT_PERCENTS
    )


def _metric(namespace: str, name: str, statistic: str, dimensions: Dimensions) -> tuple[Metric]:
    return (Metric(namespace=namespace, name=name, statistic=statistic, dimensions=dimensions),)
