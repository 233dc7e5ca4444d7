"""Sessions: listed, limited, ended (S24); and guessing, mail and redirects around signing in."""

import os
import re
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import SignIn, User
from assessments.people.account_sessions import device_of
from tests import factories
from tests.conftest import Cast
from tests.factories import PASSWORD
from tests.people.test_second_factor import code, first_step, is_in, second_step

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Mobile Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
)


@pytest.fixture
def person() -> User:
    return factories.make_user("known@bank.example", name="Kim Known", password=PASSWORD)


def sign_in(user: User, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    first_step(client, user)
    assert is_in(client)
    return client


def works(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


# ---- the list ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox/Windows"),
        (CHROME, "Chrome/Android"),
        (SAFARI, "Safari/iPhone"),
        (EDGE, "Edge/macOS"),
        ("curl/8.5.0", "/"),
        ("", "/"),
        ("<script>alert(1)</script> Firefox/1 Windows", "Firefox/Windows"),
    ],
)
def test_a_device_is_named_in_plain_words_and_nothing_else_is_kept(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_v7_5_2_a_person_sees_where_they_are_signed_in(person: User) -> None:
    phone = sign_in(person, CHROME, "198.51.100.4")
    client = sign_in(person)
    page = client.get(reverse("sessions")).content.decode()
    found = re.findall(r"<strong>([^<]+?)(?: <span class=\"tag\">([^<]+)</span>)?</strong>", page)
    assert found == [("Firefox on Windows", "This one"), ("Chrome on Android", "")]
    assert re.findall(r"network address ([\d.]+)", page) == ["192.0.2.7", "198.51.100.4"]
    assert works(phone)


def test_nobody_else_sees_a_person_s_sessions(person: User, cast: Cast) -> None:
    sign_in(person, CHROME, "198.51.100.4")
    client = Client()
    client.force_login(cast.lead)
    page = client.get(reverse("sessions")).content.decode()
    assert [word for word in ("Android", "198.51.100.4") if word in page] == []


def test_the_list_takes_the_same_queries_for_many_sessions(
    person: User, django_assert_max_num_queries: Any
) -> None:
    clients = [sign_in(person, address=f"192.0.2.{number}") for number in range(6)]
    clients[0].get(reverse("sessions"))
    with django_assert_max_num_queries(5):
        page = clients[0].get(reverse("sessions")).content.decode()
    assert page.count("network address") == 6


def test_signing_in_drops_what_is_left_of_sessions_that_are_gone(person: User) -> None:
    gone = sign_in(person)
    Session.objects.all().delete()
    client = sign_in(person, CHROME)
    assert [row.device for row in SignIn.objects.all()] == ["Chrome/Android"]
    assert (works(gone), works(client)) == (False, True)


# ---- S24: ending -------------------------------------------------------------------------------


def test_s24_one_session_is_ended_from_another(person: User) -> None:
    client, other, third = (sign_in(person, agent) for agent in (FIREFOX, CHROME, SAFARI))
    row = SignIn.objects.get(device="Chrome/Android")
    answer = client.post(reverse("session_end", args=[row.pk]))
    assert answer.headers["Location"] == reverse("sessions")
    assert [works(visitor) for visitor in (client, other, third)] == [True, False, True]


def test_s24_nobody_ends_the_session_of_somebody_else(person: User, cast: Cast) -> None:
    client = sign_in(person)
    row = SignIn.objects.get()
    stranger = Client()
    stranger.force_login(cast.lead)
    stranger.post(reverse("session_end", args=[row.pk]))
    assert works(client)


def test_s24_all_others_end_listed_or_not_once_the_person_is_confirmed(person: User) -> None:
    client, other = sign_in(person), sign_in(person, CHROME)
    unlisted = Client()
    unlisted.force_login(person)
    session = client.session
    session["began_at"] -= 3600  # so that signing in is not a confirmation of its own
    session.save()
    url = reverse("sign_out_elsewhere")
    assert client.post(url).headers["Location"].startswith(reverse("account_reauthenticate"))
    assert works(other)
    form = {"password": PASSWORD, "next": reverse("sessions")}
    client.post(reverse("account_reauthenticate"), form)
    before = client.session.session_key
    client.post(url)
    assert client.session.session_key != before
    assert [works(visitor) for visitor in (client, other, unlisted)] == [True, False, False]
    assert [row.session_key for row in SignIn.objects.all()] == [client.session.session_key]


def test_s24_the_session_id_is_new_after_signing_in(client: Client, person: User) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    first_step(client, person)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_s24_the_session_id_is_new_after_the_second_step(client: Client, person: User) -> None:
    factories.add_second_factor(person)
    first_step(client, person)
    between = client.session.session_key
    second_step(client, code())
    assert (is_in(client), client.session.session_key != between) == (True, True)


def test_s24_signing_out_ends_the_session_for_whoever_copied_it(person: User) -> None:
    client = sign_in(person)
    copy = Client()
    copy.cookies = client.cookies.copy()  # type: ignore[assignment]  # a jar like the other
    key = client.session.session_key
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=key).exists()
    assert not works(copy)


def test_s24_disabling_an_account_ends_its_sessions(person: User) -> None:
    client = sign_in(person)
    User.objects.update(is_active=False)
    assert not works(client)


