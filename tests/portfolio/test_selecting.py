"""Which clients a view holds and in which order."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from assessments.portfolio import selecting
from assessments.portfolio.asked import COLUMNS, Asked
from assessments.portfolio.queries import Client, Details
from assessments.portfolio.selecting import Seen
from maturity import load_framework
from tests.portfolio.clients import bare, published

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def look(*clients: Client, tags: dict[str, Sequence[str]] | None = None) -> list[Seen]:
    return selecting.look(clients, tags or {}, load_framework(), NOON)


def names(seen: Sequence[Seen]) -> list[str]:
    return [one.client.name for one in seen]


def three() -> list[Seen]:
    return look(
        published(name="Beta", engagement="2", bank=40.0, customer=None, country="SE"),
        published(name="alpha", engagement="1", bank=70.0),
        bare(name="Gamma", engagement="3"),
    )


# ---- order -------------------------------------------------------------------------------------


def test_by_name_whatever_the_letter_case() -> None:
    assert names(selecting.ordered(three(), Asked(), {})) == ["alpha", "Beta", "Gamma"]
    assert names(selecting.ordered(three(), Asked(sort="-name"), {})) == ["Gamma", "Beta", "alpha"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("bank", ["Beta", "alpha", "Gamma"]),
        ("-bank", ["alpha", "Beta", "Gamma"]),
        ("customer", ["alpha", "Beta", "Gamma"]),
        ("-customer", ["alpha", "Beta", "Gamma"]),
        ("-agreement", ["alpha", "Beta", "Gamma"]),
    ],
)
def test_who_lacks_the_figure_comes_last_both_ways_and_equals_stay_by_name(
    sort: str, order: list[str]
) -> None:
    assert names(selecting.ordered(three(), Asked(sort=sort), {})) == order


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_sorts_both_ways(column: str) -> None:
    clients = three()
    details = {"b" * 32: Details(None, 1, 4)}
    for sort in (column, f"-{column}"):
        found = selecting.ordered(clients, Asked(sort=sort), details)
        assert sorted(names(found)) == ["Beta", "Gamma", "alpha"]


def test_activity_and_plan_sort_by_what_is_read_apart() -> None:
    clients = look(
        published(name="A", engagement="1", bank_id="1"),
        published(name="B", engagement="2", bank_id="2"),
    )
    details = {"1": Details(NOON, 1, 4), "2": Details(NOON - dt.timedelta(1), 3, 4)}
    order = [
        names(selecting.ordered(clients, Asked(sort=sort), details))
        for sort in ("plan", "-plan", "activity", "-activity")
    ]
    assert order == [["A", "B"], ["B", "A"], ["B", "A"], ["A", "B"]]


# ---- days --------------------------------------------------------------------------------------


def test_overdue_is_counted_on_the_bank_s_own_day() -> None:
    facts: dict[str, Any] = {"round": "r", "round_status": "open", "due_on": NOON.date()}
    late = [
        look(bare(time_zone=zone, **facts))[0].late
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Nowhere/At_All")
    ]
    assert late == [0, 1, 0, 0]


def test_a_closed_round_is_not_overdue() -> None:
    due = NOON.date() - dt.timedelta(days=30)
    assert look(bare(round="r", round_status="closed", due_on=due))[0].late == 0


# ---- filters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "facts"),
    [
        ({"q": "VANE"}, {}),
        ({"country": "NO"}, {}),
        ({"size": "small"}, {}),
        ({"strategy": "innovate"}, {}),
        ({"placement": "firm"}, {}),
        ({"placement": "provisional"}, {"status": "provisional"}),
        ({"placement": "none"}, {"shown": "", "firmness": ""}),
        ({"version": "1.0"}, {}),
        ({"period": "2026 H1"}, {}),
        ({"responsible": "7"}, {"responsible": 7}),
        ({"responsible": "none"}, {}),
        ({"tag": "Renewal"}, {}),
        ({"region": "Coast"}, {}),
        ({"status": "none"}, {}),
        ({"status": "open"}, {"round": "r", "round_status": "open"}),
        ({"status": "closed"}, {"round": "r", "round_status": "closed"}),
        (
            {"status": "overdue"},
            {"round": "r", "round_status": "open", "due_on": dt.date(2026, 11, 1)},
        ),
        ({"attention": "any"}, {"gate": True}),
        ({"attention": "gate"}, {"gate": True}),
        ({"country": "NO", "strategy": "innovate"}, {}),
    ],
)
def test_a_filter_lets_through_what_has_it_and_nothing_else(
    filters: dict[str, str], facts: dict[str, Any]
) -> None:
    other = bare(
        name="Other", engagement="o" * 32, bank_id="o" * 32, country="SE", size_band="mega"
    )._replace(
        round="x",
        round_status="open",
        responsible=None if "7" in filters.values() else 9,
        shown="awareness",
    )
    if filters.keys() & {"attention"}:
        other = published(name="Other", engagement="o" * 32)
    if filters in ({"status": "open"}, {"status": "closed"}, {"status": "overdue"}):
        other = other._replace(round=None, round_status=None)
    seen = look(published(**facts), other, tags={"e" * 32: ["renewal"]})
    assert names(selecting.narrow(seen, filters, frozenset({"b" * 32}))) == ["Norvane Bank"]


def test_the_filter_in_the_way_is_the_one_without_which_most_show() -> None:
    seen = look(
        *(published(name=f"N{n}", engagement=f"n{n}") for n in range(3)),
        published(name="S", engagement="s", country="SE", strategy="awareness", shown="awareness"),
    )
    both = {"country": "NO", "strategy": "awareness"}
    assert selecting.narrow(seen, both, frozenset()) == []
    assert selecting.in_the_way(seen, both, frozenset()) == ("strategy", 3)
    hopeless = {"country": "XX", "strategy": "stepwise"}
    assert selecting.in_the_way(seen, hopeless, frozenset()) == ("", 0)


def test_the_most_urgent_come_first_and_the_calm_not_at_all() -> None:
    seen = look(
        published(name="Calm", engagement="1"),
        published(name="Gate", engagement="2", gate=True),
        bare(
            name="Late", engagement="3", round="r", round_status="open", due_on=dt.date(2026, 1, 1)
        ),
    )
    assert names(selecting.by_urgency(seen)) == ["Late", "Gate"]
