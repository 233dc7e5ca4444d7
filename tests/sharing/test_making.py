"""The bank's side of a link: made once, listed with what became of it, revoked at any time."""

import datetime as dt
import re
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments import sweep
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Engagement,
    EngagementScope,
    EngagementState,
    Event,
    Membership,
    Role,
    ShareLink,
    User,
)
from assessments.people import leaving_services
from assessments.sharing import services
from assessments.sharing.queries import digest
from tests import factories
from tests.addresses import signed_in
from tests.conftest import Cast
from tests.sharing.links import FORM, PASSCODE, door, enter, make_link, published_round, text_of


def send(user: User, round_: Assessment, **changes: Any) -> Any:
    return signed_in(user).post(reverse("shares", args=[round_.pk]), FORM | changes)


def link_in(response: Any) -> str:
    """The address on the page that shows it once."""
    found = re.search(r'value="(http[^"]+/share/[\w-]+/)"', text_of(response))
    assert found is not None
    return found.group(1)


def listed(user: User, round_: Assessment) -> Any:
    return signed_in(user).get(reverse("shares", args=[round_.pk])).context["page"]


# ---- making ------------------------------------------------------------------------------------


def test_a_lead_makes_a_link_that_opens_the_result(cast: Cast, result: Assessment) -> None:
    url = link_in(send(cast.lead, result, days="7"))
    link = ShareLink.objects.get()
    assert (link.label, link.language, link.created_by) == ("Auditor", "en", cast.lead)
    assert (link.passcode, link.with_report, link.opened) == ("", False, 0)
    assert link.expires_at - link.created_at == dt.timedelta(days=7)
    assert door(Client(), url.split("/")[-2]).status_code == 200


def test_s19_a_link_is_shown_once_and_only_its_hash_is_kept(cast: Cast, result: Assessment) -> None:
    client = signed_in(cast.lead)
    url = reverse("shares", args=[result.pk])
    token = link_in(client.post(url, FORM)).split("/")[-2]
    link = ShareLink.objects.get()
    assert (len(token) >= 43, link.token_hash) == (True, digest(token))  # 256 bits in base 64
    assert token not in text_of(client.get(url))
    session = import_module(configured.SESSION_ENGINE).SessionStore(client.session.session_key)
    kept = [*Event.objects.values(), *ShareLink.objects.values(), *session.load().items()]
    assert [row for row in kept if token in str(row)] == []


def test_s19_no_two_tokens_are_alike(cast: Cast, result: Assessment) -> None:
    assert len({make_link(result, cast.lead)[1] for _ in range(30)}) == 30


def test_a_passcode_is_stored_as_passwords_are(cast: Cast, result: Assessment) -> None:
    send(cast.lead, result, passcode=PASSCODE)
    stored = ShareLink.objects.get().passcode
    assert (stored.startswith("argon2"), PASSCODE in stored) == (True, False)


