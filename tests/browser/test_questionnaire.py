"""Answering in a real browser: keys, autosave, conflicts, and life without JavaScript."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from assessments.models import SavedAnswer, SheetStatus
from assessments.survey.outline import outline
from assessments.ui.numbers import day
from maturity import load_framework
from tests import factories
from tests.browser.conftest import SignIn, Stage

BANK_ITEMS = [item.id for item in load_framework().bank_items]
PAGE_ONE = ["CAP.A1", "CAP.A2", "CAP.A3"]
RISK_USE = [item.id for item in outline().by_slug["risk-usage"].items]
MOST_KEYSTROKES = 65
MOST_KEYSTROKES_WITHOUT_SHORTCUTS = 300


class Keyboard:
    """Counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1


def open_page(page: Page, stage: Stage, slug: str, item: str) -> None:
    """Arrive at a question as a link of the task list does."""
    page.goto(stage.path(f"sections/{slug}/#q-{item}"))
    expect(page.locator(f"[id='q-{item}'] input:focus")).to_have_count(1)


def chip(page: Page, item: str) -> str:
    return page.locator(f"[id='q-{item}'] [data-chip]").inner_text().strip()


def wait_saved(page: Page, *items: str) -> None:
    for item in items:
        expect(page.locator(f"[id='q-{item}'] [data-chip]")).to_contain_text("Saved")


def focused_question(page: Page) -> str | None:
    item: str | None = page.evaluate(
        "document.activeElement.closest('fieldset.q')?.dataset.item ?? null"
    )
    return item


def test_the_whole_journey_takes_at_most_65_keystrokes(lead_page: Page, stage: Stage) -> None:
    keys = Keyboard(lead_page)
    lead_page.goto(stage.path())
    keys.press("Tab", "Enter", "Tab", "Enter")  # skip link, then Continue
    given = {item: place % 5 + 1 for place, item in enumerate(BANK_ITEMS)}
    for page in outline().pages[:12]:
        lead_page.wait_for_url(re.compile(f"/sections/{page.slug}/"))
        for item in page.items:
            expect(lead_page.locator(f"[id='q-{item.id}'] input:focus")).to_have_count(1)
            keys.press(str(given[item.id]))
        expect(lead_page.locator("#save")).to_be_focused()
        keys.press("Enter")
    lead_page.wait_for_url(re.compile("/channels/"))
    keys.press("Tab", "Enter")  # past Continue to Review and submit
    lead_page.wait_for_url(re.compile("/review/"))
    expect(lead_page.locator("#confirm")).to_be_focused()
    keys.press("Space", "Enter")
    lead_page.wait_for_url(re.compile("/results/"))
    assert stage.answers() == given
    stage.sheet.refresh_from_db()
    assert stage.sheet.status == SheetStatus.SUBMITTED
    assert keys.presses <= MOST_KEYSTROKES


def test_without_shortcuts_the_journey_takes_at_most_300_keystrokes(
    lead_page: Page, stage: Stage
) -> None:
    stage.user.shortcuts_on = False
    stage.user.save()
    keys = Keyboard(lead_page)
    lead_page.goto(stage.path())
    keys.press("Tab", "Enter", "Tab", "Enter")
    given = {item: place % 5 + 1 for place, item in enumerate(BANK_ITEMS)}
    for page in outline().pages[:12]:
        lead_page.wait_for_url(re.compile(f"/sections/{page.slug}/"))
        for item in page.items:
            expect(lead_page.locator(f"[id='q-{item.id}'] input:focus")).to_have_count(1)
            level = given[item.id]
            keys.press(*(["Space"] if level == 1 else ["ArrowDown"] * (level - 1)))
            if item is not page.items[-1]:
                keys.press("Tab", "Tab", "Tab")  # its note, the next why, the next answers
        keys.press("Enter")  # in an answer as on the button
    lead_page.wait_for_url(re.compile("/channels/"))
    keys.press("Tab", "Enter")
    expect(lead_page.locator("#confirm")).to_be_focused()
    keys.press("Space", "Enter")
    lead_page.wait_for_url(re.compile("/results/"))
    assert stage.answers() == given
    assert keys.presses <= MOST_KEYSTROKES_WITHOUT_SHORTCUTS


