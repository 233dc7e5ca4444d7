"""Every answer, question by question; never a respondent's note or name."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf
from assessments.ui import numbers
from maturity.framework import CUSTOMERS, FACETS, Item

LEFT = 4  # dimensions in the first column; the rest and the customers stand in the second


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question with its merged answer. ``tone`` 0 is no level."""

    title: str
    level: str
    tone: int
    headline: str
    evidence: str
    agreed: bool
    core: bool
    critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One dimension's questions."""

    name: str
    score: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendixLeaf(Leaf):
    """Two columns of tables."""

    columns: tuple[tuple[Group, ...], ...]

    template: ClassVar[str] = "reports/leaves/appendix.html"


def build(edition: Edition) -> AppendixLeaf:
    """The appendix."""
    framework = edition.source.framework
    groups = [_group(edition, dimension) for dimension in (*framework.dimensions, CUSTOMERS)]
    return AppendixLeaf(
        kicker=_("Appendix"),
        title=ngettext(
            "All %(count)s answer, question by question",
            "All %(count)s answers, question by question",
            len(framework.items),
        )
        % {"count": numbers.number(len(framework.items))},
        columns=(tuple(groups[:LEFT]), tuple(groups[LEFT:])),
        source=_source(edition),
    )


def _source(edition: Edition) -> str:
    texts = [
        _(
            "Level 1–5; DK: nobody knew; N/A: does not apply; –: blank. Evidence E0 claimed, "
            "E1 described, E2 document seen, E3 verified. Bold: core question, double weight. "
            "Triangle: critical control."
        )
    ]
    if edition.respondents > 1:
        texts.append(
            _("Means of several respondents show one decimal; the wording is the nearest level’s.")
        )
    if any(score.agreed for score in edition.source.findings.items.values()):
        texts.append(_("Agreed: settled in a meeting."))
    return " ".join(texts)


def _group(edition: Edition, dimension: str) -> Group:
    found = edition.source.findings
    if dimension == CUSTOMERS:
        score = found.estimate.score if found.estimate else None
    else:
        scored = found.bank.dimensions.get(dimension)
        score = scored.score if scored else None
    items = [item for facet in FACETS for item in edition.source.framework.facets[dimension, facet]]
    return Group(
        name=edition.source.dimension(dimension),
        score=numbers.score(score),
        answers=tuple(_answer(edition, item) for item in items),
    )


def _answer(edition: Edition, item: Item) -> Answer:
    score, words = edition.score(item.id), edition.words(item.id)
    few = edition.source.few(item.id) and not score.agreed
    tone = 0 if few else int((score.level or 0) + 0.5)
    if few:
        level, headline = "·", _("Too few answers to show")
    elif score.level is not None:
        level, headline = numbers.number(score.level, score.level % 1 > 0), ""
        headline = words.levels[tone - 1].headline
    else:
        level = {"dk": _("DK"), "na": _("N/A")}.get(score.kind, "–")
        headline = {"dk": _("Don’t know"), "na": _("Not applicable")}.get(
            score.kind, _("Not answered")
        )
    return Answer(
        title=words.title,
        level=level,
        tone=tone,
        headline=headline,
        evidence=score.evidence if score.kind == "rated" and not few else "",
        agreed=score.agreed,
        core=item.weight > 1,
        critical=item.critical,
    )
