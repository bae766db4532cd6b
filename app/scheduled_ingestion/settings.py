"""What the function reads from its environment."""

from dataclasses import dataclass

from app.hub.environment import Settings, aws_region, required


@dataclass(frozen=True, kw_only=True)
class FeedSettings(Settings):
    """`stack` is the value of the tag Stack."""

    region: str = aws_region()
    queue_url: str = required("QUEUE_URL", why="new videos go to this queue")
    table: str = required("TABLE_NAME", why="creators' tokens and videos are in this table")
    state_table: str = required("STATE_TABLE", why="the guard's mode is in this table")
    stack: str = required("STACK_TAG", why="it is the key of the guard's mode")
    token_key_id: str = required("TOKEN_KEY_ID", why="creators' tokens are sealed with this key")
    tiktok_client_arn: str = required(
        "TIKTOK_CLIENT_ARN", why="TikTok knows the hub by this secret"
    )
