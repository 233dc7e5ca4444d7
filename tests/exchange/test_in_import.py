"""From a brought workbook to stored answers: looked at, decided, whole or not at all."""

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import sweep
from assessments.exchange import in_services
from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Event,
    Intake,
    IntakeKind,
    Sheet,
    SheetStatus,
    User,
    Visibility,
)
from assessments.results import queries as results
from assessments.survey import queries, services
from assessments.survey.answers import Value
from assessments.survey.writing import LockedError
from maturity import assess, load_framework
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.exchange.bringing import (
    all_items,
    answering,
    bring,
    filled,
    workbook_of,
)

pytestmark = pytest.mark.django_db

OFFICE = Path(__file__).parent / "fill_by_office.py"
SYSTEM_PYTHON = "/usr/bin/python3"


def has_office() -> bool:
    """Whether LibreOffice and its bridge to Python are here."""
    if shutil.which("soffice") is None or not Path(SYSTEM_PYTHON).exists():
        return False
    asked = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True)
    return asked.returncode == 0


@pytest.fixture
def sheet(cast: Cast, round_: Assessment) -> Sheet:
    return round_.sheets.get(respondent=cast.lead)


def brought(sheet: Sheet, cells: Mapping[str, Mapping[str, Any]], data: bytes = b"") -> Intake:
    """Fill the sheet's workbook and bring it back."""
    assert sheet.respondent is not None
    client = signed_in(sheet.respondent)
    response = bring(client, sheet.assessment, filled(data or workbook_of(sheet), cells))
    assert response.status_code == 302, response.content.decode()
    return Intake.objects.get(kind=IntakeKind.WORKBOOK, assessment=sheet.assessment)


def preview(intake: Intake, user: User | None = None) -> str:
    response = signed_in(user or intake.brought_by).get(reverse("intake", args=[intake.pk]))
    assert response.status_code == 200
    return str(response.content.decode())


def confirm(intake: Intake, data: Mapping[str, Any] | None = None) -> Any:
    return signed_in(intake.brought_by).post(reverse("intake", args=[intake.pk]), data or {})


def answers(sheet: Sheet) -> dict[str, Any]:
    return {row.item: Value.of(row).answer for row in sheet.answers.all()}


def change_here(sheet: Sheet, item: str, level: int) -> None:
    """Answer a question on its page, as another window would."""
    assert sheet.respondent is not None
    row = sheet.answers.filter(item=item).first()
    entry = services.Entry(answer=level, version=row.version if row else 0, texts={})
    services.save_section(
        sheet=sheet, entries={item: entry}, by=sheet.respondent, now=timezone.now()
    )


# ---- whole ----------------------------------------------------------------------------------------


def test_what_was_filled_is_shown_then_stored_with_its_history(cast: Cast, sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 2, "CAP.A2": 5, "CAP.A3": "NA"})
    cells = answering({"CAP.A1": 4, "CAP.A3": 1, "RSK.U1": "DK"})
    intake = brought(sheet, cells)
    text = preview(intake)
    assert "In the file: 1 new answer and 2 changed answers. Nothing is stored yet." in text
    assert "1 filled answer says what is stored already." in text
    assert answers(sheet) == {"CAP.A1": 2, "CAP.A2": 5, "CAP.A3": "NA"}
    assert confirm(intake).headers["Location"] == reverse("round", args=[sheet.assessment.pk])
    assert answers(sheet) == {"CAP.A1": 4, "CAP.A2": 5, "CAP.A3": 1, "RSK.U1": "DK"}
    changes = AnswerChange.objects.filter(sheet=sheet, at__gt=factories.MOMENT).order_by("item")
    assert [(row.item, row.version, row.by_id) for row in changes] == [
        ("CAP.A1", 2, cast.lead.pk),
        ("CAP.A3", 2, cast.lead.pk),
        ("RSK.U1", 1, cast.lead.pk),
    ]
    event = Event.objects.get(verb="answers imported")
    assert (event.actor, event.target) == (cast.lead.pk, f"sheet:{sheet.pk}")
    assert event.details == {"answers": 3, "accounts": 0}


