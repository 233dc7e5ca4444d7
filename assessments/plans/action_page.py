"""What the templates of one action, of adopting and of adding see."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import ActionStatus, Assessment, Event
from assessments.plans.pages import Card, CardWriter, Link, state_of
from assessments.plans.queries import Change, Entry, Plan, names_of
from assessments.survey.queries import zone_of
from assessments.ui.numbers import clock, day, number
from assessments.ui.quarters import due_text, quarter_name
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_framework, load_wording
from maturity.framework import STAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One thing that was done to the action."""

    when: str
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What is stored, where somebody else was faster; field and content."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPage:
    bank: BankNav
    card: Card
    do: str
    editable: bool
    form_url: str
    plan_url: str
    add_back_url: str
    read_only: str  # why nothing can be changed here
    clash: Clash | None
    history: tuple[HistoryRow, ...]
    older_url: str
    newer_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPage:
    bank: BankNav
    title: str
    replaces: str
    form_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPage:
    bank: BankNav
    form_url: str
    plan_url: str
    nothing_left: bool


def action_page(
    plan: Plan,
    entry: Entry,
    *,
    practised: frozenset[str],
    events: "Page[Event]",
    today: dt.date,
    clash: Clash | None = None,
) -> ActionPage:
    """Write one action's page for its reader."""
    assessment = plan.assessment
    manages = standing_on(assessment).may(Permission.MANAGE_PLAN)
    words = load_wording(get_language() or "en").actions[entry.action]
    url = reverse("plan_action", args=[assessment.pk, entry.action])
    dropped = manages and plan.current and entry.status == ActionStatus.DROPPED
    return ActionPage(
        bank=bank_nav(assessment.organisation, "plan", assessment),
        card=CardWriter(plan, practised=practised, today=today).card(entry),
        do=words.do,
        editable=manages and plan.current,
        form_url=url,
        plan_url=reverse("plan", args=[assessment.pk]),
        add_back_url=reverse("plan_add", args=[assessment.pk]) if dropped else "",
        read_only=_read_only(plan, manages=manages),
        clash=clash,
        history=_history(plan, events),
        older_url=f"{url}?page={events.next_page_number()}" if events.has_next() else "",
        newer_url=f"{url}?page={events.previous_page_number()}" if events.has_previous() else "",
    )


def _read_only(plan: Plan, *, manages: bool) -> str:
    if not plan.current:
        return _("A newer plan is in force; this one is kept as it was.")
    return "" if manages else _("Only the bank’s lead changes the plan.")


def clash_of(plan: Plan, stored: Entry, asked: Change) -> Clash | None:
    """Where what is stored differs from what was asked for; None where only the version does."""
    differing = {
        "owner": stored.owner_id != asked.owner,
        "due": stored.due_quarter != asked.due_quarter,
        "status": stored.status != asked.status,
        "note": stored.note != asked.note,
    }
    shown = {
        "status": (_("Status"), state_of(stored.status).text),
        "owner": (_("Owner"), stored.owner or _("Nobody yet")),
        "due": (_("Due"), due_text(plan.first_quarter_on, stored.due_quarter)),
        "note": (_("Note"), stored.note or _("No note")),
    }
    return Clash(rows=tuple(row for name, row in shown.items() if differing[name]))


# ---- history -----------------------------------------------------------------------------------


def _history(plan: Plan, events: "Page[Event]") -> tuple[HistoryRow, ...]:
    rows = list(events.object_list)
    owners = [pk for row in rows for pk in row.details.get("owner", ())]
    names = names_of([*(row.actor for row in rows), *owners])
    zone = zone_of(plan.assessment.organisation)
    return tuple(
        HistoryRow(
            when=f"{day(row.at.astimezone(zone).date())}, {clock(row.at, zone)}",
            who=_name(row.actor, names),
            what=_what(plan, row, names),
        )
        for row in rows
    )


def _name(pk: int | None, names: Mapping[int, str]) -> str:
    return _("Somebody who has left") if pk is None else names.get(pk, _("Somebody who has left"))


