"""Merges what several respondents said about an item into one value (framework B.1-B.3, H)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from maturity.case import DONT_KNOW, NOT_APPLICABLE, Answer, Case
from maturity.estimate import HIGH, LOW, UNIFORM, mean, sample_variance, whole_variance
from maturity.framework import AWARENESS, Framework, Item, Parameters, points_of

POINTS_PER_LEVEL = 25.0
ACCOUNTABLE_WEIGHT = 2


UnknownRange = tuple[float | None, float, float]
# Nobody knowing is low awareness; for usage it is a prudent guess: points, lowest, highest.
UNKNOWN_AWARENESS: UnknownRange = (0.0, 0.0, 50.0)
UNKNOWN_USAGE: UnknownRange = (25.0, 0.0, 75.0)
BLANK_VARIANCE = (HIGH - LOW) ** 2 * UNIFORM

Kind = Literal["rated", "dk", "na", "blank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """One item after merging.

    ``level`` is 1 to 5 where anyone rated it; ``points``, ``low`` and ``high`` are 0 to 100;
    ``variance`` is in squared points; ``ratings`` counts the respondents who rated it.
    A blank has no points but a range; an item that does not apply has neither.
    """

    kind: Kind
    level: float | None
    points: float | None
    low: float | None
    high: float | None
    variance: float | None
    evidence: str
    ratings: int
    agreed: bool

    @property
    def scored(self) -> bool:
        """Whether the item enters its facet's score."""
        return self.points is not None


def shared_ratings(framework: Framework, case: Case) -> list[tuple[str, list[int]]]:
    """The bank items that two or more respondents rated, with the levels they gave."""
    sheets = [person.answers for person in case.respondents]
    if len(sheets) < len(("one", "other")):
        return []
    rated = (
        (item.id, [level for sheet in sheets if isinstance(level := sheet.get(item.id), int)])
        for item in framework.bank_items
    )
    return [(item, ratings) for item, ratings in rated if len(ratings) > 1]


def merge_all(framework: Framework, case: Case) -> dict[str, ItemScore]:
    """Every item of the framework, merged, in instrument order."""
    return {name: merge(framework, case, item) for name, item in framework.items.items()}


def merge(framework: Framework, case: Case, item: Item) -> ItemScore:
    """One item: ratings win over Don't know, that over N/A; an agreed level replaces all."""
    evidence = case.evidence.get(item.id, "E0")
    answers = [
        (person.role, person.answers[item.id])
        for person in case.respondents
        if item.id in person.answers
    ]
    ratings = [(role, answer) for role, answer in answers if isinstance(answer, int)]
    agreed = case.agreed.get(item.id)
    if agreed is not None:
        equal = [(1, agreed)] * max(1, len(ratings))
        return _rated(framework.parameters, equal, evidence, len(ratings), agreed=True)
    if ratings:
        double = case.accountable.get(item.dimension)
        weighted = [(ACCOUNTABLE_WEIGHT if role == double else 1, level) for role, level in ratings]
        return _rated(framework.parameters, weighted, evidence, len(ratings), agreed=False)
    said = {answer for _, answer in answers}
    return _unrated(item, said, evidence)


def _rated(
    parameters: Parameters,
    weighted: list[tuple[int, int]],
    evidence: str,
    ratings: int,
    *,
    agreed: bool,
) -> ItemScore:
    level = sum(weight * rating for weight, rating in weighted) / sum(w for w, _ in weighted)
    points = points_of(level)
    return ItemScore(
        kind="rated",
        level=level,
        points=points,
        low=points,
        high=points,
        variance=rating_variance(parameters, weighted, parameters.evidence[evidence]),
        evidence=evidence,
        ratings=ratings,
        agreed=agreed,
    )


def rating_variance(
    parameters: Parameters, weighted: list[tuple[int, int]], evidence: float
) -> float:
    """Variance in squared points of (weight, level) ratings; evidence scales the error."""
    n, prior = len(weighted), parameters.rating_prior
    spread = whole_variance([level for _, level in weighted])
    pooled = (prior * parameters.rating_sd**2 + (n - 1) * spread) / (n + prior - 1)
    weights = [weight for weight, _ in weighted]
    n_eff = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    return POINTS_PER_LEVEL**2 * pooled * evidence**2 / n_eff


def _unrated(item: Item, said: set[Answer], evidence: str) -> ItemScore:
    if DONT_KNOW in said:
        kind: Kind = "dk"
        points, low, high = UNKNOWN_AWARENESS if item.facet == AWARENESS else UNKNOWN_USAGE
    else:
        kind = "na" if NOT_APPLICABLE in said else "blank"
        points, low, high = None, LOW, HIGH
    exists = kind != "na"
    return ItemScore(
        kind=kind,
        level=None,
        points=points,
        low=low if exists else None,
        high=high if exists else None,
        variance=(high - low) ** 2 * UNIFORM if exists else None,
        evidence=evidence,
        ratings=0,
        agreed=False,
    )


def respondent_leanings(framework: Framework, case: Case) -> list[float]:
    """How far each respondent's ratings lie from the others', as a mean in points.

    Over the bank items that two or more rated; one entry for each respondent who rated any.
    """
    centres = {
        item: sum(ratings) / len(ratings) for item, ratings in shared_ratings(framework, case)
    }
    leanings = []
    for person in case.respondents:
        gaps = [
            POINTS_PER_LEVEL * (answer - centre)
            for item, centre in centres.items()
            if isinstance(answer := person.answers.get(item), int)
        ]
        if gaps:
            leanings.append(mean(gaps))
    return leanings


def rating_roles(framework: Framework, case: Case) -> int:
    """How many distinct roles rated at least one bank item; at least 1."""
    roles = {
        person.role
        for person in case.respondents
        if any(isinstance(person.answers.get(item.id), int) for item in framework.bank_items)
    }
    return max(1, len(roles))


def leniency_variance(parameters: Parameters, leanings: list[float], roles: int) -> float:
    """Variance in squared points of the leniency that all raters share."""
    raters = max(1, len(leanings))
    spread = sample_variance(leanings)
    prior = parameters.leniency_prior
    pooled = (prior * parameters.leniency**2 + (raters - 1) * spread) / (raters + prior - 1)
    return max(pooled / roles, parameters.leniency_least**2)


Scores = Mapping[str, ItemScore]
