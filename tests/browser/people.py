"""What people do in a browser from an invitation to an answer, for journeys of several rooms."""

import re
import time

from django.core import mail
from playwright.sync_api import Page, expect

from assessments.models import Assessment
from tests.factories import PASSWORD
from tests.people.links import deliver, link_in

LEAST_WAIT = 10_000


def invite(page: Page, site: str, assessment: Assessment, people: dict[str, str]) -> None:
    """As the lead: invite addresses to the whole questionnaire, each with its function."""
    page.goto(f"{site}/organisations/{assessment.organisation_id}/people/")
    page.get_by_role("link", name="Invite people").click()
    page.get_by_label("E-mail addresses").fill("\n".join(people))
    page.get_by_role("button", name="Check the addresses").click()
    for address, function in people.items():
        page.get_by_label(f"Function of {address}").select_option(label=function)
    count = len(people)
    page.get_by_role("button", name=f"Send {count} invitation{'s' if count > 1 else ''}").click()
    expect(page.get_by_role("heading", name="Members")).to_be_visible()


def letters(site: str, count: int) -> dict[str, str]:
    """The newest link that each address got by mail, once so many have arrived."""
    until = time.monotonic() + LEAST_WAIT / 1000
    while len({message.to[0] for message in deliver()}) < count and time.monotonic() < until:
        time.sleep(0.1)  # the server's own sender may hold a letter
    return {message.to[0]: site + link_in(message) for message in mail.outbox}


def open_invitation(page: Page, link: str) -> None:
    """Open the link of a letter; the address bar keeps nothing of it."""
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/join/$"))


def create_account(page: Page, name: str) -> None:
    """On the invitation: name, password, one button; lands on the first question."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Join and answer").click()
    expect(page.locator("#answers")).to_be_visible()


def answer_focused(page: Page, key: str) -> None:
    """Answer the question that holds the focus by a digit, and see it saved."""
    expect(page.locator("fieldset.q:focus-within").first).to_be_visible(timeout=LEAST_WAIT)
    page.keyboard.press(key)
    expect(page.locator("[data-chip] .chip.success").first).to_be_visible(timeout=LEAST_WAIT)


def first_answer(page: Page, link: str, name: str, key: str = "4") -> list[str]:
    """From the link of a letter to the first saved answer; returns what was done, in order."""
    open_invitation(page, link)
    create_account(page, name)
    answer_focused(page, key)
    return ["opened the link", "sent name and password", "pressed a digit"]
