"""Charts: well-formed, escaped, inside their plot, with the numbers that the tables print."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assessments.results import canvas, svg
from assessments.results.placing import Box, choose
from tests.maturity.goldens import golden_pairs
from tests.results.conftest import results_page, roadmap_page

TOKENS = Path("static/css/tokens.css")
SHEET = Path("static/css/results.css")
XSS = "\"><script>alert(1)</script><img src=x onerror='x'>&\x00\x0b\ud800"


def charts(name: str) -> Iterator[svg.Chart]:
    """Every chart of a worked case."""
    page, plan = results_page(name), roadmap_page(name)
    if page.quadrant:
        yield page.quadrant.chart
    if plan.path:
        yield plan.path.chart
    if page.confidence:
        yield page.confidence.chart
    yield page.dimensions.axis
    for part in (page.scores, page.dimensions.rows, page.customers.rows, page.agreement.rows):
        for row in part:
            yield row.chart


def quadrant(bank: float, counted: float, customer: float, **more: object) -> svg.Quadrant:
    """A quadrant somewhere in the plot."""
    names = {
        "innovate": "Innovate",
        "awareness": "Raise awareness",
        "capability": "Improve capabilities",
        "stepwise": "Step by step",
    }
    sides = {
        "innovate": (True, True),
        "awareness": (False, True),
        "capability": (True, False),
        "stepwise": (False, False),
    }
    high, right = counted >= 50, customer >= 50
    facts: dict[str, object] = {
        "label": "Where the bank stands",
        "cells": tuple(
            svg.Cell(strategy=id_, name=names[id_], share="25 %", right=r, top=t)
            for id_, (r, t) in sides.items()
        ),
        "strategy": next(id_ for id_, side in sides.items() if side == (right, high)),
        "bank": bank,
        "counted": counted,
        "customer": customer,
        "bank_se": 8.0,
        "customer_se": 9.0,
        "bank_range": (max(0.0, bank - 13), min(100.0, bank + 13)),
        "customer_range": (max(0.0, customer - 14), min(100.0, customer + 14)),
        "bank_midline": 50.0,
        "customer_midline": 50.0,
        "point": ("Counts as 49.0", ""),
        "raw": ("62.3", "without the gate"),
        "drop": "Risk gate −13.3",
        "region": "90 % region",
        "midline": "midline 50",
        "bank_axis": "Bank maturity, 0–100",
        "customer_axis": "Customer maturity, 0–100",
    }
    return svg.Quadrant(**(facts | more))  # type: ignore[arg-type]  # keywords of the class


@pytest.mark.parametrize("name", sorted(golden_pairs()))
def test_every_chart_is_well_formed_named_and_plain(name: str) -> None:
    for chart in charts(name):
        for markup in (chart.screen, chart.paper):
            root = ET.fromstring(markup)
            assert root.attrib["role"] == "img"
            assert root.attrib["aria-label"].strip()
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            allowed = {"svg", "line", "rect", "circle", "polygon", "path", "text"}
            assert tags - allowed == set()
        assert "style" not in chart.screen


def test_the_colours_of_paper_are_those_of_the_style_sheet() -> None:
    tokens = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", TOKENS.read_text("utf-8")))
    shared = {name: value for name, value in canvas.COLOURS.items() if name in tokens}
    assert shared == {name: tokens[name] for name in shared}
    assert set(canvas.COLOURS) - set(tokens) == {"white"}


def test_every_paint_word_on_screen_has_a_rule() -> None:
    rules = set(re.findall(r"\.([a-z0-9-]+)", SHEET.read_text("utf-8")))
    used: set[str] = set()
    for name in golden_pairs():
        for chart in charts(name):
            for classes in re.findall(r'class="([^"]+)"', chart.screen):
                used |= set(classes.split())
    assert used - rules == {"strip", "axis", "dots", "probability"} & used - rules


def test_S28_names_cannot_leave_their_text() -> None:
    chart = quadrant(62.3, 49, 59, label=XSS, stamp=XSS, region=XSS, point=(XSS, XSS))
    for markup in (chart.screen, chart.paper):
        root = ET.fromstring(markup)
        assert "<script" not in markup
        assert {e.tag.rpartition("}")[2] for e in root.iter()} & {"script", "img"} == set()
        assert root.attrib["aria-label"] == ("\"><script>alert(1)</script><img src=x onerror='x'>&")


def test_the_quadrant_prints_the_numbers_of_its_table() -> None:
    figure = results_page("case-3-gated").quadrant
    assert figure is not None
    assert figure.table.rows == (
        ("Bank, counted", "49.0", "–"),
        ("Bank, without the gate", "62.3", "48.2–76.3"),
        ("Customers", "59.0", "56.9–61.1"),
        ("Innovate", "24\u00a0%", "–"),
        ("Raise awareness", "<1\u00a0%", "–"),
        ("Improve capabilities", "76\u00a0%", "–"),
        ("Step by step", "<1\u00a0%", "–"),
    )
    texts = {element.text for element in ET.fromstring(figure.chart.screen).iter()}
    assert {"Counts as 49.0", "62.3", "24\u00a0%", "76\u00a0%", "Risk gate −13.3"} <= texts


def test_the_path_prints_the_last_row_of_its_table() -> None:
    figure = roadmap_page("case-3-gated").path
    assert figure is not None
    assert figure.table.rows[-1] == (
        "2027 Q4",
        "71.1",
        "68.7–72.6",
        "65.5",
        "53.9–72.9",
        "61.8",
        "60.4–63.1",
    )
    texts = [element.text for element in ET.fromstring(figure.chart.screen).iter()]
    ends = ["Bank 71.1", "68.7–72.6", "Risk 65.5", "53.9–72.9", "Customers 61.8", "60.4–63.1"]
    assert [text for text in texts if text in ends] == ends


def test_the_drop_is_drawn_only_where_the_gate_bites() -> None:
    assert 'class="line-error' in quadrant(62.3, 49, 59).screen
    assert 'class="line-error' not in quadrant(49, 49, 59, raw=("", ""), drop="").screen


@pytest.mark.parametrize("bank", [0, 3, 20, 49, 50, 51, 80, 97, 100])
@pytest.mark.parametrize("customer", [0, 3, 20, 49, 50, 51, 80, 97, 100])
@pytest.mark.parametrize("counted", [None, 49])
def test_no_label_leaves_the_plot_or_covers_a_name(
    bank: float, customer: float, counted: float | None
) -> None:
    if counted is not None and bank <= counted:
        counted = None
    gated = counted is not None
    chart = quadrant(
        bank,
        bank if counted is None else counted,
        customer,
        point=("Counts as 49.0", "") if gated else ("50.0 / 50.0", "bank / customers"),
        raw=("62.3", "without the gate") if gated else ("", ""),
        drop="Risk gate −13.3" if gated else "",
        stamp="Fictional bank · Provisional",
    )
    for plot in (svg.NARROW, svg.WIDE):
        names, labels = chart.texts((plot,))
        boxes = [edges(text, plot) for text in (*names, *labels)]
        for left, top, right, bottom in boxes:
            assert left >= -2
            assert top >= -12
            assert right <= plot[0] + 12
            assert bottom <= plot[1] + 8
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                assert overlap(one, other) <= 60


def edges(text: svg.PlacedText, plot: tuple[float, float]) -> tuple[float, float, float, float]:
    """The room that a placed text takes, in px."""
    width = canvas.text_width(text.words, big="big" in text.paint) * 0.95
    x = plot[0] * text.x / 100 + text.dx
    y = plot[1] * text.y / 100 + text.dy
    if "end" in text.paint.split():
        x -= width
    elif "middle" in text.paint.split():
        x -= width / 2
    return x, y - 10, x + width, y + 3


def overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def test_the_region_stays_inside_the_plot() -> None:
    markup = quadrant(98, 98, 97, bank_se=12.0, customer_se=12.0).screen
    corners = [
        float(number)
        for points in re.findall(r'points="([^"]+)"', markup)
        for number in re.split("[ ,]", points)
    ]
    assert min(corners) >= 0
    assert max(corners) <= 100


def test_labels_at_the_end_of_a_path_keep_their_distance() -> None:
    series = tuple(
        svg.Series(
            name=name,
            tone="brand",
            values=(50.0, value),
            low=(50.0, value),
            high=(50.0, value),
            first="50.0",
            last=name,
            last_range="range",
        )
        for name, value in (("Bank", 99.0), ("Risk", 98.5), ("Customers", 98.0))
    )
    chart = svg.Path(
        label="Path",
        quarters=("Now", "Q1"),
        series=series,
        gate=40.0,
        gate_label="gate",
        midline=41.0,
        midline_label="midline",
    )
    places = [text.y * 3 + text.dy for text in chart.ends(300)]
    assert all(later - earlier >= 13 for earlier, later in pairwise(places))
    assert max(places) <= 300


def test_crowding_is_measured_over_all_sizes() -> None:
    taken = [Box(50, 50, 0, -8, 100, 16)]
    candidates = [Box(50, 50, 10, -8, 50, 16), Box(50, 50, -60, -8, 50, 16)]
    assert choose(candidates, taken, ((300, 300), (500, 400))) == (1, 0)
