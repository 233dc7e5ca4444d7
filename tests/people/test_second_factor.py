"""Second factors: who needs one, how it is set up and used, and that nothing goes around it (S23)."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.db import connection
from django.test import Client
from django.urls import reverse

from assessments.models import Event, Membership, Role, SignIn, User
from assessments.people.account_secrets import renew, seal, unseal
from tests import factories
from tests.addresses import TABLE, Stage, ask, plain, signed_in
from tests.conftest import Cast
from tests.factories import PASSWORD, TOTP_SECRET
from tests.people.test_accounts import SIGN_UP, code_in, sign_up

pytestmark = pytest.mark.django_db
EVIL = ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]


def code(secret: str = TOTP_SECRET, *, periods: int = 0) -> str:
    """The code that an app with this secret shows now, or some half minutes from now.

    Like a person, it waits for the next one where this one is about to change.
    """
    left = 30 - time.time() % 30
    if left < 5:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods)))


def location(response: Any) -> str:
    return str(response.headers["Location"])


def first_step(client: Client, user: User, **fields: str) -> Any:
    form = {"login": user.email, "password": PASSWORD} | fields
    return client.post(reverse("account_login"), form)


def second_step(client: Client, given: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": given})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def secret_on(page: str) -> str:
    """The key that the set-up page shows for typing."""
    return "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))


def set_up_app(client: Client) -> Any:
    url = reverse("mfa_activate_totp")
    secret = secret_on(client.get(url).content.decode())
    return client.post(url, {"code": code(secret)})


def confirm(client: Client, given: str | None = None) -> Any:
    return client.post(reverse("mfa_reauthenticate"), {"code": given or code()})


@pytest.fixture
def lead() -> User:
    """A lead with password and authenticator app."""
    user = factories.make_user("lead@bank.example", name="Lena Lead", password=PASSWORD)
    factories.make_bank(user)
    return user


@pytest.fixture
def bare_lead() -> User:
    """A lead who has signed up but has no second factor yet."""
    user = factories.make_user("bare@bank.example", name="Bea Bare", password=PASSWORD)
    bank = factories.make_bank(lead=factories.make_user("first@bank.example"), name="Bare Bank")
    Membership.objects.create(organisation=bank, user=user, role=Role.LEAD)
    return user


@pytest.fixture
def member() -> User:
    """A respondent with a password, whose role needs no second factor."""
    user = factories.make_user("member@bank.example", password=PASSWORD)
    bank = factories.make_bank(factories.make_user("head@bank.example"))
    factories.add_member(bank, user)
    return user


# ---- S23: nothing privileged by a password alone -----------------------------------------------


# Leaving a bank shows its name and gives up a role; whoever may not enter may still leave.
OPEN_TO_LEAVE = {"leave"}


def privileged_lines(role: int) -> Iterator[str]:
    for name, line in TABLE.items():
        if name not in OPEN_TO_LEAVE and line.ids is not type(line).ids and not line.personal:
            statuses = [int(line.get.split()[role]), int(line.post.split()[role])]
            if any(status in {200, 302} for status in statuses):
                yield name


@pytest.mark.parametrize("part", ["lead", "consultant", "admin"])
def test_s23_a_session_without_second_factor_reaches_nothing_of_a_bank(
    part: str, cast: Cast, stages: tuple[Stage, Stage]
) -> None:
    user = getattr(cast, part)
    Authenticator.objects.filter(user=user).delete()
    client = signed_in(user)
    column = {"lead": 0, "consultant": 3, "admin": 4}[part]
    names = list(privileged_lines(column))
    assert len(names) > 8
    for name in names:
        line = TABLE[name]
        url = reverse(name, args=line.ids(stages[0]))
        for method, expected in (("get", line.get), ("post", line.post)):
            if expected.split()[column] not in {"200", "302"}:
                continue
            response = ask(client, method, url, line)
            plain(response)
            target = response.headers.get("Location", "")
            refused = response.status_code == 403 or target.startswith(reverse("second_factor"))
            assert (name, method, refused) == (name, method, True)


def test_s23_the_way_to_the_second_factor_comes_back(client: Client, bare_lead: User) -> None:
    bank = reverse("bank", args=[bare_lead.memberships.get().organisation_id])
    first_step(client, bare_lead)
    page = client.get(bank, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("second_factor"))
    assert "Your role opens a whole bank" in page.content.decode()
    assert set_up_app(client).headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("second_factor_onward")).headers["Location"] == bank
    assert client.get(bank).status_code == 200


@pytest.mark.parametrize("target", EVIL)
def test_s26_the_page_of_the_second_factor_leads_to_no_other_site(
    client: Client, bare_lead: User, target: str
) -> None:
    first_step(client, bare_lead)
    client.get(reverse("second_factor"), {"next": target})
    assert client.get(reverse("second_factor_onward")).headers["Location"] == reverse("home")


@pytest.mark.parametrize("target", EVIL)
def test_s26_confirming_leads_to_no_other_site(client: Client, lead: User, target: str) -> None:
    client.force_login(lead)
    url = reverse("mfa_reauthenticate")
    answer = client.post(url, {"code": code(), "next": target})
    assert answer.headers["Location"] == reverse("home")


def test_s23_the_demo_account_is_waived_only_where_demo_is_on(
    client: Client, bare_lead: User, settings: Any
) -> None:
    User.objects.filter(pk=bare_lead.pk).update(demo=True)
    bank = reverse("bank", args=[bare_lead.memberships.get().organisation_id])
    client.force_login(bare_lead)
    found = []
    for demo in (True, False):
        settings.DEMO = demo
        found.append(client.get(bank).status_code)
    assert found == [200, 302]


# ---- S23: signing in takes both steps ----------------------------------------------------------


def test_s23_signing_in_is_not_complete_before_the_second_step(client: Client, lead: User) -> None:
    answer = first_step(client, lead)
    assert (answer.headers["Location"], is_in(client)) == (reverse("mfa_authenticate"), False)
    assert client.get(reverse("home")).status_code == 302
    assert second_step(client, code()).headers["Location"] == reverse("home")
    assert is_in(client)


def test_the_second_step_goes_on_to_where_the_person_was(client: Client, lead: User) -> None:
    first_step(client, lead, next="/account/")
    assert second_step(client, code()).headers["Location"] == "/account/"


@pytest.mark.parametrize("given", ["", "000000", "abcdef", "12345", "1" * 500, "۱۲۳۴۵۶"])
def test_a_wrong_code_signs_nobody_in(client: Client, lead: User, given: str) -> None:
    first_step(client, lead)
    page = second_step(client, given)
    assert (page.status_code, is_in(client)) == (200, False)
    assert "Please correct this" in page.content.decode()


def test_a_code_of_the_half_minute_before_is_too_old(client: Client, lead: User) -> None:
    first_step(client, lead)
    second_step(client, code(periods=-1))
    assert not is_in(client)


def test_guessing_codes_is_stopped_even_for_the_right_one(client: Client, lead: User) -> None:
    with time_machine.travel(time.time() // 30 * 30 + 1, tick=False):
        first_step(client, lead)
        for _ in range(5):
            second_step(client, "000000")
        page = second_step(client, code()).content.decode()
    assert ("Too many attempts" in page, is_in(client)) == (True, False)


def test_s23_resetting_the_password_does_not_skip_the_second_factor(
    client: Client, lead: User, mailoutbox: Any
) -> None:
    client.post(reverse("account_reset_password"), {"email": lead.email})
    given = {"code": code_in(mailoutbox[0])}
    client.post(reverse("account_confirm_password_reset_code"), given)
    new = "another long password"
    client.post(reverse("account_complete_password_reset"), {"password1": new})
    assert not is_in(client)
    first_step(client, lead, password=new)
    assert not is_in(client)
    assert Authenticator.objects.filter(user=lead).count() == 1
    second_step(client, code())
    assert is_in(client)


def test_s23_confirming_the_address_does_not_skip_the_second_factor(
    client: Client, lead: User, mailoutbox: Any
) -> None:
    lead.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]  # allauth's table
    first_step(client, lead)
    given = {"code": code_in(mailoutbox[0])}
    answer = client.post(reverse("account_email_verification_sent"), given)
    assert (location(answer), is_in(client)) == (reverse("mfa_authenticate"), False)


# ---- S23: a code works once --------------------------------------------------------------------


def test_s23_a_code_does_not_sign_in_twice(lead: User) -> None:
    with time_machine.travel(time.time() // 30 * 30 + 1, tick=False):
        found = []
        for visitor in (Client(), Client()):
            first_step(visitor, lead)
            second_step(visitor, code())
            found.append(is_in(visitor))
    assert found == [True, False]


def test_s23_the_code_that_set_the_app_up_is_used_too(client: Client, bare_lead: User) -> None:
    with time_machine.travel(time.time() // 30 * 30 + 1, tick=False):
        first_step(client, bare_lead)
        url = reverse("mfa_activate_totp")
        secret = secret_on(client.get(url).content.decode())
        client.post(url, {"code": code(secret)})
        elsewhere = Client()
        first_step(elsewhere, bare_lead)
        second_step(elsewhere, code(secret))
    assert not is_in(elsewhere)


@pytest.mark.django_db(transaction=True)
def test_s23_of_several_processes_at_once_one_accepts_a_code() -> None:
    """Every thread has a connection of its own to the shared cache, as a process has."""
    user = factories.make_user("lead@bank.example", second_factor=True)
    app = Authenticator.objects.get(user=user)
    with time_machine.travel(time.time() // 30 * 30 + 1, tick=False):
        given = code()
        accepted = at_once(lambda: app.wrap().validate_code(given))
    assert accepted == Counter({True: 1, False: 3})


@pytest.mark.django_db(transaction=True)
def test_s23_without_shared_memory_of_used_codes_the_race_would_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: were nothing remembered, every process would accept."""
    user = factories.make_user("lead@bank.example", second_factor=True)
    app = Authenticator.objects.get(user=user)
    forgetful = SimpleNamespace(add=lambda *args, **kwargs: True)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.cache", forgetful)
    with time_machine.travel(time.time() // 30 * 30 + 1, tick=False):
        given = code()
        accepted = at_once(lambda: app.wrap().validate_code(given))
    assert accepted == Counter({True: 4})


def at_once(work: Any) -> Counter[bool]:
    start = Barrier(4)

    def one(_place: int) -> bool:
        start.wait()
        try:
            return bool(work())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(one, range(4)))


