"""Following a link: what works once works once, and what does not says the same every time."""

import datetime as dt
import logging
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Event,
    Invitation,
    InvitationLink,
    Membership,
    Organisation,
    Role,
    Sheet,
    SheetStatus,
    User,
)
from assessments.people import invitation_services
from assessments.people.join_views import MOST_GUESSES
from tests import factories
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.people.links import NEW, follow, join_as_new, token_of

INVITED = "invited@bank.example"
FIRST = "section"


@pytest.fixture
def invitation(cast: Cast, round_: Assessment) -> Invitation:
    return factories.make_invitation(cast.bank, round_, email=INVITED, by=cast.lead)


def page_of(response: Any) -> str:
    return str(response.content.decode())


# ---- the three ways in -------------------------------------------------------------------------


def test_a_new_person_gets_an_account_and_lands_on_the_first_question(
    client: Client, cast: Cast, round_: Assessment, invitation: Invitation
) -> None:
    answer = join_as_new(client, token_of(invitation))
    first = reverse("section", args=[round_.pk, "capacity-awareness"]) + "#q-CAP.A1"
    assert answer.headers["Location"] == first
    user = User.objects.get(email=INVITED)
    sheet = Sheet.objects.get(respondent=user)
    assert (user.name, user.check_password(PASSWORD)) == ("Nora New", True)
    assert (sheet.assessment, sheet.function, sheet.sections) == (round_, "risk", [])
    assert Membership.objects.get(user=user).role == Role.RESPONDENT
    assert EmailAddress.objects.get(user=user).verified
    assert client.get(first).status_code == 200


