"""Tables that leave the program: typed columns, written as CSV and as XLSX from an iterator of rows.

    COLUMNS = (
        Column(id="bank", heading=_("Bank"), explanation=_("The client's name.")),
        Column(id="score", heading=_("Score"), explanation=_("…"), kind=Kind.DECIMAL, unit=_("points")),
    )
    response = csv_response(Table(columns=COLUMNS, rows=rows), name)
    response = xlsx_response([Table(…), …], name)

A cell is `None` (empty), or what its column's kind says; anything else is refused. Values are rounded to four decimals, so
that a file holds what was computed and not the noise of binary fractions. Nothing in a file is
computed when it is opened: text that begins like a formula stays text (S31), and there are no links.
"""

import csv
import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from html import escape
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from assessments.ui.cells import STARTS, text_cell

Cell = str | int | float | Decimal | bool | dt.date | None
Words = str | Promise

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLACES = 4
MOST_ROWS = 1_048_576 - 1  # what a sheet of XLSX holds below its header
LONGEST_TEXT = 32_767  # what a cell of XLSX holds
MOST_IN_MEMORY = 4 * 2**20  # bytes of a workbook
_ROWS_AT_ONCE = 500
_EPOCH = dt.date(1899, 12, 30).toordinal()  # day 0 of XLSX, as it counts after February 1900


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"  # str
    WHOLE = "whole"  # int
    DECIMAL = "decimal"  # int, float or Decimal, finite
    PERCENT = "percent"  # a fraction, 0.25 for 25 %
    DAY = "day"  # date; a datetime counts by its own day
    YES_NO = "yes or no"  # bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `id` is the same in every language and heads the CSV; the rest is for readers.

    `places` is how many decimals XLSX shows of a DECIMAL or PERCENT; `width` is in characters.
    """

    id: str
    heading: Words
    explanation: Words
    kind: Kind = Kind.TEXT
    unit: Words = ""
    places: int = 1
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet. Every row has one cell per column, in the columns' order; rows are read once."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: Words = ""  # the sheet's name in XLSX
    note: Words = ""  # a sentence about the whole, told on the sheet of explanations


def csv_response(table: Table, disposition: str) -> StreamingHttpResponse:
    """The table as a CSV download, streamed. `disposition` comes from `ui.filenames`."""
    response = StreamingHttpResponse(csv_chunks(table), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = disposition
    return response


def xlsx_response(tables: Sequence[Table], disposition: str) -> HttpResponseBase:
    """The tables as an XLSX download: up to four megabytes at once, larger ones from a file."""
    file = xlsx_file(tables)
    response: HttpResponseBase
    if file.seek(0, io.SEEK_END) > MOST_IN_MEMORY:
        file.seek(0)
        response = FileResponse(file, content_type=XLSX_TYPE)
    else:
        file.seek(0)
        with file:
            response = HttpResponse(file.read(), content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = disposition
    return response


# ---- CSV ---------------------------------------------------------------------------------------


def csv_chunks(table: Table) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a byte order mark, some hundred rows at a time.

    The first line holds the columns' ids. Decimals have a point, days are written 2026-11-22,
    yes and no TRUE and FALSE, per cent as a fraction, whatever the reader's language.
    """
    yield b"\xef\xbb\xbf"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.id for column in table.columns])
    rows = iter(table.rows)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        # By columns: one call for some hundred cells of a kind costs a third of one for each cell.
        whole = zip(table.columns, zip(*batch, strict=True), strict=True)
        writer.writerows(
            zip(*(_csv_cells(column.kind, cells) for column, cells in whole), strict=True)
        )
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    if rest := buffer.getvalue():
        yield rest.encode()


def _csv_cells(kind: Kind, cells: Sequence[Any]) -> Sequence[Any]:
    """Cells of one column as `csv` is to write them; it leaves None empty and spells numbers."""
    types = set(map(type, cells)) - {type(None)}
    if not types <= _TYPES[kind]:
        names = ", ".join(sorted(found.__name__ for found in types))
        raise ValueError(f"no cell for a column of {kind}: {names}")
    if kind is Kind.TEXT:
        return [cell if not cell or cell[0] not in STARTS else text_cell(cell) for cell in cells]
    if kind in {Kind.DECIMAL, Kind.PERCENT}:
        if not math.isfinite(math.fsum(cell for cell in cells if cell is not None)):
            raise ValueError("no cell for a column of numbers: one is not finite")
        return [
            None if cell is None else round(float(cell), PLACES) + 0.0 for cell in cells
        ]  # + 0.0: no negative zero
    if kind is Kind.YES_NO:
        return [_YES_NO[cell] for cell in cells]
    if dt.datetime in types:
        return [cell.date() if isinstance(cell, dt.datetime) else cell for cell in cells]
    return cells


