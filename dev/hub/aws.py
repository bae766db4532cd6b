"""An AWS for this machine: a moto server on loopback, in a process of its own, and its clients."""

import json
import os
import re
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import boto3

from app.hub.clients import AwsAnswer, Client

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's
CREDENTIAL = "local"
START_SECONDS = 30

_numbers = count(1)

_ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


class AwsServerError(Exception):
    """The server did not start; the text holds its log."""


class AwsServer:
    """Every queue, topic and table made through it is new. Its log is `folder`/moto.log."""

    def __init__(self, folder: Path) -> None:
        """Raises AwsServerError when it isn't up after 30 seconds."""
        self._clients: dict[str, Client] = {}
        log = folder / "moto.log"
        with log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=output,
                # Ctrl-C is for the services first: they still have something to write.
                start_new_session=True,
            )
        self.url = self._address(log)

    def _address(self, log: Path) -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if address := _ADDRESS.search(log.read_text("utf-8")):
                return address[1]
            time.sleep(0.05)
        self.stop()
        raise AwsServerError(f"moto did not start: {log.read_text('utf-8')}")

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

    def client(self, service: str) -> Client:
        """A boto3 client for it; made once, as that takes a while."""
        if service not in self._clients:
            session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
            self._clients[service] = session.client(service, endpoint_url=self.url)
        return self._clients[service]

    def queue(self, **attributes: str) -> "Queue":
        """A new queue."""
        sqs = self.client("sqs")
        answer = sqs.create_queue(QueueName=f"queue-{next(_numbers)}", Attributes=attributes)
        return Queue(sqs, answer["QueueUrl"])

    def topic(self) -> tuple[str, "Queue"]:
        """A new topic's ARN, and a queue that gets what is published to it."""
        sns, queue = self.client("sns"), self.queue()
        arn = sns.create_topic(Name=f"topic-{next(_numbers)}")["TopicArn"]
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue.arn)
        return arn, queue

    def state_table(self) -> str:
        """A new table's name; its key is the text `stack`."""
        return make_state_table(self.client("dynamodb"), f"table-{next(_numbers)}")

    def hub_table(self) -> str:
        """A new table's name, keyed as `app.hub.keys` says."""
        return make_hub_table(self.client("dynamodb"), f"table-{next(_numbers)}")

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
        """End it, with all that is in it."""
        self._process.kill()
        self._process.wait()


class Queue:
    """A queue, as a test looks at it from outside."""

    def __init__(self, sqs: Client, url: str) -> None:
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

    def take_notices(self) -> list[AwsAnswer]:
        """Up to ten messages, such as a topic sends; takes them away."""
        answer = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        for message in messages:
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def take_videos(self) -> list[str]:
        """The videos of up to ten messages; takes them away."""
        return [notice["videoId"] for notice in self.take_notices()]

    def take_one(self) -> None:
        """Bring one message in flight."""
        self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=1)

    def _attributes(self, *names: str) -> dict[str, str]:
        answer = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=list(names))
        return answer["Attributes"]


def make_hub_table(dynamodb: Client, name: str) -> str:
    """As components/storage/storage.py has it; a test holds the two equal."""
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("gsi1pk", "gsi1sk", "pk", "sk")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "gsi1",
                "KeySchema": _keys("gsi1pk", "gsi1sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return name


def make_state_table(dynamodb: Client, name: str) -> str:
    """The guard's table, as components/storage/storage.py has it."""
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("stack"),
        AttributeDefinitions=[{"AttributeName": "stack", "AttributeType": "S"}],
    )
    return name


def _keys(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return keys if sort is None else [*keys, {"AttributeName": sort, "KeyType": "RANGE"}]
