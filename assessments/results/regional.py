"""Customers by region: one bank score, one customer score and one strategy a region."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.results import story, svg
from assessments.results.subject import Source
from assessments.ui import numbers
from maturity.assess import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """One region, or the bank's customers as a whole. Empty texts where there is no score."""

    name: str
    score: str
    interval: str
    strategy: str
    strategy_name: str
    sure: str
    chart: svg.ScoreStrip
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """The exhibit, its title naming the regions that need another strategy."""

    title: str
    measure: str
    rows: tuple[RegionRow, ...]
    note: str


def regions(source: Source) -> Regions | None:
    """Regions from the customers furthest ahead to those furthest behind; None without any."""
    if not source.regions:
        return None
    ordered = sorted(
        source.regions.items(), key=lambda pair: (-(pair[1].customer.score or 0), pair[0])
    )
    rows = [_row(source, name, findings) for name, findings in ordered]
    whole = _row(source, _("All customers"), source.findings, whole=True)
    return Regions(
        title=_title(source),
        measure=_(
            "Customer maturity by region, 0 to 100, with its 90 %% range; the line is the midline "
            "%(line)s. The bank’s own score is the same everywhere."
        )
        % {"line": numbers.score(source.findings.midlines.customer)},
        rows=(whole, *rows),
        note=_(
            "Estimated by the lead for each region apart; a customer pulse is not part of it. The "
            "bank-wide roadmap follows the strategy of all customers; actions for a region cover "
            "the rest."
        ),
    )


def _title(source: Source) -> str:
    whole = source.findings.placement
    apart = sorted(
        name
        for name, findings in source.regions.items()
        if findings.placement and whole and findings.placement.strategy != whole.strategy
    )
    if not apart:
        return _("Every region calls for the same strategy")
    return ngettext(
        "%(count)s region calls for another strategy: %(names)s",
        "%(count)s regions call for another strategy: %(names)s",
        len(apart),
    ) % {"count": numbers.number(len(apart)), "names": ", ".join(apart)}


def _row(source: Source, name: str, findings: Findings, *, whole: bool = False) -> RegionRow:
    customer, placement = findings.customer, findings.placement
    interval = None
    if customer.score is not None and customer.se is not None:
        interval = story.reach(customer.score, customer.se, source.framework.parameters.z90)
    shown = numbers.interval(*interval) if interval else "–"
    score = numbers.score(customer.score)
    strategy = placement.strategy if placement else ""
    strategy_name = source.short(strategy) if strategy else ""
    return RegionRow(
        name=name,
        score=score,
        interval=shown,
        strategy=strategy,
        strategy_name=strategy_name,
        sure=numbers.probability(placement.probabilities[strategy]) if placement else "",
        chart=svg.ScoreStrip(
            label=f"{name} {score}. {shown}. {strategy_name}".strip(),
            value=customer.score,
            tone=strategy or "control",
            interval=interval,
            midline=findings.midlines.customer,
        ),
        whole=whole,
    )
