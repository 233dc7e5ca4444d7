"""What a file must be before anything in it is unpacked or parsed (B21 to B24, B28).

An XLSX file is a ZIP of XML parts. What the ZIP declares is checked first; Python reads no more of
a part than was declared, so the declared sizes bound the work. Each part is then looked through as
bytes, which costs milliseconds, before a parser sees it.
"""

import io
import re
import zipfile

from django.utils.translation import gettext

from assessments.ui.numbers import number

MOST_BYTES = 5 * 1024 * 1024  # of an uploaded file
MOST_UNPACKED = 2 * 1024 * 1024  # of all its parts together; a full one has some 250 KiB
MOST_PARTS = 200
MOST_RATIO = 100  # of a part that is large when unpacked
_RATIO_FROM = 512 * 1024
MOST_ROWS = 5_000  # in all sheets; a questionnaire has some 120
MOST_CELLS = 100_000
MOST_SPREAD = 10_000  # cells in merged and linked ranges, each of which openpyxl makes one by one

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and XLSX behind a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NEEDED = frozenset({"[Content_Types].xml", "xl/workbook.xml"})
_FOREIGN = tuple(
    f"xl/{folder}/"
    for folder in (
        "activeX",
        "charts",
        "ctrlProps",
        "embeddings",
        "externalLinks",
        "media",
        "pivotCache",
        "pivotTables",
    )
)
_XML = (".xml", ".rels", ".vml")
_NOT_XML = ("xl/printerSettings/", "docProps/thumbnail")  # what Excel puts beside the sheets
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d+)")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s[^>]*?ref\s*=\s*[\"'][A-Z]+\d+:[A-Z]+(\d+)[\"']")
_SPREAD = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?ref\s*=\s*[\"']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)[\"']",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_READABLE = frozenset({b"utf-8", b"us-ascii", b"ascii"})


class RefusedFileError(Exception):
    """A file that is not read at all. `message` is for its bringer; `status` for the answer."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def check_size(size: int) -> None:
    """Raise RefusedFileError for nothing and for too much."""
    if size == 0:
        raise RefusedFileError(gettext("The file is empty."))
    if size > MOST_BYTES:
        raise RefusedFileError(too_large(), status=413)


def too_large() -> str:
    text = gettext("The file is larger than %(limit)s MB. The questionnaire is far smaller.")
    return text % {"limit": number(MOST_BYTES // 1024 // 1024)}


def check_workbook(data: bytes) -> None:
    """Raise RefusedFileError unless the bytes can be read as a workbook without harm."""
    check_size(len(data))
    _check_kind(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _check_parts(parts)
            _check_contents(package, parts)
    except RefusedFileError:
        raise
    except Exception as error:  # what zipfile and zlib raise has no common base
        raise RefusedFileError(_damaged()) from error


def _damaged() -> str:
    return gettext("The file is damaged: it cannot be opened as an XLSX workbook.")


def _check_kind(data: bytes) -> None:
    """By what the file is, never by its name."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            message = gettext("The workbook is encrypted. Save it without a password to open it.")
        else:
            message = gettext("This is an old .xls workbook. Save it as .xlsx.")
        raise RefusedFileError(message)
    if data.startswith(b"%PDF"):
        raise RefusedFileError(gettext("This is a PDF. Bring the XLSX workbook."))
    if not data.startswith(_ZIP):
        raise RefusedFileError(
            gettext("This is no XLSX workbook. CSV and other files cannot be read.")
        )


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """Judge by the list of parts alone; nothing is unpacked yet."""
    if any(part.flag_bits & 0x1 for part in parts):
        raise RefusedFileError(
            gettext("The workbook is encrypted. Save it without a password to open it.")
        )
    swollen = sum(part.file_size for part in parts) > MOST_UNPACKED
    if swollen or len(parts) > MOST_PARTS or any(map(_is_bomb, parts)):
        raise RefusedFileError(gettext("Unpacked, the file is far larger than a questionnaire."))
    _check_names([part.filename for part in parts])


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > max(_RATIO_FROM, MOST_RATIO * part.compress_size)


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names) or any(_is_odd(name) for name in names):
        raise RefusedFileError(_damaged())
    if any("vbaproject" in name.casefold() for name in names):
        raise RefusedFileError(_with_macros())
    if not set(names) >= _NEEDED:
        raise RefusedFileError(gettext("This is a ZIP file, but no XLSX workbook."))
    if any(name.startswith(_FOREIGN) for name in names):
        raise RefusedFileError(_with_objects())


def _with_objects() -> str:
    return gettext(
        "The workbook carries links to other files, pictures or embedded objects. Remove them."
    )


def _is_odd(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or "\0" in name


def _with_macros() -> str:
    return gettext("The workbook carries macros (.xlsm). Save it as .xlsx without them.")


def _check_contents(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Judge every part by its bytes, whatever it calls itself: any of them may be named a sheet."""
    rows = cells = spread = 0
    for part in parts:
        content = package.read(part)
        if not _is_xml(part.filename, content):
            continue
        _check_xml(content)
        if part.filename == "[Content_Types].xml" and b"macroenabled" in content.lower():
            raise RefusedFileError(_with_macros())
        rows += _rows_in(content)
        cells += len(_CELL.findall(content))
        spread += _spread_in(content)
    if rows > MOST_ROWS:
        message = gettext("The sheets declare %(rows)s rows, far more than a questionnaire has.")
        raise RefusedFileError(message % {"rows": number(rows)})
    if cells > MOST_CELLS:
        message = gettext("The sheets hold %(cells)s cells, far more than a questionnaire has.")
        raise RefusedFileError(message % {"cells": number(cells)})
    if spread > MOST_SPREAD:
        message = gettext(
            "The sheets merge or link %(cells)s cells at once. Undo that: each stands for itself."
        )
        raise RefusedFileError(message % {"cells": number(spread)})


def _is_xml(name: str, content: bytes) -> bool:
    """Whether a part is XML. Raises RefusedFileError for one that is neither that nor harmless."""
    opens = content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"<")
    if name.casefold().endswith(_XML):
        if not opens:
            raise RefusedFileError(_damaged())
        return True
    if opens or not name.startswith(_NOT_XML):
        raise RefusedFileError(_with_objects())
    return False


def _spread_in(content: bytes) -> int:
    """How many cells the merged and linked ranges of a sheet cover."""
    return sum(
        (abs(int(bottom[:9]) - int(top[:9])) + 1) * (abs(_column(right) - _column(left)) + 1)
        for left, top, right, bottom in _SPREAD.findall(content)
    )


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, Z 26, AA 27."""
    place = 0
    for letter in letters.upper()[:5]:
        place = place * 26 + letter - 64
    return place


def _rows_in(content: bytes) -> int:
    """How many rows a sheet has, holds or claims, whichever is most."""
    numbered = [int(digits[:9]) for digits in _ROW_NUMBER.findall(content)]
    declared = [int(digits[:9]) for digits in _DIMENSION.findall(content[:4096])]
    return max(len(_ROW.findall(content)), *numbered, *declared, 0)


def _check_xml(content: bytes) -> None:
    """No document type, hence no entities, in an encoding in which that can be seen."""
    plain = content.removeprefix(b"\xef\xbb\xbf")
    declared = _DECLARED.match(plain[:200])
    readable = declared is None or declared[1].lower() in _READABLE
    if not readable or b"\0" in content or plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise RefusedFileError(_damaged())
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RefusedFileError(
            gettext("The file holds an XML document type, which a workbook never has.")
        )
