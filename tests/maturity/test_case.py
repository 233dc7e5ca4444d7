"""What a case file may hold, and how every other one is refused in one line."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from maturity import Case, CaseError, read_case
from maturity.case import (
    Channel,
    Midlines,
    PulseSample,
    Respondent,
    RoadmapSettings,
    Targets,
    parse_case,
)
from tests.maturity.goldens import golden_pairs

CHANNEL = {"platform": "X", "kind": "microblog", "followers": 1, "posts30": 2, "inbound30": 3}
NUMBERS = {"A": 44, "U": 29, "C": 36.5}
PULSE = {"n": 40, "source": "mixed", "mean": NUMBERS, "sd": NUMBERS}


def case_with(**parts: Any) -> dict[str, Any]:
    return {"respondents": [{"role": "it", "answers": {"CAP.A1": 4}}], **parts}


def sheet_with(**parts: Any) -> dict[str, Any]:
    return {"respondents": [{"role": "it", "answers": {}, **parts}]}


def answer(value: Any, item: str = "CAP.A1") -> dict[str, Any]:
    return sheet_with(answers={item: value})


def channel(**parts: Any) -> dict[str, Any]:
    return case_with(channels=[CHANNEL, {**CHANNEL, **parts}])


def pulse(**parts: Any) -> dict[str, Any]:
    return case_with(pulse={**PULSE, **parts})


def without(whole: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name != key}


CASE_KEYS = (
    "no such key; known are respondents, accountable, evidence, agreed, channels, "
    "channel_source, pulse, midlines, roadmap"
)
CHANNEL_KEYS = (
    "no such key; known are platform, kind, followers, posts30, inbound30, answered, "
    "median_min, days_since_post, status"
)
CONTROL = 'no "NA": every bank needs this control'
LEVEL = 'a whole number from 1 to 5, "NA", "DK" or null'
COUNT = "a number from 0 up"
SCORE = "a number from 0 to 100"
WHOLE_LEVEL = "a whole number from 1 to 5"
NEEDED = "a value; it is required"
TEXT = "text"
CLEAN = "text without NUL or half of a surrogate pair"
KINDS = "one of network, microblog, professional, sharing"
ITEM_KEY = "an item of the framework as key"
STRATEGIES = "one of innovate, awareness, capability, stepwise"

REFUSED: list[tuple[Any, str, str]] = [
    ([], "top level", "an object"),
    (None, "top level", "an object"),
    ("case", "top level", "an object"),
    (3, "top level", "an object"),
    ({}, "respondents", NEEDED),
    ({"respondents": None}, "respondents", NEEDED),
    ({"respondents": []}, "respondents", "at least one respondent"),
    ({"respondents": {}}, "respondents", "a list"),
    ({"respondents": "it"}, "respondents", "a list"),
    ({"respondents": [3]}, "respondents[0]", "an object"),
    ({"respondents": [None]}, "respondents[0]", "an object"),
    ({"respondents": [{"answers": {}}]}, "respondents[0].role", NEEDED),
    (sheet_with(role=None), "respondents[0].role", NEEDED),
    (sheet_with(role=7), "respondents[0].role", TEXT),
    (sheet_with(role=["it"]), "respondents[0].role", TEXT),
    (sheet_with(role="a\0b"), "respondents[0].role", CLEAN),
    (sheet_with(role="\ud800"), "respondents[0].role", CLEAN),
    ({"respondents": [{"role": "it"}]}, "respondents[0].answers", NEEDED),
    (sheet_with(answers=None), "respondents[0].answers", NEEDED),
    (sheet_with(answers=[]), "respondents[0].answers", "an object"),
    (sheet_with(answers={"CAP.A9": 3}), "respondents[0].answers.CAP.A9", ITEM_KEY),
    (sheet_with(answers={"\0": 3}), 'respondents[0].answers["\\u0000"]', ITEM_KEY),
    (sheet_with(answers={"\udfff": 3}), 'respondents[0].answers["\\udfff"]', ITEM_KEY),
    (answer(0), "respondents[0].answers.CAP.A1", LEVEL),
    (answer(6), "respondents[0].answers.CAP.A1", LEVEL),
    (answer(-1), "respondents[0].answers.CAP.A1", LEVEL),
    (answer(3.0), "respondents[0].answers.CAP.A1", LEVEL),
    (answer(3.5), "respondents[0].answers.CAP.A1", LEVEL),
    (answer(True), "respondents[0].answers.CAP.A1", LEVEL),
    (answer("4"), "respondents[0].answers.CAP.A1", LEVEL),
    (answer("na"), "respondents[0].answers.CAP.A1", LEVEL),
    (answer("N/A"), "respondents[0].answers.CAP.A1", LEVEL),
    (answer([4]), "respondents[0].answers.CAP.A1", LEVEL),
    (answer({}), "respondents[0].answers.CAP.A1", LEVEL),
    (answer(10**400), "respondents[0].answers.CAP.A1", LEVEL),
    *(
        (
            answer("NA", f"RSK.U{n}"),
            f"respondents[0].answers.RSK.U{n}",
            'no "NA": every bank needs this control',
        )
        for n in (1, 2, 3, 4)
    ),
    (sheet_with(name="Ada"), "respondents[0].name", "no such key; known are role, answers"),
    (
        case_with(extra=1),
        "extra",
        CASE_KEYS,
    ),
    (case_with(accountable=[]), "accountable", "an object"),
    (
        case_with(accountable={"CUS": "it"}),
        "accountable.CUS",
        "a bank dimension of the framework as key",
    ),
    (case_with(accountable={"RSK": 3}), "accountable.RSK", TEXT),
    (case_with(accountable={"RSK": "\udc00"}), "accountable.RSK", CLEAN),
    (case_with(evidence="E1"), "evidence", "an object"),
    (case_with(evidence={"CAP": "E1"}), "evidence.CAP", ITEM_KEY),
    (case_with(evidence={"CAP.A1": "E4"}), "evidence.CAP.A1", "one of E0, E1, E2, E3"),
    (case_with(evidence={"CAP.A1": 2}), "evidence.CAP.A1", "one of E0, E1, E2, E3"),
    (case_with(agreed={"CAP.A1": 3.0}), "agreed.CAP.A1", WHOLE_LEVEL),
    (case_with(agreed={"CAP.A1": 0}), "agreed.CAP.A1", WHOLE_LEVEL),
    (case_with(agreed={"CAP.A1": "DK"}), "agreed.CAP.A1", WHOLE_LEVEL),
    (case_with(agreed={"CAP.A1": True}), "agreed.CAP.A1", WHOLE_LEVEL),
    (case_with(agreed={"XYZ": 3}), "agreed.XYZ", ITEM_KEY),
    (case_with(channels={}), "channels", "a list"),
    (case_with(channels=[7]), "channels[0]", "an object"),
    (case_with(channel_source="guessed"), "channel_source", "one of typed, exported"),
    (case_with(channel_source=1), "channel_source", "one of typed, exported"),
    *(
        (case_with(channels=[without(CHANNEL, key)]), f"channels[0].{key}", NEEDED)
        for key in CHANNEL
    ),
    *((channel(**{key: None}), f"channels[1].{key}", NEEDED) for key in CHANNEL),
    (channel(platform=1), "channels[1].platform", TEXT),
    (channel(platform="\0"), "channels[1].platform", CLEAN),
    (channel(kind="video"), "channels[1].kind", KINDS),
    (channel(kind=[]), "channels[1].kind", KINDS),
    (
        channel(handle="@x"),
        "channels[1].handle",
        CHANNEL_KEYS,
    ),
    *(
        (channel(**{key: value}), f"channels[1].{key}", COUNT)
        for key in ("followers", "posts30", "inbound30", "median_min", "days_since_post")
        for value in (-1, "3", True, math.nan, math.inf, 10**400)
    ),
    (channel(answered=1.01), "channels[1].answered", "a number from 0 to 1"),
    (channel(answered=-0.01), "channels[1].answered", "a number from 0 to 1"),
    (channel(status="paused"), "channels[1].status", "one of open, closed, signposted"),
    (case_with(pulse=[]), "pulse", "an object"),
    *((case_with(pulse=without(PULSE, key)), f"pulse.{key}", NEEDED) for key in PULSE),
    (pulse(n=None), "pulse.n", NEEDED),
    (pulse(n=0), "pulse.n", "a whole number from 1 up"),
    (pulse(n=40.0), "pulse.n", "a whole number from 1 up"),
    (pulse(n=10**400), "pulse.n", "a whole number from 1 up"),
    (pulse(n=True), "pulse.n", "a whole number from 1 up"),
    (pulse(N=39), "pulse.N", "a whole number from 40 up"),
    (pulse(n=1, N=1), "pulse.N", "a whole number from 2 up"),
    (pulse(N=50.0), "pulse.N", "a whole number from 40 up"),
    (pulse(N=10**400), "pulse.N", "a whole number from 40 up"),
    (pulse(deff=0), "pulse.deff", "a number above 0"),
    (pulse(deff=-1), "pulse.deff", "a number above 0"),
    (pulse(deff=math.inf), "pulse.deff", "a number above 0"),
    (pulse(deff="1"), "pulse.deff", "a number above 0"),
    (pulse(source="friends"), "pulse.source", "one of random, mixed, followers"),
    (pulse(mature=41), "pulse.mature", "a whole number from 0 to 40"),
    (pulse(mature=-1), "pulse.mature", "a whole number from 0 to 40"),
    (pulse(mature=3.0), "pulse.mature", "a whole number from 0 to 40"),
    (pulse(mean=[1, 2, 3]), "pulse.mean", "an object"),
    (pulse(mean={"A": 1, "U": 2}), "pulse.mean.C", NEEDED),
    (pulse(mean={**NUMBERS, "D": 3}), "pulse.mean.D", "no such key; known are A, U, C"),
    (pulse(mean={**NUMBERS, "C": None}), "pulse.mean.C", NEEDED),
    (pulse(mean={**NUMBERS, "C": 100.5}), "pulse.mean.C", SCORE),
    (pulse(sd={**NUMBERS, "A": -0.5}), "pulse.sd.A", SCORE),
    (pulse(sd={**NUMBERS, "U": "9"}), "pulse.sd.U", SCORE),
    (pulse(seed=1), "pulse.seed", "no such key; known are n, N, deff, source, mean, sd, mature"),
    (case_with(midlines=50), "midlines", "an object"),
    (case_with(midlines={"bank": 0.5}), "midlines.bank", "a number from 1 to 99"),
    (case_with(midlines={"customer": 99.5}), "midlines.customer", "a number from 1 to 99"),
    (case_with(midlines={"risk": 40}), "midlines.risk", "no such key; known are bank, customer"),
    (case_with(roadmap=[]), "roadmap", "an object"),
    (case_with(roadmap={"capacity": 0.9}), "roadmap.capacity", "a number from 1 to 1000"),
    (case_with(roadmap={"capacity": 1001}), "roadmap.capacity", "a number from 1 to 1000"),
    (case_with(roadmap={"capacity": False}), "roadmap.capacity", "a number from 1 to 1000"),
    (case_with(roadmap={"quarters": 0}), "roadmap.quarters", "a whole number from 1 to 40"),
    (case_with(roadmap={"quarters": 41}), "roadmap.quarters", "a whole number from 1 to 40"),
    (case_with(roadmap={"quarters": 4.0}), "roadmap.quarters", "a whole number from 1 to 40"),
    (case_with(roadmap={"strategy": "grow"}), "roadmap.strategy", STRATEGIES),
    (case_with(roadmap={"strategy": 1}), "roadmap.strategy", STRATEGIES),
    (case_with(roadmap={"targets": 50}), "roadmap.targets", "an object"),
    (case_with(roadmap={"targets": {"bank": 101}}), "roadmap.targets.bank", SCORE),
    (case_with(roadmap={"targets": {"risk": -1}}), "roadmap.targets.risk", SCORE),
    (case_with(roadmap={"targets": {"customer": "50"}}), "roadmap.targets.customer", SCORE),
    (
        case_with(roadmap={"targets": {"profit": 5}}),
        "roadmap.targets.profit",
        "no such key; known are bank, customer, risk",
    ),
    (
        case_with(roadmap={"speed": 5}),
        "roadmap.speed",
        "no such key; known are capacity, quarters, targets, strategy",
    ),
]


@pytest.mark.parametrize(("case", "path", "expected"), REFUSED)
def test_a_case_that_does_not_fit_is_refused_by_field(case: Any, path: str, expected: str) -> None:
    with pytest.raises(CaseError) as refusal:
        read_case(case)
    assert str(refusal.value) == f"{path}: expected {expected}"


@pytest.mark.parametrize(("case", "path", "expected"), REFUSED)
def test_the_same_case_is_refused_as_text(case: Any, path: str, expected: str) -> None:
    with pytest.raises(CaseError) as refusal:
        parse_case(json.dumps(case))
    assert str(refusal.value) == f"{path}: expected {expected}"


GOOD = json.dumps(case_with())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "one complete JSON object: Expecting value at line 1 column 1"),
        ("   \n", "one complete JSON object: Expecting value at line 2 column 1"),
        (GOOD[:-1], "one complete JSON object: Expecting ',' delimiter at line 1 column 59"),
        (GOOD + GOOD, "one complete JSON object: Extra data at line 1 column 60"),
        ("\ufeff" + GOOD, None),
        ("{'respondents': []}", None),
        ('{"respondents": [], }', None),
        ('{"respondents": [01]}', None),
        ('{"respondents": "tab\there"}', None),
        ("[" * 3000, "at most a few levels of nesting"),
        ('{"respondents":' * 3000, "at most a few levels of nesting"),
        ("[" * 3000 + "]" * 3000, "at most a few levels of nesting"),
        ("[" * 200_000, "at most a few levels of nesting"),
    ],
)
def test_text_that_is_no_json_object_is_refused(text: str, message: str | None) -> None:
    with pytest.raises(CaseError) as refusal:
        parse_case(text)
    assert str(refusal.value).startswith("top level: expected ")
    assert "\n" not in str(refusal.value)
    if message is not None:
        assert str(refusal.value) == f"top level: expected {message}"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"respondents": [], "respondents": []}', "respondents"),
        (
            '{"respondents": [{"role": "it", "role": "hr", "answers": {}}]}',
            "respondents[0].role",
        ),
        (
            '{"respondents": [{"role": "it", "answers": {"CAP.A1": 1, "CAP.A1": 1}}]}',
            "respondents[0].answers.CAP.A1",
        ),
        (
            '{"respondents": [{"role": "it", "answers": {"CAP.A1": null, "CAP.A1": 1}}]}',
            "respondents[0].answers.CAP.A1",
        ),
        (GOOD[:-1] + ', "roadmap": {"targets": {"bank": 1, "bank": 2}}}', "roadmap.targets.bank"),
        (GOOD[:-1] + ', "midlines": {"bank": 50, "bank": 50}}', "midlines.bank"),
        (GOOD[:-1] + ', "agreed": {"CAP.A1": 3, "CAP.A\\u0031": 3}}', "agreed.CAP.A1"),
    ],
)
def test_a_key_given_twice_is_refused_at_any_depth(text: str, path: str) -> None:
    with pytest.raises(CaseError) as refusal:
        parse_case(text)
    assert str(refusal.value) == f"{path}: expected this key only once"


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-Infinity", "1e309", "-1e309", "9" * 400, "9" * 5000, "1e999999999"],
)
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(CaseError) as refusal:
        parse_case(GOOD[:-1] + f', "roadmap": {{"capacity": {number}}}}}')
    assert str(refusal.value) == "roadmap.capacity: expected a number from 1 to 1000"


def test_a_deep_value_in_the_wrong_place_is_refused_by_its_field() -> None:
    deep = "[" * 500 + "]" * 500
    with pytest.raises(CaseError) as refusal:
        parse_case('{"respondents": [{"role": ' + deep + ', "answers": {}}]}')
    assert str(refusal.value) == "respondents[0].role: expected text"


def test_a_strange_key_is_quoted_and_cut_short() -> None:
    with pytest.raises(CaseError) as refusal:
        read_case(case_with(**{"line\nbreak" + "x" * 99: 1}))
    path = str(refusal.value).split(": ", maxsplit=1)[0]
    assert path == '["line\\nbreakxxxxxxxxxxxxxxxxxxxxxxxx..."]'


def test_a_key_that_is_no_text_is_refused() -> None:
    whole: dict[Any, Any] = {**case_with(), 3: 4}
    with pytest.raises(CaseError, match=r'^\["3"\]: expected no such key'):
        read_case(whole)


def test_null_counts_as_absent() -> None:
    nulls = dict.fromkeys(
        [
            "accountable",
            "evidence",
            "agreed",
            "channels",
            "channel_source",
            "pulse",
            "midlines",
            "roadmap",
        ]
    )
    assert read_case(case_with(**nulls)) == read_case(case_with())


def test_null_counts_as_absent_inside_the_optional_parts() -> None:
    with_nulls = case_with(
        accountable={"RSK": None},
        evidence={"CAP.A1": None},
        agreed={"CAP.A1": None},
        channels=[{**CHANNEL, "answered": None, "status": None, "median_min": None}],
        pulse={**PULSE, "N": None, "deff": None, "mature": None},
        midlines={"bank": None},
        roadmap={"capacity": None, "quarters": None, "targets": {"bank": None}, "strategy": None},
    )
    assert read_case(with_nulls) == read_case(
        case_with(channels=[CHANNEL], pulse=PULSE, accountable={}, roadmap={})
    )


def test_a_null_answer_is_a_blank() -> None:
    assert read_case(answer(None)).respondents[0].answers == {}


def test_what_is_not_given_takes_its_default() -> None:
    case = read_case(case_with(channels=[CHANNEL], pulse=PULSE))
    assert case == Case(
        respondents=(Respondent(role="it", answers={"CAP.A1": 4}),),
        midlines=Midlines(bank=50, customer=50),
        roadmap=RoadmapSettings(capacity=8, quarters=8, targets=Targets(), strategy=None),
        accountable={},
        evidence={},
        agreed={},
        channels=(
            Channel(
                platform="X",
                kind="microblog",
                followers=1,
                posts30=2,
                inbound30=3,
                answered=0,
                median_min=None,
                days_since_post=None,
                status="open",
            ),
        ),
        channel_source="typed",
        pulse=PulseSample(
            n=40, source="mixed", mean=NUMBERS, sd=NUMBERS, N=None, deff=1, mature=None
        ),
    )


@pytest.mark.parametrize(
    "case",
    [
        answer("NA"),
        answer("DK", "RSK.U1"),
        case_with(accountable={"RSK": "a role nobody has"}),
        case_with(agreed={"RSK.U1": 1, "CUS.A1": 5}, evidence={"CUS.A1": "E3"}),
        case_with(channels=[]),
        channel(followers=1e308, posts30=0.5, answered=1, days_since_post=0),
        pulse(n=1, N=2),
        pulse(n=10**300, deff=5e-324),
        pulse(N=40, mature=0, deff=0.001),
        case_with(midlines={"bank": 1, "customer": 99}),
        case_with(roadmap={"capacity": 1000, "quarters": 40, "targets": {"bank": 0}}),
        sheet_with(role=""),
        sheet_with(role="リスク\u2028担当"),
    ],
)
def test_a_case_at_the_edge_is_read_and_written_back(case: dict[str, Any]) -> None:
    read = parse_case(json.dumps(case))
    assert read == read_case(case)
    assert read_case(read.to_dict()) == read
    assert parse_case(json.dumps(read.to_dict())) == read


@pytest.mark.parametrize("name", golden_pairs())
def test_a_worked_case_is_written_back_as_it_was_read(name: str) -> None:
    read = read_case(golden_pairs()[name]["case"])
    assert read_case(read.to_dict()) == read


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: Respondent(role="it", answers={"CAP.A1": 6}),
        lambda: Respondent(role="it", answers={"CAP.A1": 3.0}),  # type: ignore[dict-item]
        lambda: Respondent(role="it", answers={"CAP.A1": True}),
        lambda: Channel(platform="X", kind="network", followers=-1, posts30=0, inbound30=0),
        lambda: Channel(
            platform="X", kind="network", followers=1, posts30=0, inbound30=0, answered=2
        ),
        lambda: Channel(
            platform="X", kind="network", followers=1, posts30=0, inbound30=0, status="gone"
        ),
        lambda: PulseSample(n=0, source="mixed", mean=NUMBERS, sd=NUMBERS),
        lambda: PulseSample(n=5, source="mixed", mean=NUMBERS, sd=NUMBERS, N=4),
        lambda: PulseSample(n=5, source="mixed", mean=NUMBERS, sd=NUMBERS, mature=6),
        lambda: Case(
            respondents=(),
            midlines=Midlines(bank=50, customer=50),
            roadmap=RoadmapSettings(capacity=8, quarters=8),
        ),
    ],
)
def test_nonsense_cannot_be_constructed(nonsense: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        nonsense()
