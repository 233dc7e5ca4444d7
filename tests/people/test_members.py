"""Roles, reminders, removal, leaving, several organisations, and the page about roles."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.access.refusals import NotPermittedError
from assessments.access.roles import GRANTS, SCOPE_GRANTS, Permission
from assessments.models import (
    Assessment,
    Assignment,
    EngagementScope,
    Event,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    SheetStatus,
)
from assessments.people import member_services, services
from assessments.people.countries import only_zone_of, time_zones
from assessments.people.role_words import WORDS, roles_page
from tests import factories
from tests.conftest import Cast
from tests.people.links import deliver
from tests.people.test_accounts import sign_up

Counting = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def role_of(cast: Cast, person: str) -> str:
    return Membership.objects.get(user=getattr(cast, person)).role


def change(client: Client, membership: Membership, role: str, seen: str = "") -> Any:
    url = reverse("member", args=[membership.organisation_id, membership.pk])
    return client.post(url, {"role": role, "seen": seen or membership.role})


# ---- the list ----------------------------------------------------------------------------------


def test_the_lead_sees_how_far_each_member_is_and_no_answer(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    round_.sheets.filter(respondent=cast.respondent).update(sections=["RSK"], function="risk")
    sheet = round_.sheets.get(respondent=cast.respondent)
    factories.fill_sheet(sheet, {"RSK.A1": 5, "RSK.A2": "DK", "CAP.A1": 4})
    sheet.answers.filter(item="CAP.A1").delete()
    sheet.answers.filter(item="RSK.A1").update(note="a secret note")
    answer = lead.get(reverse("people", args=[cast.bank.pk]))
    rows = {row.name: row for row in answer.context["page"].members}
    row = rows["Rolf Respondent"]
    assert (row.role, row.function, row.sections, row.status) == (
        "Respondent",
        "Risk",
        "Risk",
        "2 of 9",
    )
    assert (rows["Lena Lead"].status, rows["Lena Lead"].me) == ("0 of 54", True)
    assert rows["Rita Reviewer"].status == "Not asked"
    assert "a secret note" not in answer.content.decode()


def test_a_page_of_members_holds_twenty_five(lead: Client, cast: Cast) -> None:
    for place in range(30):
        factories.add_member(cast.bank, factories.make_user(f"m{place:02}@bank.example"))
    url = reverse("people", args=[cast.bank.pk])
    sizes = [len(lead.get(url, {"page": n}).context["page"].members) for n in (1, 2)]
    assert sizes == [25, 8]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "0"},
        {"page": "1000000000"},
        {"page": "2"},
        {"page": "1.5"},
        {"page": "۱"},
        {"invited": "x"},
        {"answers__user__email": "a"},
        {"_connector": "OR"},
        {"order": "name"},
    ],
)
def test_b18_b19_pages_and_keys_that_do_not_exist_are_refused(
    lead: Client, cast: Cast, query: dict[str, str]
) -> None:
    assert lead.get(reverse("people", args=[cast.bank.pk]), query).status_code == 400


def test_a_firm_s_list_speaks_of_no_questionnaire(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    answer = client.get(reverse("people", args=[cast.firm.pk]))
    page = answer.context["page"]
    assert [row.role for row in page.members] == ["Firm admin", "Consultant", "Consultant"]
    assert (page.remind_url, page.round, page.start_url) == ("", "", "")
    assert "Status" not in answer.content.decode().split("Invitations")[0]


# ---- roles -------------------------------------------------------------------------------------


def test_a_role_is_changed_and_the_change_recorded(lead: Client, cast: Cast) -> None:
    membership = cast.bank.memberships.get(user=cast.respondent)
    assert change(lead, membership, "reviewer").status_code == 302
    assert role_of(cast, "respondent") == Role.REVIEWER
    event = Event.objects.get(verb="changed role")
    assert (event.target, event.details) == (
        f"member:{cast.respondent.pk}",
        {"before": "respondent", "after": "reviewer"},
    )


@pytest.mark.parametrize("person", ["reviewer", "respondent"])
def test_s12_nobody_raises_their_own_role(client: Client, cast: Cast, person: str) -> None:
    client.force_login(getattr(cast, person))
    membership = cast.bank.memberships.get(user=getattr(cast, person))
    before = role_of(cast, person)
    assert change(client, membership, "lead").status_code == 403
    with pytest.raises(NotPermittedError):
        member_services.change_role(
            membership=membership,
            role=Role.LEAD,
            seen=membership.role,
            by=getattr(cast, person),
            now=timezone.now(),
        )
    assert role_of(cast, person) == before


@pytest.mark.parametrize("person", ["consultant", "idle"])
def test_s12_a_consultant_does_not_become_admin(client: Client, cast: Cast, person: str) -> None:
    client.force_login(getattr(cast, person))
    membership = cast.firm.memberships.get(user=getattr(cast, person))
    assert change(client, membership, "admin").status_code == 403
    assert role_of(cast, person) == Role.CONSULTANT


@pytest.mark.parametrize(("role", "status"), [("admin", 422), ("consultant", 422), ("x", 422)])
def test_s12_no_role_of_another_kind_can_be_given(
    lead: Client, cast: Cast, role: str, status: int
) -> None:
    membership = cast.bank.memberships.get(user=cast.respondent)
    assert change(lead, membership, role).status_code == status
    with pytest.raises(ValueError, match="admin"):
        member_services.change_role(
            membership=membership,
            role=Role.ADMIN,
            seen="respondent",
            by=cast.lead,
            now=timezone.now(),
        )
    assert role_of(cast, "respondent") == Role.RESPONDENT


def test_s12_the_last_lead_is_neither_lowered_nor_removed_nor_leaves(
    lead: Client, cast: Cast
) -> None:
    membership = cast.bank.memberships.get(user=cast.lead)
    answers = [
        change(lead, membership, "respondent"),
        lead.post(reverse("member_remove", args=[cast.bank.pk, membership.pk])),
        lead.post(reverse("leave", args=[cast.bank.pk])),
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    for answer in answers:
        assert "Make somebody else a lead first." in answer.content.decode()
    assert role_of(cast, "lead") == Role.LEAD
    assert not Event.objects.exists()


def test_s12_the_last_admin_of_a_firm_stays(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    membership = cast.firm.memberships.get(user=cast.admin)
    answer = client.post(reverse("member_remove", args=[cast.firm.pk, membership.pk]))
    assert (answer.status_code, role_of(cast, "admin")) == (422, Role.ADMIN)


def test_of_two_leads_one_may_step_down(lead: Client, cast: Cast) -> None:
    other = cast.bank.memberships.get(user=cast.reviewer)
    change(lead, other, "lead")
    own = cast.bank.memberships.get(user=cast.lead)
    assert change(lead, own, "respondent").status_code == 302
    assert lead.get(reverse("people", args=[cast.bank.pk])).status_code == 403


def test_a_role_that_changed_meanwhile_is_not_overwritten(lead: Client, cast: Cast) -> None:
    membership = cast.bank.memberships.get(user=cast.respondent)
    answer = change(lead, membership, "lead", seen="reviewer")
    assert (answer.status_code, role_of(cast, "respondent")) == (422, Role.RESPONDENT)
    assert "to Respondent meanwhile" in answer.content.decode()


def test_s13_a_form_with_more_fields_changes_nothing_more(lead: Client, cast: Cast) -> None:
    membership = cast.bank.memberships.get(user=cast.respondent)
    url = reverse("member", args=[cast.bank.pk, membership.pk])
    more = {"user": cast.outsider.pk, "organisation": cast.other_bank.pk, "pk": 1}
    lead.post(url, {"role": "reviewer", "seen": "respondent"} | more)
    membership.refresh_from_db()
    assert (membership.user, membership.organisation, membership.role) == (
        cast.respondent,
        cast.bank,
        Role.REVIEWER,
    )


# ---- removal and leaving -----------------------------------------------------------------------


def test_a_removed_member_is_a_stranger_and_the_answers_stay(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    sheet = round_.sheets.get(respondent=cast.respondent)
    factories.fill_sheet(sheet, factories.whole_sheet())
    sheet.status = SheetStatus.SUBMITTED
    sheet.save()
    theirs = Client()
    theirs.force_login(cast.respondent)
    assert theirs.get(reverse("bank", args=[cast.bank.pk])).status_code == 200
    membership = cast.bank.memberships.get(user=cast.respondent)
    url = reverse("member_remove", args=[cast.bank.pk, membership.pk])
    assert "Remove Rolf Respondent?" in lead.get(url).content.decode()
    assert lead.post(url).status_code == 302
    for name, ids in (("bank", [cast.bank.pk]), ("round", [round_.pk])):
        assert theirs.get(reverse(name, args=ids)).status_code == 404
    sheet.refresh_from_db()
    assert (sheet.respondent, sheet.function, sheet.answers.count()) == (None, "executive", 54)
    assert Event.objects.filter(verb="removed member").count() == 1


def test_an_empty_sheet_goes_with_its_member(lead: Client, cast: Cast, round_: Assessment) -> None:
    membership = cast.bank.memberships.get(user=cast.respondent)
    lead.post(reverse("member_remove", args=[cast.bank.pk, membership.pk]))
    assert list(round_.sheets.values_list("respondent", flat=True)) == [cast.lead.pk]


def test_who_is_removed_while_answering_is_told_in_plain_words(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    theirs = Client()
    theirs.force_login(cast.respondent)
    membership = cast.bank.memberships.get(user=cast.respondent)
    lead.post(reverse("member_remove", args=[cast.bank.pk, membership.pk]))
    answer = theirs.post(
        reverse("answer", args=[round_.pk, "RSK.U1"]),
        {"answer": 4, "version": 0, "client_id": "5f0c2f0e-6d4e-4d8b-9a53-0c9b1c2d3e4f"},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["gone"]) == (404, True)
    assert "stays on this page" in answer.json()["error"]


def test_a_removed_lead_leaves_no_way_in_behind(lead: Client, cast: Cast) -> None:
    other = cast.bank.memberships.get(user=cast.reviewer)
    factories.add_second_factor(cast.reviewer)
    change(lead, other, "lead")
    back_door = factories.make_invitation(
        cast.bank, email="second@me.example", role=Role.LEAD, by=cast.lead
    )
    harmless = factories.make_invitation(cast.bank, email="colleague@bank.example", by=cast.lead)
    second = Client()
    second.force_login(cast.reviewer)
    first = cast.bank.memberships.get(user=cast.lead)
    second.post(reverse("member_remove", args=[cast.bank.pk, first.pk]))
    assert [
        Invitation.objects.get(pk=row.pk).revoked_at is None for row in (back_door, harmless)
    ] == [False, True]


def test_a_removed_consultant_loses_the_client_banks(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    theirs = Client()
    theirs.force_login(cast.consultant)
    assert theirs.get(reverse("bank", args=[cast.bank.pk])).status_code == 200
    membership = cast.firm.memberships.get(user=cast.consultant)
    client.post(reverse("member_remove", args=[cast.firm.pk, membership.pk]))
    assert theirs.get(reverse("bank", args=[cast.bank.pk])).status_code == 404
    assert Assignment.objects.count() == 0


def test_a_member_leaves_by_themselves(client: Client, cast: Cast) -> None:
    client.force_login(cast.respondent)
    url = reverse("leave", args=[cast.bank.pk])
    assert "Leave Norvane Bank?" in client.get(url).content.decode()
    assert client.post(url).headers["Location"] == reverse("home")
    assert client.get(reverse("bank", args=[cast.bank.pk])).status_code == 404
    assert Event.objects.get().verb == "left"


# ---- reminders ---------------------------------------------------------------------------------


def test_a_respondent_is_reminded_at_most_once_in_two_days(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    round_.due_on = dt.date(2026, 12, 12)
    round_.save()
    membership = cast.bank.memberships.get(user=cast.respondent)
    url = reverse("member_remind", args=[cast.bank.pk, membership.pk])
    start = timezone.now()
    for hours, letters in ((0, 1), (1, 1), (47, 1), (49, 2)):
        with time_machine.travel(start + dt.timedelta(hours=hours), tick=False):
            lead.force_login(cast.lead)
            lead.post(url)
            assert len(deliver()) == letters
    message: Any = mail.outbox[0]
    assert message.to == [cast.respondent.email]
    for body in (message.body, message.alternatives[0][0]):
        assert "12 Dec 2026" in body
        assert reverse("round", args=[round_.pk]) in body


def test_all_who_have_not_submitted_are_reminded_but_oneself(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    factories.make_sheet(round_, cast.reviewer, status=SheetStatus.SUBMITTED)
    factories.make_invitation(cast.bank, round_, email="waiting@bank.example")
    factories.make_invitation(cast.bank, email="elsewhere@bank.example")
    url = reverse("remind_all", args=[cast.bank.pk])
    lead.post(url)
    assert sorted(message.to[0] for message in deliver()) == [
        "respondent@norvane.example",
        "waiting@bank.example",
    ]
    answer = lead.post(url, follow=True)
    assert len(deliver()) == 2
    assert "2 people were not reminded" in answer.content.decode()


def test_a_reminder_that_is_out_of_date_is_not_sent(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    membership = cast.bank.memberships.get(user=cast.respondent)
    lead.post(reverse("member_remind", args=[cast.bank.pk, membership.pk]))
    round_.sheets.update(status=SheetStatus.SUBMITTED)
    assert deliver() == []


# ---- several organisations ---------------------------------------------------------------------


def test_a_person_of_two_organisations_switches_between_them(
    client: Client, cast: Cast, django_assert_num_queries: Counting
) -> None:
    client.force_login(cast.respondent)
    url = reverse("bank", args=[cast.bank.pk])
    client.get(url)
    with django_assert_num_queries(4):
        assert 'class="switch"' not in client.get(url).content.decode()
    factories.add_member(cast.other_bank, cast.respondent)
    with django_assert_num_queries(5):
        page = client.get(url).content.decode()
    assert reverse("bank", args=[cast.other_bank.pk]) in page
    elsewhere = client.get(reverse("bank", args=[cast.other_bank.pk])).content.decode()
    assert url in elsewhere
    names = [link.name for link in client.get(reverse("home")).context["page"].banks]
    assert names == ["Norvane Bank", "Other Bank"]


def test_a_firm_is_founded_at_sign_up_and_later(client: Client, cast: Cast) -> None:
    sign_up(client, kind="firm", bank="Pier Advice", country="PT")
    firm = Organisation.objects.get(name="Pier Advice")
    assert (firm.kind, firm.memberships.get().role) == (OrganisationKind.FIRM, Role.ADMIN)
    client.force_login(cast.respondent)
    answer = client.post(reverse("found"), {"kind": "firm", "bank": "Own Advice", "country": ""})
    own = Organisation.objects.get(name="Own Advice")
    assert answer.headers["Location"] == reverse("firm", args=[own.pk])
    assert own.memberships.get().role == Role.ADMIN


@pytest.mark.parametrize("name", ["", "Bank\u202egnp.exe", "Bank\u2066x", "Two\nlines", "B" * 121])
def test_b14_an_organisation_s_name_that_could_deceive_founds_nothing(
    client: Client, cast: Cast, name: str
) -> None:
    client.force_login(cast.lead)
    answer = client.post(reverse("found"), {"kind": "firm", "bank": name, "country": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["bank"])
    assert Organisation.objects.count() == 3


@pytest.mark.parametrize("name", ["البنك الأهلي", "بانک سپه", "みずほ銀行"])
def test_b14_an_organisation_s_name_in_any_script_is_accepted(
    client: Client, cast: Cast, name: str
) -> None:
    client.force_login(cast.lead)
    client.post(reverse("found"), {"kind": "bank", "bank": name, "country": ""})
    assert Organisation.objects.filter(name=name).count() == 1


@pytest.mark.parametrize(
    ("country", "zone"), [("NO", "Europe/Oslo"), ("IR", "Asia/Tehran"), ("US", ""), ("", "")]
)
def test_the_time_zone_follows_a_country_that_has_one(cast: Cast, country: str, zone: str) -> None:
    assert only_zone_of(country) == zone
    founded = services.found_bank(name="New Bank", country=country, lead=cast.lead)
    assert founded.time_zone == zone or (not zone and founded.time_zone == "UTC")


def test_every_country_s_only_zone_can_be_chosen_in_the_profile() -> None:
    from babel.core import get_global  # noqa: PLC0415 -- only this test asks for all of them

    chosen = {zone for _, zones in time_zones() for zone, _ in zones}
    found = {only_zone_of(country) for country in get_global("territory_zones")} - {""}
    assert found <= chosen


# ---- the page about roles ----------------------------------------------------------------------


def test_every_permission_has_words_and_the_tables_say_what_the_program_decides() -> None:
    assert set(WORDS) == set(Permission)
    bank, firm, client = roles_page().tables
    by_words = {str(words): permission for permission, words in WORDS.items()}
    for table, grants in (
        (bank, [GRANTS[role] for role in (Role.LEAD, Role.REVIEWER, Role.RESPONDENT)]),
        (firm, [GRANTS[role] for role in (Role.ADMIN, Role.CONSULTANT)]),
        (client, [SCOPE_GRANTS[scope] for scope in EngagementScope]),
    ):
        for words, cells in table.rows:
            assert cells == tuple(by_words[words] in held for held in grants)
        assert len(table.rows) == len(frozenset[Permission]().union(*grants))


def test_the_roles_are_explained_to_everybody_and_linked_from_help(
    client: Client, cast: Cast
) -> None:
    assert client.get(reverse("roles")).status_code == 200
    assert reverse("roles") in client.get(reverse("help")).content.decode()
    client.force_login(cast.lead)
    people = client.get(reverse("people", args=[cast.bank.pk])).content.decode()
    assert reverse("roles") in people
