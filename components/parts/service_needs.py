"""What each of the hub's services gets of the hub, and the one place that says it: plain data.

Besides, every container is told its region and port, and a worker may use its own queue: that is in
their components. A service that isn't listed gets nothing of the hub. A test holds all of it to
what the code in `app/` reads and calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.parts.secret_purposes import Purpose

PartName = (
    Purpose
    | Literal[
        "guard-table",
        "hub-indexes",
        "hub-table",
        "originals",
        "proxies",
        "public-url",
        "queue",
        "stack-tag",
        "thumbnails",
        "token-key",
    ]
)
"""What a hub is made of, as its services see it; `components.parts.hub_parts` says what each is."""

OF_A_CREATOR = {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "creator"}}
"""A token is sealed and opened only together with the name of the creator whose it is.
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context-keys"""


@dataclass(frozen=True)
class Right:
    """IAM actions on parts of the hub; `condition` is in IAM's own form."""

    actions: tuple[str, ...]
    parts: tuple[PartName, ...]
    condition: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Needs:
    """A service's environment variables, each with the part it names, and its rights."""

    variables: Mapping[str, PartName]
    rights: tuple[Right, ...]


_READS_MODE = Right(("dynamodb:GetItem",), ("guard-table",))
_SENDS = Right(("sqs:GetQueueAttributes", "sqs:SendMessage"), ("queue",))

_ANY: Mapping[str, PartName] = {
    "STACK_TAG": "stack-tag",
    "STATE_TABLE": "guard-table",
    "TABLE_NAME": "hub-table",
}
_ANY_API: Mapping[str, PartName] = {
    **_ANY,
    "JWT_SIGNING_KEY_ARN": "jwt-signing-key",
    "PROXIES": "proxies",
    "PUBLIC_URL": "public-url",
}

NEEDS: Mapping[str, Needs] = {
    "ingestion-api": Needs(
        variables={
            **_ANY_API,
            "API_KEY_ARN": "ingestion-api-key",
            "ORIGINALS_BUCKET": "originals",
            "QUEUE_URL": "queue",
            "TIKTOK_CLIENT_ARN": "tiktok-client",
            "TOKEN_KEY_ID": "token-key",
        },
        rights=(
            _READS_MODE,
            Right(
                (
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ),
                ("hub-table",),
            ),
            _SENDS,
            # What it presigns is done with its own right.
            Right(("s3:GetObject", "s3:PutObject"), ("originals",)),
            Right(
                ("secretsmanager:GetSecretValue",),
                ("ingestion-api-key", "jwt-signing-key", "tiktok-client"),
            ),
            Right(("kms:Encrypt",), ("token-key",), OF_A_CREATOR),
        ),
    ),
    "product-service": Needs(
        variables={
            **_ANY_API,
            "API_KEY_ARN": "product-api-key",
            "THUMBNAILS_BUCKET": "thumbnails",
            "WEBHOOK_KEY_ARN": "webhook-signing-key",
        },
        rights=(
            _READS_MODE,
            Right(
                (
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                ),
                ("hub-table",),
            ),
            Right(("dynamodb:Query",), ("hub-table", "hub-indexes")),
            Right(("s3:GetObject",), ("thumbnails",)),
            Right(
                ("secretsmanager:GetSecretValue",),
                ("jwt-signing-key", "product-api-key", "webhook-signing-key"),
            ),
        ),
    ),
    "ai-worker": Needs(
        variables={
            **_ANY,
            "ORIGINALS_BUCKET": "originals",
            "THUMBNAILS_BUCKET": "thumbnails",
        },
        rights=(
            _READS_MODE,
            Right(
                (
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ),
                ("hub-table",),
            ),
            Right(("s3:GetObject",), ("originals",)),
            Right(("s3:PutObject",), ("thumbnails",)),
        ),
    ),
    "scheduled-ingestion": Needs(
        variables={
            **_ANY,
            "QUEUE_URL": "queue",
            "TIKTOK_CLIENT_ARN": "tiktok-client",
            "TOKEN_KEY_ID": "token-key",
        },
        rights=(
            _READS_MODE,
            Right(("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"), ("hub-table",)),
            Right(("dynamodb:Query",), ("hub-table", "hub-indexes")),
            _SENDS,
            Right(("secretsmanager:GetSecretValue",), ("tiktok-client",)),
            Right(("kms:Decrypt", "kms:Encrypt"), ("token-key",), OF_A_CREATOR),
        ),
    ),
}
