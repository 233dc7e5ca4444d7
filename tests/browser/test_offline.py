"""A respondent takes the questionnaire along, fills it and brings it back; a lead brings a case."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assessments.models import AssessmentStatus
from tests import factories
from tests.browser.conftest import Stage
from tests.browser.test_every_page import state_faults
from tests.exchange.bringing import answering, filled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def forgive(noise: list[str]) -> None:
    """The browser itself reports pages that answer 400 or 409, which are meant here."""
    noise[:] = [line for line in noise if "responded with a status of 40" not in line]


def faults(page: Page) -> list[str]:
    """What is wrong with the page at a desktop's width and at the narrowest."""
    found = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found += state_faults(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_download_fill_preview_decide_and_see_the_answers(
    stage: Stage, lead_page: Page, clean_console: list[str], tmp_path: Path
) -> None:
    page = lead_page
    factories.fill_sheet(stage.sheet, {"CAP.A1": 2, "CAP.A2": 2})
    page.goto(stage.path())
    page.get_by_role("link", name="Answer offline").click()
    expect(page.locator("h1")).to_have_text("Answer offline")
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the workbook (XLSX)").click()
    assert download.value.suggested_filename == "questionnaire-2026-H2.xlsx"
    taken = tmp_path / "taken.xlsx"
    download.value.save_as(taken)

    # With a mistake in it: every fault is listed by its cell, and nothing is taken.
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(filled(taken.read_bytes(), {"1 Capacity": {"D6": 7, "D8": "=1+1"}}))
    page.get_by_label("The filled workbook").set_input_files(wrong)
    page.get_by_role("button", name="See what would change").click()
    expect(page.locator(".faults")).to_be_focused()
    expect(page.locator(".faults tbody tr")).to_have_count(2)
    assert faults(page) == []

    # Meanwhile an answer is changed on its page, so the file's has to be chosen or left.
    stage.sheet.answers.filter(item="CAP.A1").update(level=5, version=2)
    right = tmp_path / "right.xlsx"
    cells = answering({"CAP.A1": 3, "CAP.A2": 4, "RSK.U1": "DK", "CUS.A1": "NA"})
    right.write_bytes(filled(taken.read_bytes(), cells))
    page.get_by_label("The filled workbook").set_input_files(right)
    page.get_by_role("button", name="See what would change").click()
    expect(page.locator("h1")).to_have_text("What the file would change")
    expect(page.locator(".lead")).to_contain_text("2 new answers, 1 changed answer")
    assert faults(page) == []
    page.get_by_role("button", name="Store all of this").click()
    expect(page.locator(".decision .error-text")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("radio", name="Take the file’s").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Store all of this").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Stored from the file: 4 answers")
    expect(page.locator("h1")).to_have_text("4 of 54 questions answered")
    assert stage.answers() == {"CAP.A1": 3, "CAP.A2": 4, "CUS.A1": "NA", "RSK.U1": "DK"}
    page.goto(stage.path("sections/capacity-awareness/"))
    expect(page.locator("#q-CAP\\.A1-3")).to_be_checked()
    forgive(clean_console)


def test_a_case_file_becomes_a_closed_round(
    stage: Stage, lead_page: Page, clean_console: list[str], tmp_path: Path
) -> None:
    page = lead_page
    bank = stage.assessment.organisation
    case = tmp_path / "case.json"
    answers = factories.whole_sheet(4) | {"CAP.A1": "DK"}
    people = [{"role": role, "answers": answers} for role in ("executive", "risk")]
    case.write_text(json.dumps({"respondents": people, "agreed": {"CAP.A1": 2}}, indent=1))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(case.read_text().replace('"executive"', '"chief"'))

    page.goto(f"{stage.url}/banks/{bank.pk}/rounds/new/")
    page.get_by_role("link", name="Bring a case file").click()
    assert faults(page) == []
    page.get_by_label("The case file").set_input_files(wrong)
    page.get_by_role("button", name="See what is in it").click()
    expect(page.locator(".error").first).to_contain_text("Line 4: respondents[0].role: expected")
    page.get_by_label("The case file").set_input_files(case)
    page.get_by_role("button", name="See what is in it").click()
    expect(page.locator("h1")).to_have_text("A case of 2 respondents")
    assert faults(page) == []
    page.get_by_label("Period").fill("Brought along")
    page.get_by_role("button", name="Make it a round").click()
    expect(page.locator(".messages")).to_contain_text("The case is a closed round now.")
    page.get_by_role("link", name="See the results").click()
    expect(page.locator("h1")).to_be_visible()
    made = bank.assessments.get(period="Brought along")
    assert (made.status, made.sheets.count()) == (AssessmentStatus.CLOSED, 2)
    forgive(clean_console)