_YES_NO = {None: None, True: "TRUE", False: "FALSE"}
_TYPES: Mapping[Kind, frozenset[type]] = {
    Kind.TEXT: frozenset({str}),
    Kind.WHOLE: frozenset({int}),
    Kind.DECIMAL: frozenset({int, float, Decimal}),
    Kind.PERCENT: frozenset({int, float, Decimal}),
    Kind.DAY: frozenset({dt.date, dt.datetime}),
    Kind.YES_NO: frozenset({bool}),
}


# ---- XLSX --------------------------------------------------------------------------------------
#
# XlsxWriter makes the book: its styles, headers, widths and the sheet of explanations. Its own way
# of writing cells takes 4 µs each, which is half a second for 5,000 rows of 25, so the rows go as
# XML straight into the place that the header row leaves open. Memory holds one row at a time.


def xlsx_file(tables: Sequence[Table]) -> IO[bytes]:
    """A workbook in a temporary file, open at its beginning: one sheet a table, then explanations.

    The same tables give the same bytes. Raises ValueError for more rows or longer text than a
    sheet can hold, rather than to leave any out.
    """
    target = TemporaryFile()  # noqa: SIM115 -- whoever asked closes it, and so it goes
    try:
        _fill(target, _book(tables), tables)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _fill(target: IO[bytes], book: IO[bytes], tables: Sequence[Table]) -> None:
    """Copy the book part by part, pouring the rows into their sheets on the way."""
    with zipfile.ZipFile(book) as frame, zipfile.ZipFile(target, "w") as made:
        for info in frame.infolist():
            place = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            place.compress_type = zipfile.ZIP_DEFLATED
            place._compresslevel = 1  # type: ignore[attr-defined]  # noqa: SLF001 -- since 3.13 public
            content = frame.read(info)
            with made.open(place, "w") as member:
                number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", info.filename)
                if number and int(number[1]) <= len(tables):
                    _pour(member, content.decode(), tables[int(number[1]) - 1])
                else:
                    member.write(content)


def _pour(member: IO[bytes], sheet: str, table: Table) -> None:
    """Write a sheet whose second row is a sample: the rows take its place, in its styles."""
    before, sample, after = re.split(r'(<row r="2".*?</row>)', sheet, maxsplit=1, flags=re.DOTALL)
    styles = [int(found) for found in re.findall(r'<c r="[A-Z]+2" s="(\d+)"', sample)]
    quoted = styles[-1]  # what stands beyond the columns
    # How far the rows go is told by themselves.
    member.write(re.sub(r"<dimension [^>]*/>", "", before).encode())
    writers = [
        _xml_writer(column.kind, _letters(index), styles[index], quoted)
        for index, column in enumerate(table.columns)
    ]
    count = 0
    rows = iter(table.rows)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        first = count + 2
        count += len(batch)
        if count > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} rows")
        parts: list[str] = []
        for number, row in enumerate(batch, start=first):
            parts.append(f'<row r="{number}">')
            parts += [
                write(cell, number)
                for write, cell in zip(writers, row, strict=True)
                if cell is not None
            ]
            parts.append("</row>")
        member.write("".join(parts).encode())
    corner = f"{_letters(len(table.columns) - 1)}{count + 1}"
    end = f'</sheetData><autoFilter ref="A1:{corner}"/>'
    member.write(after.replace("</sheetData>", end, 1).encode())


def _xml_writer(kind: Kind, letters: str, style: int, quoted: int) -> Callable[[Any, int], str]:
    """What writes one cell of a column, given its value and the row's number."""
    if kind is Kind.TEXT:

        def text(value: Any, row: int) -> str:
            content = str(value)
            found = quoted if text_cell(content) != content else style
            return (
                f'<c r="{letters}{row}" s="{found}" t="inlineStr">'
                f'<is><t xml:space="preserve">{_xml_text(content)}</t></is></c>'
            )

        return text
    if kind is Kind.YES_NO:
        return lambda value, row: (
            f'<c r="{letters}{row}" s="{style}" t="b"><v>{1 if value else 0}</v></c>'
        )
    plain = {Kind.WHOLE: _whole, Kind.DAY: _day_number}.get(kind, _plain)
    return lambda value, row: f'<c r="{letters}{row}" s="{style}"><v>{plain(value)}</v></c>'


def _plain(value: Any) -> str:
    """A number as XLSX writes it: a point, no exponent for what people measure."""
    if value.__class__ is bool or not math.isfinite(value):
        raise ValueError(f"no cell for a column of numbers: {value!r}")
    rounded = round(float(value), PLACES) + 0.0  # no negative zero
    text = repr(rounded).removesuffix(".0")
    return str(int(rounded)) if "e" in text else text


