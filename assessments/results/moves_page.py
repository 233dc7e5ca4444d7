"""What moved between two rounds, in rows and words, and which finished actions may explain it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.history.moves import Change, Explained, Moved
from assessments.history.queries import Pair
from assessments.results.subject import MOST_UNSPLIT, joined
from assessments.ui import numbers
from maturity.framework import CUSTOMERS
from maturity.wording import Wording

MOST_NAMED = 8  # questions in one sentence; of more their number is told


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A figure then and now. `verdict` says in a word what its interval allows to say."""

    name: str
    before: str
    after: str
    by: str
    interval: str
    verdict: str
    tone: str  # up, down, unsure


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMove:
    """One question whose answer moved, and the finished actions that lift it."""

    row: ChangeRow
    actions: tuple[str, ...]
    unexplained: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionMoves:
    """A dimension's change and its questions. Customers stand in the table as an axis already."""

    row: ChangeRow
    tabled: bool
    summary: str
    items: tuple[ItemMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesView:
    """What moved between two rounds. `refused` says why nothing is compared."""

    title: str
    refused: str
    notes: tuple[str, ...]
    axes: tuple[ChangeRow, ...]
    dimensions: tuple[DimensionMoves, ...]
    alone: str
    still_title: str
    still: tuple[str, ...]


def moves_view(pair: Pair, words: Wording) -> MovesView:
    """Lay out what moved, and the finished actions beside it."""
    moved, explained = pair.moved, pair.explained
    title = _("What moved from %(before)s to %(after)s") % {
        "before": pair.before.period,
        "after": pair.after.period,
    }
    if moved is None or explained is None:
        return MovesView(
            title=title,
            refused=_(
                "One of these rounds was made with a framework version that this program no longer "
                "has, so nothing of them is compared. Their published scores stand above."
            ),
            notes=(),
            axes=(),
            dimensions=(),
            alone="",
            still_title="",
            still=(),
        )
    when = {one.action: one.on for one in pair.finished}
    told = {
        action: _("%(title)s, finished %(day)s")
        % {"title": words.actions[action].title, "day": numbers.day(on)}
        for action, on in when.items()
        if action in words.actions
    }
    alone = [item for item in explained.alone if not _few(pair, moved, item)]
    return MovesView(
        title=title,
        refused="",
        notes=_notes(pair, moved),
        axes=_axis_rows(pair, moved),
        dimensions=tuple(
            _dimension(_Material(pair, moved, explained, words, told), name)
            for name in (*moved.framework.dimensions, CUSTOMERS)
            if name in moved.dimensions or moved.of(name)
        ),
        alone=_alone(alone, words)
        if told
        else _("No action of an adopted plan was reported as done between these rounds."),
        still_title=ngettext(
            "%(count)s action was finished without a move of what it lifts",
            "%(count)s actions were finished without a move of what they lift",
            len(explained.still),
        )
        % {"count": numbers.number(len(explained.still))}
        if explained.still
        else "",
        still=tuple(told[action] for action in explained.still if action in told),
    )


def _notes(pair: Pair, moved: Moved) -> tuple[str, ...]:
    notes = []
    if len(moved.common.versions) > 1:
        notes.append(_across(moved))
    then, now = moved.bases
    if then != now:
        notes.append(
            _(
                "Customers are not known in the same way: %(then)s then, %(now)s now. Part of their "
                "change is that."
            )
            % {"then": _basis(then), "now": _basis(now)}
        )
    if any(_few(pair, moved, item) for item in moved.items):
        notes.append(
            _(
                "Answers were anonymous: questions that fewer than four people rated are not shown "
                "apart."
            )
        )
    return tuple(notes)


def _across(moved: Moved) -> str:
    return _(
        "Framework %(old)s and %(new)s: compared over the %(same)s questions that both ask alike, "
        "scored anew over these alone; %(left)s are left out."
    ) % {
        "old": moved.common.versions[0],
        "new": moved.common.versions[-1],
        "same": numbers.number(len(moved.common.items)),
        "left": numbers.number(len(moved.common.left_out)),
    }


def _basis(basis: str) -> str:
    return {
        "estimate": _("estimated by the bank"),
        "blended": _("an estimate blended with a pulse"),
        "measured": _("measured by a pulse"),
    }.get(basis, _("not known"))


def _few(pair: Pair, moved: Moved, item: str) -> bool:
    """Whether an item's level is that of a small group in an anonymous round (decision 6)."""
    return any(
        one.anonymous and 0 < raters < min(MOST_UNSPLIT, one.respondents)
        for one, raters in zip((pair.before, pair.after), moved.raters[item], strict=True)
    )


def _axis_rows(pair: Pair, moved: Moved) -> tuple[ChangeRow, ...]:
    gated = any(one.counted != one.bank.value for one in (pair.before, pair.after))
    rows = []
    if moved.bank:
        name = _("Bank, before the risk gate") if gated else _("Bank")
        rows.append(_row(name, moved.bank))
    if gated and pair.before.counted is not None and pair.after.counted is not None:
        counted = Change(before=pair.before.counted, after=pair.after.counted, half=None)
        rows.append(
            ChangeRow(
                name=_("Bank, counted"),
                before=numbers.score(counted.before),
                after=numbers.score(counted.after),
                by=numbers.signed(counted.by),
                interval="–",
                verdict=_("held by the risk gate"),
                tone="unsure",
            )
        )
    if moved.customer:
        rows.append(_row(_("Customers"), moved.customer))
    return tuple(rows)


def _row(name: str, change: Change, places: int = 1) -> ChangeRow:
    interval = change.interval
    return ChangeRow(
        name=name,
        before=numbers.number(change.before, places),
        after=numbers.number(change.after, places),
        by=numbers.signed(change.by, places),
        interval=_("%(low)s to %(high)s")
        % {
            "low": numbers.signed(interval[0], places),
            "high": numbers.signed(interval[1], places),
        }
        if interval
        else "–",
        verdict={
            "up": _("▲ up"),
            "down": _("▼ down"),
            "not sure": _("not sure"),
            "same": _("unchanged"),
        }[change.verdict],
        tone={"up": "up", "down": "down"}.get(change.verdict, "unsure"),
    )


@dataclass(frozen=True, slots=True)
class _Material:
    """What the rows of a dimension are written from; `told` has finished actions in words."""

    pair: Pair
    moved: Moved
    explained: Explained
    words: Wording
    told: Mapping[str, str]


def _dimension(of: _Material, name: str) -> DimensionMoves:
    moved, explained, words, told = of.moved, of.explained, of.words, of.told
    changed = {
        item: move for item, move in moved.of(name).items() if not _few(of.pair, moved, item)
    }
    change = moved.customer if name == CUSTOMERS else moved.dimensions.get(name)
    title = words.dimensions[name].name
    row = (
        _row(title, change)
        if change
        else ChangeRow(
            name=title,
            before="–",
            after="–",
            by="–",
            interval="–",
            verdict=_("not scored in both"),
            tone="unsure",
        )
    )
    return DimensionMoves(
        row=row,
        tabled=name != CUSTOMERS,
        summary=_summary(changed, explained),
        items=tuple(
            ItemMove(
                row=_row(words.items[item].title, move),
                actions=tuple(
                    told[action] for action in explained.items.get(item, ()) if action in told
                ),
                unexplained=_("No finished action lifts this.")
                if move.by > 0 and item not in explained.items and told
                else "",
            )
            for item, move in changed.items()
        ),
    )


def _summary(changed: dict[str, Change], explained: Explained) -> str:
    if not changed:
        return _("No answer moved.")
    up = sum(move.by > 0 for move in changed.values())
    text = ngettext("%(count)s answer moved", "%(count)s answers moved", len(changed)) % {
        "count": numbers.number(len(changed))
    }
    beside = sum(item in explained.items for item in changed)
    parts = [
        text,
        _("%(up)s up, %(down)s down")
        % {"up": numbers.number(up), "down": numbers.number(len(changed) - up)},
    ]
    if beside:
        parts.append(
            ngettext(
                "finished actions may explain %(count)s",
                "finished actions may explain %(count)s",
                beside,
            )
            % {"count": numbers.number(beside)}
        )
    return "; ".join(parts)


def _alone(items: Sequence[str], words: Wording) -> str:
    if not items:
        return ""
    if len(items) > MOST_NAMED:
        return _("%(count)s answers rose without a finished action.") % {
            "count": numbers.number(len(items))
        }
    return _("Rose without a finished action: %(names)s.") % {
        "names": joined([words.items[item].title for item in items])
    }
