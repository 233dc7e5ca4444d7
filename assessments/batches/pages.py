"""What the pages of reports for many show, formatted."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from assessments.batches import queries, services, words
from assessments.models import (
    Assessment,
    Batch,
    BatchKind,
    BatchPart,
    FileState,
    Organisation,
    Summary,
    User,
)
from assessments.ui import numbers
from assessments.ui.paging import Pager, page_of
from assessments.ui.shell import BankNav, firm_nav
from maturity import load_wording

PER_PAGE = 50
MEGABYTE = 1_000_000
LEAST_SHOWN = 0.1  # megabytes
State = Literal["working", "ready", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """One round to choose. Strategy is an id, for the mark; empty without a placement."""

    id: str
    name: str
    fictional: bool
    period: str
    published: str
    strategy: str
    strategy_name: str
    bank: str
    customers: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePage:
    """`others` are rounds that are chosen and not among the rows shown."""

    bank: BankNav
    name: str
    sought: str
    count: str
    rows: tuple[ClientRow, ...]
    others: tuple[str, ...]
    chosen: str  # how many those are
    error: str
    before: str  # number of the page, empty where there is none
    after: str
    place: str
    all_text: str  # empty where everything found is chosen already
    empty: str
    list_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    bank: BankNav
    heading: str
    rows: tuple[ClientRow, ...]
    language: tuple[str, str]  # code and name
    kind: tuple[str, str]
    busy: str
    busy_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    name: str
    period: str
    state: str
    tone: str  # a class of chips
    icon: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """How far one batch is. Addresses are empty where there is nothing to do there."""

    bank: BankNav
    state: State
    heading: str
    text: str
    about: str
    done: int
    parts: int
    rows: tuple[PartRow, ...]
    size: str
    reference: str
    file_url: str
    state_url: str
    cancel_url: str
    retry_url: str
    list_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    url: str
    heading: str
    asked: str
    by: str
    kind: str
    state: str
    tone: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    bank: BankNav
    name: str
    rows: tuple[BatchRow, ...]
    pager: Pager
    new_url: str


# ---- choosing ----------------------------------------------------------------------------------


def choose(
    firm: Organisation,
    user: User,
    rounds: Sequence[Assessment],
    asked: Mapping[str, object],
    error: str = "",
) -> ChoosePage:
    """The clients that match, in pages, and what is chosen of all. Raises BadRequest for no page."""
    sought = str(asked["q"] or "")
    found = Paginator(queries.clients(firm, user, sought), PER_PAGE)
    number = asked["page"] or 1
    if not isinstance(number, int) or number > found.num_pages:
        raise BadRequest("page")
    page = found.page(number)
    ids = {round_.pk for round_ in rounds}
    rows = tuple(_client(round_, ids) for round_ in page.object_list)
    shown = {row.id for row in rows}
    others = tuple(str(pk) for pk in sorted(ids) if str(pk) not in shown)
    return ChoosePage(
        bank=firm_nav(firm, "reports"),
        name=firm.name,
        sought=sought,
        count=_found(found.count, sought),
        rows=rows,
        others=others,
        chosen=_elsewhere(len(others)),
        error=error,
        before=str(page.previous_page_number()) if page.has_previous() else "",
        after=str(page.next_page_number()) if page.has_next() else "",
        place=gettext("Page %(shown)s of %(total)s")
        % {"shown": numbers.number(page.number), "total": numbers.number(found.num_pages)}
        if found.num_pages > 1
        else "",
        all_text=_all(found.count) if found.count else "",
        empty=_nobody(sought),
        list_url=reverse("batches", args=[firm.pk]),
    )


def confirm(
    firm: Organisation,
    rounds: Iterable[Assessment],
    how: Mapping[str, str],
    labels: Mapping[str, str],
    busy: Batch | None = None,
) -> ConfirmPage:
    """What will be made, before it is."""
    rows = tuple(_client(round_, ()) for round_ in rounds)
    return ConfirmPage(
        bank=firm_nav(firm, "reports"),
        heading=ngettext(
            "Make reports for %(count)s client", "Make reports for %(count)s clients", len(rows)
        )
        % {"count": numbers.number(len(rows))},
        rows=rows,
        language=(how["language"], labels["language"]),
        kind=(how["kind"], labels["kind"]),
        busy=gettext("You have reports under way. Wait for them, or cancel them.") if busy else "",
        busy_url=reverse("batch", args=[busy.pk]) if busy else "",
    )


def _client(round_: Assessment, chosen: Collection[UUID]) -> ClientRow:
    summary: Summary | None = getattr(round_, "summary", None)
    strategy = (summary.shown_strategy or summary.strategy) if summary else ""
    names = load_wording(get_language() or "en").strategies
    return ClientRow(
        id=str(round_.pk),
        name=round_.organisation.name,
        fictional=round_.organisation.fictional,
        period=round_.period,
        published=_day(summary.published_at, round_.organisation) if summary else "",
        strategy=strategy,
        strategy_name=names[strategy].short if strategy else "",
        bank=numbers.score(summary.bank if summary else None),
        customers=numbers.score(summary.customer if summary else None),
        chosen=round_.pk in chosen,
    )


def _found(count: int, sought: str) -> str:
    if sought:
        text = ngettext("%(count)s client found", "%(count)s clients found", count)
    else:
        text = ngettext(
            "%(count)s client with a published result",
            "%(count)s clients with a published result",
            count,
        )
    return text % {"count": numbers.number(count)}


def _elsewhere(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s client more is chosen and not shown here.",
        "%(count)s clients more are chosen and not shown here.",
        count,
    ) % {"count": numbers.number(count)}


def _all(count: int) -> str:
    return ngettext("Choose %(count)s client found", "Choose all %(count)s found", count) % {
        "count": numbers.number(count)
    }


def _nobody(sought: str) -> str:
    if sought:
        return gettext("No client’s name holds “%(sought)s”. Search for less, or show all.") % {
            "sought": sought
        }
    return gettext("None of your clients has a published result yet. Reports begin with one.")


def too_many() -> str:
    return gettext("Choose at most %(most)s clients at once.") % {
        "most": numbers.number(services.MOST_CLIENTS)
    }


def none_chosen() -> str:
    return gettext("Choose at least one client.")


# ---- one batch ---------------------------------------------------------------------------------


def batch(found: Batch) -> BatchPage:
    """The page of one batch."""
    parts = queries.parts_of(found)
    state = state_of(found)
    failed = sum(part.state == FileState.FAILED for part in parts)
    args = [found.pk]
    return BatchPage(
        bank=firm_nav(found.firm, "reports"),
        state=state,
        heading=_heading(state, found.parts, failed),
        text=_text(found, state, failed),
        about=_about(found),
        done=found.parts_done,
        parts=max(1, found.parts),
        rows=tuple(_part(part, state) for part in parts),
        size=_size(found) if state == "ready" else "",
        reference=str(found.pk) if state == "failed" else "",
        file_url=reverse("batch_file", args=args) if state == "ready" else "",
        state_url=reverse("batch_state", args=args),
        cancel_url=reverse("batch_cancel", args=args) if state == "working" else "",
        retry_url=reverse("batch_retry", args=args) if _may_retry(state, failed) else "",
        list_url=reverse("batches", args=[found.firm_id]),
    )


def state_of(found: Batch) -> State:
    if found.state in queries.UNFINISHED:
        return "working"
    if found.cancelled_at is not None:
        return "cancelled"
    lost = found.state == FileState.DONE and services.needs_closing(found)
    return "ready" if found.state == FileState.DONE and not lost else "failed"


def _may_retry(state: State, failed: int) -> bool:
    return state in {"failed", "cancelled"} or (state == "ready" and failed > 0)


def progress(found: Batch) -> str:
    """How far it is, in one sentence that changes while one waits."""
    if found.parts_done >= found.parts:
        return gettext("Packing the ZIP.")
    if found.state == FileState.QUEUED and not found.parts_done:
        return gettext("Waiting in line.")
    return ngettext(
        "%(done)s of %(parts)s client done.", "%(done)s of %(parts)s clients done.", found.parts
    ) % {"done": numbers.number(found.parts_done), "parts": numbers.number(found.parts)}


def _heading(state: State, parts: int, failed: int) -> str:
    if state == "ready" and failed:
        return ngettext(
            "%(made)s of %(all)s report is ready", "%(made)s of %(all)s reports are ready", parts
        ) % {"made": numbers.number(parts - failed), "all": numbers.number(parts)}
    return {
        "working": gettext("Preparing the reports"),
        "ready": gettext("The reports are ready"),
        "failed": gettext("The reports could not be made"),
        "cancelled": gettext("The reports were cancelled"),
    }[state]


def _text(found: Batch, state: State, failed: int) -> str:
    if state == "working":
        return progress(found)
    if state == "cancelled":
        return gettext("What was printed until then is kept: “Try again” goes on from there.")
    if state == "failed":
        if found.state == FileState.DONE:
            return gettext("The ZIP is no longer there. “Try again” makes it anew.")
        return gettext("Nothing is lost. The table says what was in the way; try again.")
    if failed:
        return gettext("The others are left out; the table and the index in the ZIP say why.")
    return gettext("One ZIP with a file for each client and an index.")


def _about(found: Batch) -> str:
    zone = ZoneInfo(found.firm.time_zone)
    values = {
        "kind": BatchKind(found.kind).label,
        "day": numbers.day(found.created_at.astimezone(zone).date()),
        "clock": numbers.clock(found.created_at, zone),
        "until": numbers.day(found.expires_at.astimezone(zone).date()),
    }
    return gettext("%(kind)s, asked for on %(day)s at %(clock)s. Kept until %(until)s.") % values


def _part(part: BatchPart, state: State) -> PartRow:
    done, failed = part.state == FileState.DONE, part.state == FileState.FAILED
    begun = part.state == FileState.RUNNING and state == "working"
    if done:
        text, tone, icon = gettext("Ready"), "success", "check"
    elif failed:
        text, tone, icon = gettext("Left out"), "error", "warning"
    elif begun:
        text, tone, icon = gettext("Being prepared"), "", ""
    else:
        text, tone, icon = gettext("Waiting") if state == "working" else gettext("Not made"), "", ""
    return PartRow(
        name=part.assessment.organisation.name,
        period=part.assessment.period,
        state=text,
        tone=tone,
        icon=icon,
        reason=words.reason(part.failure),
    )


def _size(found: Batch) -> str:
    size = numbers.number(max(found.size / MEGABYTE, LEAST_SHOWN), 1)
    return gettext("ZIP, %(size)s MB") % {"size": size}


# ---- the list ----------------------------------------------------------------------------------


def batches(firm: Organisation, user: User, asked: Mapping[str, str], now: dt.datetime) -> ListPage:
    """What this person, or for its admin anybody of the firm, has asked for lately."""
    found = page_of(queries.batches_of(firm, user, now), asked)
    return ListPage(
        bank=firm_nav(firm, "reports"),
        name=firm.name,
        rows=tuple(_row(row, firm) for row in found.rows),
        pager=found.pager,
        new_url=reverse("batch_new", args=[firm.pk]),
    )


def _row(row: Batch, firm: Organisation) -> BatchRow:
    zone = ZoneInfo(firm.time_zone)
    failed: int = vars(row)["failed"]
    state, tone = _list_state(row, failed)
    return BatchRow(
        url=reverse("batch", args=[row.pk]),
        heading=ngettext("%(count)s client", "%(count)s clients", row.parts)
        % {"count": numbers.number(row.parts)},
        asked=gettext("%(day)s, %(clock)s")
        % {
            "day": numbers.day(row.created_at.astimezone(zone).date()),
            "clock": numbers.clock(row.created_at, zone),
        },
        by=row.requested_by.display_name,
        kind=str(BatchKind(row.kind).label),
        state=state,
        tone=tone,
        until=numbers.day(row.expires_at.astimezone(zone).date()),
    )


def _list_state(row: Batch, failed: int) -> tuple[str, str]:
    if row.state in queries.UNFINISHED:
        return progress(row), ""
    if row.cancelled_at is not None:
        return gettext("Cancelled"), ""
    if row.state == FileState.FAILED:
        return gettext("Could not be made"), "error"
    if failed:
        text = ngettext("Ready, %(count)s left out", "Ready, %(count)s left out", failed)
        return text % {"count": numbers.number(failed)}, "warn"
    return gettext("Ready"), "success"


def _day(moment: dt.datetime, organisation: Organisation) -> str:
    return numbers.day(moment.astimezone(ZoneInfo(organisation.time_zone)).date())
