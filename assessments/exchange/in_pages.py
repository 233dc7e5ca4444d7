"""What the templates of bringing answers see."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.exchange.in_limits import MOST_BYTES
from assessments.exchange.in_queries import AccountChange, Choices, Comparison
from assessments.exchange.in_reader import MOST_FAULTS, Fault
from assessments.exchange.in_ways import kept_until
from assessments.models import Assessment, ChannelAccount, Intake, Sheet
from assessments.survey import queries
from assessments.survey.answers import Value
from assessments.survey.forms import ChannelForm
from assessments.survey.outline import outline
from assessments.survey.pages import LockNotice, lock_notice, moment_words
from assessments.survey.question import answer_label, language
from assessments.survey.services import Clash
from assessments.ui.lists import listed
from assessments.ui.numbers import clock, day, number
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage:
    """Where a workbook is taken and brought back, with what was wrong with the last one."""

    bank: BankNav
    period: str
    tasks_url: str
    action: str
    download_url: str
    lock: LockNotice | None
    limit: str
    faults_title: str
    faults: tuple[Fault, ...]
    more_faults: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """An answer or an account that would be stored."""

    number: str
    title: str
    kind: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A conflict: both values, and which of them was chosen so far."""

    key: str
    seen: int
    number: str
    title: str
    when: str
    differences: tuple[Difference, ...]
    taken: str
    missing: bool  # the form came without a choice


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """What a workbook would change; nothing is stored yet."""

    bank: BankNav
    period: str
    summary: str
    made: str
    until: str
    error: str
    decisions: tuple[DecisionRow, ...]
    changes: tuple[ChangeRow, ...]
    accounts: tuple[ChangeRow, ...]
    same: str
    outside: str
    empty: bool
    lock: LockNotice | None
    action: str
    drop_url: str
    back_url: str


# ---- bringing a workbook --------------------------------------------------------------------------


def upload_page(sheet: Sheet, faults: tuple[Fault, ...], reader: Any) -> UploadPage:
    """`faults` are those of the file that was just refused, if one was."""
    assessment = sheet.assessment
    lock = queries.sheet_lock(sheet)
    left = len(faults) - MOST_FAULTS
    return UploadPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        tasks_url=reverse("round", args=[assessment.pk]),
        action=reverse("workbook_upload", args=[assessment.pk]),
        download_url=reverse("workbook", args=[assessment.pk]),
        lock=lock_notice(assessment, lock, sheet=sheet, reader=reader) if lock else None,
        limit=number(MOST_BYTES // 1024 // 1024),
        faults_title=_faults_title(len(faults)) if faults else "",
        faults=faults[:MOST_FAULTS],
        more_faults=gettext("And %(count)s more.") % {"count": number(left)} if left > 0 else "",
    )


def _faults_title(count: int) -> str:
    text = ngettext(
        "Nothing was taken from the file: %(count)s thing to correct",
        "Nothing was taken from the file: %(count)s things to correct",
        count,
    )
    return text % {"count": number(count)}


# ---- the preview of a workbook --------------------------------------------------------------------


def preview_page(
    intake: Intake,
    sheet: Sheet,
    comparison: Comparison,
    choices: Choices,
    *,
    made: str,
    reader: Any,
    now: dt.datetime,
    error: str = "",
    sent: bool = False,
) -> PreviewPage:
    """Put every difference into words. `sent`: the form came back, so a missing choice is told."""
    assessment = sheet.assessment
    lock = queries.sheet_lock(sheet)
    decide = [
        _decision(item, clash, assessment, choices, now=now, sent=sent)
        for item, clash in comparison.clashes.items()
    ]
    decide += [
        _account_decision(row, choices, sent=sent) for row in comparison.accounts if row.clash
    ]
    return PreviewPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        summary=_summary(comparison, len(decide)),
        made=_made(assessment, made, now),
        until=kept_until(intake, assessment.organisation),
        error=error,
        decisions=tuple(decide),
        changes=tuple(
            ChangeRow(
                number=outline().number_of[change.item],
                title=_question_title(change.item),
                kind=gettext("New") if change.new else gettext("Changed"),
                differences=_differences(change.item, change.before, change.after, new=change.new),
            )
            for change in comparison.changes
        ),
        accounts=tuple(_account_row(row) for row in comparison.accounts if not row.clash),
        same=_same(comparison.same),
        outside=_outside(comparison.outside),
        empty=comparison.empty,
        lock=lock_notice(assessment, lock, sheet=sheet, reader=reader) if lock else None,
        action=reverse("intake", args=[intake.pk]),
        drop_url=reverse("intake_drop", args=[intake.pk]),
        back_url=reverse("workbook_upload", args=[assessment.pk]),
    )


def _question_title(item: str) -> str:
    return load_wording(language()).items[item].title


