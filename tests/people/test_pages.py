"""Every page that the frame links to opens."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast

PUBLIC = ["landing", "help", "privacy", "method", "account_login", "account_signup"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_opens_without_signing_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_the_account_page_opens_for_a_member(client: Client, cast: Cast) -> None:
    client.force_login(cast.respondent)
    assert client.get(reverse("account")).status_code == 200
