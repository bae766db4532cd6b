"""What the hub stands on, in the AWS on loopback: new tables and secrets for each."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

from app.hub import creators, links, stats
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.secret_values import RotatingSecret, SecretKey
from app.hub.stats import LinkDay
from app.hub.table import HubTable
from app.hub.times import now, stamp
from app.hub.web.auth import issue_token
from dev.hub.aws import AwsServer
from dev.hub.tiktok import CLIENT_KEY, CLIENT_SECRET

STACK = "buylink-test"
PUBLIC_URL = "https://hub.example"
API_KEY = "an-api-key"
WEBHOOK_KEY = "a-webhook-key"


class HubBackend:
    """A table, the guard's item and secrets; `environment` sends a service here."""

    def __init__(self, aws: AwsServer) -> None:
        self.aws = aws
        self.table = HubTable(aws.client("dynamodb"), aws.hub_table())
        self._state_table = aws.state_table()
        self._signing_keys = _Secret(aws, aws.secret("a-signing-key-of-64-bytes".ljust(64, ".")))
        self._api_keys = _Secret(aws, aws.secret(API_KEY))
        self._webhook_keys = _Secret(aws, aws.secret(WEBHOOK_KEY))
        self.tiktok_client_arn = aws.secret(
            json.dumps({"client_key": CLIENT_KEY, "client_secret": CLIENT_SECRET})
        )
        self.queue = aws.queue()
        self.originals = aws.bucket()
        self.thumbnails = aws.bucket()
        self.token_key = aws.kms_key()

    @property
    def environment(self) -> dict[str, Any]:  # else it can't be passed as `**` beside other types
        """All that the APIs need, and the function that reads feeds."""
        return {
            **self.aws.environment,
            "TABLE_NAME": self.table.name,
            "STATE_TABLE": self._state_table,
            "STACK_TAG": STACK,
            "JWT_SIGNING_KEY_ARN": self._signing_keys.arn,
            "API_KEY_ARN": self._api_keys.arn,
            "PUBLIC_URL": PUBLIC_URL,
            "LOG_ONE_IN": "1",
            "REQUESTS_PER_SECOND": "10000",
            "WEBHOOK_KEY_ARN": self._webhook_keys.arn,
            "THUMBNAILS_BUCKET": self.thumbnails,
            "QUEUE_URL": self.queue.url,
            "ORIGINALS_BUCKET": self.originals,
            "TIKTOK_CLIENT_ARN": self.tiktok_client_arn,
            "TOKEN_KEY_ID": self.token_key,
        }

    def creator(self, handle: str, name: str = "Ana Lamp") -> Creator:
        """A creator who has signed in."""
        creator = Creator(
            id=creators.id_of(handle), handle=handle, display_name=name, created_at=stamp(now())
        )
        creators.save(self.table, creator)
        return creator

    def link(self, creator: Creator, **changes: object) -> Link:
        """One of the creator's links."""
        usual = Link(
            id=links.new_id(),
            creator_id=creator.id,
            url="https://shop.example/lamp",
            title="A red lamp",
            source="made",
            created_at=stamp(now()),
        )
        link = replace(usual, **changes)
        links.add(self.table, link)
        return link

    def stats(self, creator: Creator) -> list[LinkDay]:
        """All that was counted of a creator's links."""
        return list(stats.read(self.table, creator.id, first="0001-01-01", last="9999-12-31"))

    def signature(self, body: bytes, *, at: float | None = None, key: str | None = None) -> str:
        """As a shop computes it: kid is the key's id, v1 the HMAC-SHA256 of time, dot and body."""
        moment = str(int(time.time() if at is None else at))
        secret = (key or self.webhook_key.value).encode()
        digest = hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        return f"t={moment},kid={self.webhook_key.id},v1={digest}"

    def token(self, creator: Creator) -> dict[str, str]:
        """The header that a creator's own requests have."""
        token, _ = issue_token(self._signing_keys.keys, creator.id, moment=now())
        return {"Authorization": f"Bearer {token}"}

    @property
    def api_key(self) -> dict[str, str]:
        """The header that a client's requests have."""
        return {"X-Api-Key": API_KEY}

    @property
    def webhook_key(self) -> SecretKey:
        """What shops sign with."""
        return self._webhook_keys.keys.current()

    def rotate_webhook_key(self, value: str) -> None:
        """Shops sign with a new one from now on."""
        self.aws.rotate(self._webhook_keys.arn, value)
        self._webhook_keys = _Secret(self.aws, self._webhook_keys.arn)

    def set_mode(self, mode: str) -> None:
        """The guard's word; services notice when they look again."""
        self.aws.set_mode(self._state_table, STACK, mode)


class _Secret:
    def __init__(self, aws: AwsServer, arn: str) -> None:
        self.arn = arn
        self.keys = RotatingSecret(aws.client("secretsmanager"), arn)
