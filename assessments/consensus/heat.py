"""The pieces of the heatmap: cells, strips and the bar of a spread, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.consensus.queries import Cell
from assessments.models import Special
from assessments.results import svg
from assessments.ui import numbers
from maturity.agreement import WIDEST, DimensionAgreement, ItemAgreement

CAUTION_BELOW = 3  # raters; fewer show with a caution (framework B.8)
_STEPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """A digit on the ramp, or why there is none. `about` is read out in place of a sign."""

    text: str
    css: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far ratings lie apart, in words, in levels and as a bar (its length in per cent)."""

    range: str
    ad: str
    band: str
    length: str
    css: str
    caution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many ratings lie on one level."""

    level: str
    count: str
    css: str


def heat_cell(cell: Cell) -> HeatCell:
    if cell.hidden:
        return HeatCell(text="", css="hidden", about=_("Not shown to you"))
    if isinstance(cell.answer, int):
        return HeatCell(text=numbers.number(cell.answer), css=f"level-{cell.answer}", about="")
    return {
        Special.DONT_KNOW.value: HeatCell(text="?", css="special", about=_("Don’t know")),
        Special.NOT_APPLICABLE.value: HeatCell(text="–", css="special", about=_("Not applicable")),
    }.get(str(cell.answer), HeatCell(text="", css="blank", about=_("Not answered")))


def level_cell(level: float | None) -> HeatCell:
    """A mean level on the same ramp."""
    if level is None:
        return HeatCell(text="–", css="special", about=_("Too few ratings"))
    return HeatCell(text=numbers.number(level, 1), css=f"level-{int(level + 0.5)}", about="")


def spread_of(found: ItemAgreement, ratings: Sequence[int]) -> Spread:
    low, high = min(ratings), max(ratings)
    return Spread(
        range=range_words(low, high),
        ad=numbers.number(found.ad, 2),
        band=band_words(found.band),
        length=_length(found.ad),
        css=_spread_css(found.ad),
        caution=caution_words(found.n),
    )


def spread_within(found: DimensionAgreement) -> Spread:
    """The same of a dimension: mean distance of its questions, lowest and highest level."""
    return Spread(
        range=range_words(found.low, found.high),
        ad=numbers.number(found.ad, 2),
        band="",
        length=_length(found.ad),
        css=_spread_css(found.ad),
        caution=caution_words(found.fewest),
    )


def range_words(low: int, high: int) -> str:
    if low == high:
        return _("all %(level)s") % {"level": numbers.number(low)}
    return _("%(low)s to %(high)s") % {"low": numbers.number(low), "high": numbers.number(high)}


def caution_words(raters: int) -> str:
    if raters >= CAUTION_BELOW:
        return ""
    return ngettext(
        "%(count)s rating only: read with caution",
        "%(count)s ratings only: read with caution",
        raters,
    ) % {"count": numbers.number(raters)}


def band_words(band: str) -> str:
    """The label of r_wg."""
    return {
        "none": _("no agreement"),
        "weak": _("weak agreement"),
        "moderate": _("moderate agreement"),
        "strong": _("strong agreement"),
        "very strong": _("very strong agreement"),
    }[band]


def _length(ad: float) -> str:
    return f"{100 * ad / WIDEST:.1f}%"


def _spread_css(ad: float) -> str:
    """A fifth of the widest spread for each step of the ramp."""
    return f"spread-{min(_STEPS, 1 + int(_STEPS * ad / WIDEST))}"


def strip(title: str, ratings: Sequence[int]) -> SafeString:
    """One dot per rating on the levels 1 to 5."""
    values = {
        "title": title,
        "low": numbers.number(min(ratings)),
        "high": numbers.number(max(ratings)),
        "count": numbers.number(len(ratings)),
    }
    label = _("%(title)s: %(count)s ratings from %(low)s to %(high)s.") % values
    return svg.AgreementStrip(label=label, ratings=tuple(ratings)).screen


def shares(counts: Sequence[int]) -> tuple[Share, ...]:
    """A distribution over the levels 1 to 5."""
    return tuple(
        Share(
            level=numbers.number(level),
            count=numbers.number(count),
            css=f"level-{level}" if count else "none",
        )
        for level, count in enumerate(counts, start=1)
    )


def axis() -> SafeString:
    """The levels 1 to 5 above strips."""
    names = tuple(numbers.number(level) for level in range(1, _STEPS + 1))
    return svg.RatingAxis(label=_("Levels from 1 to 5"), names=names).screen
