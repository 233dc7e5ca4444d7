"""Which pictures become logos, and what is left of them (S33)."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFile, PngImagePlugin

from assessments.batches import logos
from assessments.batches.logos import LogoError, encoded_anew


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), **options: Any) -> bytes:
    """A drawing with a mark in its upper left corner."""
    mode = options.pop("mode", "RGB")
    made = Image.new(mode, size, options.pop("colour", "white"))
    if mode in {"RGB", "RGBA"}:
        ImageDraw.Draw(made).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="#B3261E")
    file = io.BytesIO()
    made.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def header_only(width: int, height: int) -> bytes:
    """A PNG that says to be huge and holds next to nothing: a decompression bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_S33_a_picture_is_encoded_anew_as_png(kind: str) -> None:
    made = encoded_anew(picture(kind))
    found = opened(made.data)
    assert (found.format, found.mode, found.size) == ("PNG", "RGB", (300, 100))
    assert (made.width, made.height) == (300, 100)
    red, green, blue = found.getpixel((10, 10))  # type: ignore[misc]  # three channels
    assert abs(red - 0xB3) + abs(green - 0x26) + abs(blue - 0x1E) < 40


def test_S33_the_same_picture_gives_the_same_bytes() -> None:
    assert encoded_anew(picture()).digest == encoded_anew(picture()).digest


def test_S33_nothing_that_a_picture_carried_is_kept() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Petra Canary")
    info.add_itxt("Comment", "canary")
    exif = Image.Exif()
    exif[0x010E] = "canary in exif"
    for data in (
        picture(pnginfo=info),
        picture("JPEG", exif=exif, comment=b"canary"),
        picture("WEBP", exif=exif),
        picture("PNG", icc_profile=b"canary profile"),
    ):
        made = encoded_anew(data)
        assert b"anary" not in made.data
        assert {made.data[i : i + 4] for i in range(len(made.data))} & {
            b"tEXt",
            b"iTXt",
            b"zTXt",
            b"eXIf",
            b"iCCP",
            b"tIME",
        } == set()


def test_transparency_stays() -> None:
    made = opened(encoded_anew(picture(mode="RGBA", colour=(0, 0, 0, 0))).data)
    assert made.mode == "RGBA"
    assert made.getpixel((290, 90)) == (0, 0, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_every_kind_of_colour_becomes_plain(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    found = opened(encoded_anew(picture(kind, mode=mode, colour=0)).data)
    assert found.mode in {"RGB", "RGBA"}


def test_a_photograph_lying_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by a quarter
    made = encoded_anew(picture("JPEG", size=(300, 100), exif=exif))
    assert (made.width, made.height) == (100, 300)


def test_a_large_picture_is_scaled_down_in_its_proportions() -> None:
    made = encoded_anew(picture(size=(4000, 1000)))
    assert (made.width, made.height) == (1200, 300)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "PNG, JPEG"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "PNG, JPEG"),
        (b"GIF89a<script>alert(1)</script>", "PNG, JPEG"),
        (b"", "PNG, JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PNG, JPEG"),
        (b"%PDF-1.7", "PNG, JPEG"),
        (picture("GIF"), "PNG, JPEG"),
        (picture("BMP"), "PNG, JPEG"),
        (picture("TIFF"), "PNG, JPEG"),
        (b"\x89PNG\r\n\x1a\n", "more than a picture"),
    ],
)
def test_S33_svg_gif_and_what_is_no_picture_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(LogoError, match=words):
        encoded_anew(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_S33_a_second_file_behind_the_picture_is_refused(kind: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("x.js", "alert(1)")
    for tail in (archive.getvalue(), b"<html><script>alert(1)</script></html>"):
        with pytest.raises(LogoError, match="more than a picture"):
            encoded_anew(picture(kind) + tail)


def test_S33_markup_within_a_picture_is_refused() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    with pytest.raises(LogoError, match="more than a picture"):
        encoded_anew(picture(pnginfo=info))
    with pytest.raises(LogoError, match="more than a picture"):
        encoded_anew(picture("JPEG", comment=b"<?php system($_GET[0]); ?>"))


@pytest.mark.parametrize("size", [(50_000, 50_000), (2**31 - 1, 1), (4001, 10)])
def test_S33_a_decompression_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(LogoError, match=r"pixels; a logo may have 4,000|cannot be read"):
        encoded_anew(header_only(*size))


def test_S33_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpacked(self: object, *rest: object) -> None:
        raise AssertionError("pixels were read")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", unpacked)
    with pytest.raises(LogoError, match="5,000 × 5,000 pixels"):
        encoded_anew(header_only(5000, 5000))


def test_S33_a_file_over_two_megabytes_is_refused_unread() -> None:
    with pytest.raises(LogoError, match=r"2\.1 MB; a logo may have 2 MB"):
        encoded_anew(b"\x89PNG\r\n\x1a\n" + bytes(2_000_001))
    with pytest.raises(LogoError, match=r"80\.0 MB"):
        logos.weigh(80_000_000)


@pytest.mark.parametrize("lenient", [False, True])
def test_a_broken_picture_is_refused_in_words(
    lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)  # as WeasyPrint sets it
    whole = picture(size=(400, 400))
    broken = whole[:200] + whole[260:]
    with pytest.raises(LogoError, match="cannot be read"):
        encoded_anew(broken)


def test_a_moving_picture_is_refused() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    for kind in ("PNG", "WEBP"):
        file = io.BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])
        with pytest.raises(LogoError, match="moves"):
            encoded_anew(file.getvalue())


def test_a_blot_is_refused() -> None:
    with pytest.raises(LogoError, match="too small"):
        encoded_anew(picture(size=(8, 8)))