def test_an_empty_cell_deletes_nothing(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 2, "CAP.A2": 5})
    sheet.answers.update(note="Seen", link="https://intranet.example/a")
    cells = dict.fromkeys(("D6", "E6", "F6", "G6", "H6", "F7"), None) | {"D8": 3}
    confirm(brought(sheet, {"1 Capacity": cells}))
    assert answers(sheet) == {"CAP.A1": 2, "CAP.A2": 5, "CAP.A3": 3}
    kept = sheet.answers.filter(item__in=["CAP.A1", "CAP.A2"]).values_list("note", flat=True)
    assert set(kept) == {"Seen"}


def test_a_file_that_says_what_is_stored_changes_nothing(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, factories.whole_sheet())
    intake = brought(sheet, {})
    text = preview(intake)
    assert "There is nothing to import." in text
    assert "Store all of this" not in text
    assert confirm(intake).status_code == 302
    assert AnswerChange.objects.filter(sheet=sheet).count() == len(all_items())


def test_the_inventory_comes_along(sheet: Sheet) -> None:
    factories.make_channels(sheet.assessment, [{}, {"platform": "X", "kind": "microblog"}])
    cells = {
        "E5": 15000,
        "A7": "LINE",
        "B7": "Social network",
        "E7": "۵۱۰٬۰۰۰",
        "F7": 0,
        "G7": 0,
        "J7": "2026-01-05",
    }
    intake = brought(sheet, {"7 Channels": cells})
    text = preview(intake)
    assert "In the file: 2 accounts." in text
    confirm(intake)
    found = sheet.assessment.channels.values_list("platform", "followers", "version")
    assert list(found) == [("Facebook", 15000, 2), ("X", 12000, 1), ("LINE", 510000, 1)]
    assert set(Event.objects.values_list("verb", flat=True)) >= {
        "account added",
        "account changed",
    }


def same_findings(cast: Cast, sheet: Sheet, wanted: Mapping[str, Any]) -> None:
    """The imported round scores as one whose answers were given on the pages."""
    other = factories.make_sheet(
        factories.make_round(cast.bank, period="on the pages"),
        cast.lead,
        status=SheetStatus.SUBMITTED,
    )
    factories.fill_sheet(other, wanted)
    for round_ in (sheet.assessment, other.assessment):
        factories.make_channels(round_)
    Sheet.objects.filter(pk=sheet.pk).update(status=SheetStatus.SUBMITTED)
    today = dt.date(2026, 11, 22)
    one, two = (queries.case_for(s.assessment, today) for s in (sheet, other))
    assert one == two
    framework = load_framework()
    assert assess(framework, one) == assess(framework, two)


def varied() -> dict[str, Any]:
    """An answer to every question, of every kind."""
    kinds = (1, 2, 3, 4, 5, "DK", "NA")
    critical = {item.id for item in load_framework().items.values() if item.critical}
    wanted = {item: kinds[place % 7] for place, item in enumerate(all_items())}
    return {item: 3 if item in critical else answer for item, answer in wanted.items()}


def test_filled_by_openpyxl_the_findings_are_those_of_the_pages(cast: Cast, sheet: Sheet) -> None:
    confirm(brought(sheet, answering(varied())))
    assert answers(sheet) == varied()
    same_findings(cast, sheet, varied())


@pytest.mark.skipif(not has_office(), reason="needs LibreOffice Calc and python3-uno")
def test_filled_by_libreoffice_the_findings_are_those_of_the_pages(
    cast: Cast, sheet: Sheet, tmp_path: Path
) -> None:
    source, target, listed = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "cells.json"))
    source.write_bytes(workbook_of(sheet))
    cells = answering(varied())
    cells["1 Capacity"] |= {"F6": "Typed by hand", "G6": "https://intranet.example/a", "H6": "E1"}
    cells["1 Capacity"]["D6"] = "1"  # a digit typed as text becomes a number there
    listed.write_text(json.dumps(cells))
    subprocess.run([SYSTEM_PYTHON, str(OFFICE), source, target, listed], check=True, timeout=120)
    confirm(brought(sheet, {}, target.read_bytes()))
    assert answers(sheet) == varied()
    row = sheet.answers.get(item="CAP.A1")
    assert (row.note, row.evidence) == ("Typed by hand", "E1")
    sheet.answers.filter(item="CAP.A1").update(evidence="E0")
    same_findings(cast, sheet, varied())


# ---- or not at all ----------------------------------------------------------------------------------


