"""Covers: what is decoded, how it stands, and what is refused before it swells."""

import hashlib
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.ai_worker.frames import key_frames
from app.ai_worker.pictures import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS,
    MediaError,
    Thumbnail,
    read_picture,
    thumbnails,
)
from tests.app.ai_worker.clips import clip

ORIENTATION = 0x0112
SIDE_UP = 6  # turn a quarter clockwise to see it as it was taken


def saved(image: Image.Image, kind: str, *, orientation: int | None = None) -> bytes:
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    written = BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


def photo(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Dark in its top left corner."""
    image = Image.new("RGB", size, (200, 180, 160))
    image.paste((10, 20, 30), (0, 0, size[0] // 2, size[1] // 2))
    return image


def png(width: int, height: int, *, body: bytes = b"") -> bytes:
    """A PNG that says it is so large, whatever is in it."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checked

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


PICTURES = {kind: saved(photo(), kind) for kind in ("JPEG", "PNG", "WEBP")}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_accepted_kind_is_decoded_upright(kind: str) -> None:
    assert read_picture(PICTURES[kind]).size == (64, 48)
    upright = read_picture(saved(photo(), kind, orientation=SIDE_UP))
    assert (upright.mode, upright.size) == ("RGB", (48, 64))
    top_left, top_right = (upright.convert("L").crop((x, 5, x + 1, 6)).tobytes() for x in (5, 40))
    assert top_right < bytes([60]) < top_left


def test_what_is_transparent_becomes_white() -> None:
    image = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    image.putpixel((1, 0), (255, 0, 0, 255))
    assert read_picture(saved(image, "PNG")).tobytes() == b"\xff\xff\xff\xff\x00\x00"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_every_kind_of_colour_becomes_rgb(mode: str) -> None:
    image = Image.new("L", (3, 3), 255).convert("RGB" if mode == "P" else "L")
    assert read_picture(saved(image.convert(mode), "PNG")).mode == "RGB"


def test_a_large_jpeg_is_decoded_smaller_but_large_enough_for_thumbnails() -> None:
    image = read_picture(saved(photo((3200, 4000)), "JPEG"))
    assert image.size == (1600, 2000)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="an SVG"),
        pytest.param(saved(photo(), "GIF"), id="a GIF"),
        pytest.param(saved(photo(), "TIFF"), id="a TIFF"),
        pytest.param(saved(photo(), "BMP"), id="a BMP"),
        *(
            pytest.param(content[: len(content) // 2], id=f"half a {kind}")
            for kind, content in PICTURES.items()
        ),
        pytest.param(png(10, 10, body=b"short"), id="a PNG without its rows"),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(MediaError, match=rf"^picture: expected a whole JPEG.*{len(content)} bytes"):
        read_picture(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(png(4001, 4000), id="a pixel over"),
        pytest.param(png(6000, 6000), id="twice over"),
        pytest.param(png(60_000, 60_000), id="far over"),
        pytest.param(png(LONGEST_SIDE + 1, 1), id="a side over"),
    ],
)
def test_a_picture_over_the_limit_is_refused_by_its_header(content: bytes) -> None:
    with pytest.raises(MediaError, match=rf"^picture: expected at most {MOST_PIXELS} pixels"):
        read_picture(content)


def test_a_picture_over_the_limit_is_refused_whatever_the_process_does_with_warnings() -> None:
    read = "import sys; from app.ai_worker.pictures import *; read_picture(sys.stdin.buffer.read())"
    ended = subprocess.run(
        [sys.executable, "-c", read], input=png(4001, 4000), capture_output=True, check=False
    )
    assert b"MediaError: picture: expected at most" in ended.stderr


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(MediaError, match=rf"at most {MOST_BYTES} bytes, got {MOST_BYTES + 1}"):
        read_picture(bytes(MOST_BYTES + 1))


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow logs what is wrong with EXIF
@settings(deadline=None)
@given(
    kind=st.sampled_from(sorted(PICTURES)),
    changes=st.lists(
        st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    cut=st.integers(0, 50),
)
def test_a_damaged_picture_is_read_or_refused_and_nothing_else(
    kind: str, changes: list[tuple[int, bytes]], cut: int
) -> None:
    content = bytearray(saved(photo(), kind, orientation=SIDE_UP))
    for at, new in changes:
        place = at % len(content)
        content[place : place + len(new)] = new
    with suppress(MediaError):
        assert read_picture(bytes(content[: len(content) - cut])).mode == "RGB"


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
    pictures = thumbnails(gradient(size))
    assert [decoded(picture).size for picture in pictures] == sizes
    assert [picture.width for picture in pictures] == [320, 720]


def test_a_key_names_the_video_the_bytes_and_the_width() -> None:
    for thumbnail in thumbnails(gradient((1080, 1920))):
        digest = hashlib.sha256(thumbnail.body).hexdigest()
        assert thumbnail.key("7301") == f"thumbnails/7301/{digest[:12]}-{thumbnail.width}.webp"


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert thumbnails(gradient((900, 900))) == thumbnails(gradient((900, 900)))


def test_nothing_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x013B] = "whoever took it"
    written = BytesIO()
    gradient((900, 900)).save(
        written, "WEBP", exif=exif, icc_profile=b"a profile", xmp=b"where it was taken"
    )
    for thumbnail in thumbnails(read_picture(written.getvalue())):
        assert not {"exif", "icc_profile", "xmp"} & set(decoded(thumbnail).info)
        assert [kind for kind in (b"EXIF", b"ICCP", b"XMP ") if kind in thumbnail.body] == []


def test_a_frame_becomes_thumbnails_that_look_like_it() -> None:
    shown = gradient((1080, 1920))
    [frame] = key_frames(BytesIO(clip(size=shown.size, frames=1, image=shown)))
    for thumbnail in thumbnails(frame.image):
        small = decoded(thumbnail)
        expected = shown.resize(small.size, Image.Resampling.LANCZOS).tobytes()
        given_pixels = small.convert("RGB").tobytes()
        differences = [abs(a - b) for a, b in zip(expected, given_pixels, strict=True)]
        assert sum(differences) / len(differences) < 3


@settings(max_examples=25, deadline=None)
@given(width=st.integers(1, 2000), height=st.integers(1, 2000))
def test_every_size_gives_two_thumbnails_within_their_width(width: int, height: int) -> None:
    for thumbnail in thumbnails(Image.new("RGB", (width, height))):
        small = decoded(thumbnail)
        assert small.width == min(width, thumbnail.width)
        assert abs(small.height - height * small.width / width) <= 1
