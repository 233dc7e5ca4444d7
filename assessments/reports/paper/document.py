"""Puts the pages in order and keeps their number within 12 to 16, a firm's own page not counted."""

from collections.abc import Callable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from assessments.reports.paper import (
    actions,
    agreement,
    appendix,
    benchmarks,
    board,
    channels,
    closing,
    cover,
    customers,
    dimensions,
    gaps,
    method,
    placement,
    roadmap,
    stages,
    strategy,
    strengths,
)
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf

ORDER: tuple[Callable[[Edition], Leaf | None], ...] = (
    board.build,
    placement.build,
    strategy.build,
    dimensions.build,
    customers.build,
    channels.build,
    benchmarks.alone,
    agreement.build,
    strengths.build,
    gaps.build,
    roadmap.build,
    stages.build,
    actions.build,
    actions.later,
    method.build,
    appendix.build,
    closing.build,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the template of the report receives."""

    language: str
    direction: str
    title: str
    subject: str
    tone: str
    accent: str  # "#RRGGBB", or empty for the house's own colours
    cover: cover.Cover
    leaves: tuple[Leaf, ...]
    foot: str
    framework: str


def build(edition: Edition) -> Document:
    """All pages of an edition, in order."""
    leaves = tuple(leaf for make in ORDER if (leaf := make(edition)) is not None)
    return Document(
        language=edition.language,
        direction="rtl" if get_language_info(edition.language)["bidi"] else "ltr",
        title=_title(edition),
        subject=_("Social banking maturity"),
        tone=edition.source.strategy_id,
        accent=edition.dress.accent,
        cover=cover.build(edition),
        leaves=leaves,
        foot=_foot(edition),
        framework=edition.page.framework,
    )


def html(edition: Edition) -> str:
    """The whole report as one HTML text, in the language that is active."""
    return render_to_string("reports/report.html", {"report": build(edition)})


def _title(edition: Edition) -> str:
    parts = [_("%(bank)s: social banking maturity") % {"bank": edition.bank}, edition.period]
    return ", ".join(part for part in parts if part)


def _foot(edition: Edition) -> str:
    parts = [
        edition.bank,
        _("fictional bank") if edition.source.subject.fictional else "",
        edition.period,
        _("Draft: not published") if edition.draft else "",
        _("Confidential"),
    ]
    return " · ".join(part for part in parts if part)