def test_what_was_changed_meanwhile_is_shown_with_both_values_and_waits_for_a_choice(
    sheet: Sheet,
) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 2, "CAP.A2": 2})
    data = workbook_of(sheet)
    change_here(sheet, "CAP.A1", 5)
    intake = brought(sheet, answering({"CAP.A1": 3, "CAP.A2": 4}), data)
    text = preview(intake)
    assert "1 changed answer and 1 to decide" in text
    for told in ("5 Compared outside", "3 Resource sheet", "Keep what is stored"):
        assert told in text
    refused = confirm(intake)
    assert refused.status_code == 409
    assert "Choose which of the two stays." in refused.content.decode()
    assert answers(sheet) == {"CAP.A1": 5, "CAP.A2": 2}
    assert confirm(intake, {"choice-CAP.A1": "file", "seen-CAP.A1": "2"}).status_code == 302
    assert answers(sheet) == {"CAP.A1": 3, "CAP.A2": 4}


def test_the_stored_value_may_be_kept_and_the_rest_is_taken(sheet: Sheet) -> None:
    data = workbook_of(sheet)
    change_here(sheet, "CAP.A1", 5)
    intake = brought(sheet, answering({"CAP.A1": 3, "CAP.A2": 4}), data)
    confirm(intake, {"choice-CAP.A1": "stored", "seen-CAP.A1": "1"})
    assert answers(sheet) == {"CAP.A1": 5, "CAP.A2": 4}


def test_what_the_file_left_as_it_was_is_no_conflict(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 2, "CAP.A2": 2})
    data = workbook_of(sheet)
    change_here(sheet, "CAP.A1", 5)
    intake = brought(sheet, answering({"CAP.A2": 4}), data)
    assert "to decide" not in preview(intake)
    confirm(intake)
    assert answers(sheet) == {"CAP.A1": 5, "CAP.A2": 4}


def test_a_choice_made_before_the_value_changed_again_has_to_be_made_again(sheet: Sheet) -> None:
    data = workbook_of(sheet)
    change_here(sheet, "CAP.A1", 5)
    intake = brought(sheet, answering({"CAP.A1": 3}), data)
    change_here(sheet, "CAP.A1", 4)
    refused = confirm(intake, {"choice-CAP.A1": "file", "seen-CAP.A1": "1"})
    assert refused.status_code == 409
    text = refused.content.decode()
    assert 'name="seen-CAP.A1" value="2"' in text
    assert " checked" not in text.partition('name="choice-CAP.A1"')[2]
    assert answers(sheet) == {"CAP.A1": 4}


@pytest.mark.parametrize(
    "sent",
    [
        {"choice-CAP.A1": "both", "seen-CAP.A1": "1"},
        {"choice-CAP.A1": "file"},
        {"choice-CAP.A1": "file", "seen-CAP.A1": "٩"},
        {"choice-CAP.A1": "file", "seen-CAP.A1": "9" * 40},
        {"choice-XYZ.A9": "file", "seen-XYZ.A9": "1"},
        {"choice-": "file"},
    ],
)
def test_a_choice_that_cannot_be_read_decides_nothing(sent: dict[str, str], sheet: Sheet) -> None:
    data = workbook_of(sheet)
    change_here(sheet, "CAP.A1", 5)
    intake = brought(sheet, answering({"CAP.A1": 3}), data)
    assert confirm(intake, sent).status_code == 409
    assert answers(sheet) == {"CAP.A1": 5}


def test_an_account_that_was_changed_or_removed_meanwhile_waits_for_a_choice(sheet: Sheet) -> None:
    changed, gone = factories.make_channels(sheet.assessment, [{}, {"platform": "X"}])
    data = workbook_of(sheet)
    changed.followers, changed.version = 99, 2
    changed.save()
    gone.delete()
    intake = brought(sheet, {"7 Channels": {"E5": 500, "E6": 600}}, data)
    text = preview(intake)
    assert "Removed here after the file was made." in text
    assert "2 to decide" in text
    choices = {"choice-account:0": "file", "seen-account:0": "2"}
    assert confirm(intake, choices).status_code == 409
    kept = {"choice-account:1": "file", "seen-account:1": "0"}
    assert confirm(intake, choices | kept).status_code == 302
    found = sheet.assessment.channels.values_list("platform", "followers")
    assert list(found) == [("Facebook", 500), ("X", 600)]


