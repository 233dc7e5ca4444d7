"""One question on the table: how ratings are spread, what each level means, what was agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.consensus import heat
from assessments.consensus.agenda_page import OUTDATED
from assessments.consensus.agreement_page import may_settle
from assessments.consensus.heat import Spread
from assessments.consensus.places import Places, places_of
from assessments.consensus.queries import Claim, Panel
from assessments.consensus.thread_page import ThreadView, when_words
from assessments.models import (
    AgreedAnswer,
    AgreedChange,
    Assessment,
    AssessmentStatus,
    EvidenceGrade,
    Special,
    User,
)
from assessments.results.settled import Settlement
from assessments.results.subject import joined
from assessments.survey.answers import Answer
from assessments.survey.outline import outline
from assessments.survey.question import language
from assessments.ui import numbers
from assessments.ui.markup import emphasise
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLine:
    """One level's text, and who or how many gave it."""

    level: int
    number: str
    headline: str
    behaviour: SafeString
    given: str
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    label: str
    answer: str
    grade: str
    note: str
    link: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordLine:
    """What was agreed, by whom and when; also one line of the history."""

    what: str
    reason: str
    present: tuple[str, ...]
    by: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two facilitators, two values: what is stored, and what this one wanted."""

    text: str
    there: str
    there_reason: str
    here: str
    here_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    bank: BankNav
    places: Places
    kicker: tuple[str, ...]
    title: str
    question: str
    why: str
    strip: SafeString | None
    axis: SafeString
    spread: Spread | None
    facts: tuple[tuple[str, str], ...]
    too_few: str
    levels: tuple[LevelLine, ...]
    apart: bool  # whether single answers stand beside their level
    others: str  # who gave no level
    claims: tuple[ClaimLine, ...]
    agreed: AccordLine | None
    outdated: str  # ratings changed after the meeting
    history: tuple[AccordLine, ...]
    settling: bool  # the form is shown
    why_not: str
    version: int
    conflict: Conflict | None
    take_back_url: str
    post_url: str
    agenda_url: str
    before_url: str
    after_url: str
    thread: ThreadView | None


def names_of(
    present: Sequence[Mapping[str, int | str]], members: Mapping[int, str]
) -> tuple[str, ...]:
    """Who was present, by name: members as they are called now, guests as typed."""
    return tuple(
        str(one["guest"]) if "guest" in one else members.get(int(one["member"]), _("Former member"))
        for one in present
    )


def item_page(
    panel: Panel,
    settlement: Settlement,
    item: str,
    *,
    row: AgreedAnswer | None,
    history: Sequence[AgreedChange],
    members: Mapping[int, str],
    thread: ThreadView | None,
    conflict: Conflict | None = None,
    outdated: bool = False,
) -> ItemPage:
    """Write the page of one question for one reader."""
    assessment = panel.assessment
    words = load_wording(language()).items[item]
    ratings = panel.ratings(item)
    before, after = _neighbours(assessment, settlement, item)
    settling = may_settle(assessment)
    stands = row is not None and row.level is not None
    return ItemPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "agreement"),
        kicker=_kicker(panel, settlement, item),
        title=words.title,
        question=words.question,
        why=words.why,
        strip=heat.strip(words.title, ratings) if ratings else None,
        axis=heat.axis(),
        spread=_spread(panel, item, ratings),
        facts=_facts(panel, item, ratings),
        too_few=_("Too few ratings to show: answers in this round are anonymous.")
        if ratings is None
        else "",
        levels=_levels(panel, item, ratings, row),
        apart=panel.disclosure.labels is not None,
        others=_others(panel, item),
        claims=tuple(claim_line(claim) for claim in (panel.claims or {}).get(item, ())),
        agreed=accord_line(assessment, row, members) if row and stands else None,
        outdated=str(OUTDATED) if outdated and stands else "",
        history=tuple(accord_line(assessment, change, members) for change in history),
        settling=settling,
        why_not="" if settling else _why_not(assessment),
        version=row.version if row else 0,
        conflict=conflict,
        take_back_url=reverse("agreement_take_back", args=[assessment.pk, item])
        if stands and settling
        else "",
        post_url=reverse("agreement_item", args=[assessment.pk, item]),
        agenda_url=reverse("agenda", args=[assessment.pk]),
        before_url=before,
        after_url=after,
        thread=thread,
    )


def _kicker(panel: Panel, settlement: Settlement, item: str) -> tuple[str, ...]:
    words = load_wording(language())
    facts = [
        words.dimensions[panel.framework.items[item].dimension].name,
        _("Question %(number)s") % {"number": outline().number_of[item]},
    ]
    if item in settlement.agenda:
        facts.append(
            _("Point %(place)s of %(all)s on the agenda")
            % {
                "place": numbers.number(settlement.agenda.index(item) + 1),
                "all": numbers.number(len(settlement.agenda)),
            }
        )
    return tuple(facts)


def _neighbours(assessment: Assessment, settlement: Settlement, item: str) -> tuple[str, str]:
    """The points before and after on the agenda; elsewhere the questionnaire's neighbours."""
    order = settlement.agenda if item in settlement.agenda else tuple(outline().page_of)
    place = order.index(item)
    before = order[place - 1] if place else None
    after = order[place + 1] if place + 1 < len(order) else None
    urls = (
        reverse("agreement_item", args=[assessment.pk, other]) if other else ""
        for other in (before, after)
    )
    return next(urls), next(urls)


