"""What the templates about who answers what see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.roles import Standing
from assessments.models import Assessment, Function, Sheet, SheetStatus
from assessments.survey.outline import outline
from assessments.survey.pages import LockNotice, answered_words, gaps_words, lock_notice
from assessments.survey.queries import (
    Lock,
    RespondentState,
    accountable_in,
)
from assessments.survey.question import language
from assessments.survey.respondent_forms import AssignForm
from assessments.survey.respondent_queries import (
    accountable_mark,
    mark_of,
    without_accountable,
)
from assessments.ui.numbers import number
from assessments.ui.paging import Pager
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording

Option = tuple[str, str, bool]  # value, words, chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One person and one section."""

    dimension: str
    name: str
    checked: bool
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    sheet: int
    name: str
    function: str
    functions: tuple[Option, ...]
    cells: tuple[Cell, ...]
    status: str
    fixed: bool  # submitted: what was asked stays
    was: str
    errors: tuple[str, ...]
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    dimension: str
    name: str
    count: str
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountableRow:
    dimension: str
    name: str
    options: tuple[Option, ...]
    chosen: str
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentsPage:
    """Who answers what in one round."""

    bank: BankNav
    period: str
    columns: tuple[Column, ...]
    rows: tuple[PersonRow, ...]
    accountable: tuple[AccountableRow, ...]
    was_accountable: str
    gaps: str  # sections that nobody is asked about, or ""
    errors: tuple[tuple[str, str], ...]  # address and message
    lock: LockNotice | None
    pager: Pager
    action: str
    add_url: str
    people_url: str
    tasks_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPage:
    """Whom of the bank's members to ask."""

    bank: BankNav
    anybody: bool  # whether there is a member who is not asked yet
    lock: LockNotice | None
    people_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePage:
    """Whether to take somebody out of a round."""

    bank: BankNav
    name: str
    function: str
    empty: bool
    lock: LockNotice | None
    cancel_url: str


def respondents_page(
    *,
    assessment: Assessment,
    sheets: Sequence[Sheet],
    people: tuple[RespondentState, ...],
    form: AssignForm | None,
    reader: Standing,
    lock: Lock | None,
    pager: Pager,
) -> RespondentsPage:
    """Lay the grid out; after a fault `form` holds what was sent."""
    states = {person.sheet: person for person in people}
    rows = tuple(_row(assessment, sheet, states[sheet.pk], form, lock) for sheet in sheets)
    return RespondentsPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        columns=_columns(people),
        rows=rows,
        accountable=_accountable(assessment, people, form),
        was_accountable=accountable_mark(assessment),
        gaps=gaps_words(people),
        errors=_errors(rows, form),
        lock=lock_notice(assessment, lock, sheet=None, reader=reader) if lock else None,
        pager=pager,
        action=reverse("respondents", args=[assessment.pk]),
        add_url=reverse("respondent_add", args=[assessment.pk]),
        people_url=reverse("people", args=[assessment.organisation_id]),
        tasks_url=reverse("round", args=[assessment.pk]),
    )


def add_page(
    *, assessment: Assessment, anybody: bool, reader: Standing, lock: Lock | None
) -> AddPage:
    """Where to go from the form in which a member is chosen."""
    return AddPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        anybody=anybody,
        lock=lock_notice(assessment, lock, sheet=None, reader=reader) if lock else None,
        people_url=reverse("people", args=[assessment.organisation_id]),
        cancel_url=reverse("respondents", args=[assessment.pk]),
    )


def remove_page(
    *, assessment: Assessment, sheet: Sheet, empty: bool, reader: Standing, lock: Lock | None
) -> RemovePage:
    """Name the person, and whether there is anything that must stay."""
    return RemovePage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        name=_person(sheet),
        function=str(Function(sheet.function).label),
        empty=empty,
        lock=lock_notice(assessment, lock, sheet=None, reader=reader) if lock else None,
        cancel_url=reverse("respondents", args=[assessment.pk]),
    )


def _name(dimension: str) -> str:
    return load_wording(language()).dimensions[dimension].name


def _person(sheet: Sheet) -> str:
    return sheet.respondent.display_name if sheet.respondent else gettext("Somebody who left")


def _row(
    assessment: Assessment,
    sheet: Sheet,
    state: RespondentState,
    form: AssignForm | None,
    lock: Lock | None,
) -> PersonRow:
    asked, function = state.sections, sheet.function
    if form is not None and sheet.pk in form.sheets:
        sent = cast("QueryDict", form.data)
        asked = tuple(sent.getlist(f"sections-{sheet.pk}"))
        function = sent.get(f"function-{sheet.pk}", function)
    submitted = sheet.status == SheetStatus.SUBMITTED
    return PersonRow(
        sheet=sheet.pk,
        name=_person(sheet),
        function=state.function,
        functions=_functions(function),
        cells=tuple(_cell(sheet.pk, dimension, asked) for dimension in outline().dimensions),
        status=gettext("Submitted") if submitted else answered_words(state.answered, state.total),
        fixed=submitted or lock is not None,
        was=mark_of(sheet),
        errors=_row_errors(form, sheet.pk),
        remove_url="" if lock else reverse("respondent_remove", args=[assessment.pk, sheet.pk]),
    )


def _cell(sheet: int, dimension: str, asked: Sequence[str]) -> Cell:
    return Cell(
        dimension=dimension,
        name=_name(dimension),
        checked=dimension in asked,
        key=f"sections-{sheet}",
    )


def _functions(chosen: str) -> tuple[Option, ...]:
    return tuple((one.value, str(one.label), one.value == chosen) for one in Function)


def _columns(people: tuple[RespondentState, ...]) -> tuple[Column, ...]:
    counts = {
        dimension: sum(dimension in person.sections for person in people)
        for dimension in outline().dimensions
    }
    return tuple(
        Column(
            dimension=dimension,
            name=_name(dimension),
            count=ngettext("%(n)s person", "%(n)s people", count) % {"n": number(count)},
            empty=count == 0,
        )
        for dimension, count in counts.items()
    )


def _accountable(
    assessment: Assessment, people: tuple[RespondentState, ...], form: AssignForm | None
) -> tuple[AccountableRow, ...]:
    missing = without_accountable(assessment, people)
    rows = []
    for dimension, stored in accountable_in(assessment).items():
        chosen = stored
        if form is not None:
            chosen = str(form.data.get(f"accountable-{dimension}", stored))
        rows.append(
            AccountableRow(
                dimension=dimension,
                name=_name(dimension),
                options=_functions(chosen),
                chosen=str(Function(stored).label),
                flag=gettext("Nobody from there is asked, so nobody’s answer counts double.")
                if dimension in missing
                else "",
            )
        )
    return tuple(rows)


def _row_errors(form: AssignForm | None, sheet: int) -> tuple[str, ...]:
    if form is None:
        return ()
    names = (f"function-{sheet}", f"sections-{sheet}")
    return tuple(str(message) for name in names for message in form.errors.get(name, ()))


def _errors(rows: tuple[PersonRow, ...], form: AssignForm | None) -> tuple[tuple[str, str], ...]:
    if form is None:
        return ()
    general = tuple(("#respondents", str(message)) for message in form.non_field_errors())
    return general + tuple(
        (f"#sheet-{row.sheet}", f"{row.name}: {message}") for row in rows for message in row.errors
    )
