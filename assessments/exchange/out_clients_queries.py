"""A firm's clients as rows of data: read in pieces, so that memory does not grow with their number.

One query runs through the clients or their published rounds; for each piece of it four more read
what stands beside: rounds at work, plans, tags, last activity. Everything begins with
`access.scope.engagements_open_to`.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import CharField, Count, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Cast

from assessments.access.scope import engagements_open_to
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    Assessment,
    AssessmentStatus,
    ClientTag,
    Engagement,
    Event,
    Membership,
    Organisation,
    SavedAnswer,
    User,
)

AT_ONCE = 1000
_FIGURES = (
    "period",
    "published_at",
    "framework_version",
    "status",
    "shown_strategy",
    "strategy",
    "firmness",
    "probability",
    "bank",
    "bank_low",
    "bank_high",
    "bank_before",
    "customer",
    "customer_low",
    "customer_high",
    "customer_before",
    "cap",
    "tec",
    "sup",
    "rsk",
    "dat",
    "skl",
    "gate_active",
    "agreement",
    "silent",
    "coverage",
    "respondents",
)


class Client(NamedTuple):
    """One client, with one of its published rounds or none. A tuple: there may be thousands.

    Ids are text as the database spells it; `UUID()` reads it.
    """

    engagement: str
    bank_id: str
    name: str
    country: str
    size: str
    time_zone: str
    fictional: bool
    responsible: int | None
    figures: tuple[Any, ...]  # as `_FIGURES` names them; all None without a published round

    @property
    def published_at(self) -> dt.datetime | None:
        found: dt.datetime | None = self.figures[1]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A round that is not published yet, the one that is due first."""

    period: str
    due_on: dt.date | None
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a piece of the clients, by bank or engagement."""

    at_work: dict[str, AtWork]
    plans: dict[str, tuple[int, int]]  # done, of how many
    tags: dict[str, list[str]]
    active: dict[str, dt.datetime | None]


def pieces(
    firm: Organisation, user: User, *, only: Collection[UUID] | None, every_round: bool
) -> Iterator[tuple[list[Client], Beside]]:
    """The firm's clients that this person works for, by name, some hundred at a time.

    `only` are the engagements to take, None for all. With `every_round` a client has a row for
    each published round, newest first; else one row with the latest.
    """
    rows = _clients(firm, user, every_round=every_round)
    while piece := list(islice(rows, AT_ONCE)):
        taken = piece if only is None else [row for row in piece if UUID(row.engagement) in only]
        if taken:
            yield taken, _beside(taken)


def names_of(firm: Organisation) -> dict[int, str]:
    """The firm's people by id, for who answers for a client; who has left has no name."""
    rows = Membership.objects.filter(organisation=firm).select_related("user")
    return {row.user_id: row.user.display_name for row in rows}


def _clients(firm: Organisation, user: User, *, every_round: bool) -> Iterator[Client]:
    open_to = engagements_open_to(user).filter(firm=firm)
    which = Q() if every_round else Q(bank__summaries__latest=True)
    rows = (
        Engagement.objects.filter(pk__in=open_to.values("pk"))
        .annotate(result=FilteredRelation("bank__summaries", condition=which))
        .order_by("bank__name", "pk", F("result__published_at").desc(nulls_last=True))
        .values_list(
            _text("pk"),
            _text("bank_id"),
            "bank__name",
            "bank__country",
            "bank__size_band",
            "bank__time_zone",
            "bank__fictional",
            "responsible_id",
            *(f"result__{name}" for name in _FIGURES),
        )
    )
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield Client._make((*row[:8], row[8:]))


def _beside(clients: list[Client]) -> Beside:
    banks = {UUID(bank) for bank in {row.bank_id for row in clients}}
    return Beside(
        at_work=_at_work(banks),
        plans=_plans(banks),
        tags=_tags({UUID(one) for one in {row.engagement for row in clients}}),
        active=_active(banks),
    )


def _at_work(banks: Collection[UUID]) -> dict[str, AtWork]:
    """Open before closed, then by the due day, none last."""
    rows = (
        Assessment.objects.filter(organisation__in=banks)
        .exclude(status=AssessmentStatus.PUBLISHED)
        .order_by()
        .values_list(_text("organisation_id"), "period", "due_on", "status")
    )
    found: dict[str, AtWork] = {}
    for bank, period, due, status in rows:
        one = AtWork(period=period, due_on=due, open=status == AssessmentStatus.OPEN)
        if bank not in found or _urgency(one) < _urgency(found[bank]):
            found[bank] = one
    return found


def _urgency(one: AtWork) -> tuple[bool, dt.date, str]:
    return not one.open, one.due_on or dt.date.max, one.period


def _plans(banks: Collection[UUID]) -> dict[str, tuple[int, int]]:
    """Of the plan in force, without what was dropped: how many actions are done, of how many."""
    done = Count("pk", filter=Q(status=ActionStatus.DONE))
    rows = (
        AdoptedAction.objects.filter(
            plan__assessment__organisation__in=banks,
            plan__assessment=F("plan__assessment__organisation__plan_round"),
        )
        .exclude(status=ActionStatus.DROPPED)
        .order_by()
        .values_list(_text("plan__assessment__organisation_id"))
        .annotate(done=done, counted=Count("pk"))
    )
    return {bank: (finished, counted) for bank, finished, counted in rows}


def _tags(engagements: Collection[UUID]) -> dict[str, list[str]]:
    rows = ClientTag.objects.filter(engagement__in=engagements).order_by("name", "pk")
    found: dict[str, list[str]] = {}
    for engagement, name in rows.values_list(_text("engagement_id"), "name"):
        found.setdefault(engagement, []).append(name)
    return found


def _active(banks: Collection[UUID]) -> dict[str, dt.datetime | None]:
    """The last event of a bank, or answer to a round at work."""
    events = Event.objects.filter(organisation=OuterRef("pk")).order_by("-at")
    answers = (
        SavedAnswer.objects.filter(sheet__assessment__organisation=OuterRef("pk"), carried=False)
        .exclude(sheet__assessment__status=AssessmentStatus.PUBLISHED)
        .order_by("-updated_at")
    )
    rows = (
        Organisation.objects.filter(pk__in=banks)
        .order_by()
        .values_list(
            _text("pk"),
            Subquery(events.values("at")[:1]),
            Subquery(answers.values("updated_at")[:1]),
        )
    )
    return {pk: max(filter(None, (told, saved)), default=None) for pk, told, saved in rows}


def _text(path: str) -> Cast:
    """An id without making a UUID of it, which takes a third of the query's time."""
    return Cast(F(path), CharField())


def zone(name: str) -> dt.tzinfo:
    """A bank's zone; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC
