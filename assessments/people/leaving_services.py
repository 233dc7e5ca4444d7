"""Taking everything away, closing an organisation, and how long its rounds are kept (decision 10)."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404

from assessments import jobs, outbox
from assessments.access.audit import record
from assessments.access.guards import purging
from assessments.access.roles import Permission
from assessments.access.scope import memberships_of, organisation_for
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Batch,
    Engagement,
    EngagementState,
    Export,
    FileState,
    Invitation,
    Mail,
    MailState,
    Membership,
    Organisation,
    OrganisationKind,
    Report,
    Role,
    Snapshot,
    User,
)
from assessments.people import engagement_services
from assessments.people.leaving_queries import months_before, rounds_past
from assessments.people.queries import today_of

GRACE = dt.timedelta(days=30)  # between closing and deleting
REMINDED = dt.timedelta(days=7)  # before the end of it
NOTICE = dt.timedelta(days=30)  # before a round is deleted by the retention setting
EXPORT_KEPT = dt.timedelta(days=7)
EXPORT_LEASE = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 3
INVITATIONS_KEPT = dt.timedelta(days=90)
AT_ONCE = 100  # of each kind, per sweep

BUILD = "build_export"
MAIL = "leaving"
RETENTION_MAIL = "retention"


class NotClosingError(ValueError):
    """There is no closing to cancel."""


# ---- closing -----------------------------------------------------------------------------------


@transaction.atomic
def close_organisation(*, organisation: Organisation, by: User, now: dt.datetime) -> None:
    """Begin the days of grace: engagements end, invitations die, everybody is told. Once is enough."""
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if held.closing_on is not None:
        return
    held.closing_on = organisation.closing_on = today_of(held, now) + GRACE
    _end_engagements(held, by, now)
    invitations = Invitation.objects.filter(
        organisation=held, accepted_at=None, revoked_at=None
    ).update(revoked_at=now)
    held.save(update_fields=["closing_on"])
    record(
        organisation=held,
        by=by,
        verb="closing begun",
        target=f"organisation:{held.pk}",
        on=held.closing_on.isoformat(),
        invitations=invitations,
    )
    _tell_members(held, "begun", by)


@transaction.atomic
def cancel_closing(*, organisation: Organisation, by: User) -> None:
    """Stay. What ended with the closing stays ended. Raises NotClosingError."""
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if held.closing_on is None:
        raise NotClosingError
    held.closing_on = organisation.closing_on = None
    held.save(update_fields=["closing_on"])
    record(organisation=held, by=by, verb="closing cancelled", target=f"organisation:{held.pk}")
    _tell_members(held, "cancelled", by)


def _end_engagements(organisation: Organisation, by: User, now: dt.datetime) -> None:
    """End what runs; decline, or take back, what waits for an answer."""
    sides = Q(bank=organisation) | Q(firm=organisation)
    live = Engagement.objects.filter(
        sides, state__in=(EngagementState.REQUESTED, EngagementState.ACCEPTED)
    )
    for engagement in live:
        if engagement.state == EngagementState.ACCEPTED:
            engagement_services.end(engagement=engagement, side=organisation, by=by, now=now)
        elif organisation.kind == OrganisationKind.BANK:
            engagement_services.decline(engagement=engagement, by=by, now=now)
    for asked in organisation.engagement_requests.filter(closed_at=None):
        engagement_services.withdraw(asked=asked, by=by, now=now)


def _tell_members(organisation: Organisation, news: str, by: User | None) -> None:
    on = organisation.closing_on.isoformat() if organisation.closing_on else ""
    for membership in memberships_of(organisation):
        outbox.post(
            MAIL,
            to=membership.user.email,
            organisation=organisation,
            language=membership.user.language,
            subject_id=_about(news, organisation),
            context={"news": news, "on": on, "by": by.pk if by else None},
        )


def _about(news: str, organisation: Organisation) -> str:
    return f"{news}:{organisation.pk}:{organisation.closing_on or ''}"


def remind_of_closing(now: dt.datetime) -> int:
    """Tell the members of organisations that end within a week, once."""
    soon = Organisation.objects.filter(closing_on__lte=(now + REMINDED).date())
    reminded = 0
    for organisation in soon[:AT_ONCE]:
        with transaction.atomic():
            held = Organisation.objects.select_for_update().get(pk=organisation.pk)
            told = Mail.objects.filter(kind=MAIL, subject_id=_about("reminder", held))
            if held.closing_on is not None and not told.exists():
                _tell_members(held, "reminder", None)
                reminded += 1
    return reminded


def purge_closed(now: dt.datetime) -> int:
    """Delete the organisations whose days of grace are over, with rows and files."""
    ended = Organisation.objects.filter(closing_on__lt=(now + dt.timedelta(days=1)).date())
    return sum(
        _purge(organisation.pk, now)
        for organisation in ended.order_by("closing_on", "pk")[:AT_ONCE]
        if _is_over(organisation, now)
    )


def _is_over(organisation: Organisation, now: dt.datetime) -> bool:
    return organisation.closing_on is not None and organisation.closing_on < today_of(
        organisation, now
    )


def _purge(pk: UUID, now: dt.datetime) -> bool:
    """Files first: if rows cannot be deleted, the next sweep finds them and begins again."""
    with transaction.atomic():
        held = Organisation.objects.select_for_update().filter(pk=pk).first()
        if held is None or not _is_over(held, now):
            return False
        _delete_files(Report.objects.filter(assessment__organisation=held).values_list("file"))
        delete_leftovers(
            "reports",
            Report.objects.filter(assessment__organisation=held).values_list("pk", flat=True),
        )
        exports = Export.objects.filter(organisation=held)
        _delete_files(exports.values_list("file"))
        delete_leftovers("exports", exports.values_list("pk", flat=True))
        delete_leftovers("batches", Batch.objects.filter(firm=held).values_list("pk", flat=True))
        _empty_batches_with(Assessment.objects.filter(organisation=held))
        delete_leftovers("logos", [held.pk])
        dressed = Report.objects.filter(firm=held)  # other organisations' reports in its look
        _delete_files(dressed.values_list("file"))
        dressed.delete()
        with purging(held.pk):
            Snapshot.objects.filter(assessment__organisation=held).delete()
            held.delete()
    return True


def _delete_files(names: Iterable[tuple[str]]) -> None:
    for (name,) in names:
        if name:
            default_storage.delete(name)


def delete_leftovers(folder: str, owners: Iterable[UUID]) -> None:
    """Files that a worker stored and a crash kept from being noted on their row."""
    if not default_storage.exists(folder):
        return
    ids = {str(pk) for pk in owners}
    for name in default_storage.listdir(folder)[1] if ids else ():
        if name[:36] in ids:
            default_storage.delete(f"{folder}/{name}")


def _empty_batches_with(rounds: QuerySet[Assessment]) -> None:
    """Delete the files of firms that hold a report of these rounds; each can be made without it."""
    holding = Batch.objects.filter(members__assessment__in=rounds).distinct()
    ids = list(holding.values_list("pk", flat=True))
    delete_leftovers("batches", ids)
    Batch.objects.filter(pk__in=ids).update(file="", size=0)


# ---- retention ---------------------------------------------------------------------------------


@transaction.atomic
def set_retention(*, organisation: Organisation, months: int, by: User) -> None:
    """Keep published rounds this long; 0 keeps them. Announcements of the old setting are void."""
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if held.retention_months == months:
        return
    before = held.retention_months
    held.retention_months = organisation.retention_months = months
    held.save(update_fields=["retention_months"])
    Mail.objects.filter(organisation=held, kind=RETENTION_MAIL).delete()
    record(
        organisation=held,
        by=by,
        verb="retention changed",
        target=f"organisation:{held.pk}",
        months=months,
        before=before,
    )


def apply_retention(now: dt.datetime) -> int:
    """Announce rounds that are about to be too old, and delete those announced in time."""
    deleted = 0
    keeping = Organisation.objects.filter(retention_months__gt=0, closing_on=None)
    for organisation in keeping.order_by("pk").iterator():
        today = today_of(organisation, now)
        for round_ in rounds_past(organisation, today + NOTICE)[:AT_ONCE]:
            deleted += _retain_or_delete(round_, organisation, today, now)
    return deleted


def _retain_or_delete(
    round_: Assessment, organisation: Organisation, today: dt.date, now: dt.datetime
) -> bool:
    notices = Mail.objects.filter(kind=RETENTION_MAIL, subject_id=str(round_.pk))
    if not notices.filter(state__in=(MailState.PENDING, MailState.SENT)).exists():
        _announce(round_, organisation, today)
        return False
    told = notices.filter(state=MailState.SENT, sent_at__lte=now - NOTICE).exists()
    if not told or round_ not in rounds_past(organisation, today):
        return False
    return _delete_round(round_.pk, organisation, today)


def _announce(round_: Assessment, organisation: Organisation, today: dt.date) -> None:
    leads = Membership.objects.filter(organisation=organisation, role=Role.LEAD)
    with transaction.atomic():
        for membership in leads.select_related("user"):
            outbox.post(
                RETENTION_MAIL,
                to=membership.user.email,
                organisation=organisation,
                language=membership.user.language,
                subject_id=round_.pk,
                context={"on": (today + NOTICE).isoformat()},
            )


@transaction.atomic
def _delete_round(pk: UUID, organisation: Organisation, today: dt.date) -> bool:
    """Delete one round with its files, unless its bank has just chosen to keep it."""
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not held.retention_months or held.retention_months != organisation.retention_months:
        return False
    round_ = Assessment.objects.filter(
        pk=pk,
        status=AssessmentStatus.PUBLISHED,
        snapshot__published_at__date__lte=months_before(today, held.retention_months),
    ).first()
    if round_ is None:
        return False
    reports = Report.objects.filter(assessment=round_)
    _delete_files(reports.values_list("file"))
    delete_leftovers("reports", reports.values_list("pk", flat=True))
    _empty_batches_with(Assessment.objects.filter(pk=pk))
    Snapshot.objects.filter(assessment=round_).delete()
    Mail.objects.filter(kind=RETENTION_MAIL, subject_id=str(pk)).delete()
    round_.delete()
    record(
        organisation=held,
        by=None,
        verb="round deleted",
        target=f"assessment:{pk}",
        months=held.retention_months,
    )
    return True


# ---- exports -----------------------------------------------------------------------------------


@transaction.atomic
def request_export(
    *, organisation: Organisation, language: str, by: User, now: dt.datetime
) -> Export:
    """This person's export under way, or a new one."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    under_way = Export.objects.filter(
        organisation=organisation,
        requested_by=by,
        state__in=(FileState.QUEUED, FileState.RUNNING),
    ).first()
    if under_way is not None:
        return under_way
    export = Export.objects.create(
        organisation=organisation,
        requested_by=by,
        language=language,
        lease_until=now + EXPORT_LEASE,
        expires_at=now + EXPORT_KEPT,
    )
    jobs.enqueue(BUILD, export.pk)
    record(organisation=organisation, by=by, verb="export requested", target=f"export:{export.pk}")
    return export


