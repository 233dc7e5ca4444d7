"""What must hold for every case, drawn by Hypothesis."""

import copy
import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from maturity import Findings, assess, codec, load_framework, read_case
from maturity.channels import score_channels
from maturity.projection import Projection
from maturity.roadmap import Roadmap
from maturity.standing import Standing, stand
from tests.maturity.cases import cases, drawn_channel
from tests.maturity.narrow import known

HAIR = 1e-9
seeds = st.integers(0, 2**32)
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def standing_of(case: dict[str, Any]) -> Standing:
    return stand(load_framework(), read_case(case))


def findings_of(case: dict[str, Any]) -> Findings:
    return assess(load_framework(), read_case(case))


def roadmap_of(case: dict[str, Any]) -> Roadmap:
    roadmap = findings_of(case).roadmap
    assume(roadmap is not None)
    return known(roadmap)


@many
@given(cases(), seeds)
def test_raising_any_answer_never_lowers_the_bank_score(case: dict[str, Any], seed: int) -> None:
    before = standing_of(case).bank
    sheet = Random(seed).choice(case["respondents"])["answers"]
    low = sorted(item for item, level in sheet.items() if isinstance(level, int) and level < 5)
    assume(low and before.raw is not None)
    sheet[Random(seed).choice(low)] += 1
    after = standing_of(case).bank
    assert known(after.raw) >= known(before.raw) - HAIR
    assert known(after.effective) >= known(before.effective) - HAIR


@many
@given(cases(), seeds)
def test_blanking_an_item_for_everyone_never_narrows_the_bounds(
    case: dict[str, Any], seed: int
) -> None:
    before = standing_of(case).bank.bounds
    after = standing_of(blanked(case, drawn_item(seed))).bank.bounds
    assume(before is not None and after is not None)
    assert known(after)[0] <= known(before)[0] + HAIR
    assert known(after)[1] >= known(before)[1] - HAIR


@many
@given(cases(people=1), seeds)
def test_blanking_an_item_of_a_single_respondent_never_lowers_the_standard_error(
    case: dict[str, Any], seed: int
) -> None:
    item = drawn_item(seed)
    assume(not leaves_or_founds_a_facet(case, item))
    before = standing_of(case).bank.se
    after = standing_of(blanked(case, item)).bank.se
    assume(before is not None and after is not None)
    assert known(after) >= known(before) - HAIR


def leaves_or_founds_a_facet(case: dict[str, Any], item: str) -> bool:
    """The two corners where the rules themselves make a blank surer than an answer.

    Without its last scored item a facet falls back to the variance of knowing nothing, which
    is less than that of one rating among blanks; and a blank among items that are all N/A
    founds a facet that shares its dimension's weight.
    """
    items = load_framework().items
    scores = standing_of(case).items
    facet = [i for i in items.values() if (i.dimension, i.facet) == facet_of(item)]
    others = [scores[i.id] for i in facet if i.id != item]
    last_scored = scores[item].points is not None and not any(
        score.points is not None for score in others
    )
    founds = scores[item].kind == "na" and all(score.kind == "na" for score in others)
    return last_scored or founds


def facet_of(item: str) -> tuple[str, str]:
    found = load_framework().items[item]
    return found.dimension, found.facet


def drawn_item(seed: int) -> str:
    return Random(seed).choice(load_framework().bank_items).id


def blanked(case: dict[str, Any], item: str) -> dict[str, Any]:
    changed = copy.deepcopy(case)
    for sheet in changed["respondents"]:
        sheet["answers"].pop(item, None)
    return changed


@many
@given(st.lists(seeds, max_size=5), seeds, st.sampled_from([None, 31, 90, 400]))
def test_adding_a_silent_account_never_raises_the_channel_index(
    drawn: list[int], seed: int, days: int | None
) -> None:
    channels = [drawn_channel(Random(number)) for number in drawn]
    silent = silenced(drawn_channel(Random(seed)), days) | {"status": "open"}
    assert index_of([*channels, silent]) <= index_of(channels) + HAIR


@many
@given(st.lists(seeds, min_size=1, max_size=5), st.sampled_from([None, 31, 90, 400]))
def test_a_live_account_that_falls_silent_never_raises_the_channel_index(
    drawn: list[int], days: int | None
) -> None:
    channels = [drawn_channel(Random(number)) for number in drawn]
    live = channels[0] | {"status": "open", "posts30": 5, "days_since_post": 3}
    before = index_of([live, *channels[1:]])
    assert index_of([silenced(live, days), *channels[1:]]) <= before + HAIR


def silenced(channel: dict[str, Any], days: int | None) -> dict[str, Any]:
    return channel | {"posts30": 0, "days_since_post": days}


