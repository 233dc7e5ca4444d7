"""The sentences above the fold: strategy, gap, next step, gate and confidence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results import svg
from assessments.results.subject import Source, joined, midline
from assessments.ui import numbers
from maturity.quadrant import strategy_at
from maturity.scoring import level_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know before reading on. ``tone``: error, warning, success or info."""

    tone: str
    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyView:
    """What the placed quadrant asks of the bank."""

    id: str
    name: str
    short: str
    title: str
    meaning: str
    start: tuple[str, ...]
    stop: tuple[str, ...]


def headline(source: Source) -> str:
    """The first thing on the page: the strategy and why, in one sentence."""
    placement, findings = source.findings.placement, source.findings
    if placement is None:
        if findings.bank.effective is None:
            return _("There are not enough answers yet to place the bank")
        return _("The bank scores %(bank)s, but nobody has estimated its customers yet") % {
            "bank": numbers.score(findings.bank.effective)
        }
    names = {"strategy": source.strategy(placement.strategy)}
    if placement.status == "borderline" and placement.alternative:
        return _("On the border between “%(one)s” and “%(other)s”") % {
            "one": source.short(placement.strategy),
            "other": source.short(placement.alternative),
        }
    if findings.bank.risk.gate_active and source.gate_bites:
        gated = {
            "capability": _("%(strategy)s: customers are ready, risk controls are not"),
            "stepwise": _("%(strategy)s: risk controls and customers both hold the bank back"),
        }
        if placement.strategy in gated:
            return gated[placement.strategy] % names
    return {
        "innovate": _("%(strategy)s: the bank and its customers are both ready"),
        "awareness": _("%(strategy)s: the bank is ready, its customers are not"),
        "capability": _("%(strategy)s: customers are ahead of the bank"),
        "stepwise": _("%(strategy)s: neither the bank nor its customers are ready for a leap"),
    }[placement.strategy] % names


def lead(source: Source) -> str:
    """Where both stand, and what next quarter should bring."""
    parts = [position(source), next_step(source)]
    return " ".join(part for part in parts if part)


def position(source: Source) -> str:
    """Both scores in one sentence, with the gate where it acts."""
    bank, customer = source.findings.bank, source.findings.customer
    values = {
        "raw": numbers.score(bank.raw),
        "bank": numbers.score(bank.effective),
        "customer": numbers.score(customer.score),
        "risk": numbers.score(bank.risk.score),
        "bank_midline": midline(source.findings.midlines.bank),
        "customer_midline": midline(source.findings.midlines.customer),
    }
    if bank.effective is None:
        return _("No bank question has a usable answer, so there is no score to show.")
    if customer.score is None:
        return _("Answer the customer questions, or run a pulse, to place the bank.")
    if source.gate_bites and bank.risk.score is None:
        return (
            _(
                "Customers score %(customer)s. The bank would score %(raw)s, but its Risk has no score "
                "and holds it at %(bank)s."
            )
            % values
        )
    if source.gate_bites:
        return (
            _(
                "Customers score %(customer)s. The bank would score %(raw)s, but its Risk score of "
                "%(risk)s holds it at %(bank)s."
            )
            % values
        )
    if source.findings.midlines.bank == source.findings.midlines.customer:
        return (
            _(
                "The bank scores %(bank)s and its customers %(customer)s; the midline is "
                "%(bank_midline)s."
            )
            % values
        )
    return (
        _(
            "The bank scores %(bank)s against a midline of %(bank_midline)s, its customers "
            "%(customer)s against %(customer_midline)s."
        )
        % values
    )


def next_step(source: Source) -> str:
    """What the first quarter of the plan should move most."""
    roadmap = source.findings.roadmap
    if roadmap is None:
        return ""
    count = sum(1 for step in roadmap.plan if step.quarter == 1)
    if not count:
        return _("Every target is met already: keep the rhythm and assess again in a year.")
    before, after = roadmap.trajectory[0], roadmap.trajectory[1]
    values: dict[str, object] = {"count": numbers.number(count)}
    if source.findings.bank.risk.gate_active and before.risk is not None:
        values |= {"before": numbers.score(before.risk), "after": numbers.score(after.risk)}
        return (
            ngettext(
                "%(count)s action next quarter should lift Risk from %(before)s to about %(after)s.",
                "%(count)s actions next quarter should lift Risk from %(before)s to about %(after)s.",
                count,
            )
            % values
        )
    if after.customer - before.customer > after.bank - before.bank:
        values |= {
            "before": numbers.score(before.customer),
            "after": numbers.score(after.customer),
        }
        return (
            ngettext(
                "%(count)s action next quarter should lift customers from %(before)s to about "
                "%(after)s.",
                "%(count)s actions next quarter should lift customers from %(before)s to about "
                "%(after)s.",
                count,
            )
            % values
        )
    values |= {"before": numbers.score(before.bank), "after": numbers.score(after.bank)}
    return (
        ngettext(
            "%(count)s action next quarter should lift the bank from %(before)s to about %(after)s.",
            "%(count)s actions next quarter should lift the bank from %(before)s to about %(after)s.",
            count,
        )
        % values
    )


