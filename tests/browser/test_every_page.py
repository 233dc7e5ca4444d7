"""Every page as its readers meet it: accessible, within the screen, quiet, and from one origin."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db.models import Count
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from assessments.benchmarks.seasons import newest_freezable
from assessments.benchmarks.services import freeze
from assessments.models import (
    AdoptedAction,
    Assessment,
    AssessmentStatus,
    Batch,
    BatchPart,
    Engagement,
    EngagementState,
    FileState,
    Invitation,
    Organisation,
    SavedFilter,
    Sheet,
    SheetStatus,
    User,
)
from assessments.survey.queries import own_outline
from tests import factories
from tests.addresses import add_figure, make_intake
from tests.benchmarks.conftest import JOINED, lending_bank
from tests.people.links import token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 320)
AXE_OPTIONS: dict[str, Any] = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
_OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  const inside = (el) => el.closest('[data-scroll-x]');
  return [...document.querySelectorAll('body *')]
    .filter((el) => !inside(el) && el.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((el) => `${el.tagName}.${el.className} +${wide}px`);
}"""
_OPEN = "(all) => document.querySelectorAll(all).forEach((d) => { d.open = true; })"


# One's own account; what asks for the password first shows that.
ACCOUNT = ("second_factor", "sessions", "own_data", "erase", "account_change_password")


@dataclass(slots=True)
class Noise:
    """What a page must not do: errors in the console, and requests to anybody else."""

    origin: str
    lines: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda m: self._note(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", lambda request: self._foreign(request.url))

    def _note(self, text: str) -> None:
        # A page that is a 404 or a 410 on purpose is reported by the browser itself.
        if not re.search("the server responded with a status of (404|410)", text):
            self.lines.append(text)

    def _foreign(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:")):
            self.lines.append(f"request to {url}")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def demo(transactional_db: None) -> User:
    """The demo banks and the person who leads them."""
    with override_settings(DEMO=True):
        call_command("seed_demo", verbosity=0)
    # Without DEMO nobody is spared the second factor; its page would stand for every other.
    for email in ("demo@example.org", "consultant@example.org"):
        factories.add_second_factor(User.objects.get(email=email))
    return User.objects.get(email="demo@example.org")


@pytest.fixture
def window(
    live_server: LiveServer, browser: Browser, sign_in: Callable[[BrowserContext, User], None]
) -> Iterator[Callable[[User | None, int], Page]]:
    """Open a page in a window of a width, signed in as a person or as nobody."""
    opened: list[BrowserContext] = []

    def open_window(user: User | None, width: int) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 800}
        )
        opened.append(context)
        if user is not None:
            sign_in(context, user)
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


def public_addresses() -> list[str]:
    names = (
        "landing",
        "help",
        "privacy",
        "method",
        "roles",
        "sample",
        "account_login",
        "account_signup",
        "account_reset_password",
    )
    return [*(reverse(name) for name in names), *invitation_addresses(), "/no-such-page/"]


def invitation_addresses() -> list[str]:
    """Invitations of somebody new, of somebody known, and of nobody."""
    new = Invitation.objects.order_by("email").first()
    assert new is not None, "the demo has invitations"
    known = factories.make_invitation(new.organisation, new.assessment, email="demo@example.org")
    tokens = (token_of(new), token_of(known), "no-such-token")
    return [reverse("join_link", args=[token]) for token in tokens]


def people_addresses() -> list[str]:
    """Members and invitations of a bank, and an invitation of the person who is signed in."""
    waiting = Invitation.objects.exclude(email="demo@example.org").order_by("email").first()
    assert waiting is not None, "the demo has invitations"
    bank = waiting.organisation
    member = bank.memberships.order_by("-pk").first()
    assert member is not None
    known = Invitation.objects.get(email="demo@example.org")
    return [
        *(reverse(name, args=[bank.pk]) for name in ("people", "invite", "leave")),
        *(reverse(name, args=[bank.pk, member.pk]) for name in ("member", "member_remove")),
        reverse("invitation_revoke", args=[bank.pk, waiting.pk]),
        reverse("found"),
        reverse("join_link", args=[token_of(known)]),
    ]


