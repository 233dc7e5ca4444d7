"""All that the template of a plan sees: its actions by stage or by quarter, formatted."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import ActionStatus, Assessment
from assessments.plans.queries import Entry, OtherRound, Plan
from assessments.ui.numbers import day, number
from assessments.ui.quarters import due_text, quarter_name
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_framework, load_wording
from maturity.framework import STAGES
from maturity.wording import Wording

Grouping = Literal["stage", "quarter"]
GROUPINGS: tuple[Grouping, ...] = ("stage", "quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    text: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An action's status with its sign; a late one says so instead."""

    text: str
    tone: str  # success, warn, error, started or nothing
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One action of the plan."""

    id: str
    title: str
    url: str
    stage: str
    suggested: str
    owner: str  # empty: nobody owns it
    gone: bool
    due: str
    state: State
    dropped: bool
    note: str
    first_step: str
    kpi: str
    kpi_how: str
    waits: tuple[str, ...]
    opens: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One stage or one quarter."""

    id: str
    title: str
    about: str
    progress: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    bank: BankNav
    period: str
    facts: tuple[str, ...]
    headline: str
    lead: str
    segments: tuple[str, ...]
    groupings: tuple[Link, ...]
    groups: tuple[Group, ...]
    stages_shown: bool  # beside each action, where the headings name quarters
    editable: bool
    add_url: str
    roadmap_url: str
    superseded: Link | None  # the plan in force, where this is an older one
    adoptable: Link | None  # a newer published round whose plan may be taken over
    earlier: tuple[Link, ...]
    gone: str  # told to the lead: actions whose owner left


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPlanPage:
    """A round without an adopted plan."""

    bank: BankNav
    period: str
    adopt_url: str
    roadmap_url: str


def build(
    plan: Plan,
    others: Sequence[OtherRound],
    *,
    practised: frozenset[str],
    by: Grouping,
    today: dt.date,
) -> PlanPage:
    """Write the plan's page for its reader."""
    assessment = plan.assessment
    reader = standing_on(assessment)
    manages = reader.may(Permission.MANAGE_PLAN)
    writer = CardWriter(plan, practised=practised, today=today)
    return PlanPage(
        bank=bank_nav(assessment.organisation, "plan", assessment),
        period=assessment.period,
        facts=_facts(plan),
        headline=headline(plan.entries),
        lead=_lead(plan.entries, writer, today),
        segments=segments(plan.entries, today),
        groupings=_groupings(assessment, by),
        groups=_by_stage(plan, writer) if by == "stage" else _by_quarter(plan, writer),
        stages_shown=by == "quarter",
        editable=manages and plan.current,
        add_url=reverse("plan_add", args=[assessment.pk]),
        roadmap_url=(
            reverse("roadmap", args=[assessment.pk]) if reader.may(Permission.VIEW_RESULTS) else ""
        ),
        superseded=_superseded(plan),
        adoptable=_adoptable(others) if manages else None,
        earlier=tuple(
            Link(text=other.assessment.period, url=reverse("plan", args=[other.assessment.pk]))
            for other in others
            if other.adopted and not other.newer
        ),
        gone=_gone(plan.entries) if manages and plan.current else "",
    )


def no_plan(assessment: Assessment, *, adoptable: bool) -> NoPlanPage:
    """What stands where no plan was adopted."""
    reader = standing_on(assessment)
    may = adoptable and reader.may(Permission.MANAGE_PLAN)
    sees = reader.may(Permission.VIEW_RESULTS)
    return NoPlanPage(
        bank=bank_nav(assessment.organisation, "plan", assessment),
        period=assessment.period,
        adopt_url=reverse("plan_adopt", args=[assessment.pk]) if may else "",
        roadmap_url=reverse("roadmap", args=[assessment.pk]) if sees else "",
    )