def _what(plan: Plan, event: Event, names: Mapping[int, str]) -> str:
    """One event as a sentence or more; how the note changed is not kept."""
    told: Mapping[str, Any] = event.details
    texts = []
    if event.verb == "plan action added":
        texts.append(_("Added to the plan"))
    if "status" in told:
        before, after = (state_of(status).text for status in told["status"])
        texts.append(_("Status: %(before)s → %(after)s") % {"before": before, "after": after})
    if "owner" in told:
        before, after = (_("nobody") if pk is None else _name(pk, names) for pk in told["owner"])
        texts.append(_("Owner: %(before)s → %(after)s") % {"before": before, "after": after})
    if "due" in told:
        first = plan.first_quarter_on
        before, after = ("" if n is None else quarter_name(first, n) for n in told["due"])
        texts.append(
            _("Due: %(before)s → %(after)s") % {"before": before, "after": after}
            if before
            else _("Due: %(after)s") % {"after": after}
        )
    if "note" in told:
        texts.append(_("Note changed"))
    return " · ".join(texts)


# ---- adopting and adding -----------------------------------------------------------------------


def adopt_page(assessment: Assessment) -> AdoptPage:
    """The page that asks before a roadmap becomes the plan."""
    in_force = assessment.organisation.plan_round
    replaces = ""
    if in_force is not None and in_force.pk != assessment.pk:
        replaces = _(
            "It takes the place of the plan from %(period)s, which stays readable as it is."
        ) % {"period": in_force.period}
    return AdoptPage(
        bank=bank_nav(assessment.organisation, "roadmap", assessment),
        title=_("Adopt the roadmap of %(period)s") % {"period": assessment.period},
        replaces=replaces,
        form_url=reverse("plan_adopt", args=[assessment.pk]),
        cancel_url=reverse("roadmap", args=[assessment.pk]),
    )


def adoptable(quarters: Mapping[str, int], first: dt.date) -> dict[str, str]:
    """The roadmap's actions as choices: title, stage and the quarter each is due in."""
    wording, framework = load_wording(get_language() or "en"), load_framework()
    return {
        id_: _("%(title)s (%(stage)s, quarter %(quarter)s)")
        % {
            "title": wording.actions[id_].title,
            "stage": wording.stages[framework.actions[id_].stage].name,
            "quarter": number(quarter),
        }
        for id_, quarter in quarters.items()
    }


def add_page(plan: Plan, *, groups: Sequence[Any]) -> AddPage:
    assessment = plan.assessment
    return AddPage(
        bank=bank_nav(assessment.organisation, "plan", assessment),
        form_url=reverse("plan_add", args=[assessment.pk]),
        plan_url=reverse("plan", args=[assessment.pk]),
        nothing_left=not groups,
    )


def addable(plan: Plan) -> list[tuple[str, list[tuple[str, str]]]]:
    """Actions that are not in the plan or were dropped, by stage."""
    wording, framework = load_wording(get_language() or "en"), load_framework()
    entries = plan.by_action
    groups = []
    for stage in STAGES:
        own = []
        for action in framework.actions.values():
            entry = entries.get(action.id)
            if action.stage != stage or (entry and entry.status != ActionStatus.DROPPED):
                continue
            title = wording.actions[action.id].title
            own.append((action.id, _("%(title)s (dropped)") % {"title": title} if entry else title))
        if own:
            groups.append((wording.stages[stage].name, own))
    return groups


def taken_text(count: int) -> str:
    """What is said after adopting."""
    return ngettext(
        "The plan is adopted with %(count)s action. Give it an owner.",
        "The plan is adopted with %(count)s actions. Give each an owner.",
        count,
    ) % {"count": number(count)}


__all__ = [
    "ActionPage",
    "AddPage",
    "AdoptPage",
    "Clash",
    "Link",
    "action_page",
    "add_page",
    "addable",
    "adopt_page",
    "adoptable",
    "clash_of",
    "taken_text",
]
