"""Key frames of an uploaded clip, through PyAV (FFmpeg). The clip is a stranger's: all is bounded.

FFmpeg could open playlists and addresses named inside a file. Here it reads one file object, by one
of two demuxers that we choose by the file's first bytes, and whatever else it asks to open is
refused. Crashes and what FFmpeg allocates are bounded by running this in `frame_reader`.
"""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from PIL import Image

from app.ai_worker.pictures import WIDTHS, MediaError

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


_DECODERS = ("h264", "hevc", "vp8", "vp9", "libdav1d", "av1")


@dataclass(frozen=True, kw_only=True)
class KeyFrame:
    """A frame, upright, in square pixels, at most as wide as the widest thumbnail; RGB."""

    seconds: float
    image: Image.Image


def key_frames(
    file: BinaryIO, *, count: int = 3, limits: ClipLimits = DEFAULT_LIMITS
) -> list[KeyFrame]:
    """At most `count` different key frames, spread over the clip, in the order of time.

    `file` can be sought. Raises MediaError when it isn't a video that we take, or is over a limit.
    """
    source = ClipSource(file, limits)
    try:
        with av.open(
            source,
            mode="r",
            format=_demuxer(source),
            options=_options(limits),
            io_open=_refuse,
            metadata_errors="ignore",
        ) as container:
            frames = list(_spread(container, _video(container, limits), count, source))
    except (FFmpegError, OverflowError) as error:
        raise _unusable(f"one that FFmpeg can't read ({type(error).__name__})") from None
    if not frames:
        raise _unusable("one without a frame that can be decoded")
    return frames


def _demuxer(source: ClipSource) -> str:
    head = source.read(12)
    source.seek(0)
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    raise _unusable(f"one that begins with the bytes {head.hex(' ') or '(none)'}")


def _options(limits: ClipLimits) -> dict[str, str]:
    """For the demuxer, and for the decoders with which FFmpeg looks at the first frames."""
    return {
        "codec_whitelist": ",".join(_DECODERS),
        "max_streams": "16",
        "max_pixels": _decoded_pixels(limits),
    }


def _decoded_pixels(limits: ClipLimits) -> str:
    """The most that a decoder may make, which makes each side up to 64 longer than it is shown."""
    return str(limits.pixels + 2 * 64 * limits.side)


def _refuse(url: str, flags: int, options: Mapping[str, object]) -> BinaryIO:  # noqa: ARG001  PyAV's
    raise _unusable("one that refers to another file or address")


def _video(container: InputContainer, limits: ClipLimits) -> VideoStream:
    """The clip's first video, ready to decode key frames alone; everything else is discarded."""
    if not container.streams.video:
        raise _unusable("one without a video in it")
    video = container.streams.video[0]
    context = video.codec_context
    if context is None or context.name not in _DECODERS:  # pyright: ignore[reportUnnecessaryComparison]  no decoder
        raise _unusable("one in a codec other than H.264, HEVC, VP8, VP9 and AV1")
    _check_size(context, limits)
    if (length := _length(container)) and length > limits.length_seconds:
        raise MediaError(
            f"video: expected at most {limits.length_seconds} seconds, got {length:.0f}: longer "
            "clips aren't TikTok's. Upload a shorter one."
        )
    for stream in container.streams:
        if stream.index != video.index:
            stream.discard = Discard.all
    context.options = {"max_pixels": _decoded_pixels(limits)}
    context.skip_frame = "NONKEY"
    context.thread_count = (
        1  # a key frame alone decodes no faster by threads, but takes more memory
    )
    return video


def _check_size(sized: VideoCodecContext | VideoFrame, limits: ClipLimits) -> None:
    width, height = sized.width, sized.height
    if width * height > limits.pixels or max(width, height) > limits.side:
        raise MediaError(
            f"video: expected frames of at most {limits.pixels} pixels and no side over "
            f"{limits.side}, got {width} x {height}: a frame is held in memory whole. Upload it in "
            "a lower resolution."
        )


def _length(container: InputContainer) -> float:
    """In seconds; 0 when the container doesn't say."""
    return max(0, container.duration or 0) / av.time_base


def _spread(
    container: InputContainer, video: VideoStream, count: int, source: ClipSource
) -> Iterator[KeyFrame]:
    """Seek to the middle of each of `count` equal parts; the key frame before it is taken once."""
    start = max(0, container.start_time or 0) / av.time_base
    length = _length(container) or _measured_length(container, video, source)
    before = -math.inf
    for part in range(count):
        at = start + length * (part + 0.5) / count
        container.seek(round(at * av.time_base))
        frame = _next_key_frame(container, video, source)
        if frame is None:
            continue
        _check_size(frame, source.limits)  # it may change within a clip
        # Not `frame.time`: a frame that the decoder let go at the end has lost its unit of time.
        seconds = max(0.0, float((frame.pts or 0) * (video.time_base or 0)) - start)
        if seconds > before:
            before = seconds
            yield KeyFrame(seconds=seconds, image=_upright(frame, video))


def _measured_length(container: InputContainer, video: VideoStream, source: ClipSource) -> float:
    """For a recording that was never finished: the time of its last packet."""
    last = 0.0
    for packet in container.demux(video):
        source.count_packet()
        if packet.pts is not None:
            last = max(last, float(packet.pts * packet.time_base))
    return last


def _next_key_frame(
    container: InputContainer, video: VideoStream, source: ClipSource
) -> VideoFrame | None:
    for packet in container.demux(video):
        source.count_packet()
        if packet.is_keyframe and packet.size:
            # A decoder may keep a frame until it has seen the next ones: the end makes it let go.
            frames = video.decode(packet) or video.decode(None)
            if frames:
                return frames[0]
            video.codec_context.flush_buffers()
    return None


WIDEST_PIXEL = 4
"""Width of a pixel by its height, at most: a clip that claims more, or less than 1/4, is wrong."""


def _upright(frame: VideoFrame, video: VideoStream) -> Image.Image:
    """Scale and convert in one step, by area: how good that looks stands in `thumbnails`."""
    turns = round(frame.rotation / 90) % 4
    aspect = float(video.codec_context.sample_aspect_ratio or 1)
    wide = frame.width * (aspect if 1 / WIDEST_PIXEL <= aspect <= WIDEST_PIXEL else 1)
    scale = min(1.0, WIDTHS[-1] / (frame.height if turns % 2 else wide))
    scaled = frame.reformat(
        width=max(1, round(wide * scale)),
        height=max(1, round(frame.height * scale)),
        format="rgb24",
        interpolation=Interpolation.AREA,
    )
    plane = scaled.planes[0]
    size = (scaled.width, scaled.height)
    image = Image.frombytes("RGB", size, bytes(plane), "raw", "RGB", plane.line_size)
    match turns:
        case 1:
            return image.transpose(Image.Transpose.ROTATE_90)
        case 2:
            return image.transpose(Image.Transpose.ROTATE_180)
        case 3:
            return image.transpose(Image.Transpose.ROTATE_270)
        case _:
            return image


def _unusable(got: str) -> MediaError:
    return MediaError(
        f"video: expected an MP4, MOV, WebM or MKV file with H.264, HEVC, VP8, VP9 or AV1, got "
        f"{got}: thumbnails are made of its frames. {NEXT_STEP}"
    )
