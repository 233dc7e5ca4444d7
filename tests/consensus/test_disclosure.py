"""Who sees what of others' ratings: the rule as a table, and that subtraction breaks nothing."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.consensus.disclosure import (
    LEAST_APART,
    NOTHING,
    Disclosure,
    Reader,
    cells_shown,
    disclose,
    strip_shown,
)
from assessments.models import Visibility

NAMED, FUNCTION, ANONYMOUS = Visibility.NAMED, Visibility.FUNCTION, Visibility.ANONYMOUS
SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
BEFORE, AFTER = SINCE - dt.timedelta(seconds=1), SINCE + dt.timedelta(seconds=1)

# What a reader may: both, statistics alone, answers alone, neither; and since when.
LEAD = Reader(statistics=True, answers=True)
RESULTS_ONLY = Reader(statistics=True, answers=False)
REVIEWER = Reader(statistics=False, answers=True)
RESPONDENT = Reader(statistics=False, answers=False)
CONSULTANT = Reader(statistics=True, answers=True, answers_from=SINCE)


@pytest.mark.parametrize(
    ("reader", "visibility", "respondents", "expected"),
    [
        # reader, visibility, how many: statistics, columns by, notes, smallest group compared
        (LEAD, NAMED, 2, (True, NAMED, True, 1)),
        (LEAD, NAMED, 9, (True, NAMED, True, 1)),
        (LEAD, FUNCTION, 3, (True, FUNCTION, True, 1)),
        (LEAD, ANONYMOUS, 3, (True, None, False, None)),
        (LEAD, ANONYMOUS, 4, (True, None, False, 4)),
        (RESULTS_ONLY, NAMED, 3, (True, None, False, None)),
        (RESULTS_ONLY, NAMED, 4, (True, None, False, 4)),
        (RESULTS_ONLY, FUNCTION, 9, (True, None, False, 4)),
        (RESULTS_ONLY, ANONYMOUS, 9, (True, None, False, 4)),
        (REVIEWER, NAMED, 3, (False, NAMED, True, None)),
        (REVIEWER, FUNCTION, 9, (False, FUNCTION, True, None)),
        (REVIEWER, ANONYMOUS, 9, (False, None, False, None)),
        (CONSULTANT, NAMED, 9, (True, NAMED, True, 4)),
        (CONSULTANT, ANONYMOUS, 9, (True, None, False, 4)),
        (RESPONDENT, NAMED, 9, (False, None, False, None)),
        (RESPONDENT, ANONYMOUS, 9, (False, None, False, None)),
    ],
)
def test_what_each_reader_sees(
    reader: Reader,
    visibility: Visibility,
    respondents: int,
    expected: tuple[bool, Visibility | None, bool, int | None],
) -> None:
    found = disclose(reader, ready=True, visibility=visibility, respondents=respondents)
    assert (found.statistics, found.labels, found.notes, found.least) == expected


def test_nobody_sees_anything_before_findings_may_show() -> None:
    for reader, visibility in product((LEAD, RESULTS_ONLY, REVIEWER, CONSULTANT), Visibility):
        found = disclose(reader, ready=False, visibility=visibility, respondents=9)
        assert found == NOTHING


@pytest.mark.parametrize(
    ("moments", "shown"),
    [
        ([AFTER, AFTER, AFTER], [True, True, True]),
        ([SINCE, AFTER], [True, True]),
        ([BEFORE, AFTER, AFTER], [False, False, False]),  # the strip minus two gives the third
        ([BEFORE] * 3 + [AFTER], [False] * 4),
        ([BEFORE] * 4 + [AFTER], [False] * 4 + [True]),  # four stay a group
        ([BEFORE] * 2, [False] * 2),
        ([], []),
    ],
)
def test_a_consultant_s_cells_never_leave_a_small_rest(
    moments: list[dt.datetime], shown: list[bool]
) -> None:
    disclosure = disclose(CONSULTANT, ready=True, visibility=NAMED, respondents=len(moments))
    assert cells_shown(disclosure, moments) == tuple(shown)


def test_members_cells_do_not_depend_on_when_an_answer_was_given() -> None:
    disclosure = disclose(LEAD, ready=True, visibility=NAMED, respondents=2)
    assert cells_shown(disclosure, [BEFORE, AFTER]) == (True, True)
    hidden = disclose(RESULTS_ONLY, ready=True, visibility=NAMED, respondents=2)
    assert cells_shown(hidden, [BEFORE, AFTER]) == (False, False)


@given(st.lists(st.sampled_from([BEFORE, AFTER]), max_size=9), st.sampled_from(Visibility))
def test_s36_what_is_hidden_is_nothing_or_a_large_group_or_everything(
    moments: list[dt.datetime], visibility: Visibility
) -> None:
    disclosure = disclose(CONSULTANT, ready=True, visibility=visibility, respondents=len(moments))
    shown = cells_shown(disclosure, moments)
    hidden = shown.count(False)
    assert hidden in {0, len(moments)} or hidden >= LEAST_APART
    assert not any(seen for seen, at in zip(shown, moments, strict=True) if at < SINCE)


@pytest.mark.parametrize(
    ("raters", "respondents", "shown"),
    [(3, 3, True), (2, 2, True), (2, 3, False), (3, 9, False), (4, 9, True), (1, 5, False)],
)
def test_an_anonymous_strip_of_a_few_among_more_is_not_shown(
    raters: int, respondents: int, shown: bool
) -> None:
    anonymous = disclose(LEAD, ready=True, visibility=ANONYMOUS, respondents=respondents)
    assert strip_shown(anonymous, raters=raters, respondents=respondents) == shown
    open_ = disclose(LEAD, ready=True, visibility=FUNCTION, respondents=respondents)
    assert strip_shown(open_, raters=raters, respondents=respondents)
    assert not strip_shown(Disclosure(), raters=9, respondents=9)
