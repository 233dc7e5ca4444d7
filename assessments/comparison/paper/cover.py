"""The cover: who is compared with whom, and what it rests on."""

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from assessments.comparison import parts
from assessments.comparison.lineup import Lineup
from assessments.models import ComparisonKind
from assessments.reports.paper.cover import CORNERS, LONG, VERY_LONG, Cover
from assessments.reports.paper.frame import Fact, named
from assessments.results.subject import joined
from assessments.ui import numbers


def build(lineup: Lineup) -> Cover:
    """The cover of a comparison."""
    head = lineup.heading if lineup.kind == ComparisonKind.BANKS else lineup.bank
    size = len(head)
    return Cover(
        bank=head,
        size="very-long" if size > VERY_LONG else "long" if size > LONG else "",
        lines=_lines(lineup),
        motif=named(_motif(lineup), _("Four fields; those in which somebody stands are filled")),
        facts=_facts(lineup),
        labels=(_("Fictional: every figure is for demonstration."),) if lineup.fictional else (),
        small_print=_("Confidential. Self-assessment is not assurance."),
        signs=(),
    )


def _lines(lineup: Lineup) -> tuple[str, ...]:
    what = {
        ComparisonKind.BANKS: _("Comparison of banks"),
        ComparisonKind.ROUNDS: _("Comparison of rounds"),
        ComparisonKind.REGIONS: _("Comparison of regions"),
    }
    return what[lineup.kind], " · ".join(lineup.names)


def _facts(lineup: Lineup) -> tuple[tuple[Fact, ...], ...]:
    opened = sum(side.answers for side in lineup.sides)
    return (
        (
            Fact(term=_("Published"), value=_published(lineup)),
            Fact(term=_("Reference"), value=lineup.reference),
            Fact(
                term=_("Names"),
                value=_("Replaced by letters") if lineup.lettered else _("As the banks have them"),
            ),
        ),
        (
            Fact(
                term=_("Framework"),
                value=_("Version %(version)s") % {"version": joined(lineup.versions)},
            ),
            Fact(term=_("Questions compared"), value=numbers.number(len(lineup.common.items))),
            Fact(
                term=_("Answers open"),
                value=_("%(opened)s of %(all)s")
                % {
                    "opened": numbers.number(opened),
                    "all": parts.count_of(lineup, len(lineup.sides)),
                },
            ),
        ),
    )


def _published(lineup: Lineup) -> str:
    """From the first day to the last; under letters years alone."""
    days = sorted(side.published for side in lineup.sides)
    ends = [
        numbers.year(day) if lineup.lettered else numbers.day(day) for day in (days[0], days[-1])
    ]
    return " – ".join(dict.fromkeys(ends))


def _motif(lineup: Lineup) -> SafeString:
    """Four fields, those filled in which a side stands: decoration beside the names."""
    fields = "".join(
        f'<rect x="{CORNERS[id_][0]}" y="{CORNERS[id_][1]}" width="45" height="45" fill="#5C9DC6"/>'
        for id_ in parts.strategies(lineup)
    )
    return mark_safe(  # noqa: S308 -- constants only
        '<svg class="motif" width="90mm" height="90mm" viewBox="0 0 90 90" aria-hidden="true">'
        f'{fields}<path d="M0 0.25H90M0 45H90M0 89.75H90M0.25 0V90M45 0V90" stroke="#083650" '
        'stroke-width="0.75" fill="none"/></svg>'
    )
