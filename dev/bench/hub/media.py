"""A clip and covers that cost as much as a photograph, and the bare loop over such a clip.

No photograph is in the project: octaves of noise, each half as fine and twice as strong as the
one before, have a photograph's spectrum, so that codecs have as much to do.
"""

import time
from io import BytesIO

import av
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from PIL import Image, ImageChops

from app.ai_worker.pictures import METHOD, QUALITY, WIDTHS

SIZE = (1080, 1920)
COVER_SIZE = (576, 1024)
SECONDS = 8
RATE = 10
OCTAVES = 8
FINEST = 3.0


def photo_like(size: tuple[int, int] = SIZE) -> Image.Image:
    """RGB; another one each time."""
    light = _noise(size, FINEST)
    tint = _noise(size, FINEST / 3)
    return Image.merge("YCbCr", (light, tint, ImageChops.invert(tint))).convert("RGB")


def _noise(size: tuple[int, int], finest: float) -> Image.Image:
    summed = Image.new("L", size, 128)
    for octave in range(OCTAVES):
        small = (max(2, size[0] >> octave), max(2, size[1] >> octave))
        layer = Image.effect_noise(small, finest * 2**octave / 2)
        larger = layer.resize(size, Image.Resampling.BICUBIC)
        summed = ImageChops.add(summed, larger, offset=-128)
    return summed


def jpeg(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()


def clip() -> bytes:
    """H.264 in MP4, a key frame and another picture each second."""
    written = BytesIO()
    with av.open(written, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt, stream.gop_size = "yuv420p", RATE
        for _ in range(SECONDS):
            frame = VideoFrame.from_image(photo_like()).reformat(format="yuv420p")
            for _ in range(RATE):
                frame.pts = None
                output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return written.getvalue()


def bare_loop(content: bytes, frames: int) -> float:
    """Decode key frames, resize and encode them: the CPU seconds of one clip."""
    began = time.process_time()
    with av.open(BytesIO(content), mode="r") as container:
        stream = container.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        stream.codec_context.thread_count = 1
        length = float((container.duration or 0) / av.time_base)
        for part in range(frames):
            container.seek(round(length * (part + 0.5) / frames * av.time_base))
            _encode(next(container.decode(stream)))
    return time.process_time() - began


def _encode(frame: VideoFrame) -> None:
    small = frame.reformat(
        width=WIDTHS[-1],
        height=frame.height * WIDTHS[-1] // frame.width,
        format="rgb24",
        interpolation=Interpolation.AREA,
    )
    wide = small.to_image()
    for width in WIDTHS:
        size = (width, wide.height * width // wide.width)
        resized = wide if width == wide.width else wide.resize(size, Image.Resampling.BICUBIC)
        resized.save(BytesIO(), "WEBP", quality=QUALITY, method=METHOD)