def index_of(channels: list[dict[str, Any]]) -> float:
    case = read_case({"respondents": [{"role": "it", "answers": {}}], "channels": channels})
    return score_channels(load_framework().channels, case.channels or ()).index


@many
@given(cases())
def test_the_four_probabilities_add_up_to_one(case: dict[str, Any]) -> None:
    placement = standing_of(case).placement
    assume(placement is not None)
    chances = known(placement).probabilities.values()
    assert sum(chances) == pytest.approx(1, abs=1e-12)
    assert min(chances) >= 0


@few
@given(cases())
def test_a_plan_keeps_to_its_capacity_and_its_parallel_limit(case: dict[str, Any]) -> None:
    roadmap = roadmap_of(case)
    limit = load_framework().strategies[roadmap.strategy].parallel
    for row in roadmap.trajectory[1:]:
        at_work = [p for p in roadmap.plan if p.quarter <= row.quarter <= p.ends]
        used = sum(p.effort / (1 + p.ends - p.quarter) for p in at_work)
        assert used <= roadmap.capacity + HAIR
        assert used == row.used
        assert len(at_work) <= limit


@few
@given(cases())
def test_a_plan_never_breaks_a_prerequisite(case: dict[str, Any]) -> None:
    framework, roadmap = load_framework(), roadmap_of(case)
    ends = {planned.action: planned.ends for planned in roadmap.plan}
    waiting = {(row.quarter, row.action) for row in roadmap.waiting}
    assert len(ends) == len(roadmap.plan)
    for planned in roadmap.plan:
        for needed in framework.actions[planned.action].pre:
            assert ends.get(needed, 0) < planned.quarter
            # A prerequisite that is still worth doing would be waiting or be started.
            assert (planned.quarter, needed) not in waiting


@few
@given(cases())
def test_a_plan_never_passes_a_closed_gate(case: dict[str, Any]) -> None:
    framework, findings = load_framework(), findings_of(case)
    assume(findings.roadmap is not None)
    roadmap = known(findings.roadmap)
    silent = findings.channels is not None and bool(findings.channels.silent)
    closing = min((p.ends for p in roadmap.plan if p.action == "L02"), default=99)
    for planned in roadmap.plan:
        if framework.actions[planned.action].stage > 3:
            assert known(roadmap.trajectory[planned.quarter - 1].risk) >= 40 - HAIR
            assert not silent or closing < planned.quarter


@few
@given(cases())
def test_the_trajectory_starts_at_the_scores_and_the_range_encloses_its_end(
    case: dict[str, Any],
) -> None:
    findings = findings_of(case)
    assume(findings.roadmap is not None)
    roadmap = known(findings.roadmap)
    first, last = roadmap.trajectory[0], roadmap.trajectory[-1]
    assert first.bank == pytest.approx(findings.bank.raw, abs=HAIR)
    assert first.customer == findings.customer.score
    assert roadmap.range.low.bank <= last.bank + HAIR
    assert last.bank <= roadmap.range.high.bank + HAIR
    assert roadmap.range.expected.bank == pytest.approx(last.bank, abs=HAIR)
    assert roadmap.range.expected.customer == pytest.approx(last.customer, abs=HAIR)
    assert len(roadmap.band) == len(roadmap.trajectory)
    assert roadmap.band[-1].low.bank == roadmap.range.low.bank


@few
@given(cases(), seeds)
def test_the_order_of_respondents_and_of_channels_does_not_matter(
    case: dict[str, Any], seed: int
) -> None:
    shuffled = copy.deepcopy(case)
    Random(seed).shuffle(shuffled["respondents"])
    Random(seed).shuffle(shuffled.get("channels", []))
    assert without_order(shuffled) == without_order(case)


def without_order(case: dict[str, Any]) -> dict[str, Any]:
    dumped = codec.dump(findings_of(case))
    if dumped["channels"] is not None:
        dumped["channels"]["accounts"].sort(key=json.dumps)
    return dumped


@few
@given(cases())
def test_findings_survive_json(case: dict[str, Any]) -> None:
    dumped = codec.dump(findings_of(case))
    text = json.dumps(dumped, allow_nan=False)
    assert codec.dump(codec.load(json.loads(text))) == dumped


@few
@given(cases())
def test_the_projection_starts_where_the_scoring_stands(case: dict[str, Any]) -> None:
    framework, read = load_framework(), read_case(case)
    standing = stand(framework, read)
    assume(standing.placement is not None)
    projection = Projection(framework, read, standing)
    outcome = projection.outcome(projection.start())
    assert outcome.bank == pytest.approx(standing.bank.raw, abs=HAIR)
    assert outcome.customer == standing.customers.axis.score
    assert outcome.risk == pytest.approx(standing.bank.risk.score, abs=HAIR)
