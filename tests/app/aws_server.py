"""An AWS that answers on loopback: a moto server as a process of its own, and clients for it."""

import json
import os
import re
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import boto3

from app.hub.keys import INDEX

REGION = "us-east-1"
ACCOUNT = "123456789012"
CREDENTIAL = "testing"  # moto takes any
START_SECONDS = 30

_numbers = count(1)


class AwsServer:
    """Started with its log in `folder`; every queue, topic and table made through it is new."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "moto.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=log,
                stderr=log,
            )
        self.url = self._address()
        self._clients: dict[str, Any] = {}

    def _address(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", self._log.read_text()):
                return found.group(1)
            time.sleep(0.05)
        self.stop()
        raise AssertionError(f"moto did not start: {self._log.read_text()}")

    @property
    def environment(self) -> dict[str, str]:
        """What sends a process's boto3 here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": CREDENTIAL,
            "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
            "NO_PROXY": "127.0.0.1",
        }

    def client(self, service: str) -> Any:
        """A boto3 client for it; made once, as that takes a while."""
        if service not in self._clients:
            session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
            self._clients[service] = session.client(service, endpoint_url=self.endpoint(service))
        return self._clients[service]

    def endpoint(self, service: str) -> str:  # noqa: ARG002  moto plays all at one address
        """Where the tests find a service."""
        return self.url

    def queue(self, **attributes: str) -> "Queue":
        """A new queue."""
        sqs = self.client("sqs")
        made = sqs.create_queue(QueueName=f"queue-{next(_numbers)}", Attributes=attributes)
        return Queue(sqs, made["QueueUrl"])

    def topic(self) -> tuple[str, "Queue"]:
        """A new topic's ARN, and a queue that gets what is published to it."""
        sns, queue = self.client("sns"), self.queue()
        arn = sns.create_topic(Name=f"topic-{next(_numbers)}")["TopicArn"]
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue.arn)
        return arn, queue

    def state_table(self) -> str:
        """A new table's name; its key is the text `stack`."""
        name = f"table-{next(_numbers)}"
        self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "stack", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "stack", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    def hub_table(self) -> str:
        """A new table's name; its keys and index are those of `app.hub.keys`."""
        name = f"table-{next(_numbers)}"
        self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=_key_schema("pk", "sk"),
            AttributeDefinitions=[
                {"AttributeName": attribute, "AttributeType": "S"}
                for attribute in ("pk", "sk", "gsi1pk", "gsi1sk")
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": INDEX,
                    "KeySchema": _key_schema("gsi1pk", "gsi1sk"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    def secret(self, value: str) -> str:
        """A new secret's ARN."""
        name = f"secret-{next(_numbers)}"
        return self.client("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"]

    def rotate(self, arn: str, value: str) -> None:
        """Give a secret another value; the one before stays as AWSPREVIOUS."""
        self.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=value)

    def kms_key(self) -> str:
        """A new key's ARN, to encrypt with."""
        return self.client("kms").create_key()["KeyMetadata"]["Arn"]

    def bucket(self) -> str:
        """A new bucket's name."""
        name = f"bucket-{next(_numbers)}"
        self.client("s3").create_bucket(Bucket=name)
        return name

    def set_mode(self, table: str, stack: str, word: str) -> None:
        """Write the guard's word into a state table."""
        item = {"stack": {"S": stack}, "mode": {"S": word}}
        self.client("dynamodb").put_item(TableName=table, Item=item)

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


class Queue:
    """A queue, as a test looks at it from outside."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self.url = url

    @property
    def arn(self) -> str:
        """Its ARN."""
        return self._attributes("QueueArn")["QueueArn"]

    def send(self, *bodies: str, delay: int = 0) -> None:
        """Send messages."""
        for body in bodies:
            self._sqs.send_message(QueueUrl=self.url, MessageBody=body, DelaySeconds=delay)

    def send_video(self, *video_ids: str) -> None:
        """Send messages as the hub sends them."""
        self.send(*(json.dumps({"videoId": video_id}) for video_id in video_ids))

    def counts(self) -> tuple[int, int]:
        """How many messages are visible, and in flight."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        visible, in_flight = (int(self._attributes(*names)[name]) for name in names)
        return visible, in_flight

    def take_notices(self) -> list[dict[str, Any]]:
        """Up to ten messages, such as a topic sends; takes them away."""
        answer = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        for message in messages:
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def take_videos(self) -> list[str]:
        """The videos of up to ten messages; takes them away."""
        return [it["videoId"] for it in self.take_notices()]

    def take_one(self) -> None:
        """Bring one message in flight."""
        self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=1)

    def _attributes(self, *names: str) -> dict[str, str]:
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=list(names))
        return answer["Attributes"]
