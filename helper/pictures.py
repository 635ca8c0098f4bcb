"""From an uploaded picture to an icon that LINE takes: square, PNG, at most 1 MB, nothing told but the picture.

Source: LINE Messaging API reference, "Change icon and display name". Blocks: call it in a thread.
"""

import io
import struct
import threading
import zlib

from PIL import ExifTags, Image, ImageOps

from helper.model.refusal import Refused

MOST_PIXELS = {"PNG": 25_000_000, "WEBP": 25_000_000, "JPEG": 50_000_000}
"""A JPEG is unpacked at a fraction of its size; of the others these take up to 400 MB."""
MOST_BYTES = 1_000_000
"""LINE: 1 MB."""
SIDES = (512, 384, 256, 128)
"""Pixels; the largest that stays below `MOST_BYTES` is taken."""
SMALLEST = 32
WHITE = (255, 255, 255)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation → what makes it upright."""
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, zlib.error, OverflowError)
"""What Pillow raises for bytes that are no picture, or a damaged one."""

# Its own guard warns at some sizes; ours refuses, before anything is unpacked.
Image.MAX_IMAGE_PIXELS = None
_ONE = threading.Lock()


def make_icon(uploaded: bytes) -> bytes:
    """A square PNG of the middle of a picture: turned as its camera says, on white, without metadata.

    One at a time, for what that takes. Raises `Refused` picture_unreadable,
    picture_too_large or picture_too_small.
    """
    with _ONE:
        try:
            with Image.open(io.BytesIO(uploaded), formats=tuple(MOST_PIXELS)) as opened:
                if opened.width * opened.height > MOST_PIXELS[opened.format or ""]:
                    raise Refused("picture_too_large")
                if min(opened.size) < SMALLEST:
                    raise Refused("picture_too_small")
                turn = TURNS.get(_orientation(opened))
                opened.draft("RGB", (2 * SIDES[0], 2 * SIDES[0]))
                picture = _square(opened, SIDES[0])
        except UNREADABLE:
            raise Refused("picture_unreadable") from None
        if turn is not None:
            picture = picture.transpose(turn)
        for side in SIDES:
            written = io.BytesIO()
            picture.resize((side, side), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
            if written.tell() <= MOST_BYTES:
                return written.getvalue()
    raise Refused("picture_too_large")


def _orientation(opened: Image.Image) -> int:
    """How the camera was held (EXIF); 1, upright, where that cannot be read."""
    try:
        held = opened.getexif().get(ExifTags.Base.Orientation)
    except (*UNREADABLE, AttributeError, TypeError, KeyError):
        return 1
    return held if isinstance(held, int) else 1


def _square(picture: Image.Image, side: int) -> Image.Image:
    """Its middle as RGB, on white."""
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel: to the usual 8
        picture = picture.convert("F").point(lambda value: value / 257).convert("L")
    elif picture.mode not in ("RGB", "RGBA", "L", "LA"):
        picture = picture.convert("RGBA")
    seen = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS).convert("RGBA")
    ground = Image.new("RGB", seen.size, WHITE)
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def fault_of(body: bytes) -> str | None:
    """What keeps bytes from being an icon that LINE takes, as a code; None where nothing does."""
    if len(body) > MOST_BYTES:
        return "icon_too_heavy"
    try:
        with Image.open(io.BytesIO(body), formats=("PNG",)) as opened:
            is_square = opened.width == opened.height
            opened.verify()  # to its end; nothing is unpacked
    except UNREADABLE:
        return "icon_not_png"
    return None if is_square else "icon_not_square"
