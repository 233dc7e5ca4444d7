"""What a filled workbook says, and every fault in it by sheet and cell (B25 to B27)."""

import datetime as dt
import json
from typing import Any

import pytest
from django.urls import reverse

from assessments.exchange.in_layout import FACTS
from assessments.exchange.in_limits import RefusedFileError
from assessments.exchange.in_reader import FaultyWorkbookError, Reading, read_workbook
from assessments.models import Assessment, Intake, Sheet, Visibility
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.exchange.bringing import (
    all_items,
    answering,
    bring,
    edited,
    filled,
    opened,
    packed,
    parts_of,
    saved,
    workbook_of,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def sheet(cast: Cast, round_: Assessment) -> Sheet:
    return round_.sheets.get(respondent=cast.lead)


@pytest.fixture
def empty(sheet: Sheet) -> bytes:
    """The workbook as it was downloaded, with nothing answered yet."""
    return workbook_of(sheet)


def read(data: bytes, sheet: Sheet) -> Reading:
    return read_workbook(data, sheet, today=TODAY)


def faults(data: bytes, sheet: Sheet) -> list[tuple[str, str, str]]:
    with pytest.raises(FaultyWorkbookError) as caught:
        read(data, sheet)
    return [(fault.sheet, fault.cell, fault.message) for fault in caught.value.faults]


def refusal(data: bytes, sheet: Sheet) -> str:
    with pytest.raises(RefusedFileError) as caught:
        read(data, sheet)
    return caught.value.message


def restated(data: bytes, name: str, value: Any) -> bytes:
    """The workbook with a line of its hidden sheet changed."""

    def change(book: Any) -> None:
        for row in book[FACTS].iter_rows(max_col=2):
            if row[0].value == name:
                row[1].value = json.dumps(value)

    return edited(data, change)


# ---- what is read --------------------------------------------------------------------------------


def test_a_workbook_that_nobody_filled_says_nothing(empty: bytes, sheet: Sheet) -> None:
    reading = read(empty, sheet)
    assert (reading.answers, reading.accounts) == ({}, ())


WAYS = ((3, 3), (3.0, 3), ("3", 3), ("3.0", 3), (" 3 ", 3), ("۳", 3), ("٣", 3), ("３", 3))
SPECIAL_WAYS = (("na", "NA"), ("ＤＫ", "DK"), ("DK ", "DK"), (None, None), ("", None), ("  ", None))
NO_LEVELS = (0, 6, -1, 2.5, "2.5", "3,5", True, False, 1e300, "many", "1/2", "NaN", TODAY)


def test_a_level_is_read_in_every_way_people_enter_one(empty: bytes, sheet: Sheet) -> None:
    ways = dict(zip(all_items(), (*WAYS, *SPECIAL_WAYS), strict=False))
    cells = answering({item: typed for item, (typed, _) in ways.items()})
    answers = read(filled(empty, cells), sheet).answers
    assert {item: read_.answer for item, read_ in answers.items()} == {
        item: level for item, (_, level) in ways.items() if level is not None
    }


def test_what_is_no_level_is_named_with_its_cell(empty: bytes, sheet: Sheet) -> None:
    cells = answering(dict(zip(all_items(), NO_LEVELS, strict=False)))
    found = faults(filled(empty, cells), sheet)
    assert [(title, cell) for title, cell, _ in found] == [
        (title, cell) for title, entries in cells.items() for cell in entries
    ]
    assert len(found) == len(NO_LEVELS)


def test_texts_claims_and_links_come_along(empty: bytes, sheet: Sheet) -> None:
    cells = {"D6": 4, "F6": "Two\nlines_x000D_", "G6": "https://intranet.example/a", "H6": "e1"}
    read_ = read(filled(empty, {"1 Capacity": cells}), sheet).answers["CAP.A1"]
    assert (read_.answer, read_.version) == (4, 0)
    assert read_.texts == {
        "note": "Two\nlines",
        "link": "https://intranet.example/a",
        "evidence": "E1",
    }


def test_an_empty_cell_says_nothing_about_what_is_stored(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 4, "CAP.A2": 2})
    sheet.answers.update(note="Seen")
    cells = {"D6": None, "F6": None, "H6": None, "F7": None}
    answers = read(filled(workbook_of(sheet), {"1 Capacity": cells}), sheet).answers
    assert "CAP.A1" not in answers
    assert (answers["CAP.A2"].answer, dict(answers["CAP.A2"].texts)) == (2, {"evidence": "E0"})


