"""boto3 clients with bounded waits: a call that hangs must not hang its caller."""

from collections.abc import Callable
from typing import Any, TypeAlias

import boto3
from botocore.config import Config

CONNECT_SECONDS = 2
READ_SECONDS = 4
ATTEMPTS = 3

Client: TypeAlias = Any
"""A boto3 client: its methods are made from the service's model when it runs."""

AwsAnswer: TypeAlias = dict[str, Any]
"""An answer of a client's, or a part of it, as the service's API has it."""

Clients: TypeAlias = Callable[[str], Client]
"""A boto3 client by its service's name."""


def client(
    service: str, region: str, *, read_seconds: float = READ_SECONDS, attempts: int = ATTEMPTS
) -> Client:
    """A boto3 client, which threads may share; it heeds AWS_ENDPOINT_URL.

    Throttling, 5xx and lost connections are tried again, `attempts` times in all, with a growing
    and random pause between. https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html
    """
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=50,
        # Presigned URLs of the older kind are refused by newer regions.
        signature_version="s3v4" if service == "s3" else None,
        # Else they name the global endpoint, which redirects away from what was signed.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
        s3={"addressing_style": "virtual"},
    )
    return boto3.client(service, region_name=region, config=config)
