"""Inviting: every line judged, valid ones kept, one letter per address, nothing leaked."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    Event,
    Function,
    Invitation,
    InvitationLink,
    Mail,
    MailState,
    Organisation,
    Role,
)
from assessments.people import addresses, invitation_services
from assessments.people.addresses import Known
from tests import factories
from tests.conftest import Cast
from tests.people.links import deliver, invite, invite_form, letter_about, link_in
from tests.test_security import TEMPLATES, XSS, scripts_of

LONG = "a" * 290 + "@b.example"
Counting = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture
def lead(client: Client, cast: Cast) -> Client:
    client.force_login(cast.lead)
    return client


def faults(client: Client, bank: Organisation, text: str, **changes: Any) -> list[str]:
    """What the preview says about each line."""
    url = reverse("invite", args=[bank.pk])
    return [
        line.fault for line in client.post(url, invite_form(text, **changes)).context["page"].lines
    ]


# ---- lines -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("nobody", "Not an e-mail address."),
        ("a b@bank.example", "Not an e-mail address."),
        ("a@bank", "Not an e-mail address."),
        ("@bank.example", "Not an e-mail address."),
        ("a@b.example\rBcc: c@d.example", "Contains a control character."),
        ("a@b.example\x0bc", "Contains a control character."),
        ("a@b.example\u2028", "Contains a control character."),
        ("a\u202e@b.example", "Contains a control character."),
        ("a@b.example, c@d.example", "Two addresses in one line."),
        ("a@b.example c@d.example", "Two addresses in one line."),
        (LONG, "Longer than 254 characters."),
    ],
)
def test_b15_a_line_that_is_no_address_is_named_and_sends_nothing(
    lead: Client, cast: Cast, line: str, fault: str
) -> None:
    url = reverse("invite", args=[cast.bank.pk])
    form = invite_form(f"good@bank.example\n{line}", action="send", previewed="good@bank.example")
    answer = lead.post(url, form)
    found = answer.context["page"].lines
    assert (answer.status_code, found[0].fault) == (422, "")
    assert found[1].fault.startswith(fault)
    assert (Invitation.objects.count(), Mail.objects.count()) == (0, 0)


def test_b15_a_line_feed_starts_a_line_of_its_own(lead: Client, cast: Cast) -> None:
    found = faults(lead, cast.bank, "a@bank.example\r\nBcc: c@d.example\r\n\r\nd@bank.example")
    assert [fault.split(".")[0] for fault in found] == ["", "Not an e-mail address", ""]


def test_b12_a_null_byte_in_the_list_is_an_error_of_its_field(lead: Client, cast: Cast) -> None:
    answer = lead.post(reverse("invite", args=[cast.bank.pk]), invite_form("a\x00@bank.example"))
    assert (answer.status_code, "addresses" in answer.context["form"].errors) == (422, True)


def test_valid_lines_are_kept_when_one_is_bad(lead: Client, cast: Cast) -> None:
    answer = invite(lead, cast.bank, "one@bank.example\nbad\ntwo@bank.example")
    assert answer.headers["Location"] == reverse("people", args=[cast.bank.pk])
    assert sorted(Invitation.objects.values_list("email", flat=True)) == [
        "one@bank.example",
        "two@bank.example",
    ]


def test_whoever_is_invited_already_belongs_or_asks_needs_no_letter(
    lead: Client, cast: Cast
) -> None:
    factories.make_invitation(cast.bank, email="waiting@bank.example")
    found = faults(
        lead,
        cast.bank,
        "Lead@Norvane.example\nRESPONDENT@norvane.example\nWaiting@Bank.example\n"
        "new@bank.example\nNew@bank.example",
    )
    assert [fault.split(".")[0] for fault in found] == [
        "This is your own address",
        "Already a member",
        "Already invited",
        "",
        "The same address as in line 4",
    ]


def test_an_address_may_stand_in_brackets_after_a_name(lead: Client, cast: Cast) -> None:
    invite(lead, cast.bank, "Marta Risk <marta@bank.example>;\n")
    assert Invitation.objects.get().email == "marta@bank.example"


def test_a_domain_of_look_alike_letters_shows_what_it_is() -> None:
    line = addresses.read("a@b\u0430nk.example", Known())[0]
    assert (line.address, line.fault) == ("a@xn--bnk-6cd.example", "")


def test_a_list_of_more_than_a_hundred_lines_is_refused(lead: Client, cast: Cast) -> None:
    text = "\n".join(f"p{place}@bank.example" for place in range(101))
    answer = lead.post(reverse("invite", args=[cast.bank.pk]), invite_form(text))
    assert answer.status_code == 422
    assert "at most 100 addresses" in answer.content.decode()
    invite(lead, cast.bank, "\n".join(text.splitlines()[:100]))
    assert Invitation.objects.count() == 100


def test_what_was_not_previewed_is_not_sent(lead: Client, cast: Cast) -> None:
    form = invite_form("one@bank.example\ntwo@bank.example", action="send")
    answer = lead.post(
        reverse("invite", args=[cast.bank.pk]), form | {"previewed": "one@bank.example"}
    )
    assert (answer.status_code, Invitation.objects.count()) == (200, 0)


# ---- what is asked -----------------------------------------------------------------------------


def test_each_person_gets_role_function_round_and_sections(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    invite(
        lead,
        cast.bank,
        "one@bank.example\ntwo@bank.example",
        round=str(round_.pk),
        extent="some",
        sections=["RSK", "DAT"],
        role="reviewer",
        **{"function-two@bank.example": "it"},
    )
    rows = Invitation.objects.order_by("email")
    assert [
        (row.role, row.function, row.sections, row.assessment, row.invited_by) for row in rows
    ] == [
        (Role.REVIEWER, Function.RISK, ["RSK", "DAT"], round_, cast.lead),
        (Role.REVIEWER, Function.IT, ["RSK", "DAT"], round_, cast.lead),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"extent": "some"}, "sections"),
        ({"sections": ["XXX"], "extent": "some"}, "sections"),
        ({"role": "admin"}, "role"),
        ({"role": "consultant"}, "role"),
        ({"role": ""}, "role"),
        ({"function": "king"}, "function"),
    ],
)
def test_s13_what_a_bank_does_not_have_is_refused_by_name(
    lead: Client, cast: Cast, changes: dict[str, Any], field: str
) -> None:
    form = invite_form("one@bank.example", action="send", previewed="one@bank.example", **changes)
    answer = lead.post(reverse("invite", args=[cast.bank.pk]), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Invitation.objects.count() == 0


def test_s5_a_round_of_another_bank_or_a_closed_one_is_no_choice(lead: Client, cast: Cast) -> None:
    foreign = factories.make_round(cast.other_bank)
    closed = factories.make_round(cast.bank, period="2025", status="closed")  # type: ignore[arg-type]
    for round_ in (foreign, closed):
        form = invite_form("one@bank.example", action="send", previewed="one@bank.example")
        answer = lead.post(reverse("invite", args=[cast.bank.pk]), form | {"round": str(round_.pk)})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["round"])
    assert Invitation.objects.count() == 0


def test_a_firm_invites_consultants_and_admins(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    invite(client, cast.firm, "new@harbour.example", role="consultant")
    row = Invitation.objects.get()
    assert (row.organisation, row.role, row.assessment) == (cast.firm, Role.CONSULTANT, None)
    refused = client.post(
        reverse("invite", args=[cast.firm.pk]), invite_form("x@harbour.example", role="lead")
    )
    assert refused.status_code == 422


def test_more_letters_than_a_day_may_have_are_refused_with_all_that_was_typed(
    lead: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.people.invitation_views.MOST_A_DAY", 3)
    invite(lead, cast.bank, "one@bank.example\ntwo@bank.example")
    refused = invite(lead, cast.bank, "three@bank.example\nfour@bank.example")
    assert (refused.status_code, Invitation.objects.count()) == (422, 2)
    assert "At most 3 invitations a day." in refused.content.decode()
    assert "four@bank.example" in refused.content.decode()
    invite(lead, cast.bank, "three@bank.example")
    assert Invitation.objects.count() == 3


def test_the_letter_s_language_is_chosen_where_there_are_several(
    lead: Client, cast: Cast, settings: Any
) -> None:
    assert "language" not in lead.get(reverse("invite", args=[cast.bank.pk])).context["form"].fields
    settings.LANGUAGES = [("en", "English"), ("fa", "فارسی")]
    invite(lead, cast.bank, "new@bank.example", language="fa")
    assert Invitation.objects.get().language == "fa"
    assert Mail.objects.get().language == "fa"
    form = invite_form("two@bank.example", language="xx")
    assert lead.post(reverse("invite", args=[cast.bank.pk]), form).status_code == 422


# ---- letters -----------------------------------------------------------------------------------


def test_the_letter_says_who_invites_to_what_and_until_when(
    lead: Client, cast: Cast, round_: Assessment
) -> None:
    round_.due_on = dt.date(2026, 12, 12)
    round_.save()
    invite(
        lead,
        cast.bank,
        "new@bank.example",
        round=str(round_.pk),
        extent="some",
        sections=["RSK"],
    )
    message = deliver()[0]
    html = message.alternatives[0][0]
    assert (message.to, message.subject) == (["new@bank.example"], "Invitation to Norvane Bank")
    for body in (message.body, html):
        for words in ("Lena Lead invites you", "Risk", "2026 H2", "12 Dec 2026"):
            assert words in body
    assert link_in(message) in html


def test_b16_the_same_address_in_another_case_is_one_invitation(lead: Client, cast: Cast) -> None:
    invite(lead, cast.bank, "new@bank.example")
    # past the preview, as two leads at once would
    asked = invitation_services.Asked(role=Role.RESPONDENT)
    invitees = [invitation_services.Invitee(address="NEW@Bank.Example")]
    sent = invitation_services.invite(
        organisation=cast.bank, invitees=invitees, asked=asked, by=cast.lead, now=timezone.now()
    )
    assert (sent, Invitation.objects.count(), Mail.objects.count()) == (0, 1, 1)


def test_an_expired_invitation_gives_way_to_a_new_one(lead: Client, cast: Cast) -> None:
    old = factories.make_invitation(
        cast.bank, email="new@bank.example", expires_at=timezone.now() - dt.timedelta(days=1)
    )
    invite(lead, cast.bank, "new@bank.example")
    old.refresh_from_db()
    assert old.revoked_at == old.expires_at
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_s22_inviting_a_known_and_an_unknown_address_looks_the_same(
    lead: Client, cast: Cast
) -> None:
    known, unknown = cast.outsider.email, "unknown@other.example"
    pages, letters = [], []
    for address in (known, unknown):
        url = reverse("invite", args=[cast.bank.pk])
        preview = lead.post(url, invite_form(address)).content.decode()
        answer = invite(lead, cast.bank, address)
        page = lead.get(answer.headers["Location"]).content.decode()
        row = Invitation.objects.get(email=address)
        page = page.replace(str(row.pk), "ID")
        letter = deliver()[-1]
        letters.append([letter.subject, re.sub(r"/join/\S+/", "", letter.body)])
        pages.append(
            [re.sub(r'value="\w{64}"', "", text.replace(address, "X")) for text in (preview, page)]
        )
        Invitation.objects.all().delete()
    assert pages[0] == pages[1]
    assert letters[0] == letters[1]


def test_s26_links_in_letters_lead_home_whatever_host_was_asked_for(
    lead: Client, cast: Cast, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://maturity.example"
    url = reverse("invite", args=[cast.bank.pk])
    form = invite_form("new@bank.example", action="send", previewed="new@bank.example")
    lead.post(url, form, headers={"host": "evil.example"})
    message = deliver()[0]
    bodies = message.body + message.alternatives[0][0]
    assert set(re.findall(r"https?://[^/\s\"<]+", bodies)) == {"https://maturity.example"}
    copied = lead.post(
        reverse("invitation_link", args=[cast.bank.pk, Invitation.objects.get().pk]),
        headers={"host": "evil.example"},
    )
    assert copied.context["page"].link.startswith("https://maturity.example/join/")


def test_s35_line_ends_in_names_add_no_header_to_a_letter(lead: Client, cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(name="Bank\r\nBcc: evil@evil.example")
    cast.lead.name = "Lena\r\nBcc: evil@evil.example"
    cast.lead.save()
    invite(lead, cast.bank, "new@bank.example")
    message = deliver()[0].message()
    assert message["Bcc"] is None
    assert (message["To"], "\n" in str(message["Subject"])) == ("new@bank.example", False)
    assert "evil" in str(message["Subject"])


@pytest.mark.parametrize("text", ["".join(XSS[:2]), "".join(XSS[2:4]), *TEMPLATES])
def test_s28_s34_hostile_names_run_neither_in_letters_nor_on_pages(
    lead: Client, cast: Cast, round_: Assessment, text: str
) -> None:
    Organisation.objects.filter(pk=cast.bank.pk).update(name=text)
    cast.lead.name = text
    cast.lead.save()
    round_.period = text[:40]
    round_.save()
    invite(lead, cast.bank, "new@bank.example", round=str(round_.pk))
    message = deliver()[0]
    html = message.alternatives[0][0]
    assert scripts_of(html) == []
    assert text in message.body
    join = Client().get(link_in(message), follow=True)
    assert (join.status_code, scripts_of(join.content.decode())) == (200, [])
    row = Invitation.objects.get()
    for name, ids in (
        ("people", [cast.bank.pk]),
        ("invite", [cast.bank.pk]),
        ("invitation_revoke", [cast.bank.pk, row.pk]),
    ):
        page = lead.get(reverse(name, args=ids)).content.decode()
        assert (name, scripts_of(page)) == (name, [])


@pytest.mark.parametrize("text", [*XSS, *TEMPLATES])
def test_s28_a_hostile_line_runs_nowhere_in_the_preview(
    lead: Client, cast: Cast, text: str
) -> None:
    answer = lead.post(reverse("invite", args=[cast.bank.pk]), invite_form(text))
    assert (answer.status_code, scripts_of(answer.content.decode())) == (422, [])


# ---- while it waits ----------------------------------------------------------------------------


class DeadServer:
    """A mail server that is down."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


