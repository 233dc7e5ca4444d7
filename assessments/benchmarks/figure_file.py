"""A firm's figures as CSV: read whole, or refused with every fault by row and column.

The file is checked as bytes, as a table and cell by cell. Nothing is guessed: what could mean two
things is a fault, because a wrong figure beside a client's score is worse than none.
"""

import codecs
import csv
import datetime as dt
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.benchmarks.units import PLACES, UNITS
from assessments.ui.numbers import number
from assessments.ui.parsing import NotANumberError, parse_number
from assessments.ui.text import one_line, validate_plain_line
from maturity import load_framework

COLUMNS = (
    "source",
    "year",
    "population",
    "definition",
    "value",
    "unit",
    "n",
    "comparable",
    "item",
)
LENGTHS = {"source": 300, "population": 300, "definition": 500}
MOST_BYTES = 256 * 1024
MOST_ROWS = 500
MOST_FAULTS = 200  # listed; the rest is counted
FIRST_YEAR = 1990
MOST_ASKED = 2_147_483_647
_DELIMITERS = ",;\t"
_YES, _NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0", ""}
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_ERRORS = {"#ref!", "#n/a", "#value!", "#name?", "#div/0!", "#null!", "#num!"}
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Key = tuple[str, int, str, str]  # what makes two figures the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row as it will be stored."""

    source: str
    year: int
    population: str
    definition: str
    value: Decimal
    unit: str
    n: int | None
    comparable: bool
    item: str

    @property
    def key(self) -> Key:
        return self.source, self.year, self.population, self.definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong where. ``row`` is the line's number in the file, 0 for the file itself."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The figures of a file, or its faults; never both."""

    figures: tuple[Figure, ...] = ()
    faults: tuple[Fault, ...] = ()
    text: str = ""  # the file as text, for reading it again


class _NotReadableError(ValueError):
    """The file as a whole cannot be read; the message says why."""

    def __init__(self, text: str, column: str = "") -> None:
        super().__init__(text)
        self.fault = Fault(row=0, column=column, text=text)


def read_bytes(content: bytes, today: dt.date, stored: Collection[Key] = ()) -> Reading:
    """Read an uploaded file. ``stored`` are the figures that the firm has already."""
    try:
        return read_text(_decoded(content), today, stored)
    except _NotReadableError as error:
        return Reading(faults=(error.fault,))


def read_text(text: str, today: dt.date, stored: Collection[Key] = ()) -> Reading:
    """Read the text of a file: all its figures, or all its faults."""
    try:
        rows = _table(text)
        names = _header(rows)
    except _NotReadableError as error:
        return Reading(faults=(error.fault,))
    except _HeaderError as error:
        return Reading(faults=tuple(error.faults))
    reader = _Rows(today=today, seen=dict.fromkeys(stored, 0))
    figures = [reader.figure(row, names, cells) for row, cells in rows[1:]]
    if not rows[1:]:
        return Reading(faults=(Fault(row=0, column="", text=_("The file holds no figure.")),))
    if reader.faults:
        return Reading(faults=tuple(reader.faults))
    return Reading(figures=tuple(one for one in figures if one is not None), text=text)


# ---- the file ---------------------------------------------------------------------------------


