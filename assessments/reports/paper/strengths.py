"""What the bank can build on, and what its answers rest on."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper import edition as facts
from assessments.reports.paper import plots
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point
from assessments.results import profile
from assessments.results.canvas import COLOURS
from assessments.ui import numbers

MOST_ROWS = 6
GRADES = ("E0", "E1", "E2", "E3")
STRONG = 3.5
SEEN = ("E2", "E3")
# From claimed to verified on the ramp of the levels; unknown or blank is a hairline's grey.
TONES = ("#A9CBE2", "#5C9DC6", "#1F6A9C", "#0A3A5E", COLOURS["hairline"])
BAR = (180.0, 22.0)  # px: a bar's length, and from line to line as in the style sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """One of the highest answers."""

    title: str
    dimension: str
    level: str
    tone: int
    headline: str
    behaviour: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """How many answers of one dimension carry which evidence."""

    name: str
    text: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthsLeaf(Leaf):
    """Strengths, evidence, and with one respondent what that means."""

    rows_title: str
    rows: tuple[Strength, ...]
    backing_title: str
    backing_measure: str
    backing_chart: SafeString
    backings: tuple[Backing, ...]
    alone_title: str
    alone: tuple[str, ...]

    template: ClassVar[str] = "reports/leaves/strengths.html"


def build(edition: Edition) -> StrengthsLeaf:
    """The page of strengths and evidence."""
    top, backings = _top(edition), _backings(edition)
    return StrengthsLeaf(
        kicker=_("Strengths and evidence"),
        title=_title(edition, top),
        sentence=_("A strength counts for more when somebody has seen the proof."),
        rows_title=_("The highest answers, best evidence first among equals"),
        rows=tuple(
            _row(edition, id_) for id_ in top[: MOST_ROWS if edition.respondents > 1 else 5]
        ),
        backing_title=_("Evidence behind the answers"),
        backing_measure=_("Answers by grade; better evidence narrows the 90 % range"),
        backing_chart=plots.bars(
            _("Evidence behind the answers of each dimension, from claimed to verified"),
            [row.shares for row in backings],
            TONES,
            BAR,
        ),
        backings=backings,
        alone_title=_("One respondent: what that means") if _alone(edition) else "",
        alone=_alone_text(edition) if _alone(edition) else (),
        so_what=_so_what(edition),
        source=facts.basis(edition),
    )


def _alone(edition: Edition) -> bool:
    return edition.source.findings.agreement is None


def _top(edition: Edition) -> list[str]:
    """Rated questions by level, evidence, weight and instrument order, as on screen."""
    rated = [
        (-(score.level or 0), -int(score.evidence[1]), -item.weight, place, item.id)
        for place, item in enumerate(edition.source.framework.bank_items)
        if (score := edition.score(item.id)).level is not None
    ]
    return [entry[-1] for entry in sorted(rated)]


def _title(edition: Edition, top: list[str]) -> str:
    if not top:
        return _("0 of %(asked)s bank questions have an answer to build on") % {
            "asked": numbers.number(len(edition.asked))
        }
    first = edition.score(top[0])
    level = first.level or 0
    values = {"title": edition.words(top[0]).title, "level": _level(level)}
    seen = sum(edition.score(item.id).evidence in SEEN for item in edition.answered)
    values["seen"], values["all"] = numbers.number(seen), numbers.number(len(edition.answered))
    if level < STRONG:
        return (
            _("No answer reaches level 4 yet; the highest, “%(title)s”, is at %(level)s") % values
        )
    return (
        _("“%(title)s” leads at level %(level)s; evidence was seen for %(seen)s of %(all)s answers")
        % values
    )


def _level(level: float) -> str:
    return numbers.number(level, level % 1 > 0)


def _row(edition: Edition, id_: str) -> Strength:
    score, words = edition.score(id_), edition.words(id_)
    tone = int((score.level or 0) + 0.5)
    return Strength(
        title=words.title,
        dimension=edition.place(id_),
        level=_level(score.level or 0),
        tone=tone,
        headline=words.levels[tone - 1].headline,
        behaviour=words.levels[tone - 1].plain,
        evidence=profile.evidence(score.evidence),
    )


def _backings(edition: Edition) -> tuple[Backing, ...]:
    rows = []
    for dimension in edition.source.framework.dimensions:
        items = [item for item in edition.asked if item.dimension == dimension]
        rated = [edition.score(item.id) for item in items if edition.score(item.id).kind == "rated"]
        if not items:
            continue
        counts = [sum(score.evidence == grade for score in rated) for grade in GRADES]
        counts.append(len(items) - len(rated))
        rows.append(
            Backing(
                name=edition.source.dimension(dimension),
                text=_counted(counts),
                shares=tuple(count / len(items) for count in counts),
            )
        )
    return tuple(rows)


def _counted(counts: list[int]) -> str:
    """“6 claimed, 1 document seen”: only what there is."""
    names = [*(profile.evidence(grade) for grade in GRADES), _("unknown or blank")]
    parts = [f"{numbers.number(n)} {name}" for n, name in zip(counts, names, strict=True) if n]
    return ", ".join(parts)


def _alone_text(edition: Edition) -> tuple[str, ...]:
    leniency = edition.source.framework.parameters.leniency
    bank = edition.source.findings.bank
    texts = [
        _(
            "One person’s kindness or severity touches every answer alike. The model adds "
            "%(points)s points of standard error for it."
        )
        % {"points": numbers.number(leniency)},
        _("Agreement cannot be measured; no question is known to be disputed."),
    ]
    if bank.ci90 is not None:
        texts.append(
            _("The bank’s 90 %% range is therefore wide: %(range)s.")
            % {"range": numbers.interval(*bank.ci90)}
        )
    return tuple(texts) if edition.respondents == 1 else _several(edition)


def _several(edition: Edition) -> tuple[str, ...]:
    """Several respondents who share no question."""
    return (
        ngettext(
            "%(count)s person answered, but no question has two ratings.",
            "%(count)s people answered, but no question has two ratings.",
            edition.respondents,
        )
        % {"count": numbers.number(edition.respondents)},
        _("Agreement can be measured once two people rate the same question."),
    )


def _so_what(edition: Edition) -> tuple[Point, ...]:
    claimed = sum(edition.score(item.id).evidence == "E0" for item in edition.answered)
    points = []
    if claimed:
        points.append(
            Point(
                lead=ngettext(
                    "%(count)s answer is only claimed.",
                    "%(count)s answers are only claimed.",
                    claimed,
                )
                % {"count": numbers.number(claimed)},
                text=_("Attach a document or a log, beginning with the highest levels."),
            )
        )
    if _alone(edition):
        points.append(
            Point(
                lead=_("Ask two more people."),
                text=_("Risk and service see what marketing cannot, and the range narrows."),
            )
        )
    points.append(
        Point(
            lead=_("Protect what works."),
            text=_("Name an owner for each strength before attention moves to the gaps."),
        )
    )
    return tuple(points)
