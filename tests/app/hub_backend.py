"""What the hub stands on, in the AWS on loopback: new tables and secrets for each."""

from typing import Any

from app.hub import creators, links, stats
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.secret_values import RotatingSecret, SecretKey
from app.hub.stats import LinkDay
from app.hub.table import HubTable
from app.hub.times import now, stamp
from app.hub.web.auth import API_KEY_HEADER, issue_token
from tests.app.aws_server import AwsServer
from tests.app.hub_environment import API_KEY, STACK, hub_environment


class HubBackend:
    """`environment` sends a service here."""

    def __init__(self, aws: AwsServer) -> None:
        self.aws = aws
        self.environment: dict[str, Any] = hub_environment(
            aws, LOG_ONE_IN="1", REQUESTS_PER_SECOND="10000"
        )
        self.table = HubTable(aws.client("dynamodb"), self.environment["TABLE_NAME"])

    def creator(self, handle: str, name: str = "Ana Lamp") -> Creator:
        """A creator who has signed in."""
        creator = Creator(
            id=creators.id_of(handle), handle=handle, display_name=name, created_at=stamp(now())
        )
        creators.save(self.table, creator)
        return creator

    def link(self, creator: Creator, **given: Any) -> Link:
        """One of the creator's links."""
        values: dict[str, Any] = {
            "id": links.new_id(),
            "creator_id": creator.id,
            "url": "https://shop.example/lamp",
            "title": "A red lamp",
            "source": "made",
            "created_at": stamp(now()),
        }
        link = Link(**(values | given))
        links.add(self.table, link)
        return link

    def stats(self, creator: Creator) -> list[LinkDay]:
        """All that was counted of a creator's links."""
        return list(stats.read(self.table, creator.id, first="0001-01-01", last="9999-12-31"))

    def token(self, creator: Creator) -> dict[str, str]:
        """The header that a creator's own requests have."""
        keys = self._secret("JWT_SIGNING_KEY_ARN")
        token, _ = issue_token(keys, creator.id, moment=now())
        return {"Authorization": f"Bearer {token}"}

    @property
    def api_key(self) -> dict[str, str]:
        """The header that a client's requests have."""
        return {API_KEY_HEADER: API_KEY}

    @property
    def webhook_key(self) -> SecretKey:
        """What shops sign with."""
        return self._secret("WEBHOOK_KEY_ARN").current()

    def rotate_webhook_key(self, value: str) -> None:
        """Shops sign with a new one from now on."""
        self.aws.rotate(self.environment["WEBHOOK_KEY_ARN"], value)

    def set_mode(self, mode: str) -> None:
        """The guard's word; services notice when they look again."""
        self.aws.set_mode(self.environment["STATE_TABLE"], STACK, mode)

    def _secret(self, name: str) -> RotatingSecret:
        return RotatingSecret(self.aws.client("secretsmanager"), self.environment[name])
