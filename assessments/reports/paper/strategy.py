"""The four strategies; the bank's own with what to start and what to stop."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf, Point, named
from assessments.results.canvas import mark_icon
from assessments.results.subject import midline
from assessments.ui import numbers

# As in the quadrant: bank high above, customers high on the right.
ROWS = (("awareness", "innovate"), ("stepwise", "capability"))
MOST_REGRETLESS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One strategy in its field of the quadrant."""

    id: str
    icon: SafeString
    name: str
    where: str
    share: str
    meaning: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyLeaf(Leaf):
    """Four fields, then start and stop for our own."""

    id: str
    grid_title: str
    rows: tuple[tuple[Option, ...], ...]
    start_title: str
    start: tuple[str, ...]
    stop_title: str
    stop: tuple[str, ...]
    both_title: str
    both: tuple[str, ...]

    template: ClassVar[str] = "reports/leaves/strategy.html"


def build(edition: Edition) -> StrategyLeaf | None:
    """The strategy page; None without a placement."""
    source, placement = edition.source, edition.source.findings.placement
    if placement is None:
        return None
    own = source.wording.strategies[placement.strategy]
    both = edition.no_regret
    return StrategyLeaf(
        kicker=_("Strategy"),
        title=ngettext(
            "“%(name)s” asks for %(count)s change of habit",
            "“%(name)s” asks for %(count)s changes of habit",
            len(own.start) + len(own.stop),
        )
        % {"name": own.name, "count": numbers.number(len(own.start) + len(own.stop))},
        sentence=own.meaning,
        id=placement.strategy,
        grid_title=_("Four strategies, by what bank and customers are ready for"),
        rows=tuple(tuple(_option(edition, id_) for id_ in row) for row in ROWS),
        start_title=_("Start"),
        start=own.start,
        stop_title=_("Stop"),
        stop=own.stop,
        both_title=_("Right either way: actions that both likely strategies begin with"),
        both=tuple(source.action(id_) for id_ in both[:MOST_REGRETLESS]),
        so_what=_so_what(edition),
        source=_(
            "Source: the four strategies of a 2014 study of banks on social media, in our words; "
            "midlines at %(bank)s for the bank and %(customer)s for customers."
        )
        % {
            "bank": midline(source.findings.midlines.bank),
            "customer": midline(source.findings.midlines.customer),
        },
    )


def _option(edition: Edition, id_: str) -> Option:
    placement = edition.source.findings.placement
    assert placement is not None  # noqa: S101 -- build() saw to it
    words = edition.source.wording.strategies[id_]
    return Option(
        id=id_,
        icon=named(mark_icon(id_), _("Mark of “%(name)s”") % {"name": words.short}),
        name=words.name,
        where={
            "awareness": _("Bank ready, customers not yet"),
            "innovate": _("Bank and customers ready"),
            "stepwise": _("Neither ready yet"),
            "capability": _("Customers ready, bank not yet"),
        }[id_],
        share=numbers.probability(placement.probabilities[id_]),
        meaning=words.meaning,
        own=id_ == placement.strategy,
    )


def _so_what(edition: Edition) -> tuple[Point, ...]:
    source, roadmap = edition.source, edition.source.findings.roadmap
    placement = source.findings.placement
    assert placement is not None  # noqa: S101 -- build() saw to it
    weights = source.framework.strategies[placement.strategy]
    points = [
        Point(
            lead=_("What the plan rewards."),
            text=_(
                "A point on the bank’s score counts %(bank)s, a point on the customers’ "
                "%(customers)s; at most %(parallel)s actions run at once."
            )
            % {
                "bank": numbers.percent(weights.bank),
                "customers": numbers.percent(weights.customers),
                "parallel": numbers.number(weights.parallel),
            },
        )
    ]
    if roadmap is not None and roadmap.strategy != placement.strategy:
        points.append(
            Point(
                lead=_("The roadmap follows another choice."),
                text=_("It was planned for “%(strategy)s”, as set for this round.")
                % {"strategy": source.short(roadmap.strategy)},
            )
        )
    points.append(
        Point(
            lead=_("Not a rank."),
            text=_("A quadrant says what to do next; a new placement needs a new assessment."),
        )
    )
    return tuple(points)
