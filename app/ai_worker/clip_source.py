"""A clip as FFmpeg reads it, with a budget of time, bytes and packets."""

import time
from dataclasses import dataclass
from typing import BinaryIO

from app.ai_worker.media_error import MediaError

NEXT_STEP = "Upload the video as an MP4 with H.264."


@dataclass(frozen=True, kw_only=True)
class ClipLimits:
    """What a clip may take at most: bytes, its length, a frame's pixels and longest side, packets
    read for all frames together, and seconds of work (looked at between reads and packets).
    """

    size: int = 200 * 1024 * 1024
    length_seconds: int = 3600
    pixels: int = 4096 * 2304
    side: int = 8192
    packets: int = 500_000
    work_seconds: float = 15


DEFAULT_LIMITS = ClipLimits()


class ClipSource:
    """A file object for PyAV, from its start; each read raises MediaError when the time is up."""

    def __init__(self, file: BinaryIO, limits: ClipLimits) -> None:
        self._file = file
        self.limits = limits
        self._end = time.monotonic() + limits.work_seconds
        self._packets = 0
        self._ended = False
        size = file.seek(0, 2)
        file.seek(0)
        if size > limits.size:
            raise MediaError(
                f"video: expected at most {limits.size} bytes, got {size}: a clip is read on a "
                "small machine. Upload it shorter or in a lower resolution."
            )

    def read(self, size: int) -> bytes:
        if self._ended:
            return b""  # FFmpeg tries again, and PyAV prints each error after the first
        self.check_time()
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def check_time(self) -> None:
        if time.monotonic() > self._end:
            self._ended = True
            raise MediaError(
                f"video: expected its frames within {self.limits.work_seconds:g} seconds, got "
                f"only some by then: other videos wait. {NEXT_STEP}"
            )

    def count_packet(self) -> None:
        self.check_time()
        self._packets += 1
        if self._packets > self.limits.packets:
            raise MediaError(
                f"video: expected at most {self.limits.packets} packets up to its frames, got "
                f"more: no clip of an hour has as many. {NEXT_STEP}"
            )
