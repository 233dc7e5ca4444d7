"""How it was compared, and what that cannot tell."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from assessments.comparison import answers as answering
from assessments.comparison import parts
from assessments.comparison.lineup import Lineup
from assessments.models import ComparisonKind
from assessments.reports.paper.frame import Fact, Leaf
from assessments.results.subject import joined
from assessments.ui import numbers

MOST_LEFT_OUT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodLeaf(Leaf):
    """Rules, sides and limits."""

    rules_title: str
    rules: tuple[Fact, ...]
    sides_title: str
    sides: tuple[Fact, ...]
    limits_title: str
    limits: tuple[Fact, ...]
    left_out_title: str
    left_out: tuple[str, ...]

    template: ClassVar[str] = "comparison/leaves/method.html"


def build(lineup: Lineup) -> MethodLeaf:
    """The last page."""
    common, version = lineup.common, parts.versions(lineup)
    left_out = version.left_out if version else ()
    return MethodLeaf(
        kicker=_("How it was compared"),
        title=_("%(common)s of %(all)s questions are the same for all and were compared")
        % {
            "common": numbers.number(len(common.items)),
            "all": numbers.number(len(common.items) + len(common.left_out)),
        },
        rules_title=_("Rules"),
        rules=_rules(lineup),
        sides_title=_("What stands in each column"),
        sides=tuple(
            Fact(term=name, value=_side(lineup, place)) for place, name in enumerate(lineup.names)
        ),
        limits_title=_("What this cannot tell"),
        limits=_limits(),
        left_out_title=_("Questions left out"),
        left_out=left_out[:MOST_LEFT_OUT],
        source=_(
            "Self-assessment is not assurance. Weights, penalties and limits are reasoned defaults "
            "without empirical calibration."
        ),
    )


def _rules(lineup: Lineup) -> tuple[Fact, ...]:
    rules = [
        Fact(
            term=_("Reference"),
            value=_("%(name)s stands first; every other column is compared with it.")
            % {"name": lineup.reference},
        ),
        Fact(
            term=_("A level"),
            value=_(
                "25 points on an axis, a dimension or a facet; one level on an answer. Only such "
                "differences are marked, by sign and in bold; less may be chance."
            ),
        ),
        Fact(
            term=_("Versions"),
            value=_("All results were made with framework %(version)s.")
            % {"version": joined(lineup.versions)}
            if len(lineup.versions) == 1
            else _(
                "Framework %(versions)s: only questions with the same id, dimension, facet, weight, "
                "role as a control and wording count; dimensions are scored over these alone."
            )
            % {"versions": joined(lineup.versions)},
        ),
        Fact(
            term=_("Bank score"),
            value=_(
                "Dimensions count equally and make nine tenths; the channel index makes one tenth. "
                "A closed Risk gate holds the score that counts under the midline."
            ),
        ),
        Fact(
            term=_("Answers"),
            value=answering.closed_note(answering.answers(lineup))
            or _("Merged levels only: never a respondent’s own answer, note or name."),
        ),
        Fact(
            term=_("Names"),
            value=_("Letters stand in place of names; periods and days are left out.")
            if lineup.lettered
            else _("Shown, because the reader may read every one of these results."),
        ),
    ]
    if lineup.kind == ComparisonKind.REGIONS:
        rules.append(
            Fact(
                term=_("Regions"),
                value=_(
                    "One bank score, one customer score a region; a pulse is not part of a region’s."
                ),
            )
        )
    return tuple(rules)


def _limits() -> tuple[Fact, ...]:
    return (
        Fact(
            term=_("Who answers"),
            value=_(
                "Respondents of one bank may be kinder than those of another. The 90 % ranges hold "
                "some of it; the order of two near scores does not."
            ),
        ),
        Fact(
            term=_("When"),
            value=_(
                "Results stand as on the day of their publication, and days may lie far apart."
            ),
        ),
        Fact(
            term=_("Size and market"),
            value=_(
                "Scores are not weighted by size, country or kind of bank: judge them beside it."
            ),
        ),
        Fact(
            term=_("Cause"),
            value=_("A bank ahead shows what is possible, not that the same step works elsewhere."),
        ),
    )


def _side(lineup: Lineup, place: int) -> str:
    side = lineup.sides[place]
    texts = [
        lineup.when(side),
        _("%(answered)s bank questions answered") % {"answered": parts.answered(side)},
        _("framework %(version)s") % {"version": side.source.findings.framework},
    ]
    if side.fictional:
        texts.append(_("fictional bank"))
    return "; ".join(texts)