# ---- head --------------------------------------------------------------------------------------


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """What counts: everything that was not dropped."""
    return [entry for entry in entries if entry.status != ActionStatus.DROPPED]


def headline(entries: Iterable[Entry]) -> str:
    """ "4 of 12 actions done"."""
    counted = kept(entries)
    done = sum(entry.status == ActionStatus.DONE for entry in counted)
    return ngettext(
        "%(done)s of %(all)s action done", "%(done)s of %(all)s actions done", len(counted)
    ) % {"done": number(done), "all": number(len(counted))}


def segments(entries: Iterable[Entry], today: dt.date) -> tuple[str, ...]:
    """One mark for each action that counts: done first, then under way, late and planned."""
    order = ("done", "started", "overdue", "planned")
    marks = [
        "overdue" if entry.overdue(today) else str(ActionStatus(entry.status).value)
        for entry in kept(entries)
    ]
    return tuple(sorted(marks, key=order.index))


def _facts(plan: Plan) -> tuple[str, ...]:
    adopted = day(plan.adopted_on)
    return (
        _("Plan from the roadmap of %(period)s") % {"period": plan.assessment.period},
        _("adopted %(day)s by %(name)s") % {"day": adopted, "name": plan.adopted_by}
        if plan.adopted_by
        else _("adopted %(day)s") % {"day": adopted},
    )


def _lead(entries: Iterable[Entry], writer: "CardWriter", today: dt.date) -> str:
    """What is late and what comes next."""
    counted = kept(entries)
    late = sum(entry.overdue(today) for entry in counted)
    ahead = [entry for entry in counted if entry.open and not entry.overdue(today)]
    texts = []
    if late:
        texts.append(
            ngettext("%(count)s is overdue.", "%(count)s are overdue.", late)
            % {"count": number(late)}
        )
    if ahead:
        following = min(ahead, key=lambda entry: (entry.due_quarter, entry.pk))
        texts.append(
            _("Next: %(title)s, due %(due)s.")
            % {"title": writer.title(following.action), "due": writer.due(following)}
        )
    elif not late:
        texts.append(_("Nothing is left to do: the next assessment shows what it brought."))
    return " ".join(texts)


def _groupings(assessment: Assessment, by: Grouping) -> tuple[Link, ...]:
    url = reverse("plan", args=[assessment.pk])
    names = {"stage": _("By stage"), "quarter": _("By quarter")}
    return tuple(
        Link(
            text=names[name],
            url=url if name == GROUPINGS[0] else f"{url}?by={name}",
            current=name == by,
        )
        for name in GROUPINGS
    )


def _superseded(plan: Plan) -> Link | None:
    in_force = plan.assessment.organisation.plan_round_id
    if plan.current or in_force is None:
        return None
    return Link(text=_("Open the plan in force"), url=reverse("plan", args=[in_force]))


def _adoptable(others: Sequence[OtherRound]) -> Link | None:
    newest = next((other for other in others if other.newer), None)
    if newest is None or newest.adopted:
        return None
    return Link(
        text=_("Adopt the roadmap of %(period)s") % {"period": newest.assessment.period},
        url=reverse("plan_adopt", args=[newest.assessment.pk]),
    )


def _gone(entries: Iterable[Entry]) -> str:
    count = sum(entry.open and entry.gone for entry in entries)
    if not count:
        return ""
    return ngettext(
        "The owner of %(count)s open action has left the bank: choose a new one.",
        "The owners of %(count)s open actions have left the bank: choose new ones.",
        count,
    ) % {"count": number(count)}


# ---- actions -----------------------------------------------------------------------------------


