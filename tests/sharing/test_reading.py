"""Reading through a link: what it shows, what it counts, and everything that keeps it shut."""

import datetime as dt
import logging
import re
from copy import deepcopy
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.access.middleware import OneLineFormatter
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Engagement,
    EngagementScope,
    EngagementState,
    Event,
    Membership,
    Organisation,
    SavedAnswer,
    ShareLink,
    Snapshot,
    User,
)
from assessments.results.pages import build
from assessments.results.queries import result_of, source_of
from assessments.results.subject import Subject
from assessments.sharing import holds, printing, reader_pages, services
from assessments.sharing.services import MOST_GUESSES, MOST_TRIES, MOST_WRONG
from maturity import load_wording, read_case
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.people.links import token_of
from tests.reports.conftest import golden_case
from tests.sharing.links import (
    PASSCODE,
    READING,
    door,
    enter,
    make_link,
    published_round,
    text_of,
)

pytestmark = pytest.mark.usefixtures("quick_hashes")
NOON = dt.datetime(2026, 11, 22, 12, 0, 1, tzinfo=dt.UTC)


def at(moment: dt.datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def page(client: Client, link: ShareLink, name: str = "shared") -> Any:
    return client.get(reverse(name, args=[link.pk]))


def guarded(cast: Cast, result: Assessment) -> tuple[ShareLink, str]:
    return make_link(result, cast.lead, passcode=PASSCODE)


def try_passcode(client: Client, link: ShareLink, passcode: str) -> Any:
    return client.post(reverse("shared_passcode", args=[link.pk]), {"passcode": passcode})


# ---- what is shown -----------------------------------------------------------------------------


def test_a_reader_without_an_account_reads_result_and_roadmap(
    cast: Cast, link: ShareLink, token: str
) -> None:
    reader = Client()
    shown = text_of(door(reader, token))
    assert "A result was shared with you" in shown
    assert cast.bank.name not in shown  # previews of mail programs show this page
    result = page(reader, link)
    assert result.status_code == 200
    assert result.context["page"].facts[0] == "2026 H1"
    assert cast.bank.name in text_of(result)
    roadmap = page(reader, link, "shared_roadmap")
    assert (roadmap.status_code, len(roadmap.context["page"].lanes)) == (200, 6)
    assert "What if" not in text_of(roadmap)


def test_s40_no_page_behind_a_link_leads_anywhere_else(cast: Cast, result: Assessment) -> None:
    link, token = make_link(result, cast.lead, passcode=PASSCODE, report_key="k" * 64)
    reader = Client()
    pages = [door(reader, token), page(reader, link, "shared_passcode")]
    try_passcode(reader, link, PASSCODE)
    pages += [page(reader, link, name) for name in READING[:3]]
    pages.append(door(reader, "garbled"))
    assert [answer.status_code for answer in pages] == [200, 200, 200, 200, 200, 410]
    own = reverse("shared", args=[link.pk])
    for answer in pages:
        found = re.findall(r'(?:href|src|action)="([^"]*)"', text_of(answer))
        assert [url for url in found if not url.startswith((own, "#", "/static/"))] == []


def test_s40_every_page_behind_a_link_is_kept_by_nobody_and_tells_nobody(
    cast: Cast, result: Assessment
) -> None:
    link, token = make_link(result, cast.lead, report_key="k" * 64)
    reader = Client()
    answers = [door(reader, token), *(page(reader, link, name) for name in READING)]
    answers += [door(reader, "garbled"), page(Client(), link)]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    policies = [answer.headers["Referrer-Policy"] for answer in answers]
    # The page that can hold a form says where it is to this site alone.
    assert policies == ["no-referrer"] * 3 + ["same-origin"] + ["no-referrer"] * 3


@pytest.mark.parametrize("name", ["shared", "shared_roadmap"])
def test_s4_no_person_no_note_no_other_bank_is_in_any_page(
    cast: Cast, result: Assessment, link: ShareLink, token: str, name: str
) -> None:
    SavedAnswer.objects.filter(sheet__assessment=result).update(
        note="Kanarienvogel", reason="Kanarienvogel", link="https://kanarienvogel.example"
    )
    reader = signed_in(cast.outsider)  # who happens to be signed in is nobody here
    door(reader, token)
    shown = text_of(page(reader, link, name))
    words = ["Kanarienvogel", "kanarienvogel", cast.firm.name, cast.other_bank.name, "Auditor"]
    words += [word for user in User.objects.all() for word in (user.name, user.email) if word]
    assert [word for word in words if word in shown] == []
    assert [part for part in ("<form", "csrf", "Sign in") if part in shown] == []


def test_peers_are_for_banks_that_lend_to_them_and_for_no_reader(
    cast: Cast, result: Assessment, link: ShareLink, token: str
) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(peers_since=factories.LONG_AGO)
    own = signed_in(cast.lead).get(reverse("results", args=[result.pk]))
    shared = enter(Client(), link, token)
    assert [answer.context["page"].peers is None for answer in (own, shared)] == [False, True]
    assert 'id="peers"' not in text_of(shared)


def test_where_few_answered_nothing_tells_how_far_they_agree() -> None:
    case = golden_case("2")
    few = reader_pages.of_many(*_agreement(case))
    assert (few.rows, few.measure, few.short) == ((), "", "")
    assert few.title == "How far respondents agree stays inside the bank"
    own, source = _agreement(case)
    assert (len(own.rows) > 0, bool(own.measure)) == (True, True)  # the bank itself reads it
    assert source.respondents == 3


def test_where_many_answered_the_reader_sees_what_the_bank_sees() -> None:
    case = doubled_case()
    view, source = _agreement(case)
    assert source.respondents == 6
    assert reader_pages.of_many(view, source) == view


def test_questions_that_few_of_many_answered_are_left_out() -> None:
    case = doubled_case()
    view, source = _agreement(case)
    agreement = source.findings.agreement
    assert agreement is not None
    first = agreement.agenda[0]
    for person in case["respondents"][:3]:
        del person["answers"][first]
    view, source = _agreement(case)
    kept = reader_pages.of_many(view, source)
    dropped = {row.title for row in view.rows} - {row.title for row in kept.rows}
    assert len(kept.rows) > 0
    assert dropped <= {source.item(first)}
    assert source.item(first) not in {row.title for row in kept.rows}
    assert (kept.measure, kept.short) == ("", "")
    assert kept.rows[0].title in kept.title


def doubled_case() -> dict[str, Any]:
    """A worked case in which everybody's answers are given by two people."""
    case = golden_case("2")
    case["respondents"] = [deepcopy(person) for person in [*case["respondents"]] * 2]
    return case


def _agreement(case: dict[str, Any]) -> tuple[Any, Any]:
    """What the bank's own page shows of a case, and what it was made from."""
    result, subject = result_of(read_case(case)), Subject(bank="Norvane Bank", period="2026 H1")
    made = build(
        result.findings, load_wording("en"), result.framework, case=result.case, subject=subject
    )
    return made.agreement, source_of(result, subject)


def test_reading_takes_the_same_few_queries_every_time(link: ShareLink, token: str) -> None:
    reader = Client()
    enter(reader, link, token)
    for name in ("shared", "shared_roadmap"):
        with CaptureQueriesContext(connection) as seen:
            assert page(reader, link, name).status_code == 200
        assert len(seen) <= 4  # session, link, snapshot, regions' or the like


def test_a_link_in_a_language_that_is_spoken_no_more_is_read_in_english(link: ShareLink) -> None:
    link.language = "xx"
    assert printing.language_of(link) == "en"


def test_a_link_is_read_in_its_own_language_and_a_dead_one_in_the_reader_s(
    cast: Cast, result: Assessment, settings: Any
) -> None:
    settings.LANGUAGES = [("en", "English"), ("fa", "Persian")]
    link, token = make_link(result, cast.lead, language="fa")
    reader = Client(headers={"accept-language": "en"})
    shown = door(reader, token)
    assert '<html lang="fa" dir="rtl">' in text_of(shown)
    assert shown.headers["Content-Language"] == "fa"
    dead = page(reader, link, "shared_report")  # it lets nobody have the PDF
    assert (dead.status_code, dead.headers["Content-Language"]) == (410, "en")
    assert '<html lang="en" dir="ltr">' in text_of(dead)
    assert dead.content == door(Client(), "garbled").content


# ---- B17: one page for all that is shut --------------------------------------------------------


def shut(cast: Cast, result: Assessment) -> dict[str, tuple[ShareLink, str]]:
    """Links that were made and open nothing, each for a reason of its own."""
    links = {name: make_link(result, cast.lead) for name in ("expired", "revoked", "left", "off")}
    links["ended"] = make_link(result, cast.consultant)
    leaver = factories.make_user("leaver@norvane.example", name="Lise Leaver")
    off = factories.make_user("off@norvane.example", name="Olaf Off")
    ShareLink.objects.filter(pk=links["left"][0].pk).update(created_by=leaver)
    factories.add_member(cast.bank, off, cast.bank.memberships.get(user=cast.lead).role)  # type: ignore[arg-type]  # as it is stored
    ShareLink.objects.filter(pk=links["off"][0].pk).update(created_by=off)
    User.objects.filter(pk=off.pk).update(is_active=False)
    ShareLink.objects.filter(pk=links["expired"][0].pk).update(expires_at=timezone.now())
    ShareLink.objects.filter(pk=links["revoked"][0].pk).update(revoked_at=timezone.now())
    Engagement.objects.filter(pk=cast.engagement.pk).update(state=EngagementState.ENDED)
    open_again = published_round(cast.bank, cast.lead, period="2025 H1")
    links["unpublished"] = make_link(open_again, cast.lead)
    Assessment.objects.filter(pk=open_again.pk).update(status=AssessmentStatus.CLOSED)
    leaving = factories.make_bank(cast.outsider, name="Leaving Bank")
    links["closing"] = make_link(published_round(leaving, cast.outsider), cast.outsider)
    Organisation.objects.filter(pk=leaving.pk).update(closing_on=timezone.now().date())
    return links


def test_b17_every_link_that_does_not_work_gets_the_identical_page(
    cast: Cast, result: Assessment, link: ShareLink, token: str
) -> None:
    links = shut(cast, result)
    answers = {name: door(Client(), token) for name, (_, token) in links.items()}
    answers |= {
        "garbled": door(Client(), token[:-1] + "x"),
        "short": door(Client(), "x"),
        "strange": door(Client(), "ä\u202e<script>"),
        "no link": page(Client(), link),
        "no such link": Client().get(reverse("shared", args=[uuid4()])),
        "passcode of none": try_passcode(Client(), link, PASSCODE),
        "roadmap of none": page(Client(), link, "shared_roadmap"),
        "report of none": page(Client(), link, "shared_report"),
    }
    reader = Client()
    enter(reader, link, token)
    answers["no PDF"] = page(reader, link, "shared_report")
    answers["no PDF file"] = reader.get(reverse("shared_report_file", args=[link.pk, "x.pdf"]))
    services.revoke(link=link, by=cast.lead, now=timezone.now())
    for name in READING:
        answers[f"revoked meanwhile: {name}"] = page(reader, link, name)
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        answers, 410
    )
    assert len({answer.content for answer in answers.values()}) == 1
    assert len({repr(sorted(answer.headers.items())) for answer in answers.values()}) == 1
    assert "Ask" not in text_of(answers["short"]).split("<h1>")[0]
    assert "ask the person who sent you the link" in text_of(answers["short"])