def status_of(client: Client, bank: Organisation) -> Any:
    return client.get(reverse("people", args=[bank.pk])).context["page"].invitations[0]


def test_f11_with_the_mail_server_down_the_invitation_waits_is_seen_and_can_be_handed_over(
    lead: Client, cast: Cast, settings: Any
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.people.test_inviting.DeadServer"
    invite(lead, cast.bank, "new@bank.example")
    deliver()
    row = status_of(lead, cast.bank)
    assert (row.status, row.kind, bool(row.link_url)) == ("Mail not sent yet", "warn", True)
    copied = lead.post(row.link_url).context["page"].link
    path = copied.split("/", 3)[3]
    assert Client().get(f"/{path}", follow=True).status_code == 200
    settings.EMAIL_BACKEND = working
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=5), tick=False):
        message = deliver()[0]
    assert Client().get(link_in(message), follow=True).status_code == 200
    assert Client().get(f"/{path}", follow=True).status_code == 200  # both work until one is used
    assert status_of(lead, cast.bank).status == "Pending"


def test_a_letter_given_up_on_is_sent_again_at_once(lead: Client, cast: Cast) -> None:
    invite(lead, cast.bank, "new@bank.example")
    invitation = Invitation.objects.get()
    letter_about(invitation)
    Mail.objects.update(state=MailState.FAILED)
    row = status_of(lead, cast.bank)
    assert (row.status, row.kind, row.remind_url) == ("Mail could not be sent", "error", "")
    lead.post(row.resend_url)
    assert len(deliver()) == 1
    assert status_of(lead, cast.bank).status == "Pending"


