"""Freezing: who is in a quarter, once, in order, and apart from fictional banks."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from assessments.benchmarks import queries, seasons, services
from assessments.models import (
    EngagementState,
    Organisation,
    PeerCell,
    PeerContribution,
    PeerSnapshot,
    Role,
)
from tests import factories
from tests.benchmarks.conftest import FROZEN, JOINED, PUBLISHED, QUARTER, Lend, bare_result
from tests.conftest import Cast

LATER = dt.datetime(2027, 1, 1, 6, tzinfo=dt.UTC)


def lent(quarter: str = QUARTER) -> list[str]:
    """Names of the banks that stand in a quarter's packs."""
    rows = PeerContribution.objects.filter(snapshot__quarter=quarter).exclude(pack="")
    return sorted(rows.values_list("organisation__name", flat=True))


# ---- the calendar -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "quarter"),
    [
        ("2026-09-30T23:59:59", "2026Q1"),
        ("2026-10-01T00:00:00", "2026Q2"),
        ("2026-12-31T23:59:59", "2026Q2"),
        ("2027-01-01T00:00:00", "2026Q3"),
        ("2027-06-30T12:00:00", "2026Q4"),
    ],
)
def test_a_quarter_is_old_enough_three_months_after_its_end(now: str, quarter: str) -> None:
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    assert seasons.newest_freezable(moment) == quarter
    assert seasons.joined_before(quarter) <= moment


def test_who_joins_now_is_in_the_next_quarter_to_be_frozen() -> None:
    assert seasons.first_with(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)) == "2026Q3"
    assert seasons.freezing_day("2026Q3") == dt.date(2027, 1, 1)
    assert seasons.in_words("2026Q3") == "2026 Q3"


@pytest.mark.parametrize("name", ["2026Q5", "2026", "26Q1", "2026Q0", "2026q1", "２026Q1", ""])
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(seasons.NotAQuarterError):
        seasons.first_day(name)


# ---- who is in it -----------------------------------------------------------------------------