ROUND_OF_A_LEAD = ("round_edit", "round_delete", "respondents", "respondent_add")


def member_addresses(user: User) -> list[str]:
    """The pages of a bank with an open round, and of one with a published one."""
    open_sheet = Sheet.objects.filter(
        respondent=user,
        status=SheetStatus.OPEN,
        assessment__status=AssessmentStatus.OPEN,
        answers__isnull=False,
    ).first()
    assert open_sheet is not None, "the demo has a half-filled round"
    open_round = open_sheet.assessment
    published = (
        Assessment.objects.filter(status=AssessmentStatus.PUBLISHED).order_by("created_at").first()
    )
    assert published is not None, "the demo has a published round"
    bank = open_round.organisation
    channel = published.channels.first() or open_round.channels.first()
    assert channel is not None, "the demo has accounts"
    return [
        reverse("home"),
        reverse("account"),
        reverse("bank", args=[bank.pk]),
        reverse("bank", args=[published.organisation.pk]),
        reverse("bank_profile", args=[bank.pk]),
        reverse("bank_brand", args=[bank.pk]),
        reverse("round_new", args=[bank.pk]),
        reverse("round", args=[open_round.pk]),
        *(reverse(name, args=[open_round.pk]) for name in ROUND_OF_A_LEAD),
        reverse("respondents", args=[published.pk]),
        reverse("respondent_remove", args=[open_round.pk, open_sheet.pk]),
        reverse("section", args=[open_round.pk, "risk-usage"]),
        reverse("section", args=[open_round.pk, "customers-awareness"]),
        reverse("section", args=[published.pk, "capacity-awareness"]),
        reverse("channels", args=[open_round.pk]),
        reverse("channel_new", args=[open_round.pk]),
        reverse("review", args=[open_round.pk]),
        reverse("results", args=[open_round.pk]),
        reverse("results", args=[published.pk]),
        reverse("scoring", args=[published.pk]),
        reverse("roadmap", args=[published.pk]),
        reverse("take_away", args=[published.pk]),
        *brought_addresses(open_round, user),
        *over_time_addresses(open_sheet),
        *plan_addresses(),
        *meeting_addresses(),
        *record_addresses(published),
        *peer_addresses(published),
        *(reverse(name) for name in ACCOUNT),
        *people_addresses(),
    ]


def over_time_addresses(sheet: Sheet) -> list[str]:
    """Banks with several published rounds, one and none; a sheet with answers to be confirmed."""
    counted = Organisation.objects.filter(kind="bank").annotate(
        rounds=Count("assessments__snapshot")
    )
    banks = [counted.order_by("-rounds")[0], counted.filter(rounds=1)[0]]
    given = set(sheet.answers.values_list("item", flat=True))
    own = [
        page for page in own_outline(sheet).pages if {i.id for i in page.items}.isdisjoint(given)
    ]
    factories.carry_answers(sheet, {item.id: 3 for item in own[0].items} | {own[1].items[0].id: 2})
    sheet.answers.filter(carried=True).update(note="As the board’s minutes of May say")
    return [
        *(reverse("history", args=[bank.pk]) for bank in banks),
        *(reverse(name, args=[sheet.assessment_id]) for name in ("round", "close")),
        reverse("review", args=[sheet.assessment_id]) + "?only=unconfirmed",
        reverse("section", args=[sheet.assessment_id, own[0].slug]),
        reverse("confirm_answers", args=[sheet.assessment_id, own[0].slug]),
    ]


def brought_addresses(open_round: Assessment, user: User) -> list[str]:
    """Where files are brought, and what was brought."""
    return [
        reverse("workbook_upload", args=[open_round.pk]),
        reverse("intake", args=[make_intake(open_round, user).pk]),
        reverse("case_import", args=[open_round.organisation_id]),
    ]


