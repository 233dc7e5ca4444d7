"""Fictional portfolios: the same every time, labelled, and made by the engine."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from assessments.management.commands.seed_portfolio import ADMIN_EMAIL, seed
from assessments.management.portfolio_banks import invent, name_of
from assessments.models import Assessment, Engagement, Organisation, Role, Snapshot, Summary
from assessments.results.summary_writing import write_missing_summaries
from maturity import assess, codec, load_framework, read_case
from tests import factories

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


def test_a_number_gives_the_same_bank_every_time_and_names_do_not_repeat() -> None:
    assert invent(7, 3) == invent(7, 3)
    assert len({name_of(number) for number in range(5000)}) == 5000


def test_what_is_invented_is_varied() -> None:
    banks = [invent(number, 1) for number in range(60)]
    assert {bank.trait for bank in banks} >= {"", "gated", "divided", "thin", "new"}
    assert len({bank.country for bank in banks}) > 10
    late = [bank for bank in banks if bank.due_in is not None and bank.due_in < 0]
    assert 3 < len(late) < 30


@pytest.mark.django_db
def test_a_portfolio_is_fictional_and_every_snapshot_is_the_engine_s() -> None:
    firm = seed(banks=12, rounds=2, name="Tidewater", now=NOW)
    assert not Organisation.objects.filter(fictional=False).exists()
    assert Engagement.objects.filter(firm=firm, state="accepted").count() == 12
    for snapshot in Snapshot.objects.all()[:4]:
        found = codec.dump(assess(load_framework(), read_case(snapshot.case)))
        assert {**snapshot.findings, "beside": None} == {**found, "beside": None}
    assert all(
        len(set(bank.assessments.values_list("period", flat=True))) == bank.assessments.count()
        for bank in Organisation.objects.filter(kind="bank")
    )


@pytest.mark.django_db
def test_its_summaries_are_those_that_publishing_writes() -> None:
    seed(banks=8, rounds=3, name="Tidewater", now=NOW)
    seeded = list(Summary.objects.order_by("pk").values())
    Summary.objects.all().delete()
    write_missing_summaries()
    assert list(Summary.objects.order_by("pk").values()) == seeded
    latest = Counter(row["organisation_id"] for row in seeded if row["latest"])
    assert set(latest.values()) == {1}


@pytest.mark.django_db
def test_the_demonstration_s_consultant_is_its_admin() -> None:
    demo = factories.make_user(ADMIN_EMAIL)
    call_command("seed_portfolio", "--banks", "2", "--rounds", "1", "--firm", "Reef", verbosity=0)
    firm = Organisation.objects.get(name="Reef")
    assert firm.memberships.get(role=Role.ADMIN).user == demo
    assert Assessment.objects.filter(status="published").count() <= 2
    with pytest.raises(CommandError, match="exists already"):
        call_command("seed_portfolio", "--firm", "Reef")
    with pytest.raises(CommandError, match="--banks is 1 to"):
        call_command("seed_portfolio", "--banks", "0")
