"""The hub's secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import secretsmanager
from pulumi_random import RandomPassword

from components.common.child_factory import ChildFactory

KEY_LENGTH = 64
"""Letters and digits of a generated key: 381 bits, and the 512 bits long that HS512 asks for.
https://www.rfc-editor.org/rfc/rfc7518#section-3.2"""

PLACEHOLDER = "PLACEHOLDER"
"""The label that a placeholder version keeps after it is current no more. Without any label Secrets
Manager deletes it one day, and the next `pulumi up` would put it in the real value's place.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version"""


@dataclass(frozen=True, kw_only=True)
class SecretsArgs:
    """What Secrets are made from.

    A deleted secret can be brought back for `recovery_days`: 7 to 30, or 0 for not at all.
    """

    stack: str
    recovery_days: int


class Secrets(pulumi.ComponentResource):
    """One Secrets Manager secret for each purpose, each with a value from the start.

    A task that reads an empty secret can't start. So:

    - the hub's own keys are generated, and stay as long as nobody replaces them
    - what TikTok issues starts as a placeholder, and later values put by hand (`aws secretsmanager
      put-secret-value`) are left alone
    - names are Pulumi's: the name of a deleted secret stays taken while it can be recovered
    - encrypted with the key AWS manages for Secrets Manager, which is free
    """

    arns: dict[Purpose, pulumi.Output[str]]

    def __init__(
        self, name: str, args: SecretsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {"recoveryDays": args.recovery_days}
        super().__init__("buylink:secrets:Secrets", name, props, opts)
        child = ChildFactory(self, args.stack, "secrets")
        self.arns = {
            purpose: _add_secret(child, purpose, kind, args.recovery_days)
            for purpose, kind in KINDS.items()
        }
        self.register_outputs({"arns": {**self.arns}})


def _add_secret(
    child: ChildFactory, purpose: Purpose, kind: SecretKind, recovery_days: int
) -> pulumi.Output[str]:
    """The ARN of a secret, known once it has a value: whoever reads it then finds one."""
    secret = secretsmanager.Secret(
        child.name(purpose),
        description=kind.description,
        recovery_window_in_days=recovery_days,
        tags=child.tags(purpose),
        opts=child.opts(),
    )
    if kind.placeholder is None:
        version = _add_generated(child, purpose, secret)
    else:
        version = _add_placeholder(child, purpose, secret, kind.placeholder)
    return version.secret_id


def _add_generated(
    child: ChildFactory, purpose: Purpose, secret: secretsmanager.Secret
) -> secretsmanager.SecretVersion:
    # Without special characters it fits into headers, URLs and JSON as it is.
    key = RandomPassword(
        child.name(f"{purpose}-generated"), length=KEY_LENGTH, special=False, opts=child.opts()
    )
    return secretsmanager.SecretVersion(
        child.name(f"{purpose}-value"),
        secret_id=secret.arn,
        secret_string=key.result,
        opts=child.opts(),
    )


def _add_placeholder(
    child: ChildFactory, purpose: Purpose, secret: secretsmanager.Secret, value: str
) -> secretsmanager.SecretVersion:
    """A secret's first version is the current one as well, whatever its labels; a later one isn't.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """
    return secretsmanager.SecretVersion(
        child.name(f"{purpose}-value"),
        secret_id=secret.arn,
        secret_string=value,
        version_stages=[PLACEHOLDER],
        opts=child.opts(ignore_changes=["secretString", "versionStages"]),
    )


Purpose = Literal[
    "tiktok-client",
    "product-api-key",
    "jwt-signing-key",
    "webhook-signing-key",
    "ingestion-api-key",
]

NOT_SET = "not-set"
"""What a secret that others issue says until someone puts the real value."""


@dataclass(frozen=True)
class SecretKind:
    """A secret: what it is for and, when others issue it, what it holds at first.

    Without a placeholder its value is generated.
    """

    description: str
    placeholder: str | None = None


KINDS: Mapping[Purpose, SecretKind] = {
    "tiktok-client": SecretKind(
        "Client key and client secret of the TikTok app, as JSON",
        json.dumps({"client_key": NOT_SET, "client_secret": NOT_SET}),
    ),
    "product-api-key": SecretKind("Key that callers of the product service's API show"),
    "jwt-signing-key": SecretKind("Signs the tokens that the hub gives its users"),
    "webhook-signing-key": SecretKind("Signs and checks webhooks"),
    "ingestion-api-key": SecretKind("Key that callers of the ingestion API show"),
}
