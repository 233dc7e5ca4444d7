"""What somebody without an account sees: the result, its roadmap and its PDF, and nothing beyond.

These pages lead nowhere else in the program. They name no person; where fewer than four people
answered a question, nothing is told of how far they agreed.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Report, ShareLink
from assessments.reports import names
from assessments.reports.pages import state_of
from assessments.results import queries
from assessments.results.frames import Frame
from assessments.results.outside import AgreementView
from assessments.results.pages import ResultsPage, RoadmapPage, build_roadmap, page_of
from assessments.results.queries import Result
from assessments.results.subject import MOST_UNSPLIT, Source, Subject
from assessments.survey.queries import zone_of
from assessments.ui.numbers import day, number
from maturity import load_wording

Tab = Literal["results", "roadmap", "report"]
State = Literal["none", "working", "ready", "failed"]
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPage:
    """What a link shows before it is opened."""

    passcode: bool
    until: str
    open_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """The frame of every page behind a link. Addresses that are empty are not shown."""

    bank: str
    fictional: bool
    until: str
    current: Tab
    results_url: str
    roadmap_url: str
    report_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The PDF on its way. `file_url` is empty until it is ready."""

    state: State
    kicker: str
    heading: str
    text: str
    size: str
    file_url: str
    state_url: str


def door(link: ShareLink) -> DoorPage:
    """The first page, which names neither bank nor result: previews of mail programs show it."""
    return DoorPage(
        passcode=bool(link.passcode),
        until=_until(link),
        open_url=reverse("shared", args=[link.pk]),
    )


def guest(link: ShareLink, current: Tab) -> Guest:
    """The frame for one link, on one of its three pages."""
    bank = link.assessment.organisation
    return Guest(
        bank=bank.name,
        fictional=bank.fictional,
        until=_until(link),
        current=current,
        results_url=reverse("shared", args=[link.pk]),
        roadmap_url=reverse("shared_roadmap", args=[link.pk]),
        report_url=reverse("shared_report", args=[link.pk]) if link.with_report else "",
    )


def _until(link: ShareLink) -> str:
    zone = zone_of(link.assessment.organisation)
    return day(link.expires_at.astimezone(zone).date())


# ---- result and roadmap ------------------------------------------------------------------------


def result_page(link: ShareLink, result: Result, now: dt.datetime) -> tuple[ResultsPage, str]:
    """The page and its body, which is kept with the result like that of the bank's own page."""
    language, subject = get_language() or "en", _subject(link, now)
    frame = Frame(roadmap_url=reverse("shared_roadmap", args=[link.pk]))
    kept = result.shown.get(f"shared {language}")
    if kept is None or kept[0] != (subject, frame):
        page = _built(result, subject, language)
        body = render_to_string("results/body.html", {"page": page, "frame": frame})
        kept = result.shown[f"shared {language}"] = ((subject, frame), page, body)
    return kept[1], kept[2]


def roadmap_page(link: ShareLink, result: Result, now: dt.datetime) -> RoadmapPage:
    """The roadmap as it was published; how far the bank has come with it is its own affair."""
    return build_roadmap(
        result.findings,
        load_wording(get_language() or "en"),
        result.framework,
        case=result.case,
        subject=_subject(link, now),
        limit=result.limit,
    )


def _subject(link: ShareLink, now: dt.datetime) -> Subject:
    return queries.subject_of(link.assessment, now)


def _built(result: Result, subject: Subject, language: str) -> ResultsPage:
    page = page_of(result, subject, language)
    source = queries.source_of(result, subject)
    return replace(page, agreement=of_many(page.agreement, source))


def of_many(view: AgreementView, source: Source) -> AgreementView:
    """What is told outside of how far people agree: nothing where it could tell who said what."""
    found = source.findings.agreement
    if found is None or all(item.n >= MOST_UNSPLIT for item in found.items.values()):
        return view
    agenda = [id_ for id_ in found.agenda if found.items[id_].ad > 0]
    rows = tuple(
        row
        for id_, row in zip(agenda, view.rows, strict=True)
        if found.items[id_].n >= MOST_UNSPLIT
    )
    if rows:
        title = _("Respondents disagree most on “%(title)s”") % {"title": rows[0].title}
        return replace(view, rows=rows, title=title, measure="", short="")
    return replace(
        view,
        title=_("How far respondents agree stays inside the bank"),
        measure="",
        rows=(),
        note=_(
            "Fewer than four people answered the same questions, so it could tell who said what."
        ),
        short="",
    )


# ---- the PDF -----------------------------------------------------------------------------------


def report_page(link: ShareLink, report: Report | None) -> ReportPage:
    """How the PDF is doing; asked for by nobody yet, it can be asked for."""
    state = _state(report)
    return ReportPage(
        state=state,
        kicker=link.assessment.period,
        heading={
            "none": _("The result as a PDF"),
            "working": _("Preparing the report"),
            "ready": _("The report is ready"),
            "failed": _("The report could not be printed"),
        }[state],
        text={
            "none": _("It is prepared for you in about eight seconds."),
            "working": _("Laying out charts and pages: a few seconds."),
            "ready": _("Placement, strategy, gaps, roadmap and method, to print or to keep."),
            "failed": _("It was tried three times. Try again, or ask who sent you the link."),
        }[state],
        size=_size(report) if report is not None and state == "ready" else "",
        file_url=file_url(link) if state == "ready" else "",
        state_url=reverse("shared_report_state", args=[link.pk]),
    )


def file_url(link: ShareLink) -> str:
    """Where the file is, under its own name."""
    return reverse("shared_report_file", args=[link.pk, names.ascii_name(title_of(link))])


def title_of(link: ShareLink) -> names.Title:
    """What the file is called."""
    return names.Title(
        bank=link.assessment.organisation.name,
        period=link.assessment.period,
        language=get_language() or "en",
    )


def _state(report: Report | None) -> State:
    return "none" if report is None else state_of(report)


def _size(report: Report) -> str:
    return _("%(pages)s pages, %(size)s MB") % {
        "pages": number(report.pages),
        "size": number(report.size / MEGABYTE, 1),
    }
