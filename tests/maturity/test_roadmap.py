"""The planner, sentence by sentence, and what a reader may ask of a roadmap."""

from typing import Any

import pytest

from maturity import Case, load_framework, read_case
from maturity.projection import Projection
from maturity.roadmap import Roadmap, binding_limit, completeness, no_regret
from maturity.schedule import Goal, Ranking, Scheduler, Terms
from maturity.standing import stand
from tests.maturity.build import case, channel, findings, pulse, sheet
from tests.maturity.goldens import golden_pairs
from tests.maturity.narrow import known

PACE = (0.8, 0.4)
SILENT = channel(days_since_post=400, posts30=0)


def roadmap(*sheets: dict[str, Any], **parts: Any) -> Roadmap:
    return known(findings(*sheets, **parts).roadmap)


def golden(name: str, **settings: Any) -> Case:
    whole = golden_pairs()[name]["case"]
    return read_case(whole | {"roadmap": whole.get("roadmap", {}) | settings})


def golden_roadmap(name: str, **settings: Any) -> Roadmap:
    read = golden(name, **settings)
    return known(findings(**read.to_dict()).roadmap)


def scheduler(*sheets: dict[str, Any], strategy: str = "stepwise", **parts: Any) -> Scheduler:
    """A scheduler of the case whose targets are out of reach."""
    framework, read = load_framework(), read_case(case(*sheets, **parts))
    projection = Projection(framework, read, stand(framework, read))
    chosen = framework.strategies[strategy]
    terms = Terms(
        strategy=chosen,
        goal=Goal(bank=100, customer=100, risk=100),
        capacity=8,
        quarters=8,
        parallel=chosen.parallel,
    )
    return Scheduler(projection, terms)


def started(schedule: Any, quarter: int) -> list[str]:
    return [s.step.action.id for s in schedule.quarters[quarter - 1].started]


# Targets


@pytest.mark.parametrize(
    ("level", "midline", "quarters", "target"),
    [
        (2, 50, 8, 55),
        (2, 50, 4, 45),
        (2, 50, 1, 30),
        (3, 50, 8, 60),
        (3, 65, 8, 70),
        (3, 50, 1, 55),
        (4, 50, 8, 80),
        (4, 70, 8, 80),
        (5, 50, 8, 100),
        (4, 98, 8, 100),
    ],
)
def test_a_target_that_is_not_given_is_the_next_step(
    level: int, midline: int, quarters: int, target: float
) -> None:
    found = roadmap(
        sheet(level),
        midlines={"bank": midline, "customer": midline},
        roadmap={"quarters": quarters},
    )
    assert (found.targets.bank, found.targets.customer) == (target, target)


def test_a_score_on_an_edge_aims_at_the_next() -> None:
    people = [sheet(3, role="it") for _ in range(3)] + [sheet(4, role="it") for _ in range(2)]
    found = roadmap(*people)
    assert found.trajectory[0].bank == pytest.approx(60)
    assert found.targets.bank == 80


def test_the_target_starts_from_the_score_before_the_gate() -> None:
    assert roadmap(sheet(4, RSK_U1=1)).targets.bank == 80


@pytest.mark.parametrize(
    ("targets", "risk"),
    [
        ({"bank": 50, "customer": 50}, 60),
        ({"bank": 49.9, "customer": 50}, 40),
        ({"bank": 50, "customer": 49.9}, 40),
        ({"bank": 90, "customer": 90, "risk": 12}, 12),
        ({"bank": None}, 40),
    ],
)
def test_the_risk_target_is_higher_when_both_axes_aim_high(
    targets: dict[str, Any], risk: float
) -> None:
    parts = {"targets": targets, "quarters": 2}
    assert roadmap(sheet(2), roadmap=parts).targets.risk == risk


def test_settings_that_are_not_given_take_the_defaults_each_alone() -> None:
    plain = roadmap(sheet(2))
    assert (plain.capacity, plain.quarters, plain.strategy) == (8, 8, "stepwise")
    given = roadmap(sheet(2), roadmap={"capacity": 3.5, "strategy": "innovate"})
    assert (given.capacity, given.quarters, given.strategy) == (3.5, 8, "innovate")


