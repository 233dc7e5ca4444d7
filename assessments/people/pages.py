"""All that the templates of this room see, formatted."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from assessments.access.refusals import NotAskedError, NotPermittedError, OutsideSectionsError
from assessments.access.roles import GRANTS, Permission, Standing
from assessments.access.scope import standing_on
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Organisation,
    OrganisationKind,
    Role,
    SizeBand,
    User,
)
from assessments.people import account_queries, queries
from assessments.people.countries import country_name
from assessments.people.plan_progress import PlanView, next_action, plan_view
from assessments.people.queries import PlanProgress, RoundFacts
from assessments.people.steps import (
    Hint,
    Link,
    NextStep,
    most_pressing,
    respondents,
    start_link,
    strategy_names,
    what_to_do,
)
from assessments.ui.numbers import day, number, score
from assessments.ui.shell import BankNav, bank_nav, home_of
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    period: str
    answers: str
    respondents: str
    due: str
    status: str
    strategy: str  # id, for the mark; empty unless published
    strategy_name: str
    strategy_note: str  # what this round alone found, where another is shown
    bank: str
    customers: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankHomePage:
    bank: BankNav
    name: str
    next: NextStep
    rounds: tuple[RoundRow, ...]
    hints: tuple[Hint, ...]
    show_scores: bool
    answers: bool  # whether this reader answers here at all; a consultant does not
    start: Link | None  # a further round, where the next step is not that already
    plan: PlanView | None
    history_url: str  # "" until a result is published, or for who may not read it


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    bank: BankNav
    editable: bool
    facts: tuple[tuple[str, str], ...]  # label and value, for those who may only read


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLink:
    name: str
    url: str
    leave_url: str
    firm: bool
    role: str
    fictional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    banks: tuple[BankLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    email: str
    banks: tuple[BankLink, ...]
    protected: bool
    factor: str
    sessions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalPage:
    """Why a member may not do this and whom to ask."""

    roles: str
    people: tuple[str, ...]
    not_asked: bool  # a member, but without a sheet in this round
    outside: str = ""  # the section that somebody else was asked about


def bank_home(organisation: Organisation, user: User, now: dt.datetime) -> BankHomePage:
    """The bank's home for one member."""
    reader = standing_on(organisation)
    rounds = queries.rounds_of(organisation, user)
    current = most_pressing(rounds)
    today = queries.today_of(organisation, now)
    sees_scores = reader.may(Permission.VIEW_RESULTS)
    step, hints = what_to_do(current, organisation, user, reader, today)
    plan = _plan(organisation, reader, today)
    if plan and current and plan.round_ == current.pk:
        step = next_action(plan, user) or step
    start = reader.may(Permission.START_ROUND) and current is not None
    return BankHomePage(
        bank=bank_nav(organisation, "home", Assessment(pk=current.pk) if current else None),
        name=organisation.name,
        next=step,
        rounds=tuple(_row(facts, sees_scores=sees_scores) for facts in rounds),
        hints=hints,
        show_scores=sees_scores,
        answers=reader.may(Permission.ANSWER),
        start=start_link(organisation) if start else None,
        plan=plan_view(plan) if plan else None,
        history_url=reverse("history", args=[organisation.pk])
        if sees_scores and any(facts.status == AssessmentStatus.PUBLISHED for facts in rounds)
        else "",
    )


def _plan(organisation: Organisation, reader: Standing, today: dt.date) -> PlanProgress | None:
    sees = reader.may(Permission.VIEW_PLAN)
    return queries.plan_progress(organisation, today) if sees else None


def profile(organisation: Organisation) -> ProfilePage:
    """The bank's profile: a form for those who may change it, a list for the others."""
    editable = standing_on(organisation).may(Permission.EDIT_BANK)
    facts = () if editable else _profile_facts(organisation)
    return ProfilePage(bank=bank_nav(organisation, "profile"), editable=editable, facts=facts)


def home(user: User) -> HomePage:
    return HomePage(banks=_bank_links(user))


