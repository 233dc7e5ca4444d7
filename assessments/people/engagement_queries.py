"""What the pages of firms and engagements need to read, in a fixed number of queries."""

from collections.abc import Iterable
from typing import Any

from django.db.models import (
    F,
    Prefetch,
    QuerySet,
)
from django.db.models.functions import Lower

from assessments.access.scope import engagements_open_to, memberships_of
from assessments.models import (
    Assignment,
    Engagement,
    EngagementRequest,
    EngagementState,
    Event,
    Organisation,
    Role,
    User,
)

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


def clients_of(firm: Organisation, user: User) -> QuerySet[Engagement]:
    """The firm's clients by name, each with its bank and the people assigned."""
    rows = engagements_open_to(user).filter(firm=firm).select_related("bank")
    named = rows.annotate(bank_name=Lower("bank__name")).order_by("bank_name", "pk")
    return named.prefetch_related(_people_assigned())


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