def test_targets_already_met_need_no_plan() -> None:
    found = roadmap(sheet(5), roadmap={"targets": {"bank": 50, "customer": 50, "risk": 40}})
    assert (found.plan, len(found.trajectory), found.waiting) == ((), 1, ())
    assert found.range.low == found.range.expected == found.range.high
    assert (found.ranking.price, found.ranking.look_ahead) == ("effort", 0.5)


# Where items start


def start_points(*sheets: dict[str, Any], **parts: Any) -> dict[str, float]:
    projection = scheduler(*sheets, **parts).projection
    return {
        name: projection.start_points[position]
        for position, name in enumerate(projection.names)
        if projection.exists[position]
    }


def test_a_blank_starts_at_its_facets_mean() -> None:
    points = start_points(sheet(3, CAP_U=5, CAP_U1=None, CAP_U3=1))
    assert points["CAP.U1"] == pytest.approx((2 * 100 + 2 * 0) / 4)


def test_a_blank_facet_starts_at_the_other() -> None:
    points = start_points(sheet(3, CAP_A=None, CAP_U=4))
    assert [points[f"CAP.A{n}"] for n in (1, 2, 3)] == [75] * 3


def test_a_blank_dimension_and_what_does_not_apply_are_absent() -> None:
    points = start_points(sheet(3, CAP=None, TEC_A1="NA"))
    absent = {item for item in load_framework().items if item not in points}
    assert absent == {
        *(i.id for i in load_framework().bank_items if i.dimension == "CAP"),
        "TEC.A1",
    }


def test_customer_items_start_at_the_customer_score() -> None:
    answers = sheet(3, CUS_A=1, CUS_U="NA", CUS_A1=5)
    points = start_points(answers)
    assert {points[f"CUS.A{n}"] for n in range(1, 6)} == {20}
    assert {points[f"CUS.U{n}"] for n in range(1, 6)} == {20}
    measured = start_points(answers, pulse=pulse())
    assert {measured[f"CUS.A{n}"] for n in range(1, 6)} == {44}
    assert {measured[f"CUS.U{n}"] for n in range(1, 6)} == {29}


def test_finishing_moves_an_item_by_a_share_of_at_most_fifty_points() -> None:
    plan = scheduler(sheet(1))
    projection, state = plan.projection, plan.projection.start()
    step = next(s for s in projection.steps if s.action.id == "V02")
    projection.finish(state, step, PACE)
    assert state.points[projection.position["CUS.U5"]] == pytest.approx(0.4 * 50)
    projection.finish(state, step, PACE)
    assert state.points[projection.position["CUS.U5"]] == pytest.approx(20 + 0.4 * 50)
    risk = next(s for s in projection.steps if s.action.id == "L07")
    for points in (40, 40 + 0.8 * 35):
        projection.finish(state, risk, PACE)
        assert state.points[projection.position["RSK.U3"]] == pytest.approx(points)


def test_finishing_never_lowers_an_item() -> None:
    plan = scheduler(sheet(5))
    state = plan.projection.start()
    for step in plan.projection.steps:
        plan.projection.finish(state, step, PACE)
    assert state.points == plan.projection.start_points


# Candidates and practised actions


def candidates(*sheets: dict[str, Any], **parts: Any) -> set[str]:
    plan = scheduler(*sheets, **parts)
    state = plan.projection.start()
    return {s.action.id for s in plan.projection.steps if plan.is_candidate(state, s)}


def test_an_action_is_a_candidate_when_an_item_is_more_than_half_a_level_short() -> None:
    # L04 lifts CAP.A2, CAP.A3 and SUP.A2 to level 4; three of six raters at 3 make 3.5
    halves = [sheet(5, CAP_A2=level) for level in (3, 4)]
    assert "L04" not in candidates(*halves)
    assert "L04" in candidates(*halves, sheet(5, CAP_A2=3))


