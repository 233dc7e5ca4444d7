"""What finished actions would make of the scores (framework D, H: scheduler state).

The axes are linear in the items' points but for the cap on Risk, so each item has one
coefficient and the effect of an action is a short sum. Tests hold this against the scoring of
``maturity.scoring``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from maturity.answers import ItemScore
from maturity.case import Case
from maturity.channels import without_silent
from maturity.customers import CustomerScore
from maturity.estimate import HAIR, clamp
from maturity.framework import (
    AWARENESS,
    CUSTOMERS,
    FACETS,
    LONG_EFFORT,
    RISK,
    Action,
    Framework,
    points_of,
)
from maturity.scoring import score_facets
from maturity.standing import Standing

# (position of the item, points aimed at, coefficient on its axis or dimension, dimension)
Lift = tuple[int, float, float, int]
CUSTOMER_AXIS = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An action as the planner sees it: positions and bits instead of names."""

    bit: int
    action: Action
    lifts: tuple[Lift, ...]
    # every item of the library entry that is critical, whether or not it has points
    controls: tuple[int, ...]
    pre: tuple[int, ...]
    lifts_risk: bool

    @property
    def effort_a_quarter(self) -> int:
        """Long work is done half now and half in the next quarter."""
        effort = self.action.effort
        return effort // 2 if effort == LONG_EFFORT else effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Scores at one moment, 0 to 100; ``customer`` is not clamped; ``risk`` None if unscored."""

    bank: float
    customer: float
    risk: float | None
    raw_risk: float
    failing: tuple[int, ...]


class State:
    """What finishing actions changes: points by item, controls lifted, silent accounts."""

    __slots__ = ("done", "lifted", "points", "silent")

    def __init__(self, points: list[float], silent: bool) -> None:
        self.points = points
        self.silent = silent
        self.lifted: frozenset[int] = frozenset()
        self.done = 0

    def key(self) -> tuple[object, ...]:
        """Two states with equal keys behave alike."""
        return self.done, self.silent, self.lifted, tuple(self.points)


