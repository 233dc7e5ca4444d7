"""What a bank's published rounds say, oldest first, and which planned actions were finished when."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from assessments.history.moves import Explained, Moved, explain, what_moved
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    Assessment,
    AssessmentStatus,
    Event,
    Organisation,
    Snapshot,
    Summary,
    Visibility,
)
from assessments.survey.queries import zone_of
from maturity import Findings, codec, load_framework
from maturity.estimate import Estimate

_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A score with its 90 % range, all 0 to 100; None where there was none."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRound:
    """One published round in figures. `bank` is before the risk gate, `counted` after it.

    `found` is the strategy that the round placed the bank in and `shown` the one named to its
    reader (decision 21); both are empty without a placement, and so is `firmness`.
    """

    pk: UUID
    period: str
    version: str  # of the framework
    day: dt.date  # the closing day where the bank is
    closed_at: dt.datetime
    bank: Reading
    counted: float | None
    customer: Reading
    dimensions: Mapping[str, Reading]
    found: str
    shown: str
    firmness: str
    probability: float | None
    anonymous: bool
    respondents: int  # how many submitted


def published_rounds(organisation: Organisation) -> tuple[PublishedRound, ...]:
    """Every published round of a bank, oldest first, in one query."""
    rows = (
        Snapshot.objects.filter(assessment__organisation=organisation)
        .order_by("published_at", "pk")
        .values(
            "assessment",
            "assessment__period",
            "assessment__closed_at",
            "published_at",
            "framework_version",
            "findings__bank",
            "findings__customer",
            "findings__placement",
            "summary__shown_strategy",
            "summary__respondents",
            "assessment__visibility",
        )
    )
    return tuple(_round(row, zone_of(organisation)) for row in rows)


def _round(row: Mapping[str, Any], zone: dt.tzinfo) -> PublishedRound:
    bank, customer = row["findings__bank"], row["findings__customer"]
    placement = row["findings__placement"] or {}
    found = placement.get("strategy", "")
    closed_at = row["assessment__closed_at"] or row["published_at"]
    low, high = bank["ci90"] or (None, None)
    return PublishedRound(
        pk=row["assessment"],
        period=row["assessment__period"],
        version=row["framework_version"],
        day=closed_at.astimezone(zone).date(),
        closed_at=closed_at,
        bank=Reading(value=bank["raw"], low=low, high=high),
        counted=bank["effective"],
        customer=_reading(customer["score"], customer["se"]),
        dimensions={
            name: _reading(score["score"], math.sqrt(score["variance"]))
            for name, score in bank["dimensions"].items()
        },
        found=found,
        shown=row["summary__shown_strategy"] or found,
        firmness=placement.get("status", ""),
        probability=placement.get("probabilities", {}).get(found),
        anonymous=row["assessment__visibility"] == Visibility.ANONYMOUS,
        respondents=row["summary__respondents"] or 0,
    )


def _reading(score: float | None, se: float | None) -> Reading:
    if score is None or not se:
        return Reading(value=score)
    low, high = Estimate(value=score, se=se).interval(load_framework().parameters.z90)
    return Reading(value=score, low=low, high=high)


def findings_of(round_: PublishedRound) -> Findings:
    """All that a published round found. It never changes, so what was read once is kept."""
    return _findings(round_.pk, round_.closed_at)


@lru_cache(maxsize=_KEPT)
def _findings(assessment: UUID, _closed_at: dt.datetime) -> Findings:
    return codec.load(
        Snapshot.objects.values_list("findings", flat=True).get(assessment=assessment)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two rounds of a bank, the earlier first, and what moved between them.

    `moved` and `explained` are None where one's framework is not known any more.
    """

    before: PublishedRound
    after: PublishedRound
    moved: Moved | None
    explained: Explained | None
    finished: tuple["Finished", ...]


