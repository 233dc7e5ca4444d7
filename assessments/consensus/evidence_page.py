"""What a reviewer sees: what is claimed, what was graded, and what can be sent back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.consensus.item_page import ClaimLine, claim_line
from assessments.consensus.places import Places, places_of
from assessments.consensus.queries import Claimed, Panel, Returnable
from assessments.consensus.thread_page import when_words
from assessments.models import (
    Assessment,
    AssessmentStatus,
    EvidenceGrade,
    EvidenceReview,
    Visibility,
)
from assessments.survey.outline import outline
from assessments.survey.question import language
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    number: str
    title: str
    url: str
    claimed: str
    written: str
    grade: str
    reviewed: bool
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGroup:
    name: str
    summary: str
    rows: tuple[EvidenceRow, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """The list; `waiting` says why there is none yet."""

    bank: BankNav
    places: Places
    kicker: tuple[str, ...]
    title: str
    waiting: str
    frozen: str
    groups: tuple[EvidenceGroup, ...]
    return_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOption:
    value: str
    name: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    grade: str
    comment: str
    by: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItemPage:
    """One question's evidence. `refusal` says why this reader cannot grade it."""

    bank: BankNav
    places: Places
    kicker: tuple[str, ...]
    title: str
    question: str
    hint: str
    claimed: str
    claims: tuple[ClaimLine, ...]
    claims_hidden: str
    review: ReviewLine | None
    void: str  # why the grade in force does not count; empty: it does
    conflict: ReviewLine | None
    refusal: str
    options: tuple[GradeOption, ...]
    version: int
    post_url: str
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBackPage:
    bank: BankNav
    places: Places
    period: str
    state: str  # what will happen, which depends on whether the round is open
    why_not: str
    back_url: str


def grade_words(grade: str) -> str:
    return f"{grade} {EvidenceGrade(grade).label}"


def evidence_page(
    panel: Panel,
    claims: Mapping[str, Claimed],
    reviews: Mapping[str, EvidenceReview],
    own: Collection[str],
) -> EvidencePage:
    """The questions of a round by dimension, with what is claimed and what was seen."""
    assessment = panel.assessment
    ready = panel.result is not None
    return EvidencePage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "evidence"),
        kicker=(_("Assessment %(period)s") % {"period": assessment.period},),
        title=_title(reviews, own) if ready else _("Evidence cannot be reviewed yet"),
        waiting=""
        if ready
        else _(
            "Nobody sees others’ answers before the round is closed. Until then you can send a "
            "submitted section back."
        ),
        frozen=_frozen(assessment),
        groups=_groups(panel, claims, reviews, own) if ready else (),
        return_url=reverse("send_back", args=[assessment.pk])
        if assessment.status != AssessmentStatus.PUBLISHED
        else "",
    )


def _title(reviews: Mapping[str, EvidenceReview], own: Collection[str]) -> str:
    yours = len(outline().page_of) - len(own)
    if not yours:
        return _("You answered every question, so somebody else reviews the evidence")
    graded = sum(item not in own for item in reviews)
    return ngettext(
        "%(graded)s of %(yours)s question that you may review has a grade",
        "%(graded)s of %(yours)s questions that you may review have a grade",
        yours,
    ) % {"graded": numbers.number(graded), "yours": numbers.number(yours)}


def _frozen(assessment: Assessment) -> str:
    if assessment.status == AssessmentStatus.PUBLISHED:
        return _("This round is published; its grades are frozen with it.")
    return ""


def _groups(
    panel: Panel,
    claims: Mapping[str, Claimed],
    reviews: Mapping[str, EvidenceReview],
    own: Collection[str],
) -> tuple[EvidenceGroup, ...]:
    words, plan = load_wording(language()), outline()
    items: dict[str, list[str]] = {}
    for item, page in plan.page_of.items():
        items.setdefault(page.dimension, []).append(item)
    groups = []
    for place, (dimension, ids) in enumerate(items.items()):
        rows = tuple(
            _row(panel.assessment, item, claims.get(item), reviews.get(item), own=item in own)
            for item in ids
        )
        groups.append(
            EvidenceGroup(
                name=words.dimensions[dimension].name,
                summary=_summary(rows),
                rows=rows,
                open=place == 0,
            )
        )
    return tuple(groups)


def _summary(rows: tuple[EvidenceRow, ...]) -> str:
    return _("%(graded)s of %(count)s graded") % {
        "graded": numbers.number(sum(row.reviewed for row in rows)),
        "count": numbers.number(len(rows)),
    }