def since(source: Source) -> str:
    """How far both scores moved since the published round before, in a line; nothing without one."""
    before, findings = source.subject.before, source.findings
    if before is None:
        return ""
    bank = _moved(before.bank, findings.bank.effective, sure=before.bank_sure)
    customers = _moved(before.customer, findings.customer.score, sure=before.customer_sure)
    parts = [_("bank %(moved)s") % {"moved": bank}] if bank else []
    parts += [_("customers %(moved)s") % {"moved": customers}] if customers else []
    if not parts:
        return ""
    return _("Since %(period)s: %(moves)s") % {"period": before.period, "moves": joined(parts)}


def _moved(was: float | None, now: float | None, *, sure: bool) -> str:
    """A change in points; within its 90 % interval it is called “not sure”."""
    if was is None or now is None:
        return ""
    by = numbers.signed(now - was)
    if by == numbers.signed(0.0):
        return _("unchanged")
    return by if sure else _("%(by)s (not sure)") % {"by": by}


def course(source: Source, *, brief: bool = False) -> Notice | None:
    """Said where the strategy so far stays although this round alone found another (decision 21).

    ``brief`` leaves the rule out, for paper.
    """
    placement, shown = source.findings.placement, source.subject.shown_strategy
    if placement is None or not shown:
        return None
    found = _("This round alone falls into “%(found)s”, %(share)s likely.") % {
        "found": source.strategy(placement.strategy),
        "share": numbers.probability(placement.probabilities[placement.strategy]),
    }
    rule = _(
        "Another strategy is named once a round reaches %(least)s or two running find the same, so "
        "that it does not flicker. Everything else here, the roadmap too, is this round’s own "
        "finding."
    ) % {"least": numbers.percent(source.framework.parameters.leaning)}
    return Notice(
        tone="info",
        icon="info",
        title=_("The strategy named so far stays: “%(shown)s”.")
        % {"shown": source.strategy(shown)},
        text=found if brief else f"{found} {rule}",
    )


# ---- quadrant ---------------------------------------------------------------------------------


def would_be(source: Source) -> str | None:
    """The strategy that the page would have advised without the gate, if another."""
    bank, customer = source.findings.bank, source.findings.customer
    if not source.gate_bites or bank.raw is None or customer.score is None:
        return None
    free = strategy_at(source.findings.midlines, bank.raw, customer.score)
    return free if free != source.strategy_id else None


def quadrant_title(source: Source) -> str:
    """What the picture shows, as a sentence with a number."""
    bank, customer = source.findings.bank, source.findings.customer
    free = would_be(source)
    if free:
        return _("One gate separates %(bank)s from “%(strategy)s”") % {
            "bank": source.subject.bank,
            "strategy": source.short(free),
        }
    placement = source.findings.placement
    if placement and placement.status == "borderline":
        likely = sum(share >= LIKELY for share in placement.probabilities.values())
        return ngettext(
            "%(count)s of 4 strategies is at least %(share)s likely",
            "%(count)s of 4 strategies are at least %(share)s likely",
            likely,
        ) % {"count": numbers.number(likely), "share": numbers.percent(LIKELY)}
    lines = source.findings.midlines
    below_bank = lines.bank - (bank.effective or 0)
    below_customer = lines.customer - (customer.score or 0)
    values = {
        "bank": numbers.score(abs(below_bank)),
        "customer": numbers.score(abs(below_customer)),
    }
    return {
        "innovate": _("The bank stands %(bank)s and customers %(customer)s above the midline"),
        "awareness": _("Customers sit %(customer)s points below the midline"),
        "capability": _("The bank sits %(bank)s points below the midline"),
        "stepwise": _("The bank sits %(bank)s and customers %(customer)s below the midline"),
    }[source.strategy_id] % values


