"""Writes to comparisons' files: who asks for one, takes it away, and when it goes."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from assessments import jobs
from assessments.access import audit
from assessments.access.roles import Permission
from assessments.access.scope import assessments_for
from assessments.comparison.asked import Asked
from assessments.comparison.lineup import Lineup
from assessments.models import Assessment, ComparisonFile, FileState, User
from assessments.reports import line_services
from assessments.reports.line_services import Line, lease

JOB = "render_comparison"
CHANGED = "results changed"
REFUSED = "access ended"
FOLDER = "comparisons"
KEPT = dt.timedelta(hours=24)
GONE_AT_ONCE = 200

line = Line(ComparisonFile, job=JOB, folder=FOLDER, related=("requested_by",))
claim, renew, store = line.claim, line.renew, line.store
fail, release = line.fail, line.release
is_lost = line_services.is_lost


@transaction.atomic
def request(
    *,
    asked: Asked,
    lineup: Lineup,
    rounds: Iterable[Assessment],
    language: str,
    content_key: str,
    by: User,
) -> ComparisonFile:
    """This person's file with exactly this content: the finished one, one under way, or a new one.

    Asked for again it is kept for another day.
    """
    until = timezone.now() + KEPT
    file, new = ComparisonFile.objects.get_or_create(
        requested_by=by,
        content_key=content_key,
        defaults={
            "kind": lineup.kind,
            "rounds": [str(pk) for pk in asked.rounds],
            "lettered": asked.letters,
            "language": language,
            "lease_until": lease(),
            "expires_at": until,
        },
    )
    if not new:
        ComparisonFile.objects.filter(pk=file.pk).update(expires_at=until)
        if file.state == FileState.FAILED or is_lost(file):
            new = line.restart(file)
    if new:
        jobs.enqueue(JOB, file.pk)
        _record("comparison requested", rounds, by)
    return file


def may_have(file: ComparisonFile) -> bool:
    """Whether the person who asked for it may still print every one of its rounds (S10, S14)."""
    user = User.objects.filter(pk=file.requested_by_id, is_active=True).first()
    if user is None:
        return False
    file.requested_by = user
    try:
        rounds_of(file)
    except (Http404, PermissionDenied):
        return False
    return True


def rounds_of(file: ComparisonFile) -> tuple[Assessment, ...]:
    """The rounds of a file, for the person who asked for it; raises as access.scope does."""
    ids = [UUID(pk) for pk in file.rounds]
    return assessments_for(file.requested_by, ids, Permission.EXPORT_REPORT)


def take_away(rounds: Iterable[Assessment], by: User) -> None:
    """Write down in each bank that somebody downloads a comparison with its result."""
    _record("comparison downloaded", rounds, by)


def take_table(rounds: Iterable[Assessment], by: User) -> None:
    """Write down in each bank that somebody takes its figures away as a workbook."""
    _record("comparison exported", rounds, by)


def _record(verb: str, rounds: Iterable[Assessment], by: User) -> None:
    """Each bank's trail names its own round alone: whom it stood beside is no business of it."""
    with transaction.atomic():
        for round_ in rounds:
            audit.record(
                organisation=round_.organisation,
                by=by,
                verb=verb,
                target=f"assessment:{round_.pk}",
            )


def sweep(now: dt.datetime | None = None) -> int:
    """Put back in line what a crash left behind, and delete what is older than a day."""
    now = now or timezone.now()
    return line.sweep(now) + _forget(now) + _forget_strays(now)


def _forget(now: dt.datetime) -> int:
    """Delete the rows whose day is over, and their files."""
    old = list(ComparisonFile.objects.filter(expires_at__lt=now)[:GONE_AT_ONCE])
    for file in old:
        gone, _ = ComparisonFile.objects.filter(pk=file.pk, expires_at__lt=now).delete()
        if gone and file.file:
            default_storage.delete(file.file.name or "")
    return len(old)


def _forget_strays(now: dt.datetime) -> int:
    """Delete old files that no row names: their row went with the person who had asked for them."""
    try:
        names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    except FileNotFoundError:
        return 0
    old = [name for name in names if default_storage.get_modified_time(name) < now - KEPT]
    kept = set(ComparisonFile.objects.filter(file__in=old).values_list("file", flat=True))
    strays = [name for name in old if name not in kept][:GONE_AT_ONCE]
    for name in strays:
        default_storage.delete(name)
    return len(strays)
