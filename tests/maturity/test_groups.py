"""Roles compared without giving a small group away."""

from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maturity import load_framework, read_case
from maturity.groups import RoleGroup, compare_roles, role_groups, widest_gap
from tests.maturity.build import sheet

LIMIT = 4


def compared(*people: dict[str, Any], least: int = 1) -> tuple[RoleGroup, ...]:
    return compare_roles(load_framework(), read_case({"respondents": list(people)}), least)


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ({"it": 3}, ()),
        ({"it": 9}, ()),
        ({"it": 2, "risk": 2}, ()),  # joined they are everybody
        ({"it": 4, "risk": 4}, (("it",), ("risk",))),
        ({"it": 4, "risk": 5}, (("risk",), ("it",))),
        ({"it": 4, "risk": 3}, ()),  # everybody minus it would be three of risk
        ({"it": 5, "hr": 4, "risk": 3}, (("it",), ("hr", "risk"))),
        ({"it": 4, "hr": 2, "risk": 2}, (("it",), ("hr", "risk"))),
        ({"it": 4, "hr": 1, "risk": 2}, ()),
    ],
)
def test_small_roles_are_joined_until_nobody_stands_apart(
    sizes: dict[str, int], groups: tuple[tuple[str, ...], ...]
) -> None:
    assert role_groups(sizes, LIMIT) == groups


def test_without_a_limit_every_role_stands_for_itself() -> None:
    assert role_groups({"it": 1, "hr": 1, "risk": 2}, 1) == (("risk",), ("hr",), ("it",))


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 9)), st.integers(1, 6))
def test_s36_no_sum_or_difference_of_groups_is_smaller_than_the_limit(
    sizes: dict[str, int], least: int
) -> None:
    groups = role_groups(sizes, least)
    members = [set(group) for group in groups]
    whole = set(sizes)
    assert set(chain.from_iterable(groups)) in (whole, set())
    for count in range(1, len(members)):
        for some in combinations(members, count):
            united = set().union(*some)
            for part in (united, whole - united):
                assert sum(sizes[role] for role in part) >= least


def test_a_group_s_level_is_the_mean_over_the_dimension_s_items() -> None:
    found = compared(sheet(2), sheet(4, "risk"), sheet(3, "risk", CAP_A1=5))
    levels = {group.roles: group.levels["CAP"] for group in found}
    assert levels == {("risk",): pytest.approx((6 * 3.5 + 4.5) / 7), ("it",): 2}
    assert [group.respondents for group in found] == [2, 1]


def test_s36_an_item_that_few_of_a_group_rated_is_left_out_of_every_figure() -> None:
    # Three of four in risk say Don't know on CAP.A1: its one rating must not show in any mean.
    risk = [sheet(3, "risk", CAP_A1="DK") for _ in range(3)]
    people = [*risk, sheet(3, "risk", CAP_A1=5), *(sheet(2) for _ in range(4))]
    same = [*risk, sheet(3, "risk", CAP_A1=1), *(sheet(2) for _ in range(4))]
    assert compared(*people, least=LIMIT) == compared(*same, least=LIMIT)
    assert compared(*people) != compared(*same)


def test_a_dimension_without_a_comparable_item_is_missing() -> None:
    people = [sheet(3, "risk", TEC=None), *(sheet(3, "risk") for _ in range(3))]
    found = compared(*people, *(sheet(2) for _ in range(4)), least=LIMIT)
    assert [set(group.levels) for group in found] == [{"CAP", "SUP", "RSK", "DAT", "SKL"}] * 2


def test_the_widest_gap_names_dimension_and_both_groups() -> None:
    gap = widest_gap(compared(sheet(3), sheet(3, "risk", RSK=1), sheet(3, "hr", RSK=5, CAP=4)))
    assert gap is not None
    assert (gap.dimension, gap.lower.roles, gap.higher.roles, gap.levels) == (
        "RSK",
        ("risk",),
        ("hr",),
        4,
    )
    assert widest_gap(compared(sheet(3))) is None
