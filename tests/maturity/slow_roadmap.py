"""A second planner, written down sentence by sentence and slow, to hold the first against.

It scores every state anew with the scoring functions and keeps no coefficients, bits or caches.
"""

import copy
import math
from dataclasses import replace
from typing import Any

from maturity.answers import ItemScore
from maturity.case import Case
from maturity.channels import SILENT, score_account, score_channels
from maturity.framework import Framework, points_of
from maturity.scoring import score_dimension, score_facets
from maturity.standing import stand

HAIR = 1e-9
LATE = (4, 5, 6)


class SlowPlanner:
    """Plans one case; ``best()`` gives the findings' JSON shape, unrounded."""

    def __init__(self, framework: Framework, case: Case) -> None:
        self.framework, self.case = framework, case
        self.standing = stand(framework, case)
        assert self.standing.placement is not None
        name = case.roadmap.strategy or self.standing.placement.strategy
        self.strategy = framework.strategies[name]
        self.known: dict[str, dict[str, tuple[float, float]]] = {}
        self.targets = self.default_targets()
        self.start = self.start_state()
        self.customer_mean0 = self.projected_customer_mean(self.start)

    def default_targets(self) -> dict[str, float]:
        given, midlines = self.case.roadmap.targets, self.case.midlines
        targets = {}
        for name, now, midline in (
            ("bank", self.standing.bank.raw, midlines.bank),
            ("customer", self.standing.customers.axis.score, midlines.customer),
        ):
            value = getattr(given, name)
            assert now is not None
            if value is None:
                if now < midline - HAIR:
                    value = midline + 5
                else:
                    value = next((edge for edge in (60, 80, 100) if edge > now + HAIR), 100)
                value = min(value, now + 5 * self.case.roadmap.quarters, 100)
            targets[name] = value
        both = (
            targets["bank"] >= midlines.bank - HAIR
            and targets["customer"] >= midlines.customer - HAIR
        )
        targets["risk"] = given.risk if given.risk is not None else (60 if both else 40)
        return targets

    def start_state(self) -> dict[str, Any]:
        items, framework = self.standing.items, self.framework
        x: dict[str, float] = {}
        for item in framework.bank_items:
            merged = items[item.id]
            if merged.points is not None:
                x[item.id] = merged.points
            elif merged.kind == "blank":
                facets = score_facets(framework, items, item.dimension)
                own = facets[item.facet].score
                other = facets.get("U" if item.facet == "A" else "A")
                if own is not None:
                    x[item.id] = own
                elif other is not None and other.score is not None:
                    x[item.id] = other.score
        axis = self.standing.customers.axis
        for item in framework.customer_items:
            part = axis.awareness if item.facet == "A" else axis.usage
            x[item.id] = axis.score if part is None else part  # type: ignore[assignment]
        silent = False
        if self.case.channels is not None:
            accounts = [score_account(framework.channels, c) for c in self.case.channels]
            silent = any(account.state in SILENT for account in accounts)
        return {"x": x, "lifted": set(), "silent": silent, "closed": False}

    def as_scores(self, state: dict[str, Any]) -> dict[str, ItemScore]:
        scores = {}
        for name, merged in self.standing.items.items():
            if name in state["x"]:
                points = state["x"][name]
                scores[name] = replace(
                    merged,
                    kind="rated",
                    level=1 + points / 25,
                    points=points,
                    low=points,
                    high=points,
                    variance=0.0,
                )
            else:
                scores[name] = replace(
                    merged, kind="na", level=None, points=None, low=None, high=None, variance=None
                )
        return scores

    def failing(self, state: dict[str, Any]) -> list[str]:
        failing = []
        for item in self.framework.critical_items:
            unknown = self.standing.items[item.id].kind in ("dk", "blank")
            if (unknown and item.id not in state["lifted"]) or (
                item.id in state["x"] and state["x"][item.id] < 12.5 - HAIR
            ):
                failing.append(item.id)
        return failing

    def projected_customer_mean(self, state: dict[str, Any]) -> float:
        facets = score_facets(self.framework, self.as_scores(state), "CUS")
        return sum(facet.score or 0.0 for facet in facets.values()) / 2

    def score(self, state: dict[str, Any]) -> tuple[float, float, float | None]:
        """Bank (raw), customer (not clamped) and Risk (capped)."""
        scores = self.as_scores(state)
        found = {d: score_dimension(self.framework, scores, d) for d in self.framework.dimensions}
        dimensions = {d: s.score for d, s in found.items() if s is not None and s.score is not None}
        if "RSK" in dimensions and self.failing(state):
            dimensions["RSK"] = min(39.0, dimensions["RSK"])
        bank = sum(dimensions.values()) / len(dimensions)
        if self.case.channels is not None:
            channels = self.case.channels
            if state["closed"]:
                p = self.framework.channels
                channels = tuple(c for c in channels if score_account(p, c).state not in SILENT)
            bank = 0.9 * bank + 0.1 * score_channels(self.framework.channels, channels).index
        start = self.standing.customers.axis.score
        assert start is not None
        customer = start + self.projected_customer_mean(state) - self.customer_mean0
        return bank, customer, dimensions.get("RSK")

    def finish(self, state: dict[str, Any], name: str, bank: float, customer: float) -> None:
        action = self.framework.actions[name]
        for item, level in action.lifts.items():
            if item in state["x"]:
                rate = customer if item.startswith("CUS") else bank
                now = state["x"][item]
                state["x"][item] = now + rate * min(50, max(0, points_of(level) - now))
            if self.framework.items[item].critical:
                state["lifted"].add(item)
        if action.closes_channels:
            state["silent"], state["closed"] = False, True

    def gains(self, state: dict[str, Any], names: list[str]) -> dict[str, tuple[float, float]]:
        """What finishing each action alone would change; kept by state, to bear the waiting."""
        key = repr(
            (sorted(names), state["silent"], sorted(state["x"].items()), sorted(state["lifted"]))
        )
        if key not in self.known:
            before = self.score(state)
            self.known[key] = {}
            for name in names:
                after = copy.deepcopy(state)
                self.finish(after, name, 0.8, 0.4)
                then = self.score(after)
                self.known[key][name] = then[0] - before[0], then[1] - before[1]
        return self.known[key]

    def candidate(self, state: dict[str, Any], name: str) -> bool:
        action = self.framework.actions[name]
        if action.closes_channels:
            return bool(state["silent"])
        for item, level in action.lifts.items():
            kind = self.standing.items[item].kind
            unknown = self.framework.items[item].critical and kind in ("dk", "blank")
            if unknown and item not in state["lifted"]:
                return True
            if item in state["x"] and points_of(level) - state["x"][item] > 12.5 + HAIR:
                return True
        return False

    def met(self, row: dict[str, Any]) -> bool:
        return row["risk"] is not None and all(
            row[name] >= self.targets[name] - HAIR for name in ("bank", "customer", "risk")
        )

    def row(self, quarter: int, state: dict[str, Any], used: float) -> dict[str, Any]:
        bank, customer, risk = self.score(state)
        low_risk = risk is None or risk < 40 - HAIR
        midlines = self.case.midlines
        effective = min(bank, midlines.bank - 1) if low_risk else bank
        customer = min(100.0, max(0.0, customer))
        high = effective >= midlines.bank - HAIR, customer >= midlines.customer - HAIR
        names = {
            (True, True): "innovate",
            (True, False): "awareness",
            (False, True): "capability",
            (False, False): "stepwise",
        }
        return {
            "quarter": quarter,
            "bank": bank,
            "effective": effective,
            "customer": customer,
            "risk": risk,
            "strategy": names[high],
            "used": used,
        }

    def plan(self, price: str, look_ahead: float) -> dict[str, Any]:
        state = copy.deepcopy(self.start)
        done: set[str] = set()
        running: list[dict[str, Any]] = []
        plan: list[dict[str, Any]] = []
        rows = [self.row(0, state, 0)]
        for quarter in range(1, self.case.roadmap.quarters + 1):
            met = self.met(rows[-1])
            if met and not running:
                break
            started = []
            if not met:
                started = self.choose(state, quarter, price, look_ahead, done, running, plan)
            used = sum(
                e["effort"] // 2 if e["effort"] == 8 else e["effort"] for e in (*running, *started)
            )
            plan += started
            for entry in sorted(running, key=lambda e: e["action"]):
                self.finish(state, entry["action"], 0.8, 0.4)
                done.add(entry["action"])
            for entry in started:
                if entry["effort"] != 8:
                    self.finish(state, entry["action"], 0.8, 0.4)
                    done.add(entry["action"])
            running = [entry for entry in started if entry["effort"] == 8]
            rows.append(self.row(quarter, state, used))
        return {"plan": plan, "trajectory": rows}

    def choose(  # noqa: C901, PLR0917 -- read beside the rules it transcribes
        self,
        state: dict[str, Any],
        quarter: int,
        price: str,
        look_ahead: float,
        done: set[str],
        running: list[dict[str, Any]],
        plan: list[dict[str, Any]],
    ) -> list[dict[str, Any]]:
        actions, strategy = self.framework.actions, self.strategy
        busy = {entry["action"] for entry in running}
        candidates = [
            name
            for name in actions
            if name not in done and name not in busy and self.candidate(state, name)
        ]
        missing = {
            name: [p for p in actions[name].pre if p in candidates or p in busy]
            for name in candidates
        }
        gains = self.gains(state, candidates)
        risk = self.score(state)[2]
        low_risk = risk is None or risk < 40 - HAIR
        failing = self.failing(state)

        def own(name: str) -> float:
            urgent = low_risk and any(item.startswith("RSK") for item in actions[name].lifts)
            value = strategy.bank * gains[name][0] + strategy.customers * gains[name][1]
            return strategy.stages[actions[name].stage - 1] * (2 if urgent else 1) * value

        def unlock(name: str) -> float:
            return own(name) + look_ahead * sum(
                unlock(s) / len(missing[s]) for s in candidates if name in missing[s]
            )

        def chain(name: str) -> set[str]:
            members = {name}
            for needed in missing[name]:
                if needed in candidates:
                    members |= chain(needed)
            return members

        def cost(name: str) -> int:
            return sum(actions[member].effort for member in chain(name))

        rank = dict.fromkeys(candidates, 2)
        earlier = [e for e in plan if e["quarter"] == quarter - 1]
        if (
            strategy.id in ("awareness", "stepwise")
            and quarter >= 2
            and not any(e["customer_gain"] >= 0.5 - HAIR for e in earlier)
        ):
            reaching = [
                n
                for n in candidates
                if gains[n][1] >= 0.5 - HAIR and (actions[n].stage <= 3 or not low_risk)
            ]
            if reaching:
                first = min(reaching, key=lambda n: (cost(n), -round(gains[n][1], 9), n))
                rank |= dict.fromkeys(chain(first), 1)
        for item in failing:
            curing = [n for n in candidates if item in actions[n].lifts]
            if curing:
                rank |= dict.fromkeys(chain(min(curing, key=lambda n: (cost(n), n))), 0)
        if state["silent"]:
            rank["L02"] = 0

        def density(name: str) -> float:
            effort = actions[name].effort
            prices = {
                "effort": effort,
                "share": effort / self.case.roadmap.capacity + 1 / strategy.parallel,
                "root": math.sqrt(effort),
                "one": 1,
            }
            return unlock(name) / prices[price]

        eligible = [
            n
            for n in candidates
            if not missing[n]
            and (actions[n].stage <= 3 or not (low_risk or failing or state["silent"]))
        ]
        eligible.sort(
            key=lambda n: (rank[n], -round(density(n), 9), actions[n].stage, actions[n].effort, n)
        )
        left = self.case.roadmap.capacity - 4 * len(running)
        started: list[dict[str, Any]] = []
        for name in eligible:
            if len(running) + len(started) >= strategy.parallel:
                break
            effort = actions[name].effort
            need = 4 if effort == 8 else effort
            if need <= left + HAIR:
                left -= need
                started.append(
                    {
                        "quarter": quarter,
                        "action": name,
                        "effort": effort,
                        "ends": quarter + (effort == 8),
                        "reason": ("mandatory", "twin-track", "value")[rank[name]],
                        "bank_gain": gains[name][0],
                        "customer_gain": gains[name][1],
                    }
                )
        return started

    def best(self) -> dict[str, Any]:
        found: list[tuple[tuple[int, float], dict[str, Any]]] = []
        for look_ahead in (0.5, 0.0, 1.0):
            for price in ("effort", "share", "root", "one"):
                made = self.plan(price, look_ahead)
                rows = made["trajectory"]
                horizon = self.case.roadmap.quarters + 1
                met = next((row["quarter"] for row in rows if self.met(row)), horizon)
                last = rows[-1]
                worth = (
                    self.strategy.bank * last["bank"] + self.strategy.customers * last["customer"]
                )
                made["ranking"] = {"price": price, "look_ahead": look_ahead}
                found.append(((met, -round(worth, 9)), made))
        best = min(found, key=lambda pair: pair[0])[1]
        best["targets"] = self.targets
        best["capacity"] = self.case.roadmap.capacity
        best["range"] = {
            pace: self.replay(best, *progress)
            for pace, progress in {
                "low": (0.5, 0.2),
                "expected": (0.8, 0.4),
                "high": (1.0, 0.6),
            }.items()
        }
        return best

    def replay(self, made: dict[str, Any], bank: float, customer: float) -> dict[str, float]:
        state = copy.deepcopy(self.start)
        for entry in sorted(made["plan"], key=lambda e: e["ends"]):
            if entry["ends"] <= self.case.roadmap.quarters:
                self.finish(state, entry["action"], bank, customer)
        row = self.row(0, state, 0)
        return {"bank": row["bank"], "customer": row["customer"]}
