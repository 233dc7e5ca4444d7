"""Fill an empty demonstration with fictional banks; what is there already stays as it is."""

import datetime as dt
import unicodedata
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments.management.demo_banks import BANKS, DemoBank, DemoRound, DemoSheet
from assessments.management.demo_firms import FIRM, SUITOR, DemoClient, DemoFirm
from assessments.models import (
    AnswerChange,
    Assessment,
    AssessmentStatus,
    Assignment,
    ChannelAccount,
    Engagement,
    EngagementState,
    EvidenceGrade,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Region,
    RegionEstimate,
    Role,
    SavedAnswer,
    Sheet,
    SheetStatus,
    Special,
    User,
)
from assessments.ui.quarters import calendar_quarter

EMAIL = "demo@example.org"
CONSULTANT_EMAIL = "consultant@example.org"
PASSWORD = "social-banking-demo"  # noqa: S105 -- printed at every start; refused in production
HALF_YEAR = dt.timedelta(days=182)
_SPECIAL = {"?": Special.DONT_KNOW, "n": Special.NOT_APPLICABLE}


class Command(BaseCommand):
    help = "Seed the fictional demo banks and firms and who leads them; only where DEMO is set."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("DEMO is not set: demo accounts have a known password")
        seed(timezone.now())


@transaction.atomic
def seed(now: dt.datetime) -> None:
    """Add the demo banks that are missing, in one transaction."""
    lead = User.objects.filter(email=EMAIL).first() or _person(
        EMAIL, "Demo Executive", PASSWORD, demo=True
    )
    User.objects.filter(pk=lead.pk, demo=False).update(demo=True)  # seeded before that existed
    present = set(
        Organisation.objects.filter(fictional=True, memberships__user=lead).values_list(
            "name", flat=True
        )
    )
    for bank in BANKS:
        if bank.name not in present:
            _seed_bank(bank, lead, now)
    if not Organisation.objects.filter(fictional=True, kind=OrganisationKind.FIRM).exists():
        _seed_firms(lead, now)


def _seed_firms(lead: User, now: dt.datetime) -> None:
    """A firm that works with some of the banks, and one that asks to."""
    admin = User.objects.filter(email=CONSULTANT_EMAIL).first() or _person(
        CONSULTANT_EMAIL, "Demo Consultant", PASSWORD, demo=True
    )
    firm = _firm(FIRM.name, admin)
    for name in FIRM.consultants:
        person = _person(_address(name, FIRM), name, None)
        Membership.objects.create(organisation=firm, user=person, role=Role.CONSULTANT)
    suitor = _firm(SUITOR.name, _person(_address(SUITOR.admin, SUITOR), SUITOR.admin, None))
    for asking, demo in ((firm, FIRM), (suitor, SUITOR)):
        for client in demo.clients:
            _engage(asking, client, lead, now)


def _firm(name: str, admin: User) -> Organisation:
    firm = Organisation.objects.create(
        name=name, kind=OrganisationKind.FIRM, time_zone="Europe/Amsterdam", fictional=True
    )
    Membership.objects.create(organisation=firm, user=admin, role=Role.ADMIN)
    return firm


def _engage(firm: Organisation, client: DemoClient, lead: User, now: dt.datetime) -> None:
    """Accepted a year ago, so that single answers are open where the scope has them."""
    bank = Organisation.objects.filter(
        fictional=True, name=client.bank, memberships__user=lead, memberships__role=Role.LEAD
    ).first()
    if bank is None:
        return
    asked = now - (2 * HALF_YEAR if client.accepted else dt.timedelta(days=2))
    accepted = asked + dt.timedelta(days=3) if client.accepted else None
    engagement = Engagement.objects.create(
        bank=bank,
        firm=firm,
        asked_scope=client.scope,
        scope=client.scope,
        state=EngagementState.ACCEPTED if client.accepted else EngagementState.REQUESTED,
        message=client.message,
        requested_by=firm.memberships.get(role=Role.ADMIN).user,
        requested_at=asked,
        decided_at=accepted,
        answers_from=accepted,
    )
    for member in firm.memberships.filter(user__name__in=client.consultants):
        Assignment.objects.create(engagement=engagement, user=member.user)