def test_closing_silent_accounts_is_a_candidate_only_while_one_is_open() -> None:
    assert "L02" not in candidates(sheet(1))
    assert "L02" not in candidates(sheet(1), channels=[channel()])
    assert "L02" not in candidates(sheet(1), channels=[SILENT | {"status": "closed"}])
    assert "L02" in candidates(sheet(5), channels=[SILENT])


@pytest.mark.parametrize("answer", ["DK", None])
def test_an_unknown_control_makes_what_lifts_it_a_candidate(answer: Any) -> None:
    assert candidates(sheet(5, RSK_U3=answer)) >= {"L07"}
    assert "L07" not in candidates(sheet(5))


def test_practised_actions_are_those_that_were_no_candidates() -> None:
    found = roadmap(sheet(3, CUS=1), channels=[SILENT])
    framework = load_framework()
    assert found.practised == tuple(
        name
        for name in framework.actions
        if name not in candidates(sheet(3, CUS=1), channels=[SILENT])
    )


def test_a_practised_action_counts_as_a_met_prerequisite() -> None:
    found = roadmap(sheet(5, RSK_U2=1, CUS=1), roadmap={"quarters": 1})
    assert "L05" in found.practised
    assert found.plan[0].action == "L06"
    assert found.plan[0].reason == "mandatory"


# Risk in the projection


def outcome_after(name: str, *sheets: dict[str, Any]) -> tuple[float | None, float | None]:
    plan = scheduler(*sheets)
    state = plan.projection.start()
    before = plan.projection.outcome(state).risk
    step = next(s for s in plan.projection.steps if s.action.id == name)
    plan.projection.finish(state, step, PACE)
    return before, plan.projection.outcome(state).risk


@pytest.mark.parametrize("answer", [1, "DK", None])
def test_risk_is_capped_until_a_finished_action_cures_the_control(answer: Any) -> None:
    before, after = outcome_after("L07", sheet(5, RSK_U3=answer))
    assert before == 39
    assert known(after) > 80


def test_one_of_two_failing_controls_cured_leaves_the_cap() -> None:
    assert outcome_after("L07", sheet(5, RSK_U3=1, RSK_U4=1)) == (39, 39)


def test_risk_without_a_score_stays_without_one() -> None:
    found = roadmap(sheet(3, RSK=None), roadmap={"quarters": 3})
    assert {row.risk for row in found.trajectory} == {None}
    assert {row.effective for row in found.trajectory} == {49}
    framework = load_framework()
    assert {framework.actions[p.action].stage for p in found.plan} <= {1, 2, 3}
    # L05 lifts only what has no points, so it is no candidate and holds nothing up
    assert "L05" in found.practised
    assert [p.action for p in found.plan if p.reason == "mandatory"][:2] == ["L07", "L06"]


def test_closing_silent_accounts_changes_the_channel_index() -> None:
    found = roadmap(sheet(3), channels=[channel(), SILENT], roadmap={"quarters": 1})
    first = found.plan[0]
    assert (first.action, first.reason) == ("L02", "mandatory")
    # with 16,384... followers the same: 50 and 15 points under a clean inventory of 100
    assert first.bank_gain == pytest.approx(0.1 * (100 - (50 - 15)))


# Ranks


def test_a_failing_control_makes_its_cheapest_chain_mandatory() -> None:
    plan = scheduler(sheet(1, RSK=3, RSK_U2=1))
    look = plan.schedule(Ranking(price="effort", look_ahead=0.5)).quarters[0].outlook
    steps = plan.projection.steps
    mandatory = {s.action.id for s in steps if s.bit & known(look).mandatory}
    # L06 costs 3, and L05 before it is no candidate where Risk stands at 3 but for U2
    assert mandatory == {"L05", "L06"}


def test_twin_track_comes_in_from_the_second_quarter_without_customer_work() -> None:
    found = golden_roadmap("case-1-step-by-step")
    twins = [(p.quarter, p.action) for p in found.plan if p.reason == "twin-track"]
    assert twins == [(2, "L03"), (3, "E01"), (4, "E07")]


