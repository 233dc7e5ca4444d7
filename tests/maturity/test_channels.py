"""The channel index: what an inventory shows, and what silence costs."""

from typing import Any

import pytest

from maturity import load_framework, read_case
from maturity.channels import ChannelInventory, score_channels, without_silent
from tests.maturity.build import channel
from tests.maturity.goldens import read_golden

UNIT = read_golden("unit.json")
LIVE, ABANDONED = UNIT["channel_inputs"]["live"], UNIT["channel_inputs"]["abandoned"]
CLOSED = ABANDONED | {"status": "closed"}


def inventory(*channels: dict[str, Any]) -> ChannelInventory:
    case = read_case({"respondents": [{"role": "it", "answers": {}}], "channels": list(channels)})
    return score_channels(load_framework().channels, case.channels or ())


@pytest.mark.parametrize(
    ("name", "channels"),
    [
        ("none", []),
        ("only_abandoned", [ABANDONED]),
        ("one_live", [LIVE]),
        ("live_plus_abandoned", [LIVE, ABANDONED]),
        ("live_plus_closed", [LIVE, CLOSED]),
    ],
)
def test_the_maxim_is_arithmetical(name: str, channels: list[dict[str, Any]]) -> None:
    assert inventory(*channels).index == pytest.approx(UNIT["channel"][name])


def test_a_dead_account_drags_the_base_and_costs_a_penalty() -> None:
    found = inventory(LIVE, ABANDONED)
    assert found.base == pytest.approx(62.5)
    assert (found.breadth, found.penalty) == (0, 15)
    assert [account.weight for account in found.accounts] == pytest.approx([5, 3])


def test_the_worked_accounts_score_as_written() -> None:
    case = read_golden("case-1-step-by-step.json")["case"]
    found = inventory(*case["channels"])
    assert [account.score for account in found.accounts] == pytest.approx(
        [62.80, 0, 60.56], abs=5e-3
    )
    assert [a.weight for a in found.accounts] == pytest.approx([5.613, 4.415, 4.716], abs=5e-4)
    assert found.base == pytest.approx(43.28, abs=5e-3)
    assert (found.breadth, found.penalty) == (5, 20)


@pytest.mark.parametrize(
    ("days", "recency"),
    [
        (0, 1),
        (7, 1),
        (8, 0.8),
        (14, 0.8),
        (15, 0.5),
        (30, 0.5),
        (45, 0.2),
        (60, 0.2),
        (61, 0),
        (None, 0),
    ],
)
def test_recency_falls_in_steps(days: int | None, recency: float) -> None:
    assert inventory(channel(days_since_post=days)).accounts[0].recency == recency


@pytest.mark.parametrize(
    ("kind", "target"), [("network", 12), ("microblog", 20), ("professional", 6), ("sharing", 4)]
)
def test_frequency_is_posts_against_the_target_of_the_kind(kind: str, target: int) -> None:
    half, twice = (
        inventory(channel(kind=kind, posts30=posts)).accounts[0]
        for posts in (target / 2, 2 * target)
    )
    assert (half.frequency, twice.frequency) == (0.5, 1)


@pytest.mark.parametrize(
    ("minutes", "speed"),
    [(0, 1), (60, 1), (61, 0.8), (360, 0.8), (1440, 0.5), (2880, 0.2), (2881, 0), (None, 0)],
)
def test_response_is_the_share_answered_times_speed(minutes: int | None, speed: float) -> None:
    account = inventory(channel(inbound30=10, answered=0.5, median_min=minutes)).accounts[0]
    assert account.response == 0.5 * speed
    assert account.score == pytest.approx(100 * (0.35 + 0.25 + 0.4 * 0.5 * speed))


def test_without_messages_the_response_does_not_count() -> None:
    assert inventory(channel(posts30=6)).accounts[0].score == pytest.approx(
        100 * (0.35 + 0.25 * 0.5) / 0.6
    )


