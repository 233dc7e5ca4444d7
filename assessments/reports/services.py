"""Writes to the rows of reports: request, claim, renew, store, fail, release, sweep.

A row is held by a lease of less than 45 seconds that its worker renews; the count of attempts is
also the token that keeps a worker which lost its lease from storing over its successor. Every
change is one short statement, so SQLite's single writer is never held during a render.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from assessments import jobs
from assessments.access import audit
from assessments.access.roles import Permission
from assessments.access.scope import still_may
from assessments.models import Assessment, Organisation, Report, ReportState, User
from assessments.reports.pdf import Pdf

LEASE = timedelta(seconds=40)
MOST_ATTEMPTS = 3
SWEPT_AT_ONCE = 20
JOB = "render_report"
CHANGED = "answers changed"
REFUSED = "access ended"


@transaction.atomic
def request(
    *,
    assessment: Assessment,
    language: str,
    content_key: str,
    by: User,
    firm: Organisation | None = None,
    queued: bool = True,
) -> Report:
    """The report with exactly this content: the finished one, one under way, or a new one.

    `firm` is the one whose look the key counts in. Who prints it themselves leaves it unqueued;
    the sweep finds it all the same if they die over it.
    """
    report, new = Report.objects.get_or_create(
        assessment=assessment,
        content_key=content_key,
        defaults={
            "language": language,
            "requested_by": by,
            "firm": firm,
            "lease_until": _lease(),
        },
    )
    if not new and (report.state == ReportState.FAILED or is_lost(report)):
        new = _restart(report, by, firm)
    elif not new and report.finished_at is None and not may_have(report):
        # Whoever asked first would be refused; who asks now waits for the same file.
        Report.objects.filter(pk=report.pk).update(requested_by=by, firm=firm)
    if new:
        if queued:
            jobs.enqueue(JOB, report.pk)
        audit.record(
            organisation=assessment.organisation,
            by=by,
            verb="report requested",
            target=f"report:{report.pk}",
        )
    return report


def may_have(report: Report) -> bool:
    """Whether the person who asked for it may still export the round (S10)."""
    return still_may(report.requested_by, report.assessment, Permission.EXPORT_REPORT, report.firm)


def is_lost(report: Report) -> bool:
    """Whether a finished report's file is no longer there."""
    return report.state == ReportState.DONE and not default_storage.exists(report.file.name or "")


def _restart(report: Report, by: User, firm: Organisation | None) -> bool:
    """Queue a finished or failed report afresh; False when somebody else just did."""
    changed = Report.objects.filter(pk=report.pk, state=report.state).update(
        state=ReportState.QUEUED,
        attempts=0,
        failure="",
        lease_until=_lease(),
        finished_at=None,
        requested_by=by,
        firm=firm,
    )
    report.refresh_from_db()
    return changed == 1


def claim(pk: UUID | str) -> Report | None:
    """Take a waiting report, or one whose lease ran out; None when there is nothing to do."""
    now = timezone.now()
    waiting = Q(state=ReportState.QUEUED) | Q(state=ReportState.RUNNING, lease_until__lt=now)
    taken = Report.objects.filter(waiting, pk=pk, attempts__lt=MOST_ATTEMPTS).update(
        state=ReportState.RUNNING, lease_until=_lease(), attempts=F("attempts") + 1
    )
    if not taken:
        return None
    rows = Report.objects.select_related("assessment__organisation", "requested_by", "firm")
    return rows.get(pk=pk)


def renew(report: Report) -> None:
    """Keep a report that takes its time from being taken over."""
    _own(report, lease_until=_lease())


def store(report: Report, pdf: Pdf) -> bool:
    """Keep the file and finish; False, and nothing kept, when the lease was lost meanwhile."""
    name = default_storage.save(f"reports/{report.pk}-{report.attempts}.pdf", ContentFile(pdf.data))
    kept = _own(
        report,
        state=ReportState.DONE,
        file=name,
        size=len(pdf.data),
        pages=pdf.pages,
        lease_until=None,
        failure="",
        finished_at=timezone.now(),
    )
    if not kept:
        default_storage.delete(name)
    return kept


def take_away(report: Report, by: User) -> None:
    """Write down that somebody downloads the file."""
    audit.record(
        organisation=report.assessment.organisation,
        by=by,
        verb="report downloaded",
        target=f"report:{report.pk}",
    )


def fail(report: Report, kind: str, *, final: bool = False) -> None:
    """Count a failure: back in line, or after the third attempt failed for good."""
    if final or report.attempts >= MOST_ATTEMPTS:
        _own(
            report,
            state=ReportState.FAILED,
            failure=kind[:300],
            lease_until=None,
            finished_at=timezone.now(),
        )
    elif _own(report, state=ReportState.QUEUED, failure=kind[:300], lease_until=_lease()):
        jobs.enqueue(JOB, report.pk)


def release(report: Report) -> None:
    """Give an untouched report back because the server is going down; it costs no attempt."""
    _own(report, state=ReportState.QUEUED, lease_until=None, attempts=report.attempts - 1)


def sweep(now: datetime | None = None) -> int:
    """Put back in line what a crash left behind, and give up what crashed three times.

    Cheap enough for every status request: one indexed query when there is nothing to do.
    Returns the number of reports put back.
    """
    now = now or timezone.now()
    left = Report.objects.filter(state__in=(ReportState.QUEUED, ReportState.RUNNING)).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    )
    again = 0
    for pk, lease, attempts in left.values_list("pk", "lease_until", "attempts")[:SWEPT_AT_ONCE]:
        same = Report.objects.filter(pk=pk, lease_until=lease).exclude(
            state__in=(ReportState.DONE, ReportState.FAILED)
        )
        if attempts >= MOST_ATTEMPTS:
            same.update(
                state=ReportState.FAILED,
                failure="ended before it was done",
                lease_until=None,
                finished_at=now,
            )
        elif same.update(state=ReportState.QUEUED, lease_until=now + LEASE):
            jobs.enqueue(JOB, pk)
            again += 1
    return again


def _lease() -> datetime:
    return timezone.now() + LEASE


def _own(report: Report, **changes: Any) -> bool:
    """Change a report that this worker still holds; False when another took it over."""
    return bool(
        Report.objects.filter(
            pk=report.pk, state=ReportState.RUNNING, attempts=report.attempts
        ).update(**changes)
    )
