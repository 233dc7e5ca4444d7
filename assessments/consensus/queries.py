"""What the pages of this room read, at a constant number of queries whoever answered."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from assessments.access.roles import Permission
from assessments.access.scope import memberships_of, standing_on
from assessments.consensus.disclosure import (
    Disclosure,
    Reader,
    cells_shown,
    disclose,
    strip_shown,
)
from assessments.models import (
    AgreedAnswer,
    AgreedChange,
    AnswerChange,
    Assessment,
    Engagement,
    EvidenceGrade,
    EvidenceReview,
    Function,
    SavedAnswer,
    Sheet,
    SheetStatus,
    User,
    Visibility,
)
from assessments.results.queries import Result, result_for
from assessments.results.settled import Settlement, settlement_of
from assessments.survey.answers import Answer, Value
from assessments.survey.outline import outline
from assessments.survey.queries import GivenAnswer, RaterSheet, sheets_for_agreement
from assessments.ui.numbers import number
from maturity import load_framework
from maturity.framework import Framework

_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_CLAIMED = EvidenceGrade.CLAIMED.value


def reader_of(assessment: Assessment) -> Reader:
    """What the one for whom access.scope fetched this round may see."""
    standing = standing_on(assessment)
    return Reader(
        statistics=standing.may(Permission.VIEW_AGREEMENT),
        answers=standing.may(Permission.VIEW_ANSWERS),
        answers_from=_since(vars(assessment).get("engagement")),
    )


def _since(engagement: Engagement | None) -> dt.datetime | None:
    """From when on a consultant sees single answers; without a date none at all."""
    if engagement is None:
        return None
    return engagement.answers_from or engagement.decided_at or _NEVER


# ---- ratings -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One respondent's answer to one question, as far as it is shown; `value` has its notes."""

    hidden: bool = False
    answer: Answer = None
    value: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a respondent wrote to go with an answer; `label` says who as far as that is shown."""

    label: str
    value: Value


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A round's ratings as one reader may see them. `result` is None while nobody may."""

    assessment: Assessment
    result: Result | None
    disclosure: Disclosure
    columns: tuple[str, ...] = ()
    cells: Mapping[str, tuple[Cell, ...]] | None = None
    claims: Mapping[str, tuple[Claim, ...]] | None = None

    @property
    def framework(self) -> Framework:
        return load_framework()

    @property
    def respondents(self) -> int:
        return len(self.result.case.respondents) if self.result else 0

    def ratings(self, item: str) -> tuple[int, ...] | None:
        """The levels given to a question, lowest first; None where they may not be shown."""
        if self.result is None:
            return None
        answers = (person.answers.get(item) for person in self.result.case.respondents)
        levels = tuple(sorted(answer for answer in answers if isinstance(answer, int)))
        shown = strip_shown(self.disclosure, raters=len(levels), respondents=self.respondents)
        return levels if shown else None

    def row(self, item: str) -> tuple[Cell, ...]:
        return (self.cells or {}).get(item, tuple(Cell() for _ in self.columns))


def panel_for(assessment: Assessment, now: dt.datetime) -> Panel:
    """Read a round for who asked for it."""
    result = result_for(assessment, now)
    disclosure = disclose(
        reader_of(assessment),
        ready=result is not None,
        visibility=Visibility(assessment.visibility),
        respondents=len(result.case.respondents) if result else 0,
    )
    if disclosure.labels is None:
        return Panel(assessment=assessment, result=result, disclosure=disclosure)
    people = _people(assessment)
    given = {item: [sheet.answers.get(item) for _, sheet in people] for item in outline().page_of}
    return Panel(
        assessment=assessment,
        result=result,
        disclosure=disclosure,
        columns=tuple(label for label, _ in people),
        cells={item: _cells(disclosure, row) for item, row in given.items()},
        claims={item: _claims(disclosure, people, row) for item, row in given.items()},
    )


Row = Sequence[GivenAnswer | None]
People = list[tuple[str, RaterSheet]]


def _people(assessment: Assessment) -> People:
    """Everybody who submitted, with their label, in an order that tells nothing."""
    sheets = [
        sheet for sheet in sheets_for_agreement(assessment) if sheet.status == SheetStatus.SUBMITTED
    ]
    labels = sheet_labels(assessment, sheets)
    places = {function: place for place, function in enumerate(Function.values)}
    order = sorted(
        sheets,
        key=lambda sheet: (sheet.name.casefold(), places[sheet.function], _shuffled(sheet)),
    )
    return [(labels[sheet.pk], sheet) for sheet in order]


def _shuffled(sheet: RaterSheet) -> str:
    """An order within a function that no list of invitations gives away."""
    return salted_hmac("consensus.columns", str(sheet.pk)).hexdigest()


def sheet_labels(assessment: Assessment, sheets: Sequence[RaterSheet]) -> dict[int, str]:
    """By what each sheet is known: a name, or a function with a number where it has several."""
    if assessment.visibility == Visibility.NAMED:
        return {sheet.pk: sheet.name or gettext("Former member") for sheet in sheets}
    by_function: dict[str, list[RaterSheet]] = {}
    for sheet in sorted(sheets, key=_shuffled):
        by_function.setdefault(sheet.function, []).append(sheet)
    named = {}
    for function, several in by_function.items():
        for place, sheet in enumerate(several, start=1):
            label = str(Function(function).label)
            named[sheet.pk] = f"{label} {number(place)}" if len(several) > 1 else label
    return named


