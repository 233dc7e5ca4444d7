"""What a cell of a filled workbook says, however a person or a program wrote it."""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from assessments.survey.answers import SPECIALS
from assessments.ui.parsing import NotANumberError, ascii_digits, parse_number

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_ALONE = 1
_PERCENT = 100


class UnfitCellError(ValueError):
    """What a cell holds is no value. `str()` is for the reader."""


def filled(page: "Worksheet") -> Iterator["Cell"]:
    """The cells that hold something, without walking through empty rows."""
    cells: Mapping[tuple[int, int], Any] = page._cells  # noqa: SLF001 -- iter_rows makes empty cells
    return (cells[key] for key in sorted(cells) if cells[key].value is not None)


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def squeezed(value: object) -> str:
    return " ".join(str("" if value is None else value).split())


def as_text(cell: "Cell") -> str:
    """What a cell says, as people would type it."""
    value = cell.value
    if value is None or cell.data_type in ("f", "e"):  # told already
        return ""
    if isinstance(value, bool):
        raise UnfitCellError(gettext("Expected text or a number, not TRUE or FALSE."))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value).replace("_x000D_", "").strip()
    raise UnfitCellError(gettext("Expected text or a number."))


def as_answer(cell: "Cell") -> object:
    """A level, "NA", "DK" or None. A cell knows no difference between 3 and 3.0, nor does this."""
    text = normal(as_text(cell))
    if not text:
        return None
    if text.upper() in SPECIALS:
        return text.upper()
    message = gettext("Choose 1 to 5, NA or DK; “%(there)s” is none of them.")
    try:
        level = parse_number(text)
    except NotANumberError as error:
        raise UnfitCellError(message % {"there": text[:40]}) from error
    if level != int(level) or not 1 <= level <= 5:  # noqa: PLR2004 -- the levels
        raise UnfitCellError(message % {"there": text[:40]})
    return int(level)


def as_day(cell: "Cell") -> str:
    """A date in any cell: year-month-day in any digits, or a cell that is a date by its format."""
    return ascii_digits(as_text(cell)).replace("/", "-")


def as_percent(cell: "Cell") -> str:
    """A share in per cent; a cell formatted as per cent holds a fraction."""
    if isinstance(cell.value, bool):
        return as_text(cell)
    value = float(cell.value) * (_PERCENT if "%" in cell.number_format else _ALONE)  # type: ignore[arg-type]
    rounded = round(value, 6)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)