def pair_of(organisation: Organisation, before: PublishedRound, after: PublishedRound) -> Pair:
    """Compare two published rounds of a bank, in four queries at most."""
    finished = finished_between(organisation, before.closed_at, after.closed_at)
    moved = what_moved(findings_of(before), findings_of(after))
    return Pair(
        before=before,
        after=after,
        moved=moved,
        explained=explain(moved, [one.action for one in finished]) if moved else None,
        finished=finished,
    )


# ---- the round before -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Where the bank stood in the published round before, 0 to 100; what counted, after the gate.

    `sure` tells of each axis whether the change since lies beyond its 90 % interval.
    """

    period: str
    bank: float | None
    customer: float | None
    bank_sure: bool
    customer_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the published rounds before mean for one: where it came from, what is named to a reader.

    `shown` is empty unless another strategy is shown than this round found (decision 21).
    """

    before: Before | None = None
    shown: str = ""


FIRST = Course()


def course_of(assessment: Assessment) -> Course:
    """Read it in one query; a round that is not published has none, and takes none."""
    if assessment.status != AssessmentStatus.PUBLISHED:
        return FIRST
    rows = list(
        Summary.objects.filter(organisation=assessment.organisation_id).order_by(
            "published_at", "pk"
        )
    )
    place = next((i for i, row in enumerate(rows) if row.assessment_id == assessment.pk), 0)
    if not place:
        return FIRST
    own, last = rows[place], rows[place - 1]
    return Course(
        before=Before(
            period=last.period,
            bank=last.bank,
            customer=last.customer,
            bank_sure=_sure((last.bank, last.bank_se), (own.bank, own.bank_se)),
            customer_sure=_sure((last.customer, last.customer_se), (own.customer, own.customer_se)),
        ),
        shown=own.shown_strategy if own.shown_strategy != own.strategy else "",
    )


_Known = tuple[float | None, float | None]


def _sure(was: _Known, now: _Known) -> bool:
    """Whether the change between two (score, standard error) lies beyond its 90 % interval."""
    if was[0] is None or now[0] is None or was[1] is None or now[1] is None:
        return False
    z = load_framework().parameters.z90
    return abs(now[0] - was[0]) > z * math.hypot(was[1], now[1])


# ---- finished actions -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An action of an adopted plan that somebody reported as done, and when; `on` the bank's day."""

    action: str
    at: dt.datetime
    on: dt.date


def finished_between(
    organisation: Organisation, start: dt.datetime, end: dt.datetime
) -> tuple[Finished, ...]:
    """Actions finished after one moment and up to another, the first finished first; two queries.

    When an action was done stands in the trail; where that is kept no longer, the row's last
    change stands in for it.
    """
    rows = AdoptedAction.objects.filter(
        plan__assessment__organisation=organisation,
        plan__adopted_at__lte=end,
        status=ActionStatus.DONE,
        updated_at__gt=start,
    ).values_list("pk", "action", "updated_at")
    changed = {pk: (action, at) for pk, action, at in rows}
    if not changed:
        return ()
    told = _done_at(organisation, changed)
    found: dict[str, dt.datetime] = {}
    for pk, (action, last) in changed.items():
        at = told.get(pk, last)
        if start < at <= end:
            found[action] = min(at, found.get(action, at))
    ordered = sorted(found.items(), key=lambda pair: (pair[1], pair[0]))
    zone = zone_of(organisation)
    return tuple(
        Finished(action=action, at=at, on=at.astimezone(zone).date()) for action, at in ordered
    )


def _done_at(organisation: Organisation, actions: Iterable[int]) -> dict[int, dt.datetime]:
    """When the trail says that each action came to be done, the last time that it did."""
    events = Event.objects.filter(
        organisation=organisation,
        verb="plan action changed",
        target__in=[f"action:{pk}" for pk in actions],
    ).order_by("at")
    return {
        int(target.removeprefix("action:")): at
        for target, details, at in events.values_list("target", "details", "at")
        if details.get("status", ("", ""))[1] == ActionStatus.DONE
    }