@pytest.mark.parametrize(
    ("lock", "words"),
    [("closed", "closed by"), ("submitted", "submitted"), ("published", "published by")],
)
def test_a_round_that_closed_meanwhile_takes_nothing_and_says_so(
    lock: str, words: str, cast: Cast, sheet: Sheet
) -> None:
    intake = brought(sheet, answering({"CAP.A1": 3}))
    if lock == "submitted":
        Sheet.objects.filter(pk=sheet.pk).update(
            status=SheetStatus.SUBMITTED, submitted_at=timezone.now()
        )
    else:
        Assessment.objects.update(status=AssessmentStatus(lock), closed_at=timezone.now())
    refused = confirm(intake)
    assert refused.status_code == 409
    assert "Nothing was stored, because answers are no longer taken." in refused.content.decode()
    assert words in refused.content.decode()
    assert (answers(sheet), AnswerChange.objects.count()) == ({}, 0)
    assert bring(signed_in(cast.lead), sheet.assessment, b"PK").status_code == 423


def test_a_promise_that_was_loosened_meanwhile_stops_the_import(sheet: Sheet) -> None:
    Assessment.objects.update(visibility=Visibility.ANONYMOUS)
    intake = brought(Sheet.objects.get(pk=sheet.pk), answering({"CAP.A1": 3}))
    Assessment.objects.update(visibility=Visibility.NAMED)
    refused = confirm(intake)
    assert refused.status_code == 409
    assert "Who reads your answers was changed" in refused.content.decode()
    assert answers(sheet) == {}


def test_one_account_that_cannot_be_stored_stops_all_answers(
    sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"A5": "LINE", "B5": "Microblog", "E5": 1, "F5": 0, "G5": 0}
    intake = brought(sheet, answering({"CAP.A1": 3}) | {"7 Channels": row})

    def locked(**kwargs: object) -> None:
        raise LockedError(queries.Lock.CLOSED)

    monkeypatch.setattr("assessments.survey.channel_services.add_account", locked)
    assert confirm(intake).status_code == 409
    assert (answers(sheet), AnswerChange.objects.count()) == ({}, 0)
    assert Event.objects.filter(verb="answers imported").count() == 0


def test_a_section_that_was_taken_away_meanwhile_is_left_out_and_named(sheet: Sheet) -> None:
    intake = brought(sheet, answering({"CAP.A1": 3, "RSK.U1": 4}))
    Sheet.objects.filter(pk=sheet.pk).update(sections=["RSK"])
    assert "you are no longer asked about it: Capacity." in preview(intake)
    confirm(intake)
    assert answers(sheet) == {"RSK.U1": 4}


# ---- its bringer's alone, for half an hour -----------------------------------------------------------


def test_the_answers_are_forgotten_once_stored_and_a_second_click_is_no_mistake(
    sheet: Sheet,
) -> None:
    intake = brought(sheet, answering({"CAP.A1": 3}))
    first, second = confirm(intake), confirm(intake)
    assert first.headers["Location"] == second.headers["Location"]
    intake.refresh_from_db()
    assert intake.content == {"imported": {"answers": 1, "accounts": 0}}
    assert AnswerChange.objects.filter(sheet=sheet).count() == 1


def test_a_click_that_comes_late_stores_nothing_more(sheet: Sheet) -> None:
    intake = brought(sheet, answering({"CAP.A1": 3}))
    stale = Intake.objects.get(pk=intake.pk)  # read before the other click stored it
    for row in (intake, stale):
        done = in_services.import_answers(
            intake=row, sheet=sheet, choices={}, by=intake.brought_by, now=timezone.now()
        )
    assert (done.answers, done.again) == (1, True)
    assert Event.objects.filter(verb="answers imported").count() == 1


def test_after_half_an_hour_it_can_no_longer_be_stored(sheet: Sheet) -> None:
    intake = brought(sheet, answering({"CAP.A1": 3}))
    Intake.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    response = confirm(intake)
    assert response.headers["Location"] == reverse("workbook_upload", args=[sheet.assessment.pk])
    assert answers(sheet) == {}
    with pytest.raises(in_services.GoneError):
        in_services.import_answers(
            intake=intake, sheet=sheet, choices={}, by=intake.brought_by, now=timezone.now()
        )


