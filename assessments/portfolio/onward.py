"""Where the selected clients go: to the quadrant, to a comparison, or to a batch of reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.utils.translation import gettext

from assessments.portfolio import asked as asking
from assessments.portfolio.asked import MOST_SELECTED, Asked
from assessments.ui.numbers import number

SHOW = "show"
# What may be done with a selection, and the page of another room that does it.
PAGES: Mapping[str, str] = {"compare": "compare", "reports": "batch_new"}
MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The view that the selection was made in, the rounds selected, and what to do with them."""

    view: Asked
    rounds: tuple[str, ...]
    do: str

    @property
    def too_many(self) -> bool:
        """Whether not all of them can be drawn at a time."""
        return self.do == SHOW and len(self.rounds) > MOST_SELECTED


def mounted(name: str) -> bool:
    """Whether a room beside this one has its page under this name."""
    return name in get_resolver().reverse_dict


def read(query: QueryDict) -> Wanted:
    """Read the form around the table. Raises BadRequest for what it cannot send."""
    rest = query.copy()
    chosen, done = rest.pop("select", []), rest.pop("do", [SHOW])
    if len(chosen) > MOST_ROUNDS or len(done) != 1 or done[0] not in {SHOW, *PAGES}:
        raise BadRequest("do")
    if done[0] != SHOW and not mounted(PAGES[done[0]]):
        raise BadRequest("do")
    rounds = tuple(dict.fromkeys(asking.round_id(value) for value in chosen))
    return Wanted(view=asking.read(rest), rounds=rounds, do=done[0])


def address(firm: UUID, wanted: Wanted) -> str:
    """Where to go on; back to the table where nothing was selected."""
    if wanted.do == SHOW or not wanted.rounds:
        query = wanted.view.query(select=wanted.rounds[:MOST_SELECTED])
        return f"{reverse('firm', args=[firm])}?{query}#clients"
    rounds = [("round", str(UUID(one))) for one in wanted.rounds]
    if wanted.do == "compare":  # it belongs to no firm, but keeps this one's tabs
        return f"{reverse('compare')}?{urlencode([*rounds, ('firm', str(firm))])}"
    return f"{reverse('batch_new', args=[firm])}?{urlencode(rounds)}"


def too_many() -> str:
    """Said where more were selected than can be drawn."""
    return gettext("The quadrant shows the first %(most)s of the clients that you selected.") % {
        "most": number(MOST_SELECTED)
    }
