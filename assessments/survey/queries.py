"""What a round, its sheets and its inventory say, at a constant number of queries."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Prefetch, Q

from assessments.access.sheet_writing import items_in_common
from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    ChannelAccount,
    EvidenceGrade,
    Function,
    Organisation,
    SavedAnswer,
    SentBack,
    Sheet,
    SheetStatus,
    Special,
    User,
    Visibility,
)
from assessments.survey.answers import BLANK, Value
from assessments.survey.outline import Outline, Page, outline, outline_of
from maturity import Case, load_framework, read_case

# The function whose answers count double in a dimension (framework B.7).
ACCOUNTABLE: Mapping[str, str] = {
    "CAP": Function.MARKETING.value,
    "TEC": Function.IT.value,
    "SUP": Function.EXECUTIVE.value,
    "RSK": Function.RISK.value,
    "DAT": Function.DATA.value,
    "SKL": Function.HR.value,
}
STRICTNESS = (Visibility.NAMED, Visibility.FUNCTION, Visibility.ANONYMOUS)  # loosest first
LEAST_ANSWERS_FOR_PACE = 8
_LONGEST_THOUGHT = dt.timedelta(minutes=10)  # a longer gap was a pause, not an answer
_GIVEN = Q(answers__carried=False)  # what was carried over answers nothing until it is confirmed
_ANSWERED = _GIVEN & (Q(answers__level__isnull=False) | ~Q(answers__special=""))


# ---- time --------------------------------------------------------------------------------------


def zone_of(organisation: Organisation) -> ZoneInfo:
    """The bank's time zone; UTC where the stored name is unknown to this system."""
    try:
        return ZoneInfo(organisation.time_zone)
    except (KeyError, ValueError):
        return ZoneInfo("UTC")


def today_in(organisation: Organisation, now: dt.datetime) -> dt.date:
    """The date in the bank's zone."""
    return now.astimezone(zone_of(organisation)).date()


def is_overdue(assessment: Assessment, now: dt.datetime) -> bool:
    """Due means the end of that day in the bank's zone (decision 11)."""
    due = assessment.due_on
    return due is not None and today_in(assessment.organisation, now) > due


def strictest_promise(assessment: Assessment) -> Visibility:
    """The promise under which answers were given; the loosest while there are none."""
    if not AnswerChange.objects.filter(sheet__assessment=assessment.pk).exists():
        return STRICTNESS[0]
    return Visibility(assessment.visibility)


def breaks_promise(assessment: Assessment, shown: str) -> bool:
    """Whether more is read now than the page said from which an answer comes."""
    if shown not in Visibility.values:
        return False
    return STRICTNESS.index(Visibility(assessment.visibility)) < STRICTNESS.index(Visibility(shown))


def counting_day(assessment: Assessment, today: dt.date) -> dt.date:
    """The day from which silence is counted: the closing day, or today while open."""
    if assessment.status == AssessmentStatus.OPEN or assessment.closed_at is None:
        return today
    return assessment.closed_at.astimezone(zone_of(assessment.organisation)).date()


def last_published(organisation: Organisation) -> Assessment | None:
    """The round that a new one may begin with, in one query."""
    rounds = Assessment.objects.filter(
        organisation=organisation, status=AssessmentStatus.PUBLISHED, brought__isnull=True
    )
    last = rounds.order_by("-snapshot__published_at", "-pk").first()
    if last is None or not items_in_common(last.framework_version, load_framework().version):
        return None
    return last


# ---- who may still write, and who may read the findings ----------------------------------------


class Lock(StrEnum):
    """Why nothing can be changed at the moment."""

    SUBMITTED = "submitted"
    CLOSED = "closed"
    PUBLISHED = "published"
    REMOVED = "removed"  # the lead took the sheet out of the round meanwhile


def round_lock(assessment: Assessment) -> Lock | None:
    """Why a round takes no changes, or None."""
    if assessment.status == AssessmentStatus.OPEN:
        return None
    return Lock(assessment.status)