class Projection:
    """One case prepared for planning; holds no state of its own."""

    def __init__(self, framework: Framework, case: Case, standing: Standing) -> None:
        axis = standing.customers.axis
        if standing.placement is None or axis.score is None:
            raise ValueError("only a case with a score on both axes can be projected")
        self.framework = framework
        self.parameters = framework.parameters
        self.names = tuple(framework.items)
        self.position = {name: position for position, name in enumerate(self.names)}
        found = _starting_points(framework, standing.items, axis, axis.score)
        self.exists = tuple(name in found for name in self.names)
        self.start_points = [found.get(name, 0.0) for name in self.names]
        self.dimensions = tuple(
            name
            for name in framework.dimensions
            if any(item in found for item in _items_of(framework, name))
        )
        self.coefficients, self.axis = self._weigh(found)
        self.members = tuple(
            tuple(p for p, axis in enumerate(self.axis) if axis == position)
            for position in range(len(self.dimensions))
        )
        self.risk = self.dimensions.index(RISK) if RISK in self.dimensions else None
        self._prepare_channels(case, standing)
        self.controls = tuple(self.position[item.id] for item in framework.critical_items)
        self.unknown = frozenset(
            position
            for position in self.controls
            if standing.items[self.names[position]].kind in ("dk", "blank")
        )
        self.customer_start = axis.score
        self.customer_mean = self._customer_mean(self.start_points)
        self.steps = self._steps()
        self.limit = points_of(self.parameters.critical_level) - HAIR

    def _prepare_channels(self, case: Case, standing: Standing) -> None:
        inventory, share = standing.inventory, self.parameters.channel_share
        self.silent = inventory is not None and bool(inventory.silent)
        self.channel_part = self.clean_part = 0.0
        self.questionnaire_share = 1.0
        if inventory is not None:
            clean = without_silent(self.framework.channels, case.channels or ())
            self.questionnaire_share = 1.0 - share
            self.channel_part = share * inventory.index
            self.clean_part = share * clean

    def _weigh(self, found: Mapping[str, float]) -> tuple[tuple[float, ...], tuple[int, ...]]:
        """The coefficient of each item in its dimension (or the customer mean), and which."""
        weight = self.parameters.facet_weight
        coefficients = [0.0] * len(self.names)
        axis = [CUSTOMER_AXIS] * len(self.names)
        for dimension in (*self.dimensions, CUSTOMERS):
            facets = {
                facet: [i for i in self.framework.facets[dimension, facet] if i.id in found]
                for facet in FACETS
            }
            shares = {
                facet: 1.0 if dimension == CUSTOMERS else weight(facet)
                for facet, items in facets.items()
                if items
            }
            for facet, share in shares.items():
                whole = sum(item.weight for item in facets[facet])
                for item in facets[facet]:
                    position = self.position[item.id]
                    coefficients[position] = share / sum(shares.values()) * item.weight / whole
                    if dimension != CUSTOMERS:
                        axis[position] = self.dimensions.index(dimension)
        return tuple(coefficients), tuple(axis)

    def _steps(self) -> tuple[Step, ...]:
        """The library, each action after its prerequisites."""
        order: list[str] = []
        waiting = dict(self.framework.actions)
        while waiting:
            free = [name for name, action in waiting.items() if not waiting.keys() & action.pre]
            order.extend(free)
            for name in free:
                del waiting[name]
        number = {name: position for position, name in enumerate(order)}
        return tuple(
            self._step(number, position, self.framework.actions[name])
            for position, name in enumerate(order)
        )

    def _step(self, number: Mapping[str, int], position: int, action: Action) -> Step:
        lifted = [(self.position[name], level) for name, level in action.lifts.items()]
        return Step(
            bit=1 << position,
            action=action,
            lifts=tuple(
                (item, points_of(level), self.coefficients[item], self.axis[item])
                for item, level in lifted
                if self.exists[item]
            ),
            controls=tuple(item for item, _ in lifted if item in self.controls),
            pre=tuple(number[name] for name in action.pre),
            lifts_risk=any(self.framework.items[name].dimension == RISK for name in action.lifts),
        )

    def start(self) -> State:
        """The state before anything is done."""
        return State(list(self.start_points), self.silent)

    def _customer_mean(self, points: list[float]) -> float:
        return math.fsum(
            self.coefficients[p] * points[p] for p, axis in enumerate(self.axis) if axis < 0
        )

    def is_failing(self, control: int, points: float, lifted: frozenset[int]) -> bool:
        """Whether a critical item holds Risk down at these points."""
        if control in self.unknown and control not in lifted:
            return True
        return self.exists[control] and points < self.limit

    def capped(self, risk: float, failing: bool) -> float:
        """Risk under its cap while any control fails."""
        return min(risk, self.parameters.critical_cap) if failing else risk

    def outcome(self, state: State) -> Outcome:
        """Both axes and Risk at a state."""
        points = state.points
        scores = [
            math.fsum(self.coefficients[p] * points[p] for p in members) for members in self.members
        ]
        failing = tuple(
            control
            for control in self.controls
            if self.is_failing(control, points[control], state.lifted)
        )
        risk, raw_risk = None, 0.0
        if self.risk is not None:
            raw_risk = scores[self.risk]
            risk = scores[self.risk] = self.capped(raw_risk, bool(failing))
        channels = self.channel_part if state.silent or not self.silent else self.clean_part
        return Outcome(
            bank=self.questionnaire_share * math.fsum(scores) / len(scores) + channels,
            customer=self.customer_start + (self._customer_mean(points) - self.customer_mean),
            risk=risk,
            raw_risk=raw_risk,
            failing=failing,
        )

    def finish(self, state: State, step: Step, progress: tuple[float, float]) -> None:
        """Let an action end: its items move towards their targets."""
        most = self.framework.roadmap.most_step
        points = state.points
        for item, target, _, axis in step.lifts:
            rate = progress[1] if axis < 0 else progress[0]
            points[item] += rate * min(most, max(0.0, target - points[item]))
        if step.controls:
            state.lifted |= frozenset(step.controls)
        if step.action.closes_channels:
            state.silent = False
        state.done |= step.bit

    def gain(
        self, state: State, now: Outcome, step: Step, progress: tuple[float, float]
    ) -> tuple[float, float]:
        """What finishing an action alone, now, would add to the bank and the customer axis."""
        most = self.framework.roadmap.most_step
        points = state.points
        bank = customer = risk = 0.0
        for item, target, coefficient, axis in step.lifts:
            rise = target - points[item]
            if rise <= 0.0:
                continue
            rise = min(most, rise)
            if axis < 0:
                customer += coefficient * progress[1] * rise
            elif axis == self.risk:
                risk += coefficient * progress[0] * rise
            else:
                bank += coefficient * progress[0] * rise
        if step.lifts_risk:
            bank += self._risk_gain(state, now, step, risk, progress[0])
        bank *= self.questionnaire_share / len(self.dimensions)
        if step.action.closes_channels and state.silent:
            bank += self.clean_part - self.channel_part
        return bank, customer

    def _risk_gain(
        self, state: State, now: Outcome, step: Step, rise: float, progress: float
    ) -> float:
        """Change of capped Risk: an action may also cure the last failing control."""
        if now.risk is None:
            return 0.0
        failing = bool(now.failing)
        if failing and step.controls:
            failing = any(
                self.is_failing(
                    control,
                    self._lifted_points(state, step, control, progress),
                    state.lifted | frozenset(step.controls),
                )
                for control in now.failing
            )
        return self.capped(now.raw_risk + rise, failing) - now.risk

    def _lifted_points(self, state: State, step: Step, control: int, progress: float) -> float:
        points = state.points[control]
        most = self.framework.roadmap.most_step
        for item, target, _, _ in step.lifts:
            if item == control:
                points += progress * min(most, max(0.0, target - points))
        return points


def clamped_customer(outcome: Outcome) -> float:
    """The customer score as shown, 0 to 100."""
    return clamp(outcome.customer)


def _items_of(framework: Framework, dimension: str) -> list[str]:
    return [item.id for facet in FACETS for item in framework.facets[dimension, facet]]


def _starting_points(
    framework: Framework, scores: Mapping[str, ItemScore], axis: CustomerScore, score: float
) -> dict[str, float]:
    """Points from which items start; an item that is absent has no entry."""
    found: dict[str, float] = {}
    for dimension in framework.dimensions:
        facets = score_facets(framework, scores, dimension)
        means = {name: facet.score for name, facet in facets.items() if facet.score is not None}
        for facet in facets:
            other = next((mean for name, mean in means.items() if name != facet), None)
            blank = means.get(facet, other)
            for item in framework.facets[dimension, facet]:
                merged = scores[item.id]
                points = blank if merged.kind == "blank" else merged.points
                if points is not None:
                    found[item.id] = points
    for item in framework.customer_items:
        part = axis.awareness if item.facet == AWARENESS else axis.usage
        found[item.id] = score if part is None else part
    return found