def test_reading_survives_being_kept(empty: bytes, sheet: Sheet) -> None:
    factories.make_channels(sheet.assessment)
    cells = answering({"CAP.A1": 4, "RSK.U1": "DK"}) | {"7 Channels": {"A6": "LINE"}}
    row = {"B6": "Microblog", "E6": "۱۲۰۰", "F6": 0, "G6": 0, "J6": dt.date(2026, 1, 2)}
    cells["7 Channels"] |= row
    reading = read(filled(workbook_of(sheet), cells), sheet)
    assert len(reading.accounts) == 1
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading


MEANT = (
    ("H", 0.9, "0%", "answered_percent", "90"),
    ("H", 62.5, "General", "answered_percent", "62.5"),
    ("H", "۹۰٪", "@", "answered_percent", "۹۰٪"),
    ("J", TODAY, "yyyy-mm-dd", "last_post_on", "2026-11-22"),
    ("J", "2026-11-20", "@", "last_post_on", "2026-11-20"),
    ("J", "２０２６/11/20", "@", "last_post_on", "2026-11-20"),
    ("B", "Microblog", "@", "kind", "microblog"),
    ("K", "signposted", "@", "status", "signposted"),
    ("E", 1200.0, "General", "followers", "1200"),
)


def test_cells_of_the_inventory_are_read_as_meant(empty: bytes, sheet: Sheet) -> None:
    row = {"A": "LINE", "B": "Social network", "E": 10, "F": 0, "G": 5, "J": "2026-11-01"}

    def change(book: Any) -> None:
        for place, (letter, value, form, _, _) in enumerate(MEANT):
            for where, typed in (row | {letter: value}).items():
                book["7 Channels"][f"{where}{5 + place}"] = typed
            book["7 Channels"][f"{letter}{5 + place}"].number_format = form

    accounts = read(edited(empty, change), sheet).accounts
    assert [account.account for account in accounts] == [None] * len(MEANT)
    assert [
        account.cells[column] for account, (_, _, _, column, _) in zip(accounts, MEANT, strict=True)
    ] == [stored for *_, stored in MEANT]


def test_an_account_left_as_it_was_says_nothing(sheet: Sheet) -> None:
    factories.make_channels(sheet.assessment, [{}, {"answered_percent": 62.5, "handle": "=x"}])
    assert read(workbook_of(sheet), sheet).accounts == ()


# ---- B25: altered structure -------------------------------------------------------------------


def test_B25_a_missing_heading_names_column_and_cell(empty: bytes, sheet: Sheet) -> None:
    found = faults(filled(empty, {"1 Capacity": {"D4": None}}), sheet)
    message = "Column D has lost its heading “Your answer: 1–5, NA or DK”."
    assert found == [("1 Capacity", "D4", message)]


def test_B25_a_heading_given_twice_names_column_and_cell(empty: bytes, sheet: Sheet) -> None:
    found = faults(filled(empty, {"2 Technology": {"F4": "Question"}}), sheet)
    assert [(title, cell) for title, cell, _ in found] == [("2 Technology", "F4")]
    assert "“Question” stands twice or in the wrong place; column F" in found[0][2]


def test_B25_another_heading_names_column_and_cell(empty: bytes, sheet: Sheet) -> None:
    found = faults(filled(empty, {"7 Channels": {"E4": "Fans"}}), sheet)
    assert found == [
        ("7 Channels", "E4", "Column E must have the heading “Followers”, not “Fans”.")
    ]


def test_B25_an_inserted_column_is_told_for_every_column_it_moved(
    empty: bytes, sheet: Sheet
) -> None:
    found = faults(edited(empty, lambda book: book["1 Capacity"].insert_cols(4)), sheet)
    assert [cell for _, cell, _ in found] == ["D4", "E4", "F4", "G4", "H4"]


def test_B25_moved_rows_are_told_by_cell(empty: bytes, sheet: Sheet) -> None:
    found = faults(edited(empty, lambda book: book["1 Capacity"].delete_rows(6)), sheet)
    assert ("1 Capacity", "A6", "Expected question 1.1 here, not “1.2”.") in found
    assert len(found) >= 7


