"""Clips read in a process of their own, which crafted ones end."""

import os
import signal
from collections.abc import Iterator
from io import BytesIO, UnsupportedOperation
from multiprocessing import active_children
from tempfile import TemporaryFile
from time import monotonic

import pytest

from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.frames import ClipLimits, key_frames
from app.ai_worker.pictures import MediaError, Thumbnail, thumbnails
from tests.app.ai_worker.clips import clip, swelling_clip

CLIP = clip()


def read(reader: FrameReader, content: bytes) -> list[tuple[Thumbnail, ...]]:
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
        expected = [thumbnails(it.image) for it in key_frames(file)]
    assert read(reader, CLIP) == expected
    before = active_children()
    assert read(reader, CLIP) == expected
    assert active_children() == before


def test_the_process_refuses_as_the_function_does(reader: FrameReader) -> None:
    with pytest.raises(MediaError, match=r"^video: expected an MP4.*got one that begins"):
        read(reader, b"no video")
    assert len(read(reader, CLIP)) == 3


def test_a_clip_that_swells_in_memory_is_refused_at_once(reader: FrameReader) -> None:
    begun = monotonic()
    with pytest.raises(MediaError, match=r"^video: expected"):
        read(reader, swelling_clip(170_000_000))  # 4 GB, and a minute, without the limit
    assert monotonic() - begun < 5
    assert len(read(reader, CLIP)) == 3


def test_a_clip_that_ends_the_process_is_refused_and_the_next_is_read(
    capfd: pytest.CaptureFixture[str],
) -> None:
    receiving, sending = os.pipe()
    with FrameReader() as reader, os.fdopen(receiving, "rb") as pipe, os.fdopen(sending, "wb"):
        with pytest.raises(MediaError, match=r"got the end of the process .*exit code 1\)"):
            reader.thumbnails(pipe)  # a pipe can't be sought, which nothing in there expects
        assert len(read(reader, CLIP)) == 3
    assert "UnsupportedOperation" in capfd.readouterr().err


def test_a_clip_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    before = set(active_children())
    with FrameReader(limits=ClipLimits(work_seconds=1.5)) as reader:
        read(reader, CLIP)
        [process] = set(active_children()) - before
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(MediaError, match="its time was up"):
            read(reader, CLIP)
        assert len(read(reader, CLIP)) == 3


def test_no_process_is_left_behind_and_signals_to_the_workers_group_do_not_end_it() -> None:
    before = set(active_children())
    with FrameReader() as reader:
        read(reader, CLIP)
        [process] = set(active_children()) - before
        assert process.pid
        for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
            os.kill(process.pid, asked_to_stop)
        assert len(read(reader, CLIP)) == 3
        assert set(active_children()) - before == {process}
    assert set(active_children()) == before


def test_a_file_that_the_system_does_not_know_is_the_callers_error() -> None:
    with FrameReader() as reader, pytest.raises(UnsupportedOperation):
        reader.thumbnails(BytesIO(CLIP))
