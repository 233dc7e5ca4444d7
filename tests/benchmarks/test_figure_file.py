"""A firm's CSV: taken whole, or refused with every fault by row and column (B25 to B27, S31)."""

import codecs
import datetime as dt
from decimal import Decimal

import pytest

from assessments.benchmarks import units
from assessments.benchmarks.figure_file import (
    COLUMNS,
    MOST_BYTES,
    MOST_ROWS,
    Fault,
    Figure,
    read_bytes,
    sample,
)

TODAY = dt.date(2026, 11, 22)
HEADER = ",".join(COLUMNS)
GOOD = {
    "source": "Nordic survey",
    "year": "2025",
    "population": "retail banks, Norway",
    "definition": "answer within an hour",
    "value": "62.5",
    "unit": "%",
    "n": "48",
    "comparable": "yes",
    "item": "CAP.U4",
}


def line(**cells: str) -> str:
    return ",".join(f'"{cell}"' for cell in (GOOD | cells).values())


def file(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines]).encode()


def faults(content: bytes) -> list[tuple[int, str]]:
    """Row and column of every fault; nothing is read beside faults."""
    reading = read_bytes(content, TODAY)
    assert not (reading.faults and reading.figures)
    return [(fault.row, fault.column) for fault in reading.faults]


def texts(content: bytes) -> list[str]:
    return [fault.text for fault in read_bytes(content, TODAY).faults]


# ---- what is taken ----------------------------------------------------------------------------


def test_a_whole_row_is_read() -> None:
    assert read_bytes(file(line()), TODAY).figures == (
        Figure(
            source="Nordic survey",
            year=2025,
            population="retail banks, Norway",
            definition="answer within an hour",
            value=Decimal("62.5"),
            unit="%",
            n=48,
            comparable=True,
            item="CAP.U4",
        ),
    )


def test_the_sample_file_is_taken_as_it_stands() -> None:
    reading = read_bytes("".join(sample()).encode(), TODAY)
    assert (len(reading.figures), reading.faults) == (2, ())


def test_columns_may_stand_in_any_order_and_cells_may_be_empty() -> None:
    header = ";".join(reversed(COLUMNS))
    row = ";".join(reversed([*(GOOD | {"n": "", "comparable": "", "item": ""}).values()]))
    figure = read_bytes(file(row, header=header), TODAY).figures[0]
    assert (figure.n, figure.comparable, figure.item, figure.value) == (
        None,
        False,
        "",
        Decimal("62.5"),
    )


@pytest.mark.parametrize(
    "content",
    [
        file(line()),
        codecs.BOM_UTF8 + file(line()),
        file(line()).decode().encode("utf-16"),
        codecs.BOM_UTF16_BE + file(line()).decode().encode("utf-16-be"),
        file(line()).replace(b"\r\n", b"\n"),
        file("", line(), ",,,,,,,,", ""),
        file(line()).replace(HEADER.encode(), HEADER.upper().encode() + b",,"),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "lf", "blank rows", "upper case, empty columns"],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    reading = read_bytes(content, TODAY)
    assert (len(reading.figures), reading.faults) == (1, ())


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [
        ("۶۲٫۵", "%", "62.5"),
        ("１２", "count", "12"),
        ("1,200", "count", "1200"),
        ("-3.5", "points", "-3.5"),
        ("−3.5", "POINTS", "-3.5"),
        ("100", "%", "100"),
        ("62 %", "%", "62"),
    ],
)
def test_numbers_are_read_in_every_script(value: str, unit: str, read: str) -> None:
    (figure,) = read_bytes(file(line(value=value, unit=unit)), TODAY).figures
    assert figure.value == Decimal(read)


# ---- the header (B25) -------------------------------------------------------------------------


@pytest.mark.parametrize("name", COLUMNS)
def test_B25_a_missing_column_is_named(name: str) -> None:
    header = ",".join(column for column in COLUMNS if column != name)
    assert faults(file(line(), header=header)) == [(1, name)]


def test_B25_all_faults_of_the_header_are_named_at_once() -> None:
    header = HEADER.replace("unit", "value") + ",colour"
    assert [
        (fault.column, fault.text)
        for fault in read_bytes(file(line(), header=header), TODAY).faults
    ] == [
        ("unit", "This column is missing."),
        ("value", "This column stands there twice."),
        ("colour", "There is no such column."),
    ]


# ---- the rows (B26, B27) ----------------------------------------------------------------------