def _shown(disclosure: Disclosure, row: Row) -> list[bool]:
    """Per respondent: may the answer stand apart? Who gave none has nothing to hide."""
    answered = [answer for answer in row if answer is not None]
    shown = iter(cells_shown(disclosure, (answer.at for answer in answered)))
    return [True if answer is None else next(shown) for answer in row]


def _cells(disclosure: Disclosure, row: Row) -> tuple[Cell, ...]:
    shown = _shown(disclosure, row)
    return tuple(
        _cell(disclosure, answer) if visible else Cell(hidden=True)
        for answer, visible in zip(row, shown, strict=True)
    )


def _cell(disclosure: Disclosure, given: GivenAnswer | None) -> Cell:
    if given is None:
        return Cell()
    return Cell(answer=given.value.answer, value=given.value if disclosure.notes else None)


def _claims(disclosure: Disclosure, people: People, row: Row) -> tuple[Claim, ...]:
    if not disclosure.notes:
        return ()
    shown = _shown(disclosure, row)
    return tuple(
        Claim(label=label, value=answer.value)
        for (label, _), answer, visible in zip(people, row, shown, strict=True)
        if answer is not None and visible and _says_more(answer.value)
    )


def _says_more(value: Value) -> bool:
    return bool(value.note or value.link or value.reason) or value.evidence != _CLAIMED


# ---- what a meeting settled --------------------------------------------------------------------


def settlement_for(panel: Panel) -> Settlement | None:
    return None if panel.result is None else settlement_of(panel.assessment, panel.result)


def agreed_row(assessment: Assessment, item: str) -> AgreedAnswer | None:
    rows = AgreedAnswer.objects.select_related("by")
    return rows.filter(assessment=assessment, item=item).first()


def settled_before_changes(assessment: Assessment) -> frozenset[str]:
    """Agreed questions of which a rating changed, or came, after the meeting; two queries at most.

    A round that is opened again keeps what was agreed; its ratings may move on. In an anonymous
    round nothing is said: who changed an answer is nobody's business there.
    """
    if assessment.visibility == Visibility.ANONYMOUS:
        return frozenset()
    settled = dict(assessment.agreed.filter(level__isnull=False).values_list("item", "at"))
    if not settled:
        return frozenset()
    rows = AnswerChange.objects.filter(
        sheet__assessment=assessment,
        sheet__status=SheetStatus.SUBMITTED,
        item__in=list(settled),
    ).order_by("sheet", "item", "version")
    then: dict[tuple[int, str], int | None] = {}
    now: dict[tuple[int, str], int | None] = {}
    for sheet, item, level, at in rows.values_list("sheet", "item", "level", "at"):
        now[sheet, item] = level
        if at <= settled[item]:
            then[sheet, item] = level
    return frozenset(
        item for (sheet, item), level in now.items() if level != then.get((sheet, item))
    )


def history_of(row: AgreedAnswer | None) -> tuple[AgreedChange, ...]:
    """Every version of an agreement, newest first."""
    if row is None:
        return ()
    return tuple(row.changes.select_related("by").order_by("-version"))


def members_of(assessment: Assessment) -> dict[int, str]:
    """The bank's members by name, for whom to tick as present."""
    rows = memberships_of(assessment.organisation)
    names = {row.user.pk: row.user.display_name for row in rows}
    return dict(sorted(names.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


# ---- evidence ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What respondents claim for a question: how many wrote of it, and the highest grade."""

    rated: int
    written: int
    grade: str


def claimed(assessment: Assessment) -> dict[str, Claimed]:
    """Claims by question over submitted sheets, in one query."""
    rows = (
        SavedAnswer.objects.filter(
            sheet__assessment=assessment, sheet__status=SheetStatus.SUBMITTED, carried=False
        )
        .order_by()
        .values_list("item")
        .annotate(
            rated=Count("pk", filter=Q(level__isnull=False)),
            written=Count("pk", filter=~Q(note="") | ~Q(link="")),
            described=Count("pk", filter=Q(level__isnull=False, evidence=EvidenceGrade.DESCRIBED)),
        )
    )
    return {
        item: Claimed(
            rated=rated,
            written=written,
            grade=EvidenceGrade.DESCRIBED if described else EvidenceGrade.CLAIMED,
        )
        for item, rated, written, described in rows
    }


def reviews_of(assessment: Assessment) -> dict[str, EvidenceReview]:
    return {row.item: row for row in assessment.reviews.select_related("by")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Returnable:
    """A submitted sheet that a section of can be sent back, by what it is known."""

    pk: int
    label: str
    sections: tuple[str, ...]


def returnable(assessment: Assessment, user: User) -> tuple[Returnable, ...]:
    """Others' submitted sheets; none where answers are anonymous and cannot be told apart."""
    if assessment.visibility == Visibility.ANONYMOUS:
        return ()
    sheets = [
        sheet for sheet in sheets_for_agreement(assessment) if sheet.status == SheetStatus.SUBMITTED
    ]
    labels = sheet_labels(assessment, sheets)
    found = [
        Returnable(pk=sheet.pk, label=labels[sheet.pk], sections=sheet.sections)
        for sheet in sheets
        if sheet.respondent is not None and sheet.respondent != user.pk
    ]
    return tuple(sorted(found, key=lambda sheet: sheet.label.casefold()))


def sheet_of(assessment: Assessment, pk: int) -> Sheet:
    """One sheet of a round that was itself fetched through access.scope."""
    return assessment.sheets.select_related("assessment__organisation", "respondent").get(pk=pk)


def own_sheet(assessment: Assessment, user: User) -> Sheet | None:
    return assessment.sheets.filter(respondent=user).first()
