"""The wording is complete, fits its limits, and a broken copy is refused by file, id and fault."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from maturity.content import FRAMEWORKS, ContentError, load_framework
from maturity.phrases import CARD_TEMPLATES
from maturity.proofreading import LIMITS, measure
from maturity.wording import (
    SOURCES,
    UnknownLanguageError,
    Wording,
    available_languages,
    framework_document,
    load_wording,
    read_wording,
)
from tests.maturity.goldens import read_golden

ENGLISH = FRAMEWORKS / "v1" / "en"
Edit = Callable[[Any], None]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ENGLISH, tmp_path / "en"))


def broken(folder: Path, file: str, edit: Edit) -> str:
    """What the loader says about a copy in which one file was edited."""
    path = folder / f"{file}.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return refusal(folder)


def refusal(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_wording(folder, load_framework())
    return str(caught.value)


def put(value: Any, *path: Any) -> Edit:
    """An edit that sets the value at a path of keys and positions."""

    def edit(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return edit


def drop(*path: Any) -> Edit:
    def edit(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return edit


def words(count: int) -> str:
    return " ".join(["word"] * count)


STAGE_ORDER = (
    "en/strategies.yaml: stages: expected the ids listen, engage, deliver, innovate, connect, "
    "advocate"
)
LEVELS = ("items", "RSK.U2", "levels")
FAULTS: dict[str, tuple[str, Edit, str]] = {
    "an item that is missing": (
        "capacity",
        drop("items", "CAP.A1"),
        "en/capacity.yaml: CAP.A1: missing from items",
    ),
    "an item that nobody asked for": (
        "capacity",
        put({}, "items", "CAP.A9"),
        "en/capacity.yaml: CAP.A9: unknown id in items",
    ),
    "a missing text": (
        "risk",
        drop("items", "RSK.U2", "why"),
        "en/risk.yaml: RSK.U2: key 'why' is missing",
    ),
    "an unknown key": (
        "risk",
        put("x", "items", "RSK.U2", "hint"),
        "en/risk.yaml: RSK.U2: unknown key 'hint'",
    ),
    "an empty text": (
        "risk",
        put("  ", "items", "RSK.U2", "why"),
        "en/risk.yaml: RSK.U2: why: the text is empty",
    ),
    "a number for a text": (
        "risk",
        put(7, "items", "RSK.U2", "title"),
        "en/risk.yaml: RSK.U2: title: expected text",
    ),
    "a non-breaking hyphen": (
        "risk",
        put("two\u2011factor", "items", "RSK.U2", "title"),
        "en/risk.yaml: RSK.U2: title: holds U+2011, a non-breaking hyphen",
    ),
    "a long question": (
        "risk",
        put(words(26), "items", "RSK.U2", "question"),
        "en/risk.yaml: RSK.U2: question: 26 words, at most 25",
    ),
    "a long headline": (
        "risk",
        put(words(4), *LEVELS, 1, "headline"),
        "en/risk.yaml: RSK.U2: level 2 headline: 4 words, at most 3",
    ),
    "a long behaviour": (
        "risk",
        put(f"**{words(10)}** {words(9)}", *LEVELS, 4, "behaviour"),
        "en/risk.yaml: RSK.U2: level 5 behaviour: 19 words, at most 18",
    ),
    "an emphasis left open": (
        "risk",
        put("a **b", *LEVELS, 0, "behaviour"),
        "en/risk.yaml: RSK.U2: level 1 behaviour: an emphasis is not closed",
    ),
    "four levels": (
        "risk",
        drop(*LEVELS, 4),
        "en/risk.yaml: RSK.U2: levels: 4 entries, expected 5",
    ),
    "no levels": (
        "risk",
        put("none", *LEVELS),
        "en/risk.yaml: RSK.U2: levels: no entries, expected 5",
    ),
    "a level without headline": (
        "risk",
        drop(*LEVELS, 2, "headline"),
        "en/risk.yaml: RSK.U2: key 'headline' is missing",
    ),
    "no sources": (
        "risk",
        put([], "items", "RSK.U2", "sources"),
        "en/risk.yaml: RSK.U2: sources: expected a list with entries",
    ),
    "another dimension's id": (
        "risk",
        put("DAT", "dimension", "id"),
        "en/risk.yaml: RSK: dimension: the id is 'DAT'",
    ),
    "a dimension without a mapping": (
        "risk",
        put("Risk", "dimension"),
        "en/risk.yaml: RSK: dimension: expected a mapping",
    ),
    "a missing block": (
        "risk",
        drop("dimension"),
        "en/risk.yaml: top level: key 'dimension' is missing",
    ),
    "items as a list": ("risk", put([], "items"), "en/risk.yaml: items: expected a mapping"),
    "a pulse option too few": (
        "pulse",
        drop("items", "P2", "options", 0),
        "en/pulse.yaml: P2: options: 4, expected 5",
    ),
    "an action without first step": (
        "actions",
        drop("actions", "L02", "first_step"),
        "en/actions.yaml: L02: key 'first_step' is missing",
    ),
    "a long first step": (
        "actions",
        put(words(26), "actions", "L02", "first_step"),
        "en/actions.yaml: L02: first_step: 26 words, at most 25",
    ),
    "two things to stop": (
        "strategies",
        drop("strategies", "innovate", "stop", 0),
        "en/strategies.yaml: innovate: stop: 2 entries, expected 3",
    ),
    "a long thing to start": (
        "strategies",
        put(words(15), "strategies", "innovate", "start", 2),
        "en/strategies.yaml: innovate: start[3]: 15 words, at most 14",
    ),
    "stages in another order": (
        "strategies",
        put("engage", "stages", 0, "id"),
        STAGE_ORDER,
    ),
    "a stage without an example": (
        "strategies",
        drop("stages", 1, "example"),
        "en/strategies.yaml: stages[2]: key 'example' is missing\n" + STAGE_ORDER,
    ),
    "stages as text": (
        "strategies",
        put("six", "stages"),
        "en/strategies.yaml: stages: expected a list\n" + STAGE_ORDER,
    ),
    "four levels of maturity": (
        "strategies",
        drop("levels", 4),
        "en/strategies.yaml: levels: 4 entries, expected 5",
    ),
    "a rule without meaning": (
        "guidance",
        put("", "rules", "CN", "about"),
        "en/guidance.yaml: CN: about: the text is empty",
    ),
    "an owner without name": (
        "guidance",
        drop("owners", "hr"),
        "en/guidance.yaml: hr: missing from owners",
    ),
    "three cost bands": (
        "guidance",
        drop("cost_bands", 0),
        "en/guidance.yaml: cost_bands: texts: 3 entries, expected 4",
    ),
    "a figure without words": (
        "benchmarks",
        drop("benchmarks", "B07"),
        "en/benchmarks.yaml: B07: missing from benchmarks",
    ),
    "a sentence that names no value": (
        "benchmarks",
        put("In {year}, many.", "benchmarks", "B07", "sentence"),
        "en/benchmarks.yaml: B07: sentence: expected the placeholders {value} {year}",
    ),
    "a template with a stray brace": (
        "benchmarks",
        put("about {number", "cards", "value", "about"),
        "en/benchmarks.yaml: cards.value: about: expected the placeholders {number}",
    ),
    "a template with a placeholder too many": (
        "benchmarks",
        put("Yes {number}", "cards", "answers", "yes"),
        "en/benchmarks.yaml: cards.answers: yes: expected the placeholders no",
    ),
    "a source without name": (
        "benchmarks",
        drop("sources", SOURCES[0]),
        f"en/benchmarks.yaml: {SOURCES[0]}: missing from sources",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_broken_copy_is_refused_by_file_id_and_fault(copy: Path, kind: str) -> None:
    file, edit, expected = FAULTS[kind]
    assert broken(copy, file, edit) == expected


def test_a_headline_given_twice_within_an_item_is_refused(copy: Path) -> None:
    def edit(data: Any) -> None:
        levels = data["items"]["RSK.U2"]["levels"]
        levels[0]["headline"], levels[3]["headline"] = "By Hand", "by hand"

    assert broken(copy, "risk", edit) == (
        "en/risk.yaml: RSK.U2: levels: the headline 'by hand' is given twice"
    )


def test_a_behaviour_given_twice_within_an_item_is_refused(copy: Path) -> None:
    def edit(data: Any) -> None:
        levels = data["items"]["RSK.U2"]["levels"]
        levels[0]["behaviour"], levels[1]["behaviour"] = "Nobody looks.", "**Nobody** looks."

    assert broken(copy, "risk", edit) == (
        "en/risk.yaml: RSK.U2: levels: the behaviour 'nobody looks.' is given twice"
    )


def test_every_fault_of_every_file_is_listed_at_once(copy: Path) -> None:
    risk = copy / "risk.yaml"
    data = yaml.safe_load(risk.read_text(encoding="utf-8"))
    del data["items"]["RSK.A1"]
    data["items"]["RSK.A2"]["why"] = ""
    risk.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    assert broken(copy, "guidance", drop("risk_tags", "L")).splitlines() == [
        "en/risk.yaml: RSK.A1: missing from items",
        "en/risk.yaml: RSK.A2: why: the text is empty",
        "en/guidance.yaml: L: missing from risk_tags",
    ]


def test_a_key_given_twice_is_refused_with_its_name(copy: Path) -> None:
    path = copy / "guidance.yaml"
    path.write_text("rules: {}\nrules: {}\n", encoding="utf-8")
    assert refusal(copy) == (
        "en/guidance.yaml: not valid YAML: duplicate key 'rules' "
        'in "<unicode string>", line 2, column 1'
    )


def test_a_missing_file_is_refused_by_its_name(copy: Path) -> None:
    (copy / "pulse.yaml").unlink()
    assert refusal(copy).startswith("en/pulse.yaml: cannot be read: ")
    assert len(refusal(copy).splitlines()) == 1


@pytest.mark.parametrize("file", sorted(path.stem for path in ENGLISH.glob("*.yaml")))
def test_a_file_that_is_no_mapping_is_refused(copy: Path, file: str) -> None:
    (copy / f"{file}.yaml").write_text("just words\n", encoding="utf-8")
    assert refusal(copy) == f"en/{file}.yaml: top level: expected a mapping"


def test_a_persian_headline_may_have_four_words(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ENGLISH, tmp_path / "fa"))
    assert broken(folder, "risk", put(words(5), *LEVELS, 1, "headline")) == (
        "fa/risk.yaml: RSK.U2: level 2 headline: 5 words, at most 4"
    )


def test_japanese_is_measured_in_characters() -> None:
    assert measure("**担当**者が毎朝確認する。", "ja") == (11, "characters")
    assert measure("**One** word", "en") == (2, "words")
    assert (LIMITS["ja"]["level.headline"], LIMITS["ja"]["level.behaviour"]) == (8, 45)


def test_the_loader_keeps_one_copy_per_language() -> None:
    assert load_wording() is load_wording("en", "v1")


def test_an_unknown_language_is_refused_with_the_languages_there_are() -> None:
    known = ", ".join(available_languages())
    for language in ("xx", "", "../v1/en", "EN"):
        with pytest.raises(UnknownLanguageError) as caught:
            load_wording(language)
        assert str(caught.value) == (
            f"language: there is no {language!r}, expected one of: {known}"
        )
        assert isinstance(caught.value, LookupError)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ContentError, match="there is no version 'v0'"):
        load_wording("en", "v0")
    assert available_languages("v0") == ()


@pytest.mark.parametrize("language", available_languages())
def test_each_language_is_complete(language: str) -> None:
    framework, wording = load_framework(), load_wording(language)
    assert list(wording.items) == list(framework.items)
    assert list(wording.actions) == list(framework.actions)
    assert list(wording.strategies) == list(framework.strategies)
    assert list(wording.dimensions) == [*framework.dimensions, "CUS"]
    assert list(wording.stages) == [1, 2, 3, 4, 5, 6]
    assert list(wording.levels) == [1, 2, 3, 4, 5]
    assert list(wording.pulse) == [item.id for item in framework.pulse.items]
    assert list(wording.benchmarks) == [record.id for record in framework.benchmarks]
    assert list(wording.channel_kinds) == list(framework.channels.kinds)
    assert {block: set(getattr(wording.cards, block)) for block in CARD_TEMPLATES} == {
        block: set(keys) for block, keys in CARD_TEMPLATES.items()
    }


def every_text(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts of a JSON value with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from every_text(entry, f"{path}.{key}")
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            yield from every_text(entry, f"{path}[{position}]")


@pytest.fixture(scope="module")
def english() -> Wording:
    return load_wording("en")


def test_no_english_text_has_straight_quotes_or_a_per_cent_sign_that_can_wrap() -> None:
    files = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in ENGLISH.glob("*.yaml")}
    faulty = [
        (path, text)
        for path, text in every_text(files)
        if re.search(r"['\"]|[\d}] ?%|  |\s$", text)
    ]
    assert faulty == []


def test_actions_keep_the_titles_and_measures_of_the_instrument(english: Wording) -> None:
    def flat(text: str) -> str:
        return re.sub(r"[’“”']", "'", text).casefold()

    library = {action["id"]: action for action in read_golden("instrument.json")["library"]}
    assert {id_: (flat(a.title), flat(a.kpi)) for id_, a in english.actions.items()} == {
        id_: (flat(a["title"]), flat(a["kpi"])) for id_, a in library.items()
    }


def test_no_two_actions_begin_with_the_same_step(english: Wording) -> None:
    for field in ("title", "do", "first_step", "kpi", "kpi_how"):
        texts = [getattr(action, field) for action in english.actions.values()]
        assert len(set(texts)) == len(texts)


def test_strategies_carry_their_settled_names(english: Wording) -> None:
    assert {id_: (s.name, s.short) for id_, s in english.strategies.items()} == {
        "innovate": ("Innovate to differentiate", "Innovate"),
        "awareness": ("Raise customer awareness", "Raise awareness"),
        "capability": ("Improve social media capabilities", "Improve capabilities"),
        "stepwise": ("Step by step", "Step by step"),
    }


def test_item_titles_are_those_of_the_instrument(english: Wording) -> None:
    def flat(text: str) -> str:
        return text.replace("’", "'")

    items = read_golden("instrument.json")["items"]
    assert {id_: flat(item.title) for id_, item in english.items.items()} == {
        id_: item["title"] for id_, item in items.items()
    }


def test_cited_source_documents_have_a_name(english: Wording) -> None:
    cited = {
        source
        for item in english.items.values()
        for source in item.source_list
        if re.match(r"00\d", source)
    }
    assert cited == set(SOURCES)
    assert list(english.source_names) == list(SOURCES)


def test_the_document_holds_the_whole_instrument() -> None:
    document = framework_document("en")
    counts = {
        "dimensions": 7,
        "items": 54,
        "strategies": 4,
        "stages": 6,
        "actions": 50,
        "pulse": 8,
        "rules": 4,
        "opportunities": 9,
        "value_steps": 6,
        "focus_areas": 5,
        "benefits": 6,
        "success_factors": 3,
        "benchmarks": 39,
        "levels": 5,
    }
    assert {block: len(document[block]) for block in counts} == counts
    assert (document["version"], document["language"]) == ("1.0", "en")
    assert json.loads(json.dumps(document)) == document


def test_the_document_has_the_keys_that_the_contract_names() -> None:
    document = framework_document("en")
    contract = {
        "dimensions": "id name about",
        "items": "id dimension facet weight critical title question why evidence_hint levels "
        "sources",
        "strategies": "id name meaning start stop",
        "stages": "id name about example",
        "actions": "id title do first_step stage effort lifts pre owner cost_band kpi rule "
        "opportunity value_step risk_tags",
        "pulse": "id facet question options",
        "benchmarks": "id value unit year kind seed item what population note",
    }
    for block, keys in contract.items():
        for entry in document[block]:
            assert set(keys.split()) - entry.keys() == set()
    for item in document["items"]:
        assert [set(level) for level in item["levels"]] == [{"headline", "behaviour"}] * 5


def test_the_document_marks_no_emphasis_and_leaves_no_text_empty() -> None:
    texts = dict(every_text(framework_document("en")))
    assert [path for path, text in texts.items() if "**" in text or not text.strip()] == []


def test_the_document_gives_the_structure_of_the_instrument() -> None:
    instrument, document = read_golden("instrument.json"), framework_document("en")
    worded = {"title", "kpi", "close"}
    assert [
        {key: entry for key, entry in action.items() if key in theirs.keys() - worded}
        for action, theirs in zip(document["actions"], instrument["library"], strict=True)
    ] == [
        {key: entry for key, entry in theirs.items() if key not in worded}
        for theirs in instrument["library"]
    ]
    assert [
        (item["id"], item["dimension"], item["facet"], item["weight"], item["critical"])
        for item in document["items"]
    ] == [
        (id_, item["dim"], item["facet"], item["weight"], item["critical"])
        for id_, item in instrument["items"].items()
    ]
    assert [kind["id"] for kind in document["channels"]["kinds"]] == list(
        instrument["channels"]["targets_posts30"]
    )


def test_the_backing_of_a_question_reads_on_one_line(english: Wording) -> None:
    item = english.items["CAP.U4"]
    assert item.sources.split("; ") == list(item.source_list)
