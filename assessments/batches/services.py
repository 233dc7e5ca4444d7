"""Writes to reports for many: request, claim a step, finish a part, close, cancel, retry, sweep.

A batch is worked off in steps: one part each, then the ZIP. Between steps it waits in line like any
other job, so that nobody's single report stands behind two hundred. A step holds the batch by a
lease that it renews; the lease's own moment is the token by which a worker that lost it is kept
from storing over its successor. `attempts` counts steps that broke off since the last that did not.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from assessments import jobs, outbox
from assessments.access.audit import record
from assessments.access.roles import Permission
from assessments.access.scope import organisation_for
from assessments.batches import queries, words
from assessments.models import (
    Assessment,
    Batch,
    BatchKind,
    BatchPart,
    FileState,
    Organisation,
    Report,
    User,
)

LEASE = timedelta(seconds=40)
KEPT = timedelta(days=7)
MOST_ATTEMPTS = 3
MOST_CLIENTS = 200
AT_ONCE = 20  # per sweep
JOB = "build_batch"
MAIL = "batch"
FOLDER = "batches"


class BusyError(Exception):
    """This person has one under way; it is the exception's only argument."""

    @property
    def batch(self) -> Batch:
        found: Batch = self.args[0]
        return found


class TooManyError(ValueError):
    """More clients at once than are made, or none."""


# ---- asking ------------------------------------------------------------------------------------


@transaction.atomic
def request(
    *,
    firm: Organisation,
    rounds: Sequence[Assessment],
    language: str,
    kind: BatchKind,
    by: User,
    now: datetime,
) -> Batch:
    """Put reports of these rounds in line, in this order. Raises BusyError or TooManyError."""
    if not 1 <= len(rounds) <= MOST_CLIENTS:
        raise TooManyError(len(rounds))
    _one_at_a_time(by)
    batch = Batch.objects.create(
        firm=firm,
        requested_by=by,
        language=language,
        kind=kind,
        parts=len(rounds),
        lease_until=now + LEASE,
        expires_at=now + KEPT,
    )
    BatchPart.objects.bulk_create(BatchPart(batch=batch, assessment=round_) for round_ in rounds)
    jobs.enqueue(JOB, batch.pk)
    _note(batch, by, "batch requested", clients=len(rounds), kind=kind)
    return batch


def _one_at_a_time(by: User) -> None:
    """Two requests of one person at the same moment wait for each other."""
    User.objects.select_for_update().get(pk=by.pk)
    running = queries.running_of(by)
    if running is not None:
        raise BusyError(running)


@transaction.atomic
def cancel(*, batch: Batch, by: User, now: datetime) -> bool:
    """Make no more of it. What is printed stays printed; False when it was over already."""
    ended = Batch.objects.filter(pk=batch.pk, state__in=queries.UNFINISHED).update(
        state=FileState.FAILED, cancelled_at=now, finished_at=now, lease_until=None
    )
    if ended:
        _note(batch, by, "batch cancelled")
    return bool(ended)


@transaction.atomic
def retry(*, batch: Batch, by: User, now: datetime) -> bool:
    """Make what has no file, and the ZIP again. False when there is nothing to make.

    Raises BusyError while who asked for it has another under way.
    """
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    missing = Q(state=FileState.FAILED) | Q(report=None, state=FileState.DONE)
    if held.kind == BatchKind.ROADMAP:
        missing = Q(state=FileState.FAILED)
    again = BatchPart.objects.filter(missing, batch=held)
    if held.state in queries.UNFINISHED or (not again.exists() and not needs_closing(held)):
        return False
    _one_at_a_time(held.requested_by)
    again.update(state=FileState.QUEUED, failure="")
    _queue_again(held, now, cancelled_at=None, finished_at=None)
    _note(held, by, "batch tried again")
    return True


def needs_closing(batch: Batch) -> bool:
    """Whether a finished batch has no ZIP: it was cancelled, or the file is gone."""
    return not batch.file.name or not default_storage.exists(batch.file.name)


