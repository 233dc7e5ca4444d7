"""A consultant finds the clients that need a word, and lays two of them side by side."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.management.commands.seed_portfolio import seed
from assessments.models import Organisation, Role, User
from tests import factories
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def firm(transactional_db: None) -> Organisation:
    return seed(banks=16, rounds=2, name="Tidewater", now=timezone.now())


@pytest.fixture
def clients_page(
    page: Page, live_server: LiveServer, firm: Organisation, admin: User, sign_in: SignIn
) -> Page:
    """The portfolio, opened by the firm's admin."""
    sign_in(page.context, admin)
    page.goto(f"{live_server.url}/firms/{firm.pk}/")
    return page


@pytest.fixture
def admin(firm: Organisation) -> User:
    person = factories.make_user("admin@tidewater.example", name="Ada Admin")
    factories.add_member(firm, person, Role.ADMIN)
    return person


def names(page: Page) -> list[str]:
    return page.locator(".bank-link").all_inner_texts()


def test_filter_sort_select_and_compare(clients_page: Page, clean_console: list[str]) -> None:
    page = clients_page
    expect(page.get_by_role("heading", level=1)).to_have_text("Clients (16)")

    # Filter by two lists and take one off again.
    page.get_by_text("More filters").click()
    page.get_by_label("Placement").select_option(label="Firm")
    page.get_by_label("Round at work").select_option(label="None at work")
    page.locator(".filter-grid").get_by_role("button", name="Filter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"Clients \(\d+ of 16\)"))
    page.get_by_role("link", name="Remove the filter Round at work: None at work").click()
    found = names(page)
    assert 2 < len(found) < 16

    # Sort by the bank's score, and turn it round.
    head = page.get_by_role("columnheader", name="Bank score")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    rising = names(page)
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page) == rising[::-1]

    # A row under the pointer is drawn with its name.
    page.locator(".clients tbody tr").first.hover()
    expect(page.locator(".hover-name")).to_have_text(names(page)[0])

    # Seven are too many to compare, two are not.
    boxes = page.locator('input[name="select"]')
    compare = page.get_by_role("button", name="Compare selected")
    count = min(7, boxes.count())
    for number in range(count):
        boxes.nth(number).check()
    expect(page.locator("#selected-count")).to_contain_text(f"{count} selected")
    if count > 6:
        expect(compare).to_be_disabled()
        expect(page.locator("#selected-count")).to_contain_text("At most 6 can be compared.")
    for number in range(2, count):
        boxes.nth(number).uncheck()
    compare.click()
    expect(page).to_have_url(re.compile(r"/compare/\?round=[0-9a-f-]+&round=[0-9a-f-]+&firm="))
    for name in rising[::-1][:2]:
        expect(page.get_by_role("main")).to_contain_text(name)
