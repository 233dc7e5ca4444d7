"""The line in which files wait to be printed: claim, renew, store, fail, release, sweep.

A row is held by a lease of less than 45 seconds that its worker renews; the count of attempts is
also the token that keeps a worker which lost its lease from storing over its successor. Every
change is one short statement, so SQLite's single writer is never held during a render.
"""

from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.utils import timezone

from assessments import jobs
from assessments.models import ComparisonFile, FileState, Report
from assessments.reports.pdf import Pdf

LEASE = timedelta(seconds=40)
MOST_ATTEMPTS = 3
SWEPT_AT_ONCE = 20

Row = TypeVar("Row", Report, ComparisonFile)


def lease() -> datetime:
    """Until when a row belongs to whoever takes it now."""
    return timezone.now() + LEASE


class Line(Generic[Row]):
    """The rows of one kind, the job that prints them and the folder their files go to.

    `related` are the rows that the job needs beside its own, read with it.
    """

    def __init__(self, rows: type[Row], *, job: str, folder: str, related: tuple[str, ...]) -> None:
        self.rows: type[Row] = rows
        self.job = job
        self.folder = folder
        self.related = related

    def claim(self, pk: UUID | str) -> Row | None:
        """Take a waiting row, or one whose lease ran out; None when there is nothing to do."""
        now = timezone.now()
        waiting = Q(state=FileState.QUEUED) | Q(state=FileState.RUNNING, lease_until__lt=now)
        taken = self.rows.objects.filter(waiting, pk=pk, attempts__lt=MOST_ATTEMPTS).update(
            state=FileState.RUNNING, lease_until=lease(), attempts=F("attempts") + 1
        )
        if not taken:
            return None
        row: Row = self.rows.objects.select_related(*self.related).get(pk=pk)
        return row

    def renew(self, row: Row) -> None:
        """Keep a row that takes its time from being taken over."""
        self._own(row, lease_until=lease())

    def store(self, row: Row, pdf: Pdf) -> bool:
        """Keep the file and finish; False, and nothing kept, when the lease was lost meanwhile."""
        name = default_storage.save(
            f"{self.folder}/{row.pk}-{row.attempts}.pdf", ContentFile(pdf.data)
        )
        kept = self._own(
            row,
            state=FileState.DONE,
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

    def fail(self, row: Row, kind: str, *, final: bool = False) -> None:
        """Count a failure: back in line, or after the third attempt failed for good."""
        if final or row.attempts >= MOST_ATTEMPTS:
            self._own(
                row,
                state=FileState.FAILED,
                failure=kind[:300],
                lease_until=None,
                finished_at=timezone.now(),
            )
        elif self._own(row, state=FileState.QUEUED, failure=kind[:300], lease_until=lease()):
            jobs.enqueue(self.job, row.pk)

    def release(self, row: Row) -> None:
        """Give an untouched row back because the server is going down; it costs no attempt."""
        self._own(row, state=FileState.QUEUED, lease_until=None, attempts=row.attempts - 1)

    def restart(self, row: Row, **changes: Any) -> bool:
        """Queue a finished or failed row afresh; False when somebody else just did."""
        changed = self.rows.objects.filter(pk=row.pk, state=row.state).update(
            state=FileState.QUEUED,
            attempts=0,
            failure="",
            lease_until=lease(),
            finished_at=None,
            **changes,
        )
        row.refresh_from_db()
        return bool(changed == 1)

    def sweep(self, now: datetime | None = None) -> int:
        """Put back in line what a crash left behind, and give up what crashed three times.

        Cheap enough for every status request: one indexed query when there is nothing to do.
        Returns the number of rows put back.
        """
        now = now or timezone.now()
        left = self.rows.objects.filter(state__in=(FileState.QUEUED, FileState.RUNNING)).filter(
            Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        )
        again = 0
        for pk, until, tried in left.values_list("pk", "lease_until", "attempts")[:SWEPT_AT_ONCE]:
            same = self.rows.objects.filter(pk=pk, lease_until=until).exclude(
                state__in=(FileState.DONE, FileState.FAILED)
            )
            if tried >= MOST_ATTEMPTS:
                same.update(
                    state=FileState.FAILED,
                    failure="ended before it was done",
                    lease_until=None,
                    finished_at=now,
                )
            elif same.update(state=FileState.QUEUED, lease_until=now + LEASE):
                jobs.enqueue(self.job, pk)
                again += 1
        return again

    def _own(self, row: Row, **changes: Any) -> bool:
        """Change a row that this worker still holds; False when another took it over."""
        held = self.rows.objects.filter(pk=row.pk, state=FileState.RUNNING, attempts=row.attempts)
        return bool(held.update(**changes))


def is_lost(row: Report | ComparisonFile) -> bool:
    """Whether a finished row's file is no longer there."""
    return row.state == FileState.DONE and not default_storage.exists(row.file.name or "")
