"""What the address of the list to choose from asks for."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict

from assessments.comparison.asked import Asked, ids, one_id
from assessments.ui.paging import only

KEYS = ("pick", "q", "page", "firm", "bank", "go")
LONGEST = 120  # characters of a search
MOST_PICKED = 100  # far more than may be compared: how many are too many is told in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Rounds chosen so far, words to look for, and where: one firm's clients or one bank."""

    picked: tuple[UUID, ...] = ()
    words: str = ""
    page: str = "1"
    firm: UUID | None = None
    bank: UUID | None = None
    go: bool = False

    @property
    def compare_url(self) -> str:
        """The comparison of what is chosen."""
        return Asked(rounds=self.picked, firm=self.firm).url()


def read(given: QueryDict) -> Choosing:
    """Read an address. Raises BadRequest for what no link or form of ours holds."""
    only(given, *KEYS)
    words, page = given.get("q", ""), given.get("page", "1")
    picked = tuple(dict.fromkeys(ids(given.getlist("pick"))))
    if len(words) > LONGEST or len(picked) > MOST_PICKED or "\x00" in words:
        raise BadRequest("q")
    return Choosing(
        picked=picked,
        words=words.strip(),
        page=page,
        firm=one_id(given, "firm"),
        bank=one_id(given, "bank"),
        go="go" in given and bool(picked),
    )
