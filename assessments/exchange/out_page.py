"""“Take it away”: every file that a round can leave as, with a sentence each."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.exchange.out_queries import Offered
from assessments.exchange.out_tables import NAMES
from assessments.models import Assessment, AssessmentStatus
from assessments.ui.shell import BankNav, bank_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One file. With `why_not` it cannot be taken; `ask` means that a form makes it."""

    title: str
    form: str  # PDF, DOCX, XLSX, CSV or JSON
    text: str
    url: str = ""
    ask: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Files of one use."""

    id: str
    title: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeAwayPage:
    bank: BankNav
    period: str
    lead: str
    draft: str  # told while the round is not published
    shelves: tuple[Shelf, ...]
    results_url: str


def build(assessment: Assessment, offered: Offered) -> TakeAwayPage:
    """Write the page for its reader."""
    data = standing_on(assessment).may(Permission.EXPORT_DATA)
    published = assessment.status == AssessmentStatus.PUBLISHED
    shelves = [_to_read(assessment)]
    if data:
        shelves += [_to_reckon(assessment, offered), _to_move(assessment, offered)]
    return TakeAwayPage(
        bank=bank_nav(assessment.organisation, "results", assessment),
        period=assessment.period,
        lead=_("Each download is noted in the bank’s audit trail."),
        draft=""
        if published
        else _("This result is not published yet: what you take now may still change."),
        shelves=tuple(shelves),
        results_url=reverse("results", args=[assessment.pk]),
    )


def _to_read(assessment: Assessment) -> Shelf:
    return Shelf(
        id="read",
        title=_("To read and present"),
        offers=(
            Offer(
                title=_("Report for the board"),
                form="PDF",
                text=_("Placement, strategy, gaps, roadmap and method on 12 to 16 pages."),
                url=reverse("report_request", args=[assessment.pk]),
                ask=True,
            ),
            Offer(
                title=_("Roadmap to edit"),
                form="DOCX",
                text=_(
                    "The same roadmap as a document for Word or LibreOffice: strategy, six "
                    "stages, every action with owner, effort, quarter and KPI."
                ),
                url=reverse("roadmap_docx", args=[assessment.pk]),
            ),
        ),
    )


def _to_reckon(assessment: Assessment, offered: Offered) -> Shelf:
    return Shelf(
        id="reckon",
        title=_("To calculate with"),
        offers=(
            Offer(
                title=_("Everything in one workbook"),
                form="XLSX",
                text=_(
                    "All tables below that you may take, one sheet each, and a sheet that "
                    "explains every column."
                ),
                url=reverse("round_xlsx", args=[assessment.pk]),
            ),
            *(
                _table(assessment, offered, name)
                for name in NAMES
                if name != "regions" or offered.regional
            ),
        ),
    )


def _table(assessment: Assessment, offered: Offered, name: str) -> Offer:
    title, text = {
        "scores": (
            _("Scores"),
            _("Axes, dimensions, facets and questions, each with its 90 % interval."),
        ),
        "placement": (_("Placement"), _("The four strategies and how likely each is.")),
        "regions": (_("Regions"), _("Customers by region, and the strategy that each calls for.")),
        "quarters": (
            _("Quarters"),
            _("Where the roadmap should lead, with slow and fast progress."),
        ),
        "plan": (_("Plan"), _("The roadmap’s actions, and owner, date and state once adopted.")),
        "answers": (_("Answers"), _("Every respondent’s answer to every question, with notes.")),
    }[name]
    why_not = _why_no_answers(offered) if name == "answers" else ""
    url = "" if why_not else reverse("round_csv", args=[assessment.pk, name])
    return Offer(title=title, form="CSV", text=text, url=url, why_not=why_not)


def _to_move(assessment: Assessment, offered: Offered) -> Shelf:
    why_not = _why_no_answers(offered)
    if not why_not and offered.older:
        why_not = _(
            "Not offered to you: some answers were given before your firm’s engagement began, and "
            "without them the findings would differ."
        )
    return Shelf(
        id="move",
        title=_("To compute again elsewhere"),
        offers=(
            Offer(
                title=_("Case file"),
                form="JSON",
                text=_(
                    "Exactly what the scores were computed from, without names and notes. The "
                    "command line gives the identical findings, and another installation can "
                    "take it in."
                ),
                url="" if why_not else reverse("case_export", args=[assessment.pk]),
                why_not=why_not,
            ),
        ),
    )


def _why_no_answers(offered: Offered) -> str:
    """Why single answers stay here; empty where they may be taken."""
    if offered.anonymous:
        return _(
            "Not offered: this round is anonymous, so nobody’s answers leave it apart from the "
            "others’."
        )
    if not offered.apart:
        return _("Not offered to you: the bank shows your firm results without single answers.")
    return ""
