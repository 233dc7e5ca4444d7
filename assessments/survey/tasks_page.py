"""What the template of a round's task list sees."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.firm_queries import FirmAccess
from assessments.access.roles import Permission, Standing
from assessments.models import Assessment, SentBack, Sheet, SheetStatus
from assessments.survey import queries
from assessments.survey.outline import (
    CHANNELS_SECTION,
    CUSTOMERS_SECTION,
    Page,
    outline,
)
from assessments.survey.pages import (
    Attention,
    Inventory,
    LockNotice,
    ReturnNote,
    answered_words,
    attention,
    channels_url,
    gaps_words,
    lock_notice,
    overdue_words,
    question_url,
    readers_of,
    return_note,
    unconfirmed_words,
)
from assessments.survey.queries import Lock, SheetProgress
from assessments.survey.question import (
    language,
)
from assessments.survey.review_page import ONLY
from assessments.ui.lists import listed
from assessments.ui.numbers import day, number
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording

Kind = Literal["todo", "progress", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    number: str
    name: str
    about: str
    best_by: str
    count: str
    extra: str
    status: str
    kind: Kind
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGroup:
    title: str
    summary: str
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentLine:
    name: str  # for the lead alone
    function: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksPage:
    """The task list of one round for one person."""

    bank: BankNav
    period: str
    due: str
    heading: str
    lead: str
    unconfirmed: str  # how many answers wait to be confirmed
    unconfirmed_url: str
    continue_url: str
    continue_label: str
    review_url: str
    offline_url: str  # "" for who cannot answer now
    groups: tuple[TaskGroup, ...]
    returns: tuple[ReturnNote, ...]
    continues_at_returns: bool
    readers: tuple[str, ...]
    attention: tuple[Attention, ...]
    respondents: tuple[RespondentLine, ...]
    gaps: str  # sections that nobody is asked about, for the lead
    alone: bool
    lock: LockNotice | None
    overdue: str
    results_url: str  # "" until findings may be shown
    waiting: str
    edit_url: str
    people_url: str
    regions_url: str
    delete_url: str
    close_url: str
    closes_for_good: bool
    reopen_url: str
    answering: bool


def tasks_page(
    *,
    assessment: Assessment,
    sheet: Sheet | None,
    progress: SheetProgress | None,
    inventory: Inventory,
    people: tuple[queries.RespondentState, ...],
    reader: Standing,
    returns: tuple[SentBack, ...],
    firms: tuple[FirmAccess, ...],
    lock: Lock | None,
    now: dt.datetime,
) -> TasksPage:
    """Count, name and address every section, and what needs attention."""
    manages = reader.may(Permission.MANAGE_ROUND)
    counts = _turnout_of(assessment, people)
    closed = queries.round_lock(assessment)
    continue_url, continue_label = _continue(assessment, progress, inventory)
    return TasksPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        due=gettext("Due %(day)s") % {"day": day(assessment.due_on)} if assessment.due_on else "",
        heading=_heading(assessment, progress),
        lead=_reading_as(reader) if reader.scope else _tasks_lead(progress, lock),
        unconfirmed=unconfirmed_words(len(progress.unconfirmed)) if progress and not lock else "",
        unconfirmed_url=f"{reverse('review', args=[assessment.pk])}?{ONLY}",
        continue_url="" if lock else continue_url,
        continue_label=continue_label,
        review_url=reverse("review", args=[assessment.pk]),
        offline_url=reverse("workbook_upload", args=[assessment.pk])
        if progress and not lock
        else "",
        groups=_groups(assessment, progress, inventory) if progress else (),
        returns=tuple(return_note(assessment, row) for row in returns),
        continues_at_returns=True,
        readers=readers_of(assessment, firms),
        attention=attention(assessment, progress, inventory) if progress and not lock else (),
        respondents=tuple(_respondent_line(person, named=manages) for person in people),
        gaps=gaps_words(people) if manages and closed is None else "",
        alone=len(people) == 1,
        lock=lock_notice(assessment, lock, sheet=sheet, reader=reader) if lock else None,
        overdue="" if lock else overdue_words(assessment, now),
        results_url=reverse("results", args=[assessment.pk])
        if counts.ready and reader.may(Permission.VIEW_RESULTS)
        else "",
        waiting=_waiting(counts),
        edit_url=reverse("round_edit", args=[assessment.pk])
        if manages and closed != Lock.PUBLISHED
        else "",
        people_url=reverse("respondents", args=[assessment.pk]) if manages else "",
        regions_url=reverse("regions", args=[assessment.pk]) if manages else "",
        delete_url=reverse("round_delete", args=[assessment.pk])
        if manages and closed != Lock.PUBLISHED
        else "",
        close_url=reverse("close", args=[assessment.pk]) if manages and closed is None else "",
        closes_for_good=queries.stays_closed(assessment),
        reopen_url=reverse("reopen", args=[assessment.pk])
        if manages and queries.may_reopen(assessment)
        else "",
        answering=progress is not None,
    )


def _turnout_of(
    assessment: Assessment, people: Iterable[queries.RespondentState]
) -> queries.Turnout:
    known = list(people)
    return queries.Turnout(
        sheets=len(known),
        submitted=sum(person.status == SheetStatus.SUBMITTED for person in known),
        status=assessment.status,
    )


def _waiting(counts: queries.Turnout) -> str:
    if counts.ready or counts.submitted == 0:
        return ""
    text = gettext(
        "Results appear when the lead closes the round: %(submitted)s of %(sheets)s have submitted."
    )
    return text % {"submitted": number(counts.submitted), "sheets": number(counts.sheets)}


def _heading(assessment: Assessment, progress: SheetProgress | None) -> str:
    if progress is None:
        return assessment.period
    return gettext("%(answered)s of %(total)s questions answered") % {
        "answered": number(progress.answered),
        "total": number(progress.total),
    }


def _reading_as(reader: Standing) -> str:
    """What somebody of a firm reads here."""
    if reader.may(Permission.VIEW_ANSWERS):
        return gettext(
            "You read this round as a consultant: results, and answers given since the bank "
            "accepted your firm, once findings are shown."
        )
    return gettext("You read this round as a consultant: its results, once they are shown.")


def _tasks_lead(progress: SheetProgress | None, lock: Lock | None) -> str:
    if progress is None:
        return gettext("You were not asked to answer in this round.")
    if lock:
        return gettext("You can read every answer below.")
    return f"{_asked_about(progress)} {_kept(progress)}".strip()


def _asked_about(progress: SheetProgress) -> str:
    """Says so where a person was asked about a part of the questionnaire only."""
    if progress.own.whole:
        return ""
    words = load_wording(language()).dimensions
    names = [words[dimension].name for dimension in progress.own.dimensions]
    return gettext("You were asked about %(sections)s.") % {"sections": listed(names)}


def _kept(progress: SheetProgress) -> str:
    kept = gettext(
        "Everything you have entered is saved; a section can be left half done and picked up "
        "by you later."
    )
    if progress.minutes_left is None:
        return kept
    pace = ngettext(
        "About %(minutes)s minute left at your pace.",
        "About %(minutes)s minutes left at your pace.",
        progress.minutes_left,
    ) % {"minutes": number(progress.minutes_left)}
    return f"{pace} {kept}"


def _continue(
    assessment: Assessment, progress: SheetProgress | None, inventory: Inventory
) -> tuple[str, str]:
    if progress is None:
        return "", ""
    if progress.unanswered:
        item = progress.unanswered[0]
        page = outline().page_of[item]
        if page.section == CUSTOMERS_SECTION and _inventory_waits(progress, inventory):
            return channels_url(assessment), gettext("Continue: Channels")
        name = load_wording(language()).dimensions[page.dimension].name
        label = gettext("Continue: %(name)s, question %(number)s") % {
            "name": name,
            "number": outline().number_of[item],
        }
        return question_url(assessment, item), label
    if _inventory_waits(progress, inventory):
        return channels_url(assessment), gettext("Continue: Channels")
    return "", ""


def _inventory_waits(progress: SheetProgress, inventory: Inventory) -> bool:
    return progress.own.leads_to_channels and not inventory.confirmed


def _groups(
    assessment: Assessment, progress: SheetProgress, inventory: Inventory
) -> tuple[TaskGroup, ...]:
    """Own sections only; the inventory is open to everybody."""
    plan = progress.own
    channels = TaskGroup(
        title=gettext("Channels"),
        summary=_inventory_words(inventory),
        rows=(_channel_row(assessment, inventory, led=plan.leads_to_channels),),
    )
    bank_pages = tuple(page for page in plan.pages if page.section < CHANNELS_SECTION)
    return (
        *_group(assessment, progress, gettext("Bank"), bank_pages),
        channels,
        *_group(assessment, progress, gettext("Customers"), plan.customer_pages),
    )


def _group(
    assessment: Assessment, progress: SheetProgress, title: str, pages: tuple[Page, ...]
) -> tuple[TaskGroup, ...]:
    """A group of sections; none where nothing of it is asked."""
    if not pages:
        return ()
    plan = progress.own
    current = plan.page_of[progress.unanswered[0]].section if progress.unanswered else 0
    sections = dict.fromkeys(page.section for page in pages)
    rows = tuple(_task_row(assessment, progress, s, current=current) for s in sections)
    return (
        TaskGroup(title=title, summary=answered_words(*progress.answered_of(pages)), rows=rows),
    )


def _task_row(
    assessment: Assessment, progress: SheetProgress, section: int, *, current: int
) -> TaskRow:
    pages = outline().section(section)
    words = load_wording(language()).dimensions[pages[0].dimension]
    answered, total = progress.answered_of(pages)
    items = [item.id for page in pages for item in page.items]
    start = next((item for item in items if item in progress.unanswered), items[0])
    unknown = sum(item in progress.dont_know for item in items)
    waiting = sum(item in progress.unconfirmed for item in items)
    extra = [gettext("%(count)s Don’t know") % {"count": number(unknown)}] if unknown else []
    if waiting:
        extra.append(gettext("%(count)s not confirmed") % {"count": number(waiting)})
    kind: Kind = "todo" if answered == 0 else "done" if answered == total else "progress"
    return TaskRow(
        number=number(section),
        name=words.name,
        about=words.about,
        best_by=gettext("Best answered by: %(who)s") % {"who": words.best_answered_by},
        count=gettext("%(answered)s of %(total)s")
        % {"answered": number(answered), "total": number(total)},
        extra=", ".join(extra),
        status=_status_words(kind),
        kind=kind,
        url=question_url(assessment, start),
        current=section == current,
    )


def _channel_row(assessment: Assessment, inventory: Inventory, *, led: bool) -> TaskRow:
    words = load_wording(language()).dimensions["CAP"]
    kind: Kind = "todo"
    if inventory.confirmed:
        kind = "done"
    elif inventory.accounts:
        kind = "progress"
    return TaskRow(
        number=number(CHANNELS_SECTION),
        name=gettext("Account inventory"),
        about=gettext("Every account the bank runs, and when it last posted"),
        best_by=gettext("Best answered by: %(who)s") % {"who": words.best_answered_by},
        count=_accounts_words(inventory.accounts),
        extra="" if led else gettext("Optional for you"),
        status=_status_words(kind),
        kind=kind,
        url=channels_url(assessment),
        current=False,
    )


def _status_words(kind: Kind) -> str:
    return {
        "todo": gettext("Not started"),
        "progress": gettext("In progress"),
        "done": gettext("Completed"),
    }[kind]


def _accounts_words(count: int) -> str:
    return ngettext("%(count)s account", "%(count)s accounts", count) % {"count": number(count)}


def _inventory_words(inventory: Inventory) -> str:
    if not inventory.silent:
        return _accounts_words(inventory.accounts)
    silent = gettext("%(count)s silent") % {"count": number(len(inventory.silent))}
    return f"{_accounts_words(inventory.accounts)}, {silent}"


def _respondent_line(person: queries.RespondentState, *, named: bool) -> RespondentLine:
    """Progress, never answers."""
    if person.mine:
        state = gettext("You")
    elif person.status == SheetStatus.SUBMITTED:
        state = gettext("Submitted")
    else:
        state = answered_words(person.answered, person.total)
    return RespondentLine(name=person.name if named else "", function=person.function, state=state)
