"""What reports for many clients are made of, and how far they are."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from assessments.access.roles import Permission
from assessments.access.scope import client_rounds_of, standing_on
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Batch,
    BatchPart,
    FileState,
    Organisation,
    Role,
    User,
)

UNFINISHED = (FileState.QUEUED, FileState.RUNNING)


def printable(firm: Organisation, user: User) -> QuerySet[Assessment]:
    """Published rounds of the clients whose reports this person may take away."""
    rows = client_rounds_of(firm, user, Permission.EXPORT_REPORT)
    return rows.filter(status=AssessmentStatus.PUBLISHED).select_related("organisation", "summary")


def clients(firm: Organisation, user: User, name: str = "") -> QuerySet[Assessment]:
    """The latest published round of each client, by name; those whose name holds a text."""
    rows = printable(firm, user).filter(summary__latest=True)
    if name:
        rows = rows.filter(organisation__name__icontains=name)
    return rows.order_by(Lower("organisation__name"), "pk")


def chosen(firm: Organisation, user: User, ids: Iterable[UUID]) -> list[Assessment] | None:
    """All rounds named, by client and period; None where one is not this person's to print (S7)."""
    wanted = set(ids)
    rows = list(
        printable(firm, user)
        .filter(pk__in=wanted)
        .order_by(Lower("organisation__name"), "period", "pk")
    )
    return rows if len(rows) == len(wanted) else None


def open_ids(batch: Batch, user: User, firm: Organisation) -> set[UUID]:
    """Which rounds of a batch somebody may still take away."""
    rows = client_rounds_of(firm, user, Permission.EXPORT_REPORT)
    return set(rows.filter(batch_parts__batch=batch).values_list("pk", flat=True))


def parts_of(batch: Batch) -> list[BatchPart]:
    """All parts in their order, with round, client, figures and report."""
    return list(
        BatchPart.objects.filter(batch=batch)
        .select_related("assessment__organisation", "assessment__summary", "report")
        .order_by("pk")
    )


def running_of(user: User) -> Batch | None:
    """This person's batch that is under way."""
    return Batch.objects.filter(requested_by=user, state__in=UNFINISHED).first()


def batches_of(firm: Organisation, user: User, now: dt.datetime) -> QuerySet[Batch]:
    """A person's own batches of a firm, newest first; for its admin everybody's.

    Each tells how many of its parts failed.
    """
    rows = Batch.objects.filter(firm=firm, expires_at__gt=now).select_related("requested_by")
    if standing_on(firm).role != Role.ADMIN:
        rows = rows.filter(requested_by=user)
    failed = Count("members", filter=Q(members__state=FileState.FAILED))
    return rows.annotate(failed=failed).order_by("-created_at", "-pk")


def failed_in(batch: Batch) -> int:
    """How many parts have no file."""
    return BatchPart.objects.filter(batch=batch, state=FileState.FAILED).count()


def for_letter(pk: str) -> Batch | None:
    """A finished batch with firm and requester, for the writer of letters."""
    rows = Batch.objects.select_related("firm", "requested_by").exclude(state__in=UNFINISHED)
    return rows.filter(pk=pk).first()


def belongs(batch: Batch) -> bool:
    """Whether who asked is still of the firm."""
    return batch.firm.memberships.filter(user=batch.requested_by).exists()
