"""What the portfolio reads, in as many queries for a thousand clients as for three.

Every list begins with `access.scope.engagements_open_to`: a client whose engagement ended, or to
whom this person is not assigned, is in none of them.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from assessments.access.scope import engagements_open_to
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    AssessmentStatus,
    ClientTag,
    Engagement,
    Event,
    Organisation,
    Region,
    Role,
    SavedAnswer,
    SavedFilter,
    Summary,
    User,
)
from assessments.portfolio.statements import Statement


def _text(path: str) -> Cast:
    """An id or a day as the database spells it: making thousands of them takes milliseconds."""
    return Cast(F(path), CharField())


def _number(path: str) -> Cast:
    """Yes or no as 1 or 0, for the same reason."""
    return Cast(F(path), IntegerField())


class Client(NamedTuple):
    """One client with its last published result and the round at work.

    A tuple, because a thousand of them are made for one page. Ids are text as the database spells
    it; `UUID()` reads it. Scores are 0 to 100, None without a result.
    """

    engagement: str
    bank_id: str
    name: str
    country: str
    size_band: str
    time_zone: str
    fictional: int
    responsible: int | None
    responsible_name: str
    responsible_email: str
    result: str | None  # the round whose result is the latest published
    period: str | None
    version: str | None
    status: str | None  # of the bank axis: complete, provisional, insufficient
    strategy: str | None  # as found; empty without a placement
    shown: str | None  # as displayed
    firmness: str | None
    probability: float | None
    bank: float | None
    bank_se: float | None
    customer: float | None
    customer_se: float | None
    cap: float | None
    tec: float | None
    sup: float | None
    rsk: float | None
    dat: float | None
    skl: float | None
    gate: int | None
    agreement: float | None
    silent: int | None
    coverage: float | None
    bank_before: float | None
    customer_before: float | None
    strategy_before: str | None
    round: str | None  # at work: not published, and due first
    round_period: str | None
    round_status: str | None
    due_on: dt.date | None


def clients_of(firm: Organisation, user: User) -> list[Client]:
    """Every client of the firm that this person works for, in one query, in no order."""
    found: dict[str, Client] = {}
    for row in _CLIENTS.rows(firm, user):
        day = row[-1]
        if day is not None:
            row = (*row[:-1], dt.date.fromisoformat(day))  # noqa: PLW2901 -- the same row, read
        client = Client._make(row)
        # A bank with several rounds at work comes as often; the one that is due first stays.
        other = found.get(client.engagement)
        if other is None or _due(client) < _due(other):
            found[client.engagement] = client
    return list(found.values())


def _open_to(firm: Organisation, user: User) -> QuerySet[Engagement]:
    """The engagements that every list here begins with, for use within IN."""
    rows = engagements_open_to(user).filter(firm=firm)
    rows.query.distinct = False  # an id that comes twice counts once there, and sorting takes time
    return rows


def _due(client: Client) -> tuple[bool, dt.date, str]:
    """Open before closed, then by the due day, none last."""
    waits = client.round_status != AssessmentStatus.OPEN
    return waits, client.due_on or dt.date.max, client.round or ""


_BEFORE_GATE = (
    "period",
    "framework_version",
    "status",
    "strategy",
    "shown_strategy",
    "firmness",
    "probability",
    "bank",
    "bank_se",
    "customer",
    "customer_se",
    "cap",
    "tec",
    "sup",
    "rsk",
    "dat",
    "skl",
)
_AFTER_GATE = (
    "agreement",
    "silent",
    "coverage",
    "bank_before",
    "customer_before",
    "strategy_before",
)


def _clients(firm: Organisation, user: User, _: Sequence[UUID]) -> QuerySet[Engagement, Any]:
    open_to = _open_to(firm, user)
    result, work = "result__", "work__"
    return (
        Engagement.objects.filter(pk__in=open_to.values("pk"))
        .annotate(
            result=FilteredRelation("bank__summaries", condition=Q(bank__summaries__latest=True)),
            work=FilteredRelation(
                "bank__assessments",
                condition=~Q(bank__assessments__status=AssessmentStatus.PUBLISHED),
            ),
            still=FilteredRelation(
                "responsible__memberships",
                condition=Q(responsible__memberships__organisation=firm),
            ),
        )
        .order_by()
        .values_list(
            _text("pk"),
            _text("bank_id"),
            "bank__name",
            "bank__country",
            "bank__size_band",
            "bank__time_zone",
            _number("bank__fictional"),
            "still__user_id",
            "responsible__name",
            "responsible__email",
            _text(f"{result}assessment_id"),
            *(f"{result}{name}" for name in _BEFORE_GATE),
            _number(f"{result}gate_active"),
            *(f"{result}{name}" for name in _AFTER_GATE),
            _text(f"{work}pk"),
            f"{work}period",
            f"{work}status",
            _text(f"{work}due_on"),
        )
    )


_CLIENTS = Statement(_clients)


class Details(NamedTuple):
    """What is read for the clients of one page, or for all where the order asks for it."""

    active_at: dt.datetime | None  # the last event, or answer to the round at work
    plan_done: int
    plan_counted: int  # actions of the plan in force without what was dropped; 0 without a plan

    @property
    def plan_share(self) -> float | None:
        return self.plan_done / self.plan_counted if self.plan_counted else None


def details_of(banks: Iterable[str]) -> dict[str, Details]:
    """Last activity and progress of the plan by bank, in one query.

    `banks` are ids of `clients_of`; they are the proof that these banks are open to the reader.
    """
    wanted = [UUID(bank) for bank in banks]
    if not wanted:
        return {}
    return {
        pk: Details(max(filter(None, (told, saved)), default=None), done, all_)
        for pk, told, saved, done, all_ in _DETAILS.rows(None, None, wanted)
    }


def _details(_: Organisation, __: User, banks: Sequence[UUID]) -> QuerySet[Organisation, Any]:
    events = Event.objects.filter(organisation=OuterRef("pk")).order_by("-at")
    answers = (
        SavedAnswer.objects.filter(sheet__assessment__organisation=OuterRef("pk"), carried=False)
        .exclude(sheet__assessment__status=AssessmentStatus.PUBLISHED)
        .order_by("-updated_at")
    )
    actions = AdoptedAction.objects.filter(plan__assessment=OuterRef("plan_round"))
    counted = actions.exclude(status=ActionStatus.DROPPED)
    return (
        Organisation.objects.filter(pk__in=banks)
        .order_by()
        .values_list(
            _text("pk"),
            Subquery(events.values("at")[:1]),
            Subquery(answers.values("updated_at")[:1]),
            _count(counted.filter(status=ActionStatus.DONE)),
            _count(counted),
        )
    )


def _count(rows: QuerySet[AdoptedAction]) -> Coalesce:
    counted = rows.order_by().values("plan").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


_DETAILS = Statement(_details)


class Earlier(NamedTuple):
    """A published round before the latest, for the trail on the quadrant."""

    bank: float
    customer: float
    period: str


MOST_EARLIER = 4


def earlier_of(banks: Iterable[str]) -> dict[str, list[Earlier]]:
    """The last few results before the latest, oldest first, by bank, in one query."""
    wanted = [UUID(bank) for bank in banks]
    found: dict[str, list[Earlier]] = {}
    for organisation, bank, customer, period in _EARLIER.rows(None, None, wanted) if wanted else ():
        found.setdefault(organisation, []).append(Earlier(bank, customer, period))
    return {organisation: trail[-MOST_EARLIER:] for organisation, trail in found.items()}


def _earlier(_: Organisation, __: User, banks: Sequence[UUID]) -> QuerySet[Summary, Any]:
    return (
        Summary.objects.filter(organisation__in=banks, latest=False)
        .exclude(bank=None)
        .exclude(customer=None)
        .order_by("published_at")
        .values_list(_text("organisation_id"), "bank", "customer", "period")
    )


_EARLIER = Statement(_earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What is known beside the figures: regions to choose from, and the firm's tags."""

    regions: tuple[str, ...]
    with_region: frozenset[str]  # banks that have the region asked for
    tags: dict[str, list[str]]  # by engagement


