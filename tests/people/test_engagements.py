"""A firm asks, a bank decides, and both see what the other may see."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import outbox
from assessments.access import scope
from assessments.access.roles import Permission
from assessments.models import (
    Assessment,
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Event,
    Mail,
    MailState,
    Organisation,
    Role,
    User,
)
from assessments.people import engagement_services as services
from tests import factories
from tests.conftest import Cast

Counting = Callable[[int], AbstractContextManager[Any]]
MESSAGE = "We know your market.\r\nTwo people, six weeks."


@pytest.fixture
def newcomer(cast: Cast) -> Organisation:
    """A firm that works with nobody yet; its admin is nina@."""
    return factories.make_firm(factories.make_user("nina@reef.example", name="Nina"), name="Reef")


@pytest.fixture
def nina(newcomer: Organisation) -> User:
    return newcomer.memberships.get().user


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, firm: Organisation, **data: str) -> Any:
    asked = {"email": "lead@norvane.example", "scope": "3", "message": MESSAGE} | data
    return client.post(reverse("engagement_ask", args=[firm.pk]), asked)


def requested(cast: Cast, newcomer: Organisation, nina: User) -> Engagement:
    ask(as_(nina), newcomer)
    return Engagement.objects.get(firm=newcomer, bank=cast.bank)


def send_all() -> list[str]:
    """Send what waits; the subjects."""
    mail.outbox.clear()
    for pk in outbox.due(timezone.now()):
        outbox.send(pk)
    return [str(letter.subject) for letter in mail.outbox]


def do(user: User, name: str, engagement: Engagement, **data: Any) -> Any:
    return as_(user).post(reverse(name, args=[engagement.pk]), data, follow=True)


# ---- asking ------------------------------------------------------------------------------------


def test_a_request_lies_before_every_bank_of_the_lead_and_opens_nothing(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    second = factories.make_bank(cast.lead, name="Second Bank")
    assert ask(as_(nina), newcomer).status_code == 302
    rows = Engagement.objects.filter(firm=newcomer).order_by("bank__name")
    assert [(row.bank, row.state, row.asked_scope, row.message) for row in rows] == [
        (bank, "requested", 3, "We know your market. Two people, six weeks.")
        for bank in (cast.bank, second)
    ]
    assert as_(nina).get(reverse("bank", args=[cast.bank.pk])).status_code == 404
    page = as_(cast.lead).get(reverse("consultants", args=[second.pk])).context["page"]
    assert [(one.firm, one.kind) for one in page.requests] == [("Reef", "request")]


def test_s22_asking_shows_the_same_for_a_lead_a_member_and_nobody(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    shown = []
    for address in ("lead@norvane.example", "respondent@norvane.example", "nobody@x.example"):
        answer = ask(as_(nina), newcomer, email=address)
        page = as_(nina).get(answer.headers["Location"]).context["page"]
        row = next(row for row in page.requests if row.email == address)
        shown.append((answer.status_code, row.scope, row.asked, len(page.clients)))
    assert len(set(shown)) == 1
    assert Engagement.objects.filter(firm=newcomer).count() == 1


def test_s22_until_a_bank_accepts_the_firm_s_pages_name_no_bank(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    for name in ("firm", "firm_engagements"):
        page = as_(nina).get(reverse(name, args=[newcomer.pk])).content.decode()
        assert cast.bank.name not in page
    for name in ("engagement", "engagement_give_up"):
        assert as_(nina).get(reverse(name, args=[engagement.pk])).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "no-address",
        "",
        "x" * 290 + "@b.example",
    ],
)
def test_b15_one_well_formed_address_is_asked_at_a_time(
    newcomer: Organisation, nina: User, address: str
) -> None:
    answer = ask(as_(nina), newcomer, email=address)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["email"]
    assert answer.context["form"]["message"].value() == MESSAGE
    assert EngagementRequest.objects.count() == 0


def test_an_address_that_did_not_answer_is_not_asked_twice_whatever_its_case(
    newcomer: Organisation, nina: User
) -> None:
    ask(as_(nina), newcomer)
    again = ask(as_(nina), newcomer, email="LEAD@norvane.example")
    assert (again.status_code, EngagementRequest.objects.count()) == (422, 1)
    assert again.context["form"].errors["email"] == [
        "You wait for an answer from this address already."
    ]


def test_a_firm_waits_for_a_bounded_number_of_answers(
    newcomer: Organisation, nina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_WAITING", 1)
    ask(as_(nina), newcomer, email="one@x.example")
    assert ask(as_(nina), newcomer, email="two@x.example").status_code == 422


def test_a_request_taken_back_is_gone_from_the_bank(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    asked = EngagementRequest.objects.get()
    as_(nina).post(reverse("engagement_withdraw", args=[asked.pk]))
    page = as_(cast.lead).get(reverse("consultants", args=[cast.bank.pk])).context["page"]
    assert page.requests == ()
    do(cast.lead, "engagement_accept", engagement, scope="1")
    engagement.refresh_from_db()
    assert engagement.state == EngagementState.ENDED
    assert as_(nina).get(reverse("engagement", args=[engagement.pk])).status_code == 404


def test_a_bank_that_works_with_the_firm_already_is_not_asked_again(cast: Cast) -> None:
    ask(as_(cast.admin), cast.firm)
    assert Engagement.objects.filter(firm=cast.firm).count() == 1
    assert send_all() == []


# ---- deciding ----------------------------------------------------------------------------------


def test_the_lead_accepts_less_than_was_asked_for(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    do(cast.lead, "engagement_accept", engagement, scope="1")
    engagement.refresh_from_db()
    assert (engagement.state, engagement.scope, engagement.answers_from) == ("accepted", 1, None)
    page = as_(nina).get(reverse("firm_engagements", args=[newcomer.pk])).context["page"]
    assert [(row.name, row.scope) for row in page.clients] == [("Norvane Bank", "Results only")]
    assert page.requests == ()
    assert as_(nina).get(reverse("bank", args=[cast.bank.pk])).status_code == 200


def test_more_than_was_asked_for_cannot_be_accepted(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    ask(as_(nina), newcomer, scope="1")
    engagement = Engagement.objects.get(firm=newcomer)
    answer = do(cast.lead, "engagement_accept", engagement, scope="3")
    assert answer.status_code == 422
    with pytest.raises(services.OutOfDateError):
        services.accept(
            engagement=engagement,
            scope=EngagementScope.FACILITATE,
            by=cast.lead,
            now=timezone.now(),
        )
    engagement.refresh_from_db()
    assert engagement.state == EngagementState.REQUESTED


def test_answers_open_from_the_moment_of_acceptance_and_anew_after_a_narrowing(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    moments = [factories.MOMENT + dt.timedelta(days=day) for day in range(3)]
    services.accept(
        engagement=engagement, scope=EngagementScope.ANSWERS, by=cast.lead, now=moments[0]
    )
    services.ask_for_more(
        engagement=engagement, scope=EngagementScope.FACILITATE, message="", by=nina
    )
    services.widen(
        engagement=engagement, scope=EngagementScope.FACILITATE, by=cast.lead, now=moments[1]
    )
    engagement.refresh_from_db()
    assert engagement.answers_from == moments[0]
    services.narrow(engagement=engagement, scope=EngagementScope.RESULTS, by=cast.lead)
    engagement.refresh_from_db()
    assert (engagement.scope, engagement.answers_from) == (1, moments[0])
    services.ask_for_more(engagement=engagement, scope=EngagementScope.ANSWERS, message="", by=nina)
    services.widen(
        engagement=engagement, scope=EngagementScope.ANSWERS, by=cast.lead, now=moments[2]
    )
    engagement.refresh_from_db()
    assert (engagement.scope, engagement.answers_from) == (2, moments[2])


def test_a_wider_scope_needs_the_firm_s_request_and_the_lead_s_yes(cast: Cast) -> None:
    do(cast.lead, "engagement_narrow", cast.engagement, scope="1")
    do(cast.lead, "engagement_widen", cast.engagement, scope="2")
    cast.engagement.refresh_from_db()
    assert cast.engagement.scope == EngagementScope.RESULTS
    do(cast.admin, "engagement_more", cast.engagement, scope="3", message="")
    page = as_(cast.lead).get(reverse("consultants", args=[cast.bank.pk])).context["page"]
    assert [one.kind for one in page.requests] == ["more"]
    cast.engagement.refresh_from_db()
    assert cast.engagement.scope == EngagementScope.RESULTS
    do(cast.lead, "engagement_widen", cast.engagement, scope="2")
    cast.engagement.refresh_from_db()
    assert (cast.engagement.scope, cast.engagement.asked_scope) == (2, 2)


def test_declining_more_leaves_the_engagement_as_it_is(cast: Cast) -> None:
    do(cast.lead, "engagement_narrow", cast.engagement, scope="1")
    do(cast.admin, "engagement_more", cast.engagement, scope="2", message="")
    do(cast.lead, "engagement_decline", cast.engagement)
    cast.engagement.refresh_from_db()
    assert (cast.engagement.state, cast.engagement.scope, cast.engagement.asked_scope) == (
        "accepted",
        1,
        1,
    )
    do(cast.lead, "engagement_decline", cast.engagement)
    cast.engagement.refresh_from_db()
    assert cast.engagement.state == EngagementState.ACCEPTED


def test_a_declined_firm_learns_the_address_not_the_bank(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    send_all()
    do(cast.lead, "engagement_decline", engagement)
    assert send_all() == ["Your request was declined"]
    body = str(mail.outbox[0].body) + str(mail.outbox[0].alternatives[0][0])  # type: ignore[union-attr]  # a letter with two bodies
    assert ("lead@norvane.example" in body, cast.bank.name in body) == (True, False)
    assert mail.outbox[0].to == [nina.email]


def test_a_narrowed_firm_loses_at_the_next_request(cast: Cast, round_: Assessment) -> None:
    do(cast.lead, "engagement_narrow", cast.engagement, scope="1")
    assert scope.still_may(cast.consultant, round_, Permission.VIEW_RESULTS)
    assert not scope.still_may(cast.consultant, round_, Permission.VIEW_ANSWERS)
    assert not scope.still_may(cast.consultant, round_, Permission.SETTLE)


@pytest.mark.parametrize(("person", "name"), [("lead", "revoke"), ("admin", "give_up")])
def test_s10_ending_asks_once_more_then_closes_the_bank_on_the_next_request(
    cast: Cast, round_: Assessment, person: str, name: str
) -> None:
    consultant = as_(cast.consultant)
    url = reverse("round", args=[round_.pk])
    assert consultant.get(url).status_code == 200
    user = getattr(cast, person)
    asked = as_(user).get(reverse(f"engagement_{name}", args=[cast.engagement.pk]))
    assert (asked.status_code, consultant.get(url).status_code) == (200, 200)
    do(user, f"engagement_{name}", cast.engagement)
    for somebody in (consultant, as_(cast.admin)):
        assert somebody.get(url).status_code == 404
    page = as_(cast.admin).get(reverse("firm_engagements", args=[cast.firm.pk])).context["page"]
    assert page.clients == ()


def test_what_somebody_else_decided_meanwhile_is_said(cast: Cast) -> None:
    do(cast.admin, "engagement_give_up", cast.engagement)
    for name, data in (("narrow", {"scope": "1"}), ("revoke", {}), ("decline", {})):
        answer = do(cast.lead, f"engagement_{name}", cast.engagement, **data)
        said = [str(message) for message in answer.context["messages"]]
        assert said == ["Somebody changed this engagement meanwhile. Nothing was done; look again."]


# ---- the firm's people -------------------------------------------------------------------------


def test_assigned_consultants_see_the_client_and_the_bank_sees_their_names(cast: Cast) -> None:
    do(cast.admin, "engagement_assign", cast.engagement, people=[cast.idle.pk])
    url = reverse("bank", args=[cast.bank.pk])
    assert [as_(p).get(url).status_code for p in (cast.idle, cast.consultant)] == [200, 404]
    page = as_(cast.lead).get(reverse("consultants", args=[cast.bank.pk])).context["page"]
    assert [one.consultants for one in page.engagements] == [("Ida Idle",)]


def test_s7_one_foreign_person_among_those_assigned_refuses_all(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    before = list(cast.engagement.assignments.values_list("user", flat=True))
    for foreign in (cast.outsider.pk, nina.pk, cast.lead.pk, 10**6, cast.admin.pk):
        answer = do(
            cast.admin, "engagement_assign", cast.engagement, people=[cast.idle.pk, foreign]
        )
        assert answer.status_code == 422
        with pytest.raises(services.NotOfTheFirmError):
            services.assign(
                engagement=cast.engagement, people=[cast.idle.pk, foreign], by=cast.admin
            )
    assert list(cast.engagement.assignments.values_list("user", flat=True)) == before


def test_s8_an_empty_or_omitted_list_takes_everybody_off_and_is_still_judged(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    foreign = factories.make_engagement(cast.other_bank, newcomer)
    bodies: list[dict[str, Any]] = [{}, {"people": ""}, {"people": []}]
    for data in bodies:
        url = reverse("engagement_assign", args=[foreign.pk])
        assert as_(cast.admin).post(url, data).status_code == 404
        url = reverse("engagement_assign", args=[cast.engagement.pk])
        assert as_(cast.consultant).post(url, data).status_code == 403
    assert cast.engagement.assignments.count() == 1
    do(cast.admin, "engagement_assign", cast.engagement)
    assert cast.engagement.assignments.count() == 0


def test_s9_nobody_of_a_firm_attaches_a_bank_that_did_not_accept(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    for name, data in (
        ("accept", {"scope": "3"}),
        ("widen", {"scope": "3"}),
        ("assign", {"people": [nina.pk]}),
        ("more", {"scope": "3"}),
    ):
        assert do(nina, f"engagement_{name}", engagement, **data).status_code == 404
    for name in ("accept", "widen", "narrow", "decline", "revoke"):
        answer = do(cast.admin, f"engagement_{name}", cast.engagement, scope="3")
        assert answer.status_code == 403
    engagement.refresh_from_db()
    cast.engagement.refresh_from_db()
    assert (engagement.state, cast.engagement.state) == ("requested", "accepted")


def test_s13_what_a_form_does_not_ask_for_changes_nothing(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    extra = {
        "state": "accepted",
        "bank": str(cast.bank.pk),
        "bank_id": str(cast.bank.pk),
        "scope_granted": "3",
        "answers_from": "2020-01-01",
    }
    ask(as_(nina), newcomer, scope="1", **extra)
    engagement = Engagement.objects.get(firm=newcomer)
    assert (engagement.state, engagement.asked_scope, engagement.answers_from) == (
        "requested",
        1,
        None,
    )


# ---- letters -----------------------------------------------------------------------------------


def test_each_step_tells_the_other_side_in_text_and_html(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    assert send_all() == ["Reef asks to work with your bank"]
    letter = mail.outbox[0]
    html = str(letter.alternatives[0][0])  # type: ignore[union-attr]  # a letter with two bodies
    link = reverse("consultants", args=[cast.bank.pk])
    assert letter.to == [cast.lead.email]
    assert all(link in body and MESSAGE[:10] not in body for body in (str(letter.body), html))
    do(cast.lead, "engagement_accept", engagement, scope="1")
    do(nina, "engagement_more", engagement, scope="3")
    do(cast.lead, "engagement_widen", engagement, scope="3")
    do(cast.lead, "engagement_narrow", engagement, scope="2")
    assert sorted(send_all()) == [
        "Norvane Bank accepted your request",
        "Norvane Bank opened more to you",
        "Norvane Bank opens less to you",
        "Reef asks to see more",
    ]
    do(cast.lead, "engagement_revoke", engagement)
    assert send_all() == ["Norvane Bank ended your engagement"]
    do(cast.admin, "engagement_give_up", cast.engagement)
    assert send_all() == ["Harbour Consulting ended its engagement"]


def test_s10_letters_to_whoever_lost_access_meanwhile_are_dropped(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    do(cast.lead, "engagement_accept", engagement, scope="1")  # the request needs no letter now
    do(cast.lead, "engagement_revoke", engagement)
    assert send_all() == ["Norvane Bank ended your engagement"]
    again = factories.make_engagement(cast.bank, newcomer)
    do(cast.lead, "engagement_narrow", again, scope="1")
    newcomer.memberships.all().delete()
    assert send_all() == []
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT, MailState.DROPPED}


def test_s35_a_line_break_in_a_name_makes_no_mail_header(cast: Cast, nina: User) -> None:
    Organisation.objects.filter(memberships__user=nina).update(name="Reef\r\nBcc: x@y.example")
    firm = Organisation.objects.get(memberships__user=nina)
    ask(as_(nina), firm)
    assert send_all() == ["Reef Bcc: x@y.example asks to work with your bank"]
    assert mail.outbox[0].bcc == []


# ---- trails ------------------------------------------------------------------------------------


def test_s41_every_step_stands_in_both_trails_without_the_bank_s_people_in_the_firm_s(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    do(cast.lead, "engagement_accept", engagement, scope="2")
    do(nina, "engagement_assign", engagement)
    do(nina, "engagement_more", engagement, scope="3")
    do(cast.lead, "engagement_decline", engagement)
    do(cast.lead, "engagement_narrow", engagement, scope="1")
    do(cast.lead, "engagement_revoke", engagement)
    rows = Event.objects.filter(verb__startswith="engagement").order_by("pk")
    steps = ["accepted", "more asked", "more declined", "narrowed", "ended"]
    in_bank = rows.filter(organisation=cast.bank)
    in_firm = rows.filter(organisation=newcomer)
    assert [row.verb for row in in_bank] == [f"engagement {step}" for step in ["requested", *steps]]
    assert [row.verb for row in in_firm] == [f"engagement {step}" for step in ["asked", *steps]]
    assert {row.actor for row in in_firm} == {nina.pk, None}
    written = str([row.details for row in rows])
    assert not [name for name in ("Norvane", "Reef", "norvane.example") if name in written]


def test_both_sides_read_the_history_in_words(
    cast: Cast, newcomer: Organisation, nina: User
) -> None:
    engagement = requested(cast, newcomer, nina)
    do(cast.lead, "engagement_accept", engagement, scope="2")
    of_bank = as_(cast.lead).get(reverse("consultants", args=[cast.bank.pk])).context["page"]
    assert [(line.party, line.text) for line in of_bank.history.lines] == [
        ("Reef", "Lena Lead accepted the engagement: Results and answers."),
        ("Reef", "Nina asked for: Results, answers and facilitating."),
    ]
    of_firm = as_(nina).get(reverse("engagement", args=[engagement.pk])).context["page"]
    assert [line.text for line in of_firm.history.lines] == [
        "Norvane Bank accepted the engagement: Results and answers."
    ]


# ---- the firm's engagements --------------------------------------------------------------------


def many_clients(cast: Cast, count: int) -> None:
    """Banks that the consultant works for."""
    for number in range(count):
        lead = factories.make_user(f"lead{number}@many.example")
        bank = factories.make_bank(lead, name=f"Bank {number:03}")
        factories.make_engagement(bank, cast.firm, cast.consultant)


def test_the_admin_reads_who_works_for_which_client(cast: Cast) -> None:
    factories.make_engagement(cast.other_bank, cast.firm)
    page = as_(cast.admin).get(reverse("firm_engagements", args=[cast.firm.pk])).context["page"]
    assert [(row.name, row.consultants) for row in page.clients] == [
        ("Norvane Bank", ("Carl Consultant",)),
        ("Other Bank", ()),
    ]


def test_the_list_of_engagements_has_pages(cast: Cast) -> None:
    many_clients(cast, 30)
    client = as_(cast.admin)
    first = client.get(reverse("firm_engagements", args=[cast.firm.pk])).context["page"]
    assert (len(first.clients), first.pages.words) == (25, "Page 1 of 2")
    second = client.get(first.pages.after).context["page"]
    assert [row.name for row in second.clients][-1] == "Norvane Bank"


def test_who_no_longer_works_for_a_client_no_longer_answers_for_it(cast: Cast) -> None:
    Engagement.objects.update(responsible=cast.consultant)
    services.assign(engagement=cast.engagement, people=[cast.idle.pk], by=cast.admin)
    cast.engagement.refresh_from_db()
    assert cast.engagement.responsible is None


@pytest.mark.parametrize("number", ["-1", "0", "2", "1000000000", "x"])
def test_b18_a_page_of_history_beyond_reach_is_a_bad_request(cast: Cast, number: str) -> None:
    for person, name, pk in (
        (cast.lead, "consultants", cast.bank.pk),
        (cast.admin, "engagement", cast.engagement.pk),
        (cast.admin, "firm_engagements", cast.firm.pk),
    ):
        assert as_(person).get(f"{reverse(name, args=[pk])}?page={number}").status_code == 400


def test_twenty_five_clients_cost_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: Counting
) -> None:
    client = as_(cast.admin)
    url = reverse("firm_engagements", args=[cast.firm.pk])
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)
    many_clients(cast, 24)
    with django_assert_num_queries(7):
        assert len(client.get(url).context["page"].clients) == 25


def test_twelve_firms_cost_a_bank_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: Counting
) -> None:
    client = as_(cast.lead)
    url = reverse("consultants", args=[cast.bank.pk])
    do(cast.lead, "engagement_narrow", cast.engagement, scope="1")
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)
    for number in range(11):
        admin = factories.make_user(f"a{number}@firms.example", name=f"Admin {number}")
        firm = factories.make_firm(admin, name=f"Firm {number:02}")
        consultant = factories.make_user(f"c{number}@firms.example")
        factories.add_member(firm, consultant, Role.CONSULTANT)
        made = factories.make_engagement(cast.bank, firm, consultant)
        services.narrow(engagement=made, scope=EngagementScope.ANSWERS, by=cast.lead)
    with django_assert_num_queries(9):
        assert len(client.get(url).context["page"].engagements) == 12


def test_a_firm_is_no_bank_and_a_bank_no_firm(cast: Cast) -> None:
    admin, lead = as_(cast.admin), as_(cast.lead)
    for name in ("bank", "bank_profile", "round_new", "consultants"):
        assert admin.get(reverse(name, args=[cast.firm.pk])).status_code == 404
    for name in ("firm", "firm_engagements", "engagement_ask"):
        assert lead.get(reverse(name, args=[cast.bank.pk])).status_code == 404
        assert admin.get(reverse(name, args=[cast.bank.pk])).status_code == 404


def test_a_firm_that_is_leaving_sees_no_client(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.firm.pk).update(closing_on=dt.date(2027, 1, 1))
    page = as_(cast.admin).get(reverse("firm", args=[cast.firm.pk])).context["page"]
    assert (page.leaving, page.rows, page.ask_url) == (True, "", "")
    bank = as_(cast.lead).get(reverse("consultants", args=[cast.bank.pk])).context["page"]
    assert bank.engagements == ()


def test_a_consultant_who_may_not_do_this_learns_whom_to_ask(cast: Cast) -> None:
    """In the firm its admin, in a client's bank the lead."""
    client = as_(cast.consultant)
    for name, pk, who in (
        ("engagement_ask", cast.firm.pk, "Ada Admin"),
        ("consultants", cast.bank.pk, "Lena Lead"),
    ):
        answer = client.get(reverse(name, args=[pk]))
        assert (answer.status_code, answer.context["page"].people) == (403, (who,))
