"""A picture from outside made into one of ours: read strictly, drawn anew, without what it carried.

Whatever is not plainly one still PNG, JPEG or WebP picture is refused unread (S33): SVG and GIF,
files that go on after the picture's end or hold markup, pictures that would unpack to more than
memory should hold. The rest is decoded, turned upright, scaled down and encoded again as PNG from
its bare pixels, so that neither metadata nor a profile nor a hidden part is kept.
"""

import io
import math
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.ui import numbers

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 2_000_000
MOST_SIDE = 4_000  # pixels
LEAST_SIDE = 32  # of the longer side: less is a blot on paper
KEPT = (1_200, 600)  # pixels; 60 mm wide on paper is 500 dots per inch
MEGABYTE = 1_000_000
_MARKUP = re.compile(
    rb"<(?:script|svg|html|body|iframe|!doctype|\?php|\?xml-stylesheet)|%PDF-", re.IGNORECASE
)


class LogoError(ValueError):
    """The file is refused; `str()` says why in words for its bringer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG of our own encoding: its bytes, size in pixels, and SHA-256."""

    data: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def weigh(size: int) -> None:
    """Judge a file by its bytes before it is read. Raises LogoError."""
    if size > MOST_BYTES:
        raise LogoError(
            _("The file has %(size)s MB; a logo may have %(most)s MB.")
            % {
                "size": numbers.number(math.ceil(size / MEGABYTE * 10) / 10, 1),
                "most": numbers.number(MOST_BYTES // MEGABYTE),
            }
        )


def too_heavy() -> str:
    """For a file whose size nobody counted to the end."""
    return _("The file is far too large; a logo may have %(most)s MB.") % {
        "most": numbers.number(MOST_BYTES // MEGABYTE)
    }


def encoded_anew(data: bytes) -> Picture:
    """The picture that a file holds, as ours. Raises LogoError."""
    weigh(len(data))
    kind = _kind(data)
    if kind is None:
        raise LogoError(
            _("Choose a PNG, JPEG or WebP picture. Others, such as SVG or GIF, can carry programs.")
        )
    if not _ends_with_the_picture(kind, data) or _MARKUP.search(data):
        raise LogoError(
            _("The file holds more than a picture. Save the logo as a new PNG and try again.")
        )
    return _drawn_anew(kind, data)


def _kind(data: bytes) -> str | None:
    """What the first bytes say; the file's name and declared type say nothing."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _ends_with_the_picture(kind: str, data: bytes) -> bool:
    """Whether nothing is appended: a ZIP or a page behind a picture is a second file."""
    if kind == "PNG":
        return data.endswith(b"\x00\x00\x00\x00IEND\xaeB`\x82")
    if kind == "JPEG":
        return data.rstrip(b"\x00").endswith(b"\xff\xd9")
    declared = int.from_bytes(data[4:8], "little") + 8
    return len(data) in {declared, declared + 1}


def _drawn_anew(kind: str, data: bytes) -> Picture:
    from PIL import Image, ImageOps  # noqa: PLC0415 -- only logos need it

    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as found:
            _measure(found)
            found.verify()  # checksums, which loading forgives where something else asked it to
        with Image.open(io.BytesIO(data), formats=(kind,)) as found:
            found.load()
            picture = _plain(ImageOps.exif_transpose(found))
    except LogoError:
        raise
    except Exception as error:  # whatever a decoder stumbles over
        raise LogoError(
            _("The picture cannot be read. Save the logo as a new PNG and try again.")
        ) from error
    picture.thumbnail(KEPT, Image.Resampling.LANCZOS)
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    file = io.BytesIO()
    bare.save(file, "PNG", optimize=True)
    return Picture(data=file.getvalue(), width=bare.width, height=bare.height)


def _measure(found: "Image") -> None:
    """Judge by the header, before a single pixel is unpacked."""
    if max(found.size) > MOST_SIDE:
        raise LogoError(
            _("The picture has %(width)s × %(height)s pixels; a logo may have %(most)s each way.")
            % {
                "width": numbers.number(found.width),
                "height": numbers.number(found.height),
                "most": numbers.number(MOST_SIDE),
            }
        )
    if max(found.size) < LEAST_SIDE:
        raise LogoError(
            _("The picture is too small to print: it needs %(least)s pixels on its longer side.")
            % {"least": numbers.number(LEAST_SIDE)}
        )
    if getattr(found, "n_frames", 1) > 1:
        raise LogoError(_("The picture moves. Choose one that stands still."))


def _plain(picture: "Image") -> "Image":
    """Red, green and blue, with transparency where the picture had any."""
    transparent = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    if transparent or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("RGB")
