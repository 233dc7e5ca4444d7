"""How this was scored: from both axes down to each answer, so that a doubter can recompute it.

Numbers carry two decimals here, enough to follow by hand to the one decimal shown elsewhere.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results.profile import evidence
from assessments.results.settled import Agreed
from assessments.results.subject import Source, Subject, joined, midline
from assessments.ui import numbers
from assessments.ui.shell import BankNav
from maturity.answers import ItemScore
from maturity.framework import CUSTOMERS, FACETS, RISK, Framework, Item
from maturity.scoring import FacetScore, score_facets


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule in words, as a formula, and with this bank's numbers filled in."""

    title: str
    text: str
    formula: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One question's way from the answers to its points and weight."""

    id: str
    title: str
    answers: str
    level: str
    points: str
    weight: str
    evidence: str
    note: str
    agreed: str  # what a meeting settled, when, and what was said before; empty: nothing
    agreed_reason: str  # as it was typed


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """Awareness or usage of a dimension with its questions and its own sum."""

    name: str
    score: str
    formula: str
    coverage: str
    rows: tuple[AnswerRow, ...]
    withheld: str  # why there are no rows, where there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionView:
    """One dimension, its sum, and its facets."""

    id: str
    name: str
    score: str
    formula: str
    note: str
    facets: tuple[FacetView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One account's three parts and its score."""

    platform: str
    state: str
    recency: str
    frequency: str
    response: str
    score: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringPage:
    """The whole derivation. ``steps`` run from the answers up to the quadrant."""

    bank: BankNav | None
    subject: Subject
    facts: tuple[str, ...]
    steps: tuple[Step, ...]
    doubt: tuple[Step, ...]
    dimensions: tuple[DimensionView, ...]
    customers: DimensionView | None
    channels: tuple[ChannelRow, ...]
    channel_steps: tuple[Step, ...]
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What stands beside the questions: what a meeting agreed, and ratings for who may see them."""

    agreed: Mapping[str, Agreed]
    ratings: bool


def build_scoring(
    source: Source,
    *,
    bank: BankNav | None = None,
    agreed: Mapping[str, Agreed] | None = None,
    ratings: bool = True,
) -> ScoringPage:
    """Write the derivation in the active language; `agreed` tells of the meeting, by question.

    Without `ratings` the page tells how many levels were given, not which.
    """
    beside = _Beside(agreed=agreed or {}, ratings=ratings)
    findings = source.findings
    return ScoringPage(
        bank=bank,
        subject=source.subject,
        facts=(
            _("Framework %(version)s") % {"version": findings.framework},
            ngettext("%(count)s respondent", "%(count)s respondents", source.respondents)
            % {"count": numbers.number(source.respondents)},
        ),
        steps=tuple(step for step in _bank_steps(source) if step),
        doubt=tuple(step for step in _doubt_steps(source) if step),
        dimensions=tuple(_dimension(source, id_, beside) for id_ in findings.bank.dimensions),
        customers=_dimension(source, CUSTOMERS, beside),
        channels=_channel_rows(source),
        channel_steps=_channel_steps(source),
        limits=_(
            "Weights, penalties and error terms are reasoned defaults without empirical "
            "calibration. Self-assessment is not assurance."
        ),
    )


def two(value: float | None) -> str:
    """A number with two decimals, or a dash."""
    return "–" if value is None else numbers.number(value, 2)


# ---- the bank axis ----------------------------------------------------------------------------


def _bank_steps(source: Source) -> list[Step | None]:
    return [
        Step(
            title=_("From a level to points"),
            text=_(
                "Level 1 is 0 points, level 5 is 100. With several respondents the levels are "
                "averaged; the accountable function counts double, and an agreed level replaces all."
            ),
            formula=_("points = 25 × (level − 1)"),
        ),
        Step(
            title=_("Don’t know, not applicable, blank"),
            text=_(
                "Don’t know counts 0 points for awareness and 25 for usage, unless a colleague "
                "rated the question. Not applicable leaves the question out. A blank is left out "
                "too, but widens the range and lowers the coverage."
            ),
            formula="",
        ),
        Step(
            title=_("From questions to a dimension"),
            text=_("Core questions weigh 2, others 1. Awareness and usage count half each."),
            formula=_("dimension = 0.5 × awareness + 0.5 × usage"),
        ),
        _questionnaire_step(source),
        _axis_step(source),
        _cap_step(source),
        _gate_step(source),
        _level_step(source),
    ]


def _questionnaire_step(source: Source) -> Step | None:
    bank = source.findings.bank
    scores = [d.score for d in bank.dimensions.values() if d.score is not None]
    if bank.questionnaire is None:
        return None
    return Step(
        title=_("From dimensions to the questionnaire"),
        text=_("The plain mean of the dimensions that have a score."),
        formula=f"({' + '.join(two(s) for s in scores)}) ÷ {numbers.number(len(scores))} = "
        f"{two(bank.questionnaire)}",
    )


def _axis_step(source: Source) -> Step | None:
    bank, share = source.findings.bank, source.framework.parameters.channel_share
    if bank.raw is None:
        return None
    if bank.channel_index is None:
        return Step(
            title=_("The bank’s score"),
            text=_("Without a channel inventory the questionnaire stands alone, provisionally."),
            formula=f"{two(bank.questionnaire)} = {two(bank.raw)}",
        )
    return Step(
        title=_("The bank’s score"),
        text=_("Nine tenths from the questionnaire, one tenth from the channel index."),
        formula=f"{numbers.number(1 - share, 1)} × {two(bank.questionnaire)} + "
        f"{numbers.number(share, 1)} × {two(bank.channel_index)} = {two(bank.raw)}",
    )


def _cap_step(source: Source) -> Step:
    failed = source.findings.bank.risk.critical_failed
    cap = midline(source.framework.parameters.critical_cap)
    text = (
        _("Failed here: %(names)s. Risk is therefore held at %(cap)s or less.")
        % {"names": joined([source.item(id_) for id_ in failed]), "cap": cap}
        if failed
        else _("None of the four fails here.")
    )
    return Step(
        title=_("Critical controls"),
        text=_("A control below level 1.5, unknown or unanswered has failed.") + " " + text,
        formula=_("Risk ≤ %(cap)s if any fails") % {"cap": cap},
    )


def _gate_step(source: Source) -> Step | None:
    bank, parameters = source.findings.bank, source.framework.parameters
    if bank.raw is None or bank.effective is None:
        return None
    line = source.findings.midlines.bank
    values = {
        "risk": two(bank.risk.score),
        "gate": midline(parameters.risk_gate),
        "limit": midline(line - parameters.gate_margin),
    }
    if bank.risk.gate_active:
        return Step(
            title=_("The risk gate"),
            text=_("Risk %(risk)s is below %(gate)s: the score counts at most %(limit)s.") % values,
            formula=_("smaller of %(raw)s and %(limit)s = %(counted)s")
            % {"raw": two(bank.raw), "limit": values["limit"], "counted": two(bank.effective)},
        )
    return Step(
        title=_("The risk gate"),
        text=_("Risk %(risk)s is at or above %(gate)s: the score counts in full.") % values,
        formula=two(bank.effective),
    )


def _level_step(source: Source) -> Step | None:
    bank = source.findings.bank
    if bank.level is None or bank.weakest is None:
        return None
    return Step(
        title=_("The level"),
        text=_(
            "Bands of 20 points: %(names)s. The label is at most one above that of the weakest "
            "dimension, here %(weakest)s."
        )
        % {
            "names": joined([level.name for level in source.wording.levels.values()]),
            "weakest": source.dimension(bank.weakest),
        },
        formula=_("Level %(number)s: %(name)s")
        % {
            "number": numbers.number(bank.level),
            "name": source.wording.levels[bank.level].name,
        },
    )


# ---- doubt ------------------------------------------------------------------------------------


def _doubt_steps(source: Source) -> list[Step | None]:
    return [
        _error_step(source),
        _interval_step(source),
        _bounds_step(source),
        _customer_step(source),
        _bank_chance(source),
        _customer_chance(source),
        _shares_step(source),
    ]


def error_parts(source: Source) -> tuple[float, float, float] | None:
    """Squared points that answers, channel index and shared leniency add to the bank's error."""
    bank, parameters = source.findings.bank, source.framework.parameters
    if bank.se is None:
        return None
    share = parameters.channel_share
    answers = math.fsum(d.variance for d in bank.dimensions.values()) / len(bank.dimensions) ** 2
    index = (
        100**2 / 12
        if source.findings.channels is None
        else parameters.channel_se[source.case.channel_source] ** 2
    )
    parts = (1 - share) ** 2 * answers, share**2 * index
    return (*parts, max(0.0, bank.se**2 - sum(parts)))


def _error_step(source: Source) -> Step | None:
    parts = error_parts(source)
    if parts is None:
        return None
    return Step(
        title=_("The bank’s standard error"),
        text=_(
            "Three pieces in squared points: the answers (narrower with evidence and respondents), "
            "the channel index, and how kind raters are as a group (8 points for one rater)."
        ),
        formula=f"√({' + '.join(two(part) for part in parts)}) = {two(source.findings.bank.se)}",
    )


def _interval_step(source: Source) -> Step | None:
    bank = source.findings.bank
    if bank.ci90 is None:
        return None
    return Step(
        title=_("The 90 % interval").replace("90 %", numbers.percent(0.9)),
        text=_("Around the score before the gate, within 0 and 100."),
        formula=f"{two(bank.raw)} ± 1.645 × {two(bank.se)} → {two(bank.ci90[0])} – {two(bank.ci90[1])}",
    )


def _bounds_step(source: Source) -> Step | None:
    bank = source.findings.bank
    if bank.bounds is None or bank.weight_range is None:
        return None
    return Step(
        title=_("Bounds, and other weights"),
        text=_(
            "What unknown answers alone could do to the score, and what halving or raising any "
            "dimension’s weight by half could do."
        ),
        formula=f"{two(bank.bounds[0])} – {two(bank.bounds[1])}; "
        f"{two(bank.weight_range[0])} – {two(bank.weight_range[1])}",
    )


def _customer_step(source: Source) -> Step | None:
    axis, guess, pulse = (
        source.findings.customer,
        source.findings.estimate,
        source.findings.pulse,
    )
    if axis.score is None:
        return None
    terms = [
        f"{numbers.number(part.weight, 3)} × {two(part.score)}"
        for part in (guess, pulse)
        if part is not None and part.weight and part.score is not None
    ]
    return Step(
        title=_("The customer score"),
        text=_(
            "The bank’s estimate has an error of at least 8 points. A pulse of 50 or more effective "
            "answers replaces it; a smaller one is blended in by its precision."
        ),
        formula=f"{' + '.join(terms)} = {two(axis.score)} ± {two(axis.se)}",
    )


def _bank_chance(source: Source) -> Step | None:
    bank, parameters = source.findings.bank, source.framework.parameters
    if bank.p_high is None or bank.raw is None or bank.se is None:
        return None
    line = source.findings.midlines.bank
    above = _phi((bank.raw - line) / bank.se)
    if bank.risk.critical_failed:
        gate, how = 0.0, _("A critical control fails, so the gate’s chance is 0.")
    elif bank.risk.score is None or not bank.risk.se:
        gate, how = 0.0, _("Risk has no score, so the gate’s chance is 0.")
    else:
        gate = _phi((bank.risk.score - parameters.risk_gate) / bank.risk.se)
        how = _("The gate’s chance is %(formula)s.") % {
            "formula": f"Φ(({two(bank.risk.score)} − {midline(parameters.risk_gate)}) ÷ "
            f"{two(bank.risk.se)}) = {numbers.number(gate, 3)}"
        }
    return Step(
        title=_("Chance that the bank belongs in the upper half"),
        text=_("The chance to be above the midline times the chance that Risk passes its gate.")
        + f" {how}",
        formula=f"Φ(({two(bank.raw)} − {midline(line)}) ÷ {two(bank.se)}) × "
        f"{numbers.number(gate, 3)} = {numbers.number(above, 3)} × {numbers.number(gate, 3)} = "
        f"{numbers.number(bank.p_high, 3)}",
    )


def _customer_chance(source: Source) -> Step | None:
    axis, placement = source.findings.customer, source.findings.placement
    if axis.score is None or not axis.se or placement is None:
        return None
    line = source.findings.midlines.customer
    chance = placement.probabilities["innovate"] + placement.probabilities["capability"]
    return Step(
        title=_("Chance that customers belong in the upper half"),
        text=_("Φ is the normal distribution."),
        formula=f"Φ(({two(axis.score)} − {midline(line)}) ÷ {two(axis.se)}) = "
        f"{numbers.number(chance, 3)}",
    )


def _shares_step(source: Source) -> Step | None:
    placement = source.findings.placement
    if placement is None:
        return None
    return Step(
        title=_("Four quadrants"),
        text=_(
            "The two chances, or what they leave, multiplied. From %(firm)s the placement is firm, "
            "from %(leaning)s leaning, below borderline."
        )
        % {
            "firm": numbers.percent(source.framework.parameters.firm),
            "leaning": numbers.percent(source.framework.parameters.leaning),
        },
        formula="; ".join(
            f"{source.short(id_)} {numbers.number(share, 3)}"
            for id_, share in placement.probabilities.items()
        ),
    )


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


# ---- dimensions -------------------------------------------------------------------------------


def _dimension(source: Source, id_: str, beside: _Beside) -> DimensionView:
    found = score_facets(source.framework, source.findings.items, id_)
    facets = tuple(_facet(source, id_, facet, found.get(facet), beside) for facet in FACETS)
    score, note = _dimension_score(source, id_)
    parts = [facet.score for facet in found.values() if facet.score is not None]
    formula = (
        f"0.5 × {two(parts[0])} + 0.5 × {two(parts[1])} = {two(sum(parts) / 2)}"
        if len(parts) == len(FACETS)
        else f"{two(parts[0])}"
        if parts
        else "–"
    )
    return DimensionView(
        id=id_,
        name=source.dimension(id_),
        score=two(score),
        formula=formula,
        note=note,
        facets=facets,
    )


def _dimension_score(source: Source, id_: str) -> tuple[float | None, str]:
    if id_ == CUSTOMERS:
        guess = source.findings.estimate
        return (None if guess is None else guess.score), _("The bank’s own estimate.")
    dimension = source.findings.bank.dimensions[id_]
    capped = id_ == RISK and source.findings.bank.risk.critical_failed
    note = (
        _("Capped at %(cap)s while a critical control fails.")
        % {"cap": midline(source.framework.parameters.critical_cap)}
        if capped
        else ""
    )
    return dimension.score, note


def _facet(
    source: Source,
    id_: str,
    facet: str,
    found: FacetScore | None,
    beside: _Beside,
) -> FacetView:
    items = source.framework.facets[id_, facet]
    withheld = any(source.few(item.id) for item in items)
    return FacetView(
        name=_("Awareness: knows, decided, agreed")
        if facet == FACETS[0]
        else _("Usage: does, with evidence"),
        score=two(found.score if found else None),
        formula="" if withheld else _facet_formula(source, items),
        coverage=numbers.percent(found.coverage) if found else "–",
        rows=() if withheld else tuple(_answer_row(source, item, beside) for item in items),
        withheld=_(
            "Answers in this round are anonymous, and fewer than four people rated one of these "
            "questions. They are not shown one by one, since the others would give it away."
        )
        if withheld
        else "",
    )


def _facet_formula(source: Source, items: Sequence[Item]) -> str:
    scored = [
        (item.weight, score.points)
        for item in items
        if (score := source.findings.items[item.id]).points is not None
    ]
    if not scored:
        return "–"
    whole = sum(weight for weight, _points in scored)
    total = sum(weight * value for weight, value in scored)
    terms = " + ".join(
        _short(value) if weight == 1 else f"{weight} × {_short(value)}" for weight, value in scored
    )
    return f"({terms}) ÷ {numbers.number(whole)} = {two(total / whole)}"


def _short(value: float) -> str:
    """Points without needless decimals."""
    return numbers.number(value, 0 if value == int(value) else 2)


def _answer_row(source: Source, item: Item, beside: _Beside) -> AnswerRow:
    score = source.findings.items[item.id]
    agreed = beside.agreed.get(item.id)
    return AnswerRow(
        id=item.id,
        title=source.item(item.id),
        answers=_given(source.ratings(item.id), shown=beside.ratings) or _said(score),
        level="–" if score.level is None else _short(score.level),
        points="–" if score.points is None else _short(score.points),
        weight=numbers.number(item.weight),
        evidence=evidence(score.evidence) if score.kind == "rated" else "–",
        note=_note(source.framework, item, score),
        agreed=agreed_words(agreed) if agreed else "",
        agreed_reason=agreed.reason if agreed else "",
    )


def _given(levels: Sequence[int], *, shown: bool) -> str:
    """The levels, lowest first so that no place is one person's; or only their count."""
    if shown or len(levels) == 1:  # a single one is the bank's own value
        return joined([numbers.number(level) for level in levels])
    if not levels:
        return ""
    text = ngettext("%(count)s answer", "%(count)s answers", len(levels))
    return text % {"count": numbers.number(len(levels))}


def agreed_words(agreed: Agreed) -> str:
    """The agreed level beside the ratings it stands for, and the day of the meeting."""
    values = {
        "level": numbers.number(agreed.level),
        "low": numbers.number(agreed.low or 0),
        "high": numbers.number(agreed.high or 0),
        "day": numbers.day(agreed.on),
    }
    if agreed.low is None:
        text = _("Agreed %(level)s in the meeting of %(day)s; nobody had given a level.")
    elif agreed.low == agreed.high:
        text = _("Agreed %(level)s in the meeting of %(day)s; the original answers were %(low)s.")
    else:
        text = _(
            "Agreed %(level)s in the meeting of %(day)s; the original answers ran from %(low)s "
            "to %(high)s."
        )
    return text % values


def _said(score: ItemScore) -> str:
    return {
        "dk": _("Don’t know"),
        "na": _("Not applicable"),
        "blank": _("Blank"),
        "rated": "–",
    }[score.kind]


def _note(framework: Framework, item: Item, score: ItemScore) -> str:
    notes = []
    if score.agreed:
        notes.append(_("agreed in a meeting"))
    if score.kind == "dk":
        notes.append(
            _("counts 0, could be up to 50")
            if item.facet == FACETS[0]
            else _("counts 25, could be up to 75")
        )
    elif score.kind == "na":
        notes.append(_("left out"))
    elif score.kind == "blank":
        notes.append(_("left out, lowers coverage"))
    if item.critical:
        notes.append(_("critical control"))
    if item.weight > 1:
        notes.append(_("core question"))
    return joined(notes)


# ---- channels ---------------------------------------------------------------------------------


def _channel_rows(source: Source) -> tuple[ChannelRow, ...]:
    inventory = source.findings.channels
    states = {
        "live": _("Live"),
        "dormant": _("Dormant"),
        "abandoned": _("Abandoned"),
        "closed": _("Closed"),
        "signposted": _("Signposted"),
    }
    return tuple(
        ChannelRow(
            platform=account.platform,
            state=states[account.state],
            recency=two(account.recency),
            frequency=two(account.frequency),
            response=two(account.response),
            score=two(account.score),
            weight=two(account.weight),
        )
        for account in (inventory.accounts if inventory else ())
    )


def _channel_steps(source: Source) -> tuple[Step, ...]:
    inventory = source.findings.channels
    if inventory is None:
        return ()
    return (
        Step(
            title=_("One account"),
            text=_(
                "Recency of the last post, posts against the kind’s target, and the share answered "
                "times speed; without messages the first two alone. A silent account scores 0."
            ),
            formula=_("100 × (0.35 × recency + 0.25 × frequency + 0.40 × response)"),
        ),
        Step(
            title=_("The channel index"),
            text=_(
                "The mean over open accounts weighted by followers, plus breadth, minus penalties "
                "for silent accounts."
            ),
            formula=f"{two(inventory.base)} + {two(inventory.breadth)} − {two(inventory.penalty)} → "
            f"{two(inventory.index)}",
        ),
    )
