"""A consultant chooses three clients, compares them, hides their names and takes the PDF away."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from assessments.models import Role, User
from tests import factories
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import Noise, faults_of
from tests.comparison.build import CANARIES, NAMES, PERIODS, case_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRINTED = 60_000  # ms
WIDE, NARROW = 1280, 320


@pytest.fixture
def consultant(transactional_db: None, settings: Any, tmp_path: Path) -> User:
    """A consultant with three clients whose rounds are published."""
    settings.MEDIA_ROOT = tmp_path
    admin = factories.make_user("admin@harbour.example")
    person = factories.make_user("consultant@harbour.example", name="Carl Consultant")
    firm = factories.make_firm(admin)
    factories.add_member(firm, person, Role.CONSULTANT)
    for place, name in enumerate(NAMES[:3]):
        bank = factories.make_bank(factories.make_user(f"lead{place}@client.example"), name=name)
        factories.make_engagement(bank, firm, person)
        factories.publish_case(bank, case_of(place), period=PERIODS[place])
    return person


def test_three_are_chosen_compared_lettered_and_printed(
    page: Page,
    live_server: LiveServer,
    consultant: User,
    sign_in: SignIn,
) -> None:
    sign_in(page.context, consultant)
    noise = Noise(live_server.url)
    noise.listen(page)
    page.goto(live_server.url + reverse("compare"))
    for name in NAMES[:3]:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("3 banks compared")
    named = page.url

    page.get_by_role("link", name="Only differences").click()
    expect(page.locator("#answers tbody tr:not(.group)")).to_have_count(
        page.locator("#answers tr.differs").count()
    )
    page.get_by_role("link", name="Letters instead of names").click()
    expect(page.get_by_role("columnheader", name="Bank B").first).to_be_visible()
    assert [canary for canary in CANARIES if canary in page.content()] == []

    with page.expect_download(timeout=PRINTED) as download:
        page.get_by_role("button", name="PDF of this comparison").click()
    assert download.value.suggested_filename == "comparison-3-banks-letters-en.pdf"
    data = Path(download.value.path()).read_bytes()
    reader = PdfReader(BytesIO(data))
    text = "".join(leaf.extract_text() for leaf in reader.pages)
    assert len(reader.pages) == 10
    assert [canary for canary in CANARIES if canary in text] == []
    status = page.url

    faults = faults_of(page, named, WIDE)
    page.set_viewport_size({"width": NARROW, "height": 800})
    for address in (named, status, live_server.url + reverse("compare")):
        faults += faults_of(page, address, NARROW)
    assert "\n".join(faults + noise.lines) == ""
