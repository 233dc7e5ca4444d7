"""Numbers and dates as a reader of the current language writes them.

Rounding is half up and happens here only, for display (framework, golden tests).
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext

_NBSP = "\u00a0"
_MINUS = "\u2212"
# Digits of languages that write others than 0-9; Babel leaves those to its caller.
_DIGITS = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}


def locale() -> Locale:
    """The current language's, for whoever formats by Babel."""
    return Locale.parse(get_language() or "en", sep="-")


def _half_up(value: float | Decimal, places: int) -> Decimal:
    """Round half up; nine decimals first, so that 62.2499999999 from sums is 62.25."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, 9)))
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded + 0  # no negative zero


def number(value: float | Decimal, places: int = 0) -> str:
    """A number with a fixed count of decimals and the language's separators and digits."""
    return _number(value, places, get_language() or "en")


@lru_cache(maxsize=4096)  # a results page writes some three hundred, most of them again and again
def _number(value: float | Decimal, places: int, _language: str) -> str:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    text = format_decimal(
        _half_up(value, places), format=pattern, locale=locale(), numbering_system="default"
    )
    return digits(text.replace("-", _MINUS))


def score(value: float | None) -> str:
    """A score 0-100 with one decimal; an en dash where there is none."""
    return "–" if value is None else number(value, 1)


def signed(value: float, places: int = 1) -> str:
    """A difference with its sign: +1.3, −13.3, 0.0."""
    text = number(value, places)
    return f"+{text}" if _half_up(value, places) > 0 else text


def percent(fraction: float | None, places: int = 0) -> str:
    """A fraction 0-1 as per cent with a no-break space before the sign."""
    if fraction is None:
        return "–"
    return gettext("%(number)s%%") % {"number": number(fraction * 100, places) + _NBSP}


def probability(fraction: float) -> str:
    """A probability in whole per cent; never 0 or 100, which would claim certainty."""
    if fraction < 0.01:  # noqa: PLR2004 -- one per cent
        return "<" + percent(0.01)
    if fraction > 0.99:  # noqa: PLR2004 -- ninety-nine per cent
        return ">" + percent(0.99)
    return percent(fraction)


def interval(low: float, high: float, places: int = 1) -> str:
    """A range such as 48.2–76.3."""
    return f"{number(low, places)}–{number(high, places)}"


def digits(text: str) -> str:
    """A text of ours with the digits of the current language; never for what people typed."""
    table = _DIGITS.get(_spoken())
    return text.translate(table) if table else text


def _spoken() -> str:
    return (get_language() or "en").partition("-")[0]


def day(date: dt.date) -> str:
    """A date in words: 12 Dec 2026, 2026年12月12日, ۲۱ آذر ۱۴۰۵."""
    return _persian(date, "%d %B %Y") or _dated(date, "d MMM y", "yMMMd")


def day_for_contracts(date: dt.date) -> str:
    """A date on which something is due or ends; in Persian with the Gregorian one beside it."""
    own = _persian(date, "%d %B %Y")
    if not own:
        return day(date)
    gregorian = format_date(date, format="d MMMM y", locale=locale())
    return f"{own} ({digits(gregorian)})"


def year(date: dt.date) -> str:
    """A date's year alone: 2026, ۱۴۰۵."""
    return _persian(date, "%Y") or format_date(date, format="y", locale=locale())


def day_and_month(date: dt.date) -> str:
    """A day whose year is told beside it: 31 March, 3月31日, ۱۱ فروردین."""
    return _persian(date, "%d %B") or _dated(date, "d MMMM", "MMMMd")


def month(date: dt.date, *, with_year: bool) -> str:
    """A month of the Gregorian calendar, short: Feb, Feb 2027, 2027年2月, فوریه ۲۰۲۷."""
    pattern, skeleton = ("MMM y", "yMMM") if with_year else ("MMM", "MMM")
    return digits(_dated(date, pattern, skeleton))


def months(first: dt.date, last: dt.date) -> str:
    """Some months: Feb–Apr 2027, Dec 2026–Feb 2027, 2027年2月–4月."""
    same, year_first = first.year == last.year, _spoken() == "ja"
    ends = (
        month(first, with_year=year_first or not same),
        month(last, with_year=not (year_first and same)),
    )
    return "–".join(ends)


def clock(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """A time of day in a bank's zone: 14:02."""
    return digits(format_time(moment, format="HH:mm", tzinfo=zone, locale=locale()))


def _dated(date: dt.date, english: str, skeleton: str) -> str:
    """By our own pattern in English, by the order and signs of the language elsewhere."""
    if _spoken() == "en":
        return format_date(date, format=english, locale=locale())
    return format_skeleton(skeleton, date, locale=locale())


def _persian(date: dt.date, pattern: str) -> str:
    """By the Persian calendar, where the language counts by it; else nothing."""
    if _spoken() != "fa":
        return ""
    from persiantools.jdatetime import JalaliDate  # noqa: PLC0415 -- one language of three needs it

    text = JalaliDate(date).strftime(pattern, locale="fa")  # type: ignore[no-untyped-call]
    return digits(text).removeprefix("۰")
