"""What stands around a result: its links and buttons, and the pages that only explain."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.access.roles import Permission, Standing
from assessments.access.scope import standing_on
from assessments.models import ActionStatus, Assessment, AssessmentStatus, Role
from assessments.survey.queries import Turnout
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Addresses beside a result; an empty one is not shown."""

    results_url: str = ""
    scoring_url: str = ""
    roadmap_url: str = ""
    figures_url: str = ""
    report_url: str = ""
    take_away_url: str = ""
    sample_report_url: str = ""
    publish_url: str = ""
    share_url: str = ""
    settings_url: str = ""
    respondents_url: str = ""
    agreement_url: str = ""
    plan_url: str = ""
    adopt_url: str = ""
    compare_url: str = ""
    compare_regions_url: str = ""
    published: bool = False
    what_if: bool = False
    state: str = ""  # of the round, in a word or two
    shared: bool = False  # a respondent reads what the lead opened to respondents
    history_url: str = ""


def _above(name: str, *args: object) -> str:
    """An address of a room that lies above this one; empty where it is not mounted."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def results_frame(assessment: Assessment) -> Frame:
    """The links of a round's results page."""
    published = assessment.status == AssessmentStatus.PUBLISHED
    reader = standing_on(assessment)
    publishes = reader.may(Permission.MANAGE_ROUND) and not published
    shares = reader.may(Permission.SHARE)
    compares = reader.may(Permission.VIEW_AGREEMENT)
    return Frame(
        results_url=reverse("results", args=[assessment.pk]),
        scoring_url=reverse("scoring", args=[assessment.pk]),
        roadmap_url=reverse("roadmap", args=[assessment.pk]),
        figures_url=reverse("figures", args=[assessment.pk]),
        report_url=_report(assessment, reader),
        take_away_url=_take_away(assessment, reader),
        agreement_url=_above("agreement", assessment.pk) if compares else "",
        publish_url=reverse("publish", args=[assessment.pk]) if publishes else "",
        share_url=_above("shares", assessment.pk) if published and shares else "",
        compare_url=_compare(assessment, f"pick={assessment.pk}") if published else "",
        compare_regions_url=_compare(assessment, f"round={assessment.pk}&regions=1")
        if published
        else "",
        published=published,
        state=_state(assessment),
        shared=reader.role == Role.RESPONDENT and reader.shared,
        history_url=reverse("history", args=[assessment.organisation_id])
        if published and reads_other_rounds(assessment)
        else "",
    )


def reads_other_rounds(assessment: Assessment) -> bool:
    """Whether the reader sees the bank's other results too, not only one that was opened to them."""
    return replace(standing_on(assessment), shared=False).may(Permission.VIEW_RESULTS)


def _compare(assessment: Assessment, query: str) -> str:
    """The way to a comparison: a member's begins with the other rounds of the own bank."""
    url = _above("compare")
    if not url:
        return ""
    own = standing_on(assessment).role is not None and query.startswith("pick")
    return f"{url}?{query}" + (f"&bank={assessment.organisation_id}" if own else "")


def _report(assessment: Assessment, reader: Standing) -> str:
    may = reader.may(Permission.EXPORT_REPORT)
    return _above("report_request", assessment.pk) if may else ""


def _take_away(assessment: Assessment, reader: Standing) -> str:
    may = reader.may(Permission.EXPORT_REPORT)
    return _above("take_away", assessment.pk) if may else ""


def _state(assessment: Assessment) -> str:
    """Whether what is shown may still change."""
    return {
        AssessmentStatus.OPEN: _("Round still open"),
        AssessmentStatus.CLOSED: _("Closed, not published"),
        AssessmentStatus.PUBLISHED: _("Published"),
    }[AssessmentStatus(assessment.status)]


def roadmap_frame(assessment: Assessment, *, what_if: bool, adopted: bool) -> Frame:
    """The links of a round's roadmap; ``what_if``: other settings than the round's are shown."""
    published = assessment.status == AssessmentStatus.PUBLISHED
    reader = standing_on(assessment)
    adopts = published and not what_if and reader.may(Permission.MANAGE_PLAN)
    keeps = reader.may(Permission.MANAGE_ROUND) and not published
    return Frame(
        results_url=reverse("results", args=[assessment.pk]),
        roadmap_url=reverse("roadmap", args=[assessment.pk]),
        report_url=_report(assessment, reader),
        take_away_url=_take_away(assessment, reader),
        settings_url=reverse("roadmap_settings", args=[assessment.pk]) if keeps else "",
        plan_url=_above("plan", assessment.pk) if adopted else "",
        adopt_url=_above("plan_adopt", assessment.pk) if adopts and not adopted else "",
        published=published,
        what_if=what_if,
    )


def states_in_words(states: Mapping[str, str] | None) -> dict[str, str]:
    """How each adopted action stands, as its chip says it."""
    return {id_: str(ActionStatus(state).label) for id_, state in (states or {}).items()}


def sample_frame() -> Frame:
    """The public sample leads to its report only."""
    return Frame(sample_report_url=_above("sample_report"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingPage:
    """Why a round shows no result yet, and what is missing."""

    bank: BankNav
    title: str
    text: str
    missing: str
    round_url: str


def pending(assessment: Assessment, counts: Turnout) -> PendingPage:
    """One respondent: waits for submitting. Several: waits for closing the round."""
    submitted = ngettext(
        "%(done)s of %(all)s person asked has submitted.",
        "%(done)s of %(all)s people asked have submitted.",
        counts.sheets,
    ) % {"done": numbers.number(counts.submitted), "all": numbers.number(counts.sheets)}
    if counts.submitted == 0 and counts.status != AssessmentStatus.OPEN:
        text = _("The round is closed, and nobody has submitted answers: there is nothing to show.")
    elif counts.sheets > 1:
        text = _(
            "With several respondents the results are shown once the round is closed, so that "
            "nobody’s answers can be read out of a change."
        )
    else:
        text = _("The results are shown as soon as the answers are submitted.")
    return PendingPage(
        bank=bank_nav(assessment.organisation, "results", assessment),
        title=_("No results yet"),
        text=text,
        missing=submitted,
        round_url=reverse("round", args=[assessment.pk]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPage:
    """What publishing does, before it is done."""

    bank: BankNav
    title: str
    ready: bool
    published: bool
    missing: str
    publish_url: str
    results_url: str


def publishing(assessment: Assessment, counts: Turnout) -> PublishPage:
    """The page that asks once more."""
    published = assessment.status == AssessmentStatus.PUBLISHED
    return PublishPage(
        bank=bank_nav(assessment.organisation, "results", assessment),
        title=_("Publish the result of %(period)s") % {"period": assessment.period},
        ready=counts.ready and not published,
        published=published,
        missing=pending(assessment, counts).missing,
        publish_url=reverse("publish", args=[assessment.pk]),
        results_url=reverse("results", args=[assessment.pk]),
    )