def claim_export(pk: str, now: dt.datetime) -> Export | None:
    """Take a waiting export, or one whose builder died; None when there is nothing to do."""
    waiting = Q(state=FileState.QUEUED) | Q(state=FileState.RUNNING, lease_until__lt=now)
    taken = Export.objects.filter(waiting, pk=pk, attempts__lt=MOST_ATTEMPTS).update(
        state=FileState.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=now + EXPORT_LEASE,
        parts_done=0,
    )
    if not taken:
        return None
    return Export.objects.select_related("organisation", "requested_by").get(pk=pk)


def still_wanted(export: Export) -> bool:
    """Whether who asked may still take everything away (S14)."""
    if export.requested_by is None or not export.requested_by.is_active:
        return False
    try:
        organisation_for(export.requested_by, export.organisation_id, Permission.LEAVE)
    except (Http404, PermissionDenied):
        return False
    return True


def note_progress(export: Export, *, done: int, parts: int) -> None:
    _own(export).update(parts_done=done, parts=parts)


def store_export(export: Export, name: str, size: int) -> bool:
    """Note the file; False when the lease was lost meanwhile and the file is to be dropped."""
    return bool(_own(export).update(state=FileState.DONE, file=name, size=size, lease_until=None))


def fail_export(export: Export, *, final: bool) -> None:
    """Back in line, or given up after the third attempt."""
    gave_up = final or export.attempts >= MOST_ATTEMPTS
    state = FileState.FAILED if gave_up else FileState.QUEUED
    if _own(export).update(state=state, lease_until=None) and not gave_up:
        jobs.enqueue(BUILD, export.pk)


