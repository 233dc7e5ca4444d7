"""The channel index: what the bank's open accounts show from outside (framework A, H)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from maturity.case import Channel
from maturity.estimate import below, clamp, weighted_mean
from maturity.framework import ChannelParameters

State = Literal["live", "dormant", "abandoned", "closed", "signposted"]
SILENT = ("dormant", "abandoned")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScore:
    """One account. ``score`` is what it brings to the index, 0 to 100; a silent one brings 0.

    ``recency``, ``frequency`` and ``response`` are 0 to 1. An account that is closed or
    signposted is left out: no score, no weight. ``unanswered``: silent while customers wait.
    """

    platform: str
    kind: str
    status: str
    state: State
    score: float | None
    recency: float
    frequency: float
    response: float
    weight: float
    unanswered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelInventory:
    """The index, 0 to 100, and the parts it is made of, in points."""

    index: float
    base: float
    breadth: float
    penalty: float
    accounts: tuple[AccountScore, ...]

    @property
    def silent(self) -> tuple[AccountScore, ...]:
        """The open accounts that are dormant or abandoned."""
        return tuple(account for account in self.accounts if account.state in SILENT)


def score_channels(parameters: ChannelParameters, channels: Iterable[Channel]) -> ChannelInventory:
    """The index of an inventory; its order does not matter."""
    accounts = tuple(score_account(parameters, channel) for channel in channels)
    base = _base(parameters, accounts)
    breadth = _breadth(parameters, accounts)
    penalty = _penalty(parameters, accounts)
    return ChannelInventory(
        index=clamp(base + breadth - penalty),
        base=base,
        breadth=breadth,
        penalty=penalty,
        accounts=accounts,
    )


def without_silent(parameters: ChannelParameters, channels: Iterable[Channel]) -> float:
    """The index once every dormant or abandoned account has left the inventory."""
    kept = [channel for channel in channels if _state(parameters, channel) not in SILENT]
    return score_channels(parameters, kept).index


def score_account(parameters: ChannelParameters, channel: Channel) -> AccountScore:
    """One account, by how recently and often it posts and how fast it answers."""
    state = _state(parameters, channel)
    recency = _step(parameters.recency_days, channel.days_since_post)
    frequency = min(1.0, channel.posts30 / parameters.targets_posts30[channel.kind])
    response = channel.answered * _step(parameters.speed_minutes, channel.median_min)
    counted = channel.status == "open"
    waiting = channel.inbound30 > 0 and channel.answered < parameters.answered_share
    return AccountScore(
        platform=channel.platform,
        kind=channel.kind,
        status=channel.status,
        state=state,
        score=_live_score(parameters, channel, recency, frequency, response)
        if state == "live"
        else (0.0 if counted else None),
        recency=recency,
        frequency=frequency,
        response=response,
        weight=1.0 + math.log10(1.0 + channel.followers) if counted else 0.0,
        unanswered=state in SILENT and waiting,
    )


def _state(parameters: ChannelParameters, channel: Channel) -> State:
    if channel.status == "closed":
        return "closed"
    if channel.status == "signposted":
        return "signposted"
    days = channel.days_since_post
    if days is None or days > parameters.dormant_days:
        return "abandoned"
    if days <= parameters.live_days and channel.posts30 >= 1:
        return "live"
    return "dormant"


def _step(steps: tuple[tuple[float, float], ...], given: float | None) -> float:
    """The value of the first step that a given number does not exceed; else 0."""
    if given is None:
        return 0.0
    return next((value for most, value in steps if given <= most), 0.0)


def _live_score(
    parameters: ChannelParameters,
    channel: Channel,
    recency: float,
    frequency: float,
    response: float,
) -> float:
    weights = parameters.weights
    presence = weights["recency"] * recency + weights["frequency"] * frequency
    if channel.inbound30 == 0:
        return 100.0 * presence / (weights["recency"] + weights["frequency"])
    return 100.0 * (presence + weights["response"] * response)


def _base(parameters: ChannelParameters, accounts: tuple[AccountScore, ...]) -> float:
    counted = [(a.weight, a.score) for a in accounts if a.score is not None]
    return weighted_mean(counted) if counted else parameters.base_without_account


def _breadth(parameters: ChannelParameters, accounts: tuple[AccountScore, ...]) -> float:
    kinds = {
        account.kind
        for account in accounts
        if account.state == "live"
        and account.score is not None
        and not below(account.score, parameters.breadth_from_score)
    }
    earned = [extra for count, extra in parameters.breadth.items() if len(kinds) >= count]
    return max(earned, default=0.0)


def _penalty(parameters: ChannelParameters, accounts: tuple[AccountScore, ...]) -> float:
    penalty = parameters.penalty
    total = math.fsum(
        penalty[account.state] + (penalty["unanswered"] if account.unanswered else 0.0)
        for account in accounts
        if account.state in SILENT
    )
    return min(total, penalty["most"])
