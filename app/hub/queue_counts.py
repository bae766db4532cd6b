"""Ask a queue how much is in it; the standard library only, the SQS client is handed in.

A queue that nobody has asked for six hours stops publishing metrics, and takes up to 15 minutes to
resume: asking keeps the alarms awake that wake the worker.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
"""

from dataclasses import asdict, dataclass
from typing import Any

# What the attributes are called here; AWS calls them approximate, for they lag by a minute or so.
_ATTRIBUTES = {
    "visible": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many messages wait, are being worked on, and are not due yet."""

    visible: int
    in_flight: int
    delayed: int

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


def touch(sqs: Any, queue_url: str) -> QueueCounts:
    """One GetQueueAttributes call through a boto3 SQS client; raises what the client raises."""
    answer = sqs.get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=list(_ATTRIBUTES.values())
    )["Attributes"]
    return QueueCounts(**{name: int(answer[theirs]) for name, theirs in _ATTRIBUTES.items()})