def quadrant(source: Source) -> svg.Quadrant | None:
    """The picture of the placement; None where there is none."""
    findings, placement = source.findings, source.findings.placement
    bank, customer, lines = findings.bank, findings.customer, findings.midlines
    if placement is None or bank.raw is None or bank.effective is None or bank.se is None:
        return None
    if customer.score is None or customer.se is None or bank.ci90 is None:
        return None
    gated = source.gate_bites
    stamps = [_("Fictional bank")] if source.subject.fictional else []
    stamps += [_("Provisional")] if bank.status == "provisional" else []
    counted = numbers.score(bank.effective)
    return svg.Quadrant(
        label=_quadrant_label(source),
        cells=_cells(source),
        strategy=placement.strategy,
        bank=bank.raw,
        counted=bank.effective,
        customer=customer.score,
        bank_se=bank.se,
        customer_se=customer.se,
        bank_range=bank.ci90,
        customer_range=reach(customer.score, customer.se, source.framework.parameters.z90),
        bank_midline=lines.bank,
        customer_midline=lines.customer,
        point=(_("Counts as %(score)s") % {"score": counted}, "")
        if gated
        else (f"{counted} / {numbers.score(customer.score)}", _("bank / customers")),
        raw=(numbers.score(bank.raw), _("without the gate")) if gated else ("", ""),
        drop=_("Risk gate %(drop)s") % {"drop": numbers.signed(bank.effective - bank.raw)}
        if gated
        else "",
        region=_("%(share)s region") % {"share": numbers.percent(0.9)},
        midline=_("midline %(score)s") % {"score": midline(lines.customer)},
        bank_axis=_("Bank maturity, 0–100"),
        customer_axis=_("Customer maturity, 0–100"),
        stamp=" · ".join(stamps),
        trail=_trail(source),
    )


def _trail(source: Source) -> svg.Trail | None:
    """Where the bank stood a round ago; None where that is not known."""
    before = source.subject.before
    if before is None or before.bank is None or before.customer is None:
        return None
    return svg.Trail(bank=before.bank, customer=before.customer, period=before.period)


def reach(value: float, se: float, z: float) -> tuple[float, float]:
    """The 90 % interval of one score, within 0-100."""
    return max(0.0, value - z * se), min(100.0, value + z * se)


def _cells(source: Source) -> tuple[svg.Cell, ...]:
    placement = source.findings.placement
    assert placement is not None  # noqa: S101 -- quadrant() saw to it
    corners = (
        ("innovate", True, True),
        ("awareness", False, True),
        ("capability", True, False),
        ("stepwise", False, False),
    )
    return tuple(
        svg.Cell(
            strategy=id_,
            name=source.short(id_),
            share=numbers.probability(placement.probabilities[id_]),
            right=right,
            top=top,
        )
        for id_, right, top in corners
    )


def _quadrant_label(source: Source) -> str:
    placement, bank = source.findings.placement, source.findings.bank
    assert placement is not None  # noqa: S101 -- quadrant() saw to it
    values = {
        "raw": numbers.score(bank.raw),
        "bank": numbers.score(bank.effective),
        "customer": numbers.score(source.findings.customer.score),
        "strategy": source.strategy(placement.strategy),
        "share": numbers.probability(placement.probabilities[placement.strategy]),
    }
    if source.gate_bites:
        return (
            _(
                "Quadrant: bank %(raw)s, counted as %(bank)s because of the risk gate; customers "
                "%(customer)s; strategy %(strategy)s, %(share)s likely."
            )
            % values
        )
    return (
        _(
            "Quadrant: bank %(bank)s; customers %(customer)s; strategy %(strategy)s, %(share)s likely."
        )
        % values
    )


# ---- level, gate and floors -------------------------------------------------------------------


def level_title(source: Source) -> str:
    """The level label, or what is missing for one."""
    level = source.findings.bank.level
    if level is None:
        return _("No level yet")
    return _("Level %(number)s of 5: %(name)s") % {
        "number": numbers.number(level),
        "name": source.wording.levels[level].name,
    }


def gate(source: Source) -> Notice | None:
    """The risk gate, closed or clear; None without any answer."""
    bank, parameters = source.findings.bank, source.framework.parameters
    if bank.effective is None:
        return None
    values = {
        "risk": numbers.score(bank.risk.score),
        "gate": midline(parameters.risk_gate),
        "raw": numbers.score(bank.raw),
        "strategy": source.short(would_be(source) or source.strategy_id),
    }
    if not bank.risk.gate_active:
        text = (
            _("Risk is %(risk)s, at or above %(gate)s, so the bank’s score counts in full.")
            % values
        )
        return Notice(tone="success", icon="shield", title=_("Risk gate clear."), text=text)
    return Notice(
        tone="error", icon="lock", title=_("Risk gate active."), text=_gate_text(source, values)
    )


def _gate_text(source: Source, values: dict[str, str]) -> str:
    if source.findings.bank.risk.score is None:
        return (
            _(
                "Risk has no score, which counts as below %(gate)s: the bank cannot count above the "
                "midline until the Risk questions are answered."
            )
            % values
        )
    if would_be(source):
        return (
            _(
                "Risk is %(risk)s and must reach %(gate)s before the bank can count above the midline. "
                "Without the gate this page would have advised “%(strategy)s”."
            )
            % values
        )
    if source.gate_bites:
        return (
            _(
                "Risk is %(risk)s and must reach %(gate)s before the bank can count above the midline."
            )
            % values
        )
    return (
        _(
            "Risk is %(risk)s. Below %(gate)s the bank cannot count above the midline; here it would "
            "lie below it anyway, at %(raw)s."
        )
        % values
    )


