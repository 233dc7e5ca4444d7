"""The PDF: nine or ten pages in the report's frame, the same bytes each time, and no name under letters."""

import re
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from assessments.comparison import tasks
from assessments.comparison.lineup import Lineup
from assessments.comparison.paper import document
from assessments.models import ComparisonKind
from assessments.reports import pdf
from tests.comparison.build import CANARIES, NAMES, banks, case_of, lineup_of, make_side


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    lineup: Lineup
    html: str
    data: bytes
    reader: PdfReader

    @property
    def text(self) -> str:
        return "\n".join(page.extract_text() for page in self.reader.pages)


def printed(lineup: Lineup) -> Printed:
    html = tasks.html(lineup, "en")
    data = pdf.to_pdf(html)
    return Printed(lineup=lineup, html=html, data=data, reader=PdfReader(BytesIO(data)))


@pytest.fixture(scope="session")
def two() -> Printed:
    return printed(banks(2))


@pytest.fixture(scope="session")
def six() -> Printed:
    return printed(banks(6))


@pytest.fixture(scope="session")
def lettered() -> Printed:
    return printed(banks(6, lettered=True))


@pytest.fixture(params=["two", "six", "lettered"])
def each(request: pytest.FixtureRequest) -> Printed:
    found: Printed = request.getfixturevalue(request.param)
    return found


def test_a_comparison_has_eight_to_ten_pages_one_for_every_part(each: Printed) -> None:
    parts = document.build(each.lineup, "en").leaves
    assert len(each.reader.pages) == 1 + len(parts) == 10


def test_without_open_answers_it_has_one_page_less() -> None:
    closed = printed(banks(2, answers=False))
    assert len(closed.reader.pages) == 9
    assert "Not open to you: the answers of Albatross Bank; Beluga Savings." in closed.text.replace(
        "\n", " "
    )


def test_titles_are_unique_sentences_with_a_number(each: Printed) -> None:
    titles = [leaf.title for leaf in document.build(each.lineup, "en").leaves]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not re.search(r"\d", title)] == []
    assert all(len(title) <= 110 for title in titles)


def test_the_outline_names_every_page_in_order(each: Printed) -> None:
    cover = each.reader.outline[0]
    names = [entry.title for entry in each.reader.outline[1]]  # type: ignore[union-attr]
    assert str(cover.title) == each.lineup.heading  # type: ignore[union-attr]
    assert names == [leaf.title for leaf in document.build(each.lineup, "en").leaves]


def test_the_file_says_its_language_title_and_that_it_is_tagged(each: Printed) -> None:
    root: Any = each.reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert each.reader.metadata is not None
    assert each.reader.metadata.title == each.lineup.heading


def test_every_figure_has_an_alternative_text(each: Printed) -> None:
    root: Any = each.reader.trailer["/Root"]
    figures = list(_elements(root["/StructTreeRoot"], "/Figure"))
    assert figures
    assert [figure for figure in figures if not figure.get("/Alt")] == []


def _elements(node: Any, kind: str) -> Any:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _elements(child, kind)
    elif isinstance(node, dict):
        if node.get("/S") == kind:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"], kind)


def test_the_same_comparison_gives_the_same_bytes(two: Printed) -> None:
    assert printed(banks(2)).data == two.data


def test_the_markup_is_well_formed_and_so_read_the_quick_way(each: Printed) -> None:
    from xml.etree import ElementTree as ET  # noqa: PLC0415 -- here alone

    ET.fromstring(each.html)


def test_names_are_text_and_no_markup(six: Printed) -> None:
    assert "Egret &amp; Sons &lt;Bank&gt;" in six.html
    assert all(name.split()[0] in six.text for name in NAMES)


def test_a_difference_is_marked_by_a_sign_and_bold(two: Printed) -> None:
    assert '<td class="num bold">3.8▲</td>' in two.html
    assert "62.5 ▲" in two.text


def test_letters_leave_no_name_and_no_period_in_the_file(lettered: Printed) -> None:
    assert leaks(lettered.html) == []
    assert leaks(lettered.text) == []
    assert leaks(str(lettered.reader.metadata) + str(lettered.reader.xmp_metadata)) == []
    assert leaks(lettered.data.decode("latin-1")) == []
    raw = b"".join(page.get_contents().get_data() for page in lettered.reader.pages)  # type: ignore[union-attr]
    assert leaks(raw.decode("latin-1")) == []
    assert "2 Nov 2026" not in lettered.text
    assert "Bank F" in lettered.text


def leaks(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary.casefold() in text.casefold()]


def test_rounds_of_one_bank_are_named_by_period_and_regions_are_fewer_pages() -> None:
    sides = [make_side(place) for place in (0, 3)]
    rounds = document.build(
        lineup_of(
            [replace(side, bank="Albatross Bank") for side in sides], kind=ComparisonKind.ROUNDS
        ),
        "en",
    )
    assert rounds.cover.bank == "Albatross Bank"
    assert rounds.cover.lines == (
        "Comparison of rounds",
        "Autumn review of Albatross · Autumn review of Dolphin",
    )
    regions = lineup_of([make_side(0), make_side(3, region="North")], kind=ComparisonKind.REGIONS)
    made = printed(regions)
    assert len(made.reader.pages) == 8
    titles = [leaf.title for leaf in document.build(regions, "en").leaves]
    assert len(set(titles)) == len(titles)


def test_a_bank_without_a_score_is_compared_honestly() -> None:
    case = case_of(0)
    case["respondents"] = [{"role": "it", "answers": {}}]
    made = printed(lineup_of([make_side(1), make_side(0, case=case)]))
    assert len(made.reader.pages) == 10
    assert "Without a roadmap, since a score is missing: Albatross Bank." in made.text.replace(
        "\n", " "
    )


def test_long_names_break_nothing() -> None:
    long = "An exceedingly long name of a savings bank in the northern provinces of somewhere"
    sides = [replace(make_side(place), bank=f"{long} {place}") for place in range(6)]
    assert len(printed(lineup_of(sides)).reader.pages) == 10
