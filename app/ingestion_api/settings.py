"""What the service reads from its environment."""

from dataclasses import dataclass

from app.hub.environment import Settings, nested, optional, required
from app.hub.web.api import ApiSettings


@dataclass(frozen=True, kw_only=True)
class IngestionSettings(Settings):
    """`api` is what both APIs need; where TikTok is, is in `TIKTOK_ENDPOINT_URL`, if anywhere."""

    api: ApiSettings = nested(ApiSettings)
    queue_url: str = required("QUEUE_URL", why="videos are queued there for the worker")
    originals_bucket: str = required(
        "ORIGINALS_BUCKET", why="uploaded videos are kept in this bucket"
    )
    tiktok_client_arn: str = required(
        "TIKTOK_CLIENT_ARN", why="creators sign in with the TikTok app of this secret"
    )
    token_key_id: str = required(
        "TOKEN_KEY_ID", why="creators' TikTok tokens are encrypted with this KMS key"
    )
    tiktok_endpoint_url: str | None = optional("TIKTOK_ENDPOINT_URL")
