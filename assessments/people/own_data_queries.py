"""All that is stored about one person, for their own copy. Nothing about anybody else."""

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from assessments.access.scope import organisations_of
from assessments.models import (
    AdoptedAction,
    AgreedChange,
    AnswerChange,
    Comment,
    Engagement,
    Event,
    EvidenceReview,
    Invitation,
    Mail,
    Membership,
    Organisation,
    Role,
    SavedAnswer,
    SavedFilter,
    SentBack,
    ShareLink,
    Sheet,
    User,
)
from assessments.people import account_queries
from assessments.people.account_pages import device_name
from maturity import load_wording

Rows = list[dict[str, Any]]

# Roles that an organisation cannot be without.
HEADS = (Role.LEAD, Role.ADMIN)


def headless_without(user: User) -> QuerySet[Organisation]:
    """Organisations whose only lead or admin this person is, save those that are leaving."""
    heads = Membership.objects.filter(role__in=HEADS)
    others = heads.exclude(user=user).values("organisation")
    mine = heads.filter(user=user).values("organisation")
    rows = organisations_of(user).filter(pk__in=mine, closing_on=None)
    return rows.exclude(pk__in=others)


def everything(user: User, now: dt.datetime) -> dict[str, Any]:
    """The copy, as plain values. Keys are English words, times ISO 8601 in UTC."""
    return {
        "made_at": _at(now),
        "account": _account(user),
        "second_factors": _factors(user),
        "sessions": _sessions(user, now),
        "organisations": _memberships(user),
        "invitations": _invitations(user),
        "sheets": _sheets(user),
        "comments": _comments(user),
        "reviews": _reviews(user),
        "settled": _settled(user),
        "actions": _actions(user),
        "links": _links(user),
        "filters": _filters(user),
        "clients": _clients(user),
        "mail": _mail(user),
        "events": _events(user),
    }


