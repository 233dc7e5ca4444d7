"""Writes of what people bring: keeping a file's answers for a while, then taking them over."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from assessments.access.audit import record
from assessments.exchange.in_case import case_rows
from assessments.exchange.in_queries import (
    AccountChange,
    Choices,
    Comparison,
    compare,
    entries_of,
    given_in,
)
from assessments.exchange.in_reader import Reading
from assessments.models import (
    AgreedAnswer,
    AgreedChange,
    AnswerChange,
    Assessment,
    AssessmentStatus,
    ChannelAccount,
    EvidenceReview,
    Intake,
    IntakeKind,
    Organisation,
    SavedAnswer,
    Sheet,
    SheetStatus,
    User,
    Visibility,
)
from assessments.survey import channel_services
from assessments.survey import queries as survey
from assessments.survey import services as answers
from assessments.survey.channel_services import StaleAccountError
from assessments.survey.round_services import PeriodTakenError
from assessments.survey.writing import hold_round, record_on
from maturity import Case, load_framework

KEPT = dt.timedelta(minutes=30)
AT_ONCE = 500  # forgotten per sweep
_ROWS_AT_ONCE = 500


class GoneError(Exception):
    """What was brought has expired."""


class UndecidedError(Exception):
    """Something changed since the file was made, and nobody has chosen yet which value stays."""


class LooserPromiseError(Exception):
    """More people read answers now than the file said from which they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import stored. `again`: it had been stored before, by the same click."""

    answers: int
    accounts: int
    again: bool = False


# ---- keeping -----------------------------------------------------------------------------------


def keep_workbook(*, sheet: Sheet, reading: Reading, by: User, now: dt.datetime) -> Intake:
    """Keep what a workbook says for its bringer to look at. An earlier file makes room."""
    with transaction.atomic():
        by.intakes.filter(assessment=sheet.assessment, kind=IntakeKind.WORKBOOK).delete()
        intake = Intake.objects.create(
            organisation=sheet.assessment.organisation,
            assessment=sheet.assessment,
            kind=IntakeKind.WORKBOOK,
            content=reading.to_json(),
            brought_by=by,
            expires_at=now + KEPT,
        )
        record_on(sheet.assessment, by, "workbook brought", f"sheet:{sheet.pk}")
    return intake


def keep_case(*, organisation: Organisation, case: Case, by: User, now: dt.datetime) -> Intake:
    """Keep what a case file says for its bringer to look at. An earlier file makes room."""
    with transaction.atomic():
        by.intakes.filter(organisation=organisation, kind=IntakeKind.CASE).delete()
        intake = Intake.objects.create(
            organisation=organisation,
            kind=IntakeKind.CASE,
            content=case.to_dict(),
            brought_by=by,
            expires_at=now + KEPT,
        )
        record(
            organisation=organisation,
            by=by,
            verb="case brought",
            target=f"organisation:{organisation.pk}",
        )
    return intake


def drop(*, intake: Intake, by: User) -> None:
    """Forget what was brought; nothing of it was stored."""
    with transaction.atomic():
        record(
            organisation=intake.organisation,
            by=by,
            verb="import given up",
            target=f"organisation:{intake.organisation_id}",
        )
        intake.delete()


def forget(now: dt.datetime) -> int:
    """Delete what has expired; its content is answers, which are kept no longer than said."""
    expired = Intake.objects.filter(expires_at__lt=now).order_by("expires_at")
    gone, _ = Intake.objects.filter(
        pk__in=list(expired.values_list("pk", flat=True)[:AT_ONCE])
    ).delete()
    return gone


def note_download(*, sheet: Sheet, by: User) -> None:
    """The workbook holds the person's answers: their leaving is in the trail."""
    record_on(sheet.assessment, by, "workbook downloaded", f"sheet:{sheet.pk}")


# ---- a workbook ---------------------------------------------------------------------------------


def import_answers(
    *, intake: Intake, sheet: Sheet, choices: Choices, by: User, now: dt.datetime
) -> Imported:
    """Store all that the workbook says, or nothing, through the questionnaire's own services.

    Raises UndecidedError, GoneError, StaleFileError, LooserPromiseError or LockedError; then
    nothing is stored.
    """
    with transaction.atomic():
        held = _hold(intake, now)
        if "imported" in held.content:
            return Imported(**held.content["imported"], again=True)
        # Closing takes the round first and its sheets after; so does this, lest they wait in turn.
        sheet.assessment.visibility = hold_round(sheet.assessment).visibility
        reading = Reading.from_json(held.content)
        if survey.breaks_promise(sheet.assessment, reading.promise):
            raise LooserPromiseError
        before = _compared(reading, sheet, choices, now)
        entries = entries_of(reading, sheet, choices)
        if before.open_choices or answers.save_section(
            sheet=sheet, entries=entries, by=by, now=now, confirming=given_in(entries)
        ):
            raise UndecidedError
        for change in before.accounts:
            _store_account(sheet.assessment, change, by)
        imported = Imported(answers=len(before.changes), accounts=len(before.accounts))
        record_on(
            sheet.assessment,
            by,
            "answers imported",
            f"sheet:{sheet.pk}",
            answers=imported.answers,
            accounts=imported.accounts,
        )
        _finish(held, answers=imported.answers, accounts=imported.accounts)
    return imported


