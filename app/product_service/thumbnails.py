"""`GET /thumbnails/…`: to S3, by a presigned URL, where no CloudFront stands in front."""

import re
import threading
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.product_service.missing import Missing

VALID_SECONDS = 300
CACHE_SECONDS = 240
"""The redirect must not outlive what it leads to."""

_KEY = re.compile(r"thumbnails/[0-9]{1,20}/[0-9a-f]{12}-(320|720)\.webp")


class Thumbnails:
    """Through a boto3 S3 client; it signs here, and asks S3 nothing."""

    def __init__(self, s3: Any, bucket: str, missing: Missing) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._missing = missing
        self._lock = threading.Lock()
        self._origin: str | None = None

    async def redirect(self, request: Request) -> Response:
        """302 for what may be a thumbnail's key, else 404."""
        key = f"thumbnails/{request.path_params['path']}"
        if not _KEY.fullmatch(key):
            return self._missing.answer(request)
        # Credentials may have to be fetched.
        url = await run_in_threadpool(self._presigned, key)
        headers = {"Location": url, "Cache-Control": f"private, max-age={CACHE_SECONDS}"}
        return Response(status_code=302, headers=headers)

    def origin(self) -> str:
        """Where the redirects lead, for the pages' policy: such as https://bucket.s3.amazonaws.com.

        Raises what boto3 raises when there are no credentials.
        """
        with self._lock:
            if self._origin is None:
                parts = urlsplit(self._presigned("thumbnails/"))
                self._origin = f"{parts.scheme}://{parts.netloc}"
            return self._origin

    def _presigned(self, key: str) -> str:
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=VALID_SECONDS
        )