@pytest.mark.parametrize("end", ["engagement", "scope", "assignment", "closing", "role"])
def test_s10_a_result_that_is_being_read_closes_with_the_access_of_who_shared_it(
    cast: Cast, result: Assessment, end: str
) -> None:
    link, token = make_link(result, cast.lead if end in {"closing", "role"} else cast.consultant)
    reader = Client()
    assert enter(reader, link, token).status_code == 200
    engagement = Engagement.objects.filter(pk=cast.engagement.pk)
    if end == "engagement":
        engagement.update(state=EngagementState.ENDED)
    elif end == "scope":
        engagement.update(scope=EngagementScope.ANSWERS)
    elif end == "assignment":
        cast.engagement.assignments.all().delete()
    elif end == "closing":
        Organisation.objects.filter(pk=cast.bank.pk).update(closing_on=timezone.now().date())
    else:
        Membership.objects.filter(user=cast.lead).update(role="reviewer")
    assert [page(reader, link, name).status_code for name in READING] == [410] * 4


def test_what_was_opened_stays_open_for_two_hours(link: ShareLink, token: str) -> None:
    reader = Client()
    with at(NOON):
        assert enter(reader, link, token).status_code == 200
    with at(NOON + holds.HELD - dt.timedelta(seconds=2)):
        assert page(reader, link).status_code == 200
    with at(NOON + holds.HELD):
        assert page(reader, link).status_code == 410
        assert enter(reader, link, token).status_code == 200