def test_strategies_for_capability_and_innovation_have_no_twin_track() -> None:
    for strategy in ("capability", "innovate"):
        found = roadmap(sheet(2), roadmap={"strategy": strategy})
        assert {p.reason for p in found.plan} == {"value"}


def test_customer_work_in_the_quarter_before_makes_twin_track_idle() -> None:
    found = golden_roadmap("case-2-raise-awareness", quarters=8, targets={"customer": 100})
    for row in range(2, 9):
        before = [p for p in found.plan if p.quarter == row - 1]
        reached = any(p.customer_gain >= 0.5 for p in before)
        twins = [p for p in found.plan if p.quarter == row and p.reason == "twin-track"]
        assert not (reached and twins)


# Quarters


def test_long_work_takes_half_its_effort_in_each_of_two_quarters() -> None:
    found = roadmap(
        sheet(5, TEC_U3=1), roadmap={"capacity": 4, "quarters": 3, "strategy": "capability"}
    )
    work = {p.action: p for p in found.plan}
    assert (work["D02"].quarter, work["D02"].ends, work["D02"].effort) == (1, 2, 8)
    assert [row.used for row in found.trajectory[:3]] == [0, 4, 4]
    assert found.trajectory[1].bank == found.trajectory[0].bank
    assert found.trajectory[2].bank > found.trajectory[1].bank


def test_an_action_that_does_not_fit_is_skipped_not_waited_for() -> None:
    plan = scheduler(sheet(5, SKL_U4=1, DAT_A3=1), strategy="capability")
    small = Scheduler(
        plan.projection,
        Terms(
            strategy=plan.terms.strategy, goal=plan.terms.goal, capacity=2, quarters=1, parallel=5
        ),
    )
    schedule = small.schedule(Ranking(price="one", look_ahead=0.0))
    assert started(schedule, 1) == ["L10"]
    assert started(plan.schedule(Ranking(price="one", look_ahead=0.0)), 1)[0] == "D07"


def test_no_more_than_the_parallel_limit_runs_at_once() -> None:
    found = roadmap(sheet(1), roadmap={"capacity": 1000, "quarters": 2})
    assert [len([p for p in found.plan if p.quarter == q]) for q in (1, 2)] == [3, 3]


def test_the_plan_goes_on_to_the_horizon_when_nothing_can_start() -> None:
    found = roadmap(
        sheet(5), roadmap={"quarters": 5, "targets": {"bank": 100, "customer": 100}}, channels=[]
    )
    assert found.plan == ()
    assert [row.quarter for row in found.trajectory] == [0, 1, 2, 3, 4, 5]
    assert {row.used for row in found.trajectory} == {0}


def test_when_targets_are_met_running_work_ends_and_nothing_starts() -> None:
    framework, read = load_framework(), read_case(case(sheet(1, RSK=4, TEC=3, TEC_U3=1)))
    projection = Projection(framework, read, stand(framework, read))
    strategy = framework.strategies["capability"]
    terms = Terms(
        strategy=strategy,
        goal=Goal(bank=projection.outcome(projection.start()).bank + 0.1, customer=0, risk=0),
        capacity=40,
        quarters=8,
        parallel=40,
    )
    schedule = Scheduler(projection, terms).schedule(Ranking(price="effort", look_ahead=0.5))
    ends = [s.ends for s in schedule.starts]
    assert schedule.first_met == 1
    assert max(ends) == len(schedule.quarters)
    assert all(not quarter.started for quarter in schedule.quarters[1:])


def test_the_range_leaves_out_work_that_ends_after_the_horizon() -> None:
    found = roadmap(
        sheet(5, TEC_U3=1), roadmap={"capacity": 4, "quarters": 1, "strategy": "capability"}
    )
    assert [p.action for p in found.plan] == ["D02"]
    assert found.plan[0].ends == 2
    assert found.range.high.bank == found.trajectory[0].bank


# Choosing among the twelve


