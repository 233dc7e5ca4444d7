"""Why an action is in the plan, why then, what it opens, and what another one waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results.subject import Source, joined, listed, midline
from assessments.ui import numbers
from maturity.framework import LONG_EFFORT, RISK
from maturity.roadmap import PlannedAction, Roadmap, Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCard:
    """One planned action with all its reasons."""

    id: str
    title: str
    stage: int
    stage_name: str
    when: str
    tag: str
    do: str
    first_step: str
    why_this: str
    why_now: str
    why_not_sooner: str
    opens: str
    gain: str
    owner: str
    effort: str
    cost: str
    kpi: str
    kpi_how: str
    guards: str
    rule: str
    opportunity: str
    value_step: str
    state: str = ""  # in the adopted plan


def points(value: float) -> str:
    """Effort points without needless decimals."""
    return numbers.number(value, 0 if value == int(value) else 1)


def effort(value: int) -> str:
    """An action's effort in words."""
    return ngettext("%(count)s point", "%(count)s points", value) % {"count": numbers.number(value)}


def gain(bank: float, customer: float) -> str:
    """What finishing an action alone would add."""
    texts = []
    if round(bank, 1):
        texts.append(_("Bank %(gain)s") % {"gain": numbers.signed(bank)})
    if round(customer, 1):
        texts.append(_("Customers %(gain)s") % {"gain": numbers.signed(customer)})
    return joined(texts) or _("Opens later actions")


def tag(reason: str) -> str:
    """A short mark for what the rules put first; nothing for the rest."""
    return {"mandatory": _("must"), "twin-track": _("for customers")}.get(reason, "")


def card(
    source: Source, roadmap: Roadmap, step: PlannedAction, quarters: Sequence[str]
) -> ActionCard:
    """Write one action out. ``quarters`` names the plan's quarters in order."""
    action, words = source.framework.actions[step.action], source.wording.actions[step.action]
    terms = source.wording
    return ActionCard(
        id=step.action,
        title=words.title,
        stage=action.stage,
        stage_name=terms.stages[action.stage].name,
        when=when(step, quarters),
        tag=tag(step.reason),
        do=words.do,
        first_step=words.first_step,
        why_this=_why_this(source, roadmap, step),
        why_now=_why_now(source, roadmap, step),
        why_not_sooner=_why_not_sooner(source, roadmap, step, quarters),
        opens=_opens(source, roadmap, step),
        gain=gain(step.bank_gain, step.customer_gain),
        owner=terms.owners[action.owner],
        effort=effort(step.effort),
        cost=terms.cost_bands[action.cost_band],
        kpi=words.kpi,
        kpi_how=words.kpi_how,
        guards=joined([terms.risk_tags[mark] for mark in action.risk_tags]) or "–",
        rule=terms.rules[action.rule].name,
        opportunity=terms.opportunities[action.opportunity].name,
        value_step=terms.value_steps[action.value_step].name,
        state=source.states.get(step.action, ""),
    )


def when(step: PlannedAction, quarters: Sequence[str]) -> str:
    """The quarter of an action, or its first and last."""
    first = quarters[step.quarter - 1]
    if step.ends == step.quarter:
        return first
    last = quarters[step.ends - 1] if step.ends <= len(quarters) else _("after the plan")
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _why_this(source: Source, roadmap: Roadmap, step: PlannedAction) -> str:
    action = source.framework.actions[step.action]
    texts = []
    lifted = _lifted(source, step.action)
    if lifted:
        texts.append(_("Lifts %(items)s.") % {"items": joined(lifted)})
    if action.closes_channels:
        texts.append(_("Takes every silent account out of the channel index."))
    if round(step.bank_gain, 1) or round(step.customer_gain, 1):
        texts.append(
            _("Worth by itself: %(gain)s.") % {"gain": gain(step.bank_gain, step.customer_gain)}
        )
    risk = roadmap.trajectory[step.quarter - 1].risk
    under = risk is None or risk < source.framework.parameters.risk_gate
    if under and any(source.framework.items[id_].dimension == RISK for id_ in action.lifts):
        texts.append(_("Risk is under its gate, so work on Risk counts double."))
    return " ".join(texts)