def too_large() -> str:
    """The limit in words."""
    return _("The file is larger than %(size)s KB.") % {"size": number(MOST_BYTES // 1024)}


def _decoded(content: bytes) -> str:
    if not content:
        raise _NotReadableError(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise _NotReadableError(too_large())
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise _NotReadableError(_("This is a workbook or a document. Save the table as CSV."))
    encoding = next((name for bom, name in _BOMS.items() if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _NotReadableError(
            _("The file is not in UTF-8. Choose “CSV UTF-8” when saving it.")
        ) from error
    if "\0" in text:
        raise _NotReadableError(_("The file holds NUL characters. Save the table as CSV again."))
    return text


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of the line that it begins on."""
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True
    )
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                raise _NotReadableError(
                    _("The file holds more than %(rows)s rows.") % {"rows": number(MOST_ROWS)}
                )
    except csv.Error as error:
        raise _NotReadableError(
            _(
                "From row %(row)s on the file is no CSV: a quotation mark does not end where it should."
            )
            % {"row": number(line)}
        ) from error
    if not rows:
        raise _NotReadableError(_("The file is empty."))
    return rows


class _HeaderError(ValueError):
    """Columns are missing, unknown or named twice."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("header")
        self.faults = faults


def _header(rows: list[tuple[int, list[str]]]) -> list[str]:
    """The names of the columns, each of ``COLUMNS`` once, in any order."""
    row, cells = rows[0]
    names = [cell.strip().casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()  # what spreadsheets leave behind the last column
    texts = [
        *((name, _("This column is missing.")) for name in COLUMNS if name not in names),
        *(
            (name, _("This column stands there twice."))
            for name in COLUMNS
            if names.count(name) > 1
        ),
        *(
            (name[:40] or _("(no name)"), _("There is no such column."))
            for name in dict.fromkeys(names)
            if name not in COLUMNS
        ),
    ]
    if texts:
        raise _HeaderError([Fault(row=row, column=name, text=text) for name, text in texts])
    return names


# ---- the rows ---------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Rows:
    """Reads row after row and keeps every fault; ``seen`` tells where each figure stood first."""

    today: dt.date
    seen: dict[Key, int]
    faults: list[Fault] = field(default_factory=list)

    def figure(self, row: int, names: list[str], cells: list[str]) -> Figure | None:
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            text = ngettext(
                "Expected %(names)s cell, found %(cells)s.",
                "Expected %(names)s cells, found %(cells)s.",
                len(names),
            )
            values = {"names": number(len(names)), "cells": number(len(cells))}
            self.faults.append(Fault(row=row, column="", text=text % values))
            return None
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        found: dict[str, Any] = {}
        before = len(self.faults)
        for name in COLUMNS:
            try:
                found[name] = READERS[name](given[name], given, self.today)
            except _CellError as error:
                self.faults.append(Fault(row=row, column=name, text=str(error)))
        if len(self.faults) > before:
            return None
        return self._new(row, Figure(**found))

    def _new(self, row: int, figure: Figure) -> Figure | None:
        first = self.seen.setdefault(figure.key, row)
        if first == row:
            return figure
        text = (
            _("The same figure stands in row %(row)s already.") % {"row": number(first)}
            if first
            else _("Your firm has this figure already. Remove it first to replace it.")
        )
        self.faults.append(Fault(row=row, column="", text=text))
        return None


class _CellError(ValueError):
    """What is wrong with a cell, in words."""


def _checked(cell: str) -> str:
    """A cell that is neither a formula nor what a spreadsheet leaves of one (B27)."""
    if cell.startswith(_FORMULA):
        raise _CellError(_("This begins like a formula. Write the text or the number itself."))
    if cell.casefold() in _ERRORS:
        raise _CellError(_("A spreadsheet could not compute this cell. Write the value itself."))
    return cell


def _text(name: str) -> "_Reader":
    def read(cell: str, _row: Mapping[str, str], _today: dt.date) -> str:
        if not cell:
            raise _CellError(_("This must be filled in."))
        try:
            validate_plain_line(_checked(cell))
        except ValidationError as error:
            raise _CellError(error.messages[0]) from error
        text = one_line(cell)
        if len(text) > LENGTHS[name]:
            values = {"most": number(LENGTHS[name]), "count": number(len(text))}
            raise _CellError(_("Use at most %(most)s characters; there are %(count)s.") % values)
        return text

    return read


def _number(cell: str) -> Decimal:
    try:
        return parse_number(cell)
    except NotANumberError as error:
        raise _CellError(
            _("Expected a number such as 62.5, with a point before decimals.")
        ) from error


def _year(cell: str, _row: Mapping[str, str], today: dt.date) -> int:
    text = _("Expected a year from %(first)s to %(last)s.") % {
        "first": str(FIRST_YEAR),
        "last": str(today.year),
    }
    _checked(cell)
    try:
        value = parse_number(cell)
    except NotANumberError as error:
        raise _CellError(text) from error
    if value != int(value) or not FIRST_YEAR <= value <= today.year:
        raise _CellError(text)
    return int(value)


def _value(cell: str, row: Mapping[str, str], _today: dt.date) -> Decimal:
    if not cell:
        raise _CellError(_("This must be filled in."))
    if cell[:1] not in "-\u2212":  # a negative number is none
        _checked(cell)
    value = _number(cell)
    if value != round(value, PLACES):
        raise _CellError(_("Use at most %(places)s decimals.") % {"places": number(PLACES)})
    unit = UNITS.get(row["unit"].casefold())
    if unit is not None and not unit.least <= value <= unit.most:
        values = {
            "unit": row["unit"],
            "least": number(unit.least),
            "most": number(unit.most),
        }
        raise _CellError(_("In %(unit)s expected a number from %(least)s to %(most)s.") % values)
    return value


def _unit(cell: str, _row: Mapping[str, str], _today: dt.date) -> str:
    unit = cell.casefold()
    if unit not in UNITS:
        raise _CellError(_("Expected one of these units: %(units)s.") % {"units": ", ".join(UNITS)})
    return unit


def _sample(cell: str, _row: Mapping[str, str], _today: dt.date) -> int | None:
    if not cell:
        return None
    text = _("Expected a whole number of 1 or more, or nothing.")
    _checked(cell)
    try:
        value = parse_number(cell)
    except NotANumberError as error:
        raise _CellError(text) from error
    if value != int(value) or not 1 <= value <= MOST_ASKED:
        raise _CellError(text)
    return int(value)


def _comparable(cell: str, _row: Mapping[str, str], _today: dt.date) -> bool:
    answer = cell.casefold()
    if answer not in _YES | _NO:
        raise _CellError(_("Expected yes or no."))
    return answer in _YES


def _item(cell: str, _row: Mapping[str, str], _today: dt.date) -> str:
    item = cell.upper()
    if item and item not in load_framework().items:
        raise _CellError(_("Expected a question such as CAP.A1, or nothing."))
    return item


_Reader = Callable[[str, Mapping[str, str], dt.date], object]
READERS: Mapping[str, _Reader] = {
    **{name: _text(name) for name in LENGTHS},
    "year": _year,
    "value": _value,
    "unit": _unit,
    "n": _sample,
    "comparable": _comparable,
    "item": _item,
}


# ---- the sample -------------------------------------------------------------------------------


def sample() -> Iterator[str]:
    """A small file that is taken as it stands; its figures are invented and say so."""
    rows = (
        COLUMNS,
        (
            "Sample survey (invented)",
            "2025",
            "retail banks, Norway",
            "answer social messages within an hour",
            "62.5",
            "%",
            "48",
            "yes",
            "CAP.U4",
        ),
        (
            "Sample survey (invented)",
            "2025",
            "retail banks, Norway",
            "median time to the first answer",
            "95",
            "minutes",
            "48",
            "no",
            "",
        ),
    )
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()
