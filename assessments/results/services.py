"""What changes a result's standing: publishing it, and settings kept for its plan."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from assessments.access import audit
from assessments.models import Assessment, AssessmentStatus, Snapshot, User
from assessments.results import settled
from assessments.results.queries import Result, result_for
from assessments.results.summary_writing import write_summary
from maturity import codec


class NotReadyError(ValueError):
    """There is no result to publish yet."""


class AlreadyPublishedError(ValueError):
    """A published result is frozen."""


def publish(*, assessment: Assessment, by: User, now: dt.datetime) -> Snapshot:
    """Freeze the round's result with the framework's version.

    The round takes no answer from then on and cannot be reopened. Raises NotReadyError or
    AlreadyPublishedError.
    """
    _prepare(assessment, now)
    with transaction.atomic():
        held = _held(assessment)
        if held.status == AssessmentStatus.PUBLISHED:
            raise AlreadyPublishedError
        list(held.sheets.select_for_update())  # saves under way finish first
        result = result_for(held, now)
        if result is None:
            raise NotReadyError
        snapshot = Snapshot.objects.create(
            assessment=held,
            framework_version=result.findings.framework,
            case=result.case.to_dict(),
            findings=_frozen(held, result),
            regions={name: codec.dump(found) for name, found in result.regions.items()},
            published_by=by,
            published_at=now,
        )
        write_summary(snapshot)
        held.status = AssessmentStatus.PUBLISHED
        held.closed_at = held.closed_at or now
        held.save(update_fields=["status", "closed_at"])
        audit.record(
            organisation=held.organisation,
            by=by,
            verb="round published",
            target=f"assessment:{held.pk}",
            framework=result.findings.framework,
        )
    return snapshot


def _prepare(assessment: Assessment, now: dt.datetime) -> None:
    """Compute and keep the result beforehand, so that the database is locked for a moment only."""
    if assessment.status != AssessmentStatus.PUBLISHED:
        result = result_for(assessment, now)
        if result is not None:
            _frozen(assessment, result)


def _frozen(assessment: Assessment, result: Result) -> dict[str, Any]:
    """The findings, and beside them what the pages show that the findings do not hold."""
    limit = None if result.limit is None else asdict(result.limit)
    beside = {
        "no_regret": list(result.no_regret),
        "limit": limit,
        "settled": settled.frozen(settled.settlement_of(assessment, result)),
    }
    return codec.dump(result.findings) | {"beside": beside}


def save_plan_settings(*, assessment: Assessment, by: User, settings: Mapping[str, Any]) -> None:
    """Keep capacity, quarters and targets for this round's roadmap.

    Raises AlreadyPublishedError: the plan of a published result is frozen with it.
    """
    with transaction.atomic():
        held = _held(assessment)
        if held.status == AssessmentStatus.PUBLISHED:
            raise AlreadyPublishedError
        held.plan_settings = dict(settings)
        held.save(update_fields=["plan_settings"])
        audit.record(
            organisation=held.organisation,
            by=by,
            verb="plan settings saved",
            target=f"assessment:{held.pk}",
        )


def _held(assessment: Assessment) -> Assessment:
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=assessment.pk)
    )