# ---- S16 ---------------------------------------------------------------------------------------


def test_s16_what_one_link_opens_opens_no_other(cast: Cast, result: Assessment) -> None:
    own, token = make_link(result, cast.lead)
    twin, _ = make_link(result, cast.lead, label="Twin")
    foreign, _ = make_link(published_round(cast.other_bank, cast.outsider), cast.outsider)
    reader = Client()
    assert enter(reader, own, token).status_code == 200
    for other in (twin, foreign):
        assert [page(reader, other, name).status_code for name in READING] == [410] * 4
    # What a session holds for one link stands for no other either.
    session = reader.session
    kept = session[holds.IN_SESSION][str(own.pk)]
    session[holds.IN_SESSION] = {str(foreign.pk): kept}
    session.save()
    assert page(reader, foreign).status_code == 410


def test_s16_no_token_works_at_another_purpose(
    cast: Cast, result: Assessment, link: ShareLink, token: str
) -> None:
    invitation = token_of(factories.make_invitation(cast.bank))
    for other in (
        link.token_hash,
        str(link.pk),
        str(result.pk),
        invitation,
        signing.dumps(cast.lead.pk),
        signing.TimestampSigner().sign(str(link.pk)),
    ):
        assert door(Client(), other).status_code == 410
    stranger = Client()
    assert stranger.get(reverse("join_link", args=[token])).status_code == 410
    stranger.post(reverse("account_login"), {"login": "lead@norvane.example", "password": token})
    stranger.post(reverse("account_confirm_password_reset_code"), {"code": token})
    assert "_auth_user_id" not in stranger.session


