"""A firm's own figures as cards beside a client's result, for the firm's people alone.

In the manner of the dated figures: the bank's own level first, then the figure with its source,
year and how far it compares. They are no score, and the bank itself never sees them, because the
firm answers for its sources to its own people and not, unexplained, to the bank.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.benchmarks.figure_queries import figures_of
from assessments.benchmarks.units import written
from assessments.models import ExternalFigure, Organisation
from assessments.results.subject import Source
from assessments.ui import numbers
from maturity.benchmark import RECENT_YEARS
from maturity.wording import Wording

MOST_CARDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmCard:
    """One figure, formatted, with its mark and the three answers behind it."""

    own: str
    value: str
    definition: str
    population: str
    facts: str
    mark: str
    rows: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFigures:
    """The cards, those beside an answer of the bank first."""

    firm: str
    cards: tuple[FirmCard, ...]
    more: str


def firm_figures(source: Source, firm: Organisation | None, now: dt.datetime) -> FirmFigures | None:
    """The figures of a reader's firm; None for the bank's own people and where there are none."""
    if firm is None:
        return None
    found = list(figures_of(firm))
    if not found:
        return None
    ordered = sorted(found, key=lambda figure: not _own(source, figure))
    return FirmFigures(
        firm=firm.name,
        cards=tuple(_card(source, figure, now.year) for figure in ordered[:MOST_CARDS]),
        more=_("%(count)s further figures stand in the firm’s list.")
        % {"count": numbers.number(len(found) - MOST_CARDS)}
        if len(found) > MOST_CARDS
        else "",
    )


def _own(source: Source, figure: ExternalFigure) -> str:
    """The bank's own level on the question that a figure belongs to."""
    score = source.findings.items.get(figure.item)
    if score is None or score.level is None:
        return ""
    level = numbers.number(score.level, score.level % 1 > 0)
    return _("The bank’s level on “%(title)s”: %(level)s of 5.") % {
        "title": source.item(figure.item),
        "level": level,
    }


def _card(source: Source, figure: ExternalFigure, year: int) -> FirmCard:
    words, age = source.wording.cards, year - figure.year
    answers = {
        "question": "yes" if figure.comparable else "unknown",
        "population": "yes" if figure.comparable else "unknown",
        "recent": "yes" if age <= RECENT_YEARS else "no",
    }
    return FirmCard(
        own=_own(source, figure),
        value=written(figure.value, figure.unit),
        definition=figure.definition,
        population=figure.population,
        facts=", ".join(_facts(source.wording, figure, age)),
        mark=words.marks[_mark(answers.values())],
        rows=tuple(
            (words.comparability[key], words.answers[value]) for key, value in answers.items()
        ),
        source=figure.source,
    )


def _facts(wording: Wording, figure: ExternalFigure, age: int) -> Iterable[str]:
    yield str(figure.year)
    if age > 1:
        yield wording.cards.age["past"].format(age=numbers.number(age))
    else:
        yield wording.cards.age["last" if age == 1 else "present"]
    if figure.n:
        yield _("n = %(count)s") % {"count": numbers.number(figure.n)}


def _mark(answers: Iterable[str]) -> str:
    """As for the dated figures: too old, comparable in all three, or of limited comparability."""
    given = list(answers)
    if "no" in given:
        return "historical"
    return "comparable" if set(given) == {"yes"} else "limited"
