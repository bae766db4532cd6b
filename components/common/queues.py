"""Queues: encrypted, reached over TLS alone, and with a name that people know."""

from __future__ import annotations

import pulumi
from pulumi_aws import sqs

from components.common.child_factory import ChildFactory, explicit_name

DAY = 86400  # seconds

LONGEST_RETENTION = 14 * DAY  # 14 days in seconds
"""The most that SQS keeps a message. Those set aside keep the age they had.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""

LONG_POLLING = 20
"""Seconds a receive waits for a message: the most there is, as each empty receive is billed.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html"""

DEAD_LETTERS = "dead-letters"


def add_work_queue(
    child: ChildFactory,
    label: str,
    *,
    retention_seconds: int,
    visibility_seconds: int,
    max_receives: int,
    dead_letters: sqs.Queue,
) -> sqs.Queue:
    """The queue `buylink-<stack>-<label>`; what fails `max_receives` times is set aside."""
    queue = sqs.Queue(
        child.name("queue"),
        name=explicit_name(child.stack, label),
        message_retention_seconds=retention_seconds,
        visibility_timeout_seconds=visibility_seconds,
        receive_wait_time_seconds=LONG_POLLING,
        sqs_managed_sse_enabled=True,
        redrive_policy=pulumi.Output.json_dumps(
            {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": max_receives}
        ),
        tags=child.tags("queue"),
        opts=child.opts(),
    )
    _refuse_plain_http(child, "queue-policy", queue)
    sqs.RedriveAllowPolicy(
        child.name("dead-letters-redrive"),
        queue_url=dead_letters.url,
        redrive_allow_policy=pulumi.Output.json_dumps(
            {"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]}
        ),
        opts=child.opts(),
    )
    return queue


def add_dead_letter_queue(child: ChildFactory, label: str) -> sqs.Queue:
    """The queue `buylink-<stack>-<label>-dead-letters`, which keeps what failed for 14 days."""
    queue = sqs.Queue(
        child.name(DEAD_LETTERS),
        name=explicit_name(child.stack, f"{label}-{DEAD_LETTERS}"),
        message_retention_seconds=LONGEST_RETENTION,
        receive_wait_time_seconds=LONG_POLLING,
        sqs_managed_sse_enabled=True,
        tags=child.tags(DEAD_LETTERS),
        opts=child.opts(),
    )
    _refuse_plain_http(child, f"{DEAD_LETTERS}-policy", queue)
    return queue


def planned_url(*, region: str, account_id: str, stack: str, label: str) -> str:
    """The URL that SQS is going to give a queue, for those who read a plan.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    return f"https://sqs.{region}.amazonaws.com/{account_id}/{explicit_name(stack, label)}"


def _refuse_plain_http(child: ChildFactory, thing: str, queue: sqs.Queue) -> None:
    sqs.QueuePolicy(
        child.name(thing),
        queue_url=queue.url,
        policy=pulumi.Output.json_dumps(_tls_only(queue.arn)),
        opts=child.opts(),
    )


def _tls_only(arn: pulumi.Input[str]) -> dict[str, object]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html"""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsAlone",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
