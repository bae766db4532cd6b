"""The hub's secrets, and the values they start with: plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
