"""Queries whose SQL is made once and then run with other values.

Writing the portfolio's five statements takes longer than running them: eight milliseconds of the
fifteen that a page of twenty clients may take. So each is made by Django's own means with stand-ins
for the person, the firm and the banks, and the stand-ins are replaced by each request's values.
Nothing but text is kept between requests. tests/portfolio/test_statements.py compares the rows with
those of the query itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from assessments.models import Organisation, User

_PERSON = -7_340_034  # no user has a number below zero
_FIRM = UUID(int=7_340_034)
_BANKS = 7_400_000  # where the numbers of the stand-in banks begin
LEAST_BANKS = 64

Converters = Mapping[int, tuple[list[Callable[..., Any]], Any]]
_Made = tuple[str, tuple[Any, ...], Converters, tuple[object, ...]]
Build = Callable[[Organisation, User, Sequence[UUID]], QuerySet[Any, Any]]


class Statement:
    """One query over a firm, a person and some banks, each as far as the query names it."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._made: dict[tuple[str, int], _Made] = {}

    def rows(
        self, firm: Organisation | None, user: User | None, banks: Iterable[UUID] = ()
    ) -> list[Sequence[Any]]:
        """Run it with these values."""
        wanted = list(banks)
        size = 0
        if wanted:  # a few sizes for all lists; the last bank fills the rest
            size = max(LEAST_BANKS, 1 << (len(wanted) - 1).bit_length())
            wanted += [wanted[-1]] * (size - len(wanted))
        key = (connection.vendor, size)
        if key not in self._made:
            self._made[key] = self._make(size)
        sql, params, converters, places = self._made[key]
        values = _values(firm, user, places, wanted)
        with connection.cursor() as cursor:
            cursor.execute(sql, [values.get(param, param) for param in params])
            found: list[Sequence[Any]] = cursor.fetchall()
        return _converted(found, converters) if converters else found

    def _make(self, size: int) -> _Made:
        banks = [UUID(int=_BANKS + place) for place in range(size)]
        query = self._build(Organisation(pk=_FIRM), User(pk=_PERSON), banks).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        places = tuple(map(_spelled, banks))
        return sql, tuple(params), compiler.get_converters(columns), places


def _values(
    firm: Organisation | None, user: User | None, places: Sequence[object], banks: Sequence[UUID]
) -> dict[object, Any]:
    """What stands for each stand-in, as the database spells it."""
    values: dict[object, Any] = dict(zip(places, map(_spelled, banks), strict=True))
    if firm is not None:
        values[_spelled(_FIRM)] = _spelled(firm.pk)
    if user is not None:
        values[_PERSON] = user.pk
    return values


def _spelled(pk: UUID) -> object:
    return pk if connection.features.has_native_uuid_field else pk.hex


def _converted(rows: Iterable[Sequence[Any]], converters: Converters) -> list[Sequence[Any]]:
    """As a query set would: moments, days and truths from what the database stores."""
    found: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for place, (steps, column) in converters.items():
            value = values[place]
            for step in steps:
                value = step(value, column, connection)
            values[place] = value
        found.append(values)
    return found
