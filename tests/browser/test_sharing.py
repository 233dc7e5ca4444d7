"""A link from the lead's desk to a reader's browser and back: made, read, taken away, revoked."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from assessments.models import Assessment, ShareLink, User
from tests import factories
from tests.browser.test_every_page import faults_of
from tests.sharing.links import PASSCODE, make_link, published_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRINTED = 60_000  # ms
SignIn = Callable[[BrowserContext, User], None]


@pytest.fixture
def lead(transactional_db: None) -> User:
    return factories.make_user("lead@norvane.example", name="Lena Lead")


@pytest.fixture
def result(lead: User, settings: Any, tmp_path: Path, live_server: LiveServer) -> Assessment:
    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, live_server.url
    return published_round(factories.make_bank(lead), lead)


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, sign_in: SignIn, lead: User) -> BrowserContext:
    """The lead's browser."""
    context = browser.new_context(
        base_url=live_server.url, permissions=["clipboard-read", "clipboard-write"]
    )
    sign_in(context, lead)
    return context


def make_by_hand(page: Page, result: Assessment) -> str:
    """Fill in the form, copy the link by its button, and give what the clipboard holds."""
    page.goto(f"/rounds/{result.pk}/results/")
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("For whom").fill("External auditor")
    page.get_by_label("7 days").check()
    page.get_by_label("Passcode").fill(PASSCODE)
    page.get_by_label("The reader may download the PDF").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("h1")).to_have_text("The link for External auditor is made")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied == page.get_by_label("Select and copy").input_value()
    return copied


def read(page: Page, link: str) -> None:
    """From the door past the passcode to the result and its roadmap."""
    page.goto(link)
    page.get_by_role("link", name="Open the result").click()
    page.get_by_label("Passcode").fill("sea-otter-8")
    page.get_by_role("button", name="Open the result").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the passcode.")
    page.get_by_label("Passcode").fill(PASSCODE)
    page.get_by_role("button", name="Open the result").click()
    expect(page.get_by_text("Shared with you, read-only")).to_be_visible()
    page.get_by_role("link", name="See the roadmap").click()
    expect(page.locator("table.lanes")).to_be_visible()


def take_pdf(page: Page) -> PdfReader:
    """Wait for the file; the page begins the download by itself where it was not ready."""
    with page.expect_download(timeout=PRINTED) as download:
        page.get_by_role("link", name="PDF", exact=True).click()
        if page.locator("#report-state").get_attribute("data-state") == "ready":
            page.get_by_role("link", name="Download PDF").click()
    assert download.value.suggested_filename == "Norvane-Bank-2026H1-maturity-en.pdf"
    return PdfReader(BytesIO(Path(download.value.path()).read_bytes()))


def test_a_link_is_made_read_taken_away_and_revoked(
    desk: BrowserContext, browser: Browser, result: Assessment, live_server: LiveServer
) -> None:
    at_desk = desk.new_page()
    link = make_by_hand(at_desk, result)
    reader = browser.new_context(base_url=live_server.url)
    page = reader.new_page()
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))  # noqa: PLW0108 -- Playwright marks what it calls
    read(page, link)
    assert "Norvane Bank" in take_pdf(page).pages[0].extract_text()
    token = link.split("/")[-2]
    told = [request for request in sent if token in str(request.all_headers().get("referer", ""))]
    assert told == []
    assert {request.url.split("/")[2] for request in sent} == {live_server.url.split("/")[2]}

    at_desk.get_by_role("link", name="Done").click()
    row = at_desk.get_by_role("row", name=re.compile("External auditor"))
    expect(row).to_contain_text("1 time")
    row.get_by_role("link", name="Revoke").click()
    at_desk.get_by_role("button", name="Revoke the link").click()
    expect(at_desk.get_by_role("row", name=re.compile("External auditor"))).to_contain_text(
        "Revoked"
    )
    gone = page.reload()
    assert gone is not None
    assert gone.status == 410
    expect(page.locator("h1")).to_have_text("Nothing is open here")
    again = page.goto(link)
    assert again is not None
    assert again.status == 410
    reader.close()
    desk.close()


def test_reading_needs_no_script(
    browser: Browser, result: Assessment, lead: User, live_server: LiveServer
) -> None:
    link, token = make_link(result, lead, passcode=PASSCODE)
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    read(context.new_page(), f"/share/{token}/")
    assert ShareLink.objects.get(pk=link.pk).opened == 1
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_of_sharing_is_accessible_and_fits(
    width: int,
    browser: Browser,
    desk: BrowserContext,
    result: Assessment,
    live_server: LiveServer,
) -> None:
    lead = User.objects.get()
    open_, token = make_link(result, lead, label="An auditor " + "x" * 60)
    ShareLink.objects.filter(pk=open_.pk).update(with_report=True)
    guarded, other = make_link(result, lead, passcode=PASSCODE)
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 800}
    )
    page, faults = context.new_page(), []
    for address in (
        f"/share/{token}/",
        f"/share/{other}/",
        f"/shared/{open_.pk}/",
        f"/shared/{open_.pk}/roadmap/",
        f"/shared/{open_.pk}/report/",
        f"/shared/{guarded.pk}/passcode/",
        "/share/garbled/",
    ):
        faults += faults_of(page, address, width)
    at_desk = desk.new_page()
    at_desk.set_viewport_size({"width": width, "height": 800})
    for tail in ("", f"{open_.pk}/revoke/"):
        faults += faults_of(at_desk, f"/rounds/{result.pk}/links/{tail}", width)
    at_desk.goto(f"/rounds/{result.pk}/links/")
    at_desk.get_by_label("For whom").fill("Somebody")
    at_desk.get_by_role("button", name="Make the link").click()
    assert at_desk.evaluate("document.documentElement.scrollWidth") <= width
    assert faults == []
    context.close()
    desk.close()