def sheet_lock(sheet: Sheet) -> Lock | None:
    """Why a sheet takes no answers, or None. The round's reason comes first."""
    if lock := round_lock(sheet.assessment):
        return lock
    return Lock.SUBMITTED if sheet.status == SheetStatus.SUBMITTED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many were asked and how many have submitted, and whether findings may be shown."""

    sheets: int
    submitted: int
    status: str

    @property
    def ready(self) -> bool:
        """One respondent: once submitted. Several: once the round is closed (decision 2)."""
        if self.submitted == 0:
            return False
        return self.status != AssessmentStatus.OPEN or self.sheets == 1


def turnout(assessment: Assessment) -> Turnout:
    """Count the sheets of a round, in one query."""
    counts = assessment.sheets.aggregate(
        sheets=Count("pk"), submitted=Count("pk", filter=Q(status=SheetStatus.SUBMITTED))
    )
    return Turnout(status=assessment.status, **counts)


def stays_closed(assessment: Assessment) -> bool:
    """Whether closing a round is for good: answers in it are anonymous.

    Its results show once it is closed. Were it opened again, two states of the same merged figures
    could be compared, and their difference would tell what the few said who changed something.
    """
    return assessment.visibility == Visibility.ANONYMOUS


def may_reopen(assessment: Assessment) -> bool:
    """Whether a closed round may take answers again."""
    closed = assessment.status == AssessmentStatus.CLOSED
    return closed and assessment.brought is None and not stays_closed(assessment)


def channel_lock(assessment: Assessment, counts: Turnout) -> Lock | None:
    """Why the inventory takes no changes: it must not move under findings that are shown."""
    if lock := round_lock(assessment):
        return lock
    return Lock.SUBMITTED if counts.ready else None


def who_did(assessment: Assessment, verb: str) -> tuple[str, dt.datetime | None]:
    """Who last did something to a round, by name, and when; empty where the trail has nothing."""
    event = (
        assessment.organisation.events.filter(verb=verb, target=f"assessment:{assessment.pk}")
        .order_by("-at")
        .first()
    )
    if event is None:
        return "", None
    person = None if event.actor is None else User.objects.filter(pk=event.actor).first()
    return (person.display_name if person else ""), event.at


# ---- answers -----------------------------------------------------------------------------------


def answers_on(sheet: Sheet, items: Iterable[str] | None = None) -> dict[str, SavedAnswer]:
    """Stored answers by item: of some items, or of the whole sheet."""
    rows = sheet.answers.all() if items is None else sheet.answers.filter(item__in=list(items))
    return {row.item: row for row in rows}


def value_of(rows: Mapping[str, SavedAnswer], item: str) -> Value:
    """The stored value of an item, blank when there is none."""
    return Value.of(rows[item]) if item in rows else BLANK


def last_given(rows: Mapping[str, SavedAnswer]) -> dt.datetime | None:
    """When the last of some answers was given in this round."""
    return max((row.updated_at for row in rows.values() if not row.carried), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetProgress:
    """What one sheet holds so far. Lists of item ids are in the order of the questionnaire."""

    own: Outline  # what this sheet asks
    answers: Mapping[str, Value]
    unanswered: tuple[str, ...]  # those that wait to be confirmed among them
    unconfirmed: tuple[str, ...]
    dont_know: tuple[str, ...]
    reasons_missing: tuple[str, ...]
    minutes_left: int | None  # None until eight answers show a pace
    saved_at: dt.datetime | None

    @property
    def total(self) -> int:
        return len(self.own.page_of)

    @property
    def answered(self) -> int:
        return self.total - len(self.unanswered)

    @property
    def blank(self) -> tuple[str, ...]:
        """Questions without any answer, not even one that waits to be confirmed."""
        return tuple(item for item in self.unanswered if item not in self.unconfirmed)

    def answered_of(self, pages: Iterable[Page]) -> tuple[int, int]:
        """How many questions of some pages are answered, of how many."""
        items = [item.id for page in pages for item in page.items]
        return sum(item not in self.unanswered for item in items), len(items)


def sheet_progress(sheet: Sheet) -> SheetProgress:
    """Read a sheet in two queries: its answers, and when each was first given."""
    own = own_outline(sheet)
    rows = answers_on(sheet)
    answers = {item: value_of(rows, item) for item in own.page_of}
    unanswered = tuple(item for item, value in answers.items() if value.answer is None)
    first = list(sheet.changes.filter(version=1).order_by("at").values_list("at", flat=True))
    return SheetProgress(
        own=own,
        answers=answers,
        unanswered=unanswered,
        unconfirmed=tuple(i for i, v in answers.items() if v.carried),
        dont_know=tuple(i for i, v in answers.items() if v.answer == Special.DONT_KNOW),
        reasons_missing=tuple(i for i, v in answers.items() if v.reason_missing),
        minutes_left=_minutes_left(first, len(unanswered)),
        saved_at=last_given(rows),
    )


def _minutes_left(moments: Sequence[dt.datetime], remaining: int) -> int | None:
    """Remaining questions times this person's median seconds per question, in minutes, at least 1.

    A page sent as a whole gives its answers one moment; they share the time since the one before.
    """
    if len(moments) < LEAST_ANSWERS_FOR_PACE or not remaining:
        return None
    together: dict[dt.datetime, int] = {}
    for moment in moments:
        together[moment] = together.get(moment, 0) + 1
    distinct = list(together)
    paces: list[float] = []
    for before, after in pairwise(distinct):
        each = (after - before) / together[after]
        if each <= _LONGEST_THOUGHT:
            paces += [each.total_seconds()] * together[after]
    if not paces:
        return None
    return max(1, round(remaining * median(paces) / 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentState:
    """One line of “who is answering”: progress, never answers."""

    sheet: int
    name: str  # for the lead alone
    function_id: str
    function: str
    sections: tuple[str, ...]  # dimensions in the order of the questionnaire, never empty
    status: str
    answered: int
    total: int
    active_at: dt.datetime | None
    mine: bool


def respondents(assessment: Assessment, sheet: Sheet | None) -> tuple[RespondentState, ...]:
    """Everyone who was asked, in one query. What lies outside a person's sections is not counted."""
    counts = {
        f"in_{dimension}": Count(
            "answers", filter=_ANSWERED & Q(answers__item__startswith=f"{dimension}.")
        )
        for dimension in outline().dimensions
    }
    rows = (
        assessment.sheets.select_related("respondent")
        .annotate(**counts, active_at=Max("answers__updated_at", filter=_GIVEN))
        .order_by("pk")
    )
    return tuple(_state_of(row, mine=sheet is not None and row.pk == sheet.pk) for row in rows)


