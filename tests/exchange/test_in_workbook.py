"""The offline questionnaire as it is handed out."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessments.exchange.in_layout import (
    ENTRY_COLUMNS,
    FACTS,
    FIRST_ROW,
    HEADER_ROW,
    NEW_ACCOUNTS,
    QuestionRow,
    kind_names,
    layout_of,
    status_names,
)
from assessments.exchange.in_workbook import Contents, build
from assessments.models import Assessment, AssessmentStatus, Event, Sheet, SheetStatus
from assessments.survey import queries
from assessments.survey.outline import outline
from maturity.wording import available_languages
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.exchange.bringing import opened, parts_of, workbook_of

pytestmark = pytest.mark.django_db

BANK = ("1 Capacity", "2 Technology", "3 Support", "4 Risk", "5 Data", "6 Skills")


@pytest.fixture
def sheet(cast: Cast, round_: Assessment) -> Sheet:
    return round_.sheets.get(respondent=cast.lead)


def risk_rows() -> tuple[QuestionRow, ...]:
    return layout_of((), stored_accounts=None).questions[3].rows


def built_in(language: str, sheet: Sheet) -> Any:
    accounts = list(sheet.assessment.channels.all())
    with translation.override(language):
        contents = Contents(
            sheet=sheet,
            answers=queries.answers_on(sheet),
            accounts=accounts,
            readers=("Nobody",),
            due="",
            made=timezone.now(),
        )
        data = build(layout_of(sheet.sections, stored_accounts=len(accounts)), contents)
    return opened(data)


def test_every_section_has_its_sheet_behind_one_that_explains(sheet: Sheet) -> None:
    book = opened(workbook_of(sheet))
    assert tuple(book.sheetnames) == (
        "Read me first",
        *BANK,
        "7 Channels",
        "8 Customers",
        FACTS,
    )
    first = " ".join(str(row[1]) for row in book["Read me first"].values if row[1])
    for told in ("Norvane Bank", "2026 H2", "1.0", "English", "Lena Lead", "E0  Claimed"):
        assert told in first


def test_a_respondent_gets_the_own_sections_only(cast: Cast, round_: Assessment) -> None:
    sheet = round_.sheets.get(respondent=cast.respondent)
    sheet.sections = ["RSK", "CUS"]
    sheet.save()
    book = opened(workbook_of(sheet))
    assert book.sheetnames == ["Read me first", "4 Risk", "7 Channels", "8 Customers", FACTS]


def test_every_question_stands_there_once_with_its_five_levels(sheet: Sheet) -> None:
    book = opened(workbook_of(sheet))
    numbers = [
        cell.value
        for title in (*BANK, "8 Customers")
        for cell in book[title]["A"]
        if cell.row > HEADER_ROW and str(cell.value or "")[:1].isdigit()
    ]
    assert numbers == list(outline().number_of.values())
    assert book["1 Capacity"]["B6"].value.startswith("Resource picture\nWhat do leaders know")
    levels = book["1 Capacity"]["C6"].value.split("\n")
    assert [line[0] for line in levels] == ["1", "2", "3", "4", "5"]
    marked = [c.row for c in book["4 Risk"]["B"] if "Critical control" in str(c.value)]
    assert marked == [row.row for row in risk_rows() if row.critical]
    assert "**" not in str([c.value for c in book["4 Risk"]["C"]])


def test_answers_given_so_far_are_filled_in(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 4, "CAP.A2": "NA", "CAP.A3": "DK"})
    sheet.answers.filter(item="CAP.A1").update(
        note="Seen", link="https://intranet.example/a", evidence="E1"
    )
    page = opened(workbook_of(sheet))["1 Capacity"]
    rows = [[page[f"{letter}{row}"].value for letter in ENTRY_COLUMNS] for row in (6, 7, 8, 10)]
    assert rows == [
        [4, None, "Seen", "https://intranet.example/a", "E1"],
        ["NA", "No such work", None, None, "E0"],
        ["DK", None, None, None, "E0"],
        [None, None, None, None, None],
    ]


def test_what_was_carried_over_is_told_beside_the_question_and_left_to_be_chosen(
    sheet: Sheet,
) -> None:
    factories.carry_answers(sheet, {"CAP.A1": 3})
    page = opened(workbook_of(sheet))["1 Capacity"]
    told = "Last time: 3 Resource sheet. Choose it again if it still holds."
    assert page["B6"].value.split("\n")[-1] == told
    assert page["D6"].value is None
    assert "Last time" not in page["B7"].value


def test_only_the_cells_to_fill_are_unlocked_and_no_password_is_set(sheet: Sheet) -> None:
    factories.make_channels(sheet.assessment)
    book = opened(workbook_of(sheet))
    assert book.security.lockStructure
    unlocked: dict[str, set[str]] = {}
    for page in book.worksheets:
        assert (page.title, page.protection.sheet, page.protection.password) == (
            page.title,
            True,
            None,
        )
        for row in page.iter_rows():
            for cell in row:
                if not cell.protection.locked:
                    unlocked.setdefault(page.title, set()).add(cell.column_letter)
    assert unlocked == {title: set(ENTRY_COLUMNS) for title in (*BANK, "8 Customers")} | {
        "7 Channels": set("ABCDEFGHIJK")
    }
    assert not book["1 Capacity"]["D6"].protection.locked
    assert book["1 Capacity"]["D5"].protection.locked  # the band between the halves


def test_answers_are_chosen_from_a_list_without_NA_for_critical_controls(sheet: Sheet) -> None:
    page = opened(workbook_of(sheet))["4 Risk"]
    lists = {
        rule.formula1: str(rule.sqref)
        for rule in page.data_validations.dataValidation
        if rule.type == "list"
    }
    critical = [row.row for row in risk_rows() if row.critical]
    assert set(lists) == {'"1,2,3,4,5,NA,DK"', '"1,2,3,4,5,DK"', '"E0,E1"'}
    assert critical
    for row in critical:
        assert f"D{row}" in lists['"1,2,3,4,5,DK"']


@pytest.mark.parametrize("language", available_languages())
def test_drop_downs_hold_in_every_language(language: str) -> None:
    with translation.override(language):
        for names in (kind_names(), status_names()):
            listed = ",".join(names.values())
            assert len(listed) + 2 <= 255
            assert listed.count(",") == len(names) - 1
            assert len({name.casefold() for name in names.values()}) == len(names)


@pytest.mark.parametrize("language", available_languages())
def test_sheets_have_names_that_spreadsheets_take_in_every_language(language: str) -> None:
    with translation.override(language):
        titles = layout_of((), stored_accounts=3).titles
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert 1 <= len(title) <= 31
        assert not set(title) & set("[]:*?/\\")


def test_it_prints_landscape_with_its_headings_on_every_page(sheet: Sheet) -> None:
    page = opened(workbook_of(sheet))["4 Risk"]
    assert (page.page_setup.orientation, page.page_setup.fitToWidth) == ("landscape", 1)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert page.freeze_panes == f"C{FIRST_ROW}"
    assert page["C6"].alignment.wrap_text
    assert page.row_dimensions[6].height > 60


def test_persian_sheets_run_from_right_to_left(sheet: Sheet) -> None:
    book = built_in("fa", sheet)
    assert all(page.sheet_view.rightToLeft for page in book.worksheets[:-1])
    assert book.sheetnames[1] == "۱ ظرفیت"
    assert book.worksheets[1]["B6"].alignment.readingOrder == 2
    assert json.loads(book[FACTS]["B5"].value) == "fa"
    assert not any(p.sheet_view.rightToLeft for p in built_in("en", sheet).worksheets)


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("https://evil.example")', "＝1")


@pytest.mark.parametrize("text", HOSTILE)
def test_S31_text_that_looks_like_a_formula_stays_text(text: str, sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 4})
    sheet.answers.update(note=text, reason=text)
    factories.make_channels(sheet.assessment, [{"platform": text, "handle": text}])
    bank = sheet.assessment.organisation
    bank.name = text
    bank.save()
    book = opened(workbook_of(sheet))
    cells = (book["1 Capacity"]["F6"], book["7 Channels"]["A5"], book["Read me first"]["B4"])
    assert {(cell.value, cell.data_type) for cell in cells} == {(text, "s")}
    assert not [
        cell.coordinate
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_nothing_leads_out_of_the_file(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 4})
    sheet.answers.update(link="https://intranet.example/a")
    data = workbook_of(sheet)
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = package.namelist()
    assert not [name for name in names if "externalLink" in name or "vba" in name.casefold()]
    assert not [name for name, part in parts_of(data).items() if b'TargetMode="External"' in part]


def test_accounts_of_the_inventory_stand_there_with_room_for_more(sheet: Sheet) -> None:
    factories.make_channels(sheet.assessment, [{}, {"platform": "LINE", "last_post_on": None}])
    page = opened(workbook_of(sheet))["7 Channels"]
    assert [page[f"A{FIRST_ROW + n}"].value for n in range(3)] == ["Facebook", "LINE", None]
    assert [page[f"{letter}5"].value for letter in "BEHK"] == ["Social network", 12000, 90, "Open"]
    unlocked = [row for row in range(FIRST_ROW, 60) if not page[f"A{row}"].protection.locked]
    assert len(unlocked) == 2 + NEW_ACCOUNTS


def test_taking_it_away_is_in_the_trail_without_answers(cast: Cast, sheet: Sheet) -> None:
    workbook_of(sheet)
    event = Event.objects.get(verb="workbook downloaded")
    assert (event.actor, event.target, event.details) == (cast.lead.pk, f"sheet:{sheet.pk}", {})


@pytest.mark.parametrize("lock", ["submitted", "closed"])
def test_while_locked_there_is_nothing_to_take_along(lock: str, cast: Cast, sheet: Sheet) -> None:
    if lock == "submitted":
        Sheet.objects.update(status=SheetStatus.SUBMITTED, submitted_at=factories.MOMENT)
    else:
        Assessment.objects.update(status=AssessmentStatus.CLOSED, closed_at=factories.MOMENT)
    client = signed_in(cast.lead)
    url = reverse("workbook", args=[sheet.assessment.pk])
    assert client.get(url).headers["Location"] == reverse(
        "workbook_upload", args=[sheet.assessment.pk]
    )
    page = client.get(reverse("workbook_upload", args=[sheet.assessment.pk])).content.decode()
    assert "Download the workbook" not in page
    assert "read only" in page


def test_the_way_to_it_is_on_the_task_list_of_who_may_still_answer(
    cast: Cast, round_: Assessment
) -> None:
    url = reverse("workbook_upload", args=[round_.pk])
    address = reverse("round", args=[round_.pk])
    assert url in signed_in(cast.lead).get(address).content.decode()
    assert url not in signed_in(cast.reviewer).get(address).content.decode()
    Sheet.objects.filter(respondent=cast.lead).update(status=SheetStatus.SUBMITTED)
    assert url not in signed_in(cast.lead).get(address).content.decode()


def test_taking_it_along_costs_as_many_queries_however_much_is_stored(
    cast: Cast, sheet: Sheet, django_assert_num_queries: Any, client: Client
) -> None:
    client.force_login(cast.lead)
    url = reverse("workbook", args=[sheet.assessment.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    factories.fill_sheet(sheet, factories.whole_sheet())
    factories.make_channels(sheet.assessment, [{}] * 20)
    with django_assert_num_queries(len(few)):
        client.get(url)