def _seed_bank(bank: DemoBank, lead: User, now: dt.datetime) -> None:
    organisation = Organisation.objects.create(
        name=bank.name,
        country=bank.country,
        size_band=bank.size_band,
        time_zone=bank.time_zone,
        marketing_share=bank.marketing_share,
        business_share=bank.business_share,
        fictional=True,
    )
    Membership.objects.create(organisation=organisation, user=lead, role=Role.LEAD)
    Region.objects.bulk_create(
        Region(organisation=organisation, name=name) for name in bank.regions
    )
    members = {"": lead}
    for name in sorted({sheet.person for part in bank.rounds for sheet in part.sheets} - {""}):
        members[name] = _person(_address(name, bank), name, None)
        Membership.objects.create(
            organisation=organisation, user=members[name], role=Role.RESPONDENT
        )
    for part in bank.rounds:
        _seed_round(organisation, part, members, now)
        _seed_invitations(organisation, bank, part, lead, now)


def _seed_invitations(
    organisation: Organisation, bank: DemoBank, part: DemoRound, lead: User, now: dt.datetime
) -> None:
    """Invitations that wait, without letters: the addresses reach nobody."""
    round_ = Assessment.objects.filter(organisation=organisation).latest("created_at", "pk")
    for name, function, sections in part.invited:
        Invitation.objects.create(
            organisation=organisation,
            email=_address(name, bank),
            assessment=round_,
            function=function,
            sections=list(sections),
            invited_by=lead,
            expires_at=now + dt.timedelta(days=14),
        )


def _seed_round(
    organisation: Organisation, part: DemoRound, members: dict[str, User], now: dt.datetime
) -> None:
    # Loading the model is left to the first start: later ones find the banks in place.
    from assessments.results.services import publish  # noqa: PLC0415 -- slow import
    from maturity import load_framework  # noqa: PLC0415 -- slow import

    over = part.published or part.closed
    end = now - part.halves_ago * HALF_YEAR - dt.timedelta(hours=over)
    assessment = Assessment.objects.create(
        organisation=organisation,
        period=f"{end.year} H{1 if end.month <= 6 else 2}",  # noqa: PLR2004 -- June
        due_on=end.date() if over else end.date() + dt.timedelta(days=21),
        status=AssessmentStatus.CLOSED if over else AssessmentStatus.OPEN,
        closed_at=end if over else None,
        framework_version=load_framework().version,
        channels_confirmed=part.channels_confirmed,
        started_by=members[""],
    )
    begun = end - dt.timedelta(days=14)
    Assessment.objects.filter(pk=assessment.pk).update(created_at=begun)
    for sheet in part.sheets:
        _seed_sheet(assessment, sheet, members[sheet.person], begun, submitted=over)
    ChannelAccount.objects.bulk_create(
        ChannelAccount(
            assessment=assessment,
            platform=row.platform,
            kind=row.kind,
            followers=row.followers,
            posts30=row.posts30,
            inbound30=row.inbound30,
            answered_percent=row.answered_percent,
            median_minutes=row.median_minutes,
            last_post_on=end.date() - dt.timedelta(days=row.days),
            updated_at=end,
        )
        for row in part.accounts
    )
    RegionEstimate.objects.bulk_create(_estimates(assessment, part, end))
    _meet(assessment, part, members, end)
    if part.published:
        publish(assessment=assessment, by=members[""], now=end)
    if part.plan:
        _adopt(assessment, part, members, end)


def _estimates(assessment: Assessment, part: DemoRound, at: dt.datetime) -> list[RegionEstimate]:
    """Customers of single regions; a region without an entry is not estimated."""
    from assessments.survey.region_forms import customer_items  # noqa: PLC0415 -- slow import

    regions = {region.name: region for region in assessment.organisation.regions.all()}
    return [
        RegionEstimate(
            assessment=assessment, region=regions[name], item=item, level=int(mark), updated_at=at
        )
        for name, marks in part.customers
        for item, mark in zip(customer_items(), "".join(marks.split()), strict=True)
    ]