def account(user: User, now: dt.datetime) -> AccountPage:
    count = len(account_queries.sign_ins_of(user, now))
    sessions = ngettext("In %(count)s browser.", "In %(count)s browsers.", count or 1)
    return AccountPage(
        email=user.email,
        banks=_bank_links(user),
        protected=user.has_second_factor,
        factor=gettext("On") if user.has_second_factor else gettext("Off: the password is enough."),
        sessions=sessions % {"count": number(count or 1)},
    )


def refusal(refused: BaseException | None) -> RefusalPage:
    """What the 403 page says. A refusal that names no permission speaks of the lead."""
    if not isinstance(refused, NotPermittedError):
        return RefusalPage(roles=str(Role.LEAD.label), people=(), not_asked=False)
    roles = [str(role.label) for role in Role if refused.permission in GRANTS[role]]
    people = tuple(lead.display_name for lead in queries.leads_of(refused.organisation))
    return RefusalPage(
        roles=gettext(" or ").join(roles),
        people=people,
        not_asked=isinstance(refused, NotAskedError),
        outside=_outside(refused),
    )


def _outside(refused: NotPermittedError) -> str:
    """The section that somebody else was asked about, or nothing."""
    if not isinstance(refused, OutsideSectionsError):
        return ""
    return load_wording(get_language() or "en").dimensions[refused.dimension].name


def _row(facts: RoundFacts, *, sees_scores: bool) -> RoundRow:
    shown = sees_scores and facts.strategy is not None
    strategy = facts.strategy if shown and facts.strategy else ""
    return RoundRow(
        period=facts.period,
        answers=_answers(facts),
        respondents=respondents(facts),
        due=day(facts.due_on) if facts.due_on else "–",
        status=_status(facts),
        strategy=strategy,
        strategy_name="".join(strategy_names(strategy or None)),
        strategy_note=_found_words(facts) if shown else "",
        bank=score(facts.bank_score if shown else None),
        customers=score(facts.customer_score if shown else None),
        links=_links(facts, sees_scores=sees_scores),
    )


def _found_words(facts: RoundFacts) -> str:
    if facts.found == facts.strategy:
        return ""
    return gettext("this round alone: %(strategy)s") % {
        "strategy": "".join(strategy_names(facts.found))
    }


def _answers(facts: RoundFacts) -> str:
    if facts.own_status is None:
        return "–"
    return gettext("%(done)s of %(total)s") % {
        "done": number(facts.answered),
        "total": number(facts.questions),
    }


def _status(facts: RoundFacts) -> str:
    if facts.status != AssessmentStatus.OPEN:
        return str(facts.status.label)
    if facts.sheets and facts.submitted == facts.sheets:
        return gettext("Submitted")
    return gettext("In progress")


def _links(facts: RoundFacts, *, sees_scores: bool) -> tuple[Link, ...]:
    opened = Link(text=gettext("Open"), url=reverse("round", args=[facts.pk]))
    if not sees_scores:
        return (opened,)
    results = Link(text=gettext("Results"), url=reverse("results", args=[facts.pk]))
    if facts.status == AssessmentStatus.PUBLISHED:
        roadmap = Link(text=gettext("Roadmap"), url=reverse("roadmap", args=[facts.pk]))
        return (results, roadmap)
    return (results,) if facts.status == AssessmentStatus.CLOSED else (opened,)


def _bank_links(user: User) -> tuple[BankLink, ...]:
    return tuple(
        BankLink(
            name=bank.name,
            url=home_of(bank),
            leave_url=reverse("leave", args=[bank.pk]),
            firm=bank.kind == OrganisationKind.FIRM,
            role=str(Role(vars(bank)["member_role"]).label),
            fictional=bank.fictional,
        )
        for bank in queries.banks_of(user)
    )


def _profile_facts(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    unknown = gettext("Not stated")
    size = str(SizeBand(organisation.size_band).label) if organisation.size_band else unknown
    return (
        (gettext("Country"), country_name(organisation.country) or unknown),
        (gettext("Size by total assets"), size),
        (gettext("Regions"), ", ".join(queries.region_names(organisation)) or unknown),
        (gettext("Time zone"), organisation.time_zone),
    )
