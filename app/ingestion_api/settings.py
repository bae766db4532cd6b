"""What the service reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.environment import required
from app.hub.web.api import ApiSettings

_WHYS = {
    "QUEUE_URL": "videos are queued there for the worker",
    "ORIGINALS_BUCKET": "uploaded videos are kept in this bucket",
    "TIKTOK_CLIENT_ARN": "creators sign in with the TikTok app of this secret",
    "TOKEN_KEY_ID": "creators' TikTok tokens are encrypted with this KMS key",
}


@dataclass(frozen=True, kw_only=True)
class IngestionSettings:
    """`api` is what both APIs need; where TikTok is, is in `TIKTOK_ENDPOINT_URL`, if anywhere."""

    api: ApiSettings
    queue_url: str
    originals_bucket: str
    tiktok_client_arn: str
    token_key_id: str
    tiktok_endpoint_url: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read QUEUE_URL, ORIGINALS_BUCKET, TIKTOK_CLIENT_ARN, TOKEN_KEY_ID, what `ApiSettings`
        reads, and TIKTOK_ENDPOINT_URL, which has no default.

        Raises SettingsError for what is missing or can't be used.
        """
        given = required(environment, _WHYS)
        return cls(
            api=ApiSettings.from_environment(environment),
            queue_url=given["QUEUE_URL"],
            originals_bucket=given["ORIGINALS_BUCKET"],
            tiktok_client_arn=given["TIKTOK_CLIENT_ARN"],
            token_key_id=given["TOKEN_KEY_ID"],
            tiktok_endpoint_url=environment.get("TIKTOK_ENDPOINT_URL") or None,
        )