def _compared(reading: Reading, sheet: Sheet, choices: Choices, now: dt.datetime) -> Comparison:
    today = survey.today_in(sheet.assessment.organisation, now)
    return compare(reading, sheet, choices, today=today)


def _store_account(assessment: Assessment, change: AccountChange, by: User) -> None:
    if change.stored is None:
        channel_services.add_account(assessment=assessment, fields=change.fields, by=by)
        return
    change.stored.assessment = assessment
    try:
        channel_services.edit_account(
            account=change.stored, version=change.stored.version, fields=change.fields, by=by
        )
    except StaleAccountError as error:
        raise UndecidedError from error


def _hold(intake: Intake, now: dt.datetime) -> Intake:
    held = Intake.objects.select_for_update().filter(pk=intake.pk).first()
    if held is None or held.expires_at < now:
        raise GoneError
    return held


def _finish(held: Intake, **imported: Any) -> None:
    """Forget the answers at once; the row stays until it expires, so that a second click is told."""
    held.content = {"imported": imported}
    held.save(update_fields=["content"])


# ---- a case file --------------------------------------------------------------------------------


def start_from_case(
    *,
    intake: Intake,
    case: Case,
    period: str,
    visibility: str,
    by: User,
    now: dt.datetime,
) -> Assessment:
    """Make a closed round with the case's respondents, who have no accounts here.

    Raises PeriodTakenError, or GoneError. A second click gets the round of the first.
    """
    try:
        with transaction.atomic():
            held = _hold(intake, now)
            if "imported" in held.content:
                return held.organisation.assessments.get(pk=held.content["imported"]["round"])
            assessment = _round_of(
                held.organisation,
                case,
                by=by,
                now=now,
                period=period,
                visibility=Visibility(visibility),
            )
            _sheets_of(assessment, case, by, now)
            _settled_of(assessment, case, now)
            record_on(
                assessment,
                by,
                "round brought",
                f"assessment:{assessment.pk}",
                respondents=len(case.respondents),
            )
            _finish(held, round=str(assessment.pk))
    except IntegrityError as error:
        raise PeriodTakenError from error
    return assessment


def _round_of(
    organisation: Organisation, case: Case, *, by: User, now: dt.datetime, **columns: Any
) -> Assessment:
    rows = case_rows(case, survey.today_in(organisation, now))
    assessment = Assessment.objects.create(
        organisation=organisation,
        status=AssessmentStatus.CLOSED,
        closed_at=now,
        framework_version=load_framework().version,
        channel_source=case.channel_source,
        channels_confirmed=case.channels is not None,
        plan_settings=rows.plan_settings,
        accountable=dict(case.accountable),
        brought=rows.brought,
        started_by=by,
        **columns,
    )
    ChannelAccount.objects.bulk_create(
        ChannelAccount(assessment=assessment, **account) for account in rows.channels
    )
    return assessment


def _sheets_of(assessment: Assessment, case: Case, by: User, now: dt.datetime) -> None:
    """One submitted sheet for each respondent, in the file's order, each answer with its history."""
    sheets = [
        Sheet.objects.create(
            assessment=assessment,
            respondent=None,
            function=person.role,
            status=SheetStatus.SUBMITTED,
            submitted_at=now,
        )
        for person in case.respondents
    ]
    given = [
        (sheet, item, _columns(answer))
        for sheet, person in zip(sheets, case.respondents, strict=True)
        for item, answer in person.answers.items()
    ]
    SavedAnswer.objects.bulk_create(
        (
            SavedAnswer(sheet=sheet, item=item, version=1, updated_at=now, **columns)
            for sheet, item, columns in given
        ),
        batch_size=_ROWS_AT_ONCE,
    )
    AnswerChange.objects.bulk_create(
        (
            AnswerChange(sheet=sheet, item=item, version=1, evidence="E0", by=by, at=now, **columns)
            for sheet, item, columns in given
        ),
        batch_size=_ROWS_AT_ONCE,
    )


def _columns(answer: int | str) -> Mapping[str, Any]:
    return {"level": answer} if isinstance(answer, int) else {"special": answer}


def _settled_of(assessment: Assessment, case: Case, now: dt.datetime) -> None:
    """Agreed levels and grades of evidence, given by nobody here."""
    for item, level in case.agreed.items():
        agreed = AgreedAnswer.objects.create(assessment=assessment, item=item, level=level, at=now)
        AgreedChange.objects.create(agreed=agreed, version=1, level=level, at=now)
    EvidenceReview.objects.bulk_create(
        EvidenceReview(assessment=assessment, item=item, grade=grade, at=now)
        for item, grade in case.evidence.items()
    )
