"""What the pages of firms and engagements show, formatted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.models import (
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Event,
    Organisation,
    OrganisationKind,
    User,
)
from assessments.people import engagement_queries as queries
from assessments.people.engagement_forms import MEANING, PeopleForm, ScopeForm
from assessments.ui.numbers import clock, day, number
from assessments.ui.shell import BankNav, bank_nav, firm_nav

PER_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where in a long list the reader is; an empty address stands for no such page."""

    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    name: str
    url: str
    fictional: bool
    scope: str
    waiting: str  # that more is asked for
    consultants: tuple[str, ...]
    manage_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    email: str
    scope: str
    asked: str
    withdraw_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmPage:
    """A firm's engagements as its admin manages them; the clients themselves are the portfolio."""

    bank: BankNav
    summary: str
    clients: tuple[ClientRow, ...]
    pages: Pages
    requests: tuple[RequestRow, ...]
    ask_url: str
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    at: str
    party: str  # the firm, where a bank reads about several
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    lines: tuple[HistoryLine, ...]
    pages: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage:
    bank: BankNav
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagementPage:
    """One client as the firm's admin manages it."""

    bank: BankNav
    client: str
    client_url: str
    active: bool
    scope: str
    since: str
    waiting: str
    assign_url: str
    more_url: str
    end_url: str
    back_url: str
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A firm before the bank's lead: a request, or an engagement that may be narrowed."""

    firm: str
    heading_id: str
    kind: str  # "request", "more" or "current"
    asked: str
    message: str
    scope: str
    answers_from: str
    consultants: tuple[str, ...]
    form: ScopeForm | None
    form_url: str
    decline_url: str
    end_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultantsPage:
    bank: BankNav
    requests: tuple[Decision, ...]
    engagements: tuple[Decision, ...]
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPage:
    """Asks once more before an engagement ends."""

    bank: BankNav
    title: str
    lead: str
    consequences: tuple[str, ...]
    button: str
    url: str
    back_url: str


class NoSuchPageError(ValueError):
    """A page beyond the last one was asked for."""


# ---- the firm's engagements --------------------------------------------------------------------


def firm_page(firm: Organisation, user: User, page: int | None) -> FirmPage:
    """Who works for which client, and what waits for an answer. Raises NoSuchPageError."""
    rows = _page_of(queries.clients_of(firm, user), page)
    url = reverse("firm_engagements", args=[firm.pk])
    return FirmPage(
        bank=firm_nav(firm, "engagements"),
        summary=_clients(rows.paginator.count),
        clients=tuple(_client_row(row) for row in rows),
        pages=_pages(rows, url, {}),
        requests=tuple(_request_row(row, firm) for row in queries.requests_waiting(firm)),
        ask_url=reverse("engagement_ask", args=[firm.pk]),
        back_url=reverse("firm", args=[firm.pk]),
    )


def _clients(count: int) -> str:
    text = ngettext("%(count)s client", "%(count)s clients", count)
    return text % {"count": number(count)}


def _client_row(row: Engagement) -> ClientRow:
    return ClientRow(
        name=row.bank.name,
        url=reverse("bank", args=[row.bank_id]),
        fictional=row.bank.fictional,
        scope=str(EngagementScope(row.scope).label),
        waiting=gettext("more asked for") if row.asks_for_more else "",
        consultants=queries.names_assigned(row),
        manage_url=reverse("engagement", args=[row.pk]),
    )


def _request_row(asked: EngagementRequest, firm: Organisation) -> RequestRow:
    return RequestRow(
        email=asked.email,
        scope=str(EngagementScope(asked.asked_scope).label),
        asked=_day_in(asked.requested_at, firm),
        withdraw_url=reverse("engagement_withdraw", args=[asked.pk]),
    )


def ask_page(firm: Organisation) -> AskPage:
    return AskPage(
        bank=firm_nav(firm, "engagements"), back_url=reverse("firm_engagements", args=[firm.pk])
    )


