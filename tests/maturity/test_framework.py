"""The structure files say what the instrument's numbers are, and refuse what cannot be."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from maturity import load_framework
from maturity.content import FRAMEWORKS, ContentError, read_framework, read_yaml
from tests.maturity.goldens import read_golden

DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
INSTRUMENT = read_golden("instrument.json")


def test_the_items_are_the_instruments() -> None:
    items = {
        item.id: {
            "dim": item.dimension,
            "facet": item.facet,
            "weight": item.weight,
            "critical": item.critical,
            "source": "; ".join(item.sources),
        }
        for item in load_framework().items.values()
    }
    keys = ("dim", "facet", "weight", "critical", "source")
    assert items == {
        name: {key: item[key] for key in keys} for name, item in INSTRUMENT["items"].items()
    }
    assert list(items) == list(INSTRUMENT["items"])


def test_there_are_forty_four_bank_items_and_ten_of_customers() -> None:
    framework = load_framework()
    assert (len(framework.bank_items), len(framework.customer_items)) == (44, 10)
    assert framework.dimensions == ("CAP", "TEC", "SUP", "RSK", "DAT", "SKL")
    assert [item.id for item in framework.critical_items] == [
        "RSK.U1",
        "RSK.U2",
        "RSK.U3",
        "RSK.U4",
    ]


def test_the_actions_are_the_instruments() -> None:
    actions = [
        {
            "id": action.id,
            "stage": action.stage,
            "effort": action.effort,
            "lifts": dict(action.lifts),
            "pre": list(action.pre),
            "close": action.closes_channels,
            "rule": action.rule,
            "opportunity": action.opportunity,
            "value_step": action.value_step,
            "owner": action.owner,
            "cost_band": action.cost_band,
            "risk_tags": list(action.risk_tags),
        }
        for action in load_framework().actions.values()
    ]
    words = ("title", "kpi")
    assert actions == [
        {"close": False, **{key: entry for key, entry in action.items() if key not in words}}
        for action in INSTRUMENT["library"]
    ]


def test_the_strategies_are_the_instruments() -> None:
    strategies = {
        strategy.id: {
            "B": strategy.bank,
            "C": strategy.customers,
            "m": list(strategy.stages),
            "wip": strategy.parallel,
            "twin": strategy.twin_track,
        }
        for strategy in load_framework().strategies.values()
    }
    assert strategies == INSTRUMENT["strategies"]


def test_the_parameters_are_the_instruments() -> None:
    framework = load_framework()
    p, planning = framework.parameters, framework.roadmap
    assert {
        "wA": p.awareness_weight,
        "wU": p.usage_weight,
        "lam": p.channel_share,
        "sigma0": p.rating_sd,
        "nu0": p.rating_prior,
        "tau1": p.leniency,
        "tau_min": p.leniency_least,
        "tau_cus": p.customer_bias,
        "z90": p.z90,
        "mB": p.bank_midline,
        "mC": p.customer_midline,
        "risk_gate": p.risk_gate,
        "crit_cap": p.critical_cap,
        "gate_cap_below": p.gate_margin,
        "ev": dict(p.evidence),
        "phi": planning.bank_progress,
        "phiC": planning.customer_progress,
        "tau_nu": p.leniency_prior,
    } == INSTRUMENT["parameters"]


def test_the_channel_and_pulse_parameters_are_the_instruments() -> None:
    channels, pulse = load_framework().channels, load_framework().pulse
    assert {
        "targets_posts30": dict(channels.targets_posts30),
        "recency_days": [list(step) for step in channels.recency_days],
        "speed_minutes": [list(step) for step in channels.speed_minutes],
        "weights": dict(channels.weights),
        "penalty": dict(channels.penalty),
        "base_without_account": channels.base_without_account,
        "breadth": {str(kinds): extra for kinds, extra in channels.breadth.items()},
        "breadth_from_score": channels.breadth_from_score,
    } == INSTRUMENT["channels"]
    assert {
        "source_bias": dict(pulse.source_bias),
        "least_n_eff": pulse.least_n_eff,
        "replaces": {"n_eff": pulse.replaces_n_eff, "half_width": pulse.replaces_half_width},
        "least_standard_error": pulse.least_standard_error,
    } == INSTRUMENT["pulse"]


def test_the_levels_are_the_instruments() -> None:
    levels = [
        {"from_score": level.from_score, "name": level.name} for level in load_framework().levels
    ]
    assert levels == INSTRUMENT["levels"]


def test_the_pulse_has_four_questions_for_each_facet() -> None:
    items = load_framework().pulse.items
    assert [(item.id, item.facet) for item in items] == [
        (f"P{number}", "A" if number < 5 else "U") for number in range(1, 9)
    ]
    assert list(items[0].points) == [0, 25, 100]
    assert {item.points for item in items[1:]} == {(0, 25, 50, 75, 100)}


def test_there_are_thirty_nine_benchmark_records() -> None:
    assert len(load_framework().benchmarks) == 39


def test_a_framework_is_read_once() -> None:
    assert load_framework("v1") is load_framework("v1")


@pytest.mark.parametrize("version", ["v9", "", "..", "../v1", "V1", "en"])
def test_an_unknown_version_is_refused(version: str) -> None:
    with pytest.raises(ContentError) as refusal:
        load_framework(version)
    assert str(refusal.value) == f"frameworks: there is no version {version!r}"


Change = Callable[[dict[str, Any], dict[str, Any]], object]


def refused(folder: Path, change: Change) -> str:
    """The message about the structure and the actions once they are changed."""
    parts = [read_yaml(FRAMEWORKS / "v1" / name) for name in ("structure.yaml", "actions.yaml")]
    change(*parts)
    for name, part in zip(("structure.yaml", "actions.yaml"), parts, strict=True):
        text = yaml.dump(part, Dumper=DUMPER, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refusal:
        read_framework(folder)
    return str(refusal.value)


FAULTS: list[tuple[Change, str]] = [
    (lambda s, a: s.update(more=1), "structure.yaml: top level: unknown key 'more'"),
    (lambda s, a: s.pop("levels"), "structure.yaml: top level: key 'levels' is missing"),
    (lambda s, a: s.update(version=1.0), "structure.yaml: version: expected text"),
    (
        lambda s, a: s.update(dimensions="CAP"),
        "structure.yaml: dimensions: expected a list of texts",
    ),
    (
        lambda s, a: s.update(dimensions=["CAP", "CAP"]),
        "structure.yaml: dimensions: expected no text twice",
    ),
    (
        lambda s, a: s["levels"].pop(),
        "structure.yaml: levels: expected five bands that rise from 0",
    ),
    (
        lambda s, a: s["levels"][2].update(from_score=10),
        "structure.yaml: levels: expected five bands that rise from 0",
    ),
    (lambda s, a: s.update(levels={}), "structure.yaml: levels: expected a list with entries"),
    (
        lambda s, a: s["parameters"].update(rating_sd="much"),
        "structure.yaml: parameters.rating_sd: expected a number",
    ),
    (
        lambda s, a: s["parameters"].update(rating_sd=float("inf")),
        "structure.yaml: parameters.rating_sd: expected a finite number",
    ),
    (
        lambda s, a: s["parameters"].update(awareness_weight=0.6),
        "structure.yaml: parameters.awareness_weight: expected both facets to add to 1",
    ),
    (
        lambda s, a: s["parameters"].update(awareness_weight=0.8, usage_weight=0.2),
        "structure.yaml: parameters.awareness_weight: expected facets of at least 0.3",
    ),
    (
        lambda s, a: s["parameters"]["evidence"].pop("E3"),
        "structure.yaml: parameters.evidence: expected E0 to E3",
    ),
    (
        lambda s, a: s["parameters"].update(evidence=[]),
        "structure.yaml: parameters.evidence: expected a mapping with entries",
    ),
    (
        lambda s, a: s["roadmap"].update(quarters=8.5),
        "structure.yaml: roadmap.quarters: expected a whole number",
    ),
    (
        lambda s, a: s["roadmap"]["range"].update(low=[0.5]),
        "structure.yaml: roadmap.range.low: expected two numbers",
    ),
    (
        lambda s, a: s["roadmap"].update(prices=["gold"]),
        "structure.yaml: roadmap.prices: expected known prices",
    ),
    (
        lambda s, a: s["channels"]["recency_days"].reverse(),
        "structure.yaml: channels.recency_days: expected rows in rising order",
    ),
    (
        lambda s, a: s["pulse"]["replaces"].update(sources=["friends"]),
        "structure.yaml: pulse.replaces.sources: expected sources that have a bias",
    ),
    (
        lambda s, a: s["strategies"].pop(),
        "structure.yaml: strategies: expected one for each quadrant",
    ),
    (
        lambda s, a: s["strategies"][0]["stages"].pop(),
        "structure.yaml: innovate: stages must hold six positive multipliers",
    ),
    (
        lambda s, a: s["strategies"][0].update(parallel=0),
        "structure.yaml: innovate: parallel must be at least 1",
    ),
    (
        lambda s, a: s["strategies"][0].update(twin_track=1),
        "structure.yaml: innovate.twin_track: expected true or false",
    ),
    (
        lambda s, a: s["items"].append(s["items"][0]),
        "structure.yaml: CAP.A1: the id is given twice",
    ),
    (lambda s, a: s["items"][0].pop("id"), "structure.yaml: items[0]: key 'id' is missing"),
    (lambda s, a: s["items"].insert(0, "CAP.A0"), "structure.yaml: items[0]: expected a mapping"),
    (lambda s, a: s["items"][0].update(title="x"), "structure.yaml: CAP.A1: unknown key 'title'"),
    (lambda s, a: s["items"][0].update(weight=3), "structure.yaml: CAP.A1: weight must be 1 or 2"),
    (
        lambda s, a: s["items"][0].update(critical=True),
        "structure.yaml: CAP.A1: only Risk items can be critical",
    ),
    (lambda s, a: s["items"][0].update(sources=[]), "structure.yaml: CAP.A1: a source is missing"),
    (
        lambda s, a: s["items"][0].update(dimension="ZZZ"),
        "structure.yaml: CAP.A1: dimension 'ZZZ' is unknown",
    ),
    (
        lambda s, a: s["items"][0].update(facet="X"),
        "structure.yaml: CAP.A1: facet 'X' is neither A nor U",
    ),
    (
        lambda s, a: s["items"][0].update(id="CAP.B1"),
        "structure.yaml: CAP.B1: the id does not begin with dimension and facet",
    ),
    (lambda s, a: a.update(more=[]), "actions.yaml: top level: unknown key 'more'"),
    (lambda s, a: a["actions"].append("L99"), "actions.yaml: actions[50]: expected a mapping"),
    (
        lambda s, a: a["actions"].append(a["actions"][0]),
        "actions.yaml: L01: the id is given twice",
    ),
    (lambda s, a: a["actions"][0].update(kpi="x"), "actions.yaml: L01: unknown key 'kpi'"),
    (lambda s, a: a["actions"][0].update(stage=7), "actions.yaml: L01: stage must be 1 to 6"),
    (
        lambda s, a: a["actions"][0].update(effort=4),
        "actions.yaml: L01: effort must be 1, 2, 3, 5 or 8",
    ),
    (
        lambda s, a: a["actions"][0].update(cost_band=4),
        "actions.yaml: L01: cost_band must be 0 to 3",
    ),
    (lambda s, a: a["actions"][0].update(rule="XX"), "actions.yaml: L01: rule 'XX' is unknown"),
    (
        lambda s, a: a["actions"][0].update(opportunity="O0"),
        "actions.yaml: L01: opportunity 'O0' is unknown",
    ),
    (
        lambda s, a: a["actions"][0].update(value_step="V7"),
        "actions.yaml: L01: value_step 'V7' is unknown",
    ),
    (lambda s, a: a["actions"][0].update(owner="me"), "actions.yaml: L01: owner 'me' is unknown"),
    (
        lambda s, a: a["actions"][0].update(risk_tags=["Z"]),
        "actions.yaml: L01: risk_tags holds an unknown tag",
    ),
    (
        lambda s, a: a["actions"][0].update(pre=["L99"]),
        "actions.yaml: L01: prerequisite 'L99' is not an action",
    ),
    (
        lambda s, a: a["actions"][0]["lifts"].update({"CAP.A9": 3}),
        "actions.yaml: L01: lifted item 'CAP.A9' is not an item",
    ),
    (
        lambda s, a: a["actions"][0]["lifts"].update({"TEC.A1": 6}),
        "actions.yaml: L01: TEC.A1: level must be 2 to 5",
    ),
    (
        lambda s, a: a["actions"][0].update(pre=["L08"]),
        "actions.yaml: L01: its prerequisites lead back to it or to a cycle",
    ),
    (
        lambda s, a: a["actions"][6]["lifts"].update({"RSK.U3": 3}),
        "actions.yaml: RSK.U3: no action lifts this item to level 4",
    ),
]


@pytest.mark.parametrize(("change", "message"), FAULTS)
def test_faulty_structure_is_refused_by_file_and_id(
    tmp_path: Path, change: Change, message: str
) -> None:
    assert refused(tmp_path, change).startswith(message)


def test_all_faults_of_the_content_are_named_at_once(tmp_path: Path) -> None:
    def change(structure: dict[str, Any], actions: dict[str, Any]) -> None:
        structure["items"][0].update(weight=3)
        actions["actions"][0].update(stage=7)

    assert refused(tmp_path, change) == (
        "structure.yaml: CAP.A1: weight must be 1 or 2\nactions.yaml: L01: stage must be 1 to 6"
    )


def test_a_facet_without_items_is_refused(tmp_path: Path) -> None:
    def change(structure: dict[str, Any], actions: dict[str, Any]) -> None:
        structure["items"] = [i for i in structure["items"] if not i["id"].startswith("SKL.A")]
        for action in actions["actions"]:
            action["lifts"] = {k: v for k, v in action["lifts"].items() if k[:5] != "SKL.A"} or {
                "CAP.A1": 2
            }

    assert refused(tmp_path, change) == "structure.yaml: SKL.A: the facet has no item"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "structure.yaml: not valid YAML: duplicate key 'a'"),
        ("? [a]\n: 1\n", "structure.yaml: not valid YAML: while constructing a mapping"),
        ("a: [1, 2\n", "structure.yaml: not valid YAML: "),
        ("!!python/object/apply:os.getcwd []\n", "structure.yaml: not valid YAML: could not"),
        ("- 1\n", "structure.yaml: top level: expected a mapping"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(tmp_path: Path, text: str, message: str) -> None:
    shutil.copy(FRAMEWORKS / "v1" / "actions.yaml", tmp_path)
    (tmp_path / "structure.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as refusal:
        read_framework(tmp_path)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as refusal:
        read_framework(tmp_path)
    assert str(refusal.value).startswith("structure.yaml: cannot be read: ")
