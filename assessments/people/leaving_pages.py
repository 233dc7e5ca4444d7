"""What the pages about leaving show, formatted."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.models import Export, FileState, Organisation, OrganisationKind, User
from assessments.people import leaving_queries as queries
from assessments.people.leaving_services import GRACE, NOTICE
from assessments.people.queries import today_of
from assessments.ui.numbers import day, number
from assessments.ui.shell import BankNav, organisation_nav

MEGABYTE = 1_000_000
LEAST_SHOWN = 0.1  # megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStatus:
    """How the newest export is doing."""

    state: Literal["none", "working", "ready", "failed"]
    text: str
    done: int
    parts: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """A round that the retention setting is about to delete."""

    period: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingPage:
    bank: BankNav
    pk: str
    name: str
    firm: bool
    closing: str  # the last day; empty unless closing
    grace: str
    export: ExportStatus
    leavers: tuple[Leaver, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePage:
    bank: BankNav
    name: str
    firm: bool
    last_day: str
    losses: tuple[str, ...]
    back_url: str


def leaving(organisation: Organisation, user: User, now: dt.datetime) -> LeavingPage:
    """Export, retention and closing of one organisation."""
    return LeavingPage(
        bank=organisation_nav(organisation, "profile"),
        pk=str(organisation.pk),
        name=organisation.name,
        firm=organisation.kind == OrganisationKind.FIRM,
        closing=day(organisation.closing_on) if organisation.closing_on else "",
        grace=number(GRACE.days),
        export=_export(queries.latest_export(organisation, user, now), organisation),
        leavers=_leavers(organisation, now),
    )


def close(organisation: Organisation, now: dt.datetime) -> ClosePage:
    """What goes if the organisation is closed now."""
    return ClosePage(
        bank=organisation_nav(organisation, "profile"),
        name=organisation.name,
        firm=organisation.kind == OrganisationKind.FIRM,
        last_day=day(today_of(organisation, now) + GRACE),
        losses=tuple(_losses(organisation)),
        back_url=reverse("leaving", args=[organisation.pk]),
    )


def _losses(organisation: Organisation) -> list[str]:
    found = queries.holdings(organisation)
    counted = [
        ngettext(
            "%(n)s assessment with its answers",
            "%(n)s assessments with their answers",
            found.rounds,
        )
        % {"n": number(found.rounds)},
        ngettext("%(n)s report", "%(n)s reports", found.reports) % {"n": number(found.reports)},
        ngettext("%(n)s engagement", "%(n)s engagements", found.engagements)
        % {"n": number(found.engagements)},
        ngettext("%(n)s membership", "%(n)s memberships", found.members)
        % {"n": number(found.members)},
    ]
    counts = (found.rounds, found.reports, found.engagements, found.members)
    return [text for text, count in zip(counted, counts, strict=True) if count]


def _export(export: Export | None, organisation: Organisation) -> ExportStatus:
    if export is None:
        return ExportStatus(state="none", text="", done=0, parts=0, url="")
    if export.state == FileState.DONE:
        until = export.expires_at.astimezone(_zone(organisation)).date()
        size = number(max(export.size / MEGABYTE, LEAST_SHOWN), 1)
        text = gettext("ZIP, %(size)s MB, here until %(day)s.") % {"size": size, "day": day(until)}
        return ExportStatus(
            state="ready", text=text, done=0, parts=0, url=reverse("export_file", args=[export.pk])
        )
    if export.state == FileState.FAILED:
        text = gettext("The export could not be built. Nothing is lost: try again.")
        return ExportStatus(state="failed", text=text, done=0, parts=0, url="")
    text = gettext("Waiting in line.")
    if export.parts:
        text = gettext("%(done)s of %(parts)s parts written.") % {
            "done": number(export.parts_done),
            "parts": number(export.parts),
        }
    return ExportStatus(
        state="working", text=text, done=export.parts_done, parts=export.parts or 1, url=""
    )


def _zone(organisation: Organisation) -> dt.tzinfo:
    return ZoneInfo(organisation.time_zone)


def _leavers(organisation: Organisation, now: dt.datetime) -> tuple[Leaver, ...]:
    """Rounds on their way out; a letter not yet sent counts from today."""
    soonest = today_of(organisation, now) + NOTICE
    announced = queries.announced_days(organisation)
    return tuple(
        Leaver(period=round_.period, on=day(announced.get(str(round_.pk), soonest)))
        for round_ in queries.rounds_past(organisation, soonest)
    )