def test_s26_the_link_leads_home_whatever_host_was_asked_for(
    cast: Cast, result: Assessment, settings: Any
) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://maturity.example"
    url = reverse("shares", args=[result.pk])
    answer = signed_in(cast.lead).post(url, FORM, headers={"host": "evil.example"})
    assert link_in(answer).startswith("https://maturity.example/share/")
    assert "evil.example" not in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 121}, "label"),
        ({"label": "Ann\u202egnp.exe"}, "label"),
        ({"label": "!!!"}, "label"),
        ({"days": ""}, "days"),
        ({"days": "366"}, "days"),
        ({"days": "other"}, "other_days"),
        ({"days": "other", "other_days": "0"}, "other_days"),
        ({"days": "other", "other_days": "366"}, "other_days"),
        ({"days": "other", "other_days": "soon"}, "other_days"),
        ({"passcode": "short"}, "passcode"),
        ({"passcode": "      a"}, "passcode"),
        ({"passcode": "x" * 65}, "passcode"),
        ({"passcode": "nul\x00nul"}, "passcode"),
    ],
)
def test_what_does_not_fit_is_named_and_no_link_is_made(
    cast: Cast, result: Assessment, changes: dict[str, str], field: str
) -> None:
    answer = send(cast.lead, result, **changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert ShareLink.objects.count() == 0


@pytest.mark.parametrize("days", ["1", "365", "۳۶۵"])
def test_any_number_of_days_up_to_a_year_is_taken(
    cast: Cast, result: Assessment, days: str
) -> None:
    assert send(cast.lead, result, days="other", other_days=days).status_code == 200
    link = ShareLink.objects.get()
    assert (link.expires_at - link.created_at).days == int(days)


def test_s13_what_the_form_does_not_ask_for_is_ignored(cast: Cast, result: Assessment) -> None:
    other = published_round(cast.other_bank, cast.outsider)
    send(cast.lead, result, assessment=str(other.pk), created_by=str(cast.outsider.pk), opened="9")
    link = ShareLink.objects.get()
    assert (link.assessment, link.created_by, link.opened) == (result, cast.lead, 0)


@pytest.mark.parametrize("status", [AssessmentStatus.OPEN, AssessmentStatus.CLOSED])
def test_only_a_published_result_is_shared(cast: Cast, status: AssessmentStatus) -> None:
    round_ = factories.make_round(cast.bank, status=status)
    page = listed(cast.lead, round_)
    assert (bool(page.why_not), page.publish_url) == (True, reverse("publish", args=[round_.pk]))
    assert listed(cast.consultant, round_).publish_url == ""
    assert send(cast.lead, round_).status_code == 422
    assert ShareLink.objects.count() == 0


def test_a_result_has_so_many_links_at_most(
    cast: Cast, result: Assessment, link: ShareLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_LINKS", 1)
    assert "Revoke one" in text_of(send(cast.lead, result))
    services.revoke(link=link, by=cast.lead, now=timezone.now())
    assert send(cast.lead, result).status_code == 200


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (EngagementScope.RESULTS, 403),
        (EngagementScope.ANSWERS, 403),
        (EngagementScope.FACILITATE, 200),
    ],
)
def test_a_consultant_shares_only_where_the_bank_lets_them_facilitate(
    cast: Cast, result: Assessment, scope: EngagementScope, status: int
) -> None:
    Engagement.objects.filter(pk=cast.engagement.pk).update(scope=scope)
    assert send(cast.consultant, result).status_code == status
    assert ShareLink.objects.count() == (status == 200)


def test_the_results_page_leads_there_for_those_who_may_share(
    cast: Cast, result: Assessment
) -> None:
    url = reverse("shares", args=[result.pk])
    shown = {
        user.email: f'href="{url}"'
        in text_of(signed_in(user).get(reverse("results", args=[result.pk])))
        for user in (cast.lead, cast.consultant, cast.respondent)
    }
    assert list(shown.values()) == [True, True, False]
    Engagement.objects.filter(pk=cast.engagement.pk).update(scope=EngagementScope.ANSWERS)
    page = text_of(signed_in(cast.consultant).get(reverse("results", args=[result.pk])))
    assert url not in page


# ---- the list ----------------------------------------------------------------------------------


def test_the_list_tells_how_each_link_stands(cast: Cast, result: Assessment) -> None:
    now = timezone.now()
    names = ("active", "expired", "revoked", "ended")
    links = {name: make_link(result, cast.lead, label=name)[0] for name in names}
    ShareLink.objects.filter(pk=links["expired"].pk).update(expires_at=now)
    services.revoke(link=links["revoked"], by=cast.lead, now=now)
    ShareLink.objects.filter(pk=links["ended"].pk).update(created_by=cast.respondent)
    rows = {row.label: row for row in listed(cast.lead, result).rows}
    assert {name: rows[name].state for name in names} == {
        "active": "Active",
        "expired": "Expired",
        "revoked": "Revoked",
        "ended": "Ended",
    }
    assert {name for name in names if rows[name].revoke_url} == {"active", "ended"}
    assert rows["ended"].detail == "who made it may no longer share"
    assert rows["active"].made.endswith("by Lena Lead")


