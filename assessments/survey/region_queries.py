"""What was estimated about the customers of single regions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from assessments.models import Assessment, AssessmentStatus, Region, RegionEstimate
from assessments.survey.queries import Lock
from maturity.case import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionState:
    """One region: its answers by item, and who stored the last of them when."""

    region: Region
    answers: Mapping[str, Answer]
    changed_at: dt.datetime | None
    changed_by: str

    @property
    def mark(self) -> str:
        """Names the stored state, so that a form made from an older one is noticed."""
        return "" if self.changed_at is None else self.changed_at.isoformat()


def regions_of(assessment: Assessment) -> tuple[RegionState, ...]:
    """All regions of the round's bank by name, estimated or not, in two queries."""
    stored: dict[int, list[RegionEstimate]] = {}
    rows = RegionEstimate.objects.filter(assessment=assessment).select_related("updated_by")
    for row in rows.order_by("item"):
        stored.setdefault(row.region_id, []).append(row)
    regions = Region.objects.filter(organisation=assessment.organisation_id).order_by("name")
    return tuple(_state(region, stored.get(region.pk, [])) for region in regions)


def region_of(assessment: Assessment, region: Region) -> RegionState:
    """One region's state, in one query."""
    rows = RegionEstimate.objects.filter(assessment=assessment, region=region)
    return _state(region, list(rows.select_related("updated_by").order_by("item")))


def estimates_of(assessment: Assessment) -> dict[str, dict[str, Answer]]:
    """Answers by the names of the regions that have any, in one query."""
    found: dict[str, dict[str, Answer]] = {}
    rows = RegionEstimate.objects.filter(assessment=assessment).order_by("region__name", "item")
    for name, item, level, special in rows.values_list("region__name", "item", "level", "special"):
        found.setdefault(name, {})[item] = level if level is not None else special
    return found


def region_lock(assessment: Assessment) -> Lock | None:
    """Regions may be estimated until the round is published: nobody's answer changes by it."""
    return Lock.PUBLISHED if assessment.status == AssessmentStatus.PUBLISHED else None


def _state(region: Region, rows: list[RegionEstimate]) -> RegionState:
    last = max(rows, key=lambda row: row.updated_at, default=None)
    return RegionState(
        region=region,
        answers={row.item: row.level if row.level is not None else row.special for row in rows},
        changed_at=last.updated_at if last else None,
        changed_by=last.updated_by.display_name if last and last.updated_by else "",
    )
