"""From rows to the engine's input."""

import datetime as dt
from dataclasses import asdict
from typing import Any

import pytest

from assessments.models import Assessment, AssessmentStatus, Function, Sheet, SheetStatus
from assessments.survey import queries
from maturity import assess, load_framework
from maturity.case import Channel, Respondent
from tests import factories
from tests.conftest import Cast

TODAY = dt.date(2026, 11, 12)


def submitted(cast: Cast, assessment: Assessment, **answers: Any) -> Sheet:
    person = factories.make_user(f"p{Sheet.objects.count()}@norvane.example")
    factories.add_member(cast.bank, person)
    sheet = factories.make_sheet(
        assessment, person, function=Function.RISK, status=SheetStatus.SUBMITTED
    )
    factories.fill_sheet(sheet, {item.replace("_", "."): a for item, a in answers.items()})
    return sheet


def test_a_case_holds_submitted_sheets_with_function_as_role(cast: Cast, sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 5})
    submitted(cast, sheet.assessment, CAP_A1=3, RSK_A2="DK", TEC_U2="NA")
    case = queries.case_for(sheet.assessment, TODAY)
    assert case.respondents == (
        Respondent(role="risk", answers={"CAP.A1": 3, "TEC.U2": "NA", "RSK.A2": "DK"}),
    )
    assert case.accountable == {
        "CAP": "marketing",
        "TEC": "it",
        "SUP": "executive",
        "RSK": "risk",
        "DAT": "data",
        "SKL": "hr",
    }


def test_nobody_submitted_is_no_case(sheet: Sheet) -> None:
    with pytest.raises(ValueError, match="nobody has submitted"):
        queries.case_for(sheet.assessment, TODAY)


def test_a_blank_with_a_note_is_no_answer(cast: Cast, solo: Assessment) -> None:
    sheet = submitted(cast, solo, CAP_A1=3)
    sheet.answers.create(item="CAP.A2", note="Ask IT", updated_at=factories.MOMENT)
    assert queries.case_for(solo, TODAY).respondents[0].answers == {"CAP.A1": 3}


def test_the_highest_claim_is_the_items_evidence(cast: Cast, solo: Assessment) -> None:
    submitted(cast, solo, CAP_A1=3, CAP_A2=3)
    second = submitted(cast, solo, CAP_A1=4, CAP_A3="DK")
    second.answers.update(evidence="E1")
    assert queries.case_for(solo, TODAY).evidence == {"CAP.A1": "E1"}


def test_no_inventory_is_absent_and_a_confirmed_empty_one_is_not(
    cast: Cast, solo: Assessment
) -> None:
    submitted(cast, solo, CAP_A1=3)
    assert queries.case_for(solo, TODAY).channels is None
    solo.channels_confirmed = True
    assert queries.case_for(solo, TODAY).channels == ()


def test_accounts_count_silence_from_today_and_after_closing_from_the_closing_day(
    cast: Cast, solo: Assessment
) -> None:
    submitted(cast, solo, CAP_A1=3)
    factories.make_channels(
        solo, [{"answered_percent": "62.5", "last_post_on": dt.date(2026, 11, 2)}]
    )
    case = queries.case_for(solo, TODAY)
    assert case.channels == (
        Channel(
            platform="Facebook",
            kind="network",
            followers=12000,
            posts30=12,
            inbound30=200,
            answered=0.625,
            median_min=45,
            days_since_post=10,
            status="open",
        ),
    )
    solo.status, solo.closed_at = AssessmentStatus.CLOSED, dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
    (channel,) = queries.case_for(solo, TODAY).channels or ()
    assert channel.days_since_post == 3


def test_an_account_that_never_posted_has_no_days(cast: Cast, solo: Assessment) -> None:
    submitted(cast, solo, CAP_A1=3)
    factories.make_channels(solo, [{"last_post_on": None, "posts30": 0}])
    (channel,) = queries.case_for(solo, TODAY).channels or ()
    assert channel.days_since_post is None


def test_plan_settings_go_through(cast: Cast, solo: Assessment) -> None:
    submitted(cast, solo, CAP_A1=3)
    solo.plan_settings = {"capacity": 5, "quarters": 6, "targets": {"bank": 60}}
    roadmap = queries.case_for(solo, TODAY).roadmap
    assert (roadmap.capacity, roadmap.quarters, roadmap.targets.bank) == (5, 6, 60)


def test_the_engine_takes_what_it_is_given(cast: Cast, solo: Assessment) -> None:
    submitted(cast, solo, **dict.fromkeys(load_framework().items, 3))
    factories.make_channels(solo)
    findings = assess(load_framework(), queries.case_for(solo, TODAY))
    assert findings.bank.questionnaire == pytest.approx(50)


def test_a_case_takes_the_same_queries_for_one_and_for_twelve(
    cast: Cast, solo: Assessment, django_assert_num_queries: Any
) -> None:
    submitted(cast, solo, CAP_A1=3)
    with django_assert_num_queries(5):
        queries.case_for(solo, TODAY)
    for _ in range(11):
        submitted(cast, solo, **dict.fromkeys(load_framework().items, 3))
    factories.make_channels(solo, [{}] * 8)
    with django_assert_num_queries(5):
        assert len(queries.case_for(solo, TODAY).respondents) == 12


@pytest.mark.parametrize(
    ("sheets", "handed_in", "status", "ready"),
    [
        (1, 0, "open", False),
        (1, 1, "open", True),
        (2, 1, "open", False),
        (2, 2, "open", False),
        (2, 1, "closed", True),
        (2, 2, "published", True),
        (1, 0, "closed", False),
        (0, 0, "closed", False),
    ],
)
def test_findings_show_when_decision_two_says_so(
    sheets: int, handed_in: int, status: str, ready: bool
) -> None:
    counts = queries.Turnout(sheets=sheets, submitted=handed_in, status=status)
    assert counts.ready is ready


def test_an_unknown_time_zone_is_read_as_utc(cast: Cast) -> None:
    cast.bank.time_zone = "Atlantis/Centre"
    assert str(queries.zone_of(cast.bank)) == "UTC"


def test_progress_says_what_is_open(sheet: Sheet) -> None:
    factories.fill_sheet(sheet, {"CAP.A1": 3, "CAP.A2": "DK", "CAP.A3": "NA"})
    sheet.answers.filter(item="CAP.A3").update(reason="")
    progress = queries.sheet_progress(sheet)
    assert (progress.answered, progress.total) == (3, 54)
    assert (progress.dont_know, progress.reasons_missing) == (("CAP.A2",), ("CAP.A3",))
    assert progress.unanswered == tuple(load_framework().items)[3:]
    assert asdict(progress.answers["CAP.A1"])["level"] == 3
