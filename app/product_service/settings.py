"""What the service reads from its environment."""

from dataclasses import dataclass

from app.hub.environment import Settings, nested, required
from app.hub.web.api import ApiSettings


@dataclass(frozen=True, kw_only=True)
class ProductSettings(Settings):
    """`api` is what both APIs need."""

    api: ApiSettings = nested(ApiSettings)
    webhook_key_arn: str = required(
        "WEBHOOK_KEY_ARN", why="conversions are signed with this secret"
    )
    thumbnails_bucket: str = required(
        "THUMBNAILS_BUCKET", why="the pictures of links are in this bucket"
    )
