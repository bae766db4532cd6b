"""The bucket of uploaded videos: browsers send to it directly, by a form that S3 checks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias, get_args

from botocore.exceptions import ClientError

from app.hub.clients import Client

ContentType: TypeAlias = Literal["video/mp4", "video/quicktime", "video/webm"]

LARGEST_BYTES = 200_000_000
VALID = timedelta(minutes=10)

# Who may read objects but not list them is told 403 of one that isn't there.
_ABSENT = {"404", "403"}


@dataclass(frozen=True, kw_only=True)
class Original:
    """An upload that is there; its size is in bytes."""

    size: int
    content_type: str

    @property
    def is_allowed(self) -> bool:
        """Whether it is of a size and type that an upload may have."""
        return 0 < self.size <= LARGEST_BYTES and self.content_type in get_args(ContentType)


class Originals:
    """Through a boto3 S3 client; each method raises what the client raises."""

    def __init__(self, s3: Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def form(
        self, video_id: str, content_type: ContentType, size: int
    ) -> tuple[str, dict[str, str]]:
        """Where to send a form, and its fields: for one key, type and size; good ten minutes.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        """
        fixed = {"Content-Type": content_type}
        form = self._s3.generate_presigned_post(
            self._bucket,
            key(video_id),
            Fields=fixed,
            Conditions=[fixed, ["content-length-range", size, size]],
            ExpiresIn=int(VALID.total_seconds()),
        )
        return form["url"], form["fields"]

    def find(self, video_id: str) -> Original | None:
        """What was uploaded for a video."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key(video_id))
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        return Original(size=head["ContentLength"], content_type=head["ContentType"])


def key(video_id: str) -> str:
    """Where a video's upload is."""
    return f"originals/{video_id}"