def test_s24_another_password_ends_all_sessions(person: User) -> None:
    client, other = sign_in(person), sign_in(person, CHROME)
    change = {"oldpassword": PASSWORD, "password1": "violet tram over nine lakes"}
    client.post(reverse("account_change_password"), change)
    assert [works(visitor) for visitor in (client, other)] == [False, False]


# ---- limits ------------------------------------------------------------------------------------


def test_v7_3_1_a_session_without_use_ends_after_two_hours(person: User) -> None:
    client = sign_in(person)
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=119), tick=False):
        assert works(client)
    with time_machine.travel(now + timedelta(minutes=238), tick=False):
        assert works(client)
    with time_machine.travel(now + timedelta(minutes=238 + 121), tick=False):
        assert not works(client)


def test_v7_3_2_a_session_ends_after_twelve_hours_however_much_it_is_used(person: User) -> None:
    client = sign_in(person)
    began = timezone.now()
    alive = []
    for minutes in range(60, 14 * 60, 60):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            alive.append(works(client))
    assert (alive[:11], alive[12:]) == ([True] * 11, [False])


def test_a_request_writes_nothing_about_its_session_within_ten_minutes(
    person: User, django_assert_num_queries: Any
) -> None:
    client = sign_in(person)
    client.get(reverse("privacy"))
    seen = SignIn.objects.get().seen_at
    with django_assert_num_queries(2):  # the session and the person, as on every page
        client.get(reverse("privacy"))
    assert SignIn.objects.get().seen_at == seen
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        client.get(reverse("privacy"))
        assert SignIn.objects.get().seen_at == timezone.now()


# ---- S21: limits on guessing -------------------------------------------------------------------

_GUESSES = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "assessments.config.settings"
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.test import Client
from django.urls import reverse
first = int(sys.argv[1])
for number in range(3):
    client = Client(headers={"x-forwarded-for": f"203.0.113.{first * 10 + number}"})
    form = {"login": "known@bank.example", "password": f"guess number {first} {number}"}
    page = client.post(reverse("account_login"), form).content.decode()
    print("stopped" if "Too many attempts" in page else "judged")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the processes share a database file")
def test_s21_the_limit_on_guessing_holds_across_four_processes_and_forged_addresses() -> None:
    factories.make_user("known@bank.example", password=PASSWORD)
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{name}", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-c", _GUESSES]
    root = Path(__file__).parents[2]
    running = [
        subprocess.Popen(
            [*command, str(number)],
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    outputs = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, outputs
    judged = " ".join(out for out, _ in outputs).split().count("judged")
    assert judged == 5
    client = Client()
    form = {"login": "known@bank.example", "password": PASSWORD}
    assert "Too many attempts" in client.post(reverse("account_login"), form).content.decode()


def test_s21_the_limit_on_an_address_in_the_network_does_not_start_anew_after_a_success(
    person: User,
) -> None:
    """Ten failures a minute from one place, whoever they are about; a success in between is none."""
    login = reverse("account_login")
    found = []
    for number in range(12):
        if number == 5:
            sign_in(person, address="127.0.0.1")
        form = {"login": f"nobody{number}@bank.example", "password": "a wrong password"}
        found.append("Too many attempts" in Client().post(login, form).content.decode())
    assert found == [False] * 10 + [True] * 2


# ---- S22: known and unknown look alike ---------------------------------------------------------

FORMS: dict[str, dict[str, str]] = {
    "account_login": {"login": "EMAIL", "password": "not the password"},
    "account_reset_password": {"email": "EMAIL"},
    "account_signup": {"email": "EMAIL", "password1": PASSWORD, "name": "N", "bank": "New Bank"},
}


def form_for(name: str, email: str) -> dict[str, str]:
    return {key: value.replace("EMAIL", email) for key, value in FORMS[name].items()}


@pytest.mark.parametrize("second_factor", [False, True])
@pytest.mark.parametrize("name", sorted(FORMS))
def test_s22_known_and_unknown_addresses_get_the_same_status_length_and_headers(
    name: str, second_factor: bool
) -> None:
    factories.make_user("known@bank.example", password=PASSWORD, second_factor=second_factor)
    seen = []
    for email in ("known@bank.example", "other@bank.example"):
        client = Client()
        answer = client.post(reverse(name), form_for(name, email))
        headers = {key for key in answer.headers if key != "Set-Cookie"}
        target = answer.headers.get("Location", "")
        after = len(client.get(target).content) if target else 0
        seen.append((answer.status_code, len(answer.content), target, headers, after))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("name", sorted(FORMS))
def test_s22_known_and_unknown_addresses_take_about_the_same_time(name: str, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    factories.make_user("known@bank.example", password=PASSWORD)
    Client().post(reverse(name), form_for(name, "warm@bank.example"))
    taken: dict[str, list[float]] = {"known": [], "other": []}
    for number in range(7):
        for who, times in taken.items():
            email = f"{who}@bank.example" if who == "known" else f"{who}{number}@bank.example"
            started = time.perf_counter()
            Client().post(reverse(name), form_for(name, email))
            times.append(time.perf_counter() - started)
    known, other = (statistics.median(found) for found in taken.values())
    assert max(known, other) / min(known, other) < 2
