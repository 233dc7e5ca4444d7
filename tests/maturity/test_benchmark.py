"""Dated figures keep the facts of their sources, and cards show them with their limits."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from maturity.benchmark import (
    BenchmarkRecord,
    Card,
    cards,
    contradiction,
    load_benchmarks,
    plain_number,
)
from maturity.content import FRAMEWORKS, ContentError, load_framework
from maturity.wording import load_wording
from tests.maturity.goldens import read_golden

THIS_YEAR = 2026
NO_BREAK = "\u00a0"


def shown(as_of: int = THIS_YEAR, **own: Any) -> dict[str, Card]:
    """Cards by id."""
    made = cards(load_framework(), load_wording(), as_of=as_of, **own)
    return {card.id: card for card in made}


def records() -> dict[str, BenchmarkRecord]:
    return {record.id: record for record in load_framework().benchmarks}


def where(holds: Callable[[Card], Any]) -> list[str]:
    """Ids of the cards for which something holds."""
    return [id_ for id_, card in shown().items() if holds(card)]


def test_every_record_keeps_the_facts_of_the_instrument() -> None:
    keys = ("id", "value", "unit", "year", "kind", "seed", "item")
    assert [{key: getattr(record, key) for key in keys} for record in records().values()] == [
        {key: record[key] for key in keys}
        for record in read_golden("instrument.json")["benchmarks"]
    ]


def test_every_vague_figure_stays_vague() -> None:
    words = {"~": "about", ">": "over", "<": "under"}

    def sign(record: dict[str, Any]) -> str:
        said = re.search(r"\((about|over)\)", record["what"])
        return said[1] if said else words.get(str(record["value"])[0], "exact")

    instrument = read_golden("instrument.json")["benchmarks"]
    assert {id_: record.sign for id_, record in records().items()} == {
        record["id"]: sign(record) for record in instrument
    }
    assert [shown()[id_].value for id_ in ("B01", "B02", "B03", "B06", "B13", "B14", "B34")] == [
        f"about 88{NO_BREAK}%",
        f"over 50{NO_BREAK}%",
        f"about 33{NO_BREAK}%",
        f"under 50{NO_BREAK}%",
        "over 17.9 million users",
        "over 17,000 managers and owners",
        "1.47 billion users",
    ]


def test_cards_stand_in_order_and_link_to_items_or_parts() -> None:
    framework = load_framework()
    assert list(shown()) == [f"B{number:02}" for number in range(1, 40)]
    links = {card.item for card in shown().values()} - framework.items.keys()
    assert links == {None, "channels", "customer context"}


def test_every_card_prints_what_rule_two_asks_for() -> None:
    for card in shown().values():
        printed = (card.value, card.what, card.population, card.asked, card.note, card.seed)
        assert [text for text in (*printed, card.source, card.age_text) if not text] == []
        assert card.sentence.count(card.value) == 1
        assert str(card.year) in card.sentence


def test_age_is_counted_from_the_given_year() -> None:
    def ages(as_of: int) -> tuple[int, str]:
        card = shown(as_of)["B12"]
        return card.age, card.age_text

    assert ages(2026) == (16, "16 years old")
    assert ages(2011) == (1, "one year old")
    assert ages(2010) == (0, "from this year")
    assert ages(2009) == (-1, "for a year still to come")


def test_all_cards_are_historical_today() -> None:
    assert {card.comparability.mark for card in shown().values()} == {"historical"}
    assert {card.comparability.label for card in shown().values()} == {"Historical"}


def test_a_figure_is_historical_once_it_is_older_than_three_years() -> None:
    marks = {year: shown(year)["B12"].comparability for year in (2013, 2014)}
    assert (marks[2013].recent, marks[2013].mark) == ("yes", "limited")
    assert (marks[2014].recent, marks[2014].mark) == ("no", "historical")


def test_comparability_answers_three_questions_in_words() -> None:
    assert shown(country="JP")["B12"].comparability.rows == (
        ("Same question?", "Not known"),
        ("Same population?", "Yes"),
        ("Three years old or less?", "No"),
    )


def test_no_source_quotes_its_question_so_none_is_the_same() -> None:
    assert {card.comparability.question for card in shown().values()} == {"no", "unknown"}


@pytest.mark.parametrize(
    ("figure", "country", "answer"),
    [
        ("B12", "JP", "yes"),
        ("B12", "IR", "no"),
        ("B12", None, "unknown"),
        ("B03", "IR", "unknown"),
        ("B03", "JP", "no"),
        ("B11", "JP", "no"),
        ("B34", None, "no"),
    ],
)
def test_the_population_is_the_same_only_for_banks_of_the_country(
    figure: str, country: str | None, answer: str
) -> None:
    assert shown(country=country)[figure].comparability.population == answer


def test_correlations_say_that_they_do_not_prove_cause() -> None:
    text = "A correlation: it does not prove cause."
    assert where(lambda card: text in card.caveats) == ["B26", "B27", "B28", "B29"]


def test_growth_without_a_basis_says_so() -> None:
    text = load_wording().cards.caveats["basis_unknown"]
    assert text.startswith("Basis unknown")
    assert where(lambda card: text in card.caveats) == ["B36", "B37", "B38"]


def test_forecasts_are_not_presented_as_facts() -> None:
    text = "A forecast made before 2017, not a fact."
    assert where(lambda card: text in card.caveats) == ["B35", "B36", "B37", "B38", "B39"]
    assert where(lambda card: "forecast" in card.sentence) == ["B35", "B36", "B37", "B38", "B39"]


def test_a_share_of_a_share_names_what_it_is_a_share_of() -> None:
    said = "A share of a share: taken from those counted in {}, not from all."
    assert shown()["B02"].caveats == (said.format("B01"),)
    assert shown()["B05"].caveats == (said.format("B04"),)
    assert where(lambda card: "A share of a share" in " ".join(card.caveats)) == ["B02", "B05"]
    assert shown()["B05"].note == (
        "A share of a share: half of the half that was active, about a quarter of all fifty banks."
    )


def test_the_two_japanese_presence_figures_never_share_a_line() -> None:
    said = "No trend can be drawn to {}: different definitions and samples."
    assert shown()["B01"].caveats == (said.format("B12"),)
    assert shown()["B12"].caveats == (said.format("B01"),)
    assert where(lambda card: "No trend" in " ".join(card.caveats)) == ["B01", "B12"]


def test_the_contradiction_between_the_sources_is_on_view() -> None:
    text = contradiction(load_framework(), load_wording())
    assert re.findall(r"(?:about )?[\d.]+\u00a0%", text) == [
        f"about 88{NO_BREAK}%",
        f"23{NO_BREAK}%",
        f"6.9{NO_BREAK}%",
        f"about 88{NO_BREAK}%",
    ]
    assert {id_: card.contradiction for id_, card in shown().items() if card.contradiction} == {
        "B01": text,
        "B12": text,
        "B16": text,
    }


def test_the_banks_own_number_comes_first() -> None:
    assert shown(budget_share=6)["B24"].text == (
        f"Your social share of marketing budget: 6{NO_BREAK}%. "
        f"In 2011, 27{NO_BREAK}% of firms in Japan gave up to 20{NO_BREAK}% of their marketing "
        "budget to social networking."
    )
    assert shown(business_share=4.5)["B16"].own == (
        f"Your share of business won through social channels: 4.5{NO_BREAK}%."
    )
    assert shown(levels={"CAP.U3": 3.44})["B04"].own == "Your level on “Daily presence”: 3.4 of 5."


def test_a_card_asks_for_the_number_it_lacks_until_it_has_it() -> None:
    assert where(lambda card: card.asks) == ["B15", "B16", "B17", "B24", "B25"]
    given = shown(budget_share=0, business_share=0)
    assert [id_ for id_, card in given.items() if card.asks] == []
    assert [id_ for id_, card in given.items() if card.own] == ["B15", "B16", "B17", "B24", "B25"]


def test_a_number_that_measures_something_else_says_so() -> None:
    assert shown(budget_share=6)["B25"].caveats == (
        "Your number is a share of money; theirs is a share of firms.",
    )
    assert shown(business_share=6)["B15"].caveats == (
        "Your number is a share of business; theirs is a share of firms.",
    )


def test_an_unanswered_item_gives_a_card_no_number_of_its_own() -> None:
    levels = {"CAP.U3": None, "channels": 2.0}
    assert [id_ for id_, card in shown(levels=levels).items() if card.own] == []


@pytest.mark.parametrize("name", ["budget_share", "business_share"])
@pytest.mark.parametrize("share", [-0.1, 100.1, float("nan")])
def test_a_share_outside_the_hundred_is_refused(name: str, share: float) -> None:
    own: dict[str, Any] = {name: share}
    with pytest.raises(ValueError, match="expected a share of 0 to 100 per cent"):
        shown(**own)


def test_numbers_can_be_written_in_the_readers_own_way() -> None:
    card = shown(number=lambda value: f"<{value:g}>")["B12"]
    assert (card.value, card.age_text) == (f"<6.9>{NO_BREAK}%", "<16> years old")


def test_plain_numbers_have_commas_and_no_needless_decimals() -> None:
    assert [plain_number(value) for value in (17000, 88.0, 6.9, 1.47, 0)] == [
        "17,000",
        "88",
        "6.9",
        "1.47",
        "0",
    ]


def put(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def edit(record: dict[str, Any]) -> None:
        record[key] = value

    return edit


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "an unknown key": (put("source", "x"), "unknown key 'source'"),
    "a missing key": (lambda record: record.pop("seed"), "key 'seed' is missing"),
    "a year in words": (put("year", "last"), "year: expected a whole number"),
    "true for a year": (put("year", True), "year: expected a whole number"),
    "a list for a value": (put("value", [1]), "value: expected a number or text"),
    "a number for an item": (put("item", 1), "item: expected text or nothing"),
    "a value in words": (
        put("value", "many"),
        "value: expected a number, after ~, > or < if the source is vague",
    ),
    "an unknown unit": (put("unit", "boxes"), "unit 'boxes' is unknown"),
    "an unknown sector": (put("sector", "shops"), "sector 'shops' is unknown"),
    "an unknown vagueness": (put("vague", "near"), "vague 'near' is unknown"),
    "an unknown own number": (put("own", "staff"), "own 'staff' is unknown"),
    "a share of nothing": (put("share_of", "B77"), "share_of 'B77' is not a record"),
    "a line to nothing": (put("no_trend_with", "B77"), "no_trend_with 'B77' is not a record"),
    "an unknown item": (put("item", "CAP.U9"), "item 'CAP.U9' is unknown"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_broken_record_is_refused_by_file_id_and_fault(tmp_path: Path, kind: str) -> None:
    edit, fault = FAULTS[kind]
    assert refusal(tmp_path, edit) == f"benchmarks.yaml: B08: {fault}"


def refusal(folder: Path, edit: Callable[[dict[str, Any]], Any]) -> str:
    """What the loader says about a copy in which record B08 was edited."""
    data = yaml.safe_load((FRAMEWORKS / "v1" / "benchmarks.yaml").read_text(encoding="utf-8"))
    edit(data["benchmarks"][7])
    (folder / "benchmarks.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_benchmarks(folder, load_framework().items)
    return str(caught.value)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, put("id", "B07")) == (
        "benchmarks.yaml: B07: the id is given twice\nbenchmarks.yaml: B07: the id is given twice"
    )


@pytest.mark.parametrize("text", ["[]", "benchmarks: []", "benchmarks: {}\nmore: 1"])
def test_a_file_without_a_list_of_records_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "benchmarks.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_benchmarks(tmp_path)
    assert str(caught.value) == (
        "benchmarks.yaml: top level: expected benchmarks, a list with entries"
    )


def test_a_record_that_is_no_mapping_is_refused_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "benchmarks.yaml").write_text("benchmarks: [B01]", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_benchmarks(tmp_path)
    assert str(caught.value) == "benchmarks.yaml: benchmarks[1]: expected a mapping"
