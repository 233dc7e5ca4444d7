"""What the template of the review sees."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from assessments.access.roles import Permission, Standing
from assessments.models import Assessment, Sheet
from assessments.survey.outline import (
    CHANNELS_SECTION,
    outline,
)
from assessments.survey.pages import (
    Attention,
    Inventory,
    LockNotice,
    answered_words,
    attention,
    channels_url,
    lock_notice,
    question_url,
    unconfirmed_words,
)
from assessments.survey.queries import Lock, SheetProgress
from assessments.survey.question import (
    answer_label,
    language,
)
from assessments.ui.numbers import number
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording

ONLY = "only=unconfirmed"  # the address of the review that shows what is not confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    item: str
    number: str
    title: str
    answer: str
    missing: bool
    waits: bool  # carried over and not confirmed
    flag: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSection:
    number: str
    name: str
    summary: str
    open: bool
    rows: tuple[ReviewRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """All answers of one sheet before it is handed in."""

    bank: BankNav
    period: str
    summary: str
    waiting: str  # how many answers wait to be confirmed
    only_url: str  # to see these alone; "" where that is so or nothing waits
    all_url: str  # back to everything; "" where that is shown
    blockers: tuple[Attention, ...]  # must be settled before submitting
    warnings: tuple[Attention, ...]
    sections: tuple[ReviewSection, ...]
    lock: LockNotice | None
    tasks_url: str
    submit_url: str
    results_url: str


def review_page(
    *,
    sheet: Sheet,
    progress: SheetProgress,
    inventory: Inventory,
    reader: Standing,
    lock: Lock | None,
    ready: bool,
    only: bool = False,
) -> ReviewPage:
    """Sections collapsed to a line each; those with something open are opened.

    `only`: nothing but what waits to be confirmed.
    """
    assessment = sheet.assessment
    address = reverse("review", args=[assessment.pk])
    sections = tuple(
        _review_section(assessment, progress, section, only=only)
        for section in dict.fromkeys(page.section for page in progress.own.pages)
    )
    return ReviewPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        summary=_review_summary(progress),
        waiting=unconfirmed_words(len(progress.unconfirmed)),
        only_url=f"{address}?{ONLY}" if progress.unconfirmed and not only else "",
        all_url=address if only else "",
        blockers=()
        if lock
        else attention(
            assessment,
            progress,
            Inventory(accounts=0, silent=(), confirmed=True),
            to_review=True,
        ),
        warnings=() if lock else _warnings(assessment, progress, inventory),
        sections=tuple(section for section in sections if section.rows),
        lock=lock_notice(assessment, lock, sheet=sheet, reader=reader) if lock else None,
        tasks_url=reverse("round", args=[assessment.pk]),
        submit_url=reverse("submit", args=[assessment.pk]),
        results_url=reverse("results", args=[assessment.pk])
        if ready and reader.may(Permission.VIEW_RESULTS)
        else "",
    )


def _review_summary(progress: SheetProgress) -> str:
    parts = [answered_words(progress.answered, progress.total)]
    if progress.dont_know:
        parts.append(gettext("%(count)s Don’t know") % {"count": number(len(progress.dont_know))})
    if progress.blank:
        parts.append(gettext("%(count)s unanswered") % {"count": number(len(progress.blank))})
    if progress.unconfirmed:
        parts.append(unconfirmed_words(len(progress.unconfirmed)))
    return " · ".join(parts)


def _warnings(
    assessment: Assessment, progress: SheetProgress, inventory: Inventory
) -> tuple[Attention, ...]:
    """What is unanswered or not confirmed, a line per section, in the order of the sections."""
    found = {
        section: line
        for section in dict.fromkeys(page.section for page in progress.own.pages)
        if (line := _unanswered(assessment, progress, section))
    }
    if progress.own.leads_to_channels and not inventory.confirmed:
        found[CHANNELS_SECTION] = Attention(
            number=number(CHANNELS_SECTION),
            text=gettext("Account inventory not confirmed as complete"),
            url=channels_url(assessment),
        )
    return tuple(found[section] for section in sorted(found))


def _unanswered(assessment: Assessment, progress: SheetProgress, section: int) -> Attention | None:
    pages = outline().section(section)
    missing = [item.id for page in pages for item in page.items if item.id in progress.unanswered]
    if not missing:
        return None
    only = outline().number_of[missing[0]] if len(missing) == 1 else number(section)
    name = load_wording(language()).dimensions[pages[0].dimension].name
    blank = sum(item in progress.blank for item in missing)
    words = {
        "name": name,
        "count": number(blank),
        "waiting": unconfirmed_words(len(missing) - blank),
    }
    if blank == 0:
        text = gettext("%(name)s: %(waiting)s") % words
    elif blank < len(missing):
        text = gettext("%(name)s: %(count)s unanswered, %(waiting)s") % words
    else:
        text = gettext("%(name)s: %(count)s unanswered") % words
    return Attention(
        number=only, text=text, url=question_url(assessment, missing[0], to_review=True)
    )


def _review_section(
    assessment: Assessment, progress: SheetProgress, section: int, *, only: bool
) -> ReviewSection:
    pages = outline().section(section)
    rows = tuple(
        _review_row(assessment, progress, item.id)
        for page in pages
        for item in page.items
        if not only or item.id in progress.unconfirmed
    )
    answered, total = progress.answered_of(pages)
    return ReviewSection(
        number=number(section),
        name=load_wording(language()).dimensions[pages[0].dimension].name,
        summary=answered_words(answered, total),
        # Nothing answered at all is said in one line above; ten empty rows would bury the rest.
        open=only or any(row.flag for row in rows) or 0 < answered < total,
        rows=rows,
    )


def _review_row(assessment: Assessment, progress: SheetProgress, item: str) -> ReviewRow:
    value = progress.answers[item]
    flag = gettext("Not confirmed yet") if value.carried else ""
    if value.reason_missing:
        flag = gettext("Reason missing")
    elif item in progress.dont_know:
        flag = gettext("Lowers coverage")
    return ReviewRow(
        item=item,
        number=outline().number_of[item],
        title=load_wording(language()).items[item].title,
        answer=answer_label(item, value.marked),
        missing=value.answer is None,
        waits=value.carried,
        flag=flag,
        url=question_url(assessment, item, to_review=True),
    )
