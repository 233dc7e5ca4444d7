"""Peers on paper: the page keeps its place, the report its length, and its key what it shows."""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import translation

from assessments.benchmarks import services
from assessments.benchmarks.queries import PeerCellFacts, PeerFacts
from assessments.models import Assessment, Organisation
from assessments.reports import queries
from assessments.reports.paper import benchmarks, channels, document
from assessments.reports.paper.benchmarks import BenchmarksLeaf
from assessments.reports.paper.edition import Edition
from assessments.results import svg
from assessments.results.peer_svg import STEPS
from maturity.peers import SCORES
from tests.maturity.goldens import golden_pairs
from tests.reports.conftest import make_edition, printed


def cell(slice_: str = "all", n: int = 14, hidden: str = "") -> PeerCellFacts:
    wide = n >= 10
    rows = tuple((name, 52, 41 if wide else None, 66 if wide else None) for name in SCORES)
    return PeerCellFacts(
        slice=slice_,
        n=0 if hidden else n,
        as_of="2026Q2",
        hidden=hidden,
        rows=() if hidden else rows,
    )


def facts(*cells: PeerCellFacts, fictional: bool = False) -> PeerFacts:
    return PeerFacts(
        state="frozen",
        fictional=fictional,
        quarter="2026Q2",
        frozen_on=dt.date(2026, 10, 1),
        cells=cells or (cell(), cell("size:large", 7), cell("country:NO", hidden="complement")),
    )


def edition(name: str, peers: PeerFacts | None, *, accounts: int | None = None) -> Edition:
    case = dict(golden_pairs()[name]["case"])
    if accounts is not None:
        case["channels"] = [account(place) for place in range(accounts)]
    return make_edition(case, country="NO", peers=peers)


def account(place: int) -> dict[str, object]:
    return {
        "platform": f"Network {place}",
        "kind": "network",
        "followers": 100 * place,
        "posts30": 10,
        "inbound30": 20,
        "answered": 0.5,
        "median_min": 60,
        "days_since_post": 200 if place == 1 else 3,
    }


def leaf(found: Edition) -> BenchmarksLeaf:
    """The comparison, on its own page or on that of the channels."""
    with translation.override("en"):
        own = benchmarks.alone(found)
        shared = channels.build(found).comparison
    assert (own is None) is (shared is not None)
    page = own or shared
    assert page is not None
    return page


def test_the_page_prints_what_the_screen_shows() -> None:
    found = edition("case-2-raise-awareness", facts())
    page = leaf(found)
    assert page.title == "Furthest behind its peers in Support: 1.8 points below their median"
    assert page.measure == (
        "All banks that lend. 14 other banks, 2026 Q2. Line: median. Band: the middle half. "
        "Dot: this bank"
    )
    shown = found.page.peers
    assert shown is not None
    assert shown.first is not None
    assert page.peer_rows == shown.first.rows
    assert [point.lead for point in page.narrower] == [
        "Banks of this size: US$10–100 billion.",
        "Banks in this country: Norway.",
    ]
    assert page.narrower[0].text.startswith(
        "7 other banks, 2026 Q2. Medians: Bank 52, Customers 52"
    )
    assert "frozen with 2026 Q2 on 1 Oct 2026" in page.source


def test_fictional_peers_are_called_so_on_paper() -> None:
    page = leaf(edition("case-2-raise-awareness", facts(fictional=True)))
    assert "Fictional banks, invented for demonstration." in page.measure
    assert "Fictional banks, invented for demonstration." in page.source


@pytest.mark.parametrize(
    ("peers", "told"),
    [
        (None, "Peers stand beside a published result only."),
        (PeerFacts(state="apart"), "This bank does not lend its scores to the peers"),
        (PeerFacts(state="early", until="2026Q3"), "Not yet frozen: the first figures"),
        (facts(cell(hidden="few")), "Too few banks (n < 5): a figure needs at least 5 others"),
        (facts(cell(hidden="group")), "One banking group too large"),
        (facts(cell(hidden="readers")), "Too few banks (n < 5) besides those"),
    ],
)
def test_without_peers_the_page_says_why(peers: PeerFacts | None, told: str) -> None:
    page = leaf(edition("case-2-raise-awareness", peers))
    assert page.peers.startswith(told)
    assert page.peer_rows == ()
    assert page.title.startswith("No peer benchmark yet")


def test_the_report_keeps_its_length_with_peers() -> None:
    report = printed(edition("case-1-step-by-step", facts()))
    assert 12 <= len(report.reader.pages) <= 16
    (page,) = [p for p in report.reader.pages if "All banks that lend" in p.extract_text()]
    text = " ".join(page.extract_text().split())
    assert "41–66" in text
    assert "So what" in text


def test_a_crowded_report_keeps_its_length_with_peers() -> None:
    """On the channels' page there is no room for a drawing: the numbers stand in words."""
    found = edition("line-14", facts(), accounts=14)
    page = leaf(found)
    assert page.peer_rows == ()
    assert page.peers.startswith("All banks that lend, 14 other banks, 2026 Q2: Bank ")
    assert page.peers.endswith("peers 52 (41–66).")
    assert len(printed(found).reader.pages) <= 16


def test_the_content_key_follows_what_is_shown(
    cast: object, crowd: list[Organisation], compared: Assessment
) -> None:
    def key() -> str:
        found = queries.edition_for(Assessment.objects.get(pk=compared.pk), language="en")
        assert found is not None
        return queries.content_key(found)

    first = key()
    assert key() == first
    Organisation.objects.filter(pk=crowd[0].pk).update(peers_since=None)
    assert key() == first  # frozen is frozen
    services.freeze("2026Q3", dt.datetime(2027, 1, 1, 6, tzinfo=dt.UTC))
    second = key()
    assert second != first
    Organisation.objects.filter(pk=compared.organisation_id).update(peers_since=None)
    assert key() not in {first, second}


def test_every_titles_of_a_report_with_peers_is_its_own() -> None:
    with translation.override("en"):
        made = document.build(edition("case-2-raise-awareness", facts()))
    titles = [page.title for page in made.leaves]
    assert len(set(titles)) == len(titles)


# ---- the drawing ------------------------------------------------------------------------------

BAND = svg.PeerBand(label="Risk & “more” <b>", value=40, median=52, lower=41, upper=66)


@pytest.mark.parametrize(
    "chart",
    [
        BAND,
        replace(BAND, lower=None, upper=None),
        replace(BAND, value=None),
        svg.PeerAxis(label="Scores", names=tuple(map(str, STEPS))),
    ],
)
def test_a_band_is_well_formed_and_named(chart: svg.Chart) -> None:
    for drawing in (chart.screen, chart.paper):
        root = ET.fromstring(str(drawing))
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert "style=" not in drawing


def test_a_band_is_drawn_where_its_numbers_are() -> None:
    root = ET.fromstring(str(BAND.screen))
    name: Callable[[ET.Element], str] = lambda part: part.tag.rpartition("}")[2]  # noqa: E731
    band = next(part for part in root if name(part) == "rect")
    assert (band.get("x"), band.get("width")) == ("41%", "25%")
    assert [part.get("cx") for part in root if name(part) == "circle"] == ["40%"]
    lines = [part for part in root if name(part) == "line"]
    assert [part.get("x1") for part in lines][-3:] == ["41%", "66%", "52%"]
    alone = ET.fromstring(str(replace(BAND, lower=None, upper=None).screen))
    assert not [part for part in alone if name(part) == "rect"]
