"""Puts the pages of a comparison in order: cover, eight exhibits at most, and how it was compared."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from assessments.comparison.lineup import Lineup
from assessments.comparison.paper import charted, cover, listed, method, tabled
from assessments.reports.paper.document import Document
from assessments.reports.paper.frame import Leaf
from assessments.results.subject import joined

ORDER: tuple[Callable[[Lineup], Leaf | None], ...] = (
    tabled.summary,
    charted.quadrant,
    charted.dimensions,
    charted.facets,
    tabled.customers,
    tabled.gates,
    listed.answers,
    listed.roadmaps,
    method.build,
)


def build(lineup: Lineup, language: str) -> Document:
    """All pages, in order."""
    return Document(
        language=language,
        direction="rtl" if get_language_info(language)["bidi"] else "ltr",
        title=lineup.heading,
        subject=_("Social banking maturity"),
        tone=lineup.first.strategy_id,
        accent="",
        cover=cover.build(lineup),
        leaves=tuple(leaf for make in ORDER if (leaf := make(lineup)) is not None),
        foot=_foot(lineup),
        framework=_("Framework %(version)s") % {"version": joined(lineup.versions)},
    )


def html(lineup: Lineup, language: str) -> str:
    """The whole comparison as one HTML text, in the language that is active."""
    return render_to_string("reports/report.html", {"report": build(lineup, language)})


def _foot(lineup: Lineup) -> str:
    texts = [
        lineup.heading,
        _("fictional") if lineup.fictional else "",
        _("Confidential"),
    ]
    return " · ".join(text for text in texts if text)
