"""What each of the hub's services may use of the hub, and the one place that says it.

Besides, every container is told its region and port, and a worker may use its own queue: that is in
their components. A service that isn't listed gets nothing of the hub. A test holds all of it to
what the code in `app/` reads and calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from components.common.child_factory import stack_tag
from components.common.iam import Statement
from components.edge.edge import THUMBNAILS
from components.storage.secrets import Purpose
from components.storage.storage import HUB_TABLE, Storage

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
"""What a hub is made of, as its services see it; `parts_before_the_queue` says what each is."""

OF_A_CREATOR = {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "creator"}}
"""A token is sealed and opened only together with the name of the creator whose it is.
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context-keys"""


@dataclass(frozen=True)
class Permission:
    """IAM actions on parts of the hub; `condition` is in IAM's own form."""

    actions: tuple[str, ...]
    parts: tuple[PartName, ...]
    condition: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceAccess:
    """A service's environment variables, each with the part it names, and its permissions."""

    variables: Mapping[str, PartName]
    permissions: tuple[Permission, ...]


_READS_MODE = Permission(("dynamodb:GetItem",), ("guard-table",))
_KEEPS_RECORDS = Permission(
    ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    ("hub-table",),
)
_QUERIES = Permission(("dynamodb:Query",), ("hub-table", "hub-indexes"))
_SENDS = Permission(("sqs:GetQueueAttributes", "sqs:SendMessage"), ("queue",))

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

SERVICE_ACCESS: Mapping[str, ServiceAccess] = {
    "ingestion-api": ServiceAccess(
        variables={
            **_ANY_API,
            "API_KEY_ARN": "ingestion-api-key",
            "ORIGINALS_BUCKET": "originals",
            "QUEUE_URL": "queue",
            "TIKTOK_CLIENT_ARN": "tiktok-client",
            "TOKEN_KEY_ID": "token-key",
        },
        permissions=(
            _READS_MODE,
            _KEEPS_RECORDS,
            _SENDS,
            # What it presigns is done with its own permissions.
            Permission(("s3:GetObject", "s3:PutObject"), ("originals",)),
            Permission(
                ("secretsmanager:GetSecretValue",),
                ("ingestion-api-key", "jwt-signing-key", "tiktok-client"),
            ),
            Permission(("kms:Encrypt",), ("token-key",), OF_A_CREATOR),
        ),
    ),
    "product-service": ServiceAccess(
        variables={
            **_ANY_API,
            "API_KEY_ARN": "product-api-key",
            "THUMBNAILS_BUCKET": "thumbnails",
            "WEBHOOK_KEY_ARN": "webhook-signing-key",
        },
        permissions=(
            _READS_MODE,
            _KEEPS_RECORDS,
            _QUERIES,
            Permission(("s3:GetObject",), ("thumbnails",)),
            Permission(
                ("secretsmanager:GetSecretValue",),
                ("jwt-signing-key", "product-api-key", "webhook-signing-key"),
            ),
        ),
    ),
    "ai-worker": ServiceAccess(
        variables={
            **_ANY,
            "ORIGINALS_BUCKET": "originals",
            "THUMBNAILS_BUCKET": "thumbnails",
        },
        permissions=(
            _READS_MODE,
            Permission(
                (
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:UpdateItem",
                ),
                ("hub-table",),
            ),
            Permission(("s3:GetObject",), ("originals",)),
            Permission(("s3:PutObject",), ("thumbnails",)),
        ),
    ),
    "scheduled-ingestion": ServiceAccess(
        variables={
            **_ANY,
            "QUEUE_URL": "queue",
            "TIKTOK_CLIENT_ARN": "tiktok-client",
            "TOKEN_KEY_ID": "token-key",
        },
        permissions=(
            _READS_MODE,
            Permission(
                ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"), ("hub-table",)
            ),
            _QUERIES,
            _SENDS,
            Permission(("secretsmanager:GetSecretValue",), ("tiktok-client",)),
            Permission(("kms:Decrypt", "kms:Encrypt"), ("token-key",), OF_A_CREATOR),
        ),
    ),
}


ORIGINALS = "originals/"
"""What the keys of creators' uploads begin with."""


@dataclass(frozen=True)
class Part:
    """What the environment says of it, and the ARNs that permissions on it are for."""

    value: pulumi.Input[str]
    arns: Sequence[pulumi.Input[str]] = ()


Parts = Mapping[PartName, Part]


@dataclass(frozen=True, kw_only=True)
class Grants:
    """What a service gets of the hub: variables by name, and IAM statements."""

    environment: Mapping[str, pulumi.Input[str]]
    statements: Sequence[Statement]


def parts_before_the_queue(
    storage: Storage, *, stack: str, behind_edge: bool, public_url: pulumi.Input[str]
) -> dict[PartName, Part]:
    """All parts but the queue, which its worker makes: what that one needs must be there before."""
    table, guard = storage.table, storage.guard_table
    secrets: dict[PartName, Part] = {
        purpose: Part(arn, [arn]) for purpose, arn in storage.secrets.arns.items()
    }
    index_arns = [table.index_arns[index] for index in range(len(HUB_TABLE.indexes))]
    return {
        **secrets,
        "guard-table": Part(guard.name, [guard.arn]),
        # A query of an index names the table as well.
        "hub-indexes": Part(table.name, index_arns),
        "hub-table": Part(table.name, [table.arn]),
        # The load balancer is one, CloudFront another.
        "proxies": Part("2" if behind_edge else "1"),
        "public-url": Part(public_url),
        "stack-tag": Part(stack_tag(stack)),
        "originals": _bucket(storage.originals.name, storage.originals.arn, ORIGINALS),
        "thumbnails": _bucket(storage.thumbnails.name, storage.thumbnails.arn, THUMBNAILS),
        "token-key": Part(storage.token_key.arn, [storage.token_key.arn]),
    }


def grants_for(service: str, parts: Parts) -> Grants:
    """What a service that is listed gets of the hub; nothing for any other.

    Raises KeyError for a part that isn't made yet.
    """
    access = SERVICE_ACCESS.get(service)
    if access is None:
        return Grants(environment={}, statements=[])
    return Grants(
        environment={name: parts[part].value for name, part in access.variables.items()},
        statements=[
            Statement(
                permission.actions,
                [arn for part in permission.parts for arn in parts[part].arns],
                permission.condition,
            )
            for permission in access.permissions
        ],
    )


def _bucket(name: pulumi.Input[str], arn: pulumi.Input[str], prefix: str) -> Part:
    return Part(name, [pulumi.Output.concat(arn, "/", prefix, "*")])
