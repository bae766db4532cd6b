"""An AWS for this machine: a moto server on loopback, and in it what the hub's services need."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import boto3

REGION = "us-east-1"
CREDENTIAL = "local"
START_SECONDS = 30

_ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


class AwsServerError(Exception):
    """The server did not start; the text holds its log."""


class AwsServer:
    """A process of its own, with its log in a file."""

    def __init__(self, log: Path) -> None:
        """Raises AwsServerError when it isn't up after 30 seconds."""
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
            if found := _ADDRESS.search(log.read_text("utf-8")):
                return found[1]
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

    def client(self, service: str) -> Any:
        """A boto3 client for it."""
        session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
        return session.client(service, endpoint_url=self.url)

    def stop(self) -> None:
        """End it, with all that is in it."""
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, kw_only=True)
class HubResources:
    """What a hub stands on, by the names and ARNs that AWS knows."""

    table: str
    state_table: str
    queue_url: str
    dead_letter_queue_url: str
    originals: str
    thumbnails: str
    token_key_id: str
    secret_arns: dict[str, str]

    @classmethod
    def make(cls, server: AwsServer, name: str, secrets: dict[str, str]) -> Self:
        """New ones, as the stack makes them; `secrets` are values by purpose."""
        dynamodb, sqs, s3 = (server.client(it) for it in ("dynamodb", "sqs", "s3"))
        dead = sqs.create_queue(QueueName=f"{name}-videos-dead-letters")["QueueUrl"]
        for bucket in (f"{name}-originals", f"{name}-thumbnails"):
            s3.create_bucket(Bucket=bucket)
        manager = server.client("secretsmanager")
        return cls(
            table=make_hub_table(dynamodb, f"{name}-hub"),
            state_table=make_state_table(dynamodb, f"{name}-guard"),
            queue_url=_work_queue(sqs, f"{name}-videos", dead),
            dead_letter_queue_url=dead,
            originals=f"{name}-originals",
            thumbnails=f"{name}-thumbnails",
            token_key_id=server.client("kms").create_key()["KeyMetadata"]["KeyId"],
            secret_arns={
                purpose: manager.create_secret(Name=f"{name}-{purpose}", SecretString=value)["ARN"]
                for purpose, value in secrets.items()
            },
        )


def make_hub_table(dynamodb: Any, name: str) -> str:
    """As components/storage/storage.py has it; a test holds the two equal."""
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": it, "AttributeType": "S"} for it in ("gsi1pk", "gsi1sk", "pk", "sk")
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


def make_state_table(dynamodb: Any, name: str) -> str:
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


def _work_queue(sqs: Any, name: str, dead_letters_url: str) -> str:
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters_url, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": "3"}
    attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "60"}
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
