"""Who sees what of other people's ratings: the one rule, free of rows and requests.

Statistics and strips show the ratings of everybody together. Single columns show whose rating is
whose, as far as the round's visibility says. Groups are compared only where they are large enough
for who may not see single columns. What a reader may see must not give away the rest by
subtraction: a cell is shown only if what stays hidden of its row is nothing or a large group.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from assessments.models import Visibility
from assessments.results.subject import MOST_UNSPLIT

LEAST_APART = MOST_UNSPLIT  # decision 6: a group of fewer is never shown apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the one who asks may see by role or scope; `answers_from` binds consultants alone."""

    statistics: bool  # Permission.VIEW_AGREEMENT
    answers: bool  # Permission.VIEW_ANSWERS
    answers_from: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What is shown. `labels` says by what single columns are known; None: there are none.

    `least` is the smallest group that the comparison of functions shows apart; None: no comparison.
    """

    statistics: bool = False
    labels: Visibility | None = None
    notes: bool = False
    least: int | None = None
    anonymous: bool = False
    answers_from: dt.datetime | None = None


NOTHING = Disclosure()


def disclose(
    reader: Reader, *, ready: bool, visibility: Visibility, respondents: int
) -> Disclosure:
    """What this reader sees of a round in which so many people have submitted.

    `ready`: findings may be shown (one respondent: submitted; several: the round is closed).
    """
    if not ready:
        return NOTHING
    if not reader.answers or visibility == Visibility.ANONYMOUS:
        if not reader.statistics:
            return NOTHING
        compared = respondents >= LEAST_APART
        return Disclosure(
            statistics=True,
            least=LEAST_APART if compared else None,
            anonymous=visibility == Visibility.ANONYMOUS,
        )
    return Disclosure(
        statistics=reader.statistics,
        labels=visibility,
        notes=True,
        least=_least(reader),
        answers_from=reader.answers_from,
    )


def _least(reader: Reader) -> int | None:
    """Who sees every single answer may see every function; means could tell others of old answers."""
    if not reader.statistics:
        return None
    return 1 if reader.answers_from is None else LEAST_APART


def cells_shown(disclosure: Disclosure, given: Iterable[dt.datetime]) -> tuple[bool, ...]:
    """For each answer to one question, by the moment it was given: may it stand apart?

    Answers from before `answers_from` never do. If they are so few that the question's strip
    minus the others' answers would give them away, the others' answers stay hidden as well.
    """
    moments = tuple(given)
    since = disclosure.answers_from
    if disclosure.labels is None:
        return (False,) * len(moments)
    if since is None:
        return (True,) * len(moments)
    shown = tuple(moment >= since for moment in moments)
    hidden = shown.count(False)
    if disclosure.statistics and 0 < hidden < LEAST_APART:
        return (False,) * len(moments)
    return shown


def strip_shown(disclosure: Disclosure, *, raters: int, respondents: int) -> bool:
    """Whether the ratings of one question may be shown together.

    Where answers are anonymous, a few who rated among more who were asked are a small group apart:
    often it is known whom a section was given to.
    """
    if not disclosure.statistics:
        return False
    return not disclosure.anonymous or raters >= LEAST_APART or raters == respondents
