"""What the pages of firms and engagements need to read, in a fixed number of queries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    F,
    FloatField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    UUIDField,
    prefetch_related_objects,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Greatest, Lower

from assessments.access.scope import engagements_open_to, memberships_of
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Assignment,
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Event,
    Organisation,
    Role,
    SavedAnswer,
    Snapshot,
    User,
)

# What a list of clients may be narrowed to, and what it may be ordered by.
WITHOUT_ROUND = "none"
FILTERS = (*AssessmentStatus.values, WITHOUT_ROUND)
ORDERS = {
    "bank": ("bank_name",),
    "scope": ("scope", "bank_name"),
    "round": ("began", "bank_name"),
    "due": ("due", "bank_name"),
    "activity": ("active", "bank_name"),
}
VERBS = (
    "engagement asked",
    "engagement requested",
    "engagement request withdrawn",
    "engagement more asked",
    "engagement accepted",
    "engagement widened",
    "engagement declined",
    "engagement more declined",
    "engagement narrowed",
    "engagement ended",
    "consultants assigned",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFacts:
    """One client as the firm's home lists it. Scores 0-100 come from the newest snapshot."""

    engagement: UUID
    bank: UUID
    name: str
    fictional: bool
    scope: EngagementScope
    asks_for_more: bool
    consultants: tuple[str, ...]
    round: UUID | None
    period: str
    status: AssessmentStatus | None
    due_on: dt.date | None
    active_at: dt.datetime | None
    published_round: UUID | None
    published_period: str
    strategy: str | None
    bank_score: float | None
    customer_score: float | None


def clients_of(
    firm: Organisation,
    user: User,
    *,
    status: str = "",
    order: str = "bank",
    descending: bool = False,
) -> QuerySet[Engagement]:
    """The firm's clients that this person works for, for `client_facts` to read a page of."""
    rounds = Assessment.objects.filter(organisation=OuterRef("bank")).order_by("-created_at", "-pk")
    snapshots = Snapshot.objects.filter(assessment__organisation=OuterRef("bank")).order_by(
        "-published_at", "-pk"
    )
    events = Event.objects.filter(organisation=OuterRef("bank")).order_by("-at")
    answers = SavedAnswer.objects.filter(
        sheet__assessment=OuterRef("newest"), carried=False
    ).order_by("-updated_at")
    rows = (
        engagements_open_to(user)
        .filter(firm=firm)
        .select_related("bank")
        .annotate(
            bank_name=Lower("bank__name"),
            newest=Subquery(rounds.values("pk")[:1]),
            began=Subquery(rounds.values("created_at")[:1]),
            period=Subquery(rounds.values("period")[:1]),
            status=Subquery(rounds.values("status")[:1]),
            due=Subquery(rounds.values("due_on")[:1]),
            published=Subquery(snapshots.values("assessment__pk")[:1], output_field=UUIDField()),
            published_period=Subquery(snapshots.values("assessment__period")[:1]),
            strategy=Subquery(
                snapshots.annotate(part=KT("findings__placement__strategy")).values("part")[:1]
            ),
            bank_score=_figure(snapshots, "findings__bank__effective"),
            customer_score=_figure(snapshots, "findings__customer__score"),
            told=Subquery(events.values("at")[:1]),
        )
        .annotate(saved=Subquery(answers.values("updated_at")[:1]))
        .annotate(active=Coalesce(Greatest("told", "saved"), "told", "saved"))
    )
    if status:
        rows = rows.filter(status=None if status == WITHOUT_ROUND else status)
    first, *others = ORDERS[order]
    leading = F(first).desc(nulls_last=True) if descending else F(first).asc(nulls_last=True)
    return rows.order_by(leading, *others, "pk")


def _figure(snapshots: QuerySet[Snapshot], path: str) -> Subquery:
    """One number of the newest snapshot; as text first, which both databases can turn into one."""
    return Subquery(snapshots.annotate(part=Cast(KT(path), FloatField())).values("part")[:1])


def client_facts(page: Iterable[Engagement]) -> list[ClientFacts]:
    """One page of `clients_of`, with the people assigned, in two queries."""
    rows = list(page)
    prefetch_related_objects(rows, _people_assigned())
    return [_client(row) for row in rows]


def _client(row: Engagement) -> ClientFacts:
    found = vars(row)
    return ClientFacts(
        engagement=row.pk,
        bank=row.bank_id,
        name=row.bank.name,
        fictional=row.bank.fictional,
        scope=EngagementScope(row.scope),
        asks_for_more=row.asks_for_more,
        consultants=names_assigned(row),
        round=found["newest"],
        period=found["period"] or "",
        status=AssessmentStatus(found["status"]) if found["status"] else None,
        due_on=found["due"],
        active_at=found["active"],
        published_round=found["published"],
        published_period=found["published_period"] or "",
        strategy=found["strategy"],
        bank_score=found["bank_score"],
        customer_score=found["customer_score"],
    )