# ---- recovery codes ----------------------------------------------------------------------------


def codes_of(user: User) -> list[str]:
    return list(RecoveryCodes.activate(user).get_unused_codes())


def test_a_recovery_code_signs_in_once(lead: User) -> None:
    first = codes_of(lead)[0]
    found = []
    for visitor in (Client(), Client()):
        first_step(visitor, lead)
        second_step(visitor, first)
        found.append(is_in(visitor))
    assert found == [True, False]
    assert first not in codes_of(lead)


@pytest.mark.django_db(transaction=True)
def test_s18_of_several_at_once_exactly_one_uses_a_recovery_code() -> None:
    user = factories.make_user("lead@bank.example", second_factor=True)
    given = codes_of(user)[3]

    def use() -> bool:
        kept = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
        return bool(kept.wrap().validate_code(given))

    assert at_once(use) == Counter({True: 1, False: 3})


def test_recovery_codes_are_shown_once_with_a_file_of_the_same(
    client: Client, bare_lead: User
) -> None:
    first_step(client, bare_lead)
    shown = client.get(set_up_app(client).headers["Location"]).content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", shown)
    assert codes == codes_of(bare_lead)
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download=', shown)
    assert file is not None
    assert unquote(file.group(1)).split()[-10:] == codes
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert [given for given in codes if given in again] == []
    assert "10 unused codes are left." in again


