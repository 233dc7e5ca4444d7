"""How sure the placement is, what would narrow the doubt, and what is right either way."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.results import svg
from assessments.results.subject import Source, joined
from assessments.ui import numbers
from maturity.framework import CUSTOMERS
from maturity.scoring import doubt

MOST_STEPS = 3
CLAIMS = ("E0", "E1")  # grades that nobody else has seen
LEAST_SHARE = 0.02  # answers that carry less of the doubt are not worth naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How sure the placement is: firm, leaning or borderline."""

    status: str
    title: str
    text: str
    chart: svg.ProbabilityBar
    shares: tuple[svg.Share, ...]
    steps_title: str
    steps: tuple[str, ...]
    weights_title: str
    weights: str
    regret_title: str
    no_regret: tuple[str, ...]


def confidence(source: Source, no_regret: tuple[str, ...]) -> Confidence | None:
    """The probability bar and what stands beside it; None without a placement."""
    placement = source.findings.placement
    if placement is None:
        return None
    shares = _shares(source)
    weights_title, weights = _weights(source)
    steps = _steps(source) if placement.status != "firm" else ()
    return Confidence(
        status=placement.status,
        title={
            "firm": _("Confidence: firm"),
            "leaning": _("Confidence: leaning"),
            "borderline": _("Confidence: borderline"),
        }[placement.status],
        text=_text(source),
        chart=svg.ProbabilityBar(
            label=_("Probability of each strategy: %(shares)s.")
            % {"shares": joined([f"{share.name} {share.text}" for share in shares])},
            shares=shares,
        ),
        shares=shares,
        steps_title=_("What would most narrow the doubt"),
        steps=steps,
        weights_title=weights_title,
        weights=weights,
        regret_title=_("Right either way"),
        no_regret=tuple(source.action(action) for action in no_regret),
    )


def _shares(source: Source) -> tuple[svg.Share, ...]:
    """Every strategy's probability, largest first; what rounds to nothing is not drawn."""
    placement = source.findings.placement
    if placement is None:
        return ()
    ranked = sorted(placement.probabilities.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(
        svg.Share(
            strategy=id_, name=source.short(id_), value=value, text=numbers.probability(value)
        )
        for id_, value in ranked
        if value >= 0.005 or id_ == placement.strategy  # noqa: PLR2004 -- rounds to one per cent
    )


def _text(source: Source) -> str:
    placement = source.findings.placement
    if placement is None:
        return ""
    values = {
        "strategy": source.short(placement.strategy),
        "share": numbers.probability(placement.probabilities[placement.strategy]),
    }
    if placement.alternative is None:
        return _("“%(strategy)s” is %(share)s likely to be the right quadrant.") % values
    values |= {
        "other": source.short(placement.alternative),
        "other_share": numbers.probability(placement.probabilities[placement.alternative]),
    }
    if placement.status == "leaning":
        return (
            _(
                "“%(strategy)s” is %(share)s likely; the runner-up is “%(other)s” at %(other_share)s."
            )
            % values
        )
    return (
        _(
            "“%(strategy)s” is only %(share)s likely, “%(other)s” %(other_share)s. Treat the quadrant "
            "as open and begin with what both need."
        )
        % values
    )


def _weights(source: Source) -> tuple[str, str]:
    """What other weights of the dimensions could do, as a title and a sentence."""
    bounds, line = source.findings.bank.weight_range, source.findings.midlines.bank
    if bounds is None:
        return "", ""
    crosses = bounds[0] < line <= bounds[1]
    text = _(
        "Halving any dimension’s weight, or raising it by half, moves the bank’s score between "
        "%(low)s and %(high)s."
    ) % {"low": numbers.score(bounds[0]), "high": numbers.score(bounds[1])}
    if crosses:
        return _("Other weights could move the bank across the midline"), text
    return _("Other weights would not move the bank across the midline"), text


def _steps(source: Source) -> tuple[str, ...]:
    """What would narrow the doubt, the less certain axis first."""
    customer, bank = _customer_steps(source), _bank_steps(source)
    if _customers_are_less_certain(source):
        return tuple([*customer, *bank][:MOST_STEPS])
    return tuple([*bank[:2], *customer, *bank[2:]][:MOST_STEPS])


def _customers_are_less_certain(source: Source) -> bool:
    worst = next(iter(doubt(source.findings, source.framework)), None)
    if worst is not None:
        return source.framework.items[worst[0]].dimension == CUSTOMERS
    return False


def _customer_steps(source: Source) -> list[str]:
    basis = source.findings.customer.basis
    if basis == "estimate":
        return [_("Ask customers: a pulse of 50 or more replaces the bank’s own guess.")]
    if basis == "blended":
        return [_("Widen the customer pulse: from 50 effective answers it can replace the guess.")]
    return []


def _bank_steps(source: Source) -> list[str]:
    steps = []
    if source.respondents == 1:
        steps.append(
            _("Ask a second respondent: one person’s kindness or severity carries weight.")
        )
    if _gate_is_open_question(source):
        steps.append(
            _("Attach documents for the four critical controls: they decide whether Risk passes.")
        )
    if source.findings.channels is None:
        steps.append(_("List the bank’s accounts: the channel index is unknown."))
    for id_, share in doubt(source.findings, source.framework)[:MOST_STEPS]:
        if share >= LEAST_SHARE and source.framework.items[id_].dimension != CUSTOMERS:
            steps.append(_item_step(source, id_, share))
    return steps


def _gate_is_open_question(source: Source) -> bool:
    """Whether Risk lies so near its gate that better evidence could settle the question."""
    risk, parameters = source.findings.bank.risk, source.framework.parameters
    if risk.critical_failed or risk.score is None or risk.se is None:
        return False
    near = abs(risk.score - parameters.risk_gate) <= parameters.z90 * risk.se
    weak = any(
        source.findings.items[item.id].evidence in CLAIMS
        for item in source.framework.critical_items
    )
    return near and weak


def _item_step(source: Source, id_: str, share: float) -> str:
    values = {
        "title": source.item(id_),
        "dimension": source.dimension(source.framework.items[id_].dimension),
        "share": numbers.percent(share),
    }
    if source.findings.items[id_].kind in ("dk", "blank"):
        return (
            _("Find the answer to “%(title)s” (%(dimension)s): it carries %(share)s of the doubt.")
            % values
        )
    return (
        _("Attach evidence for “%(title)s” (%(dimension)s): it carries %(share)s of the doubt.")
        % values
    )