def _lifted(source: Source, id_: str) -> list[str]:
    """Each item that the action moves, from where it stands today."""
    found = []
    for item, target in source.framework.actions[id_].lifts.items():
        level = source.findings.items[item].level
        values = {"title": source.item(item), "target": numbers.number(target)}
        if level is None:
            found.append(_("“%(title)s” toward level %(target)s") % values)
        elif level < target:
            values["level"] = numbers.number(level, 0 if level == int(level) else 1)
            found.append(_("“%(title)s” from level %(level)s toward %(target)s") % values)
    return found


def _why_now(source: Source, roadmap: Roadmap, step: PlannedAction) -> str:
    action = source.framework.actions[step.action]
    if step.reason == "mandatory":
        first = (
            _("The rules put it first, because an open account is silent.")
            if action.closes_channels
            else _("The rules put it first: it is part of the cheapest cure for a failed control.")
        )
    elif step.reason == "twin-track":
        first = _(
            "Bank and customers must rise together, and the quarter before started nothing for "
            "customers."
        )
    else:
        first = _("Of what could start it gave the most for its effort.")
    before = (
        _("It builds on work done by then: %(names)s.")
        % {"names": listed([source.action(id_) for id_ in action.pre])}
        if action.pre
        else _("Nothing must precede it.")
    )
    values = {"effort": points(step.effort), "capacity": points(roadmap.capacity)}
    takes = (
        _("It takes half of its %(effort)s points now and half the quarter after.")
        if step.effort == LONG_EFFORT
        else _("It takes %(effort)s of %(capacity)s points.")
    )
    return " ".join([first, before, takes % values])


def _why_not_sooner(
    source: Source, roadmap: Roadmap, step: PlannedAction, quarters: Sequence[str]
) -> str:
    earlier = [w for w in roadmap.waiting if w.action == step.action and w.quarter < step.quarter]
    if not earlier:
        return ""
    return waited(source, earlier[-1], quarters)


def waited(source: Source, waiting: Waiting, quarters: Sequence[str]) -> str:
    """Why an action did not start in a quarter, as a sentence."""
    quarter = quarters[waiting.quarter - 1]
    if waiting.reason == "gate":
        return _gated(source, waiting, quarter)
    return {
        "prerequisite": _("In %(quarter)s it still waited for: %(names)s."),
        "channels": _("In %(quarter)s a silent account was still open."),
        "capacity": _("In %(quarter)s the effort points were taken by: %(names)s."),
        "parallel": _("In %(quarter)s no more work could run at once beside: %(names)s."),
        "rank": _("In %(quarter)s other work came first and left no room: %(names)s."),
    }[waiting.reason] % {
        "quarter": quarter,
        "names": listed([source.action(id_) for id_ in waiting.on]),
    }


def _gated(source: Source, waiting: Waiting, quarter: str) -> str:
    """The gate waits for failing controls, which have titles, or for the Risk score as a whole."""
    controls = [source.item(id_) for id_ in waiting.on if id_ in source.framework.items]
    if controls:
        return _("In %(quarter)s critical controls still failed: %(names)s.") % {
            "quarter": quarter,
            "names": joined([f"“{title}”" for title in controls]),
        }
    return _("In %(quarter)s Risk was still below %(gate)s.") % {
        "quarter": quarter,
        "gate": midline(source.framework.parameters.risk_gate),
    }


def _opens(source: Source, roadmap: Roadmap, step: PlannedAction) -> str:
    names = [source.action(id_) for id_ in roadmap.opens.get(step.action, ())]
    if not names:
        return _("No later action waits for it.")
    return _("It opens the way for: %(names)s.") % {"names": listed(names)}