def test_the_list_counts_openings_and_says_what_it_counts(
    cast: Cast, result: Assessment, link: ShareLink, token: str
) -> None:
    assert [row.opened for row in listed(cast.lead, result).rows] == ["not yet"]
    for _ in range(2):
        enter(Client(), link, token)
    row = listed(cast.lead, result).rows[0]
    assert (row.opened, row.last[:13]) == ("2 times", "last today at")
    page = signed_in(cast.lead).get(reverse("shares", args=[result.pk]))
    assert "each browser once a day" in text_of(page)


def test_a_consultant_sees_own_links_alone(cast: Cast, result: Assessment) -> None:
    of_lead, _ = make_link(result, cast.lead, label="Board")
    own, _ = make_link(result, cast.consultant, label="Partner")
    assert [row.label for row in listed(cast.consultant, result).rows] == ["Partner"]
    assert {row.label for row in listed(cast.lead, result).rows} == {"Board", "Partner"}
    client = signed_in(cast.consultant)
    statuses = [
        client.post(reverse("share_revoke", args=[result.pk, link.pk])).status_code
        for link in (of_lead, own)
    ]
    assert statuses == [404, 302]


def test_the_list_takes_as_many_queries_for_twenty_links_as_for_two(
    cast: Cast, result: Assessment
) -> None:
    client, url = signed_in(cast.lead), reverse("shares", args=[result.pk])
    counts: list[int] = []
    for _ in range(2):
        for place in range(2 if not counts else 18):
            make_link(result, cast.lead if place % 2 else cast.consultant)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("page", ["0", "-1", "9", "1000000000", "x"])
def test_b18_a_page_that_does_not_exist_is_refused(
    cast: Cast, result: Assessment, page: str
) -> None:
    url = reverse("shares", args=[result.pk])
    assert signed_in(cast.lead).get(url, {"page": page}).status_code == 400


# ---- revoking ----------------------------------------------------------------------------------


def test_revoking_is_asked_for_once_more_and_holds_at_once(
    cast: Cast, result: Assessment, link: ShareLink, token: str
) -> None:
    reader, lead = Client(), signed_in(cast.lead)
    assert enter(reader, link, token).status_code == 200
    url = reverse("share_revoke", args=[result.pk, link.pk])
    asked = lead.get(url)
    assert (asked.status_code, "Revoke the link for Auditor?" in text_of(asked)) == (200, True)
    assert reader.get(reverse("shared", args=[link.pk])).status_code == 200
    assert lead.post(url).headers["Location"] == reverse("shares", args=[result.pk])
    assert reader.get(reverse("shared", args=[link.pk])).status_code == 410
    assert door(Client(), token).status_code == 410
    first = ShareLink.objects.get().revoked_at
    lead.post(url)
    assert (ShareLink.objects.get().revoked_at, lead.get(url).status_code) == (first, 200)
    assert Event.objects.filter(verb="share revoked").count() == 1


def test_s6_a_foreign_link_is_not_to_be_had_through_an_own_round(
    cast: Cast, result: Assessment
) -> None:
    other = published_round(cast.other_bank, cast.outsider)
    foreign, token = make_link(other, cast.outsider)
    client = signed_in(cast.lead)
    for round_ in (result, other):
        url = reverse("share_revoke", args=[round_.pk, foreign.pk])
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    assert door(Client(), token).status_code == 200


# ---- what ended stays ended --------------------------------------------------------------------


def engagement_ends(cast: Cast) -> None:
    Engagement.objects.filter(pk=cast.engagement.pk).update(state=EngagementState.ENDED)


def engagement_begins_anew(cast: Cast) -> None:
    Engagement.objects.filter(pk=cast.engagement.pk).update(state=EngagementState.ACCEPTED)