def test_B26_every_fault_is_listed_by_row_and_column_and_nothing_is_taken() -> None:
    content = file(
        line(),
        line(source="", year="1989", unit="bananas"),
        line(definition="another", value="101"),
        line(definition="a third", n="0", comparable="maybe", item="CAP.A9"),
        "too,short",
        line(),
    )
    assert read_bytes(content, TODAY).faults == (
        Fault(row=3, column="source", text="This must be filled in."),
        Fault(row=3, column="year", text="Expected a year from 1990 to 2026."),
        Fault(
            row=3,
            column="unit",
            text="Expected one of these units: %, points, score, level, count, minutes, hours, days.",
        ),
        Fault(row=4, column="value", text="In % expected a number from 0 to 100."),
        Fault(row=5, column="n", text="Expected a whole number of 1 or more, or nothing."),
        Fault(row=5, column="comparable", text="Expected yes or no."),
        Fault(row=5, column="item", text="Expected a question such as CAP.A1, or nothing."),
        Fault(row=6, column="", text="Expected 9 cells, found 2."),
        Fault(row=7, column="", text="The same figure stands in row 2 already."),
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("year", "2027"),
        ("year", "2025.5"),
        ("year", "last year"),
        ("year", ""),
        ("value", ""),
        ("value", "1,5"),
        ("value", "NaN"),
        ("value", "1e309"),
        ("value", "62.1234"),
        ("value", "-1"),
        ("value", "100.1"),
        ("unit", ""),
        ("unit", "kg"),
        ("n", "-3"),
        ("n", "4.5"),
        ("n", "99999999999"),
        ("item", "CAP"),
        ("population", "   "),
        ("definition", "x" * 501),
        ("source", "x" * 301),
        ("source", "bidi \u202e"),
        ("source", "a\u0007bell"),
        ("source", "\u2014"),
    ],
)
def test_B26_a_wrong_cell_is_named(column: str, cell: str) -> None:
    assert faults(file(line(**{column: cell}))) == [(2, column)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
@pytest.mark.parametrize("column", ["source", "population", "definition"])
def test_B27_S31_a_formula_is_refused(column: str, start: str) -> None:
    assert faults(file(line(**{column: f"{start}cmd|' /C calc'!A0"}))) == [(2, column)]


@pytest.mark.parametrize("cell", ["#REF!", "#n/a", "=1+1", "@SUM(A1)", "+62"])
def test_B27_what_a_spreadsheet_computes_is_no_value(cell: str) -> None:
    assert faults(file(line(value=cell))) == [(2, "value")]


def test_a_figure_that_the_firm_has_is_not_added_twice() -> None:
    stored = [("Nordic survey", 2025, "retail banks, Norway", "answer within an hour")]
    (fault,) = read_bytes(file(line(value="1")), TODAY, stored).faults
    assert (fault.row, fault.text) == (
        2,
        "Your firm has this figure already. Remove it first to replace it.",
    )


def test_a_row_over_several_lines_is_named_by_its_first() -> None:
    content = file(line(definition="over\ntwo lines"), line(year="1900"))
    assert faults(content) == [(2, "definition"), (4, "year")]


# ---- the file (B21, limits, encodings) --------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"\r\n\r\n", "The file is empty."),
        (file(), "The file holds no figure."),
        (b"PK\x03\x04rest", "This is a workbook or a document. Save the table as CSV."),
        (b"%PDF-1.7", "This is a workbook or a document. Save the table as CSV."),
        (
            file(line(source="Børsen")).decode().encode("latin-1"),
            "The file is not in UTF-8. Choose “CSV UTF-8” when saving it.",
        ),
        (
            file(line(source="a\0b")),
            "The file holds NUL characters. Save the table as CSV again.",
        ),
        (
            file('"open,2025'),
            "From row 2 on the file is no CSV: a quotation mark does not end where it should.",
        ),
        (b"x" * (MOST_BYTES + 1), "The file is larger than 256 KB."),
        (
            file(*[line(definition=str(n)) for n in range(MOST_ROWS + 1)]),
            "The file holds more than 500 rows.",
        ),
    ],
    ids=["nothing", "blank", "header", "xlsx", "pdf", "latin-1", "nul", "quote", "large", "rows"],
)
def test_a_file_that_is_none_is_refused_in_words(content: bytes, told: str) -> None:
    assert texts(content) == [told]


def test_the_limits_themselves_are_allowed() -> None:
    content = file(*[line(definition=str(n)) for n in range(MOST_ROWS)])
    assert len(read_bytes(content, TODAY).figures) == MOST_ROWS


# ---- units ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("62.500", "%", "62.5 %"),
        ("-3.5", "points", "−3.5 percentage points"),
        ("1200", "count", "1,200"),
        ("3.250", "level", "level 3.25 of 5"),
        ("95", "minutes", "95 minutes"),
        ("7", "retired unit", "7 retired unit"),
    ],
)
def test_a_value_is_written_with_its_unit(value: str, unit: str, shown: str) -> None:
    assert units.written(Decimal(value), unit).replace("\u00a0", " ") == shown
