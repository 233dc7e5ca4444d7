"""Fill a firm's portfolio with fictional clients, for demonstrations and for measuring."""

import argparse
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments.management.portfolio_banks import InventedBank, invent
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    Assignment,
    ClientTag,
    Engagement,
    EngagementScope,
    EngagementState,
    Event,
    Membership,
    Organisation,
    OrganisationKind,
    Region,
    Role,
    Sheet,
    SheetStatus,
    Snapshot,
    Summary,
    User,
)
from assessments.ui.quarters import calendar_quarter

ADMIN_EMAIL = "consultant@example.org"  # of the demonstration, where there is one
FIRM = "Tidewater Portfolio"
CONSULTANTS = ("Maud Ellery", "Joren Visser", "Aiko Tanabe", "Samir Haddad")
MOST_BANKS, MOST_ROUNDS = 5000, 12
AT_ONCE = 100  # banks: what is held in memory before it is written
_DAY = dt.timedelta(days=1)
_JULY = 7


class Command(BaseCommand):
    help = "Add a fictional firm with so many fictional client banks, their rounds and plans."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--banks", type=int, default=20)
        parser.add_argument("--rounds", type=int, default=3, help="published rounds of each bank")
        parser.add_argument("--firm", default=FIRM, help="name of the firm")

    def handle(self, *args: Any, **options: Any) -> None:
        banks, rounds, name = options["banks"], options["rounds"], options["firm"]
        if not 1 <= banks <= MOST_BANKS or not 1 <= rounds <= MOST_ROUNDS:
            raise CommandError(f"--banks is 1 to {MOST_BANKS}, --rounds 1 to {MOST_ROUNDS}")
        if Organisation.objects.filter(kind=OrganisationKind.FIRM, name=name).exists():
            raise CommandError(f"a firm named {name!r} exists already")
        firm = seed(banks=banks, rounds=rounds, name=name, now=timezone.now())
        self.stdout.write(f"{firm.name}: {banks} fictional banks, /firms/{firm.pk}/")


@transaction.atomic
def seed(*, banks: int, rounds: int, name: str, now: dt.datetime) -> Organisation:
    """Add the firm with its people and clients. The demonstration's consultant is its admin."""
    firm = Organisation.objects.create(
        name=name, kind=OrganisationKind.FIRM, time_zone="Europe/Amsterdam", fictional=True
    )
    admin = User.objects.filter(email=ADMIN_EMAIL).first() or _person("Portfolio Admin", firm)
    Membership.objects.create(organisation=firm, user=admin, role=Role.ADMIN)
    people = [_person(person, firm) for person in CONSULTANTS]
    for person in people:
        Membership.objects.create(organisation=firm, user=person, role=Role.CONSULTANT)
    invented = (invent(number, rounds) for number in range(banks))
    while chunk := list(islice(invented, AT_ONCE)):
        harvest = _Harvest(firm=firm, admin=admin, consultants=people, now=now)
        for bank in chunk:
            harvest.add(bank)
        harvest.write()
    return firm


def _person(name: str, firm: Organisation) -> User:
    """Somebody who cannot sign in: example.org reaches nobody, and there is no password."""
    address = f"{name.lower().replace(' ', '.')}.{firm.pk.hex[:8]}@example.org"
    return User.objects.create_user(email=address, name=name)


