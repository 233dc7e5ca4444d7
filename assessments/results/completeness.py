"""What a plan touches and what it leaves out, and three conditions for success."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.results.subject import Source, joined
from assessments.ui import numbers
from maturity.roadmap import Roadmap, completeness

# Which opportunities serve each focus area of the source; our reading of its five paragraphs.
FOCUS: Mapping[str, tuple[str, ...]] = {
    "F1": ("O2", "O4"),
    "F2": ("O2", "O8"),
    "F3": ("O5", "O9"),
    "F4": ("O2", "O3"),
    "F5": ("O5", "O6"),
}
# Three conditions for success, by the questions that show them (framework D).
SUCCESS: Mapping[str, tuple[str, ...]] = {
    "SF1": ("CAP.U3",),
    "SF2": ("SKL.A3", "SUP.A2"),
    "SF3": ("SKL.U2",),
}
HELD_LEVEL, HELD_INDEX = 3, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often the plan serves something; zeros are flagged."""

    name: str
    about: str
    count: str
    zero: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountGroup:
    """Rules, opportunities, value steps or focus areas."""

    title: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessFactor:
    """A condition for success and whether today's answers meet it."""

    name: str
    about: str
    evidence: str
    met: bool


def counts_of(source: Source, roadmap: Roadmap) -> tuple[CountGroup, ...]:
    counts, words = completeness(source.framework, roadmap), source.wording
    focus = {id_: sum(counts.opportunities[name] for name in names) for id_, names in FOCUS.items()}
    groups = (
        (_("Rules"), words.rules, counts.rules),
        (_("Opportunities"), words.opportunities, counts.opportunities),
        (_("Value steps"), words.value_steps, counts.value_steps),
        (_("Focus areas"), words.focus_areas, focus),
    )
    return tuple(
        CountGroup(
            title=title,
            counts=tuple(
                Count(
                    name=terms[id_].name,
                    about=terms[id_].about,
                    count=numbers.number(found[id_]),
                    zero=not found[id_],
                )
                for id_ in terms
            ),
        )
        for title, terms, found in groups
    )


def success_of(source: Source) -> tuple[SuccessFactor, ...]:
    factors = []
    for id_, items in SUCCESS.items():
        words, parts, held = source.wording.success_factors[id_], [], True
        for item in items:
            level = source.findings.items[item].level
            held &= level is not None and level >= HELD_LEVEL
            parts.append(
                _("“%(title)s” at level %(level)s")
                % {"title": source.item(item), "level": numbers.number(level, level % 1 > 0)}
                if level is not None
                else _("“%(title)s” unknown") % {"title": source.item(item)}
            )
        if id_ == "SF1":
            index = source.findings.bank.channel_index
            held &= index is not None and index >= HELD_INDEX
            parts.append(_("channel index %(index)s") % {"index": numbers.score(index)})
        factors.append(
            SuccessFactor(name=words.name, about=words.about, evidence=joined(parts), met=held)
        )
    return tuple(factors)
