"""A real Chromium against a real server with a database in a file."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from assessments.models import Assessment, Sheet, User
from tests import factories

# Playwright's own event loop runs in this thread; the server runs in others.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of one that Playwright would download."""
    return browser_type_launch_args | {"executable_path": _CHROMIUM, "args": _QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


SignIn = Callable[[BrowserContext, User], None]


@pytest.fixture
def sign_in(live_server: LiveServer) -> SignIn:
    """Put a person's session into a browser context, without the password's slow hashing."""

    def put(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])

    return put


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One lead, one bank, one open round, one empty sheet, and where they are served."""

    user: User
    assessment: Assessment
    sheet: Sheet
    url: str

    def path(self, tail: str = "") -> str:
        return f"{self.url}/rounds/{self.assessment.pk}/{tail}"

    def answers(self) -> dict[str, int | str]:
        """What the database holds, by item."""
        rows = self.sheet.answers.order_by("item").values_list("item", "level", "special")
        return {item: level if level is not None else special for item, level, special in rows}


@pytest.fixture
def stage(transactional_db: None, live_server: LiveServer) -> Stage:
    """The bank of a lead who is about to answer."""
    user = factories.make_user("lead@norvane.example", name="Lena Lead")
    bank = factories.make_bank(user)
    assessment = factories.make_round(bank)
    sheet = factories.make_sheet(assessment, user)
    return Stage(user=user, assessment=assessment, sheet=sheet, url=live_server.url)


@pytest.fixture
def clean_console(page: Page) -> Iterator[list[str]]:
    """Fails a test whose page wrote an error or met the content security policy."""
    noise: list[str] = []
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("console", lambda line: noise.append(line.text) if line.type == "error" else None)
    yield noise
    assert noise == []


@pytest.fixture
def lead_page(page: Page, stage: Stage, sign_in: SignIn, clean_console: list[str]) -> Page:
    """The lead, signed in."""
    sign_in(page.context, stage.user)
    page.set_default_timeout(10_000)
    return page
