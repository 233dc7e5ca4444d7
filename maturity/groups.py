"""Compares what respondents of different roles said, without showing a small group apart.

Roles with fewer respondents than the limit are joined; where the joined rest is itself too small,
the smallest of the others joins it, since the whole minus the others would give it away. An item
counts only where every group that rated it is large enough *there*, and a dimension's mean is made
of such items alone, so that no two of these figures differ by fewer ratings than the limit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maturity.case import Case
from maturity.estimate import mean
from maturity.framework import Framework


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGroup:
    """Respondents of some roles: how many, and their mean level (1 to 5) by bank dimension.

    A dimension without an item that may be compared is missing.
    """

    roles: tuple[str, ...]
    respondents: int
    levels: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The widest distance between two groups' levels in one dimension."""

    dimension: str
    lower: RoleGroup
    higher: RoleGroup

    @property
    def levels(self) -> float:
        return self.higher.levels[self.dimension] - self.lower.levels[self.dimension]


def widest_gap(groups: Sequence[RoleGroup]) -> Gap | None:
    """Where two groups lie farthest apart; None where nothing can be compared."""
    gaps = [
        Gap(dimension=dimension, lower=lower, higher=higher)
        for higher in groups
        for lower in groups
        for dimension in higher.levels
        if dimension in lower.levels and higher is not lower
    ]
    return max(gaps, key=lambda gap: round(gap.levels, 9), default=None)


def role_groups(sizes: Mapping[str, int], least: int) -> tuple[tuple[str, ...], ...]:
    """Roles put together so that each group has ``least`` respondents; () unless there are two.

    Largest groups first, then by name; what was joined stands last.
    """
    order = sorted(sizes, key=lambda role: (-sizes[role], role))
    apart = [role for role in order if sizes[role] >= least]
    joined = [role for role in order if sizes[role] < least]
    while joined and apart and sum(sizes[role] for role in joined) < least:
        joined.append(apart.pop())
    groups: list[tuple[str, ...]] = [(role,) for role in apart]
    if joined:
        groups.append(tuple(sorted(joined)))
    return tuple(groups) if len(groups) > 1 else ()


def compare_roles(framework: Framework, case: Case, least: int = 1) -> tuple[RoleGroup, ...]:
    """Mean levels by group of roles and dimension; () where fewer than two groups may be shown."""
    sizes = Counter(person.role for person in case.respondents)
    groups = role_groups(sizes, least)
    place = {role: position for position, roles in enumerate(groups) for role in roles}
    levels: list[dict[str, list[float]]] = [{} for _ in groups]
    for item in framework.bank_items if groups else ():
        rated: list[list[float]] = [[] for _ in groups]
        for person in case.respondents:
            if isinstance(level := person.answers.get(item.id), int):
                rated[place[person.role]].append(level)
        if any(0 < len(given) < least for given in rated):
            continue
        for position, given in enumerate(rated):
            if given:
                levels[position].setdefault(item.dimension, []).append(mean(given))
    return tuple(
        RoleGroup(
            roles=roles,
            respondents=sum(sizes[role] for role in roles),
            levels={dimension: mean(means) for dimension, means in levels[position].items()},
        )
        for position, roles in enumerate(groups)
    )
