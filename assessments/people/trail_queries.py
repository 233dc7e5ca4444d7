"""Reading the trail: a page of events, what they are about, and how far it is sealed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from assessments.access.scope import assessments_of, organisations_of
from assessments.models import (
    AdoptedAction,
    Assessment,
    Chain,
    ChannelAccount,
    Comment,
    Engagement,
    Event,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Report,
    ShareLink,
    Sheet,
    User,
)
from assessments.people.trail_words import verbs_of

BATCH = 500  # events of a download that are in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What part of the trail is asked for; None is everything."""

    kind: str = ""
    person: int | None = None
    round: UUID | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What an event is about, as far as it is still there."""

    kind: str
    name: str = ""
    round: UUID | None = None
    report: UUID | None = None
    engagement: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names and things of some events, read together."""

    people: Mapping[int, str]
    things: Mapping[str, Thing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """How far a trail is sealed and what the last check found."""

    at: dt.datetime | None
    checked_at: dt.datetime | None
    fault: str


def trail_of(organisation: Organisation, asked: Asked) -> QuerySet[Event]:
    """The events asked for, newest first."""
    rows = Event.objects.filter(organisation=organisation)
    if asked.kind:
        rows = rows.filter(verb__in=verbs_of(asked.kind))
    if asked.person is not None:
        rows = rows.filter(actor=asked.person)
    if asked.since is not None:
        rows = rows.filter(at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(at__lt=asked.until)
    if asked.round is not None:
        rows = rows.filter(target__in=_targets_of(asked.round))
    return rows.order_by("-at", "-pk")


def own_trail(user: User) -> QuerySet[Event]:
    """What this person did, in the organisations that they belong to, newest first."""
    rows = Event.objects.filter(actor=user.pk, organisation__in=organisations_of(user))
    return rows.select_related("organisation").order_by("-at", "-pk")


def in_batches(rows: QuerySet[Event]) -> Iterator[list[Event]]:
    """All rows, some at a time, without holding the database meanwhile."""
    last: tuple[dt.datetime, int] | None = None
    while True:
        part = rows
        if last is not None:
            at, pk = last
            part = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
        batch = list(part[:BATCH])
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        last = (batch[-1].at, batch[-1].pk)


def people_in(organisation: Organisation) -> list[User]:
    """Everybody who belongs to an organisation or did something in it, by name."""
    belongs = Membership.objects.filter(organisation=organisation).values("user")
    did = Event.objects.filter(organisation=organisation).order_by().values("actor").distinct()
    return list(User.objects.filter(Q(pk__in=belongs) | Q(pk__in=did)).order_by("name", "email"))


def rounds_in(organisation: Organisation) -> list[Assessment]:
    return list(assessments_of(organisation).order_by("-created_at", "-pk"))


def sealed(organisation: Organisation) -> Sealed:
    """The chain of events as it was last sealed and checked."""
    chain = Chain.objects.filter(organisation=organisation, sheet=None).first()
    if chain is None:
        return Sealed(at=None, checked_at=None, fault="")
    return Sealed(at=chain.sealed_at, checked_at=chain.checked_at, fault=chain.fault)


def known(events: Iterable[Event], organisation: Organisation | None = None) -> Known:
    """Names of people and things in some events, in a fixed number of queries at most."""
    events = list(events)
    ids: dict[str, set[str]] = {}
    for event in events:
        kind, _, pk = event.target.partition(":")
        ids.setdefault(kind, set()).add(pk)
    things: dict[str, Thing] = {}
    finders = _FINDERS | {"engagement": _clients if _is_firm(organisation) else _firms}
    for kind, find in finders.items():
        wanted = _fit(kind, ids.get(kind, set()))
        if wanted:
            things |= {f"{kind}:{pk}": thing for pk, thing in find(wanted)}
    people = {event.actor for event in events if event.actor}
    people |= {int(pk) for kind in ("user", "member") for pk in _fit(kind, ids.get(kind, set()))}
    names = {user.pk: user.display_name for user in User.objects.filter(pk__in=people)}
    return Known(people=names, things=things)


def _targets_of(round_: UUID) -> list[str]:
    """Everything of a round that an event can name."""
    found = [f"assessment:{round_}"]
    for kind, rows in (
        ("sheet", Sheet.objects.filter(assessment=round_)),
        ("account", ChannelAccount.objects.filter(assessment=round_)),
        ("report", Report.objects.filter(assessment=round_)),
        ("comment", Comment.objects.filter(assessment=round_)),
        ("action", AdoptedAction.objects.filter(plan__assessment=round_)),
        ("share", ShareLink.objects.filter(assessment=round_)),
    ):
        found += [f"{kind}:{pk}" for pk in rows.values_list("pk", flat=True)]
    return found


# ---- things ------------------------------------------------------------------------------------

Found = Iterator[tuple[object, Thing]]


def _rounds(ids: set[str]) -> Found:
    for pk, period in Assessment.objects.filter(pk__in=ids).values_list("pk", "period"):
        yield pk, Thing(kind="assessment", name=period, round=pk)


def _sheets(ids: set[str]) -> Found:
    rows = Sheet.objects.filter(pk__in=ids).values_list("pk", "assessment", "assessment__period")
    for pk, round_, period in rows:
        yield pk, Thing(kind="sheet", name=period, round=round_)


def _reports(ids: set[str]) -> Found:
    rows = Report.objects.filter(pk__in=ids).values_list("pk", "assessment__period")
    for pk, period in rows:
        yield pk, Thing(kind="report", name=period, report=pk)


def _accounts(ids: set[str]) -> Found:
    rows = ChannelAccount.objects.filter(pk__in=ids)
    for pk, platform, round_ in rows.values_list("pk", "platform", "assessment"):
        yield pk, Thing(kind="account", name=platform, round=round_)


def _comments(ids: set[str]) -> Found:
    rows = Comment.objects.filter(pk__in=ids)
    for pk, round_, period in rows.values_list("pk", "assessment", "assessment__period"):
        yield pk, Thing(kind="comment", name=period, round=round_)


def _actions(ids: set[str]) -> Found:
    rows = AdoptedAction.objects.filter(pk__in=ids)
    for pk, round_, action in rows.values_list("pk", "plan__assessment", "action"):
        yield pk, Thing(kind="action", name=action, round=round_)


def _invitations(ids: set[str]) -> Found:
    for pk, email in Invitation.objects.filter(pk__in=ids).values_list("pk", "email"):
        yield pk, Thing(kind="invitation", name=email)


def _shares(ids: set[str]) -> Found:
    rows = ShareLink.objects.filter(pk__in=ids)
    for pk, label, round_ in rows.values_list("pk", "label", "assessment"):
        yield pk, Thing(kind="share", name=label, round=round_)


def _firms(ids: set[str]) -> Found:
    for pk, name in Engagement.objects.filter(pk__in=ids).values_list("pk", "firm__name"):
        yield pk, Thing(kind="engagement", name=name, engagement=pk)


def _clients(ids: set[str]) -> Found:
    """A firm learns a bank's name once that bank has accepted."""
    rows = Engagement.objects.filter(pk__in=ids).select_related("bank")
    for row in rows:
        name = row.bank.name if row.was_accepted else ""
        yield row.pk, Thing(kind="engagement", name=name, engagement=row.pk)


def _is_firm(organisation: Organisation | None) -> bool:
    return organisation is not None and organisation.kind == OrganisationKind.FIRM


_FINDERS = {
    "assessment": _rounds,
    "sheet": _sheets,
    "report": _reports,
    "account": _accounts,
    "comment": _comments,
    "action": _actions,
    "invitation": _invitations,
    "share": _shares,
}
KINDS_OF_THINGS = frozenset(_FINDERS) | {"engagement"}
_LONGEST = 18  # digits of a number that every database takes
_BY_NUMBER = {"sheet", "account", "comment", "action", "user", "member"}


def _fit(kind: str, ids: set[str]) -> set[str]:
    """Ids of the form that this kind has; whatever else stands in a row is left alone."""
    if kind in _BY_NUMBER:
        return {pk for pk in ids if pk.isascii() and pk.isdigit() and len(pk) <= _LONGEST}
    return {pk for pk in ids if _is_uuid(pk)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
