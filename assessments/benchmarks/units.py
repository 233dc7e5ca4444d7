"""In what a firm's figures may be given: each unit with its limits and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.ui.numbers import number

PLACES = 3  # decimals that are kept
_MOST = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """``text`` holds %(number)s; values outside ``least`` to ``most`` are not in this unit."""

    text: str | Promise
    least: int
    most: int


UNITS: Mapping[str, Unit] = {
    "%": Unit(text=_("%(number)s %%"), least=0, most=100),
    "points": Unit(text=_("%(number)s percentage points"), least=-100, most=100),
    "score": Unit(text=_("%(number)s of 100"), least=0, most=100),
    "level": Unit(text=_("level %(number)s of 5"), least=1, most=5),
    "count": Unit(text=_("%(number)s"), least=0, most=_MOST),
    "minutes": Unit(text=_("%(number)s minutes"), least=0, most=_MOST),
    "hours": Unit(text=_("%(number)s hours"), least=0, most=_MOST),
    "days": Unit(text=_("%(number)s days"), least=0, most=_MOST),
}


def written(value: Decimal, unit: str) -> str:
    """A value with its unit, with no more decimals than it has."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    shown = {"number": number(plain, min(places, PLACES))}
    return str(UNITS[unit].text) % shown if unit in UNITS else f"{shown['number']} {unit}"