class CardWriter:
    """Writes the actions of one plan, each with what it waits for and what it opens."""

    def __init__(self, plan: Plan, *, practised: frozenset[str], today: dt.date) -> None:
        self.plan = plan
        self.practised = practised
        self.today = today
        self.framework = load_framework()
        self.wording: Wording = load_wording(get_language() or "en")
        self.entries = plan.by_action

    def title(self, id_: str) -> str:
        return self.wording.actions[id_].title

    def due(self, entry: Entry) -> str:
        return due_text(self.plan.first_quarter_on, entry.due_quarter)

    def card(self, entry: Entry) -> Card:
        action, words = self.framework.actions[entry.action], self.wording.actions[entry.action]
        return Card(
            id=entry.action,
            title=words.title,
            url=reverse("plan_action", args=[self.plan.assessment.pk, entry.action]),
            stage=self.wording.stages[action.stage].name,
            suggested=self.wording.owners[action.owner],
            owner=entry.owner,
            gone=entry.gone,
            due=self.due(entry),
            state=state_of(entry.status, overdue=entry.overdue(self.today)),
            dropped=entry.status == ActionStatus.DROPPED,
            note=entry.note,
            first_step=words.first_step,
            kpi=words.kpi,
            kpi_how=words.kpi_how,
            waits=tuple(self._waits(entry)),
            opens=tuple(self._opens(entry)),
        )

    def _waits(self, entry: Entry) -> Iterable[str]:
        """Work that must precede an open action and is not done."""
        if not entry.open:
            return
        for id_ in self.framework.actions[entry.action].pre:
            before = self.entries.get(id_)
            title = self.title(id_)
            if before is None and id_ not in self.practised:
                yield _("%(title)s (not in this plan)") % {"title": title}
            elif before is not None and before.status == ActionStatus.DROPPED:
                yield _("%(title)s (dropped)") % {"title": title}
            elif before is not None and before.open:
                yield _("%(title)s (due %(due)s)") % {
                    "title": title,
                    "due": quarter_name(self.plan.first_quarter_on, before.due_quarter),
                }

    def _opens(self, entry: Entry) -> Iterable[str]:
        """Actions of the plan that this one must precede."""
        for other in self.plan.entries:
            if other.open and entry.action in self.framework.actions[other.action].pre:
                yield self.title(other.action)


def state_of(status: str, *, overdue: bool = False) -> State:
    """A status in words and with a sign, so that colour is never alone."""
    if overdue:
        return State(text=_("Overdue"), tone="error", icon="warning")
    known = ActionStatus(status)
    tone, sign = {
        ActionStatus.PLANNED: ("", ""),
        ActionStatus.STARTED: ("started", "sync"),
        ActionStatus.DONE: ("success", "check"),
        ActionStatus.DROPPED: ("", "cross"),
    }[known]
    return State(text=str(known.label), tone=tone, icon=sign)


def _by_stage(plan: Plan, writer: CardWriter) -> tuple[Group, ...]:
    groups = []
    for stage in STAGES:
        words = writer.wording.stages[stage]
        own = [e for e in plan.entries if writer.framework.actions[e.action].stage == stage]
        groups.append(
            Group(
                id=f"stage-{stage}",
                title=f"{number(stage)} {words.name}",
                about=words.about,
                progress=headline(own) if kept(own) else _("Nothing planned"),
                cards=_cards(own, writer),
            )
        )
    return tuple(groups)


def _by_quarter(plan: Plan, writer: CardWriter) -> tuple[Group, ...]:
    return tuple(
        Group(
            id=f"quarter-{quarter}",
            title=quarter_name(plan.first_quarter_on, quarter),
            about="",
            progress=headline(own) if kept(own) else _("Nothing planned"),
            cards=_cards(own, writer),
        )
        for quarter in sorted({entry.due_quarter for entry in plan.entries})
        if (own := [entry for entry in plan.entries if entry.due_quarter == quarter])
    )


def _cards(entries: Iterable[Entry], writer: CardWriter) -> tuple[Card, ...]:
    """Dropped ones last; the rest by quarter, as the query left them."""
    ordered = sorted(entries, key=lambda entry: entry.status == ActionStatus.DROPPED)
    return tuple(writer.card(entry) for entry in ordered)
