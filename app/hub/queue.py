"""Send videos to the worker's queue; `app.ai_worker.video_queue` is the other end."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from app.hub.clients import Client

MOST_IN_A_BATCH = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""


def send(sqs: Client, queue_url: str, video_id: str) -> None:
    """Queue a video, through a boto3 SQS client; raises what the client raises."""
    sqs.send_message(QueueUrl=queue_url, MessageBody=body(video_id))


def send_all(sqs: Client, queue_url: str, video_ids: Iterable[str]) -> int:
    """Queue videos ten at a time and return how many; raises what the client raises.

    Raises UnsentError when the queue took only some of a batch.
    """
    sent = 0
    for batch in _batches(video_ids):
        entries = [
            {"Id": str(place), "MessageBody": body(video_id)}
            for place, video_id in enumerate(batch)
        ]
        answer = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
        if failed := answer.get("Failed"):
            codes = ", ".join(sorted({failure["Code"] for failure in failed}))
            raise UnsentError(
                f"queue: expected it to take {len(batch)} videos, got {len(failed)} back "
                f"({codes}), after {sent} that it took: those wait in the table; queue them again."
            )
        sent += len(batch)
    return sent


def redrive_all(sqs: Client, queue_url: str) -> int:
    """Begin to move what a queue's dead-letter queue holds back to it; about how much that is.

    Raises NoDeadLettersError, and what the client raises. SQS goes on by itself:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    """
    asked = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"])
    policy = asked.get("Attributes", {}).get("RedrivePolicy")
    if policy is None:
        raise NoDeadLettersError(
            "queue: expected a queue with a dead-letter queue, got one without: nothing is set "
            "aside. Give the queue of videos as QUEUE_URL."
        )
    arn: str = json.loads(policy)["deadLetterTargetArn"]
    dead_letters = sqs.get_queue_url(QueueName=arn.rsplit(":", maxsplit=1)[-1])["QueueUrl"]
    waiting = touch(sqs, dead_letters).visible
    if waiting:
        sqs.start_message_move_task(SourceArn=arn)
    return waiting


class NoDeadLettersError(Exception):
    """A queue sets nothing aside; the text says what, got, why and what to do."""


class UnsentError(Exception):
    """A queue took not all that it was sent; the text says what, got, why and what to do."""


def body(video_id: str) -> str:
    """A message's body."""
    return json.dumps({"videoId": video_id})


def _batches(video_ids: Iterable[str]) -> Iterator[Sequence[str]]:
    batch: list[str] = []
    for video_id in video_ids:
        batch.append(video_id)
        if len(batch) == MOST_IN_A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


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


def touch(sqs: Client, queue_url: str) -> QueueCounts:
    """One GetQueueAttributes call through a boto3 SQS client; raises what the client raises.

    A queue that nobody has asked for six hours stops publishing metrics, and takes up to 15 minutes
    to resume: asking keeps the alarms awake that wake the worker.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
    """
    answer = sqs.get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=list(_ATTRIBUTES.values())
    )["Attributes"]
    return QueueCounts(**{name: int(answer[theirs]) for name, theirs in _ATTRIBUTES.items()})