@dataclass(kw_only=True)
class _Harvest:
    """The rows of some banks, written table by table."""

    firm: Organisation
    admin: User
    consultants: Sequence[User]
    now: dt.datetime
    leads: list[User] = field(default_factory=list)
    banks: list[Organisation] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    tags: list[ClientTag] = field(default_factory=list)
    rounds: list[Assessment] = field(default_factory=list)
    begun: dict[Any, dt.datetime] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    plans: list[AdoptedPlan] = field(default_factory=list)
    actions: list[AdoptedAction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def add(self, invented: InventedBank) -> None:
        bank = Organisation(
            name=invented.name,
            country=invented.country,
            time_zone=invented.time_zone,
            size_band=invented.size_band,
            fictional=True,
        )
        lead = User(email=f"lead.{bank.pk.hex}@example.org", name="Fictional Lead", password="!")  # noqa: S106 -- no password fits it
        self.banks.append(bank)
        self.leads.append(lead)
        self.members.append(Membership(organisation=bank, user=lead, role=Role.LEAD))
        self.regions += [Region(organisation=bank, name=name) for name in invented.regions]
        self._engage(bank, invented)
        self._publish(bank, lead, invented)
        self._open(bank, lead, invented)
        quiet = self.now - invented.quiet_days * _DAY
        self.events.append(_event(bank, "changed profile", bank, quiet))

    def _engage(self, bank: Organisation, invented: InventedBank) -> None:
        accepted = self.now - 2 * 365 * _DAY
        responsible = [*self.consultants, None][invented.turn % (len(self.consultants) + 1)]
        engagement = Engagement(
            bank=bank,
            firm=self.firm,
            asked_scope=EngagementScope.FACILITATE,
            scope=EngagementScope(1 + invented.turn % 3),
            state=EngagementState.ACCEPTED,
            responsible=responsible,
            requested_by=self.admin,
            requested_at=accepted - 3 * _DAY,
            decided_at=accepted,
            answers_from=accepted,
        )
        self.engagements.append(engagement)
        if responsible is not None:
            self.assignments.append(Assignment(engagement=engagement, user=responsible))
        self.tags += [ClientTag(engagement=engagement, name=name) for name in invented.tags]

    def _publish(self, bank: Organisation, lead: User, invented: InventedBank) -> None:
        """The published rounds: every case goes through the engine, every row through its columns."""
        # Loading the model takes longer than the rest of a start.
        from assessments.results.summary_writing import Earlier, figures_of  # noqa: PLC0415
        from maturity import assess, codec, load_framework, read_case  # noqa: PLC0415

        earlier: list[Earlier] = []
        halves = list(_halves(self.now, len(invented.cases), back=_back(invented)))
        for raw, (period, ends) in zip(invented.cases, halves, strict=True):
            case = read_case(raw)
            findings = assess(load_framework(), case)
            at = ends - (5 + invented.turn % 50) * _DAY
            round_ = self._round(bank, lead, period, at)
            snapshot = Snapshot(
                assessment=round_,
                framework_version=findings.framework,
                case=case.to_dict(),
                # What else a result shows is worked out when somebody opens it.
                findings=codec.dump(findings) | {"beside": {}},
                published_by=lead,
                published_at=at,
            )
            figures = figures_of(snapshot, earlier)
            earlier.append(
                (
                    figures["bank"],
                    figures["customer"],
                    figures["strategy"],
                    snapshot.findings["placement"],
                )
            )
            self.snapshots.append(snapshot)
            self.figures.append(figures | {"latest": len(earlier) == len(halves)})
            self.events.append(_event(bank, "round published", round_, at))
        if invented.plan_done is not None and self.snapshots and invented.cases:
            self._adopt(bank, self.snapshots[-1], invented.plan_done)

    def _round(self, bank: Organisation, lead: User, period: str, at: dt.datetime) -> Assessment:
        round_ = Assessment(
            organisation=bank,
            period=period,
            due_on=at.date(),
            status=AssessmentStatus.PUBLISHED,
            closed_at=at,
            framework_version=_version(),
            channels_confirmed=True,
            started_by=lead,
        )
        self.rounds.append(round_)
        self.begun[round_.pk] = at - 30 * _DAY
        return round_

    def _adopt(self, bank: Organisation, snapshot: Snapshot, done: int) -> None:
        roadmap: Mapping[str, Any] | None = snapshot.findings["roadmap"]
        if not roadmap or not roadmap["plan"]:
            return
        at = snapshot.published_at + 3 * _DAY
        plan = AdoptedPlan(
            assessment=snapshot.assessment,
            first_quarter_on=calendar_quarter(at.date()),
            adopted_by=snapshot.published_by,
            adopted_at=at,
        )
        self.plans.append(plan)
        bank.plan_round = snapshot.assessment
        states = [ActionStatus.DONE] * done + [ActionStatus.STARTED] * 2
        for place, action in enumerate(roadmap["plan"]):
            self.actions.append(
                AdoptedAction(
                    plan=plan,
                    action=action["action"],
                    due_quarter=action["ends"],
                    status=states[place] if place < len(states) else ActionStatus.PLANNED,
                    updated_at=at,
                )
            )

    def _open(self, bank: Organisation, lead: User, invented: InventedBank) -> None:
        """A round at work, due some days from now or some days ago."""
        if invented.due_in is None:
            return
        due = self.now + invented.due_in * _DAY
        period = next(_halves(self.now, 1, back=0))[0]
        round_ = Assessment(
            organisation=bank,
            period=period,
            due_on=due.date(),
            framework_version=_version(),
            started_by=lead,
        )
        self.rounds.append(round_)
        self.begun[round_.pk] = min(due, self.now) - 35 * _DAY
        self.sheets.append(
            Sheet(
                assessment=round_,
                respondent=lead,
                status=SheetStatus.SUBMITTED if invented.submitted else SheetStatus.OPEN,
                submitted_at=self.now - 2 * _DAY if invented.submitted else None,
            )
        )

    def write(self) -> None:
        """Some twenty statements for a hundred banks."""
        plans = {bank.pk: bank.plan_round for bank in self.banks}
        for bank in self.banks:  # written before its rounds, so the plan's round follows
            bank.plan_round = None
        User.objects.bulk_create(self.leads)
        Organisation.objects.bulk_create(self.banks)
        Membership.objects.bulk_create(self.members)
        Region.objects.bulk_create(self.regions)
        Engagement.objects.bulk_create(self.engagements)
        Assignment.objects.bulk_create(self.assignments)
        ClientTag.objects.bulk_create(self.tags)
        Assessment.objects.bulk_create(self.rounds)
        for round_ in self.rounds:
            round_.created_at = self.begun[round_.pk]
        Assessment.objects.bulk_update(self.rounds, ["created_at"], batch_size=AT_ONCE)
        for bank in self.banks:
            bank.plan_round = plans[bank.pk]
        planned = [bank for bank in self.banks if bank.plan_round is not None]
        Organisation.objects.bulk_update(planned, ["plan_round"])
        Sheet.objects.bulk_create(self.sheets)
        Snapshot.objects.bulk_create(self.snapshots, batch_size=AT_ONCE)
        Summary.objects.bulk_create(
            Summary(
                snapshot=snapshot,
                assessment=snapshot.assessment,
                organisation=snapshot.assessment.organisation,
                period=snapshot.assessment.period,
                **figures,
            )
            for snapshot, figures in zip(self.snapshots, self.figures, strict=True)
        )
        AdoptedPlan.objects.bulk_create(self.plans)
        AdoptedAction.objects.bulk_create(self.actions)
        Event.objects.bulk_create(self.events)


def _event(
    bank: Organisation, verb: str, about: Organisation | Assessment, at: dt.datetime
) -> Event:
    kind = "assessment" if isinstance(about, Assessment) else "organisation"
    return Event(organisation=bank, verb=verb, target=f"{kind}:{about.pk}", details={}, at=at)


def _back(invented: InventedBank) -> int:
    """How many half-years ago the last published round was."""
    return 1 + invented.turn % 4 // 3


def _halves(now: dt.datetime, count: int, *, back: int) -> Iterator[tuple[str, dt.datetime]]:
    """So many half-years with their ends, the last one `back` halves before this one."""
    this = 2 * now.year + (now.month >= _JULY)
    for half in range(this - back - count + 1, this - back + 1):
        year, second = divmod(half, 2)
        ends = dt.datetime(year + second, 1 if second else _JULY, 1, 12, tzinfo=dt.UTC)
        yield f"{year} H{1 + second}", ends


def _version() -> str:
    from maturity import load_framework  # noqa: PLC0415 -- slow import

    return load_framework().version
