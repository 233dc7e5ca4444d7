"""Banks that lend to the peers, and the quarter that is frozen of them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from assessments.benchmarks import services
from assessments.models import Assessment, Organisation, Snapshot, Summary
from tests import factories
from tests.conftest import Cast
from tests.maturity.goldens import golden_pairs

QUARTER = "2026Q2"
JOINED = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
PUBLISHED = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
FROZEN = dt.datetime(2026, 10, 1, 6, tzinfo=dt.UTC)

Lend = Callable[..., Organisation]


def publish(
    bank: Organisation, score: float, *, at: dt.datetime = PUBLISHED, period: str = "2026 H1"
) -> Assessment:
    """A published round whose eight headline scores are all alike."""
    round_ = factories.publish_case(
        bank, golden_pairs()["case-2-raise-awareness"]["case"], period=period, at=at
    )
    columns = ("bank", "customer", "cap", "tec", "sup", "rsk", "dat", "skl")
    Summary.objects.filter(assessment=round_).update(**dict.fromkeys(columns, score))
    return round_


def bare_result(bank: Organisation, score: float, *, at: dt.datetime = PUBLISHED) -> None:
    """The same without the page: a snapshot that is never read, for banks in a crowd."""
    round_ = factories.make_round(bank, period=f"{at:%Y-%m}")
    snapshot = Snapshot.objects.create(
        assessment=round_, framework_version="1.0", case={}, findings={}, published_at=at
    )
    columns = ("bank", "customer", "cap", "tec", "sup", "rsk", "dat", "skl")
    Summary.objects.create(
        snapshot=snapshot,
        assessment=round_,
        organisation=bank,
        period=round_.period,
        framework_version="1.0",
        published_at=at,
        status="complete",
        **dict.fromkeys(columns, score),
    )


def lending_bank(name: str, score: float, **fields: Any) -> Organisation:
    """A bank that joined in time and published one result."""
    about: dict[str, Any] = {"country": "NO", "size_band": "large", "peers_since": JOINED}
    at = fields.pop("at", PUBLISHED)
    bank = Organisation.objects.create(name=name, **(about | fields))
    bare_result(bank, score, at=at)
    return bank


@pytest.fixture
def lend(db: None) -> Lend:
    """Make a bank that lends."""
    return lending_bank


@pytest.fixture
def crowd(lend: Lend) -> list[Organisation]:
    """Eleven large Norwegian banks with scores of 21 to 88."""
    scores = (21, 30, 34, 40, 45, 55, 58, 61, 66, 70, 88)
    return [lend(f"Peer {n:02d}", score) for n, score in enumerate(scores)]


@pytest.fixture
def compared(cast: Cast, crowd: list[Organisation]) -> Assessment:
    """The cast's bank among them, with 50 everywhere, in a quarter that is frozen."""
    Organisation.objects.filter(pk=cast.bank.pk).update(peers_since=JOINED, size_band="large")
    cast.bank.refresh_from_db()
    round_ = publish(cast.bank, 50)
    services.freeze(QUARTER, FROZEN)
    return round_
