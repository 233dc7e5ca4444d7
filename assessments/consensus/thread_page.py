"""What templates see of a question's thread, and of all threads of a round."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.consensus.places import Places, places_of
from assessments.consensus.thread_queries import Activity, Remark, Thread
from assessments.models import Assessment, Visibility
from assessments.survey.outline import outline
from assessments.survey.queries import zone_of
from assessments.survey.question import language
from assessments.ui import numbers
from assessments.ui.shell import BankNav, bank_nav
from maturity import load_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    author: str
    mine: bool
    when: str
    body: str
    withdrawn: bool
    notified: str
    withdraw_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """One page of a thread and where to send a new comment."""

    title: str
    remarks: tuple[RemarkView, ...]
    newer_url: str
    older_url: str
    place: str
    post_url: str
    voice: str  # by what name one's own comment will stand


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    bank: BankNav
    places: Places
    kicker: tuple[str, ...]
    title: str
    question: str
    thread: ThreadView


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRow:
    number: str
    title: str
    url: str
    count: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectGroup:
    name: str
    count: str
    rows: tuple[SubjectRow, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionsPage:
    bank: BankNav
    places: Places
    period: str
    lead: str
    groups: tuple[SubjectGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPage:
    """Why a thread is not open to a respondent yet."""

    bank: BankNav
    round_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPage:
    bank: BankNav
    body: str
    when: str
    back_url: str


def when_words(assessment: Assessment, at: dt.datetime) -> str:
    zone = zone_of(assessment.organisation)
    return _("%(day)s, %(time)s") % {
        "day": numbers.day(at.astimezone(zone).date()),
        "time": numbers.clock(at, zone),
    }


def thread_view(assessment: Assessment, item: str, thread: Thread, *, voice: str) -> ThreadView:
    address = reverse("thread", args=[assessment.pk, item])
    return ThreadView(
        title=_("Discussion")
        if not thread.count
        else ngettext("%(count)s comment", "%(count)s comments", thread.count)
        % {"count": numbers.number(thread.count)},
        remarks=tuple(_remark(assessment, item, remark) for remark in thread.remarks),
        newer_url=f"{address}?page={thread.page - 1}" if thread.page > 1 else "",
        older_url=f"{address}?page={thread.page + 1}" if thread.page < thread.pages else "",
        place=_("Page %(page)s of %(pages)s")
        % {"page": numbers.number(thread.page), "pages": numbers.number(thread.pages)}
        if thread.pages > 1
        else "",
        post_url=address,
        voice=_("Your comment will stand there as “%(name)s”.") % {"name": voice},
    )


def _remark(assessment: Assessment, item: str, remark: Remark) -> RemarkView:
    return RemarkView(
        author=remark.author,
        mine=remark.mine,
        when=when_words(assessment, remark.at),
        body=remark.body,
        withdrawn=remark.withdrawn,
        notified=_("Mailed to %(names)s") % {"names": ", ".join(remark.notified)}
        if remark.notified
        else "",
        withdraw_url=reverse("comment_withdraw", args=[assessment.pk, item, remark.pk])
        if remark.mine and not remark.withdrawn
        else "",
    )


def thread_page(assessment: Assessment, item: str, view: ThreadView) -> ThreadPage:
    words = load_wording(language())
    page = outline().page_of[item]
    return ThreadPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "discussion"),
        kicker=(
            words.dimensions[page.dimension].name,
            _("Question %(number)s") % {"number": outline().number_of[item]},
        ),
        title=words.items[item].title,
        question=words.items[item].question,
        thread=view,
    )


def discussions_page(assessment: Assessment, activity: Mapping[str, Activity]) -> DiscussionsPage:
    """Every question of the questionnaire with what is said of it, by dimension."""
    words, plan, zone = load_wording(language()), outline(), zone_of(assessment.organisation)
    items: dict[str, list[str]] = {}
    for item, page in plan.page_of.items():
        items.setdefault(page.dimension, []).append(item)
    groups = []
    for dimension, own in items.items():
        said = sum(activity[item].count for item in own if item in activity)
        rows = tuple(
            SubjectRow(
                number=plan.number_of[item],
                title=words.items[item].title,
                url=reverse("thread", args=[assessment.pk, item]),
                count=_count(activity[item].count) if item in activity else "",
                last=numbers.day(activity[item].last.astimezone(zone).date())
                if item in activity
                else "",
            )
            for item in own
        )
        name = words.dimensions[dimension].name
        groups.append(SubjectGroup(name=name, count=_count(said), rows=rows, open=said > 0))
    return DiscussionsPage(
        bank=bank_nav(assessment.organisation, "agreement", assessment),
        places=places_of(assessment, "discussion"),
        period=assessment.period,
        lead=_lead(assessment),
        groups=tuple(groups),
    )


def _count(count: int) -> str:
    if not count:
        return _("no comments")
    return ngettext("%(count)s comment", "%(count)s comments", count) % {
        "count": numbers.number(count)
    }


def _lead(assessment: Assessment) -> str:
    readers = _(
        "Read by the lead, the reviewers, consultants who may see answers, and everybody who has "
        "submitted."
    )
    names = {
        Visibility.NAMED: _("Comments carry names."),
        Visibility.FUNCTION: _("Respondents’ comments carry their function."),
        Visibility.ANONYMOUS: _("Respondents’ comments carry no name."),
    }[Visibility(assessment.visibility)]
    return f"{readers} {names}"