@pytest.mark.parametrize(
    ("days", "posts", "state"),
    [
        (0, 1, "live"),
        (30, 1, "live"),
        (31, 1, "dormant"),
        (3, 0, "dormant"),
        (90, 0, "dormant"),
        (91, 5, "abandoned"),
        (None, 0, "abandoned"),
        (None, 9, "abandoned"),
    ],
)
def test_an_account_is_live_dormant_or_abandoned(days: int | None, posts: int, state: str) -> None:
    account = inventory(channel(days_since_post=days, posts30=posts)).accounts[0]
    assert account.state == state
    assert (account.score == 0) is (state != "live")


@pytest.mark.parametrize("status", ["closed", "signposted"])
def test_an_account_that_says_it_is_not_used_is_left_out(status: str) -> None:
    found = inventory(channel(), channel(kind="sharing", days_since_post=400, status=status))
    assert (found.index, found.silent) == (100, ())
    left_out = found.accounts[1]
    assert (left_out.state, left_out.score, left_out.weight) == (status, None, 0)
    assert left_out.unanswered is False
    assert inventory(channel(status=status)).index == 15


@pytest.mark.parametrize(
    ("kinds", "extra"),
    [
        (("network", "network"), 0),
        (("network", "sharing"), 5),
        (("network", "sharing", "microblog"), 10),
        (("network", "sharing", "microblog", "professional"), 10),
    ],
)
def test_several_networks_in_good_use_earn_breadth(kinds: tuple[str, ...], extra: int) -> None:
    assert inventory(*(channel(kind=kind, posts30=20) for kind in kinds)).breadth == extra


def test_only_live_accounts_of_forty_and_more_earn_breadth() -> None:
    # 0.35 * 0.5 + 0.25 * f over 0.60 is 0.40 where f is 0.26
    at_forty = channel(kind="professional", days_since_post=20, posts30=6 * 0.26)
    assert inventory(at_forty).accounts[0].score == pytest.approx(40)
    assert inventory(channel(), at_forty).breadth == 5
    assert inventory(channel(), at_forty | {"posts30": 6 * 0.259}).breadth == 0
    assert inventory(channel(), channel(kind="sharing", days_since_post=60)).breadth == 0


@pytest.mark.parametrize(
    ("parts", "penalty"),
    [
        ({"days_since_post": 60}, 8),
        ({"days_since_post": 60, "inbound30": 1, "answered": 0.49}, 13),
        ({"days_since_post": 60, "inbound30": 1, "answered": 0.5}, 8),
        ({"days_since_post": 60, "inbound30": 0, "answered": 0}, 8),
        ({"days_since_post": 100}, 15),
        ({"days_since_post": None, "inbound30": 5}, 20),
        ({"inbound30": 5, "answered": 0}, 0),
    ],
)
def test_silence_costs_and_more_where_customers_wait(parts: dict[str, Any], penalty: float) -> None:
    found = inventory(channel(**parts))
    assert found.penalty == penalty
    assert found.accounts[0].unanswered is (penalty in (13, 20))


def test_the_penalty_ends_at_forty_and_the_index_at_nought() -> None:
    found = inventory(*[ABANDONED] * 5)
    assert (found.penalty, found.index) == (40, 0)


def test_the_index_ends_at_a_hundred() -> None:
    found = inventory(*(channel(kind=kind, posts30=20) for kind in ("network", "sharing")))
    assert (found.base, found.breadth, found.index) == (100, 5, 100)


def test_closing_silent_accounts_takes_them_out_of_the_inventory() -> None:
    case = read_case(
        {
            "respondents": [{"role": "it", "answers": {}}],
            "channels": [LIVE, ABANDONED, channel(days_since_post=60), CLOSED],
        }
    )
    parameters = load_framework().channels
    assert without_silent(parameters, case.channels or ()) == 100
    assert without_silent(parameters, (case.channels or ())[1:]) == 15


def test_the_largest_numbers_do_not_overflow() -> None:
    assert inventory(channel(followers=1.7e308, posts30=1e308)).index == 100
