"""Countries, size bands and time zones to choose from, in the reader's language."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django.utils.translation import get_language

# Two-letter codes in the language data that are no country: unions, outlying parts, test codes.
_NO_COUNTRY = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)

Choices = tuple[tuple[str, str], ...]


def countries() -> Choices:
    """ISO 3166-1 alpha-2 codes with names, in the order of the names."""
    return _countries(get_language() or "en")


def country_name(code: str) -> str:
    """The name of one country; empty for an empty code."""
    return dict(countries()).get(code, "")


@cache
def _countries(language: str) -> Choices:
    names = Locale.parse(language, sep="-").territories
    pairs = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY  # noqa: PLR2004
    ]
    return tuple(sorted(pairs, key=lambda pair: pair[1]))


def only_zone_of(country: str) -> str:
    """The time zone of a country that has just one; empty for the others and for none."""
    zones = get_global("territory_zones").get(country, ())
    known = [zone for zone in zones if zone in available_timezones()]
    return known[0] if len(known) == 1 and len(zones) == 1 else ""


@cache
def time_zones() -> tuple[tuple[str, Choices], ...]:
    """IANA zones by area, UTC first: what a bank's calendar day is counted in."""
    zones = sorted(available_timezones())
    areas = tuple(
        (
            area,
            tuple(
                (zone, zone.split("/", 1)[1].replace("_", " ").replace("/", ", "))
                for zone in zones
                if zone.startswith(f"{area}/")
            ),
        )
        for area in _AREAS
    )
    return (("UTC", (("UTC", "UTC"),)), *areas)