def test_twelve_rankings_are_tried_and_the_best_is_kept() -> None:
    read = golden("case-1-step-by-step", quarters=8)
    framework = load_framework()
    standing = stand(framework, read)
    found = known(findings(**read.to_dict()).roadmap)
    strategy = framework.strategies["stepwise"]
    terms = Terms(
        strategy=strategy, goal=found.targets, capacity=8, quarters=8, parallel=strategy.parallel
    )
    plan = Scheduler(Projection(framework, read, standing), terms)
    worth = {
        (look_ahead, price): round(0.6 * last.bank + 0.4 * last.customer, 9)
        for look_ahead in (0.5, 0.0, 1.0)
        for price in ("effort", "share", "root", "one")
        for last in [plan.schedule(Ranking(price=price, look_ahead=look_ahead)).last]
    }
    assert len(worth) == 12
    best = max(worth, key=lambda ranking: worth[ranking])
    assert (found.ranking.look_ahead, found.ranking.price) == best


def test_four_strategies_give_four_different_first_halves() -> None:
    plans = {
        strategy: [
            p.action
            for p in roadmap(sheet(3), roadmap={"strategy": strategy}).plan
            if p.quarter <= 2
        ]
        for strategy in load_framework().strategies
    }
    assert len({tuple(plan) for plan in plans.values()}) == 4


# What waits, opens and limits


def test_what_waits_names_the_first_test_it_failed() -> None:
    found = roadmap(
        sheet(3, RSK=2), channels=[channel(), SILENT], roadmap={"quarters": 1, "capacity": 3}
    )
    reasons = {row.action: (row.reason, row.on) for row in found.waiting}
    assert [p.action for p in found.plan] == ["L02", "L05"]
    assert reasons["E02"] == ("prerequisite", ("L05",))
    assert reasons["N03"] == ("prerequisite", ("E08",))
    assert reasons["C05"] == ("gate", ("RSK",))
    assert reasons["L07"] == ("capacity", ("L02", "L05"))


def test_a_late_stage_waits_for_failing_controls_then_for_silent_accounts() -> None:
    parts = {"roadmap": {"quarters": 1}, "channels": [channel(), SILENT]}
    failing = roadmap(sheet(4, RSK_U3=1, CUS=1), **parts)
    assert ("gate", ("RSK.U3",)) in {(r.reason, r.on) for r in failing.waiting if r.action == "C04"}
    silent = roadmap(sheet(4, CUS=1), **parts)
    assert ("channels", ("L02",)) in {(r.reason, r.on) for r in silent.waiting if r.action == "C04"}


def test_what_waits_for_room_says_which_room() -> None:
    slots = roadmap(sheet(1), roadmap={"capacity": 1000, "quarters": 1})
    assert {r.reason for r in slots.waiting} == {"prerequisite", "parallel"}
    points = roadmap(sheet(1), roadmap={"capacity": 2, "quarters": 1})
    assert {r.reason for r in points.waiting} == {"prerequisite", "capacity"}
    both = roadmap(sheet(1), roadmap={"capacity": 6, "quarters": 1})
    assert {r.reason for r in both.waiting} == {"prerequisite", "rank"}


def test_every_candidate_is_started_or_waits_in_every_quarter() -> None:
    found = golden_roadmap("case-1-step-by-step")
    first = {row.action for row in found.waiting if row.quarter == 1}
    begun = {p.action for p in found.plan if p.quarter == 1}
    framework = load_framework()
    assert first | begun == set(framework.actions) - set(found.practised)
    assert not first & begun


def test_a_planned_action_opens_what_it_is_a_prerequisite_of() -> None:
    found = golden_roadmap("case-1-step-by-step")
    assert set(found.opens) == {p.action for p in found.plan}
    assert set(found.opens["L05"]) == {"E02", "E04", "D08", "L06", "L09"}
    assert found.opens["L04"] == ()