def peer_addresses(published: Assessment) -> list[str]:
    """A bank among its peers, whose published result shows them, and one that does not lend."""
    bank = published.organisation
    apart = Organisation.objects.exclude(pk=bank.pk).filter(memberships__role="lead")[0]
    Organisation.objects.filter(pk=bank.pk).update(peers_since=JOINED)
    for place in range(11):
        lending_bank(f"Peer {place}", 30 + 4 * place, fictional=bank.fictional)
    freeze(newest_freezable(timezone.now()), timezone.now())
    return [
        reverse("peers", args=[bank.pk]),
        reverse("peers_leave", args=[bank.pk]),
        reverse("peers", args=[apart.pk]),
        reverse("results", args=[published.pk]),
    ]


def figure_addresses(firm: Organisation) -> list[str]:
    """A firm's own figures, and the question before one is removed."""
    figure = add_figure(firm)
    return [
        reverse("firm_figures", args=[firm.pk]),
        reverse("firm_figure_remove", args=[firm.pk, figure.pk]),
    ]


def meeting_addresses() -> list[str]:
    """Agreement, a meeting, evidence and discussion of the closed round of the divided bank."""
    met = Assessment.objects.get(status=AssessmentStatus.CLOSED)
    return [
        reverse("agreement", args=[met.pk]),
        reverse("agreement", args=[met.pk]) + "?sort=spread&view=expert",
        reverse("agenda", args=[met.pk]),
        reverse("agreement_item", args=[met.pk, "CAP.A1"]),
        reverse("agreement_item", args=[met.pk, "RSK.U4"]),
        reverse("agreement_take_back", args=[met.pk, "CAP.A1"]),
        reverse("evidence", args=[met.pk]),
        reverse("evidence_item", args=[met.pk, "RSK.U4"]),
        reverse("send_back", args=[met.pk]),
        reverse("take_away", args=[met.pk]),
        reverse("discussions", args=[met.pk]),
        reverse("thread", args=[met.pk, "RSK.U4"]),
        reverse("scoring", args=[met.pk]),
    ]


def record_addresses(published: Assessment) -> list[str]:
    """The trail, keeping and leaving, of a bank with a published round."""
    pages = ("trail", "leaving", "close_organisation")
    bank = published.organisation_id
    return [
        *(reverse(name, args=[bank]) for name in pages),
        reverse("trail", args=[bank]) + "?kind=plan&until=2020-01-01",
        reverse("own_trail"),
    ]


def plan_addresses() -> list[str]:
    """The pages of an adopted plan, and of a round whose roadmap may take its place."""
    row = AdoptedAction.objects.filter(status="started").select_related("plan__assessment").first()
    assert row is not None, "the demo has a plan under way"
    planned = row.plan.assessment
    rounds = Assessment.objects.filter(organisation=planned.organisation).order_by("-created_at")
    newest = rounds[0]
    return [
        reverse("bank", args=[planned.organisation_id]),
        reverse("plan", args=[planned.pk]),
        reverse("plan", args=[planned.pk]) + "?by=quarter",
        reverse("plan_action", args=[planned.pk, row.action]),
        reverse("plan_add", args=[planned.pk]),
        reverse("roadmap", args=[planned.pk]),
        reverse("plan", args=[newest.pk]),
        reverse("plan_adopt", args=[newest.pk]),
    ]


def consultants_addresses() -> list[str]:
    """Who asks a bank's lead, who works with the bank, and ending it."""
    rows = Engagement.objects.order_by("-state", "bank__name")
    asking, working = rows[0], rows.filter(state=EngagementState.ACCEPTED)[0]
    return [
        reverse("consultants", args=[asking.bank_id]),
        reverse("consultants", args=[working.bank_id]),
        reverse("engagement_revoke", args=[working.pk]),
    ]


def firm_addresses(user: User) -> list[str]:
    """A firm's own pages, and a client as the firm reads it."""
    firm = user.memberships.get().organisation
    client = Engagement.objects.filter(firm=firm).order_by("scope")[0]
    published = client.bank.assessments.filter(status=AssessmentStatus.PUBLISHED)[0]
    return [
        *portfolio_addresses(firm, user, client),
        reverse("compare") + f"?firm={firm.pk}",
        reverse("engagement_ask", args=[firm.pk]),
        reverse("engagement", args=[client.pk]),
        reverse("engagement_give_up", args=[client.pk]),
        reverse("bank", args=[client.bank_id]),
        *(reverse(name, args=[published.pk]) for name in ("round", "results", "scoring")),
        *batch_addresses(firm, user, published),
        *figure_addresses(firm),
    ]


