"""Key frames of clips: where they are, how they stand, and what is refused."""

import os
import signal
import time
from collections.abc import Iterator
from io import BytesIO, UnsupportedOperation
from multiprocessing import active_children
from tempfile import TemporaryFile
from time import monotonic

import av
import av.logging
import pytest
from PIL import Image

from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.frames import ClipLimits, KeyFrame, key_frames
from app.ai_worker.pictures import MediaError, Thumbnail, thumbnails
from tests.app.ai_worker.clips import (
    HALF,
    QUARTER_CLOCKWISE,
    QUARTER_COUNTERCLOCKWISE,
    clip,
    growing_clip,
    sound,
    swelling_clip,
)

LIMITS = ClipLimits()


def read(content: bytes, *, count: int = 3, limits: ClipLimits = LIMITS) -> list[KeyFrame]:
    return key_frames(BytesIO(content), count=count, limits=limits)


def shade(image: Image.Image, x: int = 5, y: int = 5) -> int:
    return round(sum(image.convert("RGB").crop((x, y, x + 1, y + 1)).tobytes()) / 3)


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("libx264", "mp4"),
        ("libx264", "mov"),
        ("libx264", "matroska"),
        ("libx265", "mp4"),
        ("libvpx", "webm"),
        ("libvpx-vp9", "webm"),
        ("libsvtav1", "mp4"),
    ],
)
def test_key_frames_of_every_accepted_kind_are_spread_over_the_clip(
    codec: str, container: str
) -> None:
    frames = read(clip(codec, container, frames=60), count=2)
    first, second = frames
    assert [frame.image.size for frame in frames] == [(160, 120), (160, 120)]
    assert 0 <= first.seconds < 1 <= second.seconds < 2
    for frame in frames:  # each is the one of its time
        assert shade(frame.image) == pytest.approx(60 * frame.seconds, abs=4)


def test_a_clip_with_one_key_frame_gives_it_once() -> None:
    [frame] = read(clip(key_frame_every=500))
    assert frame.seconds == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(clip(muxer={"movflags": "frag_keyframe+empty_moov"}), id="fragmented mp4"),
        pytest.param(clip("libvpx", "webm", muxer={"live": "1"}), id="unfinished webm"),
    ],
)
def test_a_recording_that_was_never_finished_is_read_all_the_same(content: bytes) -> None:
    first, second, third = [frame.seconds for frame in read(content)]
    assert 0 <= first < 1 <= second < 2 <= third < 3


def test_a_clip_is_scaled_to_the_widest_thumbnail_and_a_smaller_one_is_left_as_it_is() -> None:
    assert [frame.image.size for frame in read(clip(size=(1080, 1920), frames=1))] == [(720, 1280)]
    assert [frame.image.size for frame in read(clip(size=(320, 240), frames=1))] == [(320, 240)]


@pytest.mark.parametrize(
    ("matrix", "size", "dark_corner"),
    [
        (None, (160, 120), "top left"),
        (QUARTER_CLOCKWISE, (120, 160), "top right"),
        (HALF, (160, 120), "bottom right"),
        (QUARTER_COUNTERCLOCKWISE, (120, 160), "bottom left"),
    ],
)
def test_a_clip_stands_as_the_phone_was_held(
    matrix: tuple[int, ...] | None, size: tuple[int, int], dark_corner: str
) -> None:
    image = Image.new("RGB", (160, 120), "white")
    image.paste("black", (0, 0, 60, 60))
    [frame] = read(clip(frames=1, image=image, matrix=matrix))
    assert frame.image.size == size
    right, bottom = size[0] - 10, size[1] - 10
    corners = {
        "top left": (10, 10),
        "top right": (right, 10),
        "bottom left": (10, bottom),
        "bottom right": (right, bottom),
    }
    dark = [name for name, (x, y) in corners.items() if shade(frame.image, x, y) < 100]
    assert dark == [dark_corner]


@pytest.mark.parametrize(
    ("content", "got"),
    [
        pytest.param(b"", r"\(none\)", id="nothing"),
        pytest.param(b"GIF89a" + bytes(100), "47 49 46", id="a picture"),
        pytest.param(b"#EXTM3U\nhttp://169.254.169.254/latest\n", "23 45 58", id="an HLS playlist"),
        pytest.param(b"ffconcat version 1.0\nfile /etc/passwd\n", "66 66 63", id="a concat list"),
        pytest.param(b"\0\0\0\x18ftypisom" + bytes(4000), "can't read", id="the start of an MP4"),
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(4000), "can't read", id="the start of a WebM"),
        pytest.param(clip()[:2000], "can't read|decoded", id="half an MP4"),
        pytest.param(sound(), "without a video", id="sound alone"),
        pytest.param(clip("mpeg4", frames=2), "in a codec other", id="another codec"),
        pytest.param(clip("mjpeg", "mov", frames=2), "in a codec", id="mjpeg"),
    ],
)
def test_what_is_no_accepted_video_is_refused_with_what_it_is(content: bytes, got: str) -> None:
    with pytest.raises(MediaError, match=rf"^video: expected an MP4.*, got .*({got}).*Upload"):
        read(content)


@pytest.mark.parametrize(
    ("limits", "over"),
    [
        (ClipLimits(size=1000), "at most 1000 bytes, got"),
        (ClipLimits(pixels=160 * 120 - 1), "at most 19199 pixels .* got 160 x 120"),
        (ClipLimits(side=159), "no side over 159, got 160 x 120"),
        (ClipLimits(length_seconds=2), "at most 2 seconds, got 3"),
        (ClipLimits(packets=2), "at most 2 packets"),
    ],
)
def test_a_clip_over_a_limit_is_refused(limits: ClipLimits, over: str) -> None:
    with pytest.raises(MediaError, match=rf"^video: expected .*{over}.*: .*\. Upload"):
        read(clip(), limits=limits)