def _state_of(row: Sheet, *, mine: bool) -> RespondentState:
    own = own_outline(row)
    found = vars(row)
    return RespondentState(
        sheet=row.pk,
        name=row.respondent.display_name if row.respondent else "",
        function_id=row.function,
        function=str(Function(row.function).label),
        sections=own.dimensions,
        status=row.status,
        answered=sum(found[f"in_{dimension}"] for dimension in own.dimensions),
        total=len(own.page_of),
        active_at=found["active_at"],
        mine=mine,
    )


def unasked(people: tuple[RespondentState, ...]) -> tuple[str, ...]:
    """Dimensions that nobody is asked about."""
    asked = {dimension for person in people for dimension in person.sections}
    return tuple(dimension for dimension in outline().dimensions if dimension not in asked)


# ---- what other rooms read about respondents ----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One stored answer and when it was given, for rules about who may read it."""

    value: Value
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterSheet:
    """One respondent as agreement, review and settling see them.

    `answers` is empty until the sheet is submitted, so nobody can read what is not handed in.
    `name` is empty unless the round is named; `respondent` is the user's id, None once erased.
    """

    pk: int
    respondent: int | None
    name: str
    function: str
    status: str
    submitted_at: dt.datetime | None
    sections: tuple[str, ...]  # dimensions in the order of the questionnaire, never empty
    answers: Mapping[str, GivenAnswer]  # by item, in the order of the questionnaire


def sheets_for_agreement(assessment: Assessment) -> tuple[RaterSheet, ...]:
    """Every sheet of a round, answers of the submitted ones, in two queries for any number.

    Whether findings may be shown at all is `turnout().ready`; what of them a reader may see is the
    caller's to judge by the round's visibility. Answers outside a sheet's sections are left out.
    """
    sheets = list(assessment.sheets.select_related("respondent").order_by("pk"))
    rows: dict[int, dict[str, SavedAnswer]] = {sheet.pk: {} for sheet in sheets}
    submitted = [sheet.pk for sheet in sheets if sheet.status == SheetStatus.SUBMITTED]
    for row in SavedAnswer.objects.filter(sheet__in=submitted, carried=False):
        rows[row.sheet_id][row.item] = row
    named = assessment.visibility == Visibility.NAMED
    return tuple(_rater(sheet, rows[sheet.pk], named=named) for sheet in sheets)


def _rater(sheet: Sheet, rows: Mapping[str, SavedAnswer], *, named: bool) -> RaterSheet:
    own = own_outline(sheet)
    return RaterSheet(
        pk=sheet.pk,
        respondent=sheet.respondent_id,
        name=sheet.respondent.display_name if named and sheet.respondent else "",
        function=sheet.function,
        status=sheet.status,
        submitted_at=sheet.submitted_at,
        sections=own.dimensions,
        answers={
            item: GivenAnswer(value=Value.of(rows[item]), at=rows[item].updated_at)
            for item in own.page_of
            if item in rows
        },
    )


def returns_on(sheet: Sheet) -> tuple[SentBack, ...]:
    """What was sent back and not yet submitted again, oldest first, with who sent it."""
    return tuple(sheet.returns.filter(done_at=None).select_related("by"))


