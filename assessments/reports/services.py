"""Writes to the rows of reports: who asks for one and takes it away; the rest does the line."""

from django.db import transaction

from assessments import jobs
from assessments.access import audit
from assessments.access.roles import Permission
from assessments.access.scope import still_may
from assessments.models import Assessment, FileState, Organisation, Report, User
from assessments.reports import line_services
from assessments.reports.line_services import Line, lease

JOB = "render_report"
CHANGED = "answers changed"
REFUSED = "access ended"

line = Line(
    Report,
    job=JOB,
    folder="reports",
    related=("assessment__organisation", "requested_by", "firm"),
)
claim, renew, store = line.claim, line.renew, line.store
fail, release, sweep = line.fail, line.release, line.sweep
is_lost = line_services.is_lost


@transaction.atomic
def request(
    *,
    assessment: Assessment,
    language: str,
    content_key: str,
    by: User,
    firm: Organisation | None = None,
    queued: bool = True,
    through: str = "",
) -> Report:
    """The report with exactly this content: the finished one, one under way, or a new one.

    `firm` is the one whose look the key counts in. Who prints it themselves leaves it unqueued;
    the sweep finds it all the same if they die over it. `through` names what let somebody without
    an account ask in this person's name; the trail then says so instead of naming the person.
    """
    report, new = Report.objects.get_or_create(
        assessment=assessment,
        content_key=content_key,
        defaults={
            "language": language,
            "requested_by": by,
            "firm": firm,
            "lease_until": lease(),
        },
    )
    if not new and (report.state == FileState.FAILED or is_lost(report)):
        new = line.restart(report, requested_by=by, firm=firm)
    elif not new and report.finished_at is None and not may_have(report):
        # Whoever asked first would be refused; who asks now waits for the same file.
        Report.objects.filter(pk=report.pk).update(requested_by=by, firm=firm)
    if new:
        if queued:
            jobs.enqueue(JOB, report.pk)
        audit.record(
            organisation=assessment.organisation,
            by=None if through else by,
            verb="report requested",
            target=f"report:{report.pk}",
            **({"through": through} if through else {}),
        )
    return report


def may_have(report: Report) -> bool:
    """Whether the person who asked for it may still export the round (S10)."""
    return still_may(report.requested_by, report.assessment, Permission.EXPORT_REPORT, report.firm)


def take_away(report: Report, by: User) -> None:
    """Write down that somebody downloads the file."""
    audit.record(
        organisation=report.assessment.organisation,
        by=by,
        verb="report downloaded",
        target=f"report:{report.pk}",
    )
