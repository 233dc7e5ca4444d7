"""Answers side by side: merged levels where a bank grants them, and only as far as it does."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison.lineup import Lineup, Side
from assessments.comparison.parts import NOTHING, SIGNS, Cell, note
from assessments.models import ComparisonKind
from assessments.ui import numbers
from maturity.answers import ItemScore
from maturity.compare import LEVEL_STEP, Row
from maturity.framework import CUSTOMERS

HIDDEN = "·"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One question, a level a side."""

    id: str
    title: str
    critical: bool
    core: bool
    values: tuple[float | None, ...]
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return any(cell.strong for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGroup:
    """The questions of one dimension."""

    id: str
    name: str
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Every question that is compared; `closed` names the sides whose answers are not open."""

    groups: tuple[AnswerGroup, ...]
    closed: tuple[str, ...]
    hidden: bool  # some answers stay unshown, for few gave them in an anonymous round

    @property
    def lines(self) -> tuple[AnswerLine, ...]:
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def differing(self) -> int:
        return sum(line.differs for line in self.lines)

    def only_differing(self) -> tuple[AnswerGroup, ...]:
        """The groups without the questions on which nobody is a level away."""
        kept = (
            AnswerGroup(
                id=group.id, name=group.name, lines=tuple(x for x in group.lines if x.differs)
            )
            for group in self.groups
        )
        return tuple(group for group in kept if group.lines)


def answers(lineup: Lineup) -> Answers:
    """The answers of the sides that are open to the reader."""
    framework = lineup.first.framework
    groups = []
    for dimension in (*framework.dimensions, CUSTOMERS):
        if lineup.kind == ComparisonKind.REGIONS and dimension != CUSTOMERS:
            continue  # a region differs in its customers alone
        lines = tuple(
            _line(lineup, id_)
            for id_ in lineup.common.items
            if framework.items[id_].dimension == dimension
        )
        if lines:
            groups.append(
                AnswerGroup(id=dimension, name=lineup.first.dimension(dimension), lines=lines)
            )
    found = tuple(groups)
    return Answers(
        groups=found,
        closed=tuple(
            name for side, name in zip(lineup.sides, lineup.names, strict=True) if not side.answers
        ),
        hidden=any(cell.value == HIDDEN for g in found for x in g.lines for cell in x.cells),
    )


def _line(lineup: Lineup, id_: str) -> AnswerLine:
    item = lineup.first.framework.items[id_]
    values = tuple(_level(side, id_) for side in lineup.sides)
    row = Row(values=values, step=LEVEL_STEP)
    return AnswerLine(
        id=id_,
        title=lineup.first.item(id_),
        critical=item.critical,
        core=item.weight > 1,
        values=values,
        cells=tuple(
            Cell(
                value=_text(side, id_),
                sign=SIGNS[where],
                note=note(where, lineup.reference),
            )
            for side, where in zip(lineup.sides, row.sides, strict=True)
        ),
    )


def _shown(side: Side, id_: str) -> bool:
    """Whether this reader may see the merged level of one question of one side."""
    if not side.answers:
        return False
    about_region = side.region and id_.startswith(f"{CUSTOMERS}.")
    if about_region or _score(side, id_).agreed:
        return True
    return not side.source.few(id_)


def _score(side: Side, id_: str) -> ItemScore:
    return side.source.findings.items[id_]


def _level(side: Side, id_: str) -> float | None:
    return _score(side, id_).level if _shown(side, id_) else None


def _text(side: Side, id_: str) -> str:
    if not side.answers:
        return ""
    if not _shown(side, id_):
        return HIDDEN
    score = _score(side, id_)
    if score.level is not None:
        return numbers.number(score.level, 1 if score.level % 1 > 0 else 0)
    return {"dk": _("DK"), "na": _("N/A")}.get(score.kind, NOTHING)


def key(found: Answers) -> str:
    """What the marks among the answers mean."""
    texts = [
        _(
            "Level 1–5, the mean of all who answered or the level agreed in a meeting. DK: nobody "
            "knew; N/A: does not apply; –: not answered."
        )
    ]
    if found.hidden:
        texts.append(_("·: too few people answered an anonymous round to show it."))
    return " ".join(texts)


def closed_note(found: Answers) -> str:
    """Whose answers are not open to the reader."""
    if not found.closed:
        return ""
    return ngettext(
        "Not open to you: the answers of %(names)s.",
        "Not open to you: the answers of %(names)s.",
        len(found.closed),
    ) % {"names": "; ".join(found.closed)}