@transaction.atomic
def make_without(batch: Batch, ended: Iterable[BatchPart], now: datetime) -> None:
    """Take clients out of a finished ZIP that are no longer open, and close it again (S10)."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state != FileState.DONE:
        return
    ids = [part.pk for part in ended]
    BatchPart.objects.filter(batch=held, pk__in=ids).update(
        state=FileState.FAILED, failure=words.ENDED
    )
    _queue_again(held, now)


def _queue_again(batch: Batch, now: datetime, **changes: Any) -> None:
    if batch.file.name:
        transaction.on_commit(partial(default_storage.delete, batch.file.name))
    done = BatchPart.objects.filter(batch=batch).exclude(state__in=queries.UNFINISHED)
    Batch.objects.filter(pk=batch.pk).update(
        state=FileState.QUEUED,
        attempts=0,
        lease_until=now + LEASE,
        parts_done=done.count(),
        file="",
        size=0,
        **changes,
    )
    jobs.enqueue(JOB, batch.pk)


# ---- one step ----------------------------------------------------------------------------------


def claim(pk: str) -> Batch | None:
    """Take a batch that waits, or whose worker's lease ran out; None when there is nothing to do."""
    now = timezone.now()
    waiting = Q(state=FileState.QUEUED) | Q(state=FileState.RUNNING, lease_until__lt=now)
    until = now + LEASE
    taken = Batch.objects.filter(waiting, pk=pk, attempts__lt=MOST_ATTEMPTS).update(
        state=FileState.RUNNING, lease_until=until, attempts=F("attempts") + 1
    )
    if not taken:
        return None
    batch = Batch.objects.select_related("firm", "requested_by").get(pk=pk)
    batch.lease_until = until
    return batch


def next_part(batch: Batch) -> BatchPart | None:
    """The part to make now, marked as begun; None when each has its file or its failure."""
    part = (
        BatchPart.objects.filter(batch=batch, state__in=queries.UNFINISHED)
        .select_related("assessment__organisation", "report")
        .order_by("pk")
        .first()
    )
    if part is not None:
        BatchPart.objects.filter(pk=part.pk).update(state=FileState.RUNNING)
    return part


def requester(batch: Batch) -> User | None:
    """Who asked, if they may still have reports made for this firm's clients (S10, S14)."""
    user = batch.requested_by
    if not user.is_active:
        return None
    try:
        batch.firm = organisation_for(user, batch.firm_id, Permission.MAKE_BATCH)
    except (Http404, PermissionDenied):
        return None
    return user


def renew(batch: Batch) -> bool:
    """Keep a step that takes its time from being taken over; False when it was."""
    until = timezone.now() + LEASE
    kept = _own(batch).update(lease_until=until)
    if kept:
        batch.lease_until = until
    return bool(kept)


def finish_part(
    batch: Batch, part: BatchPart, *, report: Report | None = None, failure: str = ""
) -> None:
    """Note a part's file or failure, and put the batch in line for its next step."""
    with transaction.atomic():
        if not renew(batch):
            return
        BatchPart.objects.filter(pk=part.pk).update(
            state=FileState.FAILED if failure else FileState.DONE,
            report=report,
            failure=failure[:300],
        )
        _next_step(batch)


def _next_step(batch: Batch) -> None:
    done = BatchPart.objects.filter(batch=batch).exclude(state__in=queries.UNFINISHED)
    until = timezone.now() + LEASE
    if _own(batch).update(
        state=FileState.QUEUED, attempts=0, lease_until=until, parts_done=done.count()
    ):
        jobs.enqueue(JOB, batch.pk)


def release(batch: Batch) -> None:
    """Give a batch back untouched because the server is going down; it costs no attempt."""
    _own(batch).update(
        state=FileState.QUEUED, lease_until=None, attempts=max(0, batch.attempts - 1)
    )


def stumble(batch: Batch) -> None:
    """A step broke off by itself: in line again, or given up after the third time."""
    if batch.attempts < MOST_ATTEMPTS:
        if _own(batch).update(state=FileState.QUEUED, lease_until=timezone.now() + LEASE):
            jobs.enqueue(JOB, batch.pk)
    else:
        _give_up(batch)


def leave_out(batch: Batch, parts: Iterable[BatchPart], failure: str) -> None:
    """Parts that were made and may not, or cannot, be handed over."""
    BatchPart.objects.filter(batch=batch, pk__in=[part.pk for part in parts]).update(
        state=FileState.FAILED, failure=failure
    )


