"""Everything of an organisation as plain values, for its export.

The export shows nobody more than the pages do: single answers of a round that is still open stay
out, an anonymous round keeps its sheets to itself (decision 6), and names stand beside answers only
where the round names them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, Q

from assessments.access.scope import assessments_of, memberships_of
from assessments.models import (
    AgreedAnswer,
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Brand,
    Comment,
    Engagement,
    Event,
    EvidenceReview,
    ExternalFigure,
    FileState,
    Invitation,
    Organisation,
    OrganisationKind,
    PeerContribution,
    Report,
    SavedFilter,
    Sheet,
    Snapshot,
    User,
    Visibility,
)

Plain = dict[str, Any]
_BANK = (
    "id",
    "kind",
    "name",
    "country",
    "size_band",
    "time_zone",
    "marketing_share",
    "business_share",
    "peers_since",
    "banking_group",
    "retention_months",
    "closing_on",
    "created_at",
)
_FIGURE = (
    "source",
    "year",
    "population",
    "definition",
    "value",
    "unit",
    "n",
    "comparable",
    "item",
    "added_at",
)
_LOOK = ("colour", "closing_title", "closing_text", "contact", "updated_at")
_ROUND = (
    "id",
    "period",
    "status",
    "due_on",
    "visibility",
    "shared_with_respondents",
    "accountable",
    "framework_version",
    "plan_settings",
    "brought",
    "channel_source",
    "channels_confirmed",
    "created_at",
    "closed_at",
)
_CHANGE = ("item", "version", "level", "special", "reason", "note", "link", "evidence", "at")
_AGREED = ("item", "version", "level", "reason", "present", "at")
_ACTION = ("action", "due_quarter", "status", "note", "updated_at")
_LINK = (
    "label",
    "language",
    "with_report",
    "created_at",
    "expires_at",
    "revoked_at",
    "opened",
    "last_opened_at",
)
_CHANNEL = (
    "platform",
    "kind",
    "handle",
    "owner",
    "followers",
    "posts30",
    "inbound30",
    "answered_percent",
    "median_minutes",
    "last_post_on",
    "status",
)


def profile(organisation: Organisation) -> Plain:
    """The organisation, its regions and its people."""
    members = memberships_of(organisation).order_by("created_at", "pk")
    invitations = Invitation.objects.filter(organisation=organisation).order_by("created_at", "pk")
    return _columns(organisation, _BANK) | {
        "regions": [region.name for region in organisation.regions.all()],
        "members": [
            {
                "name": member.user.name,
                "email": member.user.email,
                "role": member.role,
                "since": member.created_at,
            }
            for member in members
        ],
        "invitations": [
            _columns(
                row, ("email", "role", "created_at", "expires_at", "accepted_at", "revoked_at")
            )
            for row in invitations
        ],
        "lent_to_peers": _lent(organisation),
        "figures_from_outside": [
            _columns(row, _FIGURE) for row in ExternalFigure.objects.filter(firm=organisation)
        ],
    }


def _lent(organisation: Organisation) -> list[Plain]:
    """What a bank has lent to anonymous peer figures, quarter by quarter."""
    rows = PeerContribution.objects.filter(organisation=organisation).exclude(pack="")
    return [
        {"quarter": row.snapshot.quarter} | _columns(row, ("scores", "size_band", "country"))
        for row in rows.select_related("snapshot").order_by("snapshot__quarter")
    ]


def look(organisation: Organisation) -> Plain:
    """What its reports wear; empty while it has set nothing. The logo lies beside it as a file."""
    brand = Brand.objects.filter(organisation=organisation).first()
    return _columns(brand, _LOOK) if brand else {}


def logo(organisation: Organisation) -> str:
    """The stored name of its logo, or nothing."""
    brand = Brand.objects.filter(organisation=organisation).first()
    return (brand.logo.name or "") if brand else ""


def engagements(organisation: Organisation) -> list[Plain]:
    """Engagements with the other side's name where it is known; a firm's with what it noted."""
    rows = Engagement.objects.filter(Q(bank=organisation) | Q(firm=organisation))
    of_bank = organisation.kind == OrganisationKind.BANK
    other = "firm" if of_bank else "bank"
    return [
        _columns(row, ("id", "state", "scope", "asked_scope", "message", "requested_at"))
        | _columns(row, ("decided_at", "answers_from", "ended_at"))
        | {other: getattr(row, other).name}
        | ({} if of_bank else _noted(row))
        for row in rows.select_related("bank", "firm", "responsible")
        .prefetch_related("client_tags")
        .order_by("requested_at", "pk")
        if of_bank or row.was_accepted
    ]


def _noted(engagement: Engagement) -> Plain:
    """The firm's own notes; the bank never sees them."""
    return {
        "tags": [tag.name for tag in engagement.client_tags.all()],
        "responsible": _name(engagement.responsible),
    }


def saved_filters(firm: Organisation) -> list[Plain]:
    """The views of its clients that the firm's people keep, each with its address."""
    rows = SavedFilter.objects.filter(firm=firm).select_related("owner").order_by("created_at")
    columns = ("name", "query", "shared", "created_at")
    return [_columns(row, columns) | {"owner": _name(row.owner)} for row in rows]


