"""A stranger's picture, decoded: JPEG, PNG or WebP, and nothing that swells in memory."""

import warnings
from io import BytesIO
from struct import error as StructError  # noqa: N812  it is named `error`
from zlib import error as ZlibError  # noqa: N812  it is named `error`

from PIL import Image, ImageOps

from app.ai_worker.media_error import MediaError
from app.ai_worker.thumbnails import WIDTHS

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
    except (OSError, SyntaxError, ValueError, EOFError, StructError, ZlibError) as error:
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
