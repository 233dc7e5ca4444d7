"""Pages of long lists: answers and actions, a narrow column a side."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from assessments.comparison import answers as answering
from assessments.comparison import pages, parts
from assessments.comparison import roadmaps as planning
from assessments.comparison.lineup import LETTERS, Lineup
from assessments.models import ComparisonKind
from assessments.reports.paper.frame import Leaf

LEFT = 4  # dimensions in the first column of answers; the rest stand in the second
MANY, VERY_MANY = 30, 42  # actions on the page of roadmaps


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One row: a short text a side, then what it is about."""

    cells: tuple[parts.Cell, ...]
    title: str
    strong: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListGroup:
    """Rows under a heading."""

    name: str
    counts: tuple[str, ...]
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsLeaf(Leaf):
    """Lists in one or two columns; `heads` are letters that `key` explains."""

    key: str
    measure: str
    heads: tuple[str, ...]
    columns: tuple[tuple[ListGroup, ...], ...]

    template: ClassVar[str] = "comparison/leaves/lists.html"

    noted: bool = False  # a last column says in how many plans

    @property
    def places(self) -> int:
        return len(self.heads)

    @property
    def size(self) -> str:
        if len(self.columns) > 1:
            return "tight" if self.places > LEFT else ""
        lines = sum(len(group.lines) for column in self.columns for group in column)
        if lines <= MANY:
            return ""
        return "tight tighter" if lines > VERY_MANY else "tight"


def key(lineup: Lineup) -> str:
    """Which letter is whose column."""
    if lineup.lettered and lineup.kind != ComparisonKind.REGIONS:
        return _("Columns in the order of the letters.")
    pairs = (f"{LETTERS[place]} {name}" for place, name in enumerate(lineup.names))
    return _("Columns: %(names)s.") % {"names": "; ".join(pairs)}


def answers(lineup: Lineup) -> ListsLeaf | None:
    """Every answer that is open; None where none is."""
    if not lineup.answers_open:
        return None
    found = answering.answers(lineup)
    groups = [
        ListGroup(
            name=group.name,
            counts=(),
            lines=tuple(
                ListLine(
                    cells=line.cells,
                    title=line.title + (" *" if line.critical else ""),
                    strong=line.differs,
                )
                for line in group.lines
            ),
        )
        for group in found.groups
    ]
    notes = [answering.key(found), _("*: critical control."), answering.closed_note(found)]
    return ListsLeaf(
        kicker=_("Answers side by side"),
        title=pages.answers_title(lineup, found),
        key=key(lineup),
        measure=_("▲ ▼ and bold: a level or more from %(name)s") % {"name": lineup.reference},
        heads=tuple(LETTERS[: len(lineup.sides)]),
        columns=(tuple(groups[:LEFT]), tuple(groups[LEFT:]))
        if len(groups) > LEFT
        else (tuple(groups),),
        source=" ".join(note for note in notes if note),
    )


def roadmaps(lineup: Lineup) -> ListsLeaf:
    """The plans by stage."""
    found = planning.roadmaps(lineup)
    groups = tuple(
        ListGroup(
            name=stage.name,
            counts=stage.counts,
            lines=tuple(
                ListLine(
                    cells=tuple(parts.Cell(value=text) for text in line.texts),
                    title=line.title,
                    strong=line.common,
                    note=line.shared,
                )
                for line in stage.lines
            ),
        )
        for stage in found.stages
    )
    return ListsLeaf(
        kicker=_("Roadmaps by stage"),
        title=pages.roadmaps_title(found),
        key=key(lineup),
        measure=_(
            "The quarter of its plan in which each begins an action; beside a stage: how many are "
            "planned. Bold: in all plans"
        ),
        heads=tuple(LETTERS[: len(lineup.sides)]),
        columns=(groups,),
        noted=True,
        source=pages.roadmaps_note(found)
        or _("Source: the roadmaps published with each result, counted from each plan’s start."),
    )
