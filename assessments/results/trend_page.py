"""What the template of a bank's history sees: rounds over time, and what moved between two."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.history.queries import Pair, PublishedRound, Reading
from assessments.models import Assessment, Organisation
from assessments.results.exhibits import DataTable
from assessments.results.moves_page import MovesView, moves_view
from assessments.results.subject import joined
from assessments.results.trend_svg import Trend, TrendPoint
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_framework, load_wording
from maturity.wording import Wording

MOST_DRAWN = 12  # rounds in the charts; the table holds them all


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """One score over the rounds."""

    title: str
    summary: str
    chart: Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyRow:
    """What a round was told as its strategy, and what it found where that differs."""

    period: str
    url: str
    day: str
    strategy: str  # id, for the mark
    name: str
    note: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChoice:
    value: str
    text: str
    earlier: bool
    later: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPage:
    bank: BankNav
    title: str
    lead: str
    axes: tuple[TrendView, ...]
    dimensions: tuple[TrendView, ...]
    source: str
    table: DataTable | None
    strategies: tuple[StrategyRow, ...]
    choices: tuple[RoundChoice, ...]
    fault: str
    moves: MovesView | None


def trend_page(
    organisation: Organisation,
    rounds: Sequence[PublishedRound],
    pair: Pair | None,
    *,
    fault: str = "",
) -> TrendPage:
    """Write the history of a bank; `fault` says why the two rounds asked for are not compared."""
    words = load_wording(get_language() or "en")
    drawn = tuple(rounds[-MOST_DRAWN:])
    last = rounds[-1] if rounds else None
    nav = bank_nav(organisation, "results", Assessment(pk=last.pk) if last else None)
    return TrendPage(
        bank=nav,
        title=_title(rounds, pair),
        lead=_lead(rounds),
        axes=_axes(drawn),
        dimensions=_dimensions(drawn, words) if last else (),
        source=_source(rounds, drawn),
        table=_table(rounds, words) if last else None,
        strategies=tuple(_strategy(one, words) for one in reversed(rounds)),
        choices=_choices(rounds, pair),
        fault=fault,
        moves=moves_view(pair, words) if pair else None,
    )


# ---- words above ------------------------------------------------------------------------------


def _title(rounds: Sequence[PublishedRound], pair: Pair | None) -> str:
    if not rounds:
        return _("No published round yet")
    if pair is None:
        return _("One published round so far: %(period)s") % {"period": rounds[-1].period}
    change = pair.moved.bank if pair.moved else None
    if change is None:
        return _("%(count)s published rounds") % {"count": numbers.number(len(rounds))}
    words = {
        "period": pair.before.period,
        "by": numbers.number(abs(change.by), 1),
        "signed": numbers.signed(change.by),
    }
    return {
        "up": _("The bank rose by %(by)s points since %(period)s"),
        "down": _("The bank fell by %(by)s points since %(period)s"),
        "same": _("The bank’s score is what it was in %(period)s"),
        "not sure": _("Whether the bank moved since %(period)s is not sure: %(signed)s points"),
    }[change.verdict] % words


def _lead(rounds: Sequence[PublishedRound]) -> str:
    if not rounds:
        return _("The history begins with the first round whose result is published.")
    if len(rounds) == 1:
        return _("What moved, and what may explain it, shows from the second published round on.")
    return (
        _(
            "Every score with its 90 %% range. A difference within its own 90 %% range is called “not "
            "sure”: other raters of the same bank could have produced it."
        )
        % ()
    )


def _source(rounds: Sequence[PublishedRound], drawn: Sequence[PublishedRound]) -> str:
    texts = [
        _(
            "Dots: published scores, the bank’s before the risk gate. Whiskers: 90 %% ranges. Rounds "
            "stand at equal distances, whatever time lies between them."
        )
        % ()
    ]
    if _breaks(drawn):
        texts.append(
            _(
                "Dashed line: the framework’s version changed there; scores on its two sides come "
                "from different questions and are not compared point by point."
            )
        )
    if len(drawn) < len(rounds):
        texts.append(
            _("The last %(count)s rounds are drawn; the table has them all.")
            % {"count": numbers.number(len(drawn))}
        )
    return " ".join(texts)


# ---- charts -----------------------------------------------------------------------------------


def _breaks(rounds: Sequence[PublishedRound]) -> tuple[int, ...]:
    """Places of rounds whose framework differs from that of the round before."""
    return tuple(
        place
        for place in range(1, len(rounds))
        if rounds[place].version != rounds[place - 1].version
    )


def _axes(rounds: Sequence[PublishedRound]) -> tuple[TrendView, ...]:
    if not rounds:
        return ()
    return (
        _view(_("Bank"), rounds, [one.bank for one in rounds], midline=50.0),
        _view(
            _("Customers"),
            rounds,
            [one.customer for one in rounds],
            midline=50.0,
            tone="innovate",
        ),
    )


def _dimensions(rounds: Sequence[PublishedRound], words: Wording) -> tuple[TrendView, ...]:
    nothing = Reading(value=None)
    return tuple(
        _view(
            words.dimensions[name].name,
            rounds,
            [one.dimensions.get(name, nothing) for one in rounds],
        )
        for name in load_framework().dimensions
    )


def _view(
    title: str,
    rounds: Sequence[PublishedRound],
    readings: Sequence[Reading],
    *,
    midline: float | None = None,
    tone: str = "brand",
) -> TrendView:
    points = tuple(
        TrendPoint(
            period=one.period,
            value=reading.value,
            low=reading.low,
            high=reading.high,
            text=numbers.score(reading.value),
        )
        for one, reading in zip(rounds, readings, strict=True)
    )
    told = joined([f"{point.period} {point.text}" for point in points])
    return TrendView(
        title=title,
        summary=_("%(from)s → %(to)s") % {"from": points[0].text, "to": points[-1].text}
        if len(points) > 1
        else points[0].text,
        chart=Trend(
            label=_("%(name)s by round: %(scores)s") % {"name": title, "scores": told},
            points=points,
            tone=tone,
            midline=midline,
            breaks=_breaks(rounds),
        ),
    )


def _table(rounds: Sequence[PublishedRound], words: Wording) -> DataTable:
    names = tuple(load_framework().dimensions)
    nothing = Reading(value=None)
    return DataTable(
        caption=_("Scores of every published round with their 90 %% ranges") % (),
        columns=(
            _("Round"),
            _("Bank"),
            _("Bank, counted"),
            _("Customers"),
            *(words.dimensions[name].name for name in names),
            _("Framework"),
        ),
        rows=tuple(
            (
                one.period,
                _cell(one.bank),
                numbers.score(one.counted),
                _cell(one.customer),
                *(_cell(one.dimensions.get(name, nothing)) for name in names),
                one.version,
            )
            for one in rounds
        ),
    )


def _cell(reading: Reading) -> str:
    if reading.low is None or reading.high is None:
        return numbers.score(reading.value)
    return f"{numbers.score(reading.value)} ({numbers.interval(reading.low, reading.high)})"


# ---- strategy per round -----------------------------------------------------------------------


def _strategy(one: PublishedRound, words: Wording) -> StrategyRow:
    return StrategyRow(
        period=one.period,
        url=reverse("results", args=[one.pk]),
        day=numbers.day(one.day),
        strategy=one.shown,
        name=words.strategies[one.shown].name if one.shown else _("No placement"),
        note=_strategy_note(one, words),
        version=_("Framework %(version)s") % {"version": one.version},
    )


def _strategy_note(one: PublishedRound, words: Wording) -> str:
    if not one.found or one.probability is None:
        return ""
    share = numbers.probability(one.probability)
    if one.found == one.shown:
        return _("%(share)s likely") % {"share": share}
    return _(
        "This round alone found “%(found)s”, %(share)s likely: too little to change course at once."
    ) % {"found": words.strategies[one.found].name, "share": share}


# ---- which two are compared ---------------------------------------------------------------------


def _choices(rounds: Sequence[PublishedRound], pair: Pair | None) -> tuple[RoundChoice, ...]:
    if len(rounds) < len(("one", "other")):
        return ()
    return tuple(
        RoundChoice(
            value=str(one.pk),
            text=one.period,
            earlier=pair is not None and one.pk == pair.before.pk,
            later=pair is not None and one.pk == pair.after.pk,
        )
        for one in reversed(rounds)
    )
