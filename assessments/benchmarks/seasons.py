"""The quarters that peers are frozen by: a quarter of results, shown once it is three months old."""

import datetime as dt
import re

from assessments.ui.quarters import MONTHS, calendar_quarter, months_after, quarter_name

AGE_MONTHS = 3  # of the youngest result that is shown (framework F)
_NAME = re.compile(r"(20[0-9]{2})Q([1-4])", re.ASCII)


class NotAQuarterError(ValueError):
    """The text names no quarter such as 2026Q3."""


def first_day(quarter: str) -> dt.date:
    """The first day of a quarter such as "2026Q3". Raises NotAQuarterError."""
    found = _NAME.fullmatch(quarter)
    if found is None:
        raise NotAQuarterError(quarter)
    return dt.date(int(found[1]), MONTHS * (int(found[2]) - 1) + 1, 1)


def name_of(day: dt.date) -> str:
    """The name of the quarter in which a day lies."""
    return f"{day.year}Q{(day.month - 1) // MONTHS + 1}"


def results_until(quarter: str) -> dt.datetime:
    """Results published before this moment belong to the quarter or an earlier one."""
    return _midnight(months_after(first_day(quarter), MONTHS))


def freezing_day(quarter: str) -> dt.date:
    """The first day on which the quarter is old enough to be frozen."""
    return months_after(first_day(quarter), MONTHS + AGE_MONTHS)


def joined_before(quarter: str) -> dt.datetime:
    """Banks that joined before this moment are in the quarter, whenever it is frozen."""
    return _midnight(freezing_day(quarter))


def newest_freezable(now: dt.datetime) -> str:
    """The newest quarter that is old enough."""
    this = calendar_quarter(now.astimezone(dt.UTC).date())
    return name_of(months_after(this, -(MONTHS + AGE_MONTHS)))


def first_with(joined: dt.datetime) -> str:
    """The first quarter that holds a bank which joined at this moment."""
    return name_of(months_after(first_day(newest_freezable(joined)), MONTHS))


def in_words(quarter: str) -> str:
    """ "2026 Q3", as the reader's language has it."""
    return quarter_name(first_day(quarter), 1)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
