"""What the portfolio's address asks for: filters, order, page and selection, read strictly.

Anything that is not listed here is a bad request (B18 to B20, S32). The address is all there is:
whoever gets it sees the same filters over their own clients.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict

from assessments.models import SizeBand
from maturity import load_framework

MOST_SELECTED = 12  # clients drawn with region, label and trail at a time
MOST_TEXT = 80
MOST_QUERY = 1000  # characters of a kept address
STATUSES = ("open", "overdue", "closed", "none")
PLACEMENTS = ("firm", "leaning", "borderline", "provisional", "none")
ATTENTION = ("any", "overdue", "gate", "down", "borderline", "provisional", "none")
DIMENSIONS = ("cap", "tec", "sup", "rsk", "dat", "skl")
# In the order of the table's columns.
COLUMNS = (
    "name",
    "strategy",
    "placement",
    "bank",
    "move",
    "customer",
    "customer_move",
    *DIMENSIONS,
    "gate",
    "agreement",
    "silent",
    "coverage",
    "plan",
    "activity",
    "due",
)
NOBODY = "none"  # as the responsible consultant
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z.\-]{1,12}", re.ASCII)
_PERSON = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One view of the portfolio. An empty filter lets everything through."""

    q: str = ""  # part of the bank's name
    country: str = ""  # ISO 3166-1 alpha-2
    region: str = ""  # the name of one of the bank's regions
    size: str = ""
    strategy: str = ""  # as displayed
    status: str = ""  # of the round at work
    placement: str = ""
    version: str = ""  # of the framework
    period: str = ""  # of the latest result
    tag: str = ""
    responsible: str = ""  # a person's number, or "none"
    attention: str = ""  # one of the reasons, or "any"
    sort: str = ""
    page: int = 1
    select: tuple[str, ...] = ()  # rounds with a result, each as 32 hexadecimal digits

    @property
    def filters(self) -> Mapping[str, str]:
        """The filters that are set, in the order of the form."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    @property
    def column(self) -> str:
        """What the table is ordered by."""
        return self.sort.lstrip("-") or "name"

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    def query(self, **changes: Any) -> str:
        """The part of the address after the question mark; its page is the first unless named."""
        shown = replace(self, **({"page": 1} | changes))
        parts: list[tuple[str, Any]] = list(shown.filters.items())
        if shown.sort:
            parts.append(("sort", shown.sort))
        if shown.page > 1:
            parts.append(("page", shown.page))
        parts += [("select", str(UUID(one))) for one in shown.select]
        return urlencode(parts)

    def address(self, **changes: Any) -> str:
        """This view with something else, as a link on its own page."""
        return f"?{self.query(**changes)}"


_OTHERS = ("sort", "page", "select")
FILTERS = tuple(field.name for field in fields(Asked) if field.name not in _OTHERS)


def read(query: QueryDict) -> Asked:
    """Read an address. Raises BadRequest for a key or a value that it cannot have."""
    found: dict[str, Any] = {}
    for key, values in query.lists():
        if key == "select":
            found[key] = _selected(values)
        elif key not in _MAY_BE or len(values) > 1:
            raise BadRequest(key)
        elif value := values[0].strip() if key in _TYPED else values[0]:
            if not _MAY_BE[key](value):
                raise BadRequest(key)
            found[key] = int(value) if key == "page" else value
    return Asked(**found)


def read_kept(text: str) -> Asked:
    """Read an address that was kept. Raises BadRequest where it means nothing any more."""
    return read(QueryDict(text))


def round_id(value: str) -> str:
    """The id of a round as 32 hexadecimal digits. Raises BadRequest."""
    if not _ID.fullmatch(value):
        raise BadRequest("select")
    return UUID(value).hex


def _selected(values: list[str]) -> tuple[str, ...]:
    if len(values) > MOST_SELECTED:
        raise BadRequest("select")
    return tuple(dict.fromkeys(round_id(value) for value in values))


def _line(value: str) -> bool:
    """A short text without control characters, surrogates or marks that reorder."""
    unfit = {"Cc", "Cs", "Cf", "Cn", "Zl", "Zp"}
    return len(value) <= MOST_TEXT and not any(unicodedata.category(c) in unfit for c in value)


def _one_of(*values: str) -> Callable[[str], bool]:
    return frozenset(values).__contains__


def _strategy(value: str) -> bool:
    return value in load_framework().strategies


_TYPED = frozenset({"q"})
_MAY_BE: Mapping[str, Callable[[str], object]] = {
    "q": _line,
    "country": _COUNTRY.fullmatch,
    "region": _line,
    "size": _one_of(*SizeBand.values),
    "strategy": _strategy,
    "status": _one_of(*STATUSES),
    "placement": _one_of(*PLACEMENTS),
    "version": _VERSION.fullmatch,
    "period": _line,
    "tag": _line,
    "responsible": lambda value: value == NOBODY or _PERSON.fullmatch(value),
    "attention": _one_of(*ATTENTION),
    "sort": _one_of(*COLUMNS, *(f"-{name}" for name in COLUMNS)),
    "page": _PAGE.fullmatch,
}