def refuse(batch: Batch) -> None:
    """Whoever asked is no longer of the firm, or may not have this made: nothing is handed over."""
    with transaction.atomic():
        if _finish(batch, state=FileState.FAILED):
            BatchPart.objects.filter(batch=batch).update(
                state=FileState.FAILED, failure=words.ENDED
            )


@transaction.atomic
def store(batch: Batch, name: str, size: int) -> bool:
    """Note the ZIP and write one letter; False when the lease was lost and the file is to go."""
    return _finish(batch, state=FileState.DONE, file=name, size=size)


@transaction.atomic
def store_nothing(batch: Batch) -> None:
    """Not one part has a file: there is nothing to pack."""
    _finish(batch, state=FileState.FAILED)


def _finish(batch: Batch, **changes: Any) -> bool:
    """The end of a batch. Only what ends for the first time since it was asked for is written about."""
    told = batch.finished_at is not None
    now = timezone.now()
    done = _own(batch).update(
        lease_until=None, attempts=0, finished_at=batch.finished_at or now, **changes
    )
    if done and not told:
        outbox.post(
            MAIL,
            to=batch.requested_by.email,
            organisation=batch.firm,
            language=batch.requested_by.language,
            subject_id=batch.pk,
        )
    return bool(done)


def _own(batch: Batch) -> QuerySet[Batch]:
    """The row while this worker still holds it."""
    return Batch.objects.filter(pk=batch.pk, state=FileState.RUNNING, lease_until=batch.lease_until)


# ---- taking away -------------------------------------------------------------------------------


@transaction.atomic
def take_away(batch: Batch, parts: Iterable[BatchPart], by: User) -> None:
    """Write down who takes the ZIP, at the firm and at each bank whose report is in it."""
    _note(batch, by, "batch downloaded")
    for part in parts:
        target = f"report:{part.report_id}" if part.report_id else f"batch:{batch.pk}"
        record(
            organisation=part.assessment.organisation,
            by=by,
            verb="report downloaded",
            target=target,
        )


def _note(batch: Batch, by: User, verb: str, **details: object) -> None:
    record(organisation=batch.firm, by=by, verb=verb, target=f"batch:{batch.pk}", **details)


# ---- what is left behind -----------------------------------------------------------------------


def sweep(now: datetime | None = None) -> int:
    """Put back in line what a crash left behind, and give up the part that crashed three times.

    Cheap enough for every status request: one indexed query when there is nothing to do.
    """
    now = now or timezone.now()
    left = Batch.objects.filter(state__in=queries.UNFINISHED).filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    )
    again = 0
    for batch in left.select_related("firm", "requested_by")[:AT_ONCE]:
        until = now + LEASE
        same = Batch.objects.filter(pk=batch.pk, state=batch.state, lease_until=batch.lease_until)
        if batch.attempts >= MOST_ATTEMPTS:
            if same.update(state=FileState.RUNNING, lease_until=until):
                batch.lease_until = until
                _give_up(batch)
        elif same.update(state=FileState.QUEUED, lease_until=until):
            jobs.enqueue(JOB, batch.pk)
        again += 1
    return again


def _give_up(batch: Batch) -> None:
    """Three steps broke off: the part under way has failed; without one, the packing has."""
    with transaction.atomic():
        part = BatchPart.objects.filter(batch=batch, state=FileState.RUNNING).first()
        if part is None:
            _finish(batch, state=FileState.FAILED)
        else:
            finish_part(batch, part, failure=words.KILLED)


def forget(now: datetime) -> int:
    """Delete batches whose days are over, with their files."""
    old = list(Batch.objects.filter(expires_at__lt=now).order_by("expires_at")[:AT_ONCE])
    for batch in old:
        delete_files(batch)
    Batch.objects.filter(pk__in=[batch.pk for batch in old]).delete()
    return len(old)


def sweep_all(now: datetime) -> int:
    """What the server does by itself every few minutes."""
    return sweep(now) + forget(now)


def delete_files(batch: Batch) -> None:
    """The ZIP, and whatever a worker stored and a crash kept from being noted."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        if name.startswith(str(batch.pk)):
            default_storage.delete(f"{FOLDER}/{name}")
