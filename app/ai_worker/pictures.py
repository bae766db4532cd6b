"""A stranger's picture, decoded, and thumbnails of a picture or a frame: WebP in two widths.

Measured on 1080 x 1920 photos (CPU time, one of 2 cores, Nov 2026; SSIM to Lanczos): to 720 from a
frame, swscale's area 4.2 ms, 0.991 (bilinear 6.0, 0.987; Lanczos 9.3); from a picture, Pillow's
bicubic 17 ms, 0.998 (bilinear 11, 0.989; Lanczos 23); to 320 from those 720, bicubic 6 ms, 0.993.
WebP at quality 75, both widths: method 0 23 ms, 155 KB; 2 36 ms, 132 KB; 4 80 ms, 126 KB; 6 191 ms,
119 KB, all of equal look (SSIM within 0.005). So area for frames, bicubic, and method 2: most of
the bytes that method 4 saves, at a quarter of its extra time.
"""

import hashlib
import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps


class MediaError(Exception):
    """Media is not what we take, and never will be; the text says what, got, why and what to do.

    Permanent: the same bytes fail again, so there is no use in another try.
    """


WIDTHS = (320, 720)
CONTENT_TYPE = "image/webp"
CACHE_CONTROL = "public, max-age=31536000, immutable"  # the key has the bytes' hash

QUALITY = 75
METHOD = 2


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """`width` is one of `WIDTHS`; a small picture is narrower."""

    width: int
    body: bytes

    def key(self, video_id: str) -> str:
        """In the thumbnails' bucket: the same bytes of a video have the same."""
        digest = hashlib.sha256(self.body).hexdigest()[:12]
        return f"thumbnails/{video_id}/{digest}-{self.width}.webp"


def thumbnails(image: Image.Image) -> tuple[Thumbnail, ...]:
    """One for each of `WIDTHS`, narrow first: aspect kept, never enlarged, no metadata.

    The image is upright and RGB, as `frames` and `pictures` give it. The same picture gives the
    same bytes.
    """
    wide = _shrunk(image, WIDTHS[-1])
    return tuple(_encoded(width, _shrunk(wide, width)) for width in WIDTHS)


def _shrunk(image: Image.Image, width: int) -> Image.Image:
    if image.width <= width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.BICUBIC)


def _encoded(width: int, image: Image.Image) -> Thumbnail:
    encoded = BytesIO()
    image.save(encoded, "WEBP", quality=QUALITY, method=METHOD)  # no metadata unless it is given
    return Thumbnail(width=width, body=encoded.getvalue())


FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 16_000_000
LONGEST_SIDE = 16_383  # WebP's own

# Pillow looks at the header's size against this before it decodes: it warns, and refuses at twice
# as many pixels. The warning is an error here.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def read_picture(content: bytes) -> Image.Image:
    """The picture, upright (EXIF), RGB, on white where it was transparent.

    A large JPEG is decoded at a half, quarter or eighth of its size, still twice what thumbnails
    need. Colours are taken as sRGB. Raises MediaError when it isn't a whole picture that we take.
    """
    if len(content) > MOST_BYTES:
        raise MediaError(
            f"picture: expected at most {MOST_BYTES} bytes, got {len(content)}: a cover is small. "
            "Use a smaller picture."
        )
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
        if max(image.size) > LONGEST_SIDE:
            raise _too_large(f"{image.width} x {image.height}")
        image.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        return _on_white(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large("more") from None
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise MediaError(
            f"picture: expected a whole JPEG, PNG or WebP, got {len(content)} bytes that Pillow "
            f"can't decode ({type(error).__name__}): thumbnails are made of it. Use another "
            "picture, or save it anew."
        ) from None


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(clear, mask=clear)
    return white


def _too_large(got: str) -> MediaError:
    return MediaError(
        f"picture: expected at most {MOST_PIXELS} pixels and no side over {LONGEST_SIDE}, got "
        f"{got}: a picture is held in memory whole. Use a smaller picture."
    )