def batch_addresses(firm: Organisation, user: User, published: Assessment) -> list[str]:
    """Reports for many: the list, the choice, one that went half well and one that failed."""
    later = timezone.now() + timedelta(days=7)
    asked = {"firm": firm, "requested_by": user, "language": "en", "expires_at": later}
    failed = Batch.objects.create(**asked, state=FileState.FAILED, parts=1, parts_done=1)
    partly = Batch.objects.create(**asked, state=FileState.DONE, parts=2, parts_done=2)
    partly.file.save(f"{partly.pk}-1.zip", ContentFile(b"PK"))
    for batch, state in ((failed, FileState.FAILED), (partly, FileState.DONE)):
        failure = "access ended" if state == FileState.FAILED else ""
        BatchPart.objects.create(batch=batch, assessment=published, state=state, failure=failure)
    return [
        reverse("batches", args=[firm.pk]),
        reverse("batch_new", args=[firm.pk]) + f"?round={published.pk}",
        reverse("batch_new", args=[firm.pk]) + "?q=nobody",
        *(reverse("batch", args=[batch.pk]) for batch in (failed, partly)),
        reverse("firm_brand", args=[firm.pk]),
    ]


def portfolio_addresses(firm: Organisation, user: User, client: Engagement) -> list[str]:
    """A firm's clients: all, filtered, none; what is kept and noted about them."""
    portfolio = reverse("firm", args=[firm.pk])
    kept = SavedFilter.objects.create(
        firm=firm, owner=user, name="Open", query="status=open", shared=True
    )
    return [
        portfolio,
        f"{portfolio}?status=open&sort=-bank",
        f"{portfolio}?country=ZW&strategy=innovate",
        reverse("firm_engagements", args=[firm.pk]),
        reverse("saved_filters", args=[firm.pk]),
        reverse("saved_filter_new", args=[firm.pk]) + "?country=NO",
        reverse("saved_filter", args=[kept.pk]),
        reverse("saved_filter_delete", args=[kept.pk]),
        reverse("client_notes", args=[client.pk]),
    ]


def faults_of(page: Page, address: str, width: int) -> list[str]:
    """Load a page and list what is wrong with it, details closed and open."""
    response = page.goto(address)
    assert response is not None
    page.wait_for_load_state("networkidle")
    faults = []
    if response.status not in {200, 404, 410}:
        faults.append(f"status {response.status}")
    if urlsplit(page.url).path == reverse("second_factor") != address:
        faults.append("the page that asks for a second factor")
    if page.evaluate("document.documentElement.lang") != "en" or not page.title():
        faults.append("no language or title")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} first headings")
    faults += state_faults(page)
    # The menus of the head are the same everywhere; one page opens them too.
    closed = "details" if address == reverse("home") else "main details"
    if page.locator(closed).count():
        page.evaluate(_OPEN, closed)
        faults += [f"opened: {fault}" for fault in state_faults(page)]
    return [f"{address} at {width}: {fault}" for fault in faults]


def state_faults(page: Page) -> list[str]:
    """What overflows or fails axe in the page as it stands."""
    faults: list[str] = page.evaluate(_OVERFLOW)
    for violation in Axe().run(page, options=AXE_OPTIONS).response["violations"]:
        targets = [node["target"] for node in violation["nodes"]][:3]
        faults.append(f"{violation['id']} {targets}")
    return faults


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible_and_fits(
    width: int,
    demo: User,
    live_server: LiveServer,
    window: Callable[[User | None, int], Page],
) -> None:
    noise = Noise(live_server.url)
    faults: list[str] = []
    consultant = User.objects.get(email="consultant@example.org")
    for user, addresses in (
        (None, public_addresses()),
        (demo, member_addresses(demo) + consultants_addresses()),
        (consultant, firm_addresses(consultant)),
    ):
        page = window(user, width)
        noise.listen(page)
        for address in addresses:
            faults += faults_of(page, address, width)
    assert "\n".join(faults + noise.lines) == ""
