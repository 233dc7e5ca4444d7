"""Why a client needs somebody, the most urgent reason first. Pure: facts and a day in."""

import datetime as dt
from typing import NamedTuple

from assessments.portfolio.queries import Client
from maturity.framework import Parameters

# In the order of urgency: the place in this list comes first, then how bad it is.
KINDS = ("overdue", "gate", "down", "borderline", "provisional", "none")
FALL = 5.0  # points between two rounds that call for a conversation
_NEARLY = 1e-6
# How much both halves of the quadrant a strategy stands in are worth.
_HALVES = {"stepwise": 0, "awareness": 1, "capability": 1, "innovate": 2}


class Reason(NamedTuple):
    """One reason. Reasons compare by urgency."""

    rank: int  # place in KINDS
    weight: float  # the lower the more urgent, among reasons of one kind

    @property
    def kind(self) -> str:
        return KINDS[self.rank]


def days_late(due_on: dt.date | None, today: dt.date) -> int:
    """How many days ago the due day ended; 0 while it is in time."""
    return 0 if due_on is None else max(0, (today - due_on).days)


def reasons_of(
    client: Client, late: int, fall: float | None, parameters: Parameters
) -> tuple[Reason, ...]:
    """Every reason that holds, the most urgent first.

    `late` are days since the round at work was due, `fall` the move of the bank's score.
    """
    found = [Reason(0, -late)] if late else []
    if client.result is None:
        found.append(Reason(5, 0))
        return tuple(found)
    if client.gate:
        held = is_held(client.bank, parameters)
        found.append(Reason(1, (0 if held else 100) + (client.rsk or 0)))
    if client.strategy_before and fell(fall, client.shown, client.strategy_before):
        found.append(Reason(2, fall or 0))
    if client.firmness == "borderline":
        found.append(Reason(3, client.probability or 0))
    if client.status != "complete" or not client.shown:
        found.append(Reason(4, client.coverage or 0))
    return tuple(found)


def is_held(bank: float | None, parameters: Parameters) -> bool:
    """Whether an active gate is what keeps the bank in the lower half."""
    if bank is None:
        return False
    return abs(bank - (parameters.bank_midline - parameters.gate_margin)) < _NEARLY


def moved(now: float | None, before: float | None) -> float | None:
    """The move since the round before; None where there is nothing to compare."""
    return None if now is None or before is None else now - before


def fell(move: float | None, strategy: str | None, before: str | None) -> bool:
    """Whether a bank lost five points or a half of the quadrant since the round before."""
    return (move is not None and move <= -FALL + _NEARLY) or _halves(strategy, before) < 0


def rose(move: float | None, strategy: str | None, before: str | None) -> bool:
    """Whether a bank gained five points or a half of the quadrant, and did not fall."""
    gained = (move is not None and move >= FALL - _NEARLY) or _halves(strategy, before) > 0
    return gained and not fell(move, strategy, before)


def _halves(strategy: str | None, before: str | None) -> int:
    if strategy == before or not strategy or not before:
        return 0
    return _HALVES[strategy] - _HALVES[before]
