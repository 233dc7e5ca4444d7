"""The agenda of a facilitated session, on screen and on paper, and what it has changed so far."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.consensus import heat
from assessments.consensus.agreement_page import may_settle, settling_words
from assessments.consensus.heat import Spread
from assessments.consensus.places import Places, places_of
from assessments.consensus.queries import Panel
from assessments.models import AssessmentStatus
from assessments.results.settled import Agreed, Settlement
from assessments.survey.outline import outline
from assessments.survey.question import language
from assessments.ui import numbers
from assessments.ui.markup import emphasise
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    number: str
    headline: str
    behaviour: SafeString
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One question to settle. `agreed` is empty while it is open."""

    place: str
    kicker: str
    title: str
    question: str
    url: str
    strip: SafeString | None
    spread: Spread | None
    options: tuple[Option, ...]
    agreed: str
    reason: str
    outdated: str  # ratings changed after the meeting


OUTDATED = gettext_lazy(
    "Settled before answers changed: a rating of this question is newer than the meeting."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A figure from the original answers and with agreed levels."""

    name: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPage:
    bank: BankNav
    places: Places
    kicker: tuple[str, ...]
    title: str
    lead: str
    state: str
    points: tuple[Point, ...]
    others: tuple[Point, ...]
    changes: tuple[ChangeRow, ...]
    settling: bool
    why_not: str
    agreement_url: str
    next_url: str
    results_url: str


def agenda_page(panel: Panel, settlement: Settlement, outdated: Collection[str] = ()) -> AgendaPage:
    """Write the agenda of a round whose findings may be shown.

    `outdated`: questions of which a rating changed after they were settled.
    """
    assessment = panel.assessment
    agreed = {row.item: row for row in settlement.agreed}
    others = tuple(row.item for row in settlement.agreed if row.item not in settlement.agenda)
    settling, open_ = may_settle(assessment), settlement.agenda_open
    return AgendaPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "agenda"),
        kicker=(
            _("Assessment %(period)s") % {"period": assessment.period},
            settling_words(settlement),
        ),
        title=_title(settlement),
        lead=_(
            "For each point: everybody says what they saw, then one level is agreed. The original "
            "answers stay as they are and stay visible."
        ),
        state=_state(panel),
        points=tuple(
            _point(panel, item, agreed.get(item), numbers.number(place), outdated)
            for place, item in enumerate(settlement.agenda, start=1)
        ),
        others=tuple(_point(panel, item, agreed[item], "", outdated) for item in others),
        changes=_changes(settlement),
        settling=settling,
        why_not="" if settling else _why_not(panel),
        agreement_url=reverse("agreement", args=[assessment.pk]),
        next_url=reverse("agreement_item", args=[assessment.pk, open_[0]])
        if settling and open_
        else "",
        results_url=reverse("results", args=[assessment.pk])
        if standing_on(assessment).may(Permission.VIEW_RESULTS)
        else "",
    )


def _title(settlement: Settlement) -> str:
    if not settlement.agenda:
        return _("Nothing to settle")
    if not settlement.agenda_open:
        return _("Every point of the agenda is settled")
    return _("Settle the widest differences in one meeting")


def _state(panel: Panel) -> str:
    if panel.assessment.status == AssessmentStatus.PUBLISHED:
        return _("This round is published; what was agreed is frozen with it.")
    return ""


def _why_not(panel: Panel) -> str:
    if panel.assessment.status == AssessmentStatus.PUBLISHED:
        return ""
    if not standing_on(panel.assessment).may(Permission.SETTLE):
        return _("The bank’s lead, or a consultant who may facilitate, records what is agreed.")
    return _("A meeting settles levels once the round is closed.")


def _point(
    panel: Panel, item: str, agreed: Agreed | None, place: str, outdated: Collection[str]
) -> Point:
    words = load_wording(language())
    texts, ratings = words.items[item], panel.ratings(item)
    dimension = words.dimensions[panel.framework.items[item].dimension].name
    return Point(
        place=place,
        kicker=_("%(dimension)s, question %(number)s")
        % {"dimension": dimension, "number": outline().number_of[item]},
        title=texts.title,
        question=texts.question,
        url=reverse("agreement_item", args=[panel.assessment.pk, item]),
        strip=heat.strip(texts.title, ratings) if ratings else None,
        spread=_spread(panel, item, ratings),
        options=tuple(
            Option(
                number=numbers.number(level),
                headline=text.headline,
                behaviour=emphasise(text.behaviour),
                agreed=agreed is not None and agreed.level == level,
            )
            for level, text in enumerate(texts.levels, start=1)
        ),
        agreed=_agreed_words(agreed) if agreed else "",
        reason=agreed.reason if agreed else "",
        outdated=str(OUTDATED) if agreed and item in outdated else "",
    )


def _spread(panel: Panel, item: str, ratings: tuple[int, ...] | None) -> Spread | None:
    agreement = panel.result.findings.agreement if panel.result else None
    found = agreement.items.get(item) if agreement else None
    return heat.spread_of(found, ratings) if found and ratings else None


def _agreed_words(agreed: Agreed) -> str:
    return _("Agreed on level %(level)s, %(day)s") % {
        "level": numbers.number(agreed.level),
        "day": numbers.day(agreed.on),
    }


def _changes(settlement: Settlement) -> tuple[ChangeRow, ...]:
    before, after = settlement.before, settlement.after
    strategies = load_wording(language()).strategies
    return (
        _change(_("Bank score"), numbers.score(before.bank), numbers.score(after.bank)),
        _change(_("Customer score"), numbers.score(before.customer), numbers.score(after.customer)),
        _change(
            _("Strategy"),
            strategies[before.strategy].name if before.strategy else "–",
            strategies[after.strategy].name if after.strategy else "–",
        ),
    )


def _change(name: str, before: str, after: str) -> ChangeRow:
    return ChangeRow(name=name, before=before, after=after, changed=before != after)
