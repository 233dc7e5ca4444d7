import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from assessments.ui import filenames, sheets
from assessments.ui.sheets import Cell, Column, Kind, Table

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1")
COLUMNS = (
    Column(id="bank", heading="Bank", explanation="The client’s name."),
    Column(id="people", heading="People asked", explanation="…", kind=Kind.WHOLE),
    Column(id="score", heading="Score", explanation="…", kind=Kind.DECIMAL, unit="points"),
    Column(id="share", heading="Share", explanation="…", kind=Kind.PERCENT, places=0),
    Column(id="on", heading="Published on", explanation="…", kind=Kind.DAY),
    Column(id="late", heading="Late", explanation="…", kind=Kind.YES_NO),
)
ROW: tuple[Cell, ...] = ("Norvane Bank", 12, 61.25, Decimal("0.4"), dt.date(2026, 11, 22), True)


def text_table(*texts: str) -> Table:
    return Table(columns=COLUMNS[:1], rows=[[text] for text in texts], title="Texts")


def as_csv(table: Table) -> list[list[str]]:
    raw = b"".join(sheets.csv_chunks(table))
    assert raw[:3] == b"\xef\xbb\xbf"
    return list(csv.reader(io.StringIO(raw[3:].decode(), newline="")))


def as_book(*tables: Table) -> Any:
    with sheets.xlsx_file(tables) as file:
        return openpyxl.load_workbook(io.BytesIO(file.read()))


def test_a_csv_names_its_columns_by_id_and_writes_values_for_machines() -> None:
    table = Table(columns=COLUMNS, rows=[ROW, (None,) * 6, ("B", 0, 7, 1, dt.date(1, 1, 1), False)])

    assert as_csv(table) == [
        ["bank", "people", "score", "share", "on", "late"],
        ["Norvane Bank", "12", "61.25", "0.4", "2026-11-22", "TRUE"],
        [""] * 6,
        ["B", "0", "7.0", "1.0", "0001-01-01", "FALSE"],
    ]


def test_a_workbook_holds_typed_cells_with_a_format_each() -> None:
    book = as_book(Table(columns=COLUMNS, rows=[ROW, (None,) * 6], title="Clients"))
    sheet = book["Clients"]

    assert [cell.value for cell in sheet[1]] == [str(column.heading) for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        "Norvane Bank",
        12,
        61.25,
        0.4,
        dt.datetime(2026, 11, 22),  # noqa: DTZ001 -- a day of a sheet has no zone
        True,
    ]
    assert [cell.number_format for cell in sheet[2]] == [
        "@",
        "0",
        "0.0",
        "0%",
        "yyyy-mm-dd",
        "General",
    ]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert sheet.print_title_rows == "$1:$1"


def test_the_last_sheet_explains_every_column() -> None:
    table = Table(columns=COLUMNS, rows=[], title="Clients", note="One row for each client.")

    book = as_book(table)

    assert book.sheetnames == ["Clients", "About the columns"]
    lines = [[cell.value for cell in row] for row in book["About the columns"]]
    assert lines[1] == ["Clients", None, None, "One row for each client.", None, None]
    assert lines[4] == ["Clients", "Score", "score", "…", "decimal number", "points"]
    assert len(lines) == 2 + len(COLUMNS)
    assert book["Clients"].max_row == 1


@pytest.mark.parametrize("text", FORMULAS)
def test_S31_text_that_begins_like_a_formula_stays_text(text: str) -> None:
    assert as_csv(text_table(text))[1] == [f"'{text}"]

    cell = as_book(text_table(text))["Texts"]["A2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\r", "_x000D_")  # XML would make it a line feed
    assert cell.quotePrefix  # so that it stays text when somebody edits the cell


def test_negative_numbers_stay_numbers() -> None:
    table = Table(columns=COLUMNS[2:3], rows=[[-3.5]], title="Moves")

    assert as_csv(table)[1] == ["-3.5"]
    assert as_book(table)["Moves"]["A2"].value == -3.5


def test_text_of_every_kind_comes_back_from_a_workbook_as_it_was() -> None:
    texts = (
        "<b>&amp;</b>",
        " two  spaces ",
        "line\nbreak",
        "بانک نمونه",
        "銀行",
        "\U0001f3e6",
        "_x0041_",
    )

    sheet = as_book(text_table(*texts))["Texts"]

    assert tuple(sheet.cell(row, 1).value for row in range(2, 2 + len(texts))) == (
        *texts[:-1],
        "_x005F_x0041_",  # as the format escapes it; openpyxl gives it as it stands
    )


def test_characters_that_xml_cannot_hold_leave_the_file_readable() -> None:
    value = as_book(text_table("a\x07b\ufffe"))["Texts"]["A2"].value

    assert value == "a_x0007_b_xFFFE_"