def test_new_recovery_codes_replace_the_earlier_ones(client: Client, lead: User) -> None:
    before = codes_of(lead)
    client.force_login(lead)
    confirm(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    assert set(before) & set(codes_of(lead)) == set()


def test_recovery_codes_alone_are_no_second_factor(client: Client, bare_lead: User) -> None:
    codes_of(bare_lead)
    client.force_login(bare_lead)
    bank = reverse("bank", args=[bare_lead.memberships.get().organisation_id])
    assert client.get(bank).status_code == 302


# ---- setting up --------------------------------------------------------------------------------


def test_signing_up_leads_over_the_second_factor_to_the_bank(
    client: Client, mailoutbox: Any
) -> None:
    sign_up(client)
    given = {"code": code_in(mailoutbox[0])}
    answer = client.post(reverse("account_email_verification_sent"), given, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("second_factor"))
    codes = client.get(set_up_app(client).headers["Location"]).content.decode()
    assert reverse("second_factor_onward") in codes
    arrived = client.get(reverse("second_factor_onward"), follow=True)
    assert (arrived.status_code, SIGN_UP["bank"] in arrived.content.decode()) == (200, True)


def test_a_wrong_code_keeps_the_secret_that_was_scanned(client: Client, bare_lead: User) -> None:
    first_step(client, bare_lead)
    url = reverse("mfa_activate_totp")
    secrets = [secret_on(client.get(url).content.decode()) for _ in range(2)]
    wrong = client.post(url, {"code": "000000"}).content.decode()
    assert [*secrets, secret_on(wrong)] == [secrets[0]] * 3
    assert "This code is not right" in wrong
    assert not Authenticator.objects.filter(user=bare_lead).exists()


def test_the_set_up_page_is_a_picture_without_script_or_style(
    client: Client, bare_lead: User
) -> None:
    first_step(client, bare_lead)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert re.findall(r"<script(?! src=\"/static/)|<style|\sstyle=|\son\w+=", page) == []


def test_long_after_signing_in_the_password_is_asked_for_first(
    client: Client, bare_lead: User
) -> None:
    first_step(client, bare_lead)
    session = client.session
    session["began_at"] -= 3600
    session.save()
    url = reverse("mfa_activate_totp")
    assert unquote(location(client.get(url))) == f"{reverse('account_reauthenticate')}?next={url}"
    form = {"password": "wrong", "next": url}
    assert client.post(reverse("account_reauthenticate"), form).status_code == 200
    form["password"] = PASSWORD
    assert client.post(reverse("account_reauthenticate"), form).headers["Location"] == url
    assert client.get(url).status_code == 200


def test_who_has_a_second_factor_confirms_with_it_and_not_by_password(
    client: Client, lead: User
) -> None:
    client.force_login(lead)
    form = {"password": PASSWORD, "next": reverse("mfa_add_webauthn")}
    answer = client.post(reverse("account_reauthenticate"), form)
    assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("mfa_add_webauthn")).status_code == 302
    confirm(client)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_adding_a_factor_ends_other_sessions_renews_this_one_and_tells_by_mail(
    client: Client, bare_lead: User, mailoutbox: Any
) -> None:
    elsewhere, listed = Client(), Client()
    elsewhere.force_login(bare_lead)
    for visitor in (client, listed):
        first_step(visitor, bare_lead)
    before = client.session.session_key
    set_up_app(client)
    assert client.session.session_key != before
    assert [
        visitor.get(reverse("account")).status_code for visitor in (client, listed, elsewhere)
    ] == [
        200,
        302,
        302,
    ]
    assert [row.session_key for row in SignIn.objects.all()] == [client.session.session_key]
    letter = mailoutbox[-1]
    assert (letter.to, letter.subject) == ([bare_lead.email], "An authenticator app was added")
    html, kind = letter.alternatives[0]
    assert (kind, "An authenticator app now protects" in html) == ("text/html", True)
    verbs = Event.objects.filter(actor=bare_lead.pk).values_list("verb", "target")
    assert list(verbs) == [("added authenticator app", f"user:{bare_lead.pk}")]


