"""From an uploaded picture to an icon that LINE takes: square, PNG, at most 1 MB, nothing told but the picture.

Source: LINE Messaging API reference, "Change icon and display name". Blocks: call it in a thread.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from helper.model.refusal import Refused

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 50_000_000
MOST_BYTES = 1_000_000
"""LINE: 1 MB."""
SIDES = (512, 384, 256, 128)
"""Pixels; the largest that stays below `MOST_BYTES` is taken."""
SMALLEST = 32
WHITE = (255, 255, 255)


def make_icon(uploaded: bytes) -> bytes:
    """A square PNG of the middle of a picture: turned as its camera says, on white, without metadata.

    Raises `Refused` picture_unreadable, picture_too_large or picture_too_small.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(uploaded), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Refused("picture_too_large")
                picture = _plain(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("picture_too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise Refused("picture_unreadable") from None
    if min(picture.size) < SMALLEST:
        raise Refused("picture_too_small")
    for side in SIDES:
        square = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        written = io.BytesIO()
        square.save(written, "PNG", optimize=True)
        if written.tell() <= MOST_BYTES:
            return written.getvalue()
    raise Refused("picture_too_large")


def _plain(picture: Image.Image) -> Image.Image:
    """Its pixels as RGB, on white."""
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel: to the usual 8
        picture = picture.convert("F").point(lambda value: value / 257).convert("L")
    seen = picture.convert("RGBA")
    ground = Image.new("RGB", seen.size, WHITE)
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def fault_of(body: bytes) -> str | None:
    """What keeps bytes from being an icon that LINE takes, as a code; None where nothing does."""
    if len(body) > MOST_BYTES:
        return "icon_too_heavy"
    try:
        with Image.open(io.BytesIO(body), formats=("PNG",)) as opened:
            return None if opened.width == opened.height else "icon_not_square"
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return "icon_not_png"