def test_fractions_are_rounded_to_four_decimals_in_both() -> None:
    table = Table(columns=COLUMNS[2:3], rows=[[0.1 + 0.2], [-0.00001], [1e-7], [12345678.0]])

    assert [row[0] for row in as_csv(table)[1:]] == ["0.3", "0.0", "0.0", "12345678.0"]
    sheet = as_book(table).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == [0.3, 0, 0, 12345678]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True])
def test_what_is_no_number_is_refused_rather_than_written(value: float) -> None:
    table = Table(columns=COLUMNS[2:3], rows=[[value]])

    with pytest.raises(ValueError, match="no cell"):
        as_csv(table)
    with pytest.raises(ValueError, match="no cell"):
        sheets.xlsx_file([table])


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    table = Table(columns=COLUMNS, rows=[ROW[:5]])

    with pytest.raises(ValueError, match="zip"):
        as_csv(table)
    with pytest.raises(ValueError, match="zip"):
        sheets.xlsx_file([table])


def test_text_too_long_for_a_cell_is_refused_rather_than_cut() -> None:
    with pytest.raises(ValueError, match="32768 characters"):
        sheets.xlsx_file([text_table("x" * 32_768)])


def test_the_same_tables_give_the_same_bytes() -> None:
    def made() -> bytes:
        with sheets.xlsx_file([Table(columns=COLUMNS, rows=[ROW], title="Clients")]) as file:
            return file.read()

    assert made() == made()


def test_nothing_in_a_workbook_leads_out_of_it_or_computes() -> None:
    columns = (Column(id="link", heading="https://a.example", explanation="https://b.example"),)
    with sheets.xlsx_file([Table(columns=columns, rows=[["https://c.example"]])]) as file:
        book = zipfile.ZipFile(file)
        parts = {name: book.read(name).decode() for name in book.namelist()}

    assert not [name for name, text in parts.items() if "<f>" in text or "<hyperlink" in text]
    assert not [name for name, text in parts.items() if 'TargetMode="External"' in text]
    assert not [name for name in parts if "vba" in name.lower() or "externalLinks" in name]


def test_names_of_sheets_are_made_fit_and_unlike() -> None:
    long = "Scores [2026/H2]: everything, by every dimension"
    tables = [
        Table(columns=COLUMNS[:1], rows=[], title=title)
        for title in (long, long, "", "About the columns")
    ]

    assert as_book(*tables).sheetnames == [
        "Scores  2026 H2   everything, b",
        "Scores  2026 H2   everythin (2)",
        "Sheet 3",
        "About the columns (4)",
        "About the columns",
    ]


def test_sheets_of_a_language_read_from_the_right_begin_there() -> None:
    with override("fa"):
        book = as_book(text_table("x"))

    assert [sheet.sheet_view.rightToLeft for sheet in book.worksheets] == [True, True]


def test_rows_are_read_as_they_are_written() -> None:
    read = 0

    def rows() -> Iterator[tuple[Cell, ...]]:
        nonlocal read
        for _number in range(2_000):
            read += 1
            yield ROW

    chunks = sheets.csv_chunks(Table(columns=COLUMNS, rows=rows()))
    next(chunks)
    next(chunks)

    assert read == 500


@pytest.mark.parametrize(
    ("parts", "header"),
    [
        (
            ("Norvane Bank", "2026 H2", "scores"),
            (
                'filename="Norvane-Bank-2026-H2-scores.csv"; '
                "filename*=UTF-8''Norvane-Bank-2026-H2-scores.csv"
            ),
        ),
        (
            ("بانک", "答え"),
            (
                'filename="file.csv"; '
                "filename*=UTF-8''%D8%A8%D8%A7%D9%86%DA%A9-%E7%AD%94%E3%81%88.csv"
            ),
        ),
        (
            ("../../x\r\nSet-Cookie: a", "\u202egpj"),
            "filename=\"x-Set-Cookie-a-gpj.csv\"; filename*=UTF-8''xSet-Cookie-a-gpj.csv",
        ),
        (("x" * 300,), f"filename=\"{'x' * 60}.csv\"; filename*=UTF-8''{'x' * 60}.csv"),
        (("…",), "filename=\"file.csv\"; filename*=UTF-8''%E2%80%A6.csv"),
    ],
)
def test_B29_a_name_of_any_script_is_made_safe(parts: tuple[str, ...], header: str) -> None:
    assert filenames.disposition(parts, "csv") == f"attachment; {header}"


@pytest.mark.parametrize("most", [0, sheets.MOST_IN_MEMORY])
def test_a_workbook_is_the_same_from_memory_and_from_a_file(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = [Table(columns=COLUMNS, rows=[ROW], title="Clients")]
    with sheets.xlsx_file(tables) as file:
        wanted = file.read()
    monkeypatch.setattr(sheets, "MOST_IN_MEMORY", most)

    response: Any = sheets.xlsx_response(tables, "attachment")

    assert response.streaming == (most == 0)
    assert b"".join(response) == wanted
    assert response.headers["Content-Disposition"] == "attachment"
    if response.streaming:
        response.file_to_stream.close()
