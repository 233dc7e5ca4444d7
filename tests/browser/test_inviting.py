"""The lead invites three; each link leads to the first answer in three actions."""

import re
from collections.abc import Callable

import pytest
from django.db.models import Count
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from assessments.models import Membership, User
from tests import factories
from tests.browser import people
from tests.browser.conftest import Stage
from tests.browser.test_every_page import state_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INVITED = {
    "marta@bank.example": "Risk",
    "joao@bank.example": "IT",
    "ines@bank.example": "Marketing",
}


def test_the_lead_invites_three_and_each_answers_within_three_actions(
    lead_page: Page, stage: Stage, browser: Browser
) -> None:
    people.invite(lead_page, stage.url, stage.assessment, INVITED)
    links = people.letters(stage.url, len(INVITED))
    assert set(links) == set(INVITED)
    for address in INVITED:
        context = browser.new_context()
        page = context.new_page()
        actions = people.first_answer(page, links[address], address.split("@")[0].title())
        assert len(actions) <= 3
        context.close()
    sheets = stage.assessment.sheets.exclude(respondent=stage.user).annotate(n=Count("answers"))
    assert sorted((sheet.function, sheet.n) for sheet in sheets) == [
        ("it", 1),
        ("marketing", 1),
        ("risk", 1),
    ]
    lead_page.goto(stage.url + reverse("people", args=[stage.assessment.organisation_id]))
    row = lead_page.get_by_role("row").filter(has_text="marta@bank.example")
    expect(row).to_contain_text("1 of 54")


def test_all_of_it_works_without_javascript(
    stage: Stage, browser: Browser, sign_in: Callable[[BrowserContext, User], None]
) -> None:
    lead = browser.new_context(java_script_enabled=False)
    sign_in(lead, stage.user)
    people.invite(lead.new_page(), stage.url, stage.assessment, {"marta@bank.example": "Risk"})
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    people.open_invitation(page, people.letters(stage.url, 1)["marta@bank.example"])
    people.create_account(page, "Marta")
    page.locator("[name='answer-CAP.A1'][value='4']").check()
    page.locator("#save").click()
    sheet = stage.assessment.sheets.get(respondent__email="marta@bank.example")
    assert sheet.answers.get().level == 4
    lead.close()
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_preview_and_the_link_to_hand_over_are_accessible_and_fit(
    page: Page,
    stage: Stage,
    width: int,
    sign_in: Callable[[BrowserContext, User], None],
) -> None:
    sign_in(page.context, stage.user)
    page.set_viewport_size({"width": width, "height": 800})
    bank = stage.assessment.organisation_id
    page.goto(f"{stage.url}/organisations/{bank}/people/invite/")
    long = "a.very.long.address.of.somebody@a-very-long-subdomain.of-a-bank.example"
    page.get_by_label("E-mail addresses").fill(f"{long}\nnot an address\n{'x' * 300}@b.example")
    with page.expect_response(lambda response: response.status == 422):
        page.get_by_role("button", name="Check the addresses").click()
    expect(page.get_by_role("heading", name="1 letter can be sent")).to_be_visible()
    assert state_faults(page) == []
    page.get_by_role("button", name="Send 1 invitation, leave out 2 lines").click()
    page.get_by_role("button", name=f"Copy link {long}").click()
    expect(page.get_by_label("Select and copy")).to_have_value(re.compile("/join/"))
    assert state_faults(page) == []


def test_who_is_removed_while_answering_keeps_what_is_on_the_screen(
    page: Page, stage: Stage, sign_in: Callable[[BrowserContext, User], None]
) -> None:
    person = factories.make_user("marta@bank.example", name="Marta")
    factories.add_member(stage.assessment.organisation, person)
    factories.make_sheet(stage.assessment, person)
    sign_in(page.context, person)
    page.goto(stage.path("sections/capacity-awareness/"))
    page.locator("[name='answer-CAP.A1'][value='4']").check()
    expect(page.locator("#q-CAP\\.A1 .chip.success")).to_be_visible()
    Membership.objects.filter(user=person).delete()
    page.locator("#q-CAP\\.A2 .q-note summary").click()
    page.locator("[name='note-CAP.A2']").fill("A long thought about this question")
    page.locator("[name='answer-CAP.A2'][value='2']").check()
    notice = page.locator("#shut-out")
    expect(notice).to_contain_text("Nothing more is saved")
    expect(notice).to_be_focused()
    expect(page.locator("#q-CAP\\.A2 .chip.error")).to_contain_text("Not saved")
    expect(page.locator("[name='note-CAP.A2']")).to_have_value("A long thought about this question")
    expect(page.locator("[name='note-CAP.A2']")).to_be_editable()


def test_the_switcher_leads_from_one_bank_to_the_other_and_back(
    lead_page: Page, stage: Stage
) -> None:
    other = factories.make_bank(stage.user, name="Second Bank")
    lead_page.goto(f"{stage.url}/banks/{stage.assessment.organisation_id}/")
    lead_page.locator(".switch summary").click()
    lead_page.get_by_role("navigation", name="Your banks and firms").get_by_role(
        "link", name="Second Bank"
    ).click()
    expect(lead_page).to_have_url(f"{stage.url}/banks/{other.pk}/")
    lead_page.set_viewport_size({"width": 360, "height": 740})
    expect(lead_page.locator(".tabs")).to_be_hidden()
    lead_page.locator(".menu summary").click()
    lead_page.get_by_role("link", name="Norvane Bank").click()
    expect(lead_page.get_by_role("heading", level=1)).to_have_text("Norvane Bank")
