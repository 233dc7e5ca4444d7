"""Which quadrant both axes place the bank in, and how sure that is (framework B.11, C, H)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from maturity.case import Midlines
from maturity.customers import CustomerScore
from maturity.estimate import Estimate, below, tied
from maturity.framework import Framework, Parameters
from maturity.scoring import BankScore

Firmness = Literal["firm", "leaning", "borderline"]
# Strategy by (bank in the upper half, customers in the upper half).
QUADRANTS: Mapping[tuple[bool, bool], str] = {
    (True, True): "innovate",
    (True, False): "awareness",
    (False, True): "capability",
    (False, False): "stepwise",
}
SURE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The strategy, the probability of each quadrant, and the runner-up unless firm."""

    strategy: str
    probabilities: Mapping[str, float]
    status: Firmness
    alternative: str | None

    def __post_init__(self) -> None:
        total = math.fsum(self.probabilities.values())
        # Snapshots hold six decimals, so four of them may miss 1 by a few units of the last.
        if abs(total - 1.0) > 4 * SURE or self.strategy not in self.probabilities:
            raise ValueError("a placement needs one probability a quadrant, adding to 1")


def strategy_at(midlines: Midlines, effective: float, customer: float) -> str:
    """The quadrant of two scores; a score on a midline counts as high."""
    return QUADRANTS[not below(effective, midlines.bank), not below(customer, midlines.customer)]


def place(
    framework: Framework, midlines: Midlines, bank: BankScore, customer: CustomerScore
) -> Placement | None:
    """The placement; None when either axis has no score."""
    if bank.effective is None or bank.p_high is None:
        return None
    if customer.score is None or customer.se is None:
        return None
    p_bank = bank.p_high
    p_customer = Estimate(value=customer.score, se=customer.se).chance_above(midlines.customer)
    chances = {
        name: (p_bank if high_bank else 1.0 - p_bank)
        * (p_customer if high_customer else 1.0 - p_customer)
        for (high_bank, high_customer), name in QUADRANTS.items()
    }
    strategy = strategy_at(midlines, bank.effective, customer.score)
    status = firmness(framework.parameters, chances[strategy])
    others = [name for name in chances if name != strategy]
    runner_up = max(others, key=lambda name: (tied(chances[name]), name))
    return Placement(
        strategy=strategy,
        probabilities=chances,
        status=status,
        alternative=None if status == "firm" else runner_up,
    )


def firmness(parameters: Parameters, probability: float) -> Firmness:
    """How sure a placement of this probability is called."""
    if not below(probability, parameters.firm):
        return "firm"
    return "borderline" if below(probability, parameters.leaning) else "leaning"


def displayed_strategy(framework: Framework, earlier: Sequence[Placement], now: Placement) -> str:
    """The strategy to show at a review, so that it does not flicker between rounds.

    ``earlier`` placements, oldest first. A shown strategy changes only when the new placement
    reaches the probability called leaning or has come out at two reviews running. Findings
    are never altered by this.
    """
    reviews = [*earlier, now]
    shown = before = reviews[0].strategy
    for review in reviews[1:]:
        likely = review.probabilities[review.strategy]
        if not below(likely, framework.parameters.leaning) or review.strategy == before:
            shown = review.strategy
        before = review.strategy
    return shown
