"""What whoever runs the server does for accounts, from the command line."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from assessments.models import Event
from assessments.people.account_secrets import unseal
from tests import factories
from tests.conftest import Cast
from tests.people.test_second_factor import codes_of


def run(*words: str) -> str:
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue().strip()


def test_a_lost_factor_is_removed_with_every_session_and_leaves_an_event(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.lead)
    codes_of(cast.lead)
    said = run("remove_second_factor", cast.lead.email.upper())
    assert said == "1 removed; the person sets one up at the next sign-in"
    assert not Authenticator.objects.filter(user=cast.lead).exists()
    assert client.get(reverse("account")).status_code == 302
    event = Event.objects.get(verb="second factors removed")
    assert (event.actor, event.target) == (None, f"user:{cast.lead.pk}")
    cast.lead.refresh_from_db()
    client.force_login(cast.lead)
    bank = client.get(reverse("bank", args=[cast.bank.pk]))
    assert bank.headers["Location"].startswith(reverse("second_factor"))


def test_an_address_without_account_is_said_to_have_none(db: None) -> None:
    with pytest.raises(CommandError, match="no account has this address"):
        run("remove_second_factor", "nobody@bank.example")


def test_secrets_sealed_under_an_earlier_key_are_sealed_under_today_s(
    cast: Cast, settings: Any
) -> None:
    codes = codes_of(cast.lead)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 6
    app = Authenticator.objects.get(user=cast.lead, type="totp")
    before = app.data["secret"]
    expected = Authenticator.objects.count()
    assert run("renew_secrets") == f"{expected} renewed"
    settings.SECRET_KEY_FALLBACKS = []
    app.refresh_from_db()
    assert unseal(app.data["secret"]) == factories.TOTP_SECRET
    assert codes_of(cast.lead) == codes
    with pytest.raises(InvalidToken):
        unseal(before)
