"""Numbers and dates as each language writes them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import translation

from assessments.ui import numbers, quarters

DATE = dt.date(2026, 12, 2)
MOMENT = dt.datetime(2026, 12, 2, 14, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("write", "en", "ja", "fa"),
    [
        (lambda: numbers.number(12345.65, 1), "12,345.7", "12,345.7", "۱۲٬۳۴۵٫۷"),
        (lambda: numbers.signed(-3.25), "−3.3", "−3.3", "−۳٫۳"),
        (lambda: numbers.interval(1, 99.5), "1.0–99.5", "1.0–99.5", "۱٫۰–۹۹٫۵"),
        (lambda: numbers.score(None), "–", "–", "–"),
        (lambda: numbers.day(DATE), "2 Dec 2026", "2026年12月2日", "۱۱ آذر ۱۴۰۵"),
        (
            lambda: numbers.day_for_contracts(DATE),
            "2 Dec 2026",
            "2026年12月2日",
            "۱۱ آذر ۱۴۰۵ (۲ دسامبر ۲۰۲۶)",
        ),
        (lambda: numbers.year(DATE), "2026", "2026", "۱۴۰۵"),
        (lambda: numbers.day_and_month(DATE), "2 December", "12月2日", "۱۱ آذر"),
        (lambda: numbers.clock(MOMENT, dt.UTC), "14:05", "14:05", "۱۴:۰۵"),
        (lambda: numbers.digits("7 of 10"), "7 of 10", "7 of 10", "۷ of ۱۰"),
        (
            lambda: quarters.quarter_name(dt.date(2027, 2, 1), 1),
            "Feb–Apr 2027",
            "2027年2月–4月",
            "فوریه–آوریل ۲۰۲۷",
        ),
        (
            lambda: quarters.quarter_name(dt.date(2026, 12, 1), 1),
            "Dec 2026–Feb 2027",
            "2026年12月–2027年2月",
            "دسامبر ۲۰۲۶–فوریه ۲۰۲۷",
        ),
    ],
)
def test_each_language_writes_its_own(write: Callable[[], str], en: str, ja: str, fa: str) -> None:
    for language, expected in (("en", en), ("ja", ja), ("fa", fa)):
        with translation.override(language):
            assert write() == expected


@pytest.mark.parametrize(
    ("date", "persian"),
    [
        (dt.date(2024, 3, 20), "۱ فروردین ۱۴۰۳"),  # leap years move the new year
        (dt.date(2025, 3, 20), "۳۰ اسفند ۱۴۰۳"),
        (dt.date(2025, 3, 21), "۱ فروردین ۱۴۰۴"),
        (dt.date(2026, 11, 22), "۱ آذر ۱۴۰۵"),
    ],
)
def test_persian_years_begin_in_spring(date: dt.date, persian: str) -> None:
    with translation.override("fa"):
        assert numbers.day(date) == persian
