"""What the function reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.environment import region, required

_WHYS = {
    "QUEUE_URL": "new videos go to this queue",
    "TABLE_NAME": "creators' tokens and videos are in this table",
    "STATE_TABLE": "the guard's mode is in this table",
    "STACK_TAG": "it is the key of the guard's mode",
    "TOKEN_KEY_ID": "creators' tokens are sealed with this key",
    "TIKTOK_CLIENT_ARN": "TikTok knows the hub by this secret",
}


@dataclass(frozen=True, kw_only=True)
class FeedSettings:
    """`stack` is the value of the tag Stack."""

    region: str
    queue_url: str
    table: str
    state_table: str
    stack: str
    token_key_id: str
    tiktok_client_arn: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read QUEUE_URL, TABLE_NAME, STATE_TABLE, STACK_TAG, TOKEN_KEY_ID, TIKTOK_CLIENT_ARN and
        AWS_REGION; all are needed.

        Raises SettingsError for what is missing.
        """
        given = required(environment, _WHYS)
        return cls(
            region=region(environment),
            queue_url=given["QUEUE_URL"],
            table=given["TABLE_NAME"],
            state_table=given["STATE_TABLE"],
            stack=given["STACK_TAG"],
            token_key_id=given["TOKEN_KEY_ID"],
            tiktok_client_arn=given["TIKTOK_CLIENT_ARN"],
        )
