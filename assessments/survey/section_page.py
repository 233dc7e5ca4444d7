"""What the template of a page of questions sees."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from assessments.access.firm_queries import FirmAccess
from assessments.access.roles import Standing
from assessments.models import Assessment, SavedAnswer, Sheet, User
from assessments.survey import queries
from assessments.survey.answers import Value
from assessments.survey.drafts import owner_mark
from assessments.survey.forms import SectionForm
from assessments.survey.outline import (
    CHANNELS,
    SECTIONS,
    Outline,
    Page,
    outline,
)
from assessments.survey.pages import (
    LockNotice,
    ReturnNote,
    lock_notice,
    moment_words,
    overdue_words,
    page_name,
    readers_of,
    return_note,
    unconfirmed_words,
)
from assessments.survey.queries import Lock
from assessments.survey.question import (
    ClashView,
    QuestionState,
    answer_label,
    language,
    note_count,
    short_label,
)
from assessments.survey.services import Clash
from assessments.ui.numbers import day, number
from assessments.ui.shell import BankNav, bank_nav
from assessments.ui.visibility import who_reads_notes
from maturity import load_wording
from maturity.framework import AWARENESS, CUSTOMERS

RailState = Literal["done", "warn", "carried", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class RailLink:
    item: str
    number: str
    title: str
    state: "RailState"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLink:
    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a page of questions says to everyone. `counts[n]` says that n are answered.

    `waits[n]` says that n are not confirmed yet, and nothing for none.
    """

    title: str
    kicker: str
    section: str
    part: str
    lead: str
    counts: tuple[str, ...]
    counts_json: str
    waits: tuple[str, ...]
    waits_json: str
    note_count: str
    titles: Mapping[str, tuple[str, str]]  # item → number and title
    levels: SafeString
    states: SafeString  # what the script shows: status chips, conflict, sign-in


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """One page of questions for one person."""

    bank: BankNav
    frame: Frame
    period: str
    tasks_url: str
    action: str
    next_label: str
    progress: str
    waiting: str  # how many answers of this page wait to be confirmed
    confirm_url: str  # where all of them are confirmed together
    rail: tuple[RailLink, ...]
    lock: LockNotice | None
    errors_title: str
    errors: tuple[ErrorLink, ...]
    saved: str
    shortcuts_on: bool
    shortcuts_url: str
    save_url: str
    user: int
    email: str
    owner: str
    back: str  # item to which the review returns, or ""
    overdue: str
    promise: str  # the visibility that the page speaks of
    readers: tuple[str, ...]  # who reads the answers; on the first page of the walk alone
    returns: tuple[ReturnNote, ...]


@cache
def _frame(code: str, page: Page) -> Frame:
    """Word the page once per language; `code` is the current language."""
    words = load_wording(code)
    name = words.dimensions[page.dimension].name
    total = len(page.items)
    counts = tuple(_count_words(answered, total) for answered in range(total + 1))
    waits = tuple(unconfirmed_words(waiting) for waiting in range(total + 1))
    levels = [(number(n), words.levels[n].meaning) for n in words.levels]
    return Frame(
        title=page_name(page),
        kicker=gettext("Section %(number)s of %(total)s")
        % {"number": number(page.section), "total": number(SECTIONS)},
        section=f"{number(page.section)} {name}",
        part=gettext("page %(part)s of 2") % {"part": number(page.part)},
        lead=_lead(page),
        counts=counts,
        counts_json=json.dumps(counts),
        waits=waits,
        waits_json=json.dumps(waits),
        note_count=note_count(0),
        titles={
            item.id: (outline().number_of[item.id], words.items[item.id].title)
            for item in page.items
        },
        levels=render_to_string("survey/levels.html", {"levels": levels}),
        states=render_to_string("survey/states.html"),
    )


def states_of(
    page: Page,
    rows: Mapping[str, SavedAnswer],
    *,
    assessment: Assessment,
    now: dt.datetime,
    locked: bool,
    firms: tuple[FirmAccess, ...],
) -> dict[str, QuestionState]:
    """The state of each question of a page as it is stored."""
    readers = who_reads_notes(assessment.visibility, firms)
    return {
        item.id: QuestionState(
            value=queries.value_of(rows, item.id),
            version=rows[item.id].version if item.id in rows else 0,
            clock=moment_words(
                assessment.organisation,
                rows[item.id].updated_at if item.id in rows else None,
                now,
            ),
            given=_given_on(assessment, rows.get(item.id)),
            readers=readers,
            locked=locked,
        )
        for item in page.items
    }


def _given_on(assessment: Assessment, row: SavedAnswer | None) -> str:
    """The day of an answer that was carried over; nothing for one that was given here."""
    if row is None or not row.carried:
        return ""
    return day(row.updated_at.astimezone(queries.zone_of(assessment.organisation)).date())


def clash_view(item: str, clash: Clash, *, assessment: Assessment, now: dt.datetime) -> ClashView:
    """A conflict in words, with both values."""
    there, here = clash.stored.value, clash.wanted
    same = there.answer == here.answer
    when = gettext("This answer was changed at %(time)s in another window.") % {
        "time": moment_words(assessment.organisation, clash.stored.at, now)
    }
    return ClashView(
        item=item,
        seen=clash.stored.version,
        when=when,
        there=_side(item, there, with_note=same),
        here=_side(item, here, with_note=same),
        keep=gettext("Keep mine")
        if same
        else gettext("Keep %(answer)s") % {"answer": short_label(here.answer)},
        use=gettext("Use the other")
        if same
        else gettext("Use %(answer)s") % {"answer": short_label(there.answer)},
    )