# ---- one client, for the firm's admin ----------------------------------------------------------


def engagement_page(engagement: Engagement, firm: Organisation, page: int | None) -> EngagementPage:
    """State, people and history of one engagement. Raises NoSuchPageError."""
    active = engagement.state == EngagementState.ACCEPTED
    url = reverse("engagement", args=[engagement.pk])
    return EngagementPage(
        bank=firm_nav(firm, "engagements"),
        client=engagement.bank.name,
        client_url=reverse("bank", args=[engagement.bank_id]) if active else "",
        active=active,
        scope=str(MEANING[EngagementScope(engagement.scope)]),
        since=_since(engagement, firm),
        waiting=_waits_for(engagement),
        assign_url=reverse("engagement_assign", args=[engagement.pk]) if active else "",
        more_url=reverse("engagement_more", args=[engagement.pk])
        if active and more_scopes(engagement) and not engagement.asks_for_more
        else "",
        end_url=reverse("engagement_give_up", args=[engagement.pk]) if active else "",
        back_url=reverse("firm_engagements", args=[firm.pk]),
        history=_history(firm, url, page, engagement),
    )


def people_form(engagement: Engagement, firm: Organisation, data: Any = None) -> PeopleForm:
    """Who works for this client now, for the admin to change."""
    return PeopleForm(
        data,
        consultants=queries.consultants_of(firm),
        initial={"people": queries.assigned_to(engagement)},
    )


def more_form(engagement: Engagement, data: Any = None) -> ScopeForm:
    """The wider scopes that the firm may ask for."""
    return ScopeForm(
        data,
        scopes=more_scopes(engagement),
        label=gettext("What you ask for"),
        with_message=True,
    )


def more_scopes(engagement: Engagement) -> list[EngagementScope]:
    return [scope for scope in EngagementScope if scope > engagement.scope]


def _since(engagement: Engagement, firm: Organisation) -> str:
    if engagement.ended_at is not None:
        return gettext("Ended %(day)s") % {"day": _day_in(engagement.ended_at, firm)}
    if engagement.decided_at is None:
        return ""
    return gettext("Accepted %(day)s") % {"day": _day_in(engagement.decided_at, firm)}


def _waits_for(engagement: Engagement) -> str:
    if not engagement.asks_for_more:
        return ""
    return gettext("You asked for more: %(scope)s. The bank has not answered yet.") % {
        "scope": EngagementScope(engagement.asked_scope).label
    }


# ---- the bank's consultants --------------------------------------------------------------------


def consultants_page(
    bank: Organisation, page: int | None, faulty: tuple[Engagement, ScopeForm] | None = None
) -> ConsultantsPage:
    """Requests, engagements and what happened to them. Raises NoSuchPageError."""
    rows = queries.engagements_of_bank(bank)
    forms = {faulty[0].pk: faulty[1]} if faulty else {}
    made = [_decision(row, bank, forms.get(row.pk)) for row in rows]
    url = reverse("consultants", args=[bank.pk])
    return ConsultantsPage(
        bank=bank_nav(bank, "consultants"),
        requests=tuple(one for one in made if one.kind != "current"),
        engagements=tuple(one for one in made if one.kind == "current"),
        history=_history(bank, url, page),
    )


def decision_form(engagement: Engagement, data: Any = None) -> ScopeForm | None:
    """What the lead may choose for this engagement now; None where there is nothing to choose."""
    scopes = _open_to_choice(engagement)
    if not scopes:
        return None
    request = engagement.state == EngagementState.REQUESTED or engagement.asks_for_more
    return ScopeForm(
        data,
        scopes=scopes,
        label=gettext("What you open") if request else gettext("Open less from now on"),
        prefix=None,
        auto_id=f"id_{engagement.pk.hex[:8]}_%s",
        initial={"scope": scopes[-1]} if request else {},
    )


