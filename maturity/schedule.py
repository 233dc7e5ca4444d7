"""One plan under one ranking: a parallel schedule, quarter by quarter (framework D, H)."""

import math
from dataclasses import dataclass, field

from maturity.estimate import HAIR, below, tied
from maturity.framework import LONG_EFFORT, Strategy
from maturity.projection import Outcome, Projection, State, Step
from maturity.scoring import gate_active

MANDATORY, TWIN_TRACK, VALUE = 0, 1, 2
REASONS = ("mandatory", "twin-track", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How actions are weighed: the price of effort, and the share of what they unlock."""

    price: str
    look_ahead: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Scores the plan aims at, 0 to 100."""

    bank: float
    customer: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every ranking of one plan shares. ``parallel`` is the strategy's limit or another."""

    strategy: Strategy
    goal: Goal
    capacity: float
    quarters: int
    parallel: int
    free_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """An action started in a quarter; gains in points, as expected when it was chosen."""

    quarter: int
    step: Step
    ends: int
    rank: int
    bank_gain: float
    customer_gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """All that can be said about the actions at one state, whatever the ranking.

    Lists are indexed by the position of the action; sets of actions are bits.
    """

    now: Outcome
    candidates: tuple[int, ...]
    gains: dict[int, tuple[float, float]]
    values: dict[int, float]
    missing: dict[int, tuple[int, ...]]
    chains: dict[int, int]
    mandatory: int
    open_gate: bool
    silent: bool
    eligible: tuple[int, ...]
    unlocks: dict[float, dict[int, float]] = field(default_factory=dict)
    twin: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One quarter of a schedule: what ran, what was started, capacity used, and the end."""

    outlook: Outlook | None
    running: tuple[Start, ...]
    started: tuple[Start, ...]
    used: float
    end: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A whole plan. ``first_met`` is the first quarter at whose end all targets are met."""

    ranking: Ranking
    start: Outcome
    quarters: tuple[Quarter, ...]
    first_met: int

    @property
    def last(self) -> Outcome:
        """The scores at the end of the plan."""
        return self.quarters[-1].end if self.quarters else self.start

    @property
    def starts(self) -> tuple[Start, ...]:
        """Every action started, in order."""
        return tuple(start for quarter in self.quarters for start in quarter.started)


class Scheduler:
    """Makes plans for one case; what rankings share is computed once a state."""

    def __init__(self, projection: Projection, terms: Terms) -> None:
        self.projection = projection
        self.terms = terms
        planning = projection.framework.roadmap
        self.progress = (planning.bank_progress, planning.customer_progress)
        self.planning = planning
        self.outlooks: dict[tuple[object, ...], Outlook] = {}

    def schedule(self, ranking: Ranking) -> Schedule:
        """The plan under one ranking."""
        state = self.projection.start()
        start = now = self.projection.outcome(state)
        running: tuple[Start, ...] = ()
        quarters: list[Quarter] = []
        reached = self.meets(now)
        first_met = 0 if reached else self.terms.quarters + 1
        for number in range(1, self.terms.quarters + 1):
            if reached and not running:
                break
            quarter = self._quarter(state, number, ranking, quarters, halt=reached)
            quarters.append(quarter)
            running = tuple(start for start in quarter.started if start.ends > number)
            now = quarter.end
            reached = self.meets(now)
            if reached:
                first_met = min(first_met, number)
        return Schedule(ranking=ranking, start=start, quarters=tuple(quarters), first_met=first_met)

    def meets(self, outcome: Outcome) -> bool:
        """Whether all three targets are met."""
        goal = self.terms.goal
        return not (
            below(outcome.bank, goal.bank)
            or below(outcome.customer, goal.customer)
            or outcome.risk is None
            or below(outcome.risk, goal.risk)
        )

    def _quarter(
        self, state: State, number: int, ranking: Ranking, before: list[Quarter], *, halt: bool
    ) -> Quarter:
        last = before[-1].started if before else ()
        running = tuple(start for start in last if start.ends == number)
        used = float(sum(start.step.effort_a_quarter for start in running))
        outlook: Outlook | None = None
        started: tuple[Start, ...] = ()
        if not halt:
            outlook = self._outlook(state, running)
            reached_out = any(not self._little(start.customer_gain) for start in last)
            twin = self.terms.strategy.twin_track and bool(before) and not reached_out
            started = self._choose(outlook, number, ranking, running, twin=twin)
            used += sum(start.step.effort_a_quarter for start in started)
        for start in sorted(running, key=lambda start: start.step.action.id):
            self.projection.finish(state, start.step, self.progress)
        for start in started:
            if start.ends == number:
                self.projection.finish(state, start.step, self.progress)
        return Quarter(
            outlook=outlook,
            running=running,
            started=started,
            used=used,
            end=self.projection.outcome(state),
        )

    def _little(self, customer_gain: float) -> bool:
        return below(customer_gain, self.planning.customer_gain)

    def _choose(
        self,
        outlook: Outlook,
        number: int,
        ranking: Ranking,
        running: tuple[Start, ...],
        *,
        twin: bool,
    ) -> tuple[Start, ...]:
        """The actions to start, in order, within capacity and the parallel limit."""
        twins = self._twin_chain(outlook) if twin else 0
        left = self.terms.capacity - sum(start.step.effort_a_quarter for start in running)
        slots = self.terms.parallel - len(running)
        started: list[Start] = []
        for rank, position in self._order(outlook, ranking, twins):
            if len(started) >= slots:
                break
            step = self.projection.steps[position]
            need = step.effort_a_quarter
            if need > left + HAIR:
                continue
            left -= need
            bank_gain, customer_gain = outlook.gains[position]
            started.append(
                Start(
                    quarter=number,
                    step=step,
                    ends=number + (step.action.effort == LONG_EFFORT),
                    rank=rank,
                    bank_gain=bank_gain,
                    customer_gain=customer_gain,
                )
            )
        return tuple(started)

    def _order(self, outlook: Outlook, ranking: Ranking, twins: int) -> list[tuple[int, int]]:
        """The eligible actions as (rank, position), best first."""
        unlocks = self._unlocks(outlook, ranking.look_ahead)
        keys = []
        for position in outlook.eligible:
            step = self.projection.steps[position]
            action = step.action
            if step.bit & outlook.mandatory:
                rank = MANDATORY
            else:
                rank = TWIN_TRACK if step.bit & twins else VALUE
            density = unlocks[position] / self._price(action.effort, ranking.price)
            keys.append((rank, -tied(density), action.stage, action.effort, action.id, position))
        keys.sort()
        return [(key[0], key[-1]) for key in keys]

    def _price(self, effort: int, price: str) -> float:
        if price == "effort":
            return float(effort)
        if price == "share":
            return effort / self.terms.capacity + 1.0 / self.terms.parallel
        return math.sqrt(effort) if price == "root" else 1.0

    def _unlocks(self, outlook: Outlook, look_ahead: float) -> dict[int, float]:
        """Own value and a share of what each candidate opens, by position."""
        known = outlook.unlocks.get(look_ahead)
        if known is not None:
            return known
        worth = dict(outlook.values)
        if look_ahead:
            # Actions stand after their prerequisites, so backwards every successor is final.
            for position in reversed(outlook.candidates):
                missing = outlook.missing[position]
                for needed in missing:
                    if needed in worth:
                        worth[needed] += look_ahead * worth[position] / len(missing)
        outlook.unlocks[look_ahead] = worth
        return worth

    def _twin_chain(self, outlook: Outlook) -> int:
        """The cheapest chain that leads to an action reaching customers, as bits."""
        if not outlook.twin:
            risk_open = not gate_active(self.projection.parameters, outlook.now.risk)
            steps = self.projection.steps
            reaching = [
                (self._cost(chain), -tied(outlook.gains[p][1]), steps[p].action.id, chain)
                for p, chain in outlook.chains.items()
                if not self._little(outlook.gains[p][1])
                and (risk_open or steps[p].action.stage <= self.planning.ungated_stage)
            ]
            outlook.twin.append(min(reaching)[-1] if reaching else 0)
        return outlook.twin[0]

    def _cost(self, chain: int) -> int:
        return sum(step.action.effort for step in self.projection.steps if step.bit & chain)

    def _outlook(self, state: State, running: tuple[Start, ...]) -> Outlook:
        busy = 0
        for start in running:
            busy |= start.step.bit
        key = (busy, state.key())
        found = self.outlooks.get(key)
        if found is None:
            found = self.outlooks[key] = self._look(state, busy)
        return found

    def _look(self, state: State, busy: int) -> Outlook:
        projection, steps = self.projection, self.projection.steps
        now = projection.outcome(state)
        out = state.done | busy
        candidates = tuple(
            p
            for p, step in enumerate(steps)
            if not step.bit & out and self.is_candidate(state, step)
        )
        pending = busy
        for position in candidates:
            pending |= steps[position].bit
        missing = {p: self._missing(steps[p], pending) for p in candidates}
        chains = self._chains(candidates, missing)
        gains = {p: projection.gain(state, now, steps[p], self.progress) for p in candidates}
        open_gate = not (
            gate_active(projection.parameters, now.risk) or now.failing or state.silent
        )
        return Outlook(
            now=now,
            candidates=candidates,
            gains=gains,
            values=self._values(now, gains),
            missing=missing,
            chains=chains,
            mandatory=self._mandatory(now, chains),
            open_gate=open_gate,
            silent=state.silent,
            eligible=tuple(
                p
                for p in candidates
                if not missing[p]
                and (open_gate or steps[p].action.stage <= self.planning.ungated_stage)
            ),
        )

    def is_candidate(self, state: State, step: Step) -> bool:
        """Whether an action that is neither done nor running is worth doing at a state."""
        if step.action.closes_channels:
            return state.silent
        for control in step.controls:
            if control in self.projection.unknown and control not in state.lifted:
                return True
        distance = self.planning.least_distance + HAIR
        return any(target - state.points[item] > distance for item, target, _, _ in step.lifts)

    def _missing(self, step: Step, pending: int) -> tuple[int, ...]:
        if self.terms.free_order:
            return ()
        return tuple(p for p in step.pre if self.projection.steps[p].bit & pending)

    def _values(self, now: Outcome, gains: dict[int, tuple[float, float]]) -> dict[int, float]:
        strategy, urgency = self.terms.strategy, self.planning.risk_urgency
        under_gate = gate_active(self.projection.parameters, now.risk)
        values = {}
        for position, (bank, customer) in gains.items():
            step = self.projection.steps[position]
            value = strategy.bank * bank + strategy.customers * customer
            value *= strategy.stages[step.action.stage - 1]
            values[position] = value * urgency if under_gate and step.lifts_risk else value
        return values

    def _chains(
        self, candidates: tuple[int, ...], missing: dict[int, tuple[int, ...]]
    ) -> dict[int, int]:
        """Each candidate with all the candidates that must come before it, as bits."""
        chains: dict[int, int] = {}
        for position in candidates:  # each stands after its prerequisites
            chain = self.projection.steps[position].bit
            for needed in missing[position]:
                chain |= chains.get(needed, 0)
            chains[position] = chain
        return chains

    def _mandatory(self, now: Outcome, chains: dict[int, int]) -> int:
        """What safety demands: closing silent accounts, and curing each failing control."""
        steps = self.projection.steps
        bits = 0
        for position in chains:
            if steps[position].action.closes_channels:
                bits |= steps[position].bit
        for control in now.failing:
            cures = [
                (self._cost(chain), steps[p].action.id, chain)
                for p, chain in chains.items()
                if control in steps[p].controls
            ]
            bits |= min(cures, default=(0, "", 0))[-1]
        return bits
