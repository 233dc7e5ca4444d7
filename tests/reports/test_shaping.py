"""Right to left on paper: letters join in drawings, and hanging lines hang on the right."""

import io
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from assessments.reports import pdf
from assessments.ui.typefaces import OTHERS, typefaces

WORD = "مهارت‌ها (۷۲٫۵٪)"
DPI = 300
FRAME = '<html lang="fa" dir="rtl"><head><title>x</title></head><body>{}</body></html>'


def ink(body: str) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """A page's dark parts, cropped, and where they lie (left, top, right, bottom) at 300 dpi."""
    data = pdf.to_pdf(FRAME.format(body))
    png = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-singlefile", "-"],
        input=data,
        capture_output=True,
        check=True,
    ).stdout
    page = ImageChops.invert(Image.open(io.BytesIO(png)).convert("L"))
    box = page.getbbox()
    assert box is not None
    return page.crop(box), box


def drawn(anchor: str) -> str:
    return (
        '<svg width="500" height="40" font-family="Vazirmatn" font-size="24">'
        f'<text x="250" y="26" font-size="24" direction="rtl"{anchor}>{WORD}</text></svg>'
    )


def alike(one: Image.Image, other: Image.Image) -> bool:
    """The same shapes, though they may lie a fraction of a pixel apart."""
    if abs(one.width - other.width) > 2 or abs(one.height - other.height) > 2:
        return False
    size = (min(one.width, other.width), min(one.height, other.height))
    apart = ImageChops.difference(one.crop((0, 0, *size)), other.crop((0, 0, *size)))
    return darkness(apart) < 0.3 * darkness(one)


def darkness(picture: Image.Image) -> int:
    """All ink together."""
    return sum(picture.tobytes())


def test_a_persian_line_in_a_drawing_looks_as_it_does_in_a_paragraph() -> None:
    paragraph, _ = ink(f'<p style="font-size: 24px; line-height: 1">{WORD}</p>')
    for anchor in ("", ' text-anchor="middle"', ' text-anchor="end"'):
        picture, _ = ink(drawn(anchor))
        assert alike(picture, paragraph)


def test_without_the_change_its_letters_would_not_join(monkeypatch: pytest.MonkeyPatch) -> None:
    paragraph, _ = ink(f'<p style="font-size: 24px; line-height: 1">{WORD}</p>')
    picture, _ = ink(drawn("").replace(' direction="rtl"', ""))
    assert not alike(picture, paragraph)


def test_an_anchor_is_where_the_line_begins_and_that_is_its_right() -> None:
    starts, middle, ends = (
        ink(drawn(anchor))[1] for anchor in ("", ' text-anchor="middle"', ' text-anchor="end"')
    )
    assert starts[2] < middle[2] < ends[2]
    assert starts[2] == pytest.approx(ends[0], abs=9)


def test_a_hanging_first_line_hangs_out_on_the_right() -> None:
    text = "ریسک&#9;" + "کنترل دسترسی حساب‌ها " * 20
    style = "width: 100mm; white-space: pre-wrap; tab-size: 20mm"
    hanging = f"{style}; padding-inline-start: 20mm; text-indent: -20mm; box-sizing: border-box"
    _, plain = ink(f'<p style="{style}">{text}</p>')
    _, hung = ink(f'<p style="{hanging}">{text}</p>')
    assert hung[2] == pytest.approx(plain[2], abs=6)
    assert hung[0] >= hung[2] - 100 * DPI / 25.4 - 6  # 100 mm: nothing runs out on the other side


def test_every_typeface_has_its_files_and_their_licence() -> None:
    folder = pdf.FONTS
    for language in ("en", "ja", "fa", "fa-IR", "de"):
        for face in typefaces(language):
            assert all((folder / name).is_file() for name in face.files.values())
    stems = {name.partition("-")[0] for face in OTHERS.values() for name in face.files.values()}
    assert all((folder / f"{stem}-OFL.txt").is_file() for stem in stems)
    assert Path(folder, "OFL.txt").is_file()


@pytest.mark.parametrize(("language", "family"), [("fa", "Vazirmatn"), ("ja", "Noto-Sans-JP")])
def test_a_report_is_printed_in_its_languages_own_typeface(language: str, family: str) -> None:
    text = {"fa": "بانک", "ja": "銀行"}[language]
    data = pdf.to_pdf(
        f'<html lang="{language}"><head><title>x</title></head><body><p>{text}</p></body></html>'
    )
    assert family.encode() in data or _named(data, family)


def _named(data: bytes, family: str) -> bool:
    fonts = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout
    return family.encode() in fonts
