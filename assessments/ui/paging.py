"""Long lists in pages. A page that does not exist is a wrong address, not an empty list (B18)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

from assessments.ui.numbers import number

PER_PAGE = 25
_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Where the reader is in a long list; addresses are empty at its ends."""

    shown: str
    total: str
    previous: str
    following: str

    @property
    def needed(self) -> bool:
        return bool(self.previous or self.following)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[Row]):
    """The rows of one page."""

    rows: tuple[Row, ...]
    count: int
    pager: Pager


def page_of(rows: QuerySet[Row], asked: Mapping[str, str], key: str = "page") -> Slice[Row]:
    """The part of an ordered list that the address asks for. Raises BadRequest for any other."""
    text = asked.get(key, "1")
    if not _NUMBER.fullmatch(text):
        raise BadRequest(key)
    paginator = Paginator(rows, PER_PAGE)
    if int(text) > paginator.num_pages:
        raise BadRequest(key)
    page = paginator.page(int(text))
    others = {name: value for name, value in asked.items() if name != key and value}
    pager = Pager(
        shown=number(page.number),
        total=number(paginator.num_pages),
        previous=_address(others, key, page.number - 1) if page.has_previous() else "",
        following=_address(others, key, page.number + 1) if page.has_next() else "",
    )
    return Slice(rows=tuple(page.object_list), count=paginator.count, pager=pager)


def _address(others: Mapping[str, str], key: str, place: int) -> str:
    """The same list elsewhere, its filters kept."""
    return "?" + urlencode({**others, key: place})


def only(asked: Mapping[str, str], *known: str) -> None:
    """Refuse an address with a key that the page does not know (B19). Raises BadRequest."""
    if unknown := set(asked) - set(known):
        raise BadRequest(", ".join(sorted(unknown)))