def floors(source: Source) -> tuple[Notice, ...]:
    """The other floors, where they act: failed controls, chain rule, silent accounts."""
    return tuple(n for n in (_controls(source), _chain(source), _silent(source)) if n)


def _controls(source: Source) -> Notice | None:
    failed = source.findings.bank.risk.critical_failed
    if not failed:
        return None
    return Notice(
        tone="error",
        icon="shield",
        title=ngettext(
            "%(count)s critical control fails.", "%(count)s critical controls fail.", len(failed)
        )
        % {"count": numbers.number(len(failed))},
        text=_(
            "At level 1, unknown or unanswered: %(names)s. Until each reaches level 2, Risk is held "
            "at %(cap)s or less."
        )
        % {
            "names": joined([source.item(id_) for id_ in failed]),
            "cap": midline(source.framework.parameters.critical_cap),
        },
    )


def _chain(source: Source) -> Notice | None:
    bank = source.findings.bank
    if bank.level is None or bank.weakest is None or bank.effective is None:
        return None
    own = level_of(source.framework, bank.effective).number
    if own <= bank.level:
        return None
    return Notice(
        tone="info",
        icon="info",
        title=_("The weakest link sets the level."),
        text=_(
            "The score alone would be level %(own)s. The label is at most one level above the "
            "weakest dimension, which is %(weakest)s."
        )
        % {"own": numbers.number(own), "weakest": source.dimension(bank.weakest)},
    )


def _silent(source: Source) -> Notice | None:
    inventory = source.findings.channels
    silent = inventory.silent if inventory else ()
    if not silent:
        return None
    return Notice(
        tone="warning",
        icon="warning",
        title=ngettext(
            "%(count)s account is silent.", "%(count)s accounts are silent.", len(silent)
        )
        % {"count": numbers.number(len(silent))},
        text=_(
            "While an open account is silent (%(names)s), the stages %(stages)s stay closed, and "
            "the channel index loses more than it would without the account."
        )
        % {
            "names": joined([account.platform for account in silent]),
            "stages": joined([source.wording.stages[n].name for n in (4, 5, 6)]),
        },
    )


def warnings(source: Source) -> tuple[Notice, ...]:
    """What limits the result: missing inventory or answers, many N/A, guess far from pulse."""
    found = [*_coverage(source), *_many_na(source), *_far_guess(source)]
    return tuple(
        Notice(tone="warning", icon="warning", title=title, text=text) for title, text in found
    )


def _coverage(source: Source) -> list[tuple[str, str]]:
    bank = source.findings.bank
    found = []
    if bank.status == "insufficient":
        found.append(
            (
                _("Not enough answers."),
                _("No dimension has a score. Answer at least one question in a dimension."),
            )
        )
    if source.findings.channels is None:
        found.append(
            (
                _("Provisional: no channel inventory."),
                _("The channel index is unknown, so a tenth of the bank’s score is missing."),
            )
        )
    least = source.framework.parameters.least_coverage
    thin = [name for name, d in bank.dimensions.items() if d.coverage < least]
    if thin and bank.status != "insufficient":
        found.append(
            (
                _("Provisional: thin coverage."),
                _("Under %(least)s of the weight is answered in: %(names)s.")
                % {
                    "least": numbers.percent(least),
                    "names": joined([source.dimension(name) for name in thin]),
                },
            )
        )
    return found


def _many_na(source: Source) -> list[tuple[str, str]]:
    names = []
    for (dimension, facet), items in source.framework.facets.items():
        whole = sum(item.weight for item in items)
        absent = sum(item.weight for item in items if source.findings.items[item.id].kind == "na")
        if 3 * absent > whole:
            names.append(
                (_("%(dimension)s, awareness") if facet == "A" else _("%(dimension)s, usage"))
                % {"dimension": source.dimension(dimension)}
            )
    if not names:
        return []
    return [
        (
            _("Many questions set aside."),
            _("More than a third of the weight is “not applicable” in: %(names)s.")
            % {"names": joined(names)},
        )
    ]


LIKELY = 0.1
FAR = 15.0  # points between the bank's guess and the pulse (framework E)


def _far_guess(source: Source) -> list[tuple[str, str]]:
    guess, pulse = source.findings.estimate, source.findings.pulse
    if guess is None or pulse is None or guess.score is None or pulse.score is None:
        return []
    if abs(guess.score - pulse.score) <= FAR:
        return []
    return [
        (
            _("What we thought is not what customers say."),
            _("The bank guessed %(guess)s; customers answered %(pulse)s.")
            % {"guess": numbers.score(guess.score), "pulse": numbers.score(pulse.score)},
        )
    ]
