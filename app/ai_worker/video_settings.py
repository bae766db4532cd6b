"""What the work on a video reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.environment import region, required

_WHYS = {
    "TABLE_NAME": "videos and their links are in this table",
    "STATE_TABLE": "the guard's mode is in this table",
    "STACK_TAG": "it is the key of the guard's mode",
    "ORIGINALS_BUCKET": "uploads are in this bucket",
    "THUMBNAILS_BUCKET": "thumbnails go to this bucket",
}


@dataclass(frozen=True, kw_only=True)
class VideoSettings:
    """`stack` is the value of the tag Stack; without a Bedrock model, rules find the products."""

    region: str
    table: str
    state_table: str
    stack: str
    originals: str
    thumbnails: str
    bedrock_model: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read TABLE_NAME, STATE_TABLE, STACK_TAG, ORIGINALS_BUCKET, THUMBNAILS_BUCKET and
        AWS_REGION; BEDROCK_MODEL_ID may be unset.

        Raises SettingsError for what is missing.
        """
        given = required(environment, _WHYS)
        return cls(
            region=region(environment),
            table=given["TABLE_NAME"],
            state_table=given["STATE_TABLE"],
            stack=given["STACK_TAG"],
            originals=given["ORIGINALS_BUCKET"],
            thumbnails=given["THUMBNAILS_BUCKET"],
            bedrock_model=environment.get("BEDROCK_MODEL_ID") or None,
        )
