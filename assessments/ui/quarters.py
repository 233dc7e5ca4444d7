"""The quarters of a plan: three months each, counted from the first day of its first month."""

import datetime as dt

from django.utils.translation import gettext as _

from assessments.ui.numbers import day_and_month, digits, months, number

MONTHS = 3


def months_after(month: dt.date, count: int) -> dt.date:
    """The first day of the month so many months later, or earlier."""
    whole = month.year * 12 + month.month - 1 + count
    return dt.date(whole // 12, whole % 12 + 1, 1)


def calendar_quarter(date: dt.date) -> dt.date:
    """The first day of the calendar quarter of a date."""
    return dt.date(date.year, (date.month - 1) // MONTHS * MONTHS + 1, 1)


def quarter_start(first: dt.date, quarter: int) -> dt.date:
    """The first day of a plan's quarter; 1 is the first."""
    return months_after(first, MONTHS * (quarter - 1))


def quarter_end(first: dt.date, quarter: int) -> dt.date:
    """The last day of a plan's quarter: what is due in it is due by the end of this day."""
    return quarter_start(first, quarter + 1) - dt.timedelta(days=1)


def quarter_at(first: dt.date, date: dt.date) -> int:
    """The plan's quarter in which a date lies, at least 1."""
    months = (date.year - first.year) * 12 + date.month - first.month
    return max(1, months // MONTHS + 1)


def quarter_name(first: dt.date, quarter: int) -> str:
    """ "2027 Q1" for a quarter of the calendar, "Feb–Apr 2027" for three other months."""
    start, end = quarter_start(first, quarter), quarter_end(first, quarter)
    if start == calendar_quarter(start):
        return _("%(year)s Q%(quarter)s") % {
            "year": digits(str(start.year)),
            "quarter": number(end.month // MONTHS),
        }
    return months(start, end)


def due_text(first: dt.date, quarter: int) -> str:
    """ "2027 Q1, until 31 March": the quarter and the last day that is in time."""
    return _("%(quarter)s, until %(day)s") % {
        "quarter": quarter_name(first, quarter),
        "day": day_and_month(quarter_end(first, quarter)),
    }