def _open_to_choice(engagement: Engagement) -> list[EngagementScope]:
    if engagement.state == EngagementState.REQUESTED:
        return [scope for scope in EngagementScope if scope <= engagement.asked_scope]
    if engagement.asks_for_more:
        return [
            scope for scope in EngagementScope if engagement.scope < scope <= engagement.asked_scope
        ]
    return [scope for scope in EngagementScope if scope < engagement.scope]


def _decision(engagement: Engagement, bank: Organisation, faulty: ScopeForm | None) -> Decision:
    requested = engagement.state == EngagementState.REQUESTED
    kind = "request" if requested else "more" if engagement.asks_for_more else "current"
    address = {"request": "engagement_accept", "more": "engagement_widen"}
    return Decision(
        firm=engagement.firm.name,
        heading_id=f"firm-{engagement.pk.hex[:8]}",
        kind=kind,
        asked=_asked(engagement, bank) if kind != "current" else "",
        message=engagement.message if kind != "current" else "",
        scope="" if requested else str(MEANING[EngagementScope(engagement.scope)]),
        answers_from=_answers_from(engagement, bank),
        consultants=queries.names_assigned(engagement),
        form=faulty or decision_form(engagement),
        form_url=reverse(address.get(kind, "engagement_narrow"), args=[engagement.pk]),
        decline_url=reverse("engagement_decline", args=[engagement.pk])
        if kind != "current"
        else "",
        end_url="" if requested else reverse("engagement_revoke", args=[engagement.pk]),
    )


def _asked(engagement: Engagement, bank: Organisation) -> str:
    who = engagement.requested_by.display_name if engagement.requested_by else engagement.firm.name
    words = {
        "who": who,
        "day": _day_in(engagement.requested_at, bank),
        "scope": EngagementScope(engagement.asked_scope).label,
    }
    if engagement.state == EngagementState.REQUESTED:
        return gettext("%(who)s asked on %(day)s for: %(scope)s.") % words
    return gettext("%(who)s now asks for: %(scope)s.") % words


def _answers_from(engagement: Engagement, bank: Organisation) -> str:
    if (
        engagement.state != EngagementState.ACCEPTED
        or engagement.scope < EngagementScope.ANSWERS
        or engagement.answers_from is None
    ):
        return ""
    return gettext("Single answers given from %(day)s, %(time)s on.") % {
        "day": _day_in(engagement.answers_from, bank),
        "time": clock(engagement.answers_from, ZoneInfo(bank.time_zone)),
    }


# ---- ending ------------------------------------------------------------------------------------


def revoke_page(engagement: Engagement) -> EndPage:
    """The bank's lead is asked once more."""
    firm = engagement.firm.name
    return EndPage(
        bank=bank_nav(engagement.bank, "consultants"),
        title=gettext("End the engagement of %(firm)s") % {"firm": firm},
        lead=gettext("From the next click on, nobody of %(firm)s sees anything of your bank.")
        % {"firm": firm},
        consequences=(
            gettext("Reports they asked for and did not take away are not handed out."),
            gettext("What they settled and wrote stays in your rounds."),
            gettext("To work together again, the firm asks anew."),
        ),
        button=gettext("End the engagement"),
        url=reverse("engagement_revoke", args=[engagement.pk]),
        back_url=reverse("consultants", args=[engagement.bank_id]),
    )


def give_up_page(engagement: Engagement) -> EndPage:
    """The firm's admin is asked once more."""
    bank = engagement.bank.name
    return EndPage(
        bank=firm_nav(engagement.firm, "engagements"),
        title=gettext("Give up %(bank)s") % {"bank": bank},
        lead=gettext("From the next click on, nobody of your firm sees anything of %(bank)s.")
        % {"bank": bank},
        consequences=(gettext("To work together again, you ask the bank anew."),),
        button=gettext("Give up the client"),
        url=reverse("engagement_give_up", args=[engagement.pk]),
        back_url=reverse("engagement", args=[engagement.pk]),
    )


# ---- history -----------------------------------------------------------------------------------


