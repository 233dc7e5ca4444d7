"""Names of quarters, counted from the round's date; no clock is read."""

import datetime as dt

from django.utils.translation import gettext as _

from assessments.ui import numbers


def quarter_names(as_of: dt.date | None, count: int) -> tuple[str, ...]:
    """ "2027 Q1" and so on, from the quarter after the date; "Quarter 1" where no date is known."""
    if as_of is None:
        return tuple(
            _("Quarter %(number)s") % {"number": numbers.number(n)} for n in range(1, count + 1)
        )
    first = as_of.year * 4 + (as_of.month - 1) // 3 + 1
    return tuple(
        _("%(year)s Q%(quarter)s")
        % {"year": str(ahead // 4), "quarter": numbers.number(ahead % 4 + 1)}
        for ahead in range(first, first + count)
    )