def _people_assigned() -> "Prefetch[str, Any, str]":
    rows = Assignment.objects.filter(
        user__memberships__organisation=F("engagement__firm"),
        user__memberships__role=Role.CONSULTANT,
    )
    return Prefetch("assignments", rows.select_related("user").order_by("created_at", "pk"))


def names_assigned(engagement: Engagement) -> tuple[str, ...]:
    """Who works for the client, as `_people_assigned` read them."""
    return tuple(row.user.display_name for row in engagement.assignments.all())


def requests_waiting(firm: Organisation) -> list[EngagementRequest]:
    """What the firm asked and got no answer to, newest first."""
    rows = EngagementRequest.objects.filter(firm=firm, closed_at=None)
    return list(rows.select_related("requested_by"))


def engagements_of_bank(bank: Organisation) -> list[Engagement]:
    """Requests and accepted engagements of a bank, requests first, in two queries."""
    rows = Engagement.objects.filter(
        bank=bank,
        state__in=(EngagementState.REQUESTED, EngagementState.ACCEPTED),
        firm__closing_on=None,
    )
    ordered = rows.order_by("-state", "firm__name", "pk").select_related("firm", "requested_by")
    return list(ordered.prefetch_related(_people_assigned()))


def live(bank: Organisation, firm: Organisation) -> QuerySet[Engagement]:
    """The one engagement between a bank and a firm that is asked for or accepted."""
    return Engagement.objects.filter(
        bank=bank, firm=firm, state__in=(EngagementState.REQUESTED, EngagementState.ACCEPTED)
    )


def consultants_of(firm: Organisation) -> list[User]:
    """The firm's consultants by name; its admins need no assignment."""
    rows = memberships_of(firm).filter(role=Role.CONSULTANT)
    return [row.user for row in rows.order_by("user__name", "user__email")]


def assigned_to(engagement: Engagement) -> list[int]:
    """Ids of the people assigned."""
    return list(engagement.assignments.values_list("user", flat=True))


def admins_of(firm: Organisation) -> list[User]:
    """The firm's admins, oldest first."""
    return _with_role(firm, Role.ADMIN)


def leads_of(bank: Organisation) -> list[User]:
    """The bank's leads, oldest first."""
    return _with_role(bank, Role.LEAD)


def _with_role(organisation: Organisation, role: Role) -> list[User]:
    rows = memberships_of(organisation).filter(role=role, user__is_active=True)
    return [row.user for row in rows.order_by("created_at", "pk")]


# ---- history -----------------------------------------------------------------------------------


def history_of(organisation: Organisation, engagement: Engagement | None = None) -> QuerySet[Event]:
    """What happened to an organisation's engagements, newest first; or to one of them."""
    rows = Event.objects.filter(organisation=organisation, verb__in=VERBS)
    if engagement is not None:
        rows = rows.filter(target=f"engagement:{engagement.pk}")
    return rows.order_by("-at", "-pk")


def names_of(people: Iterable[int]) -> dict[int, str]:
    """Names of people by id; who was erased is missing."""
    found = User.objects.filter(pk__in=set(people))
    return {person.pk: person.display_name for person in found}


def parties_of(events: Iterable[Event]) -> dict[str, tuple[str, str]]:
    """Names of bank and firm by the target of each event about an engagement, in one query."""
    prefix = "engagement:"
    ids = {row.target.removeprefix(prefix) for row in events if row.target.startswith(prefix)}
    rows = Engagement.objects.filter(pk__in=ids).values_list("pk", "bank__name", "firm__name")
    return {f"{prefix}{pk}": (bank, firm) for pk, bank, firm in rows}


# ---- letters -----------------------------------------------------------------------------------


def engagement(pk: str) -> Engagement | None:
    """An engagement with its parties, for the writer of letters."""
    return Engagement.objects.select_related("bank", "firm").filter(pk=pk).first()


def request(pk: str) -> EngagementRequest | None:
    """A request with its firm, for the writer of letters."""
    return EngagementRequest.objects.select_related("firm", "requested_by").filter(pk=pk).first()


def waits_at(asked: EngagementRequest, email: str) -> Organisation | None:
    """The first bank led by this address before which the request still lies."""
    return (
        Organisation.objects.filter(
            memberships__user__email__iexact=email,
            memberships__role=Role.LEAD,
            engagements__request=asked,
            engagements__state=EngagementState.REQUESTED,
        )
        .order_by("name", "pk")
        .first()
    )


def has_role(organisation: Organisation, email: str, role: Role) -> bool:
    """Whether the person of this address holds a role now."""
    return memberships_of(organisation).filter(role=role, user__email__iexact=email).exists()