def _spread(panel: Panel, item: str, ratings: Sequence[int] | None) -> Spread | None:
    agreement = panel.result.findings.agreement if panel.result else None
    found = agreement.items.get(item) if agreement else None
    return heat.spread_of(found, ratings) if found and ratings else None


def _facts(panel: Panel, item: str, ratings: Sequence[int] | None) -> tuple[tuple[str, str], ...]:
    agreement = panel.result.findings.agreement if panel.result else None
    found = agreement.items.get(item) if agreement else None
    if found is None or not ratings:
        return ()
    return (
        (_("Ratings"), numbers.number(found.n)),
        (_("Mean"), numbers.number(found.mean, 2)),
        (_("Mean distance (AD)"), numbers.number(found.ad, 2)),
        (_("r_wg"), f"{numbers.number(found.rwg, 2)}, {heat.band_words(found.band)}"),
        (_("Index"), numbers.score(found.index)),
    )


# ---- levels and what was said -----------------------------------------------------------------


def _levels(
    panel: Panel, item: str, ratings: Sequence[int] | None, row: AgreedAnswer | None
) -> tuple[LevelLine, ...]:
    texts = load_wording(language()).items[item].levels
    return tuple(
        LevelLine(
            level=level,
            number=numbers.number(level),
            headline=text.headline,
            behaviour=emphasise(text.behaviour),
            given=_given(panel, item, level, ratings),
            agreed=row is not None and row.level == level,
        )
        for level, text in enumerate(texts, start=1)
    )


def _given(panel: Panel, item: str, level: int, ratings: Sequence[int] | None) -> str:
    if not ratings or level not in ratings:
        return ""
    named = [
        label
        for label, cell in zip(panel.columns, panel.row(item), strict=True)
        if cell.answer == level
    ]
    if len(named) == list(ratings).count(level):
        return joined(named)
    return numbers.number(list(ratings).count(level))


def _others(panel: Panel, item: str) -> str:
    """Who said that they do not know, or that the question does not apply."""
    said = [
        _("%(who)s: %(answer)s") % {"who": label, "answer": answer_words(cell.answer)}
        for label, cell in zip(panel.columns, panel.row(item), strict=True)
        if isinstance(cell.answer, str)
    ]
    return "; ".join(said)


def answer_words(answer: Answer) -> str:
    if isinstance(answer, int):
        return _("Level %(level)s") % {"level": numbers.number(answer)}
    return str(Special(answer).label) if answer else _("Not answered")


def claim_line(claim: Claim) -> ClaimLine:
    value = claim.value
    return ClaimLine(
        label=claim.label,
        answer=answer_words(value.answer),
        grade=f"{value.evidence} {EvidenceGrade(value.evidence).label}",
        note=value.note,
        link=value.link,
        reason=value.reason,
    )


# ---- agreements -------------------------------------------------------------------------------


def accord_line(
    assessment: Assessment, row: AgreedAnswer | AgreedChange, members: Mapping[int, str]
) -> AccordLine:
    return AccordLine(
        what=accord_words(row.level),
        reason=row.reason,
        present=names_of(row.present, members),
        by=row.by.display_name if row.by else _("Former member"),
        when=when_words(assessment, row.at),
    )


def accord_words(level: int | None) -> str:
    if level is None:
        return _("Taken back")
    return _("Level %(level)s") % {"level": numbers.number(level)}


def conflict_of(
    assessment: Assessment, current: AgreedAnswer | None, *, level: int | None, reason: str
) -> Conflict:
    """Both values side by side. The form below still holds what this facilitator typed."""
    return Conflict(
        text=_("%(who)s changed this on %(when)s, while you were at it. Nothing is lost.")
        % {
            "who": _name(current.by if current else None),
            "when": when_words(assessment, current.at) if current else "–",
        },
        there=accord_words(current.level if current else None),
        there_reason=current.reason if current else "",
        here=accord_words(level),
        here_reason=reason,
    )


def _name(user: User | None) -> str:
    return user.display_name if user else _("Somebody else")


def _why_not(assessment: Assessment) -> str:
    if not standing_on(assessment).may(Permission.SETTLE):
        return _("The bank’s lead, or a consultant who may facilitate, records what is agreed.")
    if assessment.status == AssessmentStatus.PUBLISHED:
        return _("This round is published. What was agreed is frozen with it.")
    return _("A meeting settles levels once the round is closed.")
