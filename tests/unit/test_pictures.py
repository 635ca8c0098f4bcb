"""From whatever somebody uploads to an icon that LINE takes."""

import contextlib
import io
import random

import pytest
from PIL import Image, PngImagePlugin

from helper.model.refusal import Refused
from helper.pictures import MOST_BYTES, fault_of, make_icon

RED, BLUE = (255, 0, 0), (0, 0, 255)


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (300, 200), **saved: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size).save(written, form, **saved)
    return written.getvalue()


def opened(png: bytes) -> Image.Image:
    icon = Image.open(io.BytesIO(png))
    icon.load()
    return icon


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
    ],
)
def test_every_kind_becomes_a_square_png(form: str, mode: str) -> None:
    icon = make_icon(picture(form, mode))
    assert fault_of(icon) is None
    assert (opened(icon).format, opened(icon).size, opened(icon).mode) == ("PNG", (512, 512), "RGB")


def test_it_is_turned_as_the_camera_says() -> None:
    shot = Image.new("RGB", (100, 200), RED)
    shot.paste(BLUE, (0, 0, 100, 100))  # blue above red, as stored
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    written = io.BytesIO()
    shot.save(written, "JPEG", exif=exif, quality=95)
    icon = opened(make_icon(written.getvalue()))
    top, bottom = icon.getpixel((256, 40)), icon.getpixel((256, 470))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


@pytest.mark.filterwarnings("ignore:Truncated File Read", "ignore:Corrupt EXIF data")
def test_a_damaged_note_of_the_camera_costs_nothing() -> None:
    for length in range(6, 60):
        exif = (b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06" + b"\xff" * 40)[:length]
        assert opened(make_icon(picture("JPEG", exif=exif))).size == (512, 512)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.filterwarnings("ignore:Truncated File Read", "ignore:Corrupt EXIF data")
def test_damage_is_refused_or_survived(form: str) -> None:
    """Never anything else than an icon or a refusal."""
    chance = random.Random(7)
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = picture(form, size=(64, 64), exif=exif)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 3, 9))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(Refused):
            assert fault_of(make_icon(bytes(damaged))) is None
        assert fault_of(bytes(damaged)) in (None, "icon_not_png", "icon_not_square")


def test_nothing_but_the_picture_comes_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "secret place")
    for uploaded in (
        picture("JPEG", exif=exif, comment=b"secret place"),
        picture("PNG", exif=exif, pnginfo=told),
        picture("WEBP", exif=exif, xmp=b"secret place"),
    ):
        assert b"secret place" in uploaded
        icon = make_icon(uploaded)
        assert b"secret" not in icon
        assert opened(icon).info == {}
        assert dict(opened(icon).getexif()) == {}


def test_what_is_see_through_is_white() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(clear, "PNG")
    assert opened(make_icon(clear.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_keep_their_light() -> None:
    grey = io.BytesIO()
    Image.new("I;16", (64, 64), 0x8000).save(grey, "PNG")
    level = opened(make_icon(grey.getvalue())).getpixel((5, 5))
    assert isinstance(level, tuple)
    assert 120 <= level[0] <= 135


def test_of_a_moving_picture_the_first_is_taken() -> None:
    moving = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE)]
    frames[0].save(moving, "PNG", save_all=True, append_images=frames[1:])
    assert opened(make_icon(moving.getvalue())).getpixel((5, 5)) == RED


def test_what_is_hard_to_pack_still_weighs_little_enough() -> None:
    noise = Image.frombytes("RGB", (1024, 1024), random.Random(1).randbytes(1024 * 1024 * 3))
    written = io.BytesIO()
    noise.save(written, "PNG")
    assert len(make_icon(written.getvalue())) <= MOST_BYTES


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        picture("PNG")[:60],
        picture("JPEG")[:200],
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 100,
        picture("BMP"),
        picture("TIFF"),
    ],
)
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        make_icon(body)
    assert refused.value.code == "picture_unreadable"
    assert fault_of(body) == "icon_not_png"


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(Refused) as refused:
        make_icon(picture("PNG", "1", (30_000, 30_000)))
    assert refused.value.code == "picture_too_large"


def test_what_is_tiny_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        make_icon(picture("PNG", size=(400, 8)))
    assert refused.value.code == "picture_too_small"


def test_what_line_would_not_take_at_an_address() -> None:
    assert fault_of(picture("PNG", size=(64, 64))) is None
    assert fault_of(picture("PNG", size=(64, 65))) == "icon_not_square"
    assert fault_of(picture("JPEG", size=(64, 64))) == "icon_not_png"
    assert fault_of(b"\x89PNG" + b"\0" * MOST_BYTES) == "icon_too_heavy"
    assert fault_of(picture("PNG", size=(64, 64))[:-20]) == "icon_not_png"
