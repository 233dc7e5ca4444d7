"""Values with an error, and comparisons that treat a hair's breadth as equality."""

import math
from dataclasses import dataclass

# Two computed values, or a value and a limit, this close are equal.
HAIR = 1e-9
TIE_DECIMALS = 9
LOW, HIGH = 0.0, 100.0
# A uniform distribution has this share of its squared range as variance.
UNIFORM = 1 / 12


def below(value: float, limit: float) -> bool:
    """Whether a computed value is less than a limit, not merely by rounding."""
    return value < limit - HAIR


def above(value: float, limit: float) -> bool:
    """Whether a computed value is more than a limit, not merely by rounding."""
    return value > limit + HAIR


def tied(value: float) -> float:
    """The value by which ties are judged: nine decimals."""
    return round(value, TIE_DECIMALS)


def clamp(value: float, low: float = LOW, high: float = HIGH) -> float:
    """The value, held between two limits."""
    return min(max(value, low), high)


def normal(z: float) -> float:
    """The standard normal distribution function, 0 to 1."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def mean(values: list[float]) -> float:
    """Plain mean; the order of the values does not matter."""
    return math.fsum(values) / len(values)


def weighted_mean(pairs: list[tuple[float, float]]) -> float:
    """Mean of (weight, value) pairs; the order of the pairs does not matter."""
    total = math.fsum(weight for weight, _ in pairs)
    return math.fsum(weight * value for weight, value in pairs) / total


def sample_variance(values: list[float]) -> float:
    """Unbiased variance around the plain mean; 0 for fewer than two values."""
    if len(values) < len(("one", "other")):
        return 0.0
    centre = mean(values)
    return math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1)


def whole_variance(values: list[int]) -> float:
    """The same for whole numbers: exact but for one division."""
    n = len(values)
    if n < len(("one", "other")):
        return 0.0
    return (n * sum(value * value for value in values) - sum(values) ** 2) / (n * (n - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value in points with its standard error, which is never 0."""

    value: float
    se: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"an estimate needs a finite value, not {self.value}")
        if not (math.isfinite(self.se) and self.se > 0):
            raise ValueError(f"an estimate needs a positive standard error, not {self.se}")

    def interval(self, z: float) -> tuple[float, float]:
        """Value plus and minus z standard errors, held within 0 and 100."""
        return clamp(self.value - z * self.se), clamp(self.value + z * self.se)

    def chance_above(self, limit: float) -> float:
        """Probability, 0 to 1, that the true value exceeds a limit."""
        return normal((self.value - limit) / self.se)