# ---- removing ----------------------------------------------------------------------------------


def test_s23_a_lead_does_not_remove_the_last_second_factor(client: Client, lead: User) -> None:
    client.force_login(lead)
    confirm(client)
    url = reverse("mfa_deactivate_totp")
    for answer in (client.get(url), client.post(url)):
        assert "Your role needs a second factor, and this is the only one" in (
            answer.content.decode()
        )
    assert Authenticator.objects.filter(user=lead, type="totp").exists()


def test_s23_a_lead_does_not_remove_the_last_passkey(client: Client, lead: User) -> None:
    Authenticator.objects.filter(user=lead).delete()
    key = passkey(lead)
    client.force_login(lead)
    session = client.session
    confirmed(session, lead)
    url = reverse("mfa_remove_webauthn", args=[key.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url)
    assert (answer.status_code, "this is the only one" in answer.content.decode()) == (422, True)
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_one_of_two_factors_may_go(client: Client, lead: User) -> None:
    key = passkey(lead)
    client.force_login(lead)
    confirm(client)
    answer = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert answer.headers["Location"] == reverse("second_factor")
    assert list(Authenticator.objects.filter(user=lead).values_list("type")) == [("totp",)]


def test_whose_role_needs_none_removes_the_last_factor(client: Client, member: User) -> None:
    factories.add_second_factor(member)
    codes_of(member)
    client.force_login(member)
    confirm(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=member).count() == 0
    assert client.get(reverse("account")).status_code == 200
    assert Event.objects.filter(actor=member.pk, verb="removed authenticator app").count() == 1


def test_removing_a_factor_needs_a_fresh_look_at_it(client: Client, member: User) -> None:
    factories.add_second_factor(member)
    client.force_login(member)
    for answer in (
        client.get(reverse("mfa_deactivate_totp")),
        client.post(reverse("mfa_deactivate_totp")),
    ):
        assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user=member).count() == 1