def test_a_revoked_invitation_sends_nothing_more(lead: Client, cast: Cast) -> None:
    invite(lead, cast.bank, "new@bank.example")
    invitation = Invitation.objects.get()
    lead.post(reverse("invitation_revoke", args=[cast.bank.pk, invitation.pk]))
    deliver()
    assert (mail.outbox, letter_about(invitation).state) == ([], MailState.DROPPED)
    assert status_of(lead, cast.bank).status == "Revoked"
    for name in ("invitation_remind", "invitation_resend", "invitation_link"):
        lead.post(reverse(name, args=[cast.bank.pk, invitation.pk]))
    assert (Mail.objects.count(), InvitationLink.objects.count()) == (1, 0)


def test_an_invitation_is_reminded_of_at_most_once_in_two_days(lead: Client, cast: Cast) -> None:
    invite(lead, cast.bank, "new@bank.example")
    deliver()
    url = reverse("invitation_remind", args=[cast.bank.pk, Invitation.objects.get().pk])
    start = timezone.now()
    for hours, letters in ((0, 2), (1, 2), (47, 2), (49, 3)):
        with time_machine.travel(start + dt.timedelta(hours=hours), tick=False):
            lead.force_login(cast.lead)
            lead.post(url)
            assert len(deliver()) == letters
    assert mail.outbox[-1].subject == "Reminder: invitation to Norvane Bank"
    for message in mail.outbox:  # a later letter leaves the links of earlier ones alone
        assert Client().get(link_in(message), follow=True).status_code == 200