def test_a_burst_of_digits_loses_nothing(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    for page in outline().pages[:4]:
        expect(lead_page.locator(f"[id='q-{page.items[0].id}'] input:focus")).to_have_count(1)
        for _ in page.items:
            lead_page.keyboard.press("4", delay=5)
            lead_page.wait_for_timeout(45)
        lead_page.keyboard.press("Enter")
    lead_page.wait_for_url(re.compile("/sections/support-awareness/"))
    assert stage.answers() == dict.fromkeys(BANK_ITEMS[:14], 4)


def test_changing_ones_mind_in_a_burst_keeps_the_last_word(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    lead_page.keyboard.press("1")
    lead_page.keyboard.press("Shift+Tab")
    lead_page.locator("[id='q-CAP.A1-1']").focus()
    for key in "23451254":
        lead_page.keyboard.press(key)
    lead_page.locator("#save").click()
    lead_page.wait_for_url(re.compile("/sections/capacity-usage/"))
    assert stage.answers() == {"CAP.A1": 4}


def test_one_failed_save_in_ten_loses_nothing(page: Page, stage: Stage, sign_in: SignIn) -> None:
    sign_in(page.context, stage.user)
    requests = 0

    def sometimes_fail(route: Route) -> None:
        nonlocal requests
        requests += 1
        if requests % 10 == 3:
            route.fulfill(status=503, content_type="application/json", body="{}")
        else:
            route.continue_()

    page.route("**/answers/**", sometimes_fail)
    for section in outline().pages[:6]:
        open_page(page, stage, section.slug, section.items[0].id)
        for _ in section.items:
            page.keyboard.press("2")
        wait_saved(page, *(item.id for item in section.items))
    assert requests > 21
    assert stage.answers() == dict.fromkeys(BANK_ITEMS[:21], 2)


def test_a_reply_that_is_lost_is_not_stored_twice(
    page: Page, stage: Stage, sign_in: SignIn
) -> None:
    sign_in(page.context, stage.user)
    lost: list[str] = []

    def lose_the_first_reply(route: Route) -> None:
        route.fetch()
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.abort()

    page.route("**/answers/**", lose_the_first_reply)
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    page.keyboard.press("5")
    expect(page.locator("[id='q-CAP.A1'] [data-chip]")).to_contain_text("retrying")
    wait_saved(page, "CAP.A1")
    assert len(lost) == 1
    assert list(stage.sheet.changes.values_list("item", "level")) == [("CAP.A1", 5)]


def test_saved_is_said_only_after_the_server_said_so(lead_page: Page, stage: Stage) -> None:
    held: list[Route] = []
    lead_page.route("**/answers/**", lambda route: held.append(route))  # noqa: PLW0108 -- a builtin takes no handler's mark
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    lead_page.keyboard.press("3")
    expect(lead_page.locator("[id='q-CAP.A1'] [data-chip]")).to_have_text("Saving…")
    lead_page.wait_for_timeout(600)
    assert chip(lead_page, "CAP.A1") == "Saving…"
    assert stage.answers() == {}
    held[0].continue_()
    wait_saved(lead_page, "CAP.A1")
    assert stage.answers() == {"CAP.A1": 3}
    lead_page.locator("[id='q-CAP.A1-5']").check()
    assert chip(lead_page, "CAP.A1") in ("", "Saving…")
    assert lead_page.locator("[data-page-status]").first.is_hidden()


def test_an_answer_moves_on_but_a_change_stays(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    lead_page.keyboard.press("2")
    assert focused_question(lead_page) == "CAP.A2"
    lead_page.locator("[id='q-CAP.A1-2']").focus()
    lead_page.keyboard.press("4")
    assert focused_question(lead_page) == "CAP.A1"
    wait_saved(lead_page, "CAP.A1")
    assert stage.answers() == {"CAP.A1": 4}


def test_arrows_move_among_levels_and_never_further(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A2")
    address = lead_page.url
    for key in ["ArrowDown"] * 9 + ["ArrowUp"] * 9 + ["ArrowRight", "ArrowLeft"] * 3:
        lead_page.keyboard.press(key)
        assert focused_question(lead_page) == "CAP.A2"
    assert lead_page.url == address


def test_browsing_levels_with_arrows_saves_once_it_rests(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    for _ in range(3):
        lead_page.keyboard.press("ArrowDown")
        lead_page.wait_for_timeout(120)
    wait_saved(lead_page, "CAP.A1")
    assert list(stage.sheet.changes.values_list("level", flat=True)) == [4]


def test_digits_of_other_scripts_and_the_number_pad_answer(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "risk-usage", RISK_USE[0])
    typed = [("۲", "Digit2"), ("４", "Digit4"), ("٣", "Digit3"), ("5", "Numpad5"), ("&", "Digit1")]
    for item, (key, code) in zip(RISK_USE, typed, strict=True):
        assert focused_question(lead_page) == item
        press_raw(lead_page, key, code)
    wait_saved(lead_page, *RISK_USE)
    assert list(stage.answers().values()) == [2, 4, 3, 5, 1]


def press_raw(page: Page, key: str, code: str, **more: bool) -> None:
    """A key event as a keyboard of another layout would send it."""
    page.evaluate(
        """([key, code, more]) => document.activeElement.dispatchEvent(new KeyboardEvent(
            "keydown", {key, code, bubbles: true, cancelable: true, ...more}))""",
        [key, code, more],
    )


def test_composing_modifiers_and_text_fields_keep_their_digits(
    lead_page: Page, stage: Stage
) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    press_raw(lead_page, "3", "Digit3", isComposing=True)
    press_raw(lead_page, "3", "Digit3", ctrlKey=True)
    press_raw(lead_page, "3", "Digit3", altKey=True)
    press_raw(lead_page, "3", "Digit3", metaKey=True)
    press_raw(lead_page, "End", "Numpad1")
    lead_page.keyboard.press("Alt+Shift+E")
    lead_page.keyboard.type("In 2025, 3 of 5")
    lead_page.keyboard.press("Escape")
    assert focused_question(lead_page) == "CAP.A1"
    expect(lead_page.locator("[id='q-CAP.A1'] [data-count]")).to_have_text("15 of 500")
    lead_page.wait_for_timeout(1_200)
    assert list(stage.sheet.answers.values_list("level", "special", "note")) == [
        (None, "", "In 2025, 3 of 5")
    ]


def test_outside_a_question_digits_do_nothing(lead_page: Page, stage: Stage) -> None:
    lead_page.goto(stage.path("sections/capacity-awareness/"))
    lead_page.keyboard.press("3")
    lead_page.locator("#save").focus()
    lead_page.keyboard.press("3")
    lead_page.wait_for_timeout(300)
    assert lead_page.locator("input[name^=answer-]:checked").count() == 0


def test_shortcuts_can_be_switched_off_for_good(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    with lead_page.expect_response("**/shortcuts/"):
        lead_page.get_by_role("button", name="Shortcuts: on").click()
    lead_page.locator("[id='q-CAP.A1-1']").focus()
    lead_page.keyboard.press("3")
    assert lead_page.locator("input[name^=answer-]:checked").count() == 0
    lead_page.reload()
    expect(lead_page.get_by_role("button", name="Shortcuts: off")).to_be_visible()
    stage.user.refresh_from_db()
    assert stage.user.shortcuts_on is False


def test_nine_is_not_offered_for_a_critical_control(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "risk-usage", RISK_USE[0])
    lead_page.keyboard.press("9")
    assert focused_question(lead_page) == RISK_USE[0]
    lead_page.keyboard.press("0")
    wait_saved(lead_page, RISK_USE[0])
    assert stage.answers() == {RISK_USE[0]: "DK"}


def test_nine_stores_not_applicable_and_asks_why(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    lead_page.keyboard.press("9")
    expect(lead_page.locator("[id='q-CAP.A1'] [data-chip]")).to_contain_text("reason missing")
    lead_page.locator("[id='reason-CAP.A1']").fill("Outsourced in full")
    expect(lead_page.locator("[id='q-CAP.A1'] [data-chip]")).to_have_text(re.compile(r"Saved \d"))
    assert stage.sheet.answers.get().reason == "Outsourced in full"


def test_a_text_that_is_refused_does_not_hold_the_answer_back(
    page: Page, stage: Stage, sign_in: SignIn
) -> None:
    sign_in(page.context, stage.user)
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    page.keyboard.press("Alt+Shift+E")
    page.locator("[id='link-CAP.A1']").fill("http://plain.example")
    page.locator("[id='q-CAP.A1-4']").check()
    expect(page.locator("[id='e-CAP.A1']")).to_have_text(
        "Enter a full address that begins with https://"
    )
    page.wait_for_timeout(300)
    assert list(stage.sheet.answers.values_list("level", "link")) == [(4, "")]
    page.locator("[id='link-CAP.A1']").fill("https://plain.example/a")
    wait_saved(page, "CAP.A1")
    assert stage.sheet.answers.get().link == "https://plain.example/a"


def conflicting_tabs(page: Page, stage: Stage) -> Page:
    """Two windows on one question: the other stores 4, this one then wants 3."""
    other = page.context.new_page()
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    open_page(other, stage, "capacity-awareness", "CAP.A1")
    other.keyboard.press("4")
    wait_saved(other, "CAP.A1")
    page.bring_to_front()
    page.keyboard.press("3")
    expect(page.locator("[id='q-CAP.A1'] [data-clash]")).to_contain_text("in another window")
    assert focused_question(page) == "CAP.A2"
    assert stage.answers() == {"CAP.A1": 4}
    return page


def test_a_conflict_can_end_with_mine(page: Page, stage: Stage, sign_in: SignIn) -> None:
    sign_in(page.context, stage.user)
    conflicting_tabs(page, stage).get_by_role("button", name="Keep 3").click()
    wait_saved(page, "CAP.A1")
    assert stage.answers() == {"CAP.A1": 3}


def test_a_conflict_can_end_with_the_other(page: Page, stage: Stage, sign_in: SignIn) -> None:
    sign_in(page.context, stage.user)
    conflicting_tabs(page, stage).get_by_role("button", name="Use 4").click()
    wait_saved(page, "CAP.A1")
    expect(page.locator("[id='q-CAP.A1-4']")).to_be_checked()
    assert stage.answers() == {"CAP.A1": 4}
    assert stage.sheet.changes.count() == 1


def totp_code() -> str:
    """What the authenticator app of the factories' people shows now."""
    return str(format_hotp_value(hotp_value(factories.TOTP_SECRET, int(time.time()) // 30)))


def test_after_signing_in_again_in_place_the_waiting_answer_is_saved(
    page: Page, stage: Stage, sign_in: SignIn
) -> None:
    stage.user.set_password(factories.PASSWORD)
    stage.user.save()
    sign_in(page.context, stage.user)
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("5")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in and save").click()
    expect(page.locator("[data-sign-in-error]")).to_contain_text("did not match")
    assert stage.answers() == {}
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in and save").click()
    code = page.get_by_label("Code from your authenticator app")
    code.fill("000000")
    page.get_by_role("button", name="Sign in and save").click()
    expect(page.locator("[data-sign-in-error]")).to_contain_text("This code is not right")
    assert stage.answers() == {}
    code.fill(totp_code())
    page.get_by_role("button", name="Sign in and save").click()
    wait_saved(page, "CAP.A1")
    assert stage.answers() == {"CAP.A1": 5}


def test_a_respondent_without_a_second_factor_signs_in_again_by_password_alone(
    page: Page, stage: Stage, sign_in: SignIn
) -> None:
    person = factories.make_user("colleague@norvane.example", password=factories.PASSWORD)
    factories.add_member(stage.assessment.organisation, person)
    sheet = factories.make_sheet(stage.assessment, person)
    sign_in(page.context, person)
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("4")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in and save").click()
    wait_saved(page, "CAP.A1")
    assert list(sheet.answers.values_list("item", "level")) == [("CAP.A1", 4)]


@pytest.mark.parametrize("colleague", [True, False])
def test_whoever_signs_in_meanwhile_is_not_given_these_answers(
    page: Page, stage: Stage, sign_in: SignIn, colleague: bool
) -> None:
    other = factories.make_user("other@norvane.example")
    if colleague:
        factories.add_member(stage.assessment.organisation, other)
        factories.make_sheet(stage.assessment, other)
    sign_in(page.context, stage.user)
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    sign_in(page.context, other)
    page.keyboard.press("5")
    expect(page.locator(".notice.warn")).to_contain_text("Someone else is signed in here now.")
    expect(page.locator("[id='q-CAP.A1-5']")).to_be_disabled()
    assert SavedAnswer.objects.count() == 0


def test_a_round_that_closes_meanwhile_locks_the_page(
    page: Page, stage: Stage, sign_in: SignIn
) -> None:
    sign_in(page.context, stage.user)
    open_page(page, stage, "capacity-awareness", "CAP.A1")
    stage.assessment.sheets.update(status=SheetStatus.SUBMITTED)
    page.keyboard.press("5")
    expect(page.locator("[id='q-CAP.A1'] [data-chip]")).to_have_text("Not saved: locked")
    expect(page.locator("[id='q-CAP.A2'] [data-chip]")).to_have_text("Locked, read only")
    expect(page.locator("[id='q-CAP.A1-5']")).to_be_disabled()
    expect(page.locator("[id='q-CAP.A1-5']")).to_be_checked()
    assert stage.answers() == {}


def test_without_javascript_the_whole_questionnaire_works(
    browser: Browser, stage: Stage, sign_in: SignIn
) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, stage.user)
    page = context.new_page()
    page.goto(stage.path())
    page.get_by_role("link", name="Continue: Capacity, question 1.1").click()
    for section in outline().pages:
        for item in section.items:
            page.locator(f"[id='q-{item.id}-3']").check()
        page.locator("#save").click()
        if page.url.endswith("/channels/#onward"):
            page.get_by_role("link", name="Continue to Customers").click()
    page.get_by_label("I have answered for my own area").check()
    page.get_by_role("button", name="Submit").click()
    assert "/results/" in page.url
    assert stage.answers() == dict.fromkeys(load_framework().items, 3)
    context.close()


def test_a_round_is_started_its_accounts_listed_and_a_silent_one_closed(
    lead_page: Page, stage: Stage
) -> None:
    bank = stage.assessment.organisation_id
    lead_page.goto(f"{stage.url}/banks/{bank}/rounds/new/")
    lead_page.get_by_label("Period").fill("2027 H1")
    lead_page.get_by_label("Your function in the bank").select_option("marketing")
    lead_page.get_by_role("button", name="Start").click()
    lead_page.get_by_role("link", name=re.compile("Account inventory")).click()
    lead_page.get_by_role("link", name="Add an account").click()
    lead_page.get_by_label("Platform").fill("Snapchat")
    lead_page.get_by_label("Kind").select_option("sharing")
    lead_page.get_by_label("Followers").fill("۱٬۲۰۰")
    lead_page.get_by_label("Posts in the last 30 days").fill("0")
    lead_page.get_by_label("Messages received").fill("0")
    lead_page.get_by_role("button", name="Save").click()
    expect(lead_page.locator(".account")).to_contain_text("1,200 followers")
    expect(lead_page.locator(".account")).to_contain_text("Abandoned has never posted")
    expect(lead_page.locator(".channel-number")).to_have_text("0.0")
    lead_page.get_by_role("button", name="It is closed now").click()
    expect(lead_page.locator(".channel-number")).to_have_text("15.0")
    lead_page.get_by_label("This list is complete").check()
    lead_page.get_by_role("button", name="Save").click()
    lead_page.get_by_role("link", name="Tasks").click()
    expect(lead_page.get_by_role("link", name=re.compile("Account inventory"))).to_contain_text(
        "Completed"
    )


def test_a_round_can_be_renamed(lead_page: Page, stage: Stage) -> None:
    lead_page.goto(stage.path())
    lead_page.get_by_role("link", name="Change name, due date").click()
    lead_page.get_by_label("Period").fill("2026 autumn")
    due = timezone.now().date() + timedelta(days=30)
    lead_page.get_by_label("Due date").fill(due.isoformat())
    lead_page.get_by_role("button", name="Save").click()
    expect(lead_page.locator(".kicker")).to_have_text(f"2026 autumn assessmentDue {day(due)}")


def test_focus_is_never_taken_away_by_a_save(lead_page: Page, stage: Stage) -> None:
    open_page(lead_page, stage, "capacity-awareness", "CAP.A1")
    lead_page.keyboard.press("2")
    before = lead_page.evaluate("document.activeElement.id")
    wait_saved(lead_page, "CAP.A1")
    assert lead_page.evaluate("document.activeElement.id") == before


def test_no_sideways_scrolling_on_a_narrow_screen(lead_page: Page, stage: Stage) -> None:
    lead_page.set_viewport_size({"width": 320, "height": 640})
    tails = ["", "sections/risk-usage/", "channels/", "channels/new/", "review/", "edit/"]
    for tail in tails:
        lead_page.goto(stage.path(tail))
        assert lead_page.evaluate("document.documentElement.scrollWidth") <= 320