def _summary(comparison: Comparison, decisions: int) -> str:
    if comparison.empty:
        return gettext("The file says what is stored already. There is nothing to import.")
    fresh = sum(change.new for change in comparison.changes)
    changed = len(comparison.changes) - fresh
    accounts = sum(not row.clash for row in comparison.accounts)
    counts = (
        (fresh, ngettext("%(n)s new answer", "%(n)s new answers", fresh)),
        (changed, ngettext("%(n)s changed answer", "%(n)s changed answers", changed)),
        (accounts, ngettext("%(n)s account", "%(n)s accounts", accounts)),
        (decisions, ngettext("%(n)s to decide", "%(n)s to decide", decisions)),
    )
    parts = [words % {"n": number(count)} for count, words in counts if count]
    return gettext("In the file: %(parts)s. Nothing is stored yet.") % {"parts": listed(parts)}


def _made(assessment: Assessment, made: str, now: dt.datetime) -> str:
    try:
        moment = dt.datetime.fromisoformat(made)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        return ""
    text = gettext("The file was downloaded on %(day)s at %(time)s.")
    zone = queries.zone_of(assessment.organisation)
    return text % {"day": day(moment.astimezone(zone).date()), "time": clock(moment, zone)}


def _same(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(count)s filled answer says what is stored already.",
        "%(count)s filled answers say what is stored already.",
        count,
    )
    return text % {"count": number(count)}


def _outside(dimensions: tuple[str, ...]) -> str:
    if not dimensions:
        return ""
    words = load_wording(language()).dimensions
    names = listed(words[dimension].name for dimension in dimensions)
    text = gettext("Left out, because you are no longer asked about it: %(sections)s.")
    return text % {"sections": names}


def _differences(
    item: str, before: Value, after: Value, *, new: bool = False
) -> tuple[Difference, ...]:
    """What of an answer differs; of a new one there is nothing before."""
    sides: list[tuple[str, Callable[[Value], str]]] = [
        (gettext("Answer"), lambda value: answer_label(item, value.answer)),
        (gettext("Reason"), lambda value: value.reason),
        (gettext("Note"), lambda value: value.note),
        (gettext("Link"), lambda value: value.link),
        (gettext("Evidence"), lambda value: value.evidence),
    ]
    return tuple(
        Difference(name=name, before="" if new else told(before), after=told(after))
        for name, told in sides
        if told(before) != told(after)
    )


def _decision(
    item: str,
    clash: Clash,
    assessment: Assessment,
    choices: Choices,
    *,
    now: dt.datetime,
    sent: bool,
) -> DecisionRow:
    when = gettext("Changed here (%(time)s), after the file was made.")
    moment = moment_words(assessment.organisation, clash.stored.at, now)
    taken = _taken(choices, item, clash.stored.version)
    return DecisionRow(
        key=item,
        seen=clash.stored.version,
        number=outline().number_of[item],
        title=_question_title(item),
        when=when % {"time": moment},
        differences=_differences(item, clash.stored.value, clash.wanted),
        taken=taken,
        missing=sent and not taken,
    )


def _taken(choices: Choices, key: str, version: int) -> str:
    """What was chosen, unless what the chooser saw has changed again."""
    choice = choices.get(key)
    return choice.taken if choice is not None and choice.seen == version else ""


def _account_decision(row: AccountChange, choices: Choices, *, sent: bool) -> DecisionRow:
    gone = row.stored is None
    taken = _taken(choices, row.key, 0 if row.stored is None else row.stored.version)
    return DecisionRow(
        key=row.key,
        seen=0 if row.stored is None else row.stored.version,
        number=row.read.where,
        title=row.read.cells.get("platform", ""),
        when=gettext("Removed here after the file was made.")
        if gone
        else gettext("Changed here after the file was made."),
        differences=(
            Difference(
                name=gettext("Account"),
                before=gettext("removed"),
                after=gettext("added anew, as the file has it"),
            ),
        )
        if gone
        else _account_differences(row),
        taken=taken,
        missing=sent and not taken,
    )


def _account_row(row: AccountChange) -> ChangeRow:
    return ChangeRow(
        number=row.read.where,
        title=row.read.cells.get("platform", ""),
        kind=gettext("New") if row.stored is None else gettext("Changed"),
        differences=_account_differences(row),
    )


def _account_differences(row: AccountChange) -> tuple[Difference, ...]:
    labels = {name: str(field.label) for name, field in ChannelForm.base_fields.items()}
    labels["kind"] = gettext("Kind")
    return tuple(
        Difference(
            name=labels[name],
            before="" if row.stored is None else _fact(name, getattr(row.stored, name)),
            after=_fact(name, row.fields[name]),
        )
        for name in row.differing
        if row.stored is not None or row.fields[name] not in ("", None)
    )


def _fact(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "kind":
        return load_wording(language()).channel_kinds[value].name
    if name == "status":
        return str(ChannelAccount(status=value).get_status_display())
    if isinstance(value, dt.date):
        return day(value)
    if name == "answered_percent":
        return number(value, 1)
    return value if isinstance(value, str) else number(value)
