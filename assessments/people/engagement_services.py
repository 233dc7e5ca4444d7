"""Engagements: a firm asks, a bank accepts, narrows or ends. Both trails tell it.

In the bank's trail stand the people of both sides; in the firm's, the bank's people do not.
"""

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction

from assessments import outbox
from assessments.access.audit import record
from assessments.models import (
    Assignment,
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    User,
)
from assessments.people import engagement_queries as queries

MAIL = "engagement"
MOST_WAITING = 50  # requests of one firm without an answer


class AlreadyAskedError(ValueError):
    """This firm waits for an answer from this address already."""


class TooManyWaitingError(ValueError):
    """This firm waits for more answers than anybody needs."""


class OutOfDateError(ValueError):
    """The engagement is no longer as its page showed it."""


class NotOfTheFirmError(ValueError):
    """Somebody named is no consultant of the firm."""


# ---- asking ------------------------------------------------------------------------------------


def ask(
    *,
    firm: Organisation,
    email: str,
    scope: EngagementScope,
    message: str,
    by: User,
    now: dt.datetime,
) -> EngagementRequest:
    """Ask whoever leads a bank under this address; whether somebody does is not told.

    Raises AlreadyAskedError or TooManyWaitingError.
    """
    try:
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=firm.pk)
            waiting = EngagementRequest.objects.filter(firm=firm, closed_at=None)
            if waiting.count() >= MOST_WAITING:
                raise TooManyWaitingError
            asked = EngagementRequest.objects.create(
                firm=firm, email=email, asked_scope=scope, requested_by=by, requested_at=now
            )
            _tell(firm, by, "engagement asked", f"request:{asked.pk}", scope=int(scope))
            lead = User.objects.filter(email__iexact=email, is_active=True).first()
            if lead is not None:
                _place(asked, lead, message)
    except IntegrityError as error:
        raise AlreadyAskedError from error
    return asked


def _place(asked: EngagementRequest, lead: User, message: str) -> None:
    """Put the request before every bank of this lead that does not work with the firm yet."""
    banks = Organisation.objects.filter(
        kind=OrganisationKind.BANK,
        closing_on=None,
        memberships__user=lead,
        memberships__role=Role.LEAD,
    ).order_by("name", "pk")
    placed = [bank for bank in banks if not queries.live(bank, asked.firm).exists()]
    for bank in placed:
        engagement = Engagement.objects.create(
            bank=bank,
            firm=asked.firm,
            request=asked,
            asked_scope=asked.asked_scope,
            scope=asked.asked_scope,
            message=message,
            requested_by=asked.requested_by,
            requested_at=asked.requested_at,
        )
        _tell(
            bank,
            asked.requested_by,
            "engagement requested",
            f"engagement:{engagement.pk}",
            scope=asked.asked_scope,
        )
    if placed:
        outbox.post(
            MAIL,
            to=lead.email,
            organisation=placed[0],
            language=lead.language,
            subject_id=asked.pk,
            context={"news": "requested", "scope": asked.asked_scope},
        )


@transaction.atomic
def withdraw(*, asked: EngagementRequest, by: User, now: dt.datetime) -> None:
    """Take a request back; banks that have not answered lose it. Raises OutOfDateError."""
    held = EngagementRequest.objects.select_for_update().get(pk=asked.pk)
    if held.closed_at is not None:
        raise OutOfDateError
    _close(held, EngagementState.ENDED, now)
    _tell(asked.firm, by, "engagement request withdrawn", f"request:{held.pk}")
    for engagement in _waiting(held):
        engagement.state, engagement.ended_at = EngagementState.ENDED, now
        engagement.save(update_fields=["state", "ended_at"])
        _tell(engagement.bank, by, "engagement request withdrawn", f"engagement:{engagement.pk}")


@transaction.atomic
def ask_for_more(*, engagement: Engagement, scope: EngagementScope, message: str, by: User) -> None:
    """The firm asks a client for a wider scope. Raises OutOfDateError."""
    held = _held(engagement, EngagementState.ACCEPTED)
    if scope <= held.scope or held.asks_for_more:
        raise OutOfDateError
    held.asked_scope, held.message, held.requested_by = scope, message, by
    held.save(update_fields=["asked_scope", "message", "requested_by"])
    _both(held, by, "engagement more asked", scope=int(scope))
    _mail_leads(held, "more", scope=int(scope))


# ---- the bank decides --------------------------------------------------------------------------


@transaction.atomic
def accept(*, engagement: Engagement, scope: EngagementScope, by: User, now: dt.datetime) -> None:
    """Say yes to what was asked, or to less. Raises OutOfDateError."""
    held = _held(engagement, EngagementState.REQUESTED)
    if scope > held.asked_scope:
        raise OutOfDateError
    held.state, held.decided_at = EngagementState.ACCEPTED, now
    held.scope = held.asked_scope = scope
    held.answers_from = now if scope >= EngagementScope.ANSWERS else None
    held.save(update_fields=["state", "decided_at", "scope", "asked_scope", "answers_from"])
    if held.request is not None and held.request.closed_at is None:
        _close(held.request, EngagementState.ACCEPTED, now)
    _both(held, by, "engagement accepted", scope=int(scope))
    _mail_admins(held, "accepted", scope=int(scope))


@transaction.atomic
def widen(*, engagement: Engagement, scope: EngagementScope, by: User, now: dt.datetime) -> None:
    """Grant what an accepted firm asked for in addition. Raises OutOfDateError."""
    held = _held(engagement, EngagementState.ACCEPTED)
    if not held.scope < scope <= held.asked_scope:
        raise OutOfDateError
    if held.scope < EngagementScope.ANSWERS <= scope:
        held.answers_from = now  # what was answered while the firm saw none stays unseen
    held.scope = held.asked_scope = scope
    held.save(update_fields=["scope", "asked_scope", "answers_from"])
    _both(held, by, "engagement widened", scope=int(scope))
    _mail_admins(held, "widened", scope=int(scope))