def _row(
    assessment: Assessment,
    item: str,
    claim: Claimed | None,
    review: EvidenceReview | None,
    *,
    own: bool,
) -> EvidenceRow:
    claimed = claim.grade if claim else EvidenceGrade.CLAIMED.value
    return EvidenceRow(
        number=outline().number_of[item],
        title=load_wording(language()).items[item].title,
        url=reverse("evidence_item", args=[assessment.pk, item]),
        claimed=grade_words(claimed),
        written=_written(claim.written if claim else 0),
        grade=grade_words(review.grade) if review else "",
        reviewed=review is not None,
        own=own,
    )


def _written(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s note or link", "%(count)s notes or links", count) % {
        "count": numbers.number(count)
    }


# ---- one question -----------------------------------------------------------------------------


def evidence_item_page(
    panel: Panel,
    item: str,
    claim: Claimed | None,
    review: EvidenceReview | None,
    *,
    own: bool,
    void: bool = False,
    conflict: bool = False,
) -> EvidenceItemPage:
    """Write the page of one question's evidence; `conflict`: somebody graded it meanwhile."""
    assessment, words = panel.assessment, load_wording(language())
    page = outline().page_of[item]
    line = review_line(assessment, review) if review else None
    claims = () if own else (panel.claims or {}).get(item, ())
    return EvidenceItemPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "evidence"),
        kicker=(
            words.dimensions[page.dimension].name,
            _("Question %(number)s") % {"number": outline().number_of[item]},
        ),
        title=words.items[item].title,
        question=words.items[item].question,
        hint=words.items[item].evidence_hint,
        claimed=grade_words(claim.grade if claim else EvidenceGrade.CLAIMED),
        claims=tuple(claim_line(one) for one in claims),
        claims_hidden=_hidden(assessment, claim),
        review=line,
        void=_("%(who)s has answered this question since, so the grade does not count.")
        % {"who": line.by}
        if line and void
        else "",
        conflict=line if conflict else None,
        refusal=_refusal(panel, own=own),
        options=_options(),
        version=review.version if review else 0,
        post_url=reverse("evidence_item", args=[assessment.pk, item]),
        back_url=reverse("evidence", args=[assessment.pk]),
    )


def review_line(assessment: Assessment, review: EvidenceReview) -> ReviewLine:
    return ReviewLine(
        grade=grade_words(review.grade),
        comment=review.comment,
        by=review.by.display_name if review.by else _("Former member"),
        when=when_words(assessment, review.at),
    )


def _hidden(assessment: Assessment, claim: Claimed | None) -> str:
    if assessment.visibility != Visibility.ANONYMOUS or not claim or not claim.written:
        return ""
    return _(
        "Respondents wrote notes or links, but answers in this round are anonymous and notes could "
        "tell whose they are. Grade what the bank shows you."
    )


def _refusal(panel: Panel, *, own: bool) -> str:
    if panel.assessment.status == AssessmentStatus.PUBLISHED:
        return _("This round is published; its grades are frozen with it.")
    if panel.result is None:
        return _("Nobody sees others’ answers before the round is closed.")
    if own:
        return _(
            "You answered this question, so you cannot grade its evidence. Another reviewer, or "
            "a lead who did not answer it, can."
        )
    return ""


def _options() -> tuple[GradeOption, ...]:
    about = {
        EvidenceGrade.CLAIMED: _("Somebody says so; nothing was shown."),
        EvidenceGrade.DESCRIBED: _("Somebody describes how it is done, with an example."),
        EvidenceGrade.DOCUMENT: _("You have seen a document, record or system that shows it."),
        EvidenceGrade.VERIFIED: _("You, or audit, checked independently that it is really done."),
    }
    return tuple(
        GradeOption(value=grade.value, name=grade_words(grade.value), about=about[grade])
        for grade in EvidenceGrade
    )


# ---- sending back -----------------------------------------------------------------------------


def send_back_page(assessment: Assessment, sheets: Collection[Returnable]) -> SendBackPage:
    if assessment.status == AssessmentStatus.OPEN:
        state = _("The respondent’s answers open at once, and stay open until submitted again.")
    else:
        state = _(
            "The round is closed: the findings stay as they are, and the respondent can only "
            "change the section once the lead has reopened the round."
        )
    return SendBackPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "evidence"),
        period=assessment.period,
        state=state,
        why_not="" if sheets else _why_none(assessment),
        back_url=reverse("evidence", args=[assessment.pk]),
    )


def _why_none(assessment: Assessment) -> str:
    if assessment.visibility == Visibility.ANONYMOUS:
        return _(
            "Answers in this round are anonymous, so a section cannot be sent back to one person. "
            "Leave a comment on the question instead."
        )
    return _("Nobody else has submitted yet.")
