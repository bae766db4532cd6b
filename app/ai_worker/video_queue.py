"""The queue of videos: take a message, keep it hidden from other workers, acknowledge or return it.

Delivery is at least once: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
"""

import json
from dataclasses import dataclass
from typing import Self

import boto3
from botocore.config import Config

from app.ai_worker.settings import LONGEST_VISIBILITY_SECONDS, WorkerSettings
from app.hub.clients import Client

LONGEST_VIDEO_ID = 128


class MessageError(Exception):
    """A message isn't one of ours; the text says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message as received; the receipt is what SQS wants back with every call about it."""

    message_id: str
    receipt: str
    received_times: int
    body: str

    @property
    def video_id(self) -> str:
        """The video to work on. Raises MessageError unless the body is JSON with a `videoId`."""
        try:
            content = json.loads(self.body)
        except ValueError:
            raise self._error("no JSON") from None
        if not isinstance(content, dict):
            raise self._error("JSON that is no object")
        match content.get("videoId"):
            case str(video_id) if 0 < len(video_id) <= LONGEST_VIDEO_ID:
                return video_id
            case None:
                raise self._error("an object without videoId")
            case _:
                raise self._error("a videoId that is no such text")

    def _error(self, got: str) -> MessageError:
        return MessageError(
            f'message: expected a JSON object with "videoId", a text of 1 to {LONGEST_VIDEO_ID} '
            f"characters, got {got} ({len(self.body)} characters): without it there is no video "
            "to work on. It is left to the dead-letter queue; correct who sent it."
        )


class VideoQueue:
    """Blocking calls to SQS about one queue; each raises what boto3 raises."""

    def __init__(self, sqs: Client, settings: WorkerSettings) -> None:
        self._sqs = sqs
        self._settings = settings

    @classmethod
    def connect(cls, settings: WorkerSettings) -> Self:
        """Through boto3, which also heeds AWS_ENDPOINT_URL; a hung call fails before ECS kills."""
        config = Config(
            connect_timeout=3,
            read_timeout=settings.poll_seconds + 5,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        return cls(boto3.client("sqs", region_name=settings.region, config=config), settings)

    def receive(self) -> Message | None:
        """Wait up to `poll_seconds` for one message, and hide it for `visibility_seconds`."""
        answer = self._sqs.receive_message(
            QueueUrl=self._settings.queue_url,
            MaxNumberOfMessages=1,
            WaitTimeSeconds=self._settings.poll_seconds,
            VisibilityTimeout=self._settings.visibility_seconds,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        for received in answer.get("Messages", []):
            return Message(
                message_id=received["MessageId"],
                receipt=received["ReceiptHandle"],
                received_times=int(received["Attributes"]["ApproximateReceiveCount"]),
                body=received["Body"],
            )
        return None

    def keep(self, message: Message) -> None:
        """Hide it for another `visibility_seconds` from now; SQS allows 12 hours altogether."""
        self._hide(message, self._settings.visibility_seconds)

    def put_off(self, message: Message) -> None:
        """Its work failed: hide it ten times as long with each try, for what ails it may pass."""
        seconds = self._settings.visibility_seconds * 10 ** (message.received_times - 1)
        self._hide(message, min(seconds, LONGEST_VISIBILITY_SECONDS))

    def is_last_try(self, message: Message) -> bool:
        """Whether the queue sets it aside when it is shown again."""
        return message.received_times >= self._settings.max_receives

    def give_back(self, message: Message) -> None:
        """Show it to the other workers at once."""
        self._hide(message, 0)

    def acknowledge(self, message: Message) -> None:
        """Delete it: it is done."""
        self._sqs.delete_message(QueueUrl=self._settings.queue_url, ReceiptHandle=message.receipt)

    def _hide(self, message: Message, seconds: int) -> None:
        self._sqs.change_message_visibility(
            QueueUrl=self._settings.queue_url,
            ReceiptHandle=message.receipt,
            VisibilityTimeout=seconds,
        )
