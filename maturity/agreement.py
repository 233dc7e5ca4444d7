"""How far the respondents agree with one another (framework B.8, H)."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from maturity.answers import shared_ratings
from maturity.case import Case
from maturity.estimate import above, clamp, mean, tied, whole_variance
from maturity.framework import HIGHEST_LEVEL, LOWEST_LEVEL, Framework

# Variance of five options chosen at random, and the widest mean deviation there can be.
RANDOM_VARIANCE = 2.0
WIDEST = (HIGHEST_LEVEL - LOWEST_LEVEL) / 2.0
# Labels up to each value of r_wg; beyond the last it is very strong.
BANDS = ((0.30, "none"), (0.50, "weak"), (0.70, "moderate"), (0.90, "strong"))
BEYOND = "very strong"
AGENDA_LENGTH = 5
FULL = 100.0  # the index where all say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAgreement:
    """Agreement on one item: n ratings, their mean, and the mean deviation ``ad`` in levels.

    ``rwg`` is 0 to 1; ``rwg_star`` the same against the largest possible variance; ``index``
    is 100 for full agreement and 0 for the widest split.
    """

    n: int
    mean: float
    ad: float
    rwg: float
    rwg_star: float
    band: str
    index: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement over the bank items with two or more ratings.

    ``share_ok`` is the share of items, 0 to 1, with an acceptable ``ad``; ``agenda`` the five
    widest, for a meeting to settle; ``alpha`` Krippendorff's with interval distance.
    """

    share_ok: float
    mean_index: float
    alpha: float
    agenda: tuple[str, ...]
    items: Mapping[str, ItemAgreement]


def agreement(framework: Framework, case: Case) -> Agreement | None:
    """Agreement of a case's own ratings; None where no bank item has two."""
    shared = dict(shared_ratings(framework, case))
    if not shared:
        return None
    items = {name: item_agreement(ratings) for name, ratings in shared.items()}
    widest = framework.parameters.widest_deviation
    return Agreement(
        share_ok=sum(not above(item.ad, widest) for item in items.values()) / len(items),
        mean_index=mean([item.index for item in items.values()]),
        alpha=krippendorff(list(shared.values())),
        agenda=tuple(sorted(items, key=lambda name: (-tied(items[name].ad), name)))[:AGENDA_LENGTH],
        items=items,
    )


def after_settling(
    framework: Framework, found: Agreement, settled: Collection[str]
) -> tuple[float, float]:
    """Share of items with an acceptable ``ad`` (0 to 1) and mean index (0 to 100) after a meeting.

    An item that the meeting settled counts as full agreement; the others as they were rated.
    """
    widest = framework.parameters.widest_deviation
    open_items = [item for name, item in found.items.items() if name not in settled]
    done = len(found.items) - len(open_items)
    within = sum(not above(item.ad, widest) for item in open_items)
    index = mean([item.index for item in open_items] + [FULL] * done)
    return (within + done) / len(found.items), index


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionAgreement:
    """Agreement over a dimension's items with two or more ratings: plain means of theirs.

    ``within`` counts the items with an acceptable ``ad``, ``fewest`` the ratings of the item that
    has least; ``low`` and ``high`` are the lowest and highest level that anyone gave, ``counts``
    the ratings at each level from 1 to 5.
    """

    items: int
    within: int
    fewest: int
    ad: float
    index: float
    low: int
    high: int
    counts: tuple[int, ...]


def by_dimension(framework: Framework, case: Case, least: int = 1) -> dict[str, DimensionAgreement]:
    """Agreement within each bank dimension that has any, in the order of the instrument.

    Items that fewer than ``least`` rated are left out, unless every respondent did.
    """
    enough = min(least, len(case.respondents))
    shared = {
        name: levels for name, levels in shared_ratings(framework, case) if len(levels) >= enough
    }
    found: dict[str, DimensionAgreement] = {}
    for dimension in framework.dimensions:
        names = [name for name in shared if framework.items[name].dimension == dimension]
        if names:
            found[dimension] = _dimension_agreement(framework, [shared[name] for name in names])
    return found


def _dimension_agreement(framework: Framework, ratings: list[list[int]]) -> DimensionAgreement:
    items = [item_agreement(levels) for levels in ratings]
    widest = framework.parameters.widest_deviation
    return DimensionAgreement(
        items=len(items),
        within=sum(not above(item.ad, widest) for item in items),
        fewest=min(item.n for item in items),
        ad=mean([item.ad for item in items]),
        index=mean([item.index for item in items]),
        low=min(min(levels) for levels in ratings),
        high=max(max(levels) for levels in ratings),
        counts=tuple(
            sum(levels.count(level) for levels in ratings)
            for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
        ),
    )


def item_agreement(ratings: list[int]) -> ItemAgreement:
    """Agreement of two or more ratings, 1 to 5."""
    n = len(ratings)
    total = sum(ratings)
    # n * |rating - mean| is whole, so that the sum over the ratings is exact.
    deviation = sum(abs(n * rating - total) for rating in ratings) / n**2
    variance = whole_variance(ratings)
    rwg = clamp(1.0 - variance / RANDOM_VARIANCE, 0.0, 1.0)
    largest = WIDEST**2 * n / (n - 1)
    return ItemAgreement(
        n=n,
        mean=total / n,
        ad=deviation,
        rwg=rwg,
        rwg_star=clamp(1.0 - variance / largest, 0.0, 1.0),
        band=next((label for most, label in BANDS if not above(rwg, most)), BEYOND),
        index=FULL * (1.0 - deviation / WIDEST),
    )


def krippendorff(units: list[list[int]]) -> float:
    """Krippendorff's alpha with interval distance; 1 where no disagreement is expected."""
    ratings = [rating for unit in units for rating in unit]
    expected = _squared_gaps(ratings) / (len(ratings) - 1)
    if expected == 0:
        return 1.0
    observed = math.fsum(_squared_gaps(unit) / (len(unit) - 1) for unit in units)
    return 1.0 - observed / expected


def _squared_gaps(ratings: list[int]) -> int:
    """Sum of squared differences over all ordered pairs, in whole numbers and so exact."""
    return 2 * (len(ratings) * sum(rating**2 for rating in ratings) - sum(ratings) ** 2)
