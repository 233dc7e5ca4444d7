"""Beginning with the last round's answers in a real browser: confirmed by keys, then handed in."""

import re

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment, Sheet, SheetStatus, User
from assessments.survey.outline import outline
from maturity import load_framework
from tests import factories
from tests.browser.conftest import SignIn

CAPACITY = [item.id for item in outline().by_slug["capacity-awareness"].items]


@pytest.fixture
def lead(transactional_db: None) -> User:
    """The lead of a bank whose last round is published, every question answered with level 3."""
    user = factories.make_user("lead@norvane.example", name="Lena Lead")
    bank = factories.make_bank(user)
    answers = dict.fromkeys(load_framework().items, 3)
    before = factories.publish_case(
        bank,
        {"respondents": [{"role": "executive", "answers": answers}]},
        period="2025 H2",
        at=factories.LONG_AGO,
    )
    sheet = factories.make_sheet(before, user, status=SheetStatus.SUBMITTED)
    factories.fill_sheet(sheet, factories.whole_sheet(3), at=factories.LONG_AGO)
    return user


def waiting(sheet: Sheet) -> set[str]:
    return set(sheet.answers.filter(carried=True).values_list("item", flat=True))


def test_a_round_begins_with_the_last_ones_answers_and_counts_what_keys_confirm(
    page: Page, live_server: object, lead: User, sign_in: SignIn, clean_console: list[str]
) -> None:
    sign_in(page.context, lead)
    page.set_default_timeout(10_000)
    bank = lead.memberships.get().organisation
    page.goto(f"{live_server}/banks/{bank.pk}/rounds/new/")
    page.get_by_label("With the answers of 2025 H2").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/rounds/[0-9a-f-]+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("0 of 54 questions answered")
    expect(page.get_by_text("54 answers not confirmed yet")).to_be_visible()
    round_ = Assessment.objects.get(carried_from__isnull=False)
    sheet = round_.sheets.get()

    page.goto(f"{live_server}/rounds/{round_.pk}/sections/capacity-awareness/#q-{CAPACITY[0]}")
    first = page.locator(f"[id='q-{CAPACITY[0]}']")
    expect(first.locator("[data-chip]")).to_have_text("Not confirmed yet")
    expect(first.locator("input:focus")).to_have_value("3")
    page.keyboard.press("c")  # as it is, and on to the next
    expect(first.locator("[data-chip]")).to_contain_text("Saved")
    expect(page.locator(f"[id='q-{CAPACITY[1]}'] input:focus")).to_have_count(1)
    page.keyboard.press("3")  # the same level by its digit confirms as well
    expect(page.locator(f"[id='q-{CAPACITY[1]}'] [data-chip]")).to_contain_text("Saved")
    page.keyboard.press("5")  # another level
    expect(page.locator(f"[id='q-{CAPACITY[2]}'] [data-chip]")).to_contain_text("Saved")
    expect(page.locator("[data-carried-note]")).to_be_hidden()
    expect(page.locator(".section-bar [data-progress]")).to_have_text(
        "3 of 3 answered on this page"
    )
    assert waiting(sheet).isdisjoint(CAPACITY)
    assert dict(sheet.changes.values_list("item", "level")) == dict(
        zip(CAPACITY, (3, 3, 5), strict=True)
    )

    page.goto(f"{live_server}/rounds/{round_.pk}/sections/capacity-usage/")
    last = page.locator("[data-confirm]").last
    last.click()
    expect(page.locator("#save")).to_be_focused()  # the button is gone, the focus is not
    page.get_by_role("link", name="Look through and confirm all on this page").click()
    page.get_by_role("button", name="Confirm all of these").click()
    page.wait_for_url(re.compile("/sections/technology-awareness/"))
    confirmed = 3 + len(outline().by_slug["capacity-usage"].items)
    assert len(waiting(sheet)) == 54 - confirmed

    page.goto(f"{live_server}/rounds/{round_.pk}/review/")
    expect(page.get_by_text(f"{54 - confirmed} answers not confirmed yet").first).to_be_visible()
    page.get_by_label("I have answered for my own area").check()
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url(re.compile("/results/"))
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.SUBMITTED
    assert len(waiting(sheet)) == 54 - confirmed
