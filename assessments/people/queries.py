"""What the pages of a person and of a bank need to read, in a fixed number of queries."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, Substr

from assessments.access.scope import assessments_of, organisations_of
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    Assessment,
    AssessmentStatus,
    ChannelAccount,
    ChannelStatus,
    Organisation,
    Role,
    SavedAnswer,
    Sheet,
    SheetStatus,
    Special,
    User,
)
from assessments.ui.quarters import quarter_end
from maturity import load_framework
from maturity.framework import CUSTOMERS

_ANSWERED = Q(carried=False) & (Q(level__isnull=False) | Q(special__in=Special.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFacts:
    """One round as the bank's home lists it. Scores 0-100, None unless published."""

    pk: UUID
    period: str
    status: AssessmentStatus
    due_on: dt.date | None
    channels_confirmed: bool
    own_status: SheetStatus | None  # None: this person was not asked to answer
    asked: tuple[str, ...]  # dimensions this person was asked about
    answered: int
    questions: int  # how many those dimensions hold
    sheets: int
    submitted: int
    strategy: str | None  # as shown to readers (decision 21)
    found: str | None  # what this round alone found
    bank_score: float | None
    customer_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSheet:
    """A person's answers in one round, as far as the home needs them."""

    answered: frozenset[str]
    dont_know: int
    reasons_missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentAccount:
    pk: int
    platform: str
    days: int | None  # None: never posted


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAction:
    """An action of the plan in force that is neither done nor dropped."""

    action: str
    owner_id: int | None
    owner: str
    status: ActionStatus
    first_quarter_on: dt.date
    due_quarter: int
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProgress:
    """How the plan in force stands; `open` by the day it is due."""

    round_: UUID
    period: str
    counted: int  # without what was dropped
    done: int
    open: tuple[OpenAction, ...]

    @property
    def overdue(self) -> int:
        return sum(action.overdue for action in self.open)


def banks_of(user: User) -> list[Organisation]:
    """The banks of a person, by name."""
    return list(organisations_of(user).annotate(member_role=F("memberships__role")))


def leads_of(organisation: UUID) -> list[User]:
    """Whom to ask: the leads of a bank or the admins of a firm, oldest membership first."""
    return list(
        User.objects.filter(
            memberships__organisation=organisation,
            memberships__role__in=(Role.LEAD, Role.ADMIN),
        ).order_by("memberships__created_at", "pk")
    )


def rounds_of(organisation: Organisation, user: User) -> list[RoundFacts]:
    """All rounds, newest first, in one query. Published scores come from the frozen snapshots."""
    sheets = Sheet.objects.filter(assessment=OuterRef("pk"))
    own = sheets.filter(respondent=user)
    answers = SavedAnswer.objects.annotate(
        asked=Cast("sheet__sections", TextField()), dimension=Substr("item", 1, 3)
    ).filter(
        Q(asked="[]") | Q(asked__contains=F("dimension")),
        _ANSWERED,
        sheet__assessment=OuterRef("pk"),
        sheet__respondent=user,
    )
    rows = (
        assessments_of(organisation)
        .order_by("-created_at", "-pk")
        .annotate(
            own_status=Subquery(own.values("status")[:1]),
            own_sections=Subquery(own.values("sections")[:1]),
            answered=_count(answers, "sheet__assessment"),
            sheet_count=_count(sheets, "assessment"),
            submitted=_count(sheets.filter(status=SheetStatus.SUBMITTED), "assessment"),
            found=F("snapshot__findings__placement__strategy"),
            shown=F("snapshot__summary__shown_strategy"),
            bank_score=F("snapshot__findings__bank__effective"),
            customer_score=F("snapshot__findings__customer__score"),
        )
    )
    return [_facts(row) for row in rows]


def own_sheet(facts: RoundFacts, user: User) -> OwnSheet:
    """Which of their items a person has answered in a round, in one query."""
    stored = SavedAnswer.objects.filter(
        _ANSWERED, sheet__assessment=facts.pk, sheet__respondent=user
    ).values_list("item", "special", "reason")
    known = load_framework().items
    rows = [row for row in stored if row[0] in known and known[row[0]].dimension in facts.asked]
    return OwnSheet(
        answered=frozenset(item for item, _, _ in rows),
        dont_know=sum(special == Special.DONT_KNOW for _, special, _ in rows),
        reasons_missing=sum(
            special == Special.NOT_APPLICABLE and not reason for _, special, reason in rows
        ),
    )


def silent_accounts(round_: UUID, today: dt.date) -> list[SilentAccount]:
    """Open accounts without a post for longer than the framework calls live, in one query."""
    live_days = load_framework().channels.live_days
    rows = ChannelAccount.objects.filter(assessment=round_, status=ChannelStatus.OPEN).order_by(
        "pk"
    )
    found = []
    for row in rows:
        days = None if row.last_post_on is None else max(0, (today - row.last_post_on).days)
        if days is None or days > live_days or not row.posts30:
            found.append(SilentAccount(pk=row.pk, platform=row.platform, days=days))
    return found


def plan_progress(organisation: Organisation, today: dt.date) -> PlanProgress | None:
    """The plan in force, in one query; None, and no query, where none was adopted."""
    if organisation.plan_round_id is None:
        return None
    rows = list(
        AdoptedAction.objects.filter(plan__assessment=organisation.plan_round_id)
        .exclude(status=ActionStatus.DROPPED)
        .select_related("owner", "plan__assessment")
        .order_by("due_quarter", "pk")
    )
    if not rows:
        return None
    left = tuple(_open_action(row, today) for row in rows if row.status != ActionStatus.DONE)
    return PlanProgress(
        round_=organisation.plan_round_id,
        period=rows[0].plan.assessment.period,
        counted=len(rows),
        done=len(rows) - len(left),
        open=left,
    )


def _open_action(row: AdoptedAction, today: dt.date) -> OpenAction:
    first = row.plan.first_quarter_on
    return OpenAction(
        action=row.action,
        owner_id=row.owner_id,
        owner=row.owner.display_name if row.owner else "",
        status=ActionStatus(row.status),
        first_quarter_on=first,
        due_quarter=row.due_quarter,
        overdue=today > quarter_end(first, row.due_quarter),
    )


def today_of(organisation: Organisation, now: dt.datetime) -> dt.date:
    """The bank's own calendar day."""
    return now.astimezone(ZoneInfo(organisation.time_zone)).date()


def region_names(organisation: Organisation) -> list[str]:
    return [region.name for region in organisation.regions.all()]


def _count(rows: QuerySet[SavedAnswer] | QuerySet[Sheet], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _facts(row: Assessment) -> RoundFacts:
    found = vars(row)
    named = found["own_sections"] or ()  # none named means all
    asked = tuple(
        dimension
        for dimension in (*load_framework().dimensions, CUSTOMERS)
        if not named or dimension in named
    )
    return RoundFacts(
        pk=row.pk,
        period=row.period,
        status=AssessmentStatus(row.status),
        due_on=row.due_on,
        channels_confirmed=row.channels_confirmed,
        own_status=SheetStatus(found["own_status"]) if found["own_status"] else None,
        asked=asked,
        answered=found["answered"],
        questions=sum(item.dimension in asked for item in load_framework().items.values()),
        sheets=found["sheet_count"],
        submitted=found["submitted"],
        strategy=found["shown"] or found["found"],
        found=found["found"],
        bank_score=found["bank_score"],
        customer_score=found["customer_score"],
    )