def test_s1_a_link_opens_no_address_of_the_bank_itself(
    result: Assessment, link: ShareLink, token: str
) -> None:
    reader = Client()
    enter(reader, link, token)
    for name in ("results", "roadmap", "scoring", "figures", "shares", "round"):
        assert reader.get(reverse(name, args=[result.pk])).status_code == 302  # to sign in
    assert reader.post(reverse("report_request", args=[result.pk])).status_code == 302


# ---- S19 ---------------------------------------------------------------------------------------


def test_s19_looking_at_the_door_uses_nothing_up_and_counts_for_nothing(
    link: ShareLink, token: str
) -> None:
    before, events = ShareLink.objects.values().get(), Event.objects.count()
    robot = Client()
    for _ in range(3):
        assert door(robot, token).status_code == 200
        assert robot.head(reverse("share_link", args=[token])).status_code == 200
    assert robot.post(reverse("share_link", args=[token])).status_code == 405
    assert (ShareLink.objects.values().get(), Event.objects.count()) == (before, events)


def test_s19_the_token_is_in_no_log_and_in_no_address_after_the_door(
    cast: Cast, result: Assessment, caplog: pytest.LogCaptureFixture
) -> None:
    link, token = guarded(cast, result)
    reader = Client()
    with caplog.at_level(logging.DEBUG):
        shown = [door(reader, token), door(reader, "x" + token), page(reader, link)]
        shown += [try_passcode(reader, link, "wrong-one"), try_passcode(reader, link, PASSCODE)]
        shown.append(page(reader, link))
    assert [answer.status_code for answer in shown] == [200, 410, 302, 422, 302, 200]
    assert [token in text_of(answer) for answer in shown] == [False] * 6
    assert [token in str(answer.headers) for answer in shown] == [False] * 6
    written = [OneLineFormatter().format(record) for record in caplog.records]
    assert [line for line in written if token in line or PASSCODE in line] == []