def _whole(value: Any) -> str:
    if value.__class__ is not int:
        raise ValueError(f"no cell for a column of whole numbers: {value!r}")
    return str(value)


def _day_number(value: Any) -> str:
    return str(value.toordinal() - _EPOCH)


# What XML cannot hold is written as _x0007_, and what only looks like that as _x005F_x0007_.
_UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\r\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)
_SUSPECT = re.compile(r"[\x00-\x1f&<>_\ud800-\udfff\ufffe\uffff]")


def _xml_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"text of {len(text)} characters does not fit a cell")
    if not _SUSPECT.search(text):
        return text
    return escape(_UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)


def _letters(index: int) -> str:
    """The name of a column: A, B … Z, AA …"""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def _book(tables: Sequence[Table]) -> io.BytesIO:
    """The workbook with headers, a sample row on each sheet, and explanations as the last sheet."""
    import xlsxwriter  # noqa: PLC0415 -- only exports need it

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 -- the same in every file
    header = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6EEF2", "bottom": 1}
    )
    quoted = book.add_format(
        {"num_format": "@", "valign": "top", "text_wrap": True, "quote_prefix": True}
    )
    for title, table in zip(_titles(tables), tables, strict=True):
        sheet = book.add_worksheet(title)
        _turn(sheet)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width or _width(column))
            sheet.write_string(0, index, str(column.heading), header)
            sheet.write_blank(1, index, None, book.add_format(_format(column)))
        sheet.write_blank(1, len(table.columns), None, quoted)
    _explain(book, tables, header)
    book.close()
    file.seek(0)
    return file


def _format(column: Column) -> dict[str, object]:
    """How XLSX shows a column's cells; long text is wrapped, so that a page of paper holds it."""
    if column.kind is Kind.TEXT:
        return {"num_format": "@", "valign": "top", "text_wrap": column.width >= _WRAPPED_FROM}
    decimals = "." + "0" * column.places if column.places else ""
    number = {
        Kind.WHOLE: "0",
        Kind.DECIMAL: f"0{decimals}",
        Kind.PERCENT: f"0{decimals}%",
        Kind.DAY: "yyyy-mm-dd",
        Kind.YES_NO: "General",
    }
    return {"num_format": number[column.kind], "valign": "top"}


_WRAPPED_FROM = 40
_WIDTHS = {Kind.TEXT: 18, Kind.DAY: 12}


def _width(column: Column) -> int:
    """Wide enough for the longest word of the heading."""
    longest = max(map(len, str(column.heading).split()), default=0)
    return max(_WIDTHS.get(column.kind, 10), longest + 2)


def _titles(tables: Sequence[Table]) -> list[str]:
    """Names as XLSX allows them for sheets: at most 31 characters, none of []:*?/\\, no two alike."""
    found: list[str] = []
    for number, table in enumerate(tables, start=1):
        text = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", str(table.title)).strip("' ")
        # Whoever is last on the list of taken names is the sheet of explanations.
        taken = [name.casefold() for name in (*found, _("About the columns"))]
        title = text[:31].strip() or _("Sheet %(number)s") % {"number": number}
        found.append(title if title.casefold() not in taken else f"{title[:27]} ({number})")
    return found


def _explain(book: Any, tables: Sequence[Table], header: Any) -> None:
    """The last sheet: what every column of the others means."""
    sheet = book.add_worksheet(_("About the columns"))
    _turn(sheet)
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    headings = (
        (_("Sheet"), 20),
        (_("Column"), 26),
        (_("Name in CSV"), 26),
        (_("What it tells"), 70),
        (_("Kind"), 22),
        (_("Unit"), 18),
    )
    for index, (heading, width) in enumerate(headings):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, heading, header)
    row = 0
    for title, table in zip(_titles(tables), tables, strict=True):
        lines: list[tuple[Words, ...]] = [("", "", table.note, "", "")] if table.note else []
        lines += [
            (column.heading, column.id, column.explanation, _kind(column.kind), column.unit)
            for column in table.columns
        ]
        for line in lines:
            row += 1
            for index, words in enumerate((title, *line)):
                if words:
                    sheet.write_string(row, index, str(words), wrapped)


def _kind(kind: Kind) -> str:
    return {
        Kind.TEXT: _("text"),
        Kind.WHOLE: _("whole number"),
        Kind.DECIMAL: _("decimal number"),
        Kind.PERCENT: _("share from 0 to 1"),
        Kind.DAY: _("date"),
        Kind.YES_NO: _("yes (TRUE) or no (FALSE)"),
    }[kind]


def _turn(sheet: Any) -> None:
    """Columns begin on the right where the language is read from there."""
    if get_language_bidi():
        sheet.right_to_left()