def test_the_band_encloses_each_row() -> None:
    found = golden_roadmap("case-1-step-by-step")
    assert found.band[0].low == found.band[0].high
    for row, band in zip(found.trajectory, found.band, strict=True):
        assert band.low.bank <= row.bank <= band.high.bank
        assert band.low.customer <= row.customer <= band.high.customer
        assert known(band.low.risk) <= known(row.risk) <= known(band.high.risk)


def test_the_binding_limit_of_the_worked_case_is_parallel_work() -> None:
    limit = binding_limit(load_framework(), golden("case-1-step-by-step", quarters=8))
    assert limit.kind == "parallel"
    bank = {name: round(trial.bank, 1) for name, trial in limit.trials.items()}
    assert (bank["none"], bank["capacity"], bank["capacity and parallel"]) == (47.7, 49.2, 55.7)


@pytest.mark.parametrize(
    ("people", "settings", "kind"),
    [
        ([sheet(5)], {"targets": {"bank": 50}}, "none"),
        ([sheet(5)], {"targets": {"bank": 100, "customer": 100}}, "none"),
        (
            [sheet(3)],
            {"quarters": 1, "targets": {"bank": 54, "customer": 0}, "strategy": "stepwise"},
            "parallel",
        ),
        ([sheet(2)], {"capacity": 1, "quarters": 4}, "capacity"),
        ([sheet(2)], {"capacity": 100, "quarters": 4}, "parallel"),
        ([sheet(4)], {"capacity": 1000, "quarters": 40, "targets": {"bank": 100}}, "library"),
        (
            [sheet(5, CUS_U4=1)],
            {"capacity": 99, "quarters": 1, "targets": {"customer": 93}},
            "horizon",
        ),
    ],
)
def test_the_binding_limit_is_found_by_rerunning(
    people: list[dict[str, Any]], settings: dict[str, Any], kind: str
) -> None:
    read = read_case(case(*people, roadmap=settings))
    assert binding_limit(load_framework(), read).kind == kind


def test_a_case_without_a_placement_has_no_limit() -> None:
    with pytest.raises(ValueError, match="without a placement"):
        binding_limit(load_framework(), read_case(case(sheet(None))))


def test_a_case_without_a_placement_cannot_be_projected() -> None:
    with pytest.raises(ValueError, match="both axes"):
        scheduler(sheet(3, CUS=None))


def test_no_regret_actions_are_early_in_both_likely_strategies() -> None:
    framework, read = load_framework(), read_case(case(sheet(3)))
    early = {
        strategy: [
            p.action
            for p in roadmap(sheet(3), roadmap={"strategy": strategy}).plan
            if p.quarter <= 2
        ]
        for strategy in ("innovate", "stepwise")
    }
    common = tuple(action for action in early["innovate"] if action in early["stepwise"])
    assert common != ()
    assert no_regret(framework, read) == common


def test_a_sure_or_missing_placement_has_no_regret() -> None:
    framework = load_framework()
    assert no_regret(framework, read_case(case(sheet(1)))) == ()
    assert no_regret(framework, read_case(case(sheet(None)))) == ()


def test_completeness_counts_what_the_plan_serves_and_flags_noughts() -> None:
    framework = load_framework()
    counts = completeness(framework, golden_roadmap("case-1-step-by-step"))
    assert counts.rules == {"CN": 3, "TR": 3, "CS": 1, "CP": 5}
    assert counts.stages == {1: 7, 2: 5, 3: 0, 4: 0, 5: 0, 6: 0}
    assert sum(counts.opportunities.values()) == 12
    assert list(counts.opportunities) == [f"O{n}" for n in range(1, 10)]
    assert counts.value_steps == {"V1": 2, "V2": 0, "V3": 5, "V4": 3, "V5": 0, "V6": 2}


def test_a_plan_that_is_known_need_not_be_made_again() -> None:
    framework, found = load_framework(), []
    for name, strategy in (("case-3-gated", None), ("case-3-gated", "innovate")):
        read = golden(name, strategy=strategy)
        made = golden_roadmap(name, strategy=strategy)
        assert no_regret(framework, read, made) == no_regret(framework, read)
        found.append(no_regret(framework, read))
    assert found[0] == found[1] != ()