def test_B25_a_changed_question_is_told_by_cell(empty: bytes, sheet: Sheet) -> None:
    found = faults(filled(empty, {"1 Capacity": {"B6": "Resource picture\nAll well?"}}), sheet)
    assert [(title, cell) for title, cell, _ in found] == [("1 Capacity", "B6")]


def test_B25_missing_and_foreign_sheets_are_told(empty: bytes, sheet: Sheet) -> None:
    def change(book: Any) -> None:
        book.remove(book["3 Support"])
        book.create_sheet("Mine")

    found = faults(edited(empty, change), sheet)
    assert found == [
        ("Mine", "", "This sheet is not part of the questionnaire."),
        ("3 Support", "", "This sheet is missing."),
    ]


def test_B25_what_stands_outside_the_questionnaire_would_be_lost_and_is_told(
    empty: bytes, sheet: Sheet
) -> None:
    cells: dict[str, dict[str, Any]] = {
        "1 Capacity": {"K9": "By the way", "D40": 3, "D5": 2},
        "7 Channels": {"A60": "X"},
    }
    found = faults(filled(empty, cells), sheet)
    assert {(title, cell) for title, cell, _ in found} == {
        ("1 Capacity", "D5"),
        ("1 Capacity", "K9"),
        ("1 Capacity", "D40"),
        ("7 Channels", "A60"),
    }


# ---- B26: bad rows ------------------------------------------------------------------------------


def bad_cells() -> dict[str, dict[str, Any]]:
    return {
        "1 Capacity": {"D6": 9, "D7": "perhaps", "F8": "x" * 501, "G8": "http://a.example"},
        "4 Risk": {"H6": "E3", "D7": 4},
        "7 Channels": {"A5": "LINE", "B5": "Radio", "E5": "many", "F5": 3},
        "8 Customers": {"D6": 2.5},
    }


BAD = {
    ("1 Capacity", "D6"),
    ("1 Capacity", "D7"),
    ("1 Capacity", "F8"),
    ("1 Capacity", "G8"),
    ("4 Risk", "H6"),
    ("7 Channels", "B5"),
    ("7 Channels", "E5"),
    ("7 Channels", "G5"),
    ("7 Channels", "J5"),
    ("8 Customers", "D6"),
}


def test_B26_every_bad_cell_is_listed(empty: bytes, sheet: Sheet) -> None:
    found = faults(filled(empty, bad_cells()), sheet)
    assert {(title, cell) for title, cell, _ in found} == BAD


def test_B26_none_of_the_rows_is_kept_and_the_page_lists_them_all(
    cast: Cast, empty: bytes, sheet: Sheet
) -> None:
    response = bring(signed_in(cast.lead), sheet.assessment, filled(empty, bad_cells()))
    text = response.content.decode()
    assert response.status_code == 400
    assert "Nothing was taken from the file: 10 things to correct" in text
    for title, cell in BAD:
        assert f"<bdi>{title}</bdi>" in text
        assert f"<bdi>{cell}</bdi>" in text
    assert (Intake.objects.count(), sheet.answers.count()) == (0, 0)


def test_B26_a_file_of_nothing_but_faults_is_cut_with_their_number_told(
    cast: Cast, empty: bytes, sheet: Sheet
) -> None:
    def change(book: Any) -> None:
        for row in range(50, 650):
            book["1 Capacity"][f"K{row}"] = "x"

    response = bring(signed_in(cast.lead), sheet.assessment, edited(empty, change))
    text = response.content.decode()
    assert "600 things to correct" in text
    assert "And 100 more." in text


def test_NA_for_a_critical_control_is_refused_by_cell(empty: bytes, sheet: Sheet) -> None:
    found = faults(filled(empty, answering({"RSK.U1": "NA", "CAP.A1": "NA"})), sheet)
    assert [message for _, _, message in found] == [
        "“Not applicable” is not offered for a critical control."
    ]


@pytest.mark.parametrize("text", ["a\x07b", "Tab\x00"])
def test_control_characters_are_refused_by_cell(text: str, empty: bytes, sheet: Sheet) -> None:
    data = filled(empty, {"1 Capacity": {"F6": "MARK"}})
    escaped = text.replace("\x07", "&#7;").replace("\x00", "&#0;")
    parts = {n: p.replace(b"MARK", escaped.encode()) for n, p in parts_of(data).items()}
    # XML itself cannot carry these, so no parser gives them to us.
    assert "damaged" in refusal(packed(parts), sheet)


CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} {0.__class__} %(x)s",
    "\u202etxt.exe",
)


