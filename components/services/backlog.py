"""How many tasks a backlog of messages needs: plain arithmetic, no AWS, no Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal

MOST_STEPS = 20
"""Step adjustments that one step scaling policy may have.
https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html"""

LEAST_VISIBILITY = 30  # seconds
LONGEST_VISIBILITY = 12 * 3600  # 12 hours in seconds
"""The least is what SQS gives on its own.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """`tasks` for a backlog from `at_least` messages up to, not including, `below`.

    The last step has no `below`.
    """

    tasks: int
    at_least: int
    below: int | None


def backlog_steps(
    *, seconds_per_message: int, acceptable_latency: int, max_tasks: int
) -> tuple[Step, ...]:
    """Steps without gaps from a backlog of one message and one task on, to `max_tasks`.

    Each gives the tasks that work its largest backlog off within the acceptable latency; the last
    takes whatever is more. Expects the latency to be at least the seconds of a message.
    """
    steps: list[Step] = []
    at_least = 1
    for tasks in _task_counts(max_tasks):
        below = None
        if tasks < max_tasks:
            below = tasks * acceptable_latency // seconds_per_message + 1
        steps.append(Step(tasks=tasks, at_least=at_least, below=below))
        at_least = below or at_least
    return tuple(steps)


def _task_counts(max_tasks: int) -> Iterator[int]:
    """Every count up to the maximum, or MOST_STEPS of them that grow by about the same factor."""
    if max_tasks <= MOST_STEPS:
        yield from range(1, max_tasks + 1)
        return
    last = 0
    for index in range(MOST_STEPS):
        last = max(last + 1, round(max_tasks ** (index / (MOST_STEPS - 1))))
        yield last


def most_tasks(
    max_tasks: int, seconds_per_message: int, messages_per_second: Decimal | None
) -> int:
    """The maximum of tasks, lowered so that together they take no more messages in a second.

    Never below one: a queue that nobody reads helps nobody.
    """
    if messages_per_second is None:
        return max_tasks
    return max(1, min(max_tasks, int(messages_per_second * seconds_per_message)))


def rate_per_task(tasks: int, messages_per_second: Decimal) -> str:
    """Each task's share of the messages that `tasks` may take in a second, when all of them run.

    Plain decimal text of up to six digits, rounded down: shares never add up to more.
    """
    share = Context(prec=6, rounding=ROUND_DOWN).divide(messages_per_second, Decimal(tasks))
    return f"{share.normalize():f}"


def visibility_timeout(seconds_per_message: int) -> int:
    """Seconds a message stays hidden once it is taken: six times its work, so that a slow one is
    not done twice. A worker that stops hands its message back at once.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return min(LONGEST_VISIBILITY, max(LEAST_VISIBILITY, 6 * seconds_per_message))
