"""Numbers and days of the table, each text made once."""

import math
from functools import lru_cache
from html import escape

from assessments.ui import numbers

NONE = "–"


class Figures:
    """Numbers and days in one language, each written once: a page shows hundreds, most of them
    again and again, and there are few different ones among scores of 0 to 100.
    """

    def __init__(self) -> None:
        self._tenths: dict[int, str] = {}
        self._signed: dict[int, str] = {}
        self._whole: dict[int, str] = {}
        self._percent: dict[int, str] = {}
        self._likely: dict[int, str] = {}
        self.day = lru_cache(maxsize=1024)(numbers.day)

    def tenths(self, value: float | None) -> str:
        """A score with one decimal."""
        if value is None:
            return NONE
        size = half_up(value, 10)
        return self._tenths.get(size) or _kept(self._tenths, size, numbers.number(size / 10, 1))

    def signed(self, value: float) -> str:
        """A difference with its sign."""
        size = half_up(value, 10)
        return self._signed.get(size) or _kept(self._signed, size, numbers.signed(size / 10))

    def whole(self, value: float | None) -> str:
        """A figure without decimals."""
        if value is None:
            return NONE
        size = half_up(value, 1)
        return self._whole.get(size) or _kept(self._whole, size, numbers.number(size))

    def percent(self, fraction: float | None) -> str:
        """A share, 0 to 1, in whole per cent."""
        if fraction is None:
            return NONE
        size = half_up(fraction, 100)
        return self._percent.get(size) or _kept(self._percent, size, numbers.percent(size / 100))

    def likely(self, fraction: float) -> str:
        """A probability, escaped: it may say “less than”."""
        size = _BELOW if fraction < 0.01 else _ABOVE if fraction > 0.99 else half_up(fraction, 100)  # noqa: PLR2004 -- one per cent, as numbers.probability
        text = self._likely.get(size)
        return text or _kept(self._likely, size, escape(numbers.probability(fraction)))


_MOST_KEPT = 5000
_BELOW, _ABOVE = -1, 101  # less than one per cent, more than ninety-nine


def _kept(texts: dict[int, str], size: int, text: str) -> str:
    if len(texts) < _MOST_KEPT:
        texts[size] = text
    return text


def half_up(value: float, parts: int) -> int:
    """So many parts of one, rounded half up by the size; nine decimals first, as elsewhere."""
    size = math.floor(round(abs(value), 9) * parts + 0.5 + 1e-9)
    return -size if value < 0 else size


@lru_cache(maxsize=16)
def figures_in(language: str) -> Figures:
    """The figures of one language; call it while that language is the current one."""
    return Figures()
