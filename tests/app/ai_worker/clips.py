"""Clips for the tests, encoded by PyAV itself; small, so that each takes milliseconds."""

import struct
from fractions import Fraction
from io import BytesIO
from typing import Any

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

RATE = 30
KEY_FRAME_EVERY = 15
# As a phone held upright writes it: turn the picture a quarter clockwise.
QUARTER_CLOCKWISE = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
HALF = (-(1 << 16), 0, 0, 0, -(1 << 16), 0, 0, 0, 1 << 30)
QUARTER_COUNTERCLOCKWISE = (0, -(1 << 16), 0, 1 << 16, 0, 0, 0, 0, 1 << 30)

_REALTIME = {"deadline": "realtime", "cpu-used": "8"}
_OPTIONS = {
    "libvpx": _REALTIME,
    "libvpx-vp9": _REALTIME,
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libsvtav1": {"preset": "12"},
}
_PIXELS = {"mjpeg": "yuvj420p"}


def clip(
    codec: str = "libx264",
    container: str = "mp4",
    *,
    size: tuple[int, int] = (160, 120),
    frames: int = 90,
    image: Image.Image | None = None,
    key_frame_every: int = KEY_FRAME_EVERY,
    **written_with: Any,
) -> bytes:
    """A clip that gets brighter by 2 with each frame from black on, or shows the image.

    Written with: `matrix` how it is turned, `muxer` options, `tracks` the same how many times.
    """
    written = BytesIO()
    with av.open(
        written, "w", format=container, container_options=written_with.get("muxer")
    ) as output:
        for _ in range(written_with.get("tracks", 1)):
            stream = output.add_stream(codec, rate=RATE, options=_OPTIONS.get(codec))
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = size
            stream.pix_fmt = _PIXELS.get(codec, "yuv420p")
            stream.gop_size = key_frame_every
            if matrix := written_with.get("matrix"):
                stream.set_display_matrix(matrix)
        for stream in output.streams.video:
            for number in range(frames):
                frame = VideoFrame.from_image(image) if image else grey(size, 2 * number)
                output.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
            output.mux(stream.encode())
    return written.getvalue()


def grey(size: tuple[int, int], shade: int) -> VideoFrame:
    frame = VideoFrame(*size, "gray")
    frame.planes[0].update(bytes([shade % 256]) * frame.planes[0].buffer_size)
    return frame


def growing_clip(small: tuple[int, int], large: tuple[int, int]) -> bytes:
    """VP8 that says one size, and has it, but another from its first second on."""
    written = BytesIO()
    with av.open(written, "w", format="webm") as output:
        stream = output.add_stream("libvpx", rate=RATE, options=_REALTIME)
        stream.width, stream.height = small
        stream.pix_fmt = "yuv420p"
        for second, size in enumerate((small, large, large)):
            encoder = stream if size == small else _vp8(size)
            frame = grey(size, 100).reformat(format="yuv420p")
            for packet in [*encoder.encode(frame), *encoder.encode()]:
                packet.stream = stream
                packet.pts = packet.dts = second * RATE
                output.mux(packet)
    return written.getvalue()


def _vp8(size: tuple[int, int]) -> VideoCodecContext:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, RATE)
    encoder.options = _REALTIME
    return encoder


def sound() -> bytes:
    """An MP4 without a picture."""
    written = BytesIO()
    with av.open(written, "w", format="mp4") as output:
        stream = output.add_stream("aac", rate=48000)
        silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        silence.sample_rate = 48000
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        output.mux(stream.encode(silence))
        output.mux(stream.encode())
    return written.getvalue()


def swelling_clip(samples: int) -> bytes:
    """An MP4 of 2 KB whose tables promise many samples: FFmpeg makes 24 bytes for each."""
    content = bytearray(clip(frames=3))
    _overwrite(content, b"stts", 0, 1, samples, 512)
    _overwrite(content, b"stsc", 0, 1, 1, samples, 1)
    _overwrite(content, b"stsz", 0, 1, samples)
    return bytes(content)


def _overwrite(content: bytearray, box: bytes, *values: int) -> None:
    at = content.index(box) + len(box)
    content[at : at + 4 * len(values)] = struct.pack(f">{len(values)}I", *values)
