"""Thumbnails: their sizes, keys and bytes."""

import hashlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.ai_worker.frames import key_frames
from app.ai_worker.pictures import LONGEST_SIDE, Thumbnail, read_picture, thumbnails
from tests.app.ai_worker.clips import clip


def gradient(size: tuple[int, int]) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert("RGB")


def decoded(thumbnail: Thumbnail) -> Image.Image:
    return Image.open(BytesIO(thumbnail.body), formats=["WEBP"])


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((1080, 1920), [(320, 569), (720, 1280)]),
        ((1920, 1080), [(320, 180), (720, 405)]),
        ((720, 720), [(320, 320), (720, 720)]),
        ((500, 1000), [(320, 640), (500, 1000)]),
        ((100, 50), [(100, 50), (100, 50)]),
        ((3000, 1), [(320, 1), (720, 1)]),
        ((1, LONGEST_SIDE), [(1, LONGEST_SIDE), (1, LONGEST_SIDE)]),
    ],
)
def test_two_widths_keep_the_aspect_and_never_enlarge(
    size: tuple[int, int], sizes: list[tuple[int, int]]
) -> None:
    made = thumbnails(gradient(size))
    assert [decoded(it).size for it in made] == sizes
    assert [it.width for it in made] == [320, 720]


def test_a_key_names_the_video_the_bytes_and_the_width() -> None:
    for made in thumbnails(gradient((1080, 1920))):
        digest = hashlib.sha256(made.body).hexdigest()
        assert made.key("7301") == f"thumbnails/7301/{digest[:12]}-{made.width}.webp"


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert thumbnails(gradient((900, 900))) == thumbnails(gradient((900, 900)))


def test_nothing_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x013B] = "whoever took it"
    written = BytesIO()
    gradient((900, 900)).save(
        written, "WEBP", exif=exif, icc_profile=b"a profile", xmp=b"where it was taken"
    )
    for made in thumbnails(read_picture(written.getvalue())):
        assert not {"exif", "icc_profile", "xmp"} & set(decoded(made).info)
        assert [kind for kind in (b"EXIF", b"ICCP", b"XMP ") if kind in made.body] == []


def test_a_frame_becomes_thumbnails_that_look_like_it() -> None:
    shown = gradient((1080, 1920))
    [frame] = key_frames(BytesIO(clip(size=shown.size, frames=1, image=shown)))
    for made in thumbnails(frame.image):
        small = decoded(made)
        expected = shown.resize(small.size, Image.Resampling.LANCZOS).tobytes()
        given_pixels = small.convert("RGB").tobytes()
        differences = [abs(a - b) for a, b in zip(expected, given_pixels, strict=True)]
        assert sum(differences) / len(differences) < 3


@settings(max_examples=25, deadline=None)
@given(width=st.integers(1, 2000), height=st.integers(1, 2000))
def test_every_size_gives_two_thumbnails_within_their_width(width: int, height: int) -> None:
    for made in thumbnails(Image.new("RGB", (width, height))):
        small = decoded(made)
        assert small.width == min(width, made.width)
        assert abs(small.height - height * small.width / width) <= 1
