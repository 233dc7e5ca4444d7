"""What the template sees that asks once more before several answers are confirmed together."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from assessments.access.roles import Standing
from assessments.models import SavedAnswer, Sheet
from assessments.survey import queries
from assessments.survey.answers import Value
from assessments.survey.outline import Page, outline
from assessments.survey.pages import (
    LockNotice,
    lock_notice,
    page_name,
    question_url,
    unconfirmed_words,
)
from assessments.survey.queries import Lock
from assessments.survey.question import answer_label, language
from assessments.ui.numbers import day
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """One answer that waits to be confirmed, as it would count."""

    item: str
    number: str
    question: str
    answer: str
    behaviour: str  # what the level says; nothing for N/A and Don't know
    texts: tuple[str, ...]  # reason, note and link
    given: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    bank: BankNav
    period: str
    section: str
    title: str
    rows: tuple[WaitingRow, ...]
    lock: LockNotice | None
    promise: str
    action: str
    section_url: str


def confirm_page(
    page: Page,
    rows: Mapping[str, SavedAnswer],
    *,
    sheet: Sheet,
    reader: Standing,
    lock: Lock | None,
) -> ConfirmPage:
    """List what still waits on a page of questions, in its order."""
    assessment = sheet.assessment
    waiting = [item.id for item in page.items if item.id in rows and rows[item.id].carried]
    return ConfirmPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        section=page_name(page),
        title=unconfirmed_words(len(waiting)) or gettext("Nothing is left to confirm here"),
        rows=tuple(_row(sheet, rows[item]) for item in waiting),
        lock=lock_notice(assessment, lock, sheet=sheet, reader=reader) if lock else None,
        promise=assessment.visibility,
        action=reverse("confirm_answers", args=[assessment.pk, page.slug]),
        section_url=reverse("section", args=[assessment.pk, page.slug]),
    )


def _row(sheet: Sheet, row: SavedAnswer) -> WaitingRow:
    words = load_wording(language()).items[row.item]
    value = Value.of(row)
    zone = queries.zone_of(sheet.assessment.organisation)
    return WaitingRow(
        item=row.item,
        number=outline().number_of[row.item],
        question=words.question,
        answer=answer_label(row.item, value.marked),
        behaviour="" if row.level is None else words.levels[row.level - 1].plain,
        texts=tuple(text for text in (row.reason, row.note, row.link) if text),
        given=gettext("Given on %(day)s") % {"day": day(row.updated_at.astimezone(zone).date())},
        url=question_url(sheet.assessment, row.item),
    )