def events(organisation: Organisation) -> Iterable[Plain]:
    """The trail, oldest first, with names joined."""
    names = dict(
        User.objects.filter(
            pk__in=Event.objects.filter(organisation=organisation).values("actor")
        ).values_list("pk", "name")
    )
    columns = ("id", "at", "verb", "target", "details", "actor", "request_id", "seal")
    for row in Event.objects.filter(organisation=organisation).order_by("pk").iterator():
        yield _columns(row, columns) | {"who": names.get(row.actor or 0, "")}


def rounds(organisation: Organisation) -> list[Assessment]:
    """Its rounds, oldest first."""
    return list(assessments_of(organisation).order_by("created_at", "pk"))


def round_(assessment: Assessment) -> Plain:
    """One round with everything in it that may be told."""
    named = assessment.visibility == Visibility.NAMED
    return _columns(assessment, _ROUND) | {
        "channels": [_columns(row, _CHANNEL) for row in assessment.channels.all()],
        "respondents": _turnout(assessment),
        "sheets": _sheets(assessment, named=named),
        "agreed": _agreed(assessment),
        "evidence_reviews": [
            _columns(row, ("item", "grade", "comment", "at", "version"))
            for row in EvidenceReview.objects.filter(assessment=assessment).order_by("item")
        ],
        "comments": _comments(assessment),
        "published": _published(assessment),
        "plan": _plan(assessment),
        "links": [_columns(row, _LINK) for row in assessment.share_links.order_by("created_at")],
    }


def reports(organisation: Organisation) -> list[Report]:
    """The finished reports whose files may still be there."""
    rows = Report.objects.filter(assessment__in=assessments_of(organisation), state=FileState.DONE)
    return list(rows.select_related("assessment").exclude(file="").order_by("created_at", "pk"))


def _sheets(assessment: Assessment, *, named: bool) -> list[Plain] | str:
    if assessment.visibility == Visibility.ANONYMOUS:
        return "This round is anonymous: single answers are shown to nobody."
    if assessment.status == AssessmentStatus.OPEN:
        return "This round is open: answers are shown once it is closed."
    rows = Sheet.objects.filter(assessment=assessment).select_related("respondent").order_by("pk")
    changes: dict[int, list[Plain]] = {}
    for row in AnswerChange.objects.filter(sheet__assessment=assessment).order_by("at", "pk"):
        changes.setdefault(row.sheet_id, []).append(_columns(row, _CHANGE))
    return [
        _columns(sheet, ("function", "sections", "status", "submitted_at"))
        | ({"name": _name(sheet.respondent)} if named else {})
        | {"answers": _latest(changes.get(sheet.pk, [])), "history": changes.get(sheet.pk, [])}
        for sheet in rows
    ]


def _turnout(assessment: Assessment) -> Plain:
    """How many were asked and how many handed in; who did is in the trail."""
    statuses = list(assessment.sheets.values_list("status", flat=True))
    return {"asked": len(statuses), "submitted": statuses.count("submitted")}


def _latest(changes: list[Plain]) -> list[Plain]:
    """The answers as they stand: the last change of each item."""
    last = {change["item"]: change for change in changes}
    return sorted(last.values(), key=lambda change: str(change["item"]))


def _agreed(assessment: Assessment) -> list[Plain]:
    rows = AgreedAnswer.objects.filter(assessment=assessment).order_by("item")
    return [
        _columns(row, _AGREED)
        | {"history": [_columns(change, _AGREED[1:]) for change in row.changes.order_by("version")]}
        for row in rows.prefetch_related("changes")
    ]


def _comments(assessment: Assessment) -> list[Plain]:
    hidden = assessment.visibility == Visibility.ANONYMOUS
    rows = Comment.objects.filter(assessment=assessment, withdrawn_at=None).select_related("author")
    return [
        _columns(row, ("item", "body", "at")) | ({} if hidden else {"by": _name(row.author)})
        for row in rows
    ]


def _published(assessment: Assessment) -> Plain | None:
    snapshot = Snapshot.objects.filter(assessment=assessment).first()
    if snapshot is None:
        return None
    case = dict(snapshot.case)
    if assessment.visibility == Visibility.ANONYMOUS:
        case.pop("respondents", None)
    return _columns(snapshot, ("published_at", "framework_version", "findings")) | {"case": case}


def _plan(assessment: Assessment) -> Plain | None:
    plan = getattr(assessment, "adopted_plan", None)
    if plan is None:
        return None
    rows = plan.actions.select_related("owner")
    return _columns(plan, ("first_quarter_on", "adopted_at")) | {
        "actions": [_columns(row, _ACTION) | {"owner": _name(row.owner)} for row in rows]
    }


def _name(user: User | None) -> str:
    return user.name if user else ""


def _columns(row: Model, names: Iterable[str]) -> Plain:
    values: Mapping[str, Any] = {name: getattr(row, name) for name in names}
    return dict(values)
