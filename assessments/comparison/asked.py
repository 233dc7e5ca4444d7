"""What the address of a comparison asks for, and what cannot be compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.urls import reverse

from assessments.ui.paging import only as only_keys
from maturity.compare import FEWEST, MOST

Why = Literal[
    "few", "many", "twice", "mixed", "unpublished", "regions", "none", "version", "changed"
]
KEYS = ("round", "regions", "letters", "only", "firm")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class RefusedError(ValueError):
    """Rounds that cannot be compared; `why` says which rule they break."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One comparison. `regions`: of the one round's bank; `only`: answers that differ.

    `letters` stand instead of names. `firm` is where the reader came from, for the tabs alone.
    """

    rounds: tuple[UUID, ...]
    regions: bool = False
    letters: bool = False
    only: bool = False
    firm: UUID | None = None

    def but(self, *, letters: bool | None = None, only: bool | None = None) -> "Asked":
        """The same comparison shown otherwise."""
        return replace(
            self,
            letters=self.letters if letters is None else letters,
            only=self.only if only is None else only,
        )

    def led_by(self, round_: UUID) -> "Asked":
        """The same comparison with another reference; the others keep their order."""
        rest = tuple(pk for pk in self.rounds if pk != round_)
        return replace(self, rounds=(round_, *rest))

    @property
    def query(self) -> str:
        """The part of the address behind the question mark."""
        pairs = [("round", str(pk)) for pk in self.rounds]
        flags = (("regions", self.regions), ("letters", self.letters), ("only", self.only))
        pairs += [(name, "1") for name, on in flags if on]
        if self.firm is not None:
            pairs.append(("firm", str(self.firm)))
        return urlencode(pairs)

    def url(self, name: str = "compare") -> str:
        """The address of this comparison's page or of a file of it."""
        return f"{reverse(name)}?{self.query}"

    @property
    def choose_url(self) -> str:
        """The list to choose from, these rounds chosen."""
        pairs = [("pick", str(pk)) for pk in dict.fromkeys(self.rounds)]
        if self.firm is not None:
            pairs.append(("firm", str(self.firm)))
        return f"{reverse('compare')}?{urlencode(pairs)}"


def read(given: QueryDict) -> Asked:
    """Read an address. Raises BadRequest for what no link of ours holds."""
    only_keys(given, *KEYS)
    return Asked(
        rounds=ids(given.getlist("round")),
        regions=_flag(given, "regions"),
        letters=_flag(given, "letters"),
        only=_flag(given, "only"),
        firm=one_id(given, "firm"),
    )


def ids(texts: Sequence[str]) -> tuple[UUID, ...]:
    """Ids as addresses spell them. Raises BadRequest for anything else."""
    if not all(_UUID.fullmatch(text) for text in texts):
        raise BadRequest("id")
    return tuple(UUID(text) for text in texts)


def one_id(given: QueryDict, key: str) -> UUID | None:
    """The one id under a key, None without. Raises BadRequest for several, or for anything else."""
    found = ids(given.getlist(key))
    if len(found) > 1:
        raise BadRequest(key)
    return found[0] if found else None


def _flag(given: QueryDict, key: str) -> bool:
    texts = given.getlist(key)
    if texts not in ([], ["1"]):
        raise BadRequest(key)
    return bool(texts)


def count(asked: Asked) -> None:
    """Refuse too few, too many, or one round twice. Raises RefusedError."""
    if asked.regions:
        if len(asked.rounds) != 1:
            raise RefusedError("regions")
        return
    if len(set(asked.rounds)) < len(asked.rounds):
        raise RefusedError("twice")
    if len(asked.rounds) < FEWEST:
        raise RefusedError("few")
    if len(asked.rounds) > MOST:
        raise RefusedError("many")
