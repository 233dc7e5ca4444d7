"""What moved between two published rounds, how sure that is, and what may explain it.

Pure: findings in, changes out. Across framework versions only the items that are the same are
scored and compared (`maturity.compare`). A change within its 90 % interval is "not sure".
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from maturity import Findings
from maturity.answers import POINTS_PER_LEVEL
from maturity.compare import Common, Move, common_items, edition, moved, profile
from maturity.framework import CUSTOMERS, Framework

Verdict = Literal["up", "down", "not sure", "same"]
_NOTHING = 1e-6  # snapshots hold six decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure then and now, and the half width of its change's 90 % interval, None if unknown.

    Points from 0 to 100, or levels from 1 to 5 for an item.
    """

    before: float
    after: float
    half: float | None

    @property
    def by(self) -> float:
        return self.after - self.before

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 90 % interval of the change."""
        return None if self.half is None else (self.by - self.half, self.by + self.half)

    @property
    def verdict(self) -> Verdict:
        """Up or down only beyond the interval; what did not move at all is the same."""
        if abs(self.by) < _NOTHING:
            return "same"
        if self.half is None or abs(self.by) <= self.half:
            return "not sure"
        return "up" if self.by > 0 else "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """All changes between two rounds, as far as both scored them.

    `items` holds those that changed, `raters` how many rated each of these then and now. `bases`
    says how customers were known then and now.
    """

    common: Common
    bank: Change | None
    customer: Change | None
    dimensions: Mapping[str, Change]
    items: Mapping[str, Change]
    raters: Mapping[str, tuple[int, int]]
    bases: tuple[str, str]
    framework: Framework  # the later one

    def of(self, dimension: str) -> dict[str, Change]:
        """The changed items of one dimension, the largest change first."""
        own = {
            name: change
            for name, change in self.items.items()
            if self.framework.items[name].dimension == dimension
        }
        return dict(sorted(own.items(), key=lambda pair: -abs(round(pair[1].by, 6))))


def what_moved(before: Findings, after: Findings) -> Moved | None:
    """Compare two rounds; None where this program does not know one's framework any more."""
    try:
        editions = [edition(found.framework) for found in (before, after)]
    except LookupError:
        return None
    common = common_items(editions)
    (old, _), (new, _) = editions
    found = moved(profile(before, old, common.items), profile(after, new, common.items))
    z = new.parameters.z90
    return Moved(
        common=common,
        bank=_change(found.axes.get("bank"), z, before.bank.se, after.bank.se),
        customer=_change(found.axes.get("customer"), z, before.customer.se, after.customer.se),
        dimensions={
            name: change
            for name, move in found.dimensions.items()
            if name != CUSTOMERS
            and (change := _change(move, z, _error(before, name), _error(after, name)))
        },
        items={
            name: change
            for name, move in found.items.items()
            if (change := _change(move, z, _spread(before, name), _spread(after, name)))
        },
        raters={
            name: (before.items[name].ratings, after.items[name].ratings) for name in found.items
        },
        bases=(before.customer.basis, after.customer.basis),
        framework=new,
    )


def _change(move: Move | None, z: float, was: float | None, now: float | None) -> Change | None:
    """Errors are taken as independent, so that a shared leniency makes a change less sure."""
    if move is None:
        return None
    half = None if was is None or now is None else z * math.hypot(was, now)
    return Change(before=move.before, after=move.after, half=half)


def _error(findings: Findings, dimension: str) -> float | None:
    found = findings.bank.dimensions.get(dimension)
    return None if found is None else math.sqrt(found.variance)


def _spread(findings: Findings, item: str) -> float | None:
    """An item's standard error in levels."""
    variance = findings.items[item].variance
    return None if variance is None else math.sqrt(variance) / POINTS_PER_LEVEL


# ---- what may explain it ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Finished actions laid beside what moved. Nothing here says that one caused the other.

    `items`: actions that lift an item, for each item that rose. `alone`: items that rose without
    one. `still`: finished actions none of whose items rose.
    """

    items: Mapping[str, tuple[str, ...]]
    alone: tuple[str, ...]
    still: tuple[str, ...]


def explain(moves: Moved, finished: Collection[str]) -> Explained:
    """Match finished actions with the items that they lift; both in the order they come in."""
    library = moves.framework.actions
    actions = {name: library[name] for name in finished if name in library}
    rose = [name for name, change in moves.items.items() if change.by > 0]
    items = {
        item: lifting
        for item in rose
        if (lifting := tuple(name for name, action in actions.items() if item in action.lifts))
    }
    beside = {name for lifting in items.values() for name in lifting}
    return Explained(
        items=items,
        alone=tuple(item for item in rose if item not in items),
        still=tuple(name for name in actions if name not in beside),
    )
