"""What several pages of this room say alike: moments, locks, what needs attention."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.firm_queries import FirmAccess
from assessments.access.roles import Permission, Standing
from assessments.models import Assessment, Organisation, SentBack, Sheet
from assessments.survey import queries
from assessments.survey.outline import (
    CHANNELS_SECTION,
    Page,
    outline,
)
from assessments.survey.queries import Lock, SheetProgress
from assessments.survey.question import (
    language,
)
from assessments.ui.lists import listed
from assessments.ui.numbers import clock, day, number
from assessments.ui.visibility import who_reads
from maturity import load_wording
from maturity.framework import AWARENESS, CUSTOMERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The channel inventory in short."""

    accounts: int
    silent: tuple[tuple[int, str], ...]  # row id and what is wrong with it
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LockNotice:
    """Why nothing can be changed, who saw to that, and where it can be undone."""

    text: str
    reopen_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNote:
    """A section that somebody sent back, with what they wrote."""

    section: str
    who: str
    day: str
    comment: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Something that waits for the reader, with the place where it is settled."""

    number: str
    text: str
    url: str


def moment_words(organisation: Organisation, moment: dt.datetime | None, now: dt.datetime) -> str:
    """When something was stored: the time if today where the bank is, else the day."""
    if moment is None:
        return ""
    zone = queries.zone_of(organisation)
    local = moment.astimezone(zone)
    today = local.date() == now.astimezone(zone).date()
    return _worded(language(), local.replace(tzinfo=None, second=0, microsecond=0), today)


@lru_cache(maxsize=4096)
def _worded(code: str, local: dt.datetime, today: bool) -> str:
    """A minute in words, kept, since a page repeats few of them; `code` is the language."""
    return clock(local.replace(tzinfo=dt.UTC), dt.UTC) if today else day(local.date())


def question_url(assessment: Assessment, item: str, *, to_review: bool = False) -> str:
    """The address of one question on its page; saving there may lead back to the review."""
    page = outline().page_of[item]
    back = f"?back={item}" if to_review else ""
    return reverse("section", args=[assessment.pk, page.slug]) + f"{back}#q-{item}"


def page_name(page: Page) -> str:
    """Dimension and facet: "Risk: what is in use"."""
    name = load_wording(language()).dimensions[page.dimension].name
    if page.dimension == CUSTOMERS:
        template = (
            gettext("%(name)s: what they know")
            if page.facet == AWARENESS
            else gettext("%(name)s: what they do")
        )
    else:
        template = (
            gettext("%(name)s: what is known and agreed")
            if page.facet == AWARENESS
            else gettext("%(name)s: what is in use")
        )
    return template % {"name": name}


def lock_notice(
    assessment: Assessment, lock: Lock, *, sheet: Sheet | None, reader: Standing
) -> LockNotice:
    """Say why and who, in one sentence."""
    zone = queries.zone_of(assessment.organisation)
    reopen = reverse("reopen", args=[assessment.pk])
    if lock == Lock.SUBMITTED:
        if sheet is None or sheet.submitted_at is None:
            text = gettext("The answers of this round have been submitted.")
            return LockNotice(text=text, reopen_url=None)
        when = day(sheet.submitted_at.astimezone(zone).date())
        text = gettext("You submitted your answers on %(day)s. They are read only.")
        return LockNotice(text=text % {"day": when}, reopen_url=reopen)
    if lock == Lock.REMOVED:
        text = gettext("The lead has taken you out of this round, so nothing can be saved.")
        return LockNotice(text=text, reopen_url=None)
    verb = "round closed" if lock == Lock.CLOSED else "round published"
    actor, moment = queries.who_did(assessment, verb)
    words = {
        "who": actor or gettext("the lead"),
        "day": day(
            (moment or assessment.closed_at or assessment.created_at).astimezone(zone).date()
        ),
    }
    if lock == Lock.CLOSED:
        text = (
            gettext("This round was closed by %(who)s on %(day)s. Answers are read only.") % words
        )
        if queries.stays_closed(assessment):
            text = f"{text} {stays_closed_words()}"
        opens = reader.may(Permission.MANAGE_ROUND) and queries.may_reopen(assessment)
        return LockNotice(text=text, reopen_url=reopen if opens else None)
    text = gettext("This round was published by %(who)s on %(day)s. It stays as it is.") % words
    return LockNotice(text=text, reopen_url=None)


def stays_closed_words() -> str:
    """Why an anonymous round is not opened again."""
    return gettext(
        "Because answers are anonymous, it is not opened again: whoever compared the results "
        "before and after could tell what the few said who changed something."
    )


def outside_words(dimension: str) -> str:
    """Why an answer was not stored: somebody else was asked about this."""
    name = load_wording(language()).dimensions[dimension].name
    text = gettext("You were not asked about %(section)s. Nothing was saved.")
    return text % {"section": name}


def return_note(assessment: Assessment, row: SentBack) -> ReturnNote:
    """A returned section in words, with the way to its first question."""
    page = next(page for page in outline().pages if page.dimension == row.dimension)
    return ReturnNote(
        section=load_wording(language()).dimensions[row.dimension].name,
        who=row.by.display_name if row.by else gettext("a reviewer"),
        day=day(row.at.astimezone(queries.zone_of(assessment.organisation)).date()),
        comment=row.comment,
        url=reverse("section", args=[assessment.pk, page.slug]),
    )


def readers_of(assessment: Assessment, firms: Iterable[FirmAccess]) -> tuple[str, ...]:
    """Who reads the answers of a round, before and after submitting."""
    return who_reads(assessment.visibility, shared=assessment.shared_with_respondents, firms=firms)


def promise_words() -> str:
    """Why an answer was not stored: it was typed under a stricter promise."""
    return gettext(
        "Who reads your answers was changed after you opened this page, so nothing was saved. "
        "Reload it and read who reads them now; then answer."
    )


def overdue_words(assessment: Assessment, now: dt.datetime) -> str:
    if assessment.due_on is None or not queries.is_overdue(assessment, now):
        return ""
    text = gettext("This round was due on %(day)s. Answers are still taken.")
    return text % {"day": day(assessment.due_on)}


def gaps_words(people: tuple[queries.RespondentState, ...]) -> str:
    """Which sections nobody is asked about, in a sentence, or nothing."""
    missing = queries.unasked(people)
    if not missing:
        return ""
    words = load_wording(language()).dimensions
    names = listed(words[dimension].name for dimension in missing)
    return gettext("Nobody is asked about %(sections)s.") % {"sections": names}


def answered_words(answered: int, total: int) -> str:
    return gettext("%(answered)s of %(total)s answered") % {
        "answered": number(answered),
        "total": number(total),
    }


def unconfirmed_words(count: int) -> str:
    """How many answers wait to be confirmed, or nothing."""
    if not count:
        return ""
    return ngettext(
        "%(count)s answer not confirmed yet", "%(count)s answers not confirmed yet", count
    ) % {"count": number(count)}


def channels_url(assessment: Assessment) -> str:
    return reverse("channels", args=[assessment.pk])


def attention(
    assessment: Assessment,
    progress: SheetProgress,
    inventory: Inventory,
    *,
    to_review: bool = False,
) -> tuple[Attention, ...]:
    titles = load_wording(language()).items
    reasons = tuple(
        Attention(
            number=outline().number_of[item],
            text=gettext("%(title)s: reason missing") % {"title": titles[item].title},
            url=question_url(assessment, item, to_review=to_review),
        )
        for item in progress.reasons_missing
    )
    silent = (
        ()
        if not progress.own.leads_to_channels
        else tuple(
            Attention(
                number=number(CHANNELS_SECTION),
                text=text,
                url=reverse("channel", args=[assessment.pk, row]),
            )
            for row, text in inventory.silent
        )
    )
    return reasons + silent