def test_who_was_asked_for_sections_lands_on_the_first_of_them(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    invitation = factories.make_invitation(cast.bank, round_, sections=["DAT", "RSK"])
    answer = join_as_new(client, token_of(invitation))
    path = reverse("section", args=[round_.pk, "risk-awareness"]) + "#q-RSK.A1"
    assert answer.headers["Location"] == path
    assert client.get(path).status_code == 200


def test_the_invitation_tells_before_anything_is_asked_who_will_read_the_answers(
    client: Client, cast: Cast, round_: Assessment, invitation: Invitation
) -> None:
    round_.due_on = dt.date(2026, 12, 12)
    round_.save()
    page = follow(client, token_of(invitation)).context["page"]
    assert (page.inviter, page.organisation, page.email) == ("Lena Lead", "Norvane Bank", INVITED)
    facts = [value for _, value in page.facts]
    assert facts[1:] == ["2026 H2", "Whole questionnaire", "Risk", "12 Dec 2026"]
    assert len(page.readers) >= 3
    assert "Before you submit, nobody else reads your answers." in page.readers[0]


def test_the_signed_in_person_joins_with_one_button(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    invitation = factories.make_invitation(cast.bank, round_, email=cast.outsider.email.upper())
    client.force_login(cast.outsider)
    page = follow(client, token_of(invitation))
    assert "form" not in page.context
    assert "Signed in as" in page_of(page)
    answer = client.post(reverse("join"))
    assert answer.headers["Location"].startswith(
        reverse("section", args=[round_.pk, "capacity-awareness"])
    )
    assert cast.bank.memberships.get(user=cast.outsider).role == Role.RESPONDENT


def test_who_has_an_account_signs_in_on_the_way(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    user = factories.make_user("known@bank.example", password=PASSWORD)
    invitation = factories.make_invitation(cast.bank, round_, email="Known@bank.example")
    page = follow(client, token_of(invitation))
    assert "This address has an account." in page_of(page)
    form = {"login": "known@bank.example", "password": PASSWORD, "next": reverse("join")}
    answer = client.post(reverse("account_login"), form)
    assert answer.headers["Location"] == reverse("join")
    client.post(reverse("join"))
    assert cast.bank.memberships.filter(user=user).exists()


def test_a_lead_who_is_invited_to_answer_gets_a_sheet_and_keeps_the_role(
    client: Client, cast: Cast
) -> None:
    round_ = factories.make_round(cast.bank)
    invitation = factories.make_invitation(
        cast.bank, round_, email=cast.lead.email, sections=["SUP"]
    )
    client.force_login(cast.lead)
    follow(client, token_of(invitation))
    client.post(reverse("join"))
    assert cast.bank.memberships.get(user=cast.lead).role == Role.LEAD
    assert cast.lead.sheets.get().sections == ["SUP"]


def test_an_invitation_to_more_raises_a_member_s_role(client: Client, cast: Cast) -> None:
    invitation = factories.make_invitation(
        cast.bank, email=cast.respondent.email, role=Role.REVIEWER
    )
    client.force_login(cast.respondent)
    follow(client, token_of(invitation))
    assert client.post(reverse("join")).headers["Location"] == reverse("bank", args=[cast.bank.pk])
    assert cast.bank.memberships.get(user=cast.respondent).role == Role.REVIEWER


def test_a_round_that_closed_meanwhile_gives_a_membership_but_no_sheet(
    client: Client, cast: Cast, round_: Assessment, invitation: Invitation
) -> None:
    Assessment.objects.update(status=AssessmentStatus.CLOSED)
    answer = join_as_new(client, token_of(invitation))
    assert answer.headers["Location"] == reverse("bank", args=[cast.bank.pk])
    assert not Sheet.objects.filter(respondent__email=INVITED).exists()


def test_a_consultant_joins_a_firm(client: Client, cast: Cast) -> None:
    invitation = factories.make_invitation(cast.firm, email=INVITED, role=Role.CONSULTANT)
    answer = join_as_new(client, token_of(invitation))
    assert answer.headers["Location"] == reverse("firm", args=[cast.firm.pk])
    assert cast.firm.memberships.filter(user__email=INVITED, role=Role.CONSULTANT).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"password": "short"}, "password"),
        ({"password": INVITED}, "password"),
        ({"name": "N" * 121}, "name"),
    ],
)
def test_what_an_account_lacks_is_named_and_the_invitation_stays_open(
    client: Client, invitation: Invitation, changes: dict[str, str], field: str
) -> None:
    answer = join_as_new(client, token_of(invitation), **changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert User.objects.filter(email=INVITED).count() == 0
    assert client.post(reverse("join"), NEW).status_code == 302


@pytest.mark.parametrize("name", ["Ann\u202egnp.exe", "Ann\u2066x", "Ann\x00", "Two\nlines", "!!!"])
def test_b14_a_person_s_name_that_could_deceive_is_refused(
    client: Client, invitation: Invitation, name: str
) -> None:
    answer = join_as_new(client, token_of(invitation), name=name)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


@pytest.mark.parametrize("name", ["سارا رضایی", "سارا‌جان", "محمد عبد الله", "山田 太郎"])
def test_b14_a_person_s_name_in_any_script_is_accepted(
    client: Client, invitation: Invitation, name: str
) -> None:
    join_as_new(client, token_of(invitation), name=name)
    assert User.objects.get(email=INVITED).name == name


def test_a_link_that_was_handed_over_proves_no_address(
    client: Client, invitation: Invitation
) -> None:
    join_as_new(client, token_of(invitation, mailed=False))
    assert client.get(reverse("home")).status_code == 302  # signed in, once
    assert not EmailAddress.objects.get(email=INVITED).verified
    again = Client().post(reverse("account_login"), {"login": INVITED, "password": PASSWORD})
    assert again.headers["Location"].startswith(reverse("account_email_verification_sent"))
    assert mail.outbox[-1].to == [INVITED]


def test_no_second_factor_goes_onto_an_address_that_is_not_proven(
    client: Client, cast: Cast
) -> None:
    invitation = factories.make_invitation(cast.bank, email=INVITED, role=Role.LEAD)
    join_as_new(client, token_of(invitation, mailed=False))
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    user = User.objects.get(email=INVITED)
    assert not user.has_second_factor
    assert client.get(reverse("people", args=[cast.bank.pk])).status_code == 302


# ---- links that do not work --------------------------------------------------------------------


def dead_tokens(cast: Cast, round_: Assessment) -> dict[str, str]:
    """Every kind of link that cannot be used."""
    rows = {
        kind: factories.make_invitation(cast.bank, round_, email=f"{kind}@bank.example")
        for kind in ("expired", "used", "revoked", "closing")
    }
    tokens = {kind: token_of(row) for kind, row in rows.items()}
    past = timezone.now() - dt.timedelta(seconds=1)
    Invitation.objects.filter(pk=rows["expired"].pk).update(expires_at=past)
    Invitation.objects.filter(pk=rows["used"].pk).update(accepted_at=past)
    Invitation.objects.filter(pk=rows["revoked"].pk).update(revoked_at=past)
    leaving = factories.make_bank(cast.outsider, name="Leaving Bank", closing_on=past.date())
    Invitation.objects.filter(pk=rows["closing"].pk).update(organisation=leaving)
    tokens["garbled"] = tokens["expired"][:-1] + "x"
    tokens["foreign"] = signing.dumps({"invitation": str(uuid4())})
    tokens["short"] = "x"
    return tokens


def test_b17_every_link_that_does_not_work_gets_the_identical_page(
    cast: Cast, round_: Assessment
) -> None:
    tokens = dead_tokens(cast, round_)
    answers = {kind: follow(Client(), token) for kind, token in tokens.items()}
    wrong = factories.make_invitation(cast.bank, round_, email=INVITED)
    stranger = Client()
    follow(stranger, token_of(wrong))
    Invitation.objects.filter(pk=wrong.pk).update(revoked_at=timezone.now())
    answers["revoked meanwhile"] = stranger.get(reverse("join"))
    answers["sent meanwhile"] = stranger.post(reverse("join"), NEW)
    answers["without a link"] = Client().get(reverse("join"))
    assert {kind: answer.status_code for kind, answer in answers.items()} == dict.fromkeys(
        answers, 410
    )
    assert len({answer.content for answer in answers.values()}) == 1
    assert "This link can no longer be used." in page_of(answers["garbled"])
    assert "Ask the person who invited you." in page_of(answers["garbled"])


def test_s17_another_person_s_invitation_cannot_be_accepted(
    client: Client, cast: Cast, invitation: Invitation
) -> None:
    client.force_login(cast.outsider)
    shown = follow(client, token_of(invitation))
    sent = client.post(reverse("join"))
    garbled = follow(client, "garbled")
    assert [shown.status_code, sent.status_code, garbled.status_code] == [410, 410, 410]
    assert shown.content == sent.content == garbled.content
    invitation.refresh_from_db()
    assert (invitation.accepted_at, cast.bank.memberships.filter(user=cast.outsider).count()) == (
        None,
        0,
    )


def test_s17_an_address_that_is_not_verified_opens_nothing_by_a_handed_over_link(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    user = factories.make_user(INVITED, verified=False)
    invitation = factories.make_invitation(cast.bank, round_, email=INVITED)
    client.force_login(user)
    assert follow(client, token_of(invitation, mailed=False)).status_code == 410
    assert follow(client, token_of(invitation)).status_code == 200


def test_a_used_link_does_not_open_a_second_account(
    client: Client, cast: Cast, invitation: Invitation
) -> None:
    token = token_of(invitation)
    join_as_new(client, token)
    other = Client()
    assert join_as_new(other, token).status_code == 410
    assert cast.bank.memberships.filter(user__email=INVITED).count() == 1


# ---- S19 ---------------------------------------------------------------------------------------


def test_s19_looking_uses_nothing_up(client: Client, invitation: Invitation) -> None:
    token = token_of(invitation)
    before = list(Invitation.objects.values())
    for _ in range(3):
        assert client.get(reverse("join_link", args=[token])).status_code == 302
        assert client.head(reverse("join_link", args=[token])).status_code == 302
        assert client.get(reverse("join")).status_code == 200
    assert list(Invitation.objects.values()) == before
    assert (Membership.objects.filter(user__email=INVITED).count(), Event.objects.count()) == (0, 0)
    assert client.post(reverse("join_link", args=[token])).status_code == 405


def test_s19_a_token_is_long_hashed_and_in_no_row(client: Client, invitation: Invitation) -> None:
    tokens = {token_of(invitation) for _ in range(50)}
    assert len(tokens) == 50
    assert min(len(token) for token in tokens) >= 43  # 256 bits in base 64
    token = tokens.pop()
    follow(client, token)
    session = import_module(configured.SESSION_ENGINE).SessionStore(client.session.session_key)
    stored = [
        *InvitationLink.objects.values_list("token_hash", flat=True),
        *session.load().values(),
    ]
    assert not [value for value in stored if token in str(value)]


def test_s19_the_token_is_in_no_log_and_leaves_no_trace_in_the_address(
    client: Client, invitation: Invitation, caplog: pytest.LogCaptureFixture
) -> None:
    token = token_of(invitation)
    with caplog.at_level(logging.DEBUG):
        opened = client.get(reverse("join_link", args=[token]))
        dead = client.get(reverse("join_link", args=["x" + token]))
        client.get(reverse("join"))
        client.post(reverse("join"), NEW)
    assert opened.headers["Location"] == reverse("join")
    assert [opened.headers["Referrer-Policy"], dead.headers["Referrer-Policy"]] == [
        "no-referrer"
    ] * 2
    said = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert token not in "\n".join(record.getMessage() for record in said)
    sql = [r.getMessage() for r in caplog.records if r.name.startswith("django.db")]
    assert token not in "\n".join(sql)


# ---- S16 ---------------------------------------------------------------------------------------


def test_s16_no_token_works_at_another_purpose(
    client: Client, cast: Cast, round_: Assessment, invitation: Invitation
) -> None:
    token = token_of(invitation)
    link = invitation.links.get()
    # what stands for other things opens no invitation
    for other in (
        link.token_hash,  # what the session holds
        str(invitation.pk),
        str(round_.pk),
        signing.dumps(cast.lead.pk),
        signing.TimestampSigner().sign(str(invitation.pk)),
        client.session.session_key or "session",
    ):
        assert follow(Client(), other).status_code == 410
    # and an invitation's token stands for nothing else
    for name in ("account_confirm_password_reset_code", "account_email_verification_sent"):
        answer = client.post(reverse(name), {"code": token})
        assert "_auth_user_id" not in client.session
        assert answer.status_code in {302, 200}
    form = {"login": INVITED, "password": token}
    assert "not right" in page_of(client.post(reverse("account_login"), form))
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_s16_an_invitation_of_one_organisation_is_not_to_be_had_through_another(
    client: Client, cast: Cast, round_: Assessment, invitation: Invitation
) -> None:
    foreign = factories.make_invitation(cast.other_bank, email="f@other.example")
    client.force_login(cast.lead)
    for name in ("remind", "resend", "link", "revoke"):
        url = reverse(f"invitation_{name}", args=[cast.bank.pk, foreign.pk])
        assert (name, client.post(url).status_code) == (name, 404)
    foreign.refresh_from_db()
    assert (foreign.revoked_at, foreign.reminded_at, foreign.links.count()) == (None, None, 0)


def test_s6_a_member_of_one_organisation_is_not_to_be_had_through_another(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.lead)
    foreign = cast.other_bank.memberships.get()
    for name in ("member", "member_remind", "member_remove"):
        url = reverse(name, args=[cast.bank.pk, foreign.pk])
        answer = client.post(url, {"role": "respondent", "seen": "lead"})
        assert (name, answer.status_code) == (name, 404)
    foreign.refresh_from_db()
    assert foreign.role == Role.LEAD


# ---- S20 ---------------------------------------------------------------------------------------


def test_s20_a_thousand_guesses_are_stopped_after_twenty(
    cast: Cast, invitation: Invitation
) -> None:
    client = Client()
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, 0, 1, tzinfo=dt.UTC), tick=False):
        found = [
            client.get(reverse("join_link", args=[f"guess-{place}"])).status_code
            for place in range(1_000)
        ]
        assert found == [410] * MOST_GUESSES + [429] * (1_000 - MOST_GUESSES)
        right = client.get(reverse("join_link", args=[token_of(invitation)]))
        elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(reverse("join_link", args=["guess"]))
    assert (right.status_code, elsewhere.status_code) == (429, 410)
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, 10, 1, tzinfo=dt.UTC), tick=False):
        again = client.get(reverse("join_link", args=["guess"]))
    assert again.status_code == 410