def test_s19_s39_a_failure_at_the_door_is_logged_without_the_token(
    token: str, caplog: pytest.LogCaptureFixture
) -> None:
    reader = Client(raise_request_exception=False)
    with mock.patch("assessments.sharing.reader_pages.door", side_effect=RuntimeError):
        assert door(reader, token).status_code == 500
    record = next(one for one in caplog.records if one.name == "django.request")
    assert token in record.getMessage()  # Django says where it failed
    assert token not in OneLineFormatter().format(record)


# ---- S20 ---------------------------------------------------------------------------------------


def test_s20_a_thousand_guesses_are_stopped_after_twenty(token: str) -> None:
    reader = Client()
    with at(NOON):
        found = [door(reader, f"guess-{place}").status_code for place in range(1_000)]
        assert found == [410] * MOST_GUESSES + [429] * (1_000 - MOST_GUESSES)
        elsewhere = door(Client(REMOTE_ADDR="192.0.2.7"), token)
        assert (door(reader, token).status_code, elsewhere.status_code) == (429, 200)
    with at(NOON + dt.timedelta(minutes=10)):
        assert door(reader, token).status_code == 200


def test_s20_a_forged_address_does_not_start_a_new_count(db: None) -> None:
    with at(NOON):
        found = [
            Client()
            .get(
                reverse("share_link", args=[f"guess-{place}"]),
                headers={"x-forwarded-for": f"198.51.100.{place}"},
            )
            .status_code
            for place in range(MOST_GUESSES + 2)
        ]
    assert found[-2:] == [429] * 2


# ---- the passcode ------------------------------------------------------------------------------


def test_without_the_passcode_nothing_is_shown_and_nothing_counted(
    cast: Cast, result: Assessment
) -> None:
    link, token = guarded(cast, result)
    reader = Client()
    door(reader, token)
    asks = reverse("shared_passcode", args=[link.pk])
    assert [page(reader, link, name).headers["Location"] for name in READING] == [asks] * 4
    form = reader.get(asks)
    assert (cast.bank.name in text_of(form), form.headers["Referrer-Policy"]) == (
        False,
        "same-origin",  # else a browser sends the form from nowhere, and it is refused
    )
    wrong = try_passcode(reader, link, "sea-otter-8")
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["passcode"])
    assert page(reader, link).headers["Location"] == asks
    assert ShareLink.objects.get().opened == 0
    assert try_passcode(reader, link, PASSCODE).headers["Location"] == reverse(
        "shared", args=[link.pk]
    )
    assert page(reader, link).status_code == 200
    assert reader.get(asks).headers["Location"] == reverse("shared", args=[link.pk])
    assert ShareLink.objects.get().opened == 1


@pytest.mark.parametrize("typed", [f"  {PASSCODE} ", "ｓea-otter-7"])
def test_a_passcode_is_the_same_however_it_was_composed_or_copied(
    cast: Cast, result: Assessment, typed: str
) -> None:
    link, token = guarded(cast, result)
    reader = Client()
    door(reader, token)
    assert try_passcode(reader, link, typed).status_code == 302


def test_a_passcode_opens_its_own_link_in_its_own_browser_alone(
    cast: Cast, result: Assessment
) -> None:
    link, token = guarded(cast, result)
    other, other_token = make_link(result, cast.lead, passcode="another-one")
    reader = Client()
    for one in (token, other_token):
        door(reader, one)
    assert try_passcode(reader, link, PASSCODE).status_code == 302
    assert page(reader, other).status_code == 302
    assert try_passcode(reader, other, PASSCODE).status_code == 422
    second = Client()
    door(second, token)
    assert page(second, link).status_code == 302


def test_s20_passcodes_are_tried_ten_times_from_one_address(
    cast: Cast, result: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "check_password", lambda passcode, stored: passcode == PASSCODE)
    link, token = guarded(cast, result)
    reader = Client()
    with at(NOON):
        door(reader, token)
        found = [try_passcode(reader, link, f"guess-{n}").status_code for n in range(MOST_TRIES)]
        assert found == [422] * MOST_TRIES
        assert try_passcode(reader, link, PASSCODE).status_code == 429
        elsewhere = Client(REMOTE_ADDR="192.0.2.7")
        door(elsewhere, token)
        assert try_passcode(elsewhere, link, PASSCODE).status_code == 302
    with at(NOON + dt.timedelta(minutes=15)):
        assert try_passcode(reader, link, PASSCODE).status_code == 302