def _history(
    organisation: Organisation, url: str, asked: int | None, engagement: Engagement | None = None
) -> History:
    page = _page_of(queries.history_of(organisation, engagement), asked)
    events: list[Event] = list(page.object_list)
    parties = queries.parties_of(events)
    of_bank = organisation.kind == OrganisationKind.BANK
    people = {row.actor for row in events if row.actor is not None}
    for row in events:
        people |= {*row.details.get("added", ()), *row.details.get("removed", ())}
    names = queries.names_of(people)
    lines = []
    for row in events:
        bank, firm = parties.get(row.target, ("", ""))
        lines.append(
            HistoryLine(
                at=f"{_day_in(row.at, organisation)}, "
                f"{clock(row.at, ZoneInfo(organisation.time_zone))}",
                party=firm if of_bank else "",
                text=_told(row, names, bank=bank),
            )
        )
    return History(lines=tuple(lines), pages=_pages(page, url, {}))


def _told(event: Event, names: Mapping[int, str], *, bank: str) -> str:
    """One event as a sentence. What a firm's trail tells without a person, the bank did."""
    nobody = gettext("Somebody who left") if event.actor else bank or gettext("The bank")
    scope = event.details.get("scope")
    words = {
        "who": names.get(event.actor or 0, nobody),
        "scope": EngagementScope(scope).label if scope else "",
        "added": _listed(event.details.get("added", ()), names),
        "removed": _listed(event.details.get("removed", ()), names),
    }
    return _sentence(event) % words


def _sentence(event: Event) -> str:
    sentences = {
        "engagement asked": gettext("%(who)s asked an address for: %(scope)s."),
        "engagement requested": gettext("%(who)s asked for: %(scope)s."),
        "engagement request withdrawn": gettext("%(who)s took a request back."),
        "engagement more asked": gettext("%(who)s asked for more: %(scope)s."),
        "engagement accepted": gettext("%(who)s accepted the engagement: %(scope)s."),
        "engagement widened": gettext("%(who)s opened more: %(scope)s."),
        "engagement declined": gettext("%(who)s declined a request."),
        "engagement more declined": gettext("%(who)s declined to open more."),
        "engagement narrowed": gettext("%(who)s narrowed the engagement: %(scope)s."),
        "engagement ended": gettext("%(who)s ended the engagement."),
    }
    if event.verb in sentences:
        return sentences[event.verb]
    if event.details.get("added") and event.details.get("removed"):
        return gettext("%(who)s assigned %(added)s and took %(removed)s off.")
    if event.details.get("added"):
        return gettext("%(who)s assigned %(added)s.")
    return gettext("%(who)s took %(removed)s off.")


def _listed(people: Any, names: Mapping[int, str]) -> str:
    return ", ".join(names.get(person, gettext("somebody who left")) for person in people)


# ---- shared ------------------------------------------------------------------------------------


def _page_of(rows: Any, asked: int | None) -> Page[Any]:
    pages = Paginator(rows, PER_PAGE)
    wanted = asked or 1
    if wanted > pages.num_pages:
        raise NoSuchPageError
    return pages.page(wanted)


def _pages(page: Page[Any], url: str, query: Mapping[str, str]) -> Pages:
    words = gettext("Page %(page)s of %(pages)s") % {
        "page": number(page.number),
        "pages": number(page.paginator.num_pages),
    }
    before = page.previous_page_number() if page.has_previous() else 0
    after = page.next_page_number() if page.has_next() else 0
    return Pages(
        words=words if page.has_other_pages() else "",
        before=_address(url, **query, page=str(before)) if before else "",
        after=_address(url, **query, page=str(after)) if after else "",
    )


def _address(url: str, **query: str) -> str:
    kept = {key: value for key, value in query.items() if value}
    return f"{url}?{urlencode(kept)}" if kept else url


def _day_in(moment: dt.datetime, organisation: Organisation) -> str:
    return day(moment.astimezone(ZoneInfo(organisation.time_zone)).date())
