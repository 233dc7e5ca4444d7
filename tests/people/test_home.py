"""The bank's home: one next step, the rounds, hints, in a fixed number of queries."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.models import Assessment, AssessmentStatus, ChannelStatus, SheetStatus, Snapshot
from assessments.people import pages
from tests import factories
from tests.conftest import Cast

FINDINGS = {
    "placement": {"strategy": "capability"},
    "bank": {"effective": 49.0},
    "customer": {"score": 59.04},
}

WHOLE_NAV = [
    "home",
    "assessment",
    "agreement",
    "results",
    "roadmap",
    "people",
    "consultants",
    "profile",
]
Counting = Callable[[int], AbstractContextManager[Any]]


def home_of(cast: Cast, person: str = "lead") -> pages.BankHomePage:
    cast.bank.member_role = person  # type: ignore[attr-defined]
    user = getattr(cast, person)
    bank = organisation_for(user, cast.bank.pk, Permission.VIEW_BANK)
    return pages.bank_home(bank, user, timezone.now())


def publish(round_: Assessment) -> None:
    Snapshot.objects.create(
        assessment=round_,
        framework_version="1.0",
        case={},
        findings=FINDINGS,
        published_at=timezone.now(),
    )


def test_without_a_round_the_lead_starts_one_and_others_wait(cast: Cast) -> None:
    lead, other = home_of(cast).next, home_of(cast, "respondent").next
    assert lead.action is not None
    assert (lead.title, lead.action.url) == (
        "Start your first assessment",
        reverse("round_new", args=[cast.bank.pk]),
    )
    assert (other.title, other.action) == ("No assessment yet", None)


def test_the_first_question_comes_first(cast: Cast, round_: Assessment) -> None:
    action = home_of(cast).next.action
    assert action is not None
    assert (action.text, action.url) == (
        "Begin",
        reverse("section", args=[round_.pk, "capacity-awareness"]),
    )


def test_the_next_step_names_section_and_question(cast: Cast, round_: Assessment) -> None:
    answers = factories.whole_sheet()
    for item in ("RSK.U4", "RSK.U5", "DAT.A1"):
        del answers[item]
    factories.fill_sheet(round_.sheets.get(respondent=cast.lead), answers)
    step = home_of(cast).next
    assert step.action is not None
    assert (step.title, step.action.text, step.action.url) == (
        "Finish Risk: 2 questions left",
        "Continue at question 4.8",
        reverse("section", args=[round_.pk, "risk-usage"]),
    )
    assert step.segments == ("done", "done", "done", "begun", "begun", "done", "open", "done")


@pytest.mark.parametrize(
    ("confirmed", "url_name"), [(False, "channels"), (True, "review")], ids=["channels", "review"]
)
def test_after_the_last_answer_come_the_channels_then_the_review(
    cast: Cast, round_: Assessment, confirmed: bool, url_name: str
) -> None:
    Assessment.objects.update(channels_confirmed=confirmed)
    factories.fill_sheet(round_.sheets.get(respondent=cast.lead), factories.whole_sheet())
    action = home_of(cast).next.action
    assert action is not None
    assert action.url == reverse(url_name, args=[round_.pk])


def test_a_lead_who_has_submitted_waits_for_the_others(cast: Cast, round_: Assessment) -> None:
    round_.sheets.filter(respondent=cast.lead).update(status=SheetStatus.SUBMITTED)
    assert home_of(cast).next.title == "Waiting for 1 respondent"
    round_.sheets.update(status=SheetStatus.SUBMITTED)
    assert home_of(cast).next.title == "Everybody has submitted: close the round to see the result"
    assert home_of(cast, "respondent").next.title == "Your answers are in. Thank you."


def test_the_only_respondent_sees_the_result_at_once(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank)
    factories.make_sheet(round_, cast.lead, status=SheetStatus.SUBMITTED)
    action = home_of(cast).next.action
    assert action is not None
    assert action.url == reverse("results", args=[round_.pk])


def test_scores_of_a_published_round_come_from_its_snapshot(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank, status=AssessmentStatus.PUBLISHED)
    factories.make_sheet(round_, cast.lead, status=SheetStatus.SUBMITTED)
    publish(round_)
    row = home_of(cast).rounds[0]
    assert (row.strategy_name, row.bank, row.customers, row.respondents) == (
        "Improve capabilities",
        "49.0",
        "59.0",
        "1 of 1 finished",
    )


def test_a_respondent_sees_rounds_but_no_score(cast: Cast) -> None:
    publish(factories.make_round(cast.bank, status=AssessmentStatus.PUBLISHED))
    page = home_of(cast, "respondent")
    assert (page.show_scores, page.rounds[0].strategy, page.rounds[0].bank) == (False, "", "–")
    assert page.rounds[0].status == "Published"


def test_only_those_who_may_see_findings_get_their_tabs(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    tabs = {}
    for person in (cast.lead, cast.respondent):
        client.force_login(person)
        for name, args in (
            ("bank", [cast.bank.pk]),
            ("round", [round_.pk]),
            ("section", [round_.pk, "risk-usage"]),
            ("channels", [round_.pk]),
        ):
            page = client.get(reverse(name, args=args)).context["page"]
            tabs[person.name, name] = [link.tab for link in page.bank.links]
    assert [tabs["Lena Lead", name] for name in ("bank", "section")] == [WHOLE_NAV] * 2
    assert [tabs["Rolf Respondent", name] for name in ("bank", "round", "section", "channels")] == [
        ["home", "assessment", "discussion", "profile"]
    ] * 4


def test_open_rounds_come_before_published_ones_and_newer_before_older(cast: Cast) -> None:
    for period, status in [
        ("2025 H2", AssessmentStatus.PUBLISHED),
        ("2026 H1", AssessmentStatus.OPEN),
        ("2026 H2", AssessmentStatus.PUBLISHED),
    ]:
        factories.make_sheet(
            factories.make_round(cast.bank, period=period, status=status), cast.lead
        )
    page = home_of(cast)
    assert [row.period for row in page.rounds] == ["2026 H2", "2026 H1", "2025 H2"]
    assert page.next.detail.split(" · ")[0] == "2026 H1"


def test_silent_accounts_are_named_before_submitting(cast: Cast, round_: Assessment) -> None:
    today = timezone.now().date()
    factories.make_channels(
        round_,
        [
            {"platform": "Live", "last_post_on": today},
            {"platform": "Quiet", "last_post_on": today - dt.timedelta(days=75), "posts30": 0},
            {"platform": "Never", "last_post_on": None, "posts30": 0},
            {"platform": "Shut", "last_post_on": None, "status": ChannelStatus.CLOSED},
        ],
    )
    hints = home_of(cast).hints
    assert [hint.title for hint in hints] == ["Decide about Quiet.", "Decide about Never."]
    assert hints[0].text.startswith("Last post 75 days ago.")


def test_doubts_and_missing_reasons_are_named_before_submitting(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank)
    sheet = factories.make_sheet(round_, cast.lead)
    factories.fill_sheet(sheet, {"CAP.A1": "DK", "CAP.A2": "NA", "CAP.A3": "NA"})
    sheet.answers.filter(item="CAP.A3").update(reason="")
    hints = home_of(cast).hints
    assert [hint.title for hint in hints] == [
        "1 Not applicable lacks a reason.",
        "1 Don’t know.",
        "One respondent, a wide range.",
    ]
    assert hints[-1].link is not None
    assert hints[-1].link.url == reverse("invite", args=[cast.bank.pk])


def test_a_due_date_ends_with_the_day_of_the_bank_s_zone(cast: Cast) -> None:
    cast.bank.time_zone = "Pacific/Auckland"
    cast.bank.save()
    bank = organisation_for(cast.lead, cast.bank.pk, Permission.VIEW_BANK)
    round_ = factories.make_round(cast.bank, due_on=dt.date(2026, 12, 12))
    factories.make_sheet(round_, cast.lead)
    details = [
        pages.bank_home(
            bank, cast.lead, dt.datetime(2026, 12, 12, hour, tzinfo=dt.UTC)
        ).next.detail.split(" · ")[-1]
        for hour in (10, 12)
    ]
    assert details == ["due 12 Dec 2026", "was due 12 Dec 2026"]


def test_twenty_rounds_cost_as_many_queries_as_one(
    client: Client, cast: Cast, django_assert_num_queries: Counting
) -> None:
    client.force_login(cast.lead)
    url = reverse("bank", args=[cast.bank.pk])
    factories.make_sheet(factories.make_round(cast.bank, period="first"), cast.lead)
    with django_assert_num_queries(6):
        client.get(url)
    for number in range(19):
        round_ = factories.make_round(
            cast.bank, period=f"round {number}", status=AssessmentStatus.PUBLISHED
        )
        factories.make_sheet(round_, cast.lead)
        publish(round_)
    with django_assert_num_queries(6):
        client.get(url)


def test_home_leads_to_the_only_bank_and_lists_several(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    only = client.get(reverse("home"))
    assert only.headers["Location"] == reverse("bank", args=[cast.bank.pk])
    factories.make_bank(cast.lead, name="Second Bank")
    page = client.get(reverse("home")).context["page"]
    assert [(bank.name, bank.role) for bank in page.banks] == [
        ("Norvane Bank", "Lead"),
        ("Second Bank", "Lead"),
    ]


def test_after_closing_several_settle_first_and_one_alone_publishes(cast: Cast) -> None:
    round_ = factories.make_round(cast.bank, status=AssessmentStatus.CLOSED)
    factories.make_sheet(round_, cast.lead, status=SheetStatus.SUBMITTED)
    alone = home_of(cast).next
    factories.make_sheet(round_, cast.respondent, status=SheetStatus.SUBMITTED)
    several = home_of(cast).next
    assert alone.action is not None
    assert several.action is not None
    assert alone.action.url == reverse("results", args=[round_.pk])
    assert (several.title, several.action.url) == (
        "Settle where answers differ, then publish",
        reverse("agreement", args=[round_.pk]),
    )
