"""The workbook: typed cells, explained columns, formulas as text, and no name under letters."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from assessments.comparison import workbook
from assessments.comparison.lineup import Lineup
from assessments.models import Event
from tests.comparison.build import CANARIES, NAMES, PERIODS, banks, lineup_of, make_side
from tests.comparison.conftest import Clients
from tests.conftest import Cast


def bytes_of(lineup: Lineup) -> bytes:
    response = workbook.response(lineup)
    assert isinstance(response, HttpResponse)
    return response.content


def book_of(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def rows_of(book: Any, title: str) -> list[dict[str, Any]]:
    rows: Iterator[Any] = book[title].iter_rows(values_only=True)
    heads = next(rows)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def six() -> Any:
    return book_of(bytes_of(banks(6)))


def test_a_sheet_a_subject_and_one_that_explains_every_column(six: Any) -> None:
    assert six.sheetnames == [
        "Where each stands",
        "Dimensions",
        "Answers",
        "Roadmaps",
        "About the columns",
    ]
    told = {(row["Sheet"], row["Column"]) for row in rows_of(six, "About the columns")}
    for title in six.sheetnames[:-1]:
        for cell in six[title][1]:
            assert (title, cell.value) in told


def test_numbers_are_numbers_and_days_are_days(six: Any) -> None:
    first = rows_of(six, "Where each stands")[0]
    assert first["Name"] == "Albatross Bank"
    assert first["Published"].date().isoformat() == "2026-11-02"
    assert isinstance(first["Bank, counted"], float)
    assert first["Gate closed"] is True
    assert first["Respondents"] == 1


def test_every_figure_of_every_side_stands_in_a_row_of_its_own(six: Any) -> None:
    rows = rows_of(six, "Dimensions")
    assert len(rows) == 7 * 3 * 6
    row = next(r for r in rows if r["Name"] == NAMES[1] and r["Part"] == "score")
    assert (row["Dimension"], row["Score"], row["Difference"]) == ("Capacity", 62.5, 44.1667)
    assert row["A level apart"] is True
    assert len(rows_of(six, "Answers")) == 54 * 6


def test_the_reference_differs_from_nothing(six: Any) -> None:
    rows = [row for row in rows_of(six, "Dimensions") if row["Place"] == 1]
    assert {(row["Difference"], row["A level apart"]) for row in rows} == {(None, None)}


def test_s31_a_name_that_begins_like_a_formula_stays_text() -> None:
    data = bytes_of(banks(6))
    book = book_of(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    hostile = [cell for cell in cells if str(cell.value).startswith("=")]
    assert hostile
    assert {cell.data_type for cell in hostile} == {"s"}
    assert all(cell.quotePrefix for cell in hostile)
    with zipfile.ZipFile(BytesIO(data)) as parts:
        sheets = [name for name in parts.namelist() if "worksheets/sheet" in name]
        assert not any(re.search(rb"<f[ >]", parts.read(name)) for name in sheets)


def test_answers_that_are_not_open_have_no_row() -> None:
    lineup = lineup_of([make_side(0), make_side(1, answers=False)])
    assert {row["Name"] for row in rows_of(book_of(bytes_of(lineup)), "Answers")} == {NAMES[0]}


def test_letters_leave_no_name_no_period_and_no_day_in_any_part_of_the_file() -> None:
    lineup = banks(6, lettered=True)
    data = bytes_of(lineup)
    with zipfile.ZipFile(BytesIO(data)) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", "replace").casefold()
            assert [canary for canary in CANARIES if canary.casefold() in text] == [], name
    first = rows_of(book_of(data), "Where each stands")[0]
    assert (first["Name"], first["Year"]) == ("Bank A", 2026)
    assert not {"Bank", "Period", "Published"} & set(first)
    assert "Albatross" not in workbook.response(lineup).headers["Content-Disposition"]


def test_the_download_is_named_plainly_and_written_down_in_each_bank(
    client: Client, cast: Cast, clients: Clients
) -> None:
    client.force_login(cast.consultant)
    answer = client.post(clients.url(0, 1, name="compare_xlsx"))
    book = book_of(answer.content)
    assert [row["Period"] for row in rows_of(book, "Where each stands")] == list(PERIODS[:2])
    assert "comparison-2-banks.xlsx" in answer.headers["Content-Disposition"]
    events = Event.objects.filter(verb="comparison exported")
    assert {(event.organisation_id, event.target) for event in events} == {
        (bank.pk, f"assessment:{round_.pk}")
        for bank, round_ in zip(clients.banks[:2], clients.rounds[:2], strict=True)
    }


def test_s4_a_workbook_holds_nothing_of_a_bank_that_is_not_compared(
    client: Client, cast: Cast, clients: Clients
) -> None:
    client.force_login(cast.consultant)
    answer = client.post(clients.url(0, 1, name="compare_xlsx"))
    book = book_of(answer.content)
    text = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "Albatross" in text
    assert [canary for canary in CANARIES[2:6] if canary in text] == []
