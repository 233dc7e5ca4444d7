"""The gaps that cost most: where the bank is, what the next level looks like, what closes it."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from assessments.reports.paper import edition as facts
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Fact, Leaf, Point
from assessments.results import profile
from assessments.ui import numbers
from maturity.roadmap import PlannedAction

DEEP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One gap in full."""

    number: str
    title: str
    dimension: str
    question: str
    why: str
    now_label: str
    now_head: str
    now: str
    next_label: str
    next_head: str
    next: str
    evidence: str
    remedy: str
    first_step: str
    critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsLeaf(Leaf):
    """One or two gaps."""

    gaps: tuple[Gap, ...]
    ladder_title: str
    ladder: tuple[Fact, ...]

    template: ClassVar[str] = "reports/leaves/gaps.html"


def build(edition: Edition) -> GapsLeaf | None:
    """The deep dive; None where nothing is left to gain."""
    cards = profile.gaps(edition.source, DEEP)
    if not cards:
        return None
    return GapsLeaf(
        kicker=_("Largest gaps"),
        title=_title(edition, cards[0]),
        sentence=_("Failed controls come first, then the answers whose missing points weigh most."),
        gaps=tuple(_gap(edition, place, card) for place, card in enumerate(cards, start=1)),
        ladder_title=_("The whole ladder of “%(title)s”") % {"title": cards[0].title},
        ladder=() if len(cards) > 1 else _ladder(edition, cards[0].id),
        so_what=_so_what(edition, cards),
        source=facts.basis(edition),
    )


def _title(edition: Edition, card: profile.ItemCard) -> str:
    score = edition.score(card.id)
    values = {"title": card.title, "next": card.next_headline}
    if score.level is None:
        return _("Nobody could answer “%(title)s”: find out first, aim for level 2 next") % values
    values["level"] = numbers.number(score.level, score.level % 1 > 0)
    values["after"] = numbers.number(int(score.level + 0.5) + 1)
    if card.next_headline:
        return (
            _("“%(title)s” stays at level %(level)s until it shows level %(after)s: “%(next)s”")
            % values
        )
    return _("“%(title)s” stands at level %(level)s") % values


def _gap(edition: Edition, place: int, card: profile.ItemCard) -> Gap:
    score, words = edition.score(card.id), edition.words(card.id)
    level = int((score.level or 0) + 0.5)
    step = _step(edition, card.id)
    after = words.levels[level] if level < len(words.levels) else None
    return Gap(
        number=numbers.number(place),
        title=card.title,
        dimension=card.dimension,
        question=words.question,
        why=words.why,
        now_label=_("Now: level %(level)s") % {"level": numbers.number(level)}
        if level
        else _("Now"),
        now_head=card.headline or _("Unknown"),
        now=card.now,
        next_label=_("Next: level %(level)s") % {"level": numbers.number(level + 1)},
        next_head=after.headline if after else "",
        next=after.plain if after else "",
        evidence=words.evidence_hint,
        remedy=_remedy(edition, step),
        first_step=edition.source.wording.actions[step.action].first_step if step else "",
        critical=card.critical,
    )


def _ladder(edition: Edition, item: str) -> tuple[Fact, ...]:
    """All five levels, where a single gap leaves room for them."""
    return tuple(
        Fact(
            term=_("%(number)s %(headline)s")
            % {"number": numbers.number(number), "headline": level.headline},
            value=level.plain,
        )
        for number, level in enumerate(edition.words(item).levels, start=1)
    )


def _step(edition: Edition, item: str) -> PlannedAction | None:
    """The planned action that lifts an item first."""
    roadmap = edition.source.findings.roadmap
    actions = edition.source.framework.actions
    found = (s for s in (roadmap.plan if roadmap else ()) if item in actions[s.action].lifts)
    return next(found, None)


def _remedy(edition: Edition, step: PlannedAction | None) -> str:
    if step is None:
        return _("No action of this plan closes it: others bring more for the same effort.")
    owner = edition.source.framework.actions[step.action].owner
    return _("%(action)s (%(quarter)s, %(owner)s)") % {
        "action": edition.source.action(step.action),
        "quarter": edition.quarter(step.quarter),
        "owner": edition.source.wording.owners[owner],
    }


def _so_what(edition: Edition, cards: tuple[profile.ItemCard, ...]) -> tuple[Point, ...]:
    points = []
    if any(card.critical for card in cards):
        points.append(
            Point(
                lead=_("A critical control comes before everything else."),
                text=_("At level 1 or unknown it holds Risk at 39 and locks three stages."),
            )
        )
    planned = [card for card in cards if _step(edition, card.id)]
    points.append(
        Point(
            lead=_("One level at a time."),
            text=_("The next level is a visible act, not a project: agree who shows it, and when."),
        )
    )
    points.append(
        Point(
            lead=_("Keep the proof."),
            text=_("The evidence named above turns the next answer from a claim into a finding."),
        )
    )
    if planned:
        points.append(
            Point(
                lead=_("The plan closes %(count)s of these %(all)s.")
                % {"count": numbers.number(len(planned)), "all": numbers.number(len(cards))},
                text=_("Their first steps can be taken this week."),
            )
        )
    return tuple(points[:3])