def notes_on(firm: Organisation, user: User, region: str) -> Notes:
    """Regions of the clients and tags on them, in one query."""
    # With a region there is one more value in the statement, so it is made for the occasion.
    rows = list(_notes(firm, user, region)) if region else _NOTES.rows(firm, user)
    regions: set[str] = set()
    with_region: set[str] = set()
    tags: dict[str, list[str]] = {}
    for engagement, name, bank in rows:
        if engagement:
            tags.setdefault(engagement, []).append(name)
        else:
            regions.add(name)
            with_region |= {bank} - {""}
    return Notes(
        regions=tuple(sorted(regions, key=str.casefold)),
        with_region=frozenset(with_region),
        tags={
            engagement: sorted(names, key=str.casefold) if names[1:] else names
            for engagement, names in tags.items()
        },
    )


def _notes(firm: Organisation, user: User, region: str) -> QuerySet[Region, Any]:
    """Two kinds of rows: a region with its bank, if asked for, and a tag with its engagement."""
    open_to = _open_to(firm, user)
    empty = Value("", output_field=CharField())
    having: Case | Value = empty
    if region:
        having = Case(When(name__iexact=region, then=_text("organisation_id")), default=empty)
    named = (
        Region.objects.filter(organisation__in=open_to.values("bank"))
        .order_by()
        .values_list(empty, "name", having)
        .distinct()
    )
    tagged = (
        ClientTag.objects.filter(engagement__in=open_to.values("pk"))
        .order_by()
        .values_list(_text("engagement_id"), "name", empty)
    )
    return named.union(tagged, all=True)


_NOTES = Statement(lambda firm, user, _: _notes(firm, user, ""))


def saved_filters_of(firm: Organisation, user: User) -> QuerySet[SavedFilter]:
    """A person's own filters, and those that other members of the firm share, by name."""
    own = Q(owner=user)
    lent = Q(shared=True, owner__memberships__organisation=firm)
    rows = SavedFilter.objects.filter(own | lent, firm=firm).distinct()
    return rows.order_by("name", "created_at", "pk").select_related("owner")


def saved_views_of(firm: Organisation, user: User) -> list[tuple[str, str]]:
    """Name and address of each of them."""
    return [(name, query) for name, query, *_ in _SAVED.rows(firm, user)]


_SAVED = Statement(
    lambda firm, user, _: (
        saved_filters_of(firm, user)
        .select_related(None)
        .values_list("name", "query", "created_at", _text("pk"))
    )
)


def people_for(engagement: Engagement) -> list[User]:
    """Who of the firm works for a client: those assigned, and the firm's admins, by name."""
    works = Q(memberships__role=Role.ADMIN) | Q(assignments__engagement=engagement.pk)
    return list(
        User.objects.filter(works, memberships__organisation=engagement.firm_id, is_active=True)
        .distinct()
        .order_by("name", "email")
    )


def tags_of(engagement: Engagement) -> list[str]:
    """The firm's tags on one client, by name."""
    return sorted(engagement.client_tags.values_list("name", flat=True), key=str.casefold)
