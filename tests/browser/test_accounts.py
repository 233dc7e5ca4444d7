"""Signing up with a second factor, and passkeys, in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.models import Membership, Role, User
from tests import factories
from tests.browser.test_every_page import state_faults
from tests.factories import PASSWORD
from tests.people.test_accounts import code_in
from tests.people.test_second_factor import code as totp

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[1280, 360])
def visitor(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer
) -> Iterator[Page]:
    """A window of a desk or of a phone, whose console must stay quiet."""
    size = {"width": int(request.param), "height": 800}
    context = browser.new_context(base_url=live_server.url, viewport=size)  # type: ignore[arg-type]  # two whole numbers
    page = context.new_page()
    noise: list[str] = []
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("console", lambda line: noise.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert noise == []


def fits(page: Page) -> None:
    """The page as it stands is accessible and within the screen."""
    assert state_faults(page) == []


def code(page: Page) -> str:
    """What an app shows that was given the key on the page."""
    page.get_by_text("Cannot scan?").click()
    secret = re.sub(r"\s", "", page.locator(".typed-key").inner_text())
    return totp(secret)


def test_a_founding_lead_signs_up_sets_up_an_app_and_arrives_at_the_bank(visitor: Page) -> None:
    visitor.goto(reverse("account_signup"))
    visitor.get_by_label("E-mail address").fill("nora@kestrel.example")
    visitor.get_by_label("Password").fill("violet tram over nine lakes")
    visitor.get_by_label("Your name").fill("Nora New")
    visitor.get_by_label("Name of the bank").fill("Kestrel Bank")
    visitor.get_by_role("button", name="Create account").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Confirm your e-mail address")
    visitor.get_by_label("Code from the e-mail").fill(code_in(mail.outbox[-1]))
    visitor.get_by_role("button", name="Confirm").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(
        "Protect your account with a second factor"
    )
    fits(visitor)
    visitor.get_by_role("link", name="Set up an app").click()
    expect(visitor.locator("img.qr")).to_be_visible()
    assert visitor.locator("img.qr").evaluate("img => img.complete && img.naturalWidth > 0")
    fits(visitor)
    visitor.get_by_label("Six-digit code").fill(code(visitor))
    visitor.get_by_role("button", name="Turn it on").click()
    expect(visitor.locator(".code-list li")).to_have_count(10)
    fits(visitor)
    with visitor.expect_download() as saved:
        visitor.get_by_role("link", name="Save as a file").click()
    shown = visitor.locator(".code-list li").all_inner_texts()
    kept = saved.value.path().read_text(encoding="utf-8").split()
    assert (saved.value.suggested_filename, kept[-10:]) == ("maturity-recovery-codes.txt", shown)
    visitor.get_by_role("link", name="I have kept them").click()
    expect(visitor.locator("header .mark")).to_contain_text("Kestrel Bank")
    assert [message.subject for message in mail.outbox] == [
        "Confirm your e-mail address",
        "An authenticator app was added",
    ]


def device(context: BrowserContext, page: Page) -> Any:
    """A device that recognises its owner, as a laptop with a fingerprint reader does."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def test_a_passkey_protects_signs_in_and_confirms(visitor: Page) -> None:
    user = factories.make_user("lena@norvane.example", name="Lena Lead", password=PASSWORD)
    bank = factories.make_bank(factories.make_user("first@norvane.example"), name="Norvane Bank")
    Membership.objects.create(organisation=bank, user=user, role=Role.LEAD)
    device(visitor.context, visitor)
    sign_in_by_password(visitor, user)
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Protect your account")
    visitor.get_by_role("link", name="Add a passkey").click()
    fits(visitor)
    visitor.get_by_label("Name of the passkey").fill("Laptop")
    visitor.get_by_role("button", name="Add the passkey").click()
    expect(visitor.locator(".code-list li")).to_have_count(10)
    visitor.get_by_role("link", name="I have kept them").click()
    expect(visitor.locator("header .mark")).to_contain_text("Norvane Bank")
    assert Authenticator.objects.get(user=user, type="webauthn").data["name"] == "Laptop"
    sign_out(visitor)
    # without the password
    visitor.goto(reverse("account_login") + "?next=" + reverse("account"))
    fits(visitor)
    visitor.get_by_role("button", name="Sign in with a passkey").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Your account")
    # as the second step
    sign_out(visitor)
    sign_in_by_password(visitor, user)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("One more step")
    fits(visitor)
    visitor.get_by_role("button", name="Use a passkey").click()
    expect(visitor.locator("header .mark")).to_contain_text("Norvane Bank")
    # to confirm before something that matters
    visitor.goto(reverse("erase"))
    visitor.get_by_role("link", name="Use a passkey").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    fits(visitor)
    visitor.get_by_role("button", name="Use a passkey").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Erase your account?")
    fits(visitor)


def sign_in_by_password(page: Page, user: User) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto(reverse("account"))
    page.get_by_role("button", name="Sign out").click()


def test_a_passkey_that_is_not_there_says_so_and_leaves_the_password(visitor: Page) -> None:
    session = device(visitor.context, visitor)
    session.send("WebAuthn.disable")
    visitor.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('none'))")
    visitor.goto(reverse("account_login"))
    expect(visitor.get_by_role("alert")).to_be_hidden()
    visitor.get_by_role("button", name="Sign in with a passkey").click()
    expect(visitor.get_by_role("alert")).to_contain_text("or sign in with the password")
    expect(visitor.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
    fits(visitor)
