"""HTML to PDF with WeasyPrint: sealed off, tagged, and the same bytes for the same text.

Nothing is fetched but the font files beside this module; a logo stands in the document itself. WeasyPrint is imported on first
use only: it costs half a second and needs system libraries that the rest of the program does not.
This module knows neither Django nor the database, so that the child process stays small.
"""

import atexit
import binascii
import gc
import itertools
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

from assessments.reports import quick, shaping
from assessments.ui.typefaces import family, typefaces

HERE = Path(__file__).resolve().parent
STYLE = HERE / "report.css"
FONTS = HERE / "fonts"
LANGUAGE = re.compile(r'<html[^>]*? lang="([A-Za-z-]+)"')
VARIANT = "pdf/ua-1"
# A section that must fit one sheet, and the styles tried when it does not.
SHEET = re.compile(r'<section class="leaf[^"]*">')
SMALLER = ("tight", "tight tighter")
# The one kind of picture that a document may carry, within itself, and how large it may be.
PICTURE = "data:image/png;base64,"
PNG, IEND = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
MOST_PICTURE, MOST_SIDE = 4_000_000, 4_000  # bytes, pixels
SVG = "{http://www.w3.org/2000/svg}"

# Every step of every page would be a log line, and warnings quote the document.
for _name in ("weasyprint", "weasyprint.progress", "fontTools"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class RefusedError(ValueError):
    """The document asked for something that is not ours to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """A finished document and the number of its pages."""

    data: bytes
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Press:
    """What every document shares: parsing styles and fonts once halves a short document's time."""

    fonts: Any
    style: Any
    fetcher: Any


def to_pdf(html: str) -> bytes:
    """Lay out a whole HTML document on A4 and return a tagged PDF (PDF/UA-1).

    The same text gives the same bytes in any process with the same libraries. Whatever the
    document refers to (images, style sheets, attachments) is refused and left out, save PNG
    pictures that it holds itself.
    """
    return compose(html).data


def compose(html: str) -> Pdf:
    """Like to_pdf, with the number of pages."""
    with _without_collector():
        document = _laid_out(html)
        for size in SMALLER:
            spilling = _spilling(document)
            if not spilling:
                break
            html = _shrunk(html, spilling, size)
            document = _laid_out(html)
        data = document.write_pdf(pdf_variant=VARIANT)
        return Pdf(data=data, pages=len(document.pages))


def _laid_out(html: str) -> Any:
    named = LANGUAGE.search(html)
    press = _press(named[1] if named else "")
    return _parsed(html, press.fetcher).render(
        stylesheets=[press.style], font_config=press.fonts, pdf_variant=VARIANT
    )


def _spilling(document: Any) -> set[int]:
    """Which of the sections that are meant as one sheet ran over to a second.

    Each begins with a bookmarked heading, so a page without one continues the section before.
    """
    found, section = set(), -1
    for page in document.pages:
        if page.bookmarks:
            section += len(page.bookmarks)
        else:
            found.add(section)
    return found


def _shrunk(html: str, sections: set[int], size: str) -> str:
    """The document with these sections set smaller; the cover, section 0, never spills."""
    places = itertools.count(1)

    def resized(match: re.Match[str]) -> str:
        return f'<section class="leaf {size}">' if next(places) in sections else match[0]

    return SHEET.sub(resized, html)


def _parsed(html: str, fetcher: Any) -> Any:
    """WeasyPrint's document object.

    Our templates write well-formed markup, which the C parser reads in a twentieth of the time
    that WeasyPrint's own HTML parser takes, a tenth of the whole. What is not well-formed goes
    the usual way.
    """
    import weasyprint  # noqa: PLC0415 -- half a second, and system libraries
    from cssselect2 import ElementWrapper  # noqa: PLC0415 -- comes with WeasyPrint

    try:
        root = ET.fromstring(html)  # noqa: S314 -- no user text is left unescaped in it
    except ET.ParseError:
        return weasyprint.HTML(string=html, url_fetcher=fetcher)
    for drawing in list(root.iter("svg")):  # in HTML the namespace goes without saying
        for part in drawing.iter():
            part.tag = SVG + part.tag
    for drawing in root.iter(SVG + "svg"):  # a figure's alternative text is read from its title
        if drawing.get("aria-label") and drawing.find(SVG + "title") is None:
            title = ET.Element(SVG + "title")
            title.text = drawing.get("aria-label")
            drawing.insert(0, title)
    document = weasyprint.HTML.__new__(weasyprint.HTML)
    document.base_url = None
    document.url_fetcher = fetcher
    document.media_type = "print"
    document.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    document.etree_element = document.wrapper_element.etree_element
    return document


@cache
def _press(language: str) -> _Press:
    """What documents of one language share; each language is printed in typefaces of its own."""
    from weasyprint import CSS  # noqa: PLC0415 -- see compose
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- see compose

    shaping.install()
    quick.install()
    atexit.register(_press.cache_clear)  # fonts must go while the library is still there
    fonts = FontConfiguration()
    fetcher = _fetcher()
    style = CSS(
        string=_faces(language) + STYLE.read_text(encoding="utf-8"),
        base_url=HERE.as_uri() + "/",
        font_config=fonts,
        url_fetcher=fetcher,
    )
    return _Press(fonts=fonts, style=style, fetcher=fetcher)


def _faces(language: str) -> str:
    """The style sheet's font faces; TTF alone, since other kinds are slow or change the bytes."""
    found = [
        f'@font-face {{ font-family: {face.family}; font-weight: {weight}; src: url("fonts/{file}"); }}'
        for face in typefaces(language)
        for weight, file in face.files.items()
    ]
    return "\n".join([*found, f"html {{ font-family: {family(language)}, sans-serif; }}\n"])


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- see compose

    class OnlyOurFonts(URLFetcher):  # type: ignore[misc]  # WeasyPrint carries no types
        """Answers for the font files by exact address, and for pictures that are their own address.

        Every other address is refused unread.
        """

        allowed: ClassVar[dict[str, Path]] = {
            path.as_uri(): path for path in sorted(FONTS.glob("*.ttf"))
        }

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith(PICTURE):
                return URLFetcherResponse(url, picture(url), {"Content-Type": "image/png"})
            path = self.allowed.get(url)
            if path is None:
                raise RefusedError("only the report's own fonts may be read")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})

        def open(self, *args: object, **kwargs: object) -> Any:
            raise RefusedError("only the report's own fonts may be read")

    return OnlyOurFonts()


def picture(url: str) -> bytes:
    """The PNG that an address holds. Raises RefusedError for anything else, or a huge one."""
    if len(url) > MOST_PICTURE:
        raise RefusedError("a picture is too large")
    try:
        data = binascii.a2b_base64(url.removeprefix(PICTURE), strict_mode=True)
    except binascii.Error:
        data = b""
    sides = (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    whole = data.startswith(PNG) and data[12:16] == b"IHDR" and data.endswith(IEND)
    if not whole or max(sides) > MOST_SIDE:
        raise RefusedError("only pictures of our own encoding may be printed")
    return data


@contextmanager
def _without_collector() -> Iterator[None]:
    """Layout makes millions of short-lived objects; collecting among them finds nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