def test_a_quarter_holds_who_joined_in_time_with_their_newest_result_that_is_old_enough(
    crowd: list[Organisation], lend: Lend
) -> None:
    lend("Too new", 99, at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    lend("Joined late", 99, peers_since=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    lend("Never joined", 99, peers_since=None)
    lend("Leaving", 99, closing_on=dt.date(2026, 12, 1))
    bare_result(crowd[0], 77, at=PUBLISHED + dt.timedelta(days=30))
    bare_result(crowd[0], 99, at=dt.datetime(2026, 8, 1, tzinfo=dt.UTC))
    services.freeze(QUARTER, FROZEN)
    assert lent() == [bank.name for bank in crowd]
    own = PeerContribution.objects.get(organisation=crowd[0])
    assert own.scores["RSK"] == 77
    waiting = PeerContribution.objects.get(organisation__name="Too new")
    assert (waiting.pack, waiting.scores, waiting.view.cells["all"]["n"]) == ("", {}, 11)


def test_a_result_with_a_gap_is_not_lent(crowd: list[Organisation]) -> None:
    crowd[3].summaries.update(customer=None)
    services.freeze(QUARTER, FROZEN)
    assert crowd[3].name not in lent()
    assert len(lent()) == 10


def test_only_scores_size_and_country_are_lent(crowd: list[Organisation]) -> None:
    Organisation.objects.filter(pk=crowd[0].pk).update(banking_group="  North   Sea GROUP ")
    services.freeze(QUARTER, FROZEN)
    row = PeerContribution.objects.get(organisation=crowd[0])
    assert (row.size_band, row.country, row.group) == ("large", "NO", "north sea group")
    assert sorted(row.scores) == ["CAP", "DAT", "RSK", "SKL", "SUP", "TEC", "bank", "customer"]


def test_the_cells_are_the_case_worked_by_hand(cast: Cast, compared: object) -> None:
    """The same twelve scores as in tests/maturity/test_peers.py."""
    cell = PeerCell.objects.get(slice="all", score="RSK")
    assert (cell.n, cell.median, cell.lower_quartile, cell.upper_quartile) == (12, 53, 39, 62)
    facts = queries.peers_for(cast.bank, FROZEN)
    assert (facts.state, facts.quarter, facts.frozen_on) == ("frozen", QUARTER, FROZEN.date())
    assert [(cell.slice, cell.n) for cell in facts.cells] == [
        ("all", 11),
        ("size:large", 11),
        ("country:NO", 11),
    ]
    assert set(facts.cells[0].rows) == {
        (name, 55, 37, 64)
        for name in ("bank", "customer", "CAP", "TEC", "SUP", "RSK", "DAT", "SKL")
    }


def test_fictional_banks_only_meet_fictional_banks(crowd: list[Organisation], lend: Lend) -> None:
    for n in range(7):
        lend(f"Fiction {n}", 90, fictional=True)
    services.freeze(QUARTER, FROZEN)
    for bank in (crowd[0], Organisation.objects.get(name="Fiction 0")):
        facts = queries.peers_for(bank, FROZEN)
        assert facts.fictional is bank.fictional
        assert facts.cells[0].n == (6 if bank.fictional else 10)
    medians = PeerCell.objects.filter(slice="all", score="bank").values_list("fictional", "median")
    assert sorted(medians) == [(False, 55), (True, 90)]


# ---- once, and in order -----------------------------------------------------------------------


def test_a_quarter_is_frozen_once(crowd: list[Organisation]) -> None:
    first = services.freeze(QUARTER, FROZEN)
    Organisation.objects.filter(pk=crowd[0].pk).update(peers_since=None)
    again = services.freeze(QUARTER, FROZEN + dt.timedelta(days=1))
    assert (first.made, again.made) == (True, False)
    assert first.snapshot == again.snapshot
    assert (again.joined, again.lent) == (11, 11)


def test_the_same_banks_give_the_same_rows(crowd: list[Organisation]) -> None:
    rows = []
    for _ in range(2):
        services.freeze(QUARTER, FROZEN)
        rows.append(
            list(PeerContribution.objects.order_by("pk").values("pack", "view__cells", "scores"))
        )
        PeerSnapshot.objects.all().delete()
    assert rows[0] == rows[1]


def test_a_quarter_is_not_frozen_early_nor_after_a_later_one(crowd: list[Organisation]) -> None:
    with pytest.raises(services.TooEarlyError):
        services.freeze(QUARTER, dt.datetime(2026, 9, 30, 23, tzinfo=dt.UTC))
    services.freeze(QUARTER, FROZEN)
    with pytest.raises(services.OutOfOrderError):
        services.freeze("2026Q1", FROZEN)
    assert PeerSnapshot.objects.count() == 1


def test_the_sweep_freezes_a_quarter_once_it_is_due(crowd: list[Organisation]) -> None:
    assert services.freeze_due(FROZEN) == 1
    assert services.freeze_due(FROZEN) == 0
    assert services.freeze_due(LATER) == 1
    quarters = PeerSnapshot.objects.order_by("quarter").values_list("quarter", flat=True)
    assert list(quarters) == ["2026Q2", "2026Q3"]


def test_the_sweep_freezes_nothing_while_nobody_lends(lend: Lend) -> None:
    lend("Late", 50, peers_since=dt.datetime(2026, 10, 2, tzinfo=dt.UTC))
    assert services.freeze_due(dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) == 0
    assert not PeerSnapshot.objects.exists()


def test_a_bank_that_leaves_while_a_quarter_is_drafted_is_not_in_it(
    crowd: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    stock, calls = services._store, []  # noqa: SLF001 -- between drafting and storing

    def leave_first(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            Organisation.objects.filter(pk=crowd[0].pk).update(peers_since=None)
        return stock(*args)

    monkeypatch.setattr(services, "_store", leave_first)
    services.freeze(QUARTER, FROZEN)
    assert len(calls) == 2
    assert lent() == [bank.name for bank in crowd[1:]]


def test_of_two_processes_one_freezes_the_quarter(
    crowd: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = services._store  # noqa: SLF001 -- between drafting and storing

    def other_is_first(*args: Any) -> Any:
        stock(*args)
        raise IntegrityError

    monkeypatch.setattr(services, "_store", other_is_first)
    assert services.freeze(QUARTER, FROZEN).made is False
    assert (PeerSnapshot.objects.count(), len(lent())) == (1, 11)


def test_a_quarter_that_cannot_be_stored_is_left_to_the_next_sweep(
    crowd: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_store", lambda *_args: None)
    with pytest.raises(services.BusyError):
        services.freeze(QUARTER, FROZEN)
    assert not PeerSnapshot.objects.exists()


def test_what_is_frozen_stays_when_a_bank_leaves_and_the_next_quarter_is_without_it(
    cast: Cast, crowd: list[Organisation], compared: object
) -> None:
    services.leave(organisation=crowd[0], by=cast.lead)
    assert queries.peers_for(cast.bank, FROZEN).cells[0].n == 11
    assert queries.peers_for(Organisation.objects.get(pk=crowd[0].pk), FROZEN).state == "apart"
    services.freeze("2026Q3", LATER)
    assert lent("2026Q3") == []  # the pack that it stood in is shown no more
    assert {cell.hidden for cell in queries.peers_for(cast.bank, FROZEN).cells} == {"few"}


def test_a_cell_that_nobody_changed_keeps_the_date_of_its_quarter(
    cast: Cast, crowd: list[Organisation], compared: object
) -> None:
    for bank in crowd[:3]:
        bare_result(bank, 99, at=dt.datetime(2026, 8, 3, tzinfo=dt.UTC))
    before = queries.peers_for(cast.bank, FROZEN)
    services.freeze("2026Q3", LATER)
    after = queries.peers_for(cast.bank, FROZEN)
    assert (before.quarter, after.quarter) == ("2026Q2", "2026Q3")
    assert after.cells == before.cells
    assert {cell.as_of for cell in after.cells} == {"2026Q2"}


def test_a_pack_leaves_when_one_of_its_banks_is_deleted(
    cast: Cast, crowd: list[Organisation], compared: object
) -> None:
    PeerContribution.objects.filter(organisation=crowd[0]).delete()
    Organisation.objects.filter(pk=crowd[0].pk).update(peers_since=None)
    assert queries.peers_for(cast.bank, FROZEN).cells[0].n == 11  # frozen is frozen
    services.freeze("2026Q3", LATER)
    assert lent("2026Q3") == []


# ---- what a page shows ------------------------------------------------------------------------


def test_a_bank_sees_nothing_before_a_quarter_holds_it(cast: Cast) -> None:
    assert queries.peers_for(cast.bank, FROZEN).state == "apart"
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    services.join(organisation=cast.bank, group="", by=cast.lead, now=now)
    cast.bank.refresh_from_db()
    facts = queries.peers_for(cast.bank, FROZEN)
    assert (facts.state, facts.until) == ("early", "2026Q3")


def test_S36_a_firm_that_reads_most_of_a_pack_hides_it_from_its_clients_pages(
    cast: Cast, crowd: list[Organisation], compared: object
) -> None:
    """Seven of twelve are known to the page's readers: the other five may still be shown."""
    for bank in crowd[:6]:
        factories.make_engagement(bank, cast.firm)
    assert {cell.hidden for cell in queries.peers_for(cast.bank, FROZEN).cells} == {""}
    last = factories.make_engagement(crowd[6], cast.firm)
    assert {cell.hidden for cell in queries.peers_for(cast.bank, FROZEN).cells} == {"readers"}
    # What was read is not forgotten when the engagement ends; what was never opened counts not.
    last.state = EngagementState.ENDED
    last.save()
    assert {cell.hidden for cell in queries.peers_for(cast.bank, FROZEN).cells} == {"readers"}
    last.state = EngagementState.DECLINED
    last.save()
    assert {cell.hidden for cell in queries.peers_for(cast.bank, FROZEN).cells} == {""}
    # A page that no such reader opens shows the cells as before.
    assert {cell.hidden for cell in queries.peers_for(crowd[10], FROZEN).cells} == {""}


def test_S36_a_person_of_several_banks_counts_as_one_reader(
    cast: Cast, crowd: list[Organisation], compared: object
) -> None:
    for bank in crowd[:7]:
        factories.add_member(bank, cast.respondent, Role.RESPONDENT)
    assert {cell.hidden for cell in queries.peers_for(cast.bank, FROZEN).cells} == {"readers"}


@pytest.mark.parametrize("clients", [1, 6])
def test_peers_are_read_in_one_query(
    cast: Cast,
    crowd: list[Organisation],
    compared: object,
    clients: int,
    django_assert_num_queries: Any,
) -> None:
    for bank in crowd[:clients]:
        factories.make_engagement(bank, cast.firm)
    with django_assert_num_queries(1):
        queries.peers_for(cast.bank, FROZEN)
    cast.bank.peers_since = None
    with django_assert_num_queries(0):
        queries.peers_for(cast.bank, FROZEN)


# ---- the command ------------------------------------------------------------------------------


def test_the_command_freezes_names_and_refuses(
    crowd: list[Organisation], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("peers", "--quarter", "2026Q1")
    call_command("peers", "--quarter", "2026Q1")
    assert capsys.readouterr().out.splitlines() == [
        "2026Q1: frozen, 11 joined, 0 lent",
        "2026Q1: frozen before, 11 joined, 0 lent",
    ]
    for quarter, status, text in (
        ("2026Q7", 2, "2026Q7: expected a quarter such as 2026Q3"),
        ("2099Q4", 1, "2099Q4: old enough from 2100-04-01"),
        ("2025Q4", 1, "2025Q4: a later quarter is frozen"),
    ):
        with pytest.raises(CommandError, match=text) as refused:
            call_command("peers", "--quarter", quarter)
        assert refused.value.returncode == status


def test_joined_is_counted_to_the_second(lend: Lend) -> None:
    assert seasons.joined_before(QUARTER) > JOINED
    lend("Just in time", 50, peers_since=dt.datetime(2026, 9, 30, 23, 59, 59, tzinfo=dt.UTC))
    joined, lenders = queries.lenders(QUARTER, fictional=False)
    assert (len(joined), len(lenders)) == (1, 1)
