"""Signing up, confirming the address, signing in and out, and what each tells to whom."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from assessments.models import Event, Membership, Organisation, Role, User
from tests.conftest import Cast
from tests.factories import PASSWORD, make_user

SIGN_UP = {
    "email": "new@bank.example",
    "password1": PASSWORD,
    "name": "Nora New",
    "bank": "New Bank",
    "country": "IR",
}

pytestmark = pytest.mark.django_db


def code_in(message: Any) -> str:
    """The code that stands on a line of its own."""
    found = re.search(r"^[A-Z0-9-]{6,}$", message.body, re.MULTILINE)
    assert found is not None
    return found.group()


def sign_up(client: Client, **changes: str) -> Any:
    return client.post(reverse("account_signup"), SIGN_UP | changes)


def test_signing_up_founds_a_bank_with_this_person_as_its_lead(client: Client) -> None:
    sign_up(client)
    membership = Membership.objects.select_related("user", "organisation").get()
    assert (membership.user.email, membership.user.name, membership.role) == (
        "new@bank.example",
        "Nora New",
        Role.LEAD,
    )
    assert (membership.organisation.name, membership.organisation.country) == ("New Bank", "IR")
    assert Event.objects.get().verb == "founded"


def test_the_code_in_the_mail_confirms_the_address_and_opens_the_bank(client: Client) -> None:
    sign_up(client)
    confirm = reverse("account_email_verification_sent")
    assert client.get(reverse("home")).status_code == 302
    answer = client.post(confirm, {"code": code_in(mail.outbox[0])})
    assert answer.headers["Location"] == reverse("home")
    bank = Organisation.objects.get()
    assert client.get(reverse("home")).headers["Location"] == reverse("bank", args=[bank.pk])


def test_a_wrong_code_opens_nothing(client: Client) -> None:
    sign_up(client)
    answer = client.post(reverse("account_email_verification_sent"), {"code": "WRNG-CODE"})
    assert "This is not the code in the e-mail." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_mail_comes_as_text_and_as_html_with_the_same_code(client: Client) -> None:
    sign_up(client)
    message: Any = mail.outbox[0]
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert (code_in(message) in html, message.subject) == (True, "Confirm your e-mail address")


@pytest.mark.parametrize(
    "name",
    ["", "   ", "B" * 121, "Bank\u202egnp.exe", "Bank\u2066x", "Bank\x00", "Two\nlines", "!!!"],
)
def test_b14_a_name_that_could_deceive_founds_nothing(client: Client, name: str) -> None:
    answer = sign_up(client, bank=name)
    assert "Name of the bank" in answer.content.decode()
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "name", ["بانک سپه", "بانک‌سپه", "みずほ銀行", "البنك الأهلي", "Crédit d’Été & Söhne"]
)
def test_b14_names_in_every_script_are_accepted(client: Client, name: str) -> None:
    sign_up(client, bank=name)
    assert Organisation.objects.get().name == name


def test_a_failure_while_founding_leaves_no_person_behind(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_values: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("assessments.people.services.found_bank", fail)
    with pytest.raises(RuntimeError):
        sign_up(client)
    assert User.objects.count() == 0


def test_signing_up_with_a_known_address_looks_the_same_and_founds_nothing(client: Client) -> None:
    fresh = Client()
    unknown = sign_up(fresh)
    make_user("known@bank.example", password=PASSWORD)
    known = sign_up(client, email="known@bank.example")
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    pages = [
        re.sub(r"(new|known)@bank\.example|name=\"csrfmiddlewaretoken\" value=\"\w+\"", "", page)
        for page in (
            visitor.get(known.headers["Location"]).content.decode() for visitor in (fresh, client)
        )
    ]
    assert pages[0] == pages[1]
    assert Organisation.objects.count() == 1
    assert mail.outbox[-1].subject == "You already have an account"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client) -> None:
    make_user("known@bank.example", password=PASSWORD)
    answers = [
        client.post(reverse("account_login"), {"login": email, "password": "not the password"})
        for email in ("known@bank.example", "nobody@bank.example")
    ]
    pages = [
        re.sub(r"(known|nobody)@|value=\"\w{64}\"", "", answer.content.decode())
        for answer in answers
    ]
    assert pages[0] == pages[1]
    assert "The e-mail address or the password is not right." in pages[0]


def test_signing_in_rotates_the_session(client: Client) -> None:
    make_user("known@bank.example", password=PASSWORD)
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    client.post(reverse("account_login"), {"login": "known@bank.example", "password": PASSWORD})
    assert client.session.session_key != before
    assert "_auth_user_id" in client.session


def test_an_unconfirmed_address_does_not_sign_in(client: Client) -> None:
    make_user("known@bank.example", password=PASSWORD, verified=False)
    answer = client.post(
        reverse("account_login"), {"login": "known@bank.example", "password": PASSWORD}
    )
    assert answer.headers["Location"].startswith(reverse("account_email_verification_sent"))
    assert "_auth_user_id" not in client.session


def test_a_password_is_reset_with_the_code_and_every_session_ends(client: Client) -> None:
    user = make_user("known@bank.example", password=PASSWORD)
    elsewhere = Client()
    elsewhere.force_login(user)
    client.post(reverse("account_reset_password"), {"email": "known@bank.example"})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_in(mail.outbox[0])})
    done = client.post(
        reverse("account_complete_password_reset"), {"password1": "another long password"}
    )
    assert done.headers["Location"] == reverse("account_password_reset_completed")
    user.refresh_from_db()
    assert user.check_password("another long password")
    assert elsewhere.get(reverse("home")).status_code == 302
    assert mail.outbox[-1].subject == "Your password was changed"


def test_resetting_an_unknown_address_looks_the_same_and_mails_the_truth(client: Client) -> None:
    make_user("known@bank.example", password=PASSWORD)
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in ("known@bank.example", "nobody@bank.example")
    ]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert [message.subject for message in mail.outbox] == [
        "Your code for a new password",
        "No account with this e-mail address",
    ]


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_password_that_is_short_or_common_is_refused(client: Client, password: str) -> None:
    sign_up(client, password1=password)
    assert User.objects.count() == 0


def test_passwords_are_stored_with_argon2() -> None:
    assert make_user("a@b.example", password=PASSWORD).password.startswith("argon2$argon2id$")


def test_guessing_is_stopped_even_for_the_right_password(client: Client) -> None:
    make_user("known@bank.example", password=PASSWORD)
    login = reverse("account_login")
    for _ in range(5):
        client.post(login, {"login": "known@bank.example", "password": "a wrong password"})
    answer = client.post(login, {"login": "known@bank.example", "password": PASSWORD})
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_many_requests_from_one_address_get_429_in_our_own_look(client: Client) -> None:
    answers = [client.post(reverse("account_signup")) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "Too many attempts" in answers[-1].content.decode()


def test_changing_the_password_ends_every_session_with_a_word_by_mail(client: Client) -> None:
    user = make_user("known@bank.example", password=PASSWORD)
    client.force_login(user)
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another long password"},
    )
    assert answer.headers["Location"] == reverse("account_login")
    assert client.get(reverse("home")).status_code == 302
    assert mail.outbox[-1].subject == "Your password was changed"


def test_the_account_stores_name_and_preference(client: Client, cast: Cast) -> None:
    client.force_login(cast.respondent)
    client.post(reverse("account"), {"name": "Rolf R."})
    cast.respondent.refresh_from_db()
    assert (cast.respondent.name, cast.respondent.shortcuts_on) == ("Rolf R.", False)


def test_a_person_without_a_bank_founds_one_at_home(client: Client) -> None:
    user = make_user("alone@bank.example")
    client.force_login(user)
    assert client.get(reverse("home")).status_code == 200
    client.post(reverse("home"), {"bank": "Own Bank", "country": ""})
    assert Organisation.objects.get().memberships.get().user == user


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_inactive",
        "account_password_reset_completed",
    ],
)
def test_a_page_of_the_account_carries_no_inline_style_or_script(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert re.findall(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=", page) == []
