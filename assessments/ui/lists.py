"""Enumerations in words."""

from collections.abc import Iterable

from babel.lists import format_list

from assessments.ui.numbers import locale


def listed(names: Iterable[str]) -> str:
    """ "Risk, Data, and Skills", as the current language enumerates."""
    return format_list(tuple(names), locale=locale())
