"""What the templates of customers by region see."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.roles import Standing
from assessments.models import Assessment
from assessments.survey.pages import LockNotice, lock_notice
from assessments.survey.region_forms import customer_items
from assessments.survey.region_queries import RegionState, region_lock
from assessments.ui.numbers import day, number
from assessments.ui.shell import BankNav, bank_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    name: str
    url: str
    count: str
    status: str
    kind: str  # "todo", "progress" or "done", as on the task list
    changed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionsPage:
    """All regions of the bank; `profile_url` leads to where they are named."""

    bank: BankNav
    period: str
    rows: tuple[RegionRow, ...]
    lock: LockNotice | None
    profile_url: str
    round_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPage:
    """The questions about one region."""

    bank: BankNav
    period: str
    name: str
    lock: LockNotice | None
    clash: str
    cancel_url: str


def regions_page(
    assessment: Assessment, states: tuple[RegionState, ...], reader: Standing
) -> RegionsPage:
    """Name every region, and how far its estimate has come."""
    return RegionsPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        rows=tuple(_row(assessment, state) for state in states),
        lock=_lock(assessment, reader),
        profile_url=reverse("bank_profile", args=[assessment.organisation_id]),
        round_url=reverse("round", args=[assessment.pk]),
    )


def region_page(
    assessment: Assessment, state: RegionState, reader: Standing, *, clashes: bool
) -> RegionPage:
    """One region; `clashes` when somebody stored other answers meanwhile."""
    return RegionPage(
        bank=bank_nav(assessment.organisation, "assessment", assessment),
        period=assessment.period,
        name=state.region.name,
        lock=_lock(assessment, reader),
        clash=_clash(state) if clashes else "",
        cancel_url=reverse("regions", args=[assessment.pk]),
    )


def _row(assessment: Assessment, state: RegionState) -> RegionRow:
    total, answered = len(customer_items()), len(state.answers)
    kind = "done" if answered == total else "progress" if answered else "todo"
    words = {
        "todo": gettext("Not estimated"),
        "progress": gettext("In progress"),
        "done": gettext("Estimated"),
    }
    return RegionRow(
        name=state.region.name,
        url=reverse("region", args=[assessment.pk, state.region.pk]),
        count=gettext("%(done)s of %(all)s") % {"done": number(answered), "all": number(total)},
        status=words[kind],
        kind=kind,
        changed=gettext("by %(who)s on %(day)s")
        % {"who": state.changed_by, "day": day(state.changed_at.date())}
        if state.changed_at and state.changed_by
        else "",
    )


def _clash(state: RegionState) -> str:
    counted = ngettext("%(n)s answer", "%(n)s answers", len(state.answers)) % {
        "n": number(len(state.answers))
    }
    return gettext(
        "%(who)s stored other answers for this region meanwhile (%(count)s now). Yours are below "
        "and not stored; saving again replaces the others."
    ) % {"who": state.changed_by or gettext("Somebody"), "count": counted}


def _lock(assessment: Assessment, reader: Standing) -> LockNotice | None:
    lock = region_lock(assessment)
    return lock_notice(assessment, lock, sheet=None, reader=reader) if lock else None