def test_S28_what_a_file_says_is_shown_as_text(cast: Cast, empty: bytes, sheet: Sheet) -> None:
    client = signed_in(cast.lead)
    items = all_items()[: len(CORPUS)]
    wrong = answering(dict(zip(items, CORPUS, strict=True)))
    right = {
        title: {cell.replace("D", "F"): text for cell, text in cells.items()}
        for title, cells in wrong.items()
    }
    bad = bring(client, sheet.assessment, filled(empty, wrong))
    good = bring(client, sheet.assessment, filled(empty, right))
    for page in (bad, client.get(good.headers["Location"])):
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert" in text
        assert "{{7*7}}" in text


# ---- B27: cells that are no values --------------------------------------------------------------


def test_B27_a_formula_is_refused_by_cell(empty: bytes, sheet: Sheet) -> None:
    formulas = {
        "D6": "=1+2",
        "F6": '=HYPERLINK("https://evil.example")',
        "B7": "=A1",
        "A1": "=NOW()",
        "E40": "=2",
    }
    found = faults(filled(empty, {"1 Capacity": formulas, "Read me first": {"B4": "=1"}}), sheet)
    message = "Holds a formula. Enter the value itself."
    expected = {("1 Capacity", cell, message) for cell in formulas}
    assert expected | {("Read me first", "B4", message)} <= set(found)


def test_B27_array_formulas_are_formulas(empty: bytes, sheet: Sheet) -> None:
    from openpyxl.worksheet.formula import ArrayFormula  # noqa: PLC0415

    cells = {"1 Capacity": {"D6": ArrayFormula("D6:D8", "=ROW(D1:D3)")}}
    assert [cell for _, cell, _ in faults(filled(empty, cells), sheet)] == ["D6"]


def test_B27_an_error_value_is_refused_by_cell(empty: bytes, sheet: Sheet) -> None:
    errors = {"D6": "#REF!", "D7": "#N/A", "F8": "#DIV/0!"}

    def change(book: Any) -> None:
        for where, value in errors.items():
            cell = book["1 Capacity"][where]
            cell.value = value
            cell.data_type = "e"

    assert faults(edited(empty, change), sheet) == [
        ("1 Capacity", where, f"Holds the error value {value}.") for where, value in errors.items()
    ]


def test_B27_merged_cells_are_refused_by_their_range(empty: bytes, sheet: Sheet) -> None:
    found = faults(edited(empty, lambda book: book["1 Capacity"].merge_cells("D6:D8")), sheet)
    assert [(title, cell) for title, cell, _ in found] == [("1 Capacity", "D6:D8")]


# ---- whose file it is ------------------------------------------------------------------------------


def test_another_persons_workbook_is_refused(cast: Cast, round_: Assessment, sheet: Sheet) -> None:
    theirs = workbook_of(round_.sheets.get(respondent=cast.respondent))
    assert "another round or another person" in refusal(theirs, sheet)


def test_S5_S7_the_workbook_of_another_round_or_bank_is_refused_in_the_same_words(
    cast: Cast, sheet: Sheet
) -> None:
    earlier = factories.make_sheet(factories.make_round(cast.bank, period="2025"), cast.lead)
    foreign = factories.make_sheet(factories.make_round(cast.other_bank), cast.outsider)
    words = {refusal(workbook_of(other), sheet) for other in (earlier, foreign)}
    own = workbook_of(sheet)
    words.add(refusal(restated(own, "round", "7f1d7c1e-0000-4000-8000-000000000000"), sheet))
    words.add(refusal(restated(own, "sheet", 10**6), sheet))
    assert len(words) == 1
    response = bring(signed_in(cast.lead), sheet.assessment, workbook_of(foreign))
    assert response.status_code == 400
    assert "Other Bank" not in response.content.decode()
    assert Intake.objects.count() == 0


def test_a_workbook_of_another_framework_version_is_refused(empty: bytes, sheet: Sheet) -> None:
    words = "made for version 0.9 of the questionnaire; this round is answered in version 1.0"
    assert words in refusal(restated(empty, "framework", "0.9"), sheet)


def test_a_workbook_worded_otherwise_is_refused(empty: bytes, sheet: Sheet) -> None:
    assert "worded anew" in refusal(restated(empty, "structure", "0" * 64), sheet)


