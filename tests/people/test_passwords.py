"""Passwords by the rules of ASVS 5.0, V6.2. The ids of its requirements stand in the names."""

import re
from typing import Any

import pytest
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    password_changed,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from assessments.models import User
from tests.conftest import Cast
from tests.factories import PASSWORD, make_bank, make_user
from tests.people.test_accounts import sign_up

pytestmark = pytest.mark.django_db
GOOD = "violet tram over nine lakes"


def refused(password: str, user: User | None = None) -> list[str | None]:
    """The codes under which a password is refused; none if it is accepted."""
    try:
        validate_password(password, user)
    except ValidationError as fault:
        return [error.code for error in fault.error_list]
    return []


def change(client: Client, old: str, new: str) -> Any:
    return client.post(reverse("account_change_password"), {"oldpassword": old, "password1": new})


def test_v6_2_1_a_password_has_at_least_twelve_characters() -> None:
    assert (refused("kx7vhq2mzt4"), refused("kx7vhq2mzt4w")) == (["password_too_short"], [])


def test_v6_2_2_a_person_can_change_the_password(client: Client) -> None:
    user = make_user("known@bank.example", password=PASSWORD)
    client.force_login(user)
    assert change(client, PASSWORD, GOOD).headers["Location"] == reverse("account_login")
    user.refresh_from_db()
    assert user.check_password(GOOD)


@pytest.mark.parametrize("old", ["", "a wrong password", PASSWORD.upper()])
def test_v6_2_3_changing_the_password_needs_the_current_one(client: Client, old: str) -> None:
    user = make_user("known@bank.example", password=PASSWORD)
    client.force_login(user)
    assert "Current password" in change(client, old, GOOD).content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_v6_2_4_none_of_the_most_common_passwords_is_accepted() -> None:
    common = CommonPasswordValidator().passwords
    long_enough = sorted(word for word in common if len(word) >= 12)
    assert (len(common), len(long_enough)) == (19_640, 190)
    assert [word for word in long_enough if not refused(word)] == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Password12345", "common"),
        ("!!!Princess2024", "common"),
        ("P@ssw0rd2026!!", "common"),
        ("sunshine--2026--", "common"),
        ("aaaaaaaaaaaaaaaa", "pattern"),
        ("abcabcabcabcab", "pattern"),
        ("abcdefghijklmn", "pattern"),
        ("qwertyuiop1234", "common"),
        ("987654321098", "pattern"),
        ("zxcvbnmlkjhgfdsa", "pattern"),
    ],
)
def test_v6_2_4_a_common_password_in_disguise_is_refused(password: str, code: str) -> None:
    assert refused(password) == [code]


@pytest.mark.parametrize(
    "password",
    [
        "lowercase letters only here",
        "UPPERCASE LETTERS ONLY HERE",
        "829364017582",
        "!?§%&/()=+*#-.",
        "گذرواژه‌ای که یادم می‌ماند",
        "とても長いパスワードですよね、本当に",
        "🦉🌲🚲🎻🧭🪁🍋🧶🛶🏔️🪴🫖",
    ],
)
def test_v6_2_5_no_kind_of_character_is_asked_for_or_forbidden(password: str) -> None:
    assert refused(password) == []


@pytest.mark.parametrize("name", ["account_login", "account_signup"])
def test_v6_2_6_v6_2_7_a_password_field_hides_what_is_typed_and_lets_paste_and_managers_in(
    client: Client, name: str
) -> None:
    page = client.get(reverse(name)).content.decode()
    fields = re.findall(r"<input[^>]*type=\"password\"[^>]*>", page)
    assert len(fields) == 1
    assert re.search(r'autocomplete="(current|new)-password"', fields[0]) is not None
    assert re.findall(r"onpaste|readonly|maxlength|autocomplete=\"off\"", fields[0]) == []


@pytest.mark.parametrize("variant", [GOOD.upper(), GOOD[:-1], f"{GOOD} ", f" {GOOD}", GOOD * 2])
def test_v6_2_8_a_password_is_checked_exactly_as_it_was_typed(client: Client, variant: str) -> None:
    make_user("known@bank.example", password=GOOD)
    form = {"login": "known@bank.example", "password": variant}
    client.post(reverse("account_login"), form)
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), form | {"password": GOOD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("length", [64, 128, 1000])
def test_v6_2_9_v6_2_8_long_passwords_are_accepted_whole(client: Client, length: int) -> None:
    password = "".join(chr(97 + (place * place + place // 7) % 26) for place in range(length))
    sign_up(client, password1=password)
    user = User.objects.get()
    assert (user.check_password(password), user.check_password(password[:-1])) == (True, False)


def test_v6_2_10_a_password_stays_valid_until_its_owner_changes_it(client: Client) -> None:
    user = make_user("known@bank.example", password=GOOD)
    User.objects.update(joined_at="2010-01-01T00:00:00Z", last_login="2011-01-01T00:00:00Z")
    password_changed(GOOD, user)  # no validator keeps a history either
    client.post(reverse("account_login"), {"login": user.email, "password": GOOD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "password",
    [
        "NorvaneBank2026!",
        "norvane bank!!",
        "lena.lead@norvane",
        "LenaLead-1984-2026",
        "maturity-maturity1",
        "SocialBanking2026",
        "Norvane-Norvane-7",
    ],
)
def test_v6_2_11_words_that_anybody_could_guess_of_a_person_are_refused(
    cast: Cast, password: str
) -> None:
    assert "context" in refused(password, cast.lead)


def test_v6_2_11_enough_words_of_one_s_own_beside_the_bank_s_are_accepted(cast: Cast) -> None:
    assert refused("norvane violet tram nine lakes", cast.lead) == []


def test_v6_2_11_signing_up_refuses_the_name_of_the_bank_that_it_founds(client: Client) -> None:
    page = sign_up(client, bank="Kestrelmoor", password1="Kestrelmoor-2026").content.decode()
    assert "Password: This password is mostly your name, address or organisation" in page
    assert User.objects.count() == 0


def test_v6_2_11_every_organisation_of_a_person_counts(cast: Cast) -> None:
    make_bank(cast.lead, name="Kestrelmoor")
    assert refused("Kestrelmoor-2026", cast.lead) == ["context"]


@pytest.mark.parametrize("page", ["signup", "change", "reset"])
def test_v6_2_12_the_rules_hold_wherever_a_password_is_chosen(
    client: Client, page: str, mailoutbox: Any
) -> None:
    from tests.people.test_accounts import code_in  # noqa: PLC0415 -- one case needs it

    bad = "password12345"
    if page == "signup":
        sign_up(client, password1=bad)
        assert User.objects.count() == 0
        return
    user = make_user("known@bank.example", password=PASSWORD)
    if page == "change":
        client.force_login(user)
        change(client, PASSWORD, bad)
    else:
        client.post(reverse("account_reset_password"), {"email": user.email})
        code = {"code": code_in(mailoutbox[0])}
        client.post(reverse("account_confirm_password_reset_code"), code)
        client.post(reverse("account_complete_password_reset"), {"password1": bad})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