def _side(item: str, value: Value, *, with_note: bool) -> str:
    label = answer_label(item, value.answer)
    texts = [text for text in (value.reason, value.note, value.link) if text]
    if not with_note:
        return label
    quoted = "; ".join(texts) or gettext("no note")
    return f"{label} ({quoted})"


def section_page(
    page: Page,
    form: SectionForm,
    *,
    sheet: Sheet,
    user: User,
    reader: Standing,
    lock: Lock | None,
    now: dt.datetime,
    saved_at: dt.datetime | None,
    firms: tuple[FirmAccess, ...],
    back: str,
) -> SectionPage:
    """Count and address everything on a page of questions."""
    assessment = sheet.assessment
    frame = _frame(language(), page)
    own = queries.own_outline(sheet)
    answered = sum(form.states[item.id].value.answer is not None for item in page.items)
    waiting = sum(form.states[item.id].value.carried for item in page.items)
    return SectionPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        frame=frame,
        period=assessment.period,
        tasks_url=reverse("round", args=[assessment.pk]),
        action=reverse("section", args=[assessment.pk, page.slug]),
        next_label=gettext("Save and return to the review")
        if back
        else _next_label(language(), page, own),
        progress=frame.counts[answered],
        waiting=frame.waits[waiting],
        confirm_url=reverse("confirm_answers", args=[assessment.pk, page.slug])
        if waiting and not lock
        else "",
        rail=tuple(
            _rail_link(item.id, frame.titles[item.id], form.states[item.id]) for item in page.items
        ),
        lock=lock_notice(assessment, lock, sheet=sheet, reader=reader) if lock else None,
        errors_title=_errors_title(locked=lock is not None),
        errors=tuple(_error_links(form)),
        saved=moment_words(assessment.organisation, saved_at, now),
        shortcuts_on=user.shortcuts_on,
        shortcuts_url=reverse("shortcuts"),
        save_url=reverse("answer", args=[assessment.pk, "ITEM"]),
        user=user.pk,
        email=user.email,
        owner=owner_mark(user),
        back=back,
        overdue=overdue_words(assessment, now),
        promise=assessment.visibility,
        readers=readers_of(assessment, firms) if page == own.pages[0] else (),
        returns=tuple(
            return_note(assessment, row)
            for row in queries.returns_on(sheet)
            if row.dimension == page.dimension
        ),
    )


def _count_words(answered: int, total: int) -> str:
    return gettext("%(answered)s of %(total)s answered on this page") % {
        "answered": number(answered),
        "total": number(total),
    }


def _lead(page: Page) -> str:
    if page.dimension == CUSTOMERS:
        return gettext(
            "Your own estimate of your customers. Choose the sentence closest to what you see "
            "today. Your answers are saved as you go; you can stop at any time."
        )
    if page.facet == AWARENESS:
        return gettext(
            "Choose the sentence closest to what the bank knows and has decided today. "
            "Your answers are saved as you go; you can stop at any time."
        )
    return gettext(
        "Choose the sentence closest to what happens today, not what is planned. "
        "Your answers are saved as you go; you can stop at any time."
    )


@lru_cache(maxsize=1024)
def _next_label(code: str, page: Page, own: Outline) -> str:
    following = own.after(page)
    if following is None:
        return gettext("Save and continue to the review")
    if following == CHANNELS:
        return gettext("Save and continue to Channels")
    assert isinstance(following, Page)  # noqa: S101 -- narrows the type
    name = load_wording(code).dimensions[following.dimension].name
    if following.dimension == page.dimension:
        return gettext("Save and continue: %(name)s, page 2") % {"name": name}
    return gettext("Save and continue to %(name)s") % {"name": name}


def _rail_link(item: str, named: tuple[str, str], state: QuestionState) -> RailLink:
    found: RailState = "done" if state.value.answer is not None else ""
    if state.value.carried:
        found = "carried"
    if state.clash or state.faults or state.value.reason_missing:
        found = "warn"
    return RailLink(item=item, number=named[0], title=named[1], state=found)


def _errors_title(*, locked: bool) -> str:
    if locked:
        return gettext("Not saved: copy what you want to keep before you leave this page")
    return gettext("Please look at this; everything else is saved")


def _error_links(form: SectionForm) -> Iterable[ErrorLink]:
    for item, faults in form.faults.items():
        for field, message in faults.items():
            target = f"q-{item}-1" if field in ("answer", "evidence") else f"{field}-{item}"
            yield ErrorLink(url=f"#{target}", text=f"{outline().number_of[item]}: {message}")
    for item, state in form.states.items():
        if state.late:
            yield ErrorLink(url=f"#q-{item}", text=f"{outline().number_of[item]}: {_late_words()}")
        if state.clash:
            yield ErrorLink(
                url=f"#q-{item}", text=f"{outline().number_of[item]}: {state.clash.when}"
            )


def _late_words() -> str:
    return gettext("came after the answers were locked")
