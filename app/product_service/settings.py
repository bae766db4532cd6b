"""What the service reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.environment import required
from app.hub.web.api import ApiSettings

_WHYS = {
    "WEBHOOK_KEY_ARN": "conversions are signed with this secret",
    "THUMBNAILS_BUCKET": "the pictures of links are in this bucket",
}


@dataclass(frozen=True, kw_only=True)
class ProductSettings:
    """`api` is what both APIs need."""

    api: ApiSettings
    webhook_key_arn: str
    thumbnails_bucket: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read WEBHOOK_KEY_ARN and THUMBNAILS_BUCKET, and what `ApiSettings` reads.

        Raises SettingsError for what is missing or can't be used.
        """
        given = required(environment, _WHYS)
        return cls(
            api=ApiSettings.from_environment(environment),
            webhook_key_arn=given["WEBHOOK_KEY_ARN"],
            thumbnails_bucket=given["THUMBNAILS_BUCKET"],
        )