def test_a_workbook_under_a_stricter_promise_is_refused(
    cast: Cast, empty: bytes, sheet: Sheet
) -> None:
    data = restated(empty, "promise", Visibility.ANONYMOUS.value)
    response = bring(signed_in(cast.lead), sheet.assessment, data)
    assert response.status_code == 409
    assert "Who reads your answers was changed" in response.content.decode()


MEDDLED: tuple[tuple[str, Any], ...] = (
    ("format", "another 1"),
    ("sheet", "1"),
    ("sheet", True),
    ("language", "xx"),
    ("language", ["en"]),
    ("sections", ["XYZ"]),
    ("sections", 3),
    ("versions", {"CAP.A1": "1"}),
    ("versions", {"CAP.A1": 10**12}),
    ("versions", []),
    ("inventory", 1),
    ("made", None),
    ("nonsense", 1),
    ("account", {"account": 1}),
)


def test_a_hidden_sheet_that_was_changed_is_refused(empty: bytes, sheet: Sheet) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 -- slow import

    facts = {name.value: value.value for name, value in opened(empty)[FACTS].iter_rows(max_col=2)}
    meddled = [facts | {name: json.dumps(value)} for name, value in MEDDLED]
    meddled += [facts | {"format": "["}, facts | {"made": "[" * 10_000}, {}]
    for lines in meddled:
        book = Workbook()
        page = book.create_sheet(FACTS)
        for line in lines.items():
            page.append(line)
        assert "hidden sheet of this workbook was changed" in refusal(saved(book), sheet), lines


def test_any_other_workbook_is_refused(sheet: Sheet) -> None:
    from openpyxl import Workbook  # noqa: PLC0415

    assert "its hidden sheet is missing" in refusal(saved(Workbook()), sheet)


def test_a_workbook_that_openpyxl_cannot_open_is_refused(empty: bytes, sheet: Sheet) -> None:
    parts = parts_of(empty) | {"xl/workbook.xml": b"<workbook><sheets><sheet/></sheets></workbook>"}
    assert "damaged" in refusal(packed(parts), sheet)


def test_B29_the_name_of_the_file_is_ignored(cast: Cast, empty: bytes, sheet: Sheet) -> None:
    client = signed_in(cast.lead)
    data = filled(empty, {"1 Capacity": {"D6": 3}})
    for name in ("../../x", "../../etc/passwd.xlsx", "x" * 300, "answers.pdf", "\u202exslx.exe"):
        response = bring(client, sheet.assessment, data, name=name)
        assert (name[:20], response.status_code) == (name[:20], 302)
        page = client.get(response.headers["Location"]).content.decode()
        assert name not in page


def test_a_workbook_in_persian_is_read_back(cast: Cast, sheet: Sheet) -> None:
    from tests.exchange.test_in_workbook import built_in  # noqa: PLC0415

    book = built_in("fa", sheet)
    book.worksheets[1]["D6"] = "۴"
    assert read(saved(book), sheet).answers["CAP.A1"].answer == 4


def test_the_whole_questionnaire_is_read(empty: bytes, sheet: Sheet) -> None:
    wanted = {item: 1 + place % 5 for place, item in enumerate(all_items())}
    reading = read(filled(empty, answering(wanted)), sheet)
    assert {item: read_.answer for item, read_ in reading.answers.items()} == wanted


def test_nothing_chosen_is_told_on_the_page(cast: Cast, round_: Assessment) -> None:
    client = signed_in(cast.lead)
    response = client.post(reverse("workbook_upload", args=[round_.pk]))
    assert response.status_code == 422
    assert "Choose the file that you want to bring." in response.content.decode()


def test_B28_a_workbook_of_a_million_rows_is_refused_in_a_moment(
    cast: Cast, empty: bytes, sheet: Sheet
) -> None:
    parts = parts_of(empty)
    name = "xl/worksheets/sheet2.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b'<row r="1048576"/></sheetData>')
    response = bring(signed_in(cast.lead), sheet.assessment, packed(parts))
    assert response.status_code == 400
    assert " rows, far more than a questionnaire has." in response.content.decode()
    assert opened(empty).worksheets


def test_a_file_beyond_every_limit_is_not_even_kept(cast: Cast, round_: Assessment) -> None:
    response = bring(signed_in(cast.lead), round_, b"PK\x03\x04" + bytes(7_000_000))
    assert response.status_code == 413
    assert "larger than 5 MB" in response.content.decode()