def _meet(
    assessment: Assessment, part: DemoRound, members: dict[str, User], at: dt.datetime
) -> None:
    """What a meeting settled, and what people said."""
    from assessments.consensus import comment_services, services  # noqa: PLC0415 -- slow import

    for agreed in part.agreed:
        accord = services.Accord(
            level=agreed.level,
            reason=agreed.reason,
            members=[members["" if name == "lead" else name].pk for name in agreed.present],
            guests=agreed.guests,
        )
        services.settle(
            assessment=assessment,
            item=agreed.item,
            accord=accord,
            version=0,
            by=members[""],
            now=at,
        )
    for item, name, text in part.comments:
        comment_services.write(
            assessment=assessment,
            item=item,
            body=text,
            notify=(),
            by=members[name],
            hidden=False,
            now=at,
        )


def _adopt(
    assessment: Assessment, part: DemoRound, members: dict[str, User], at: dt.datetime
) -> None:
    """Make the whole roadmap the plan, some of it under way."""
    from assessments.plans import services  # noqa: PLC0415 -- slow import
    from assessments.plans.queries import Change  # noqa: PLC0415 -- slow import
    from maturity import load_framework  # noqa: PLC0415 -- slow import

    assessment.refresh_from_db()
    plan = services.adopt(
        assessment=assessment,
        actions=list(load_framework().actions),
        first_quarter_on=calendar_quarter(at.date()),
        by=members[""],
        now=at,
    )
    for row, (status, owner, note) in zip(plan.actions.all(), part.plan, strict=False):
        person = members.get("" if owner == "lead" else owner)
        change = Change(
            owner=person.pk if person else None,
            due_quarter=row.due_quarter,
            status=status,
            note=note,
        )
        services.change_action(
            assessment=assessment,
            action=row.action,
            version=row.version,
            change=change,
            by=members[""],
            now=at,
        )


def _seed_sheet(
    assessment: Assessment, demo: DemoSheet, person: User, at: dt.datetime, *, submitted: bool
) -> None:
    sheet = Sheet.objects.create(
        assessment=assessment,
        respondent=person,
        function=demo.function,
        status=SheetStatus.SUBMITTED if submitted else SheetStatus.OPEN,
        submitted_at=at if submitted else None,
    )
    rows = list(_values(demo))
    SavedAnswer.objects.bulk_create(SavedAnswer(sheet=sheet, updated_at=at, **row) for row in rows)
    AnswerChange.objects.bulk_create(
        AnswerChange(sheet=sheet, version=1, by=person, at=at, **row) for row in rows
    )


def _values(demo: DemoSheet) -> list[dict[str, Any]]:
    """The columns that answer and history share, one mapping per answered item."""
    from maturity import load_framework  # noqa: PLC0415 -- slow import

    notes = dict(demo.notes)
    marks = "".join(demo.answers.split())
    rows = []
    for item, mark in zip(load_framework().items, marks, strict=True):
        if mark == ".":
            continue
        rows.append(
            {
                "item": item,
                "level": int(mark) if mark.isdigit() else None,
                "special": _SPECIAL.get(mark, ""),
                "reason": "The bank collects no such data." if mark == "n" else "",
                "note": notes.get(item, ""),
                "evidence": EvidenceGrade.DESCRIBED if item in notes else EvidenceGrade.CLAIMED,
            }
        )
    return rows


def _person(email: str, name: str, password: str | None, *, demo: bool = False) -> User:
    user = User.objects.create_user(email=email, password=password, name=name, demo=demo)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def _address(name: str, bank: DemoBank | DemoFirm) -> str:
    """An address that reaches nobody: example.org is reserved for examples."""
    plain = unicodedata.normalize("NFKD", f"{name}.{bank.name}").encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '-')}@example.org"
