"""Several executives, one bank, one agreed answer: from the invitation to the board's PDF."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from assessments.models import Sheet, SheetStatus
from maturity import load_framework
from tests import factories
from tests.browser import people
from tests.browser.conftest import Stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INVITED = {
    "marta@bank.example": ("Risk", "1"),
    "joao@bank.example": ("IT", "3"),
    "ines@bank.example": ("Marketing", "5"),
}
PRINTED = 60_000  # ms


def fill_rest(sheet: Sheet) -> None:
    """All that the keyboard left blank, as rows: how a whole sheet is typed is tested elsewhere."""
    given = set(sheet.answers.values_list("item", flat=True))
    factories.fill_sheet(sheet, dict.fromkeys(set(load_framework().items) - given, 3))


def submit(page: Page, stage: Stage) -> None:
    page.goto(stage.path("review/"))
    page.get_by_label("I have answered for my own area").check()
    page.get_by_role("button", name="Submit").click()


def answer_first_page(page: Page, key: str) -> None:
    """The same digit for every question; each moves the focus to the next."""
    questions = page.locator("fieldset.q").count()
    for _ in range(questions - 1):
        page.keyboard.press(key)
    expect(page.locator("[data-chip] .chip.success")).to_have_count(
        questions, timeout=people.LEAST_WAIT
    )


def join_answer_submit(context: BrowserContext, stage: Stage, link: str, who: str) -> None:
    page = context.new_page()
    key = INVITED[who][1]
    people.first_answer(page, link, who.split("@", maxsplit=1)[0].title(), key)
    answer_first_page(page, key)
    sheet = stage.assessment.sheets.get(respondent__email=who)
    fill_rest(sheet)
    submit(page, stage)
    sheet.refresh_from_db()
    assert sheet.status == SheetStatus.SUBMITTED
    assert set(sheet.answers.exclude(level=3).values_list("level", flat=True)) <= {int(key)}


def test_three_are_invited_answer_disagree_settle_and_the_pdf_tells_it(
    lead_page: Page, stage: Stage, browser: Browser, tmp_path: Path
) -> None:
    page = lead_page
    people.invite(page, stage.url, stage.assessment, {who: to[0] for who, to in INVITED.items()})
    links = people.letters(stage.url, len(INVITED))
    for who in INVITED:
        context = browser.new_context()
        join_answer_submit(context, stage, links[who], who)
        context.close()
    fill_rest(stage.sheet)
    submit(page, stage)

    page.goto(stage.path())
    page.get_by_role("button", name="Close the round").click()
    page.goto(stage.path("agreement/"))
    expect(page.locator("h1")).to_contain_text("Respondents disagree most on")
    page.get_by_role("link", name="Settle in a meeting").click()
    page.get_by_role("link", name="Start with the next open point").click()
    page.get_by_role("radio").nth(1).check()
    page.get_by_label("Reason").fill("The minutes show what was decided")
    page.get_by_label("Lena Lead").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Record the agreed level").click()
    assert stage.assessment.agreed.get().level == 2

    page.goto(stage.path("results/"))
    page.get_by_role("button", name="PDF").first.click()
    link = page.locator("#report-link")
    expect(link).to_be_visible(timeout=PRINTED)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "report.pdf")
    sheets = PdfReader(BytesIO((tmp_path / "report.pdf").read_bytes())).pages
    told = [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in sheets]
    meeting = next(text for text in told if "Before and after the meeting" in text)
    assert "1 of 3 agenda questions settled" in meeting
    assert "agreed: 2" in meeting
    assert "Respondents" in told[0]
