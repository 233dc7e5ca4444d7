"""Why a client needs somebody."""

import datetime as dt

import pytest

from assessments.portfolio import attention
from assessments.portfolio.queries import Client
from tests.portfolio.clients import PARAMETERS, bare, published


def kinds(client: Client, *, late: int = 0) -> list[str]:
    fall = attention.moved(client.bank, client.bank_before)
    return [reason.kind for reason in attention.reasons_of(client, late, fall, PARAMETERS)]


def test_a_sound_result_on_time_needs_nobody() -> None:
    assert kinds(published()) == []
    assert kinds(published(bank_before=66.0, strategy_before="innovate")) == []


def test_every_reason_is_told_the_most_urgent_first() -> None:
    client = published(
        gate=True,
        bank=49.0,
        bank_before=60.0,
        shown="capability",
        strategy_before="innovate",
        firmness="borderline",
        status="provisional",
    )
    assert kinds(client, late=3) == ["overdue", "gate", "down", "borderline", "provisional"]


def test_a_client_without_a_result_is_told_so() -> None:
    assert kinds(bare()) == ["none"]
    assert kinds(bare(), late=1) == ["overdue", "none"]


def test_a_round_is_late_once_its_day_has_ended() -> None:
    due = dt.date(2026, 11, 20)
    days = [attention.days_late(due, due + dt.timedelta(days=n)) for n in (-1, 0, 1, 12)]
    assert days == [0, 0, 1, 12]
    assert attention.days_late(None, due) == 0


@pytest.mark.parametrize(
    ("before", "now", "strategy_before", "strategy", "moved"),
    [
        (60.0, 55.0, "innovate", "innovate", "down"),
        (60.0, 55.1, "innovate", "innovate", ""),
        (55.0, 60.0, "innovate", "innovate", "up"),
        (51.0, 49.0, "innovate", "capability", "down"),
        (49.0, 51.0, "capability", "innovate", "up"),
        (49.0, 51.0, "capability", "awareness", ""),
        (60.0, 54.0, "stepwise", "awareness", "down"),
        (None, 54.0, "", "awareness", ""),
    ],
)
def test_five_points_or_a_half_of_the_quadrant_count_as_a_move(
    before: float | None, now: float, strategy_before: str, strategy: str, moved: str
) -> None:
    change = attention.moved(now, before)
    told = "down" * attention.fell(change, strategy, strategy_before) + "up" * attention.rose(
        change, strategy, strategy_before
    )
    assert told == moved


def test_a_gate_that_holds_a_bank_down_comes_before_one_that_changes_nothing() -> None:
    held = published(gate=True, bank=49.0, rsk=39.0)
    low = published(gate=True, bank=30.0, rsk=12.0)
    first, second = (attention.reasons_of(one, 0, None, PARAMETERS) for one in (held, low))
    assert first < second
    assert [attention.is_held(one.bank, PARAMETERS) for one in (held, low)] == [True, False]


def test_the_longest_overdue_comes_first() -> None:
    late, later = (attention.reasons_of(bare(), days, None, PARAMETERS) for days in (2, 30))
    assert later < late
