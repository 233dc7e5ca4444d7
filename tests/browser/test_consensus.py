"""A lead closes a round, sees where people disagree, settles it, and the results follow."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.models import Assessment, Function, SheetStatus
from tests import factories
from tests.browser.conftest import SignIn, Stage
from tests.browser.test_every_page import state_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DISPUTED = {
    "CAP.A1": (5, 1, 2, 4),
    "RSK.U4": (4, 1, 2, 5),
    "DAT.A1": (4, 2, 4, 1),
    "SKL.U2": (2, 3, 5, 3),
    "TEC.U1": (5, 4, 2, 3),
}
FUNCTIONS = (Function.EXECUTIVE, Function.RISK, Function.IT, Function.MARKETING)


@pytest.fixture
def divided(stage: Stage) -> Stage:
    """Four people have submitted; they differ on five questions."""
    for place, function in enumerate(FUNCTIONS):
        sheet = stage.sheet
        if place:
            person = factories.make_user(f"p{place}@norvane.example", name=f"Nora {place}")
            factories.add_member(stage.assessment.organisation, person)
            sheet = factories.make_sheet(stage.assessment, person)
        sheet.function, sheet.status, sheet.submitted_at = (
            function,
            SheetStatus.SUBMITTED,
            factories.MOMENT,
        )
        sheet.save()
        own = {item: levels[place] for item, levels in DISPUTED.items()}
        factories.fill_sheet(sheet, factories.whole_sheet() | own)
    return stage


def bank_score(page: Page, stage: Stage) -> str:
    page.goto(stage.path("agreement/"))
    return page.locator(".figures div", has_text="Bank score").locator(".figure-value").inner_text()


def test_from_closing_a_round_to_results_that_use_what_was_agreed(
    divided: Stage, lead_page: Page
) -> None:
    page = lead_page
    page.goto(divided.path("agreement/"))
    expect(page.locator("h1")).to_have_text("Agreement is not shown yet")
    page.goto(divided.path())
    page.get_by_role("button", name="Close the round").click()
    page.get_by_role("link", name="Agreement", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("Respondents disagree most on")
    expect(page.locator(".topics > li")).to_have_count(5)
    before = bank_score(page, divided)
    page.get_by_role("link", name="Settle in a meeting").click()
    page.get_by_role("link", name="Start with the next open point").click()
    for place in range(5):
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")  # level 1, without a mouse
        page.get_by_label("Reason").fill(f"Settled as point {place + 1}")
        page.get_by_label("Lena Lead").check()
        page.get_by_role("button", name="Record the agreed level").press("Enter")
    expect(page.locator("h1")).to_have_text("Every point of the agenda is settled")
    assert divided.assessment.agreed.filter(level=1).count() == 5
    start, arrow, end = bank_score(page, divided).partition(" → ")
    assert (start, arrow) == (before, " → ")
    assert float(end) < float(before)
    page.goto(divided.path("results/scoring/"))
    page.locator("summary", has_text="Capacity").click()
    told = page.locator(".agreed-row").first
    expect(told).to_contain_text("Agreed 1 in the meeting of")
    expect(told).to_contain_text("the original answers ran from 1 to 5")
    expect(told).to_contain_text("Settled as point")


def test_the_whole_meeting_works_without_scripts(
    divided: Stage, browser: Browser, sign_in: SignIn, live_server: LiveServer
) -> None:
    Assessment.objects.update(status="closed", closed_at=factories.MOMENT)
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    sign_in(context, divided.user)
    page = context.new_page()
    page.goto(divided.path("agreement/CAP.A1/"))
    page.locator("input[name=level][value='3']").check()
    page.get_by_label("Guests").fill("Chair of the board")
    page.get_by_role("button", name="Record the agreed level").click()
    expect(page.locator("#error-summary")).to_contain_text("Say why this level was agreed.")
    expect(page.locator("input[name=level][value='3']")).to_be_checked()
    page.get_by_label("Reason").fill("Seen together")
    page.get_by_role("button", name="Record the agreed level").click()
    assert divided.assessment.agreed.get().level == 3
    page.goto(divided.path("agreement/CAP.A1/take-back/"))
    page.get_by_label("Reason").fill("Not yet")
    page.get_by_role("button", name="Take it back").click()
    assert divided.assessment.agreed.get().level is None
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_a_conflict_is_shown_accessibly_and_loses_nothing(
    width: int, divided: Stage, page: Page, sign_in: SignIn
) -> None:
    Assessment.objects.update(status="closed", closed_at=factories.MOMENT)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page.context, divided.user)
    page.goto(divided.path("agreement/CAP.A1/"))
    other = Client()
    other.force_login(divided.user)
    address = reverse("agreement_item", args=[divided.assessment.pk, "CAP.A1"])
    sent = {"level": "4", "reason": "Theirs", "guests": "Ann", "version": "0"}
    assert other.post(address, sent).status_code == 302
    page.locator("input[name=level][value='2']").check()
    page.get_by_label("Reason").fill("Ours")
    page.get_by_label("Guests").fill("Bob")
    page.get_by_role("button", name="Record the agreed level").click()
    clash = page.locator(".clash")
    expect(clash).to_contain_text("Level 4 Theirs")
    expect(clash).to_contain_text("Level 2 Ours")
    expect(page.get_by_label("Reason")).to_have_value("Ours")
    assert state_faults(page) == []
    page.get_by_role("button").filter(has_text="what was agreed").click()
    row = divided.assessment.agreed.get()
    assert (row.level, row.version) == (2, 2)


def test_on_a_small_screen_only_range_and_strip_are_left(
    divided: Stage, page: Page, sign_in: SignIn
) -> None:
    Assessment.objects.update(status="closed", closed_at=factories.MOMENT)
    sign_in(page.context, divided.user)

    def seen(css: str) -> bool:
        return page.locator(css).first.is_visible()

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(divided.path("agreement/"))
    assert (seen("td.cell"), seen("td.strip-cell"), seen("td.spread-cell")) == (True, False, True)
    page.set_viewport_size({"width": 767, "height": 900})
    assert (seen(".heat.with-cells td.cell"), seen("td.strip-cell"), seen("td.spread-cell")) == (
        False,
        True,
        True,
    )