def _own(export: Export) -> QuerySet[Export]:
    """The row while this builder still holds it."""
    return Export.objects.filter(pk=export.pk, state=FileState.RUNNING, attempts=export.attempts)


def note_download(*, export: Export, by: User) -> None:
    record(
        organisation=export.organisation,
        by=by,
        verb="export downloaded",
        target=f"export:{export.pk}",
    )


def sweep_exports(now: dt.datetime) -> int:
    """Put back in line what a crash left behind, and delete what is too old."""
    left = Export.objects.filter(state__in=(FileState.QUEUED, FileState.RUNNING)).filter(
        Q(lease_until=None) | Q(lease_until__lt=now)
    )
    done = left.filter(attempts__gte=MOST_ATTEMPTS).update(state=FileState.FAILED)
    for export in left.filter(attempts__lt=MOST_ATTEMPTS)[:AT_ONCE]:
        export.state, export.lease_until = FileState.QUEUED, now + EXPORT_LEASE
        export.save(update_fields=["state", "lease_until"])
        jobs.enqueue(BUILD, export.pk)
        done += 1
    old = list(Export.objects.filter(expires_at__lt=now)[:AT_ONCE])
    _delete_files([(export.file.name or "",) for export in old])
    delete_leftovers("exports", [export.pk for export in old])
    Export.objects.filter(pk__in=[export.pk for export in old]).delete()
    return done + len(old)


# ---- what is left over --------------------------------------------------------------------------


def forget_invitations(now: dt.datetime) -> int:
    """Delete invitations that ended long ago; they hold addresses."""
    long_ago = now - INVITATIONS_KEPT
    ended = Q(accepted_at__lt=long_ago) | Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago)
    return Invitation.objects.filter(ended).delete()[1].get("assessments.Invitation", 0)