def asked_of(user: User, assessment: Assessment) -> Outline | None:
    """What a person was asked in a round; None for somebody without a sheet."""
    sheet = assessment.sheets.filter(respondent=user).first()
    return own_outline(sheet) if sheet else None


def own_outline(sheet: Sheet) -> Outline:
    """The part of the questionnaire that a sheet covers."""
    return outline_of(tuple(sheet.sections))


def has_twin(account: ChannelAccount) -> bool:
    """Whether the inventory holds another account of the same platform and name."""
    others = account.assessment.channels.exclude(pk=account.pk)
    return others.filter(platform__iexact=account.platform, handle__iexact=account.handle).exists()


# ---- the engine's input ------------------------------------------------------------------------


def channel_rows(accounts: Iterable[ChannelAccount], counted_on: dt.date) -> list[dict[str, Any]]:
    """Accounts in the case file's form."""
    return [
        {
            "platform": row.platform,
            "kind": row.kind,
            "followers": row.followers,
            "posts30": row.posts30,
            "inbound30": row.inbound30,
            "answered": float(row.answered_percent) / 100,
            "median_min": row.median_minutes,
            "days_since_post": None
            if row.last_post_on is None
            else max(0, (counted_on - row.last_post_on).days),
            "status": row.status,
        }
        for row in accounts
    ]


def case_for(assessment: Assessment, today: dt.date) -> Case:
    """The round as the engine's input, in five queries however many have submitted.

    Submitted sheets only, and of each only what it was asked and what was given in this round: an
    answer carried over that nobody confirmed is as good as blank. What a meeting settled stands beside
    the ratings; an item's evidence is the reviewer's grade, else the highest claim (decision 5).
    Of a round from a case file, what no other column holds comes from `brought`.
    `today` is the date in the bank's zone. Whether findings may be shown is `turnout().ready`.
    Raises ValueError when nobody has submitted.
    """
    sheets = list(
        assessment.sheets.filter(status=SheetStatus.SUBMITTED)
        .order_by("pk")
        .prefetch_related(Prefetch("answers", SavedAnswer.objects.filter(carried=False)))
    )
    if not sheets:
        raise ValueError("nobody has submitted in this round")
    data: dict[str, object] = {
        "respondents": [
            {"role": sheet.function, "answers": _case_answers(sheet)} for sheet in sheets
        ],
        "accountable": dict(accountable_in(assessment)),
        "evidence": _highest_claims(sheets) | _reviewed(assessment, sheets),
        "agreed": _settled(assessment),
        "channel_source": assessment.channel_source,
    }
    accounts = list(assessment.channels.all())
    if accounts or assessment.channels_confirmed:
        data["channels"] = channel_rows(accounts, counting_day(assessment, today))
    if assessment.plan_settings:
        data["roadmap"] = assessment.plan_settings
    return read_case(data | (assessment.brought or {}))


def accountable_in(assessment: Assessment) -> Mapping[str, str]:
    """Whose answers count double, by dimension: as the lead chose, else as usual.

    A round from a case file has exactly those that the file named, which may be none.
    """
    chosen = assessment.accountable
    if assessment.brought is not None:
        return dict(chosen)
    return {dimension: chosen.get(dimension, usual) for dimension, usual in ACCOUNTABLE.items()}


def _settled(assessment: Assessment) -> dict[str, int]:
    rows = assessment.agreed.exclude(level=None).order_by("item").values_list("item", "level")
    return {item: level for item, level in rows if level is not None}


def _reviewed(assessment: Assessment, sheets: Iterable[Sheet]) -> dict[str, str]:
    """Grades by item, without those whose giver has come to answer the question since."""
    answered = {
        (sheet.respondent_id, row.item)
        for sheet in sheets
        for row in sheet.answers.all()
        if sheet.respondent_id is not None and (row.level is not None or row.special)
    }
    rows = assessment.reviews.order_by("item").values_list("item", "grade", "by")
    return {item: grade for item, grade, by in rows if (by, item) not in answered}


def _case_answers(sheet: Sheet) -> dict[str, int | str]:
    answers = {row.item: Value.of(row).answer for row in sheet.answers.all()}
    own = own_outline(sheet).page_of
    return {item: answer for item in own if (answer := answers.get(item)) is not None}


def _highest_claims(sheets: Iterable[Sheet]) -> dict[str, str]:
    described = {
        row.item
        for sheet in sheets
        for row in sheet.answers.all()
        if row.evidence == EvidenceGrade.DESCRIBED
        and row.level is not None
        and row.item in own_outline(sheet).page_of
    }
    return {item: EvidenceGrade.DESCRIBED.value for item in outline().page_of if item in described}