def test_s20_passcodes_are_guessed_fifty_times_a_day_from_everywhere(
    cast: Cast, result: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "check_password", lambda passcode, stored: passcode == PASSCODE)
    link, _ = guarded(cast, result)
    other, _ = guarded(cast, result)

    def guess(link: ShareLink, place: int, passcode: str, now: dt.datetime) -> bool:
        return services.passes(link=link, passcode=passcode, who=f"192.0.2.{place}", now=now)

    for place in range(MOST_WRONG):
        assert guess(link, place, "wrong-one", NOON) is False
    with pytest.raises(services.TooManyError):
        guess(link, 99, PASSCODE, NOON)
    assert guess(other, 99, PASSCODE, NOON)
    assert guess(link, 99, PASSCODE, NOON + dt.timedelta(days=1))


# ---- counting ----------------------------------------------------------------------------------


def counted() -> tuple[int, int]:
    """Openings of the only link, and lines of the trail about them."""
    return (
        ShareLink.objects.get().opened,
        Event.objects.filter(verb="shared result opened").count(),
    )


def test_a_browser_counts_once_a_day_and_the_trail_names_the_day(
    link: ShareLink, token: str
) -> None:
    first, second = Client(), Client()
    with at(NOON):
        for _ in range(3):
            enter(first, link, token)
        page(first, link, "shared_roadmap")
        assert counted() == (1, 1)
        enter(second, link, token)
        assert counted() == (2, 1)
    with at(NOON + dt.timedelta(hours=11)):  # 23:00 the same day
        enter(first, link, token)
        assert counted() == (2, 1)
    with at(NOON + dt.timedelta(hours=13)):
        enter(second, link, token)
        assert counted() == (3, 2)
    assert ShareLink.objects.get().last_opened_at == NOON + dt.timedelta(hours=13)


def test_the_day_is_the_bank_s(cast: Cast, link: ShareLink, token: str) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(time_zone="Asia/Tokyo")
    reader = Client()
    with at(dt.datetime(2026, 11, 22, 14, 30, tzinfo=dt.UTC)):  # 23:30 in Tokyo
        enter(reader, link, token)
    with at(dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.UTC)):
        page(reader, link)
    assert counted() == (2, 2)


def test_a_link_that_was_only_asked_for_its_head_counts_for_nothing(
    link: ShareLink, token: str
) -> None:
    reader = Client()
    door(reader, token)
    assert reader.head(reverse("shared", args=[link.pk])).status_code == 200
    assert counted() == (0, 0)


def test_the_trail_keeps_nothing_of_who_read(link: ShareLink, token: str) -> None:
    reader = Client(REMOTE_ADDR="192.0.2.77", headers={"user-agent": "Kanarienvogel/1.0"})
    enter(reader, link, token)
    event = Event.objects.get(verb="shared result opened")
    assert (event.actor, event.details) == (None, {})
    rows = [*Event.objects.values(), *ShareLink.objects.values(), dict(reader.session)]
    assert [row for row in rows if "192.0.2.77" in str(row) or "Kanarien" in str(row)] == []


def test_a_browser_holds_some_links_at_most(
    cast: Cast, result: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "MOST_HELD", 3)
    reader = Client()
    links = [make_link(result, cast.lead) for _ in range(holds.MOST_HELD + 2)]
    for link, token in links:
        assert enter(reader, link, token).status_code == 200
    assert len(reader.session[holds.IN_SESSION]) == holds.MOST_HELD
    assert page(reader, links[0][0]).status_code == 410
    assert page(reader, links[-1][0]).status_code == 200


def test_what_is_shared_is_frozen(cast: Cast, result: Assessment, link: ShareLink) -> None:
    """Answers that change later change nothing behind the link."""
    SavedAnswer.objects.filter(sheet__assessment=result).update(level=5)
    assert Snapshot.objects.filter(assessment=result).exists()
    reader = Client()
    own, token = make_link(result, cast.lead)
    shown = enter(reader, own, token).context["page"]
    assert shown.scores[0].value == "50.0"
