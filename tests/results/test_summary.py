"""The headline figures kept as columns beside each published round."""

import datetime as dt

import pytest

from assessments.models import Assessment, Snapshot, Summary
from assessments.results.summary_writing import write_missing_summaries
from tests import factories
from tests.conftest import Cast
from tests.maturity.goldens import golden_pairs

pytestmark = pytest.mark.django_db
SPRING = dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
AUTUMN = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


def publish(cast: Cast, name: str, period: str, at: dt.datetime) -> Assessment:
    return factories.publish_case(cast.bank, golden_pairs()[name]["case"], period=period, at=at)


def test_a_summary_holds_the_figures_of_its_findings(cast: Cast) -> None:
    round_ = publish(cast, "case-2-raise-awareness", "2026 H1", SPRING)
    found = golden_pairs()["case-2-raise-awareness"]["findings"]
    row = Summary.objects.get(assessment=round_)
    dimensions = found["bank"]["dimensions"]
    assert [row.cap, row.tec, row.sup, row.rsk, row.dat, row.skl] == pytest.approx(
        [dimensions[id_]["score"] for id_ in ("CAP", "TEC", "SUP", "RSK", "DAT", "SKL")], abs=1e-4
    )
    assert (row.bank, row.customer) == pytest.approx(
        (found["bank"]["effective"], found["customer"]["score"]), abs=1e-4
    )
    assert [row.bank_low, row.bank_high] == pytest.approx(found["bank"]["ci90"], abs=1e-4)
    assert row.customer_low == pytest.approx(
        found["customer"]["score"] - 1.6448536 * found["customer"]["se"], abs=1e-4
    )
    assert (row.strategy, row.firmness, row.status) == ("awareness", "firm", "complete")
    assert row.agreement == pytest.approx(found["agreement"]["mean_index"], abs=1e-4)
    assert (row.respondents, row.coverage, row.gate_active) == (3, 1.0, False)
    assert row.latest


def test_the_last_published_round_is_the_latest_and_knows_the_one_before(cast: Cast) -> None:
    first = publish(cast, "case-1-step-by-step", "2026 H1", SPRING)
    second = publish(cast, "case-2-raise-awareness", "2026 H2", AUTUMN)
    before, now = (Summary.objects.get(assessment=round_) for round_ in (first, second))
    assert (before.latest, now.latest) == (False, True)
    assert (now.bank_before, now.strategy_before) == (before.bank, before.strategy)
    assert (before.bank_before, before.strategy_before) == (None, "")


def test_a_strategy_that_only_leans_is_not_named_at_the_first_change(cast: Cast) -> None:
    names = [
        name
        for name, pair in golden_pairs().items()
        if pair["findings"]["placement"] and pair["findings"]["placement"]["status"] == "borderline"
    ]
    name = names[0]
    other = golden_pairs()[name]["findings"]["placement"]["strategy"]
    firm = next(
        n
        for n in ("case-1-step-by-step", "case-2-raise-awareness")
        if golden_pairs()[n]["findings"]["placement"]["strategy"] != other
    )
    publish(cast, firm, "2026 H1", SPRING)
    row = Summary.objects.get(assessment=publish(cast, name, "2026 H2", AUTUMN))
    shown = golden_pairs()[firm]["findings"]["placement"]["strategy"]
    assert (row.strategy, row.shown_strategy) == (other, shown)


def test_missing_rows_are_written_from_the_snapshots(cast: Cast) -> None:
    publish(cast, "case-1-step-by-step", "2026 H1", SPRING)
    publish(cast, "case-2-raise-awareness", "2026 H2", AUTUMN)
    kept = list(Summary.objects.order_by("published_at").values())
    Summary.objects.all().delete()
    assert write_missing_summaries() == 2
    assert list(Summary.objects.order_by("published_at").values()) == kept
    assert write_missing_summaries() == 0


def test_a_round_without_a_placement_has_a_row_without_one(cast: Cast) -> None:
    name = next(n for n, pair in golden_pairs().items() if pair["findings"]["placement"] is None)
    row = Summary.objects.get(assessment=publish(cast, name, "2026 H1", SPRING))
    assert (row.strategy, row.shown_strategy, row.probability) == ("", "", None)
    assert Snapshot.objects.get().summary == row
