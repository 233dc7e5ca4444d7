"""The six dimensions, awareness and usage apart."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.reports.paper import edition as facts
from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.results import profile, svg
from assessments.ui import numbers

CHART = svg.Paper(282, 26)
AXIS = svg.Paper(282, 20)
ROW = 28  # px from row to row, as the style sheet has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One dimension; ``best`` names who can answer it best."""

    name: str
    about: str
    awareness: str
    usage: str
    score: str
    level: str
    coverage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionsLeaf(Leaf):
    """A dot plot in table form."""

    chart_title: str
    measure: str
    chart: SafeString
    rows: tuple[Row, ...]
    apart_title: str
    apart: tuple[profile.SayDo, ...]
    apart_none: str
    about_title: str

    template: ClassVar[str] = "reports/leaves/dimensions.html"


def build(edition: Edition) -> DimensionsLeaf:
    """The dimension page."""
    made = edition.page.dimensions
    apart = edition.page.say_do
    return DimensionsLeaf(
        kicker=_("The bank"),
        title=made.title,
        sentence=_("Each dimension is half awareness (known, decided, agreed), half usage (done)."),
        chart_title=_("Six dimensions, weakest first"),
        measure=_("Ring: awareness. Dot: usage. 0–100; lines at the edges of the five levels"),
        chart=plots.rows([row.chart.draw(CHART) for row in made.rows], ROW, made.axis.draw(AXIS)),
        rows=tuple(
            Row(
                name=row.name,
                about=edition.source.wording.dimensions[row.id].about,
                awareness=row.awareness,
                usage=row.usage,
                score=row.score,
                level=row.level,
                coverage=row.coverage,
            )
            for row in made.rows
        ),
        apart_title=_("Where knowing and doing part"),
        apart=apart,
        apart_none="" if apart else edition.page.say_do_note,
        about_title=_("What each dimension covers"),
        so_what=_so_what(edition, made),
        source=facts.basis(edition),
    )


def _so_what(edition: Edition, made: profile.Profile) -> tuple[Point, ...]:
    bank = edition.source.findings.bank
    points = []
    if bank.weakest is not None and bank.level is not None:
        name = edition.source.dimension(bank.weakest)
        points.append(
            Point(
                lead=_("The chain holds at its weakest link."),
                text=_(
                    "The level label may be at most one above the weakest dimension, which is "
                    "%(name)s."
                )
                % {"name": name},
            )
        )
    knows = [d for d in bank.dimensions.values() if d.gap is not None and d.gap > 0]
    gaps = [d for d in bank.dimensions.values() if d.gap is not None]
    if gaps:
        points.append(
            Point(
                lead=_("From knowing to doing."),
                text=_(
                    "Awareness is ahead of usage in %(ahead)s of %(all)s dimensions: there, the "
                    "next step is work, not another plan."
                )
                % {"ahead": numbers.number(len(knows)), "all": numbers.number(len(gaps))},
            )
        )
    thin = [row.name for row in made.rows if row.thin]
    if thin:
        points.append(
            Point(
                lead=_("Answer more before relying on it."),
                text=_("Coverage is thin in: %(names)s.") % {"names": ", ".join(thin)},
            )
        )
    return tuple(points)