def test_s20_a_forged_address_does_not_start_a_new_count(cast: Cast) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, 0, 1, tzinfo=dt.UTC), tick=False):
        found = [
            Client()
            .get(
                reverse("join_link", args=[f"guess-{place}"]),
                headers={"x-forwarded-for": f"198.51.100.{place}"},
            )
            .status_code
            for place in range(MOST_GUESSES + 3)
        ]
    assert found[-3:] == [429] * 3


# ---- coming back -------------------------------------------------------------------------------


def test_whoever_was_removed_and_returns_finds_the_own_sheet(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    sheet = round_.sheets.get(respondent=cast.respondent)
    factories.fill_sheet(sheet, {"CAP.A1": 3})
    client.force_login(cast.lead)
    member = cast.bank.memberships.get(user=cast.respondent)
    client.post(reverse("member_remove", args=[cast.bank.pk, member.pk]))
    sheet.refresh_from_db()
    assert (sheet.respondent, sheet.function) == (None, "executive")
    invitation = factories.make_invitation(cast.bank, round_, email=cast.respondent.email)
    client.force_login(cast.respondent)
    follow(client, token_of(invitation))
    answer = client.post(reverse("join"))
    sheet.refresh_from_db()
    assert sheet.respondent == cast.respondent
    assert round_.sheets.count() == 2
    assert answer.headers["Location"].endswith("#q-CAP.A2")


def test_a_submitted_sheet_is_not_opened_by_a_further_invitation(
    client: Client, cast: Cast, round_: Assessment
) -> None:
    round_.sheets.filter(respondent=cast.respondent).update(status=SheetStatus.SUBMITTED)
    invitation = factories.make_invitation(
        cast.bank, round_, email=cast.respondent.email, sections=["RSK"]
    )
    client.force_login(cast.respondent)
    follow(client, token_of(invitation))
    client.post(reverse("join"))
    sheet = round_.sheets.get(respondent=cast.respondent)
    assert (sheet.status, sheet.sections) == (SheetStatus.SUBMITTED, [])


def test_s41_joining_is_recorded(client: Client, cast: Cast, invitation: Invitation) -> None:
    join_as_new(client, token_of(invitation))
    user = User.objects.get(email=INVITED)
    events = Event.objects.filter(organisation=cast.bank, actor=user.pk).order_by("pk")
    assert [event.verb for event in events] == ["joined", "sheet opened"]


def test_the_service_refuses_a_wrong_account_whatever_a_view_does(
    cast: Cast, invitation: Invitation
) -> None:
    token_of(invitation)
    with pytest.raises(invitation_services.UnusableError):
        invitation_services.accept(
            link=invitation.links.get(), by=cast.outsider, now=timezone.now()
        )
    assert Organisation.objects.get(pk=cast.bank.pk).memberships.count() == 3
