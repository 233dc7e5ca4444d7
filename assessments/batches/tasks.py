"""What the job thread does for reports for many: one part, or the ZIP, then the next in line."""

import time
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation

from assessments.access.roles import Permission
from assessments.access.scope import still_may
from assessments.batches import archive, services, words
from assessments.models import Batch, BatchKind, BatchPart, FileState, Report
from assessments.reports import kinds, queries
from assessments.reports import services as reports
from assessments.reports.paper.edition import Edition
from assessments.reports.tasks import render_report

PAUSE_SECONDS = 1.0
PATIENCE = 90  # pauses while another worker prints the very same report
PRINTED_FOR_BATCH = frozenset({BatchKind.REPORT, BatchKind.BOTH})
WRITTEN_FOR_BATCH = frozenset({BatchKind.ROADMAP, BatchKind.BOTH})


class GoingDownError(Exception):
    """The server stops; nobody is to blame."""


class PartError(Exception):
    """A part has no file. `str()` is the short reason that its row keeps."""


def build_batch(batch_id: str) -> None:
    """Take one step. Safe to run twice: the second run finds nothing to take."""
    batch = services.claim(batch_id)
    if batch is None:
        return
    try:
        _step(batch)
    except GoingDownError:
        services.release(batch)
    except Exception:
        services.stumble(batch)
        raise


def _step(batch: Batch) -> None:
    if services.requester(batch) is None:
        services.refuse(batch)
        return
    part = services.next_part(batch)
    if part is None:
        archive.close(batch)
        return
    try:
        report = _made(batch, part)
    except PartError as error:
        services.finish_part(batch, part, failure=str(error))
    else:
        services.finish_part(batch, part, report=report)


def _made(batch: Batch, part: BatchPart) -> Report | None:
    """Make the files of one part for whoever may still have them. Raises PartError."""
    may = still_may(batch.requested_by, part.assessment, Permission.EXPORT_REPORT, batch.firm)
    if not may:
        raise PartError(words.ENDED)
    edition = queries.edition_for(part.assessment, language=batch.language, firm=batch.firm)
    if edition is None:
        raise PartError(words.WITHOUT_RESULT)
    report = None
    if batch.kind in PRINTED_FOR_BATCH:
        report = _printed(batch, part, edition)
    if batch.kind in WRITTEN_FOR_BATCH:
        _write_roadmap(batch, part, edition)
    return report


def _printed(batch: Batch, part: BatchPart, edition: Edition) -> Report:
    """The finished report: the one that exists, the one that another worker makes, or a new one."""
    report = reports.request(
        assessment=part.assessment,
        language=batch.language,
        content_key=queries.content_key(edition),
        by=batch.requested_by,
        firm=queries.firm_worn(edition, batch.firm),
        queued=False,
    )
    _wait_for(report, batch)
    if report.state == FileState.DONE:
        return report
    raise PartError(words.ENDED if report.failure == reports.REFUSED else report.failure)


def _wait_for(report: Report, batch: Batch) -> None:
    """Print it here, as often as a report is tried, or wait for who is at it."""
    beat = partial(_beat, batch)
    for _ in range(PATIENCE):
        if report.state == FileState.DONE:
            return
        render_report(report.pk, beat)
        report.refresh_from_db()
        if report.state in (FileState.DONE, FileState.FAILED):
            return
        beat()
        if report.state == FileState.RUNNING:
            reports.sweep()
            time.sleep(PAUSE_SECONDS)
        elif report.lease_until is None:  # given back unprinted: the press takes no more
            raise GoingDownError
    raise PartError("took too long")


def _beat(batch: Batch) -> None:
    services.renew(batch)


def _write_roadmap(batch: Batch, part: BatchPart, edition: Edition) -> None:
    if not kinds.is_made("docx"):
        raise PartError(words.WITHOUT_ROADMAP)
    with translation.override(batch.language):
        data = kinds.maker("docx")(edition)
    name = archive.roadmap_name(batch, part)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(data))