# ---- passkeys ----------------------------------------------------------------------------------


def passkey(user: User, name: str = "Laptop") -> Authenticator:
    """A passkey as the table holds it; its credential was made by no device."""
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def confirmed(session: Any, user: User) -> None:
    """Note in a session that its person has just shown a factor."""
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "webauthn", "reauthenticated": True, "at": time.time()}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def test_a_passkey_is_renamed_and_the_name_is_judged(client: Client, lead: User) -> None:
    key = passkey(lead)
    client.force_login(lead)
    confirm(client)
    url = reverse("mfa_edit_webauthn", args=[key.pk])
    for name in ("", "a\u202eb", "x" * 61):
        client.post(url, {"name": name})
    client.post(url, {"name": "  Phone  of Lena "})
    key.refresh_from_db()
    assert key.data["name"] == "Phone of Lena"


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_s3_nobody_reaches_another_person_s_passkey(
    client: Client, lead: User, member: User, name: str
) -> None:
    key = passkey(member)
    client.force_login(lead)
    confirm(client)
    answers = [
        plain(client.post(reverse(name, args=[pk]), {"name": "Mine"}))[:2]
        for pk in (key.pk, key.pk + 10**6)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    key.refresh_from_db()
    assert key.data["name"] == "Laptop"


@pytest.mark.parametrize(
    "credential",
    ["", "{", "[]", "{}", "null", '{"response": {}}', '{"id": "AA", "rawId": "AA", "response": 1}'],
)
def test_a_garbled_passkey_answer_signs_nobody_in(client: Client, credential: str) -> None:
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert (answer.headers["Location"], is_in(client)) == (reverse("account_login"), False)


def test_the_options_for_signing_in_name_nobody(client: Client, lead: User) -> None:
    passkey(lead)
    answer = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    options = json.loads(answer.content)["request_options"]["publicKey"]
    assert options["userVerification"] == "required"
    assert not options.get("allowCredentials")


# ---- secrets at rest ---------------------------------------------------------------------------


def test_the_secret_stands_nowhere_in_the_clear(client: Client, bare_lead: User) -> None:
    first_step(client, bare_lead)
    secret = secret_on(client.get(reverse("mfa_activate_totp")).content.decode())
    assert secret not in str(dict(client.session))
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    rows = {row.type: row.data for row in Authenticator.objects.filter(user=bare_lead)}
    assert secret not in str(rows)
    assert unseal(rows["totp"]["secret"]) == secret
    assert len(unseal(rows["recovery_codes"]["seed"])) == 80


def test_a_new_secret_key_opens_what_an_earlier_one_sealed(settings: Any) -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 6
    renewed = renew(sealed)
    assert (unseal(sealed), unseal(renewed)) == ("JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(renewed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_the_page_of_factors_takes_the_same_queries_for_many_passkeys(
    client: Client, lead: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(lead)
    client.get(reverse("second_factor"))
    with django_assert_max_num_queries(6):
        client.get(reverse("second_factor"))
    for number in range(12):
        passkey(lead, f"Key {number}")
    with django_assert_max_num_queries(6):
        page = client.get(reverse("second_factor")).content.decode()
    assert page.count("added ") == 12