def test_an_expired_invitation_sent_again_lives_anew_by_its_new_link_only(
    lead: Client, cast: Cast
) -> None:
    invite(lead, cast.bank, "new@bank.example")
    old = link_in(deliver()[0])
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert status_of(lead, cast.bank).status == "Expired"
    lead.post(status_of(lead, cast.bank).resend_url)
    new = link_in(deliver()[1])
    assert Client().get(old, follow=True).status_code == 410
    assert Client().get(new, follow=True).status_code == 200


def test_s41_every_step_of_an_invitation_is_recorded_without_addresses(
    lead: Client, cast: Cast
) -> None:
    invite(lead, cast.bank, "new@bank.example")
    row = Invitation.objects.get()
    lead.post(reverse("invitation_remind", args=[cast.bank.pk, row.pk]))  # its letter still waits
    assert [message.subject for message in deliver()] == ["Invitation to Norvane Bank"]
    for name in ("invitation_remind", "invitation_link", "invitation_revoke"):
        lead.post(reverse(name, args=[cast.bank.pk, row.pk]))
    events = Event.objects.filter(target=f"invitation:{row.pk}").order_by("pk")
    assert [event.verb for event in events] == [
        "invited",
        "reminded",
        "copied invitation link",
        "revoked invitation",
    ]
    assert {event.actor for event in events} == {cast.lead.pk}
    assert "new@bank" not in repr([event.details for event in events])


def test_a_hundred_invitations_cost_as_many_queries_as_one(
    lead: Client, cast: Cast, django_assert_num_queries: Counting
) -> None:
    url = reverse("people", args=[cast.bank.pk])
    factories.make_invitation(cast.bank)
    lead.get(url)
    with django_assert_num_queries(9) as counted:
        lead.get(url)
    for place in range(99):
        factories.make_invitation(cast.bank, email=f"p{place}@bank.example")
        person = factories.make_user(f"m{place}@bank.example")
        factories.add_member(cast.bank, person)
    with django_assert_num_queries(len(counted)):
        lead.get(url)