def test_a_link_does_not_come_back_to_life_with_a_new_engagement(
    cast: Cast, result: Assessment
) -> None:
    _, kept = make_link(result, cast.lead)
    link, token = make_link(result, cast.consultant)
    assert services.end_left_behind(timezone.now()) == 0
    engagement_ends(cast)
    assert door(Client(), token).status_code == 410
    assert [swept.things for swept in sweep.run(timezone.now(), ["shares"])] == [1]
    engagement_begins_anew(cast)
    assert [door(Client(), one).status_code for one in (token, kept)] == [410, 200]
    link.refresh_from_db()
    event = Event.objects.get(verb="share ended")
    assert (link.revoked_at is not None, event.actor, event.target) == (
        True,
        None,
        f"share:{link.pk}",
    )


def test_links_end_for_good_with_a_closing_that_is_cancelled(
    cast: Cast, result: Assessment, token: str
) -> None:
    now = timezone.now()
    leaving_services.close_organisation(organisation=cast.bank, by=cast.lead, now=now)
    assert door(Client(), token).status_code == 410
    services.end_left_behind(now)
    leaving_services.cancel_closing(organisation=cast.bank, by=cast.lead)
    assert door(Client(), token).status_code == 410


def test_a_link_whose_maker_was_erased_ends_too(
    cast: Cast, result: Assessment, link: ShareLink, token: str
) -> None:
    ShareLink.objects.filter(pk=link.pk).update(created_by=None)
    assert door(Client(), token).status_code == 410
    assert services.end_left_behind(timezone.now()) == 1
    assert [row.made[:7] for row in listed(cast.lead, result).rows] == ["made on"]


# ---- the trail ---------------------------------------------------------------------------------


def test_s41_making_opening_and_revoking_are_in_the_trail_in_plain_words(
    cast: Cast, result: Assessment
) -> None:
    url = link_in(send(cast.lead, result))
    link = ShareLink.objects.get()
    enter(Client(), link, url.split("/")[-2])
    signed_in(cast.lead).post(reverse("share_revoke", args=[result.pk, link.pk]))
    page = (
        signed_in(cast.lead)
        .get(reverse("trail", args=[cast.bank.pk]), {"kind": "results"})
        .context["page"]
    )
    told = [(line.who, line.what.split(";")[0], line.about) for line in page.lines[:3]]
    assert told == [
        ("Lena Lead", "revoked a link to the result", "Auditor"),
        ("Somebody with a link", "opened the result", "Auditor"),
        ("Lena Lead", "made a link to the result", "Auditor"),
    ]
    details = str(list(Event.objects.values_list("details", flat=True)))
    assert ("Auditor" in details, "Lena" in details) == (False, False)


# ---- who may still share -----------------------------------------------------------------------


def test_who_made_a_link_is_judged_as_everywhere(cast: Cast, result: Assessment) -> None:
    """Member before consultant; assigned or the firm's admin; active; scope; both sides open."""
    tokens = {
        user.email: make_link(result, user)[1]
        for user in (cast.lead, cast.consultant, cast.admin, cast.idle, cast.reviewer)
    }

    def alive() -> list[str]:
        return [
            email.split("@")[0]
            for email, token in tokens.items()
            if door(Client(), token).status_code == 200
        ]

    assert alive() == ["lead", "consultant", "admin"]
    factories.add_member(cast.bank, cast.admin)  # a respondent of the bank, and judged as one
    assert alive() == ["lead", "consultant"]
    Membership.objects.filter(organisation=cast.bank, user=cast.lead).update(role=Role.REVIEWER)
    assert alive() == ["consultant"]
    User.objects.filter(pk=cast.consultant.pk).update(is_active=False)
    assert alive() == []
    User.objects.filter(pk=cast.consultant.pk).update(is_active=True)
    cast.firm.closing_on = dt.date(2027, 1, 1)
    cast.firm.save()
    assert alive() == []