@transaction.atomic
def decline(*, engagement: Engagement, by: User, now: dt.datetime) -> None:
    """Say no to a request, or to what an accepted firm asks for in addition."""
    held = _held(engagement, EngagementState.REQUESTED, EngagementState.ACCEPTED)
    if held.asks_for_more:
        held.asked_scope = held.scope
        held.save(update_fields=["asked_scope"])
        _both(held, by, "engagement more declined")
        _mail_admins(held, "more declined", scope=held.scope)
        return
    if held.state != EngagementState.REQUESTED:
        raise OutOfDateError
    held.state, held.decided_at = EngagementState.DECLINED, now
    held.save(update_fields=["state", "decided_at"])
    _tell(held.bank, by, "engagement declined", f"engagement:{held.pk}", firm=str(held.firm_id))
    asked = held.request
    if asked is not None and asked.closed_at is None and not _waiting(asked):
        _close(asked, EngagementState.DECLINED, now)
        _tell(held.firm, None, "engagement declined", f"request:{asked.pk}")
        _mail_admins(held, "declined", about=asked.pk)


@transaction.atomic
def narrow(*, engagement: Engagement, scope: EngagementScope, by: User) -> None:
    """Let the firm see less from now on. Raises OutOfDateError."""
    held = _held(engagement, EngagementState.ACCEPTED)
    if scope >= held.scope:
        raise OutOfDateError
    held.scope = held.asked_scope = scope
    held.save(update_fields=["scope", "asked_scope"])
    _both(held, by, "engagement narrowed", scope=int(scope))
    _mail_admins(held, "narrowed", scope=int(scope))


@transaction.atomic
def end(*, engagement: Engagement, side: Organisation, by: User, now: dt.datetime) -> None:
    """The bank revokes, or the firm gives up; both lose what the engagement opened at once."""
    held = _held(engagement, EngagementState.ACCEPTED)
    held.state, held.ended_at = EngagementState.ENDED, now
    held.save(update_fields=["state", "ended_at"])
    _both(held, by, "engagement ended", side=str(side.kind))
    if side.pk == held.bank_id:
        _mail_admins(held, "ended")
    else:
        _mail_leads(held, "given up")


# ---- the firm's people -------------------------------------------------------------------------


@transaction.atomic
def assign(*, engagement: Engagement, people: Collection[int], by: User) -> None:
    """Make these consultants of the firm, and nobody else, work for the client.

    Raises NotOfTheFirmError, and changes nothing, when one of them is none.
    """
    held = _held(engagement, EngagementState.ACCEPTED)
    wanted = set(people)
    of_firm = set(
        Membership.objects.filter(
            organisation=held.firm_id, role=Role.CONSULTANT, user__in=wanted
        ).values_list("user", flat=True)
    )
    if of_firm != wanted:
        raise NotOfTheFirmError
    before = set(held.assignments.values_list("user", flat=True))
    gone, new = before - wanted, wanted - before
    held.assignments.filter(user__in=gone).delete()
    if held.responsible_id in gone:  # whoever answers for a client works for it
        held.responsible = None
        held.save(update_fields=["responsible"])
    Assignment.objects.bulk_create(
        Assignment(engagement=held, user_id=user) for user in sorted(new)
    )
    if gone or new:
        _both(held, by, "consultants assigned", added=sorted(new), removed=sorted(gone))


# ---- shared ------------------------------------------------------------------------------------


def _held(engagement: Engagement, *states: EngagementState) -> Engagement:
    """The engagement, locked, in one of these states."""
    held = (
        Engagement.objects.select_for_update(of=("self",))
        .select_related("bank", "firm", "request")
        .get(pk=engagement.pk)
    )
    if held.state not in states:
        raise OutOfDateError
    return held


def _waiting(asked: EngagementRequest) -> list[Engagement]:
    rows = Engagement.objects.filter(request=asked, state=EngagementState.REQUESTED)
    return list(rows.select_related("bank"))


def _close(asked: EngagementRequest, outcome: EngagementState, now: dt.datetime) -> None:
    asked.closed_at, asked.outcome = now, outcome
    asked.save(update_fields=["closed_at", "outcome"])


def _tell(
    organisation: Organisation, by: User | None, verb: str, target: str, **details: object
) -> None:
    record(organisation=organisation, by=by, verb=verb, target=target, **details)


def _both(engagement: Engagement, by: User, verb: str, **details: object) -> None:
    """Write it into the trail of the bank, and into the firm's without the bank's people."""
    target = f"engagement:{engagement.pk}"
    of_firm = Membership.objects.filter(organisation=engagement.firm_id, user=by).exists()
    _tell(engagement.bank, by, verb, target, firm=str(engagement.firm_id), **details)
    _tell(engagement.firm, by if of_firm else None, verb, target, **details)


def _mail_admins(engagement: Engagement, news: str, *, about: object = None, **words: int) -> None:
    for admin in queries.admins_of(engagement.firm):
        _post(engagement.firm, admin, news, about or engagement.pk, words)


def _mail_leads(engagement: Engagement, news: str, **words: int) -> None:
    for lead in queries.leads_of(engagement.bank):
        _post(engagement.bank, lead, news, engagement.pk, words)


def _post(
    organisation: Organisation, to: User, news: str, about: object, words: dict[str, int]
) -> None:
    outbox.post(
        MAIL,
        to=to.email,
        organisation=organisation,
        language=to.language,
        subject_id=about,
        context={"news": news, **words},
    )