def _at(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else None


def _account(user: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    return {
        "id": user.pk,
        "email": user.email,
        "addresses": [{"email": row.email, "confirmed": row.verified} for row in addresses],
        "name": user.name,
        "language": user.language,
        "digit_keys": user.shortcuts_on,
        "joined_at": _at(user.joined_at),
        "last_sign_in_at": _at(user.last_login),
    }


def _factors(user: User) -> Rows:
    return [
        {
            "kind": row.type,
            "name": row.data.get("name", ""),
            "added_at": _at(row.created_at),
            "last_used_at": _at(row.last_used_at),
        }
        for row in account_queries.authenticators_of(user)
    ]


def _sessions(user: User, now: dt.datetime) -> Rows:
    return [
        {
            "device": device_name(row.device),
            "network_address": row.address,
            "began_at": _at(row.began_at),
            "last_used_at": _at(row.seen_at),
        }
        for row in account_queries.sign_ins_of(user, now)
    ]


def _memberships(user: User) -> Rows:
    rows = Membership.objects.filter(user=user).select_related("organisation").order_by("pk")
    return [
        {
            "organisation": row.organisation.name,
            "role": str(row.get_role_display()),
            "since": _at(row.created_at),
        }
        for row in rows
    ]


def _invitations(user: User) -> Rows:
    rows = Invitation.objects.filter(Q(email__iexact=user.email) | Q(accepted_by=user))
    return [
        {
            "organisation": row.organisation.name,
            "role": str(row.get_role_display()),
            "invited_at": _at(row.created_at),
            "accepted_at": _at(row.accepted_at),
        }
        for row in rows.select_related("organisation").order_by("created_at")
    ]


def _sheets(user: User) -> Rows:
    rows = Sheet.objects.filter(respondent=user).select_related("assessment__organisation")
    return [
        {
            "organisation": row.assessment.organisation.name,
            "period": row.assessment.period,
            "function": str(row.get_function_display()),
            "status": row.status,
            "submitted_at": _at(row.submitted_at),
            "answers": _answers(SavedAnswer.objects.filter(sheet=row), "updated_at"),
            "history": _answers(AnswerChange.objects.filter(sheet=row), "at"),
            "sent_back": [
                {"dimension": back.dimension, "comment": back.comment, "at": _at(back.at)}
                for back in row.returns.all()
            ],
        }
        for row in rows.order_by("pk")
    ]


def _answers(rows: QuerySet[Any], when: str) -> Rows:
    questions = load_wording("en").items
    return [
        {
            "item": row.item,
            "question": questions[row.item].question if row.item in questions else "",
            "version": row.version,
            "answer": row.special or row.level,
            "reason": row.reason,
            "note": row.note,
            "link": row.link,
            "evidence": row.evidence,
            "not_confirmed": isinstance(row, SavedAnswer) and row.carried,
            "at": _at(getattr(row, when)),
        }
        for row in rows.order_by("item", "version")
    ]


def _comments(user: User) -> Rows:
    rows = Comment.objects.filter(author=user).select_related("assessment__organisation")
    return [
        _in_round(row) | {"text": row.body, "withdrawn_at": _at(row.withdrawn_at)}
        for row in rows.order_by("pk")
    ]


def _reviews(user: User) -> Rows:
    rows = EvidenceReview.objects.filter(by=user).select_related("assessment__organisation")
    graded = [_in_round(row) | {"grade": row.grade, "text": row.comment} for row in rows]
    backs = SentBack.objects.filter(by=user).select_related("sheet__assessment__organisation")
    return graded + [
        {
            "organisation": row.sheet.assessment.organisation.name,
            "period": row.sheet.assessment.period,
            "item": row.dimension,
            "text": row.comment,
            "at": _at(row.at),
        }
        for row in backs
    ]


def _settled(user: User) -> Rows:
    rows = AgreedChange.objects.filter(by=user).select_related("agreed__assessment__organisation")
    return [
        {
            "organisation": row.agreed.assessment.organisation.name,
            "period": row.agreed.assessment.period,
            "item": row.agreed.item,
            "level": row.level,
            "reason": row.reason,
            "at": _at(row.at),
        }
        for row in rows.order_by("pk")
    ]


def _actions(user: User) -> Rows:
    rows = AdoptedAction.objects.filter(owner=user).select_related("plan__assessment__organisation")
    return [
        {
            "organisation": row.plan.assessment.organisation.name,
            "action": row.action,
            "due_quarter": row.due_quarter,
            "status": row.status,
            "note": row.note,
        }
        for row in rows.order_by("pk")
    ]


def _links(user: User) -> Rows:
    rows = ShareLink.objects.filter(created_by=user).select_related("assessment__organisation")
    return [
        {
            "organisation": row.assessment.organisation.name,
            "period": row.assessment.period,
            "for_whom": row.label,
            "made_at": _at(row.created_at),
            "expires_at": _at(row.expires_at),
            "revoked_at": _at(row.revoked_at),
        }
        for row in rows.order_by("created_at", "pk")
    ]


def _filters(user: User) -> Rows:
    rows = SavedFilter.objects.filter(owner=user).select_related("firm")
    return [
        {
            "organisation": row.firm.name,
            "name": row.name,
            "address": row.query,
            "shared": row.shared,
            "made_at": _at(row.created_at),
        }
        for row in rows.order_by("created_at", "pk")
    ]


def _clients(user: User) -> Rows:
    """The clients of a firm that this person answers for."""
    rows = Engagement.objects.filter(responsible=user).select_related("firm", "bank")
    return [
        {"organisation": row.firm.name, "client": row.bank.name, "state": row.state}
        for row in rows.order_by("requested_at", "pk")
    ]


def _mail(user: User) -> Rows:
    rows = Mail.objects.filter(to__iexact=user.email).order_by("created_at")
    return [{"kind": row.kind, "at": _at(row.created_at), "state": row.state} for row in rows]


def _events(user: User) -> Rows:
    rows = Event.objects.filter(Q(actor=user.pk) | Q(target=f"user:{user.pk}"))
    return [
        {
            "organisation": row.organisation.name,
            "what": row.verb,
            "by_you": row.actor == user.pk,
            "at": _at(row.at),
        }
        for row in rows.select_related("organisation").order_by("pk")
    ]


def _in_round(row: Any) -> dict[str, Any]:
    return {
        "organisation": row.assessment.organisation.name,
        "period": row.assessment.period,
        "item": row.item,
        "at": _at(row.at),
    }