def test_a_clip_exactly_at_its_limits_is_read() -> None:
    content = clip()
    limits = ClipLimits(size=len(content), pixels=160 * 120, side=160, length_seconds=3, packets=3)
    assert len(read(content, limits=limits)) == 3


def test_a_clip_of_many_tracks_is_refused() -> None:
    assert len(read(clip(frames=1, tracks=16))) == 1
    with pytest.raises(MediaError, match="can't read"):
        read(clip(frames=1, tracks=17))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(clip("mpeg4", frames=2), "Codec (mpeg4) not on whitelist", id="codec"),
        pytest.param(
            clip("libvpx", "webm", size=(1024, 1024), frames=2), "max pixel count", id="size"
        ),
    ],
)
def test_ffmpeg_itself_decodes_nothing_else_to_look_into_a_clip(content: bytes, said: str) -> None:
    av.logging.set_level(av.logging.ERROR)
    try:
        with (
            av.logging.Capture() as logged,
            pytest.raises(MediaError, match=r"codec other|got 1024 x 1024"),
        ):
            read(content, limits=ClipLimits(pixels=64 * 64, side=1024))
    finally:
        av.logging.set_level(None)
    assert any(said in text for _, _, text in logged)


def test_a_clip_of_which_ffmpeg_can_not_get_enough_is_given_up_when_the_time_is_up(
    capfd: pytest.CaptureFixture[str],
) -> None:
    class SlowFile(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            time.sleep(0.05)
            return super().read(min(size or 0, 100))

    for content in (clip("libvpx", "webm"), sound()):
        with pytest.raises(MediaError, match=r"within 0\.1 seconds"):
            key_frames(SlowFile(content), limits=ClipLimits(work_seconds=0.1))
    assert "exception" not in capfd.readouterr().err


def test_a_frame_that_swells_within_a_clip_is_refused_before_it_is_decoded() -> None:
    limits = ClipLimits(pixels=64 * 64, side=1024)
    with pytest.raises(MediaError, match="can't read"):
        read(growing_clip((64, 64), (1024, 1024)), count=2, limits=limits)


def test_a_frame_that_gets_long_within_a_clip_is_refused() -> None:
    with pytest.raises(MediaError, match=r"no side over 8192, got 8208 x 64"):
        read(growing_clip((64, 64), (8208, 64)), count=2)


CLIP = clip()


def read_in_process(reader: FrameReader, content: bytes) -> list[tuple[Thumbnail, ...]]:
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        return reader.thumbnails(file)


@pytest.fixture(scope="module")
def reader() -> Iterator[FrameReader]:
    with FrameReader() as shared:
        yield shared


def test_the_process_gives_thumbnails_of_the_same_frames_and_stays(reader: FrameReader) -> None:
    with TemporaryFile() as file:
        file.write(CLIP)
        expected = [thumbnails(key_frame.image) for key_frame in key_frames(file)]
    assert read_in_process(reader, CLIP) == expected
    before = active_children()
    assert read_in_process(reader, CLIP) == expected
    assert active_children() == before


def test_the_process_refuses_as_the_function_does(reader: FrameReader) -> None:
    with pytest.raises(MediaError, match=r"^video: expected an MP4.*got one that begins"):
        read_in_process(reader, b"no video")
    assert len(read_in_process(reader, CLIP)) == 3


def test_a_clip_that_swells_in_memory_is_refused_at_once(reader: FrameReader) -> None:
    begun = monotonic()
    with pytest.raises(MediaError, match=r"^video: expected"):
        read_in_process(reader, swelling_clip(170_000_000))  # 4 GB, and a minute, without the limit
    assert monotonic() - begun < 5
    assert len(read_in_process(reader, CLIP)) == 3


def test_a_clip_that_ends_the_process_is_refused_and_the_next_is_read(
    capfd: pytest.CaptureFixture[str],
) -> None:
    receiving, sending = os.pipe()
    with FrameReader() as reader, os.fdopen(receiving, "rb") as pipe, os.fdopen(sending, "wb"):
        with pytest.raises(MediaError, match=r"got the end of the process .*exit code 1\)"):
            reader.thumbnails(pipe)  # a pipe can't be sought, which nothing in there expects
        assert len(read_in_process(reader, CLIP)) == 3
    assert "UnsupportedOperation" in capfd.readouterr().err


def test_a_clip_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    before = set(active_children())
    with FrameReader(limits=ClipLimits(work_seconds=1.5)) as reader:
        read_in_process(reader, CLIP)
        [process] = set(active_children()) - before
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(MediaError, match="its time was up"):
            read_in_process(reader, CLIP)
        assert len(read_in_process(reader, CLIP)) == 3


def test_no_process_is_left_behind_and_signals_to_the_workers_group_do_not_end_it() -> None:
    before = set(active_children())
    with FrameReader() as reader:
        read_in_process(reader, CLIP)
        [process] = set(active_children()) - before
        assert process.pid
        for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
            os.kill(process.pid, asked_to_stop)
        assert len(read_in_process(reader, CLIP)) == 3
        assert set(active_children()) - before == {process}
    assert set(active_children()) == before


def test_a_file_that_the_system_does_not_know_is_the_callers_error() -> None:
    with FrameReader() as reader, pytest.raises(UnsupportedOperation):
        reader.thumbnails(BytesIO(CLIP))