def test_the_sweep_forgets_what_has_expired_and_nothing_else(
    cast: Cast, round_: Assessment
) -> None:
    old = brought(round_.sheets.get(respondent=cast.lead), answering({"CAP.A1": 3}))
    Intake.objects.filter(pk=old.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    theirs = round_.sheets.get(respondent=cast.respondent)
    assert bring(signed_in(cast.respondent), round_, workbook_of(theirs)).status_code == 302
    swept = sweep.run(timezone.now(), ["intakes"])
    assert [(row.name, row.things) for row in swept] == [("intakes", 1)]
    assert Intake.objects.get().brought_by == cast.respondent


def test_bringing_another_file_makes_the_earlier_one_go(cast: Cast, sheet: Sheet) -> None:
    first = brought(sheet, answering({"CAP.A1": 3}))
    second = brought(sheet, answering({"CAP.A1": 4}))
    assert list(Intake.objects.values_list("pk", flat=True)) == [second.pk]
    assert signed_in(cast.lead).get(reverse("intake", args=[first.pk])).status_code == 404


def test_nothing_may_be_stored_of_it_and_then_it_is_gone(cast: Cast, sheet: Sheet) -> None:
    intake = brought(sheet, answering({"CAP.A1": 3}))
    response = signed_in(cast.lead).post(reverse("intake_drop", args=[intake.pk]))
    assert response.headers["Location"] == reverse("workbook_upload", args=[sheet.assessment.pk])
    assert (Intake.objects.count(), answers(sheet)) == (0, {})
    assert Event.objects.filter(verb="import given up").count() == 1


def test_S4_only_its_bringer_ever_sees_it(cast: Cast, sheet: Sheet) -> None:
    intake = brought(sheet, {"1 Capacity": {"D6": 3, "F6": "Kanarienvogel"}})
    url = reverse("intake", args=[intake.pk])
    nowhere = reverse("intake", args=["7f1d7c1e-0000-4000-8000-000000000000"])
    for person in (cast.respondent, cast.reviewer, cast.consultant, cast.admin, cast.outsider):
        client = signed_in(person)
        for method in (client.get, client.post):
            found = method(url)
            assert (found.status_code, found.content) == (404, method(nowhere).content)
    assert answers(sheet) == {}


def test_S10_whoever_was_taken_out_of_the_bank_can_no_longer_store_it(
    cast: Cast, round_: Assessment
) -> None:
    sheet = round_.sheets.get(respondent=cast.respondent)
    intake = brought(sheet, answering({"CAP.A1": 3}))
    cast.bank.memberships.filter(user=cast.respondent).delete()
    assert confirm(intake).status_code == 404
    assert answers(sheet) == {}


def test_S11_who_may_only_read_neither_takes_nor_brings(cast: Cast, round_: Assessment) -> None:
    for name in ("workbook", "workbook_upload"):
        url = reverse(name, args=[round_.pk])
        assert signed_in(cast.reviewer).get(url).status_code == 403
        assert signed_in(cast.consultant).get(url).status_code == 403
    assert bring(signed_in(cast.consultant), round_, b"PK").status_code == 403


def test_looking_and_storing_cost_as_many_queries_for_one_answer_as_for_all(
    cast: Cast, round_: Assessment
) -> None:
    few = round_.sheets.get(respondent=cast.lead)
    many = round_.sheets.get(respondent=cast.respondent)
    counts = []
    for sheet, cells in ((few, answering({"CAP.A1": 3})), (many, answering(varied()))):
        assert sheet.respondent is not None
        client = signed_in(sheet.respondent)
        response = bring(client, round_, filled(workbook_of(sheet), cells))
        url = response.headers["Location"]
        with CaptureQueriesContext(connection) as looking:
            client.get(url)
        with CaptureQueriesContext(connection) as storing:
            client.post(url)
        counts.append((len(looking), len(storing)))
    assert counts[0] == counts[1]


def test_imported_answers_reach_the_results(cast: Cast, sheet: Sheet) -> None:
    Sheet.objects.exclude(pk=sheet.pk).delete()
    confirm(brought(sheet, answering(dict.fromkeys(all_items(), 3))))
    services.submit(sheet=sheet, by=cast.lead, now=timezone.now())
    result = results.result_for(sheet.assessment, timezone.now())
    assert result is not None
    assert result.findings.bank.questionnaire == 50
