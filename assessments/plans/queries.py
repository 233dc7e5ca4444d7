"""What a plan's pages and letters read, in a fixed number of queries."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from assessments.access.scope import assessments_of, memberships_of
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    Event,
    Membership,
    Organisation,
    User,
)
from assessments.results.queries import result_for
from assessments.survey.queries import today_in, zone_of
from assessments.ui.quarters import calendar_quarter, months_after, quarter_at, quarter_end

OPEN = (ActionStatus.PLANNED, ActionStatus.STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person decides about an action."""

    owner: int | None
    due_quarter: int
    status: str
    note: str

    @classmethod
    def of(cls, row: AdoptedAction) -> "Change":
        return cls(
            owner=row.owner_id, due_quarter=row.due_quarter, status=row.status, note=row.note
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One adopted action. `owner` is a name, empty where nobody owns it; `gone`: left the bank."""

    pk: int
    action: str
    owner_id: int | None
    owner: str
    gone: bool
    due_quarter: int
    due_on: dt.date
    status: ActionStatus
    note: str
    version: int

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def overdue(self, today: dt.date) -> bool:
        """Due means the end of that day in the bank's zone (decision 11)."""
        return self.open and today > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An adopted plan. `current`: the bank works by it; others only tell what was."""

    assessment: Assessment
    first_quarter_on: dt.date
    adopted_on: dt.date
    adopted_by: str
    current: bool
    entries: tuple[Entry, ...]

    @property
    def by_action(self) -> Mapping[str, Entry]:
        return {entry.action: entry for entry in self.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRound:
    """Another published round of the bank, with or without a plan of its own."""

    assessment: Assessment
    adopted: bool
    newer: bool


def plan_of(assessment: Assessment) -> Plan | None:
    """The plan adopted from a round, in two queries; None where there is none."""
    row = AdoptedPlan.objects.select_related("adopted_by").filter(assessment=assessment).first()
    if row is None:
        return None
    rows = _with_owners(row.actions.all(), assessment.organisation)
    return Plan(
        assessment=assessment,
        first_quarter_on=row.first_quarter_on,
        adopted_on=row.adopted_at.astimezone(zone_of(assessment.organisation)).date(),
        adopted_by=row.adopted_by.display_name if row.adopted_by else "",
        current=assessment.organisation.plan_round_id == assessment.pk,
        entries=tuple(_entry(action, row.first_quarter_on) for action in rows),
    )


def _with_owners(
    rows: QuerySet[AdoptedAction], organisation: Organisation
) -> QuerySet[AdoptedAction]:
    member = Membership.objects.filter(organisation=organisation, user=OuterRef("owner"))
    return rows.select_related("owner").annotate(owner_belongs=Exists(member))


def _entry(row: AdoptedAction, first_quarter_on: dt.date) -> Entry:
    return Entry(
        pk=row.pk,
        action=row.action,
        owner_id=row.owner_id,
        owner=row.owner.display_name if row.owner else "",
        gone=row.owner_id is not None and not vars(row)["owner_belongs"],
        due_quarter=row.due_quarter,
        due_on=quarter_end(first_quarter_on, row.due_quarter),
        status=ActionStatus(row.status),
        note=row.note,
        version=row.version,
    )


def other_rounds(assessment: Assessment) -> list[OtherRound]:
    """The bank's other published rounds, newest first, in one query."""
    rows = (
        assessments_of(assessment.organisation)
        .filter(status=AssessmentStatus.PUBLISHED)
        .select_related("snapshot")
        .annotate(adopted=Exists(AdoptedPlan.objects.filter(assessment=OuterRef("pk"))))
        .order_by("-snapshot__published_at", "-pk")
    )
    found, newer = [], True
    for row in rows:
        if row.pk == assessment.pk:
            newer = False
        else:
            found.append(OtherRound(assessment=row, adopted=vars(row)["adopted"], newer=newer))
    return found


def due_quarters(assessment: Assessment, now: dt.datetime) -> dict[str, int]:
    """The roadmap's actions in order, each with the quarter at whose end it is finished."""
    result = result_for(assessment, now)
    roadmap = None if result is None else result.findings.roadmap
    return {} if roadmap is None else {step.action: step.ends for step in roadmap.plan}


def practised(assessment: Assessment, now: dt.datetime) -> frozenset[str]:
    """Actions that the bank practised already when the round was published."""
    result = result_for(assessment, now)
    roadmap = None if result is None else result.findings.roadmap
    return frozenset() if roadmap is None else frozenset(roadmap.practised)


def members(organisation: Organisation) -> list[User]:
    """Everybody who may own an action, by name."""
    people = [row.user for row in memberships_of(organisation)]
    return sorted(people, key=lambda person: (person.display_name.casefold(), person.pk))


def events_of(entry: Entry, organisation: Organisation) -> QuerySet[Event]:
    """What was done to an action, newest first."""
    return organisation.events.filter(target=f"action:{entry.pk}").order_by("-at", "-pk")


def names_of(people: Iterable[int | None]) -> dict[int, str]:
    """Names by id; who was erased has none."""
    found = User.objects.in_bulk([pk for pk in set(people) if pk is not None])
    return {pk: person.display_name for pk, person in found.items()}


def today_of(organisation: Organisation, now: dt.datetime) -> dt.date:
    """The bank's own calendar day."""
    return today_in(organisation, now)


def usual_start(assessment: Assessment, today: dt.date) -> dt.date:
    """The quarter that the roadmap names first, or the present one where that has gone by."""
    closed = assessment.closed_at.date() if assessment.closed_at else today
    return max(months_after(calendar_quarter(closed), 3), calendar_quarter(today))


def present_quarter(plan: Plan, today: dt.date) -> int:
    """The plan's quarter in which today lies."""
    return quarter_at(plan.first_quarter_on, today)
