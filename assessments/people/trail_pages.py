"""The trail as its pages and its download show it."""

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Event, Organisation, User
from assessments.people import trail_queries as queries
from assessments.people.trail_queries import Known, Sealed, Thing
from assessments.people.trail_words import further, sentence
from assessments.ui.cells import text_cell
from assessments.ui.numbers import clock, day
from assessments.ui.paging import Pager, page_of
from assessments.ui.shell import BankNav, organisation_nav

COLUMNS = ("time", "who", "person", "what", "about", "details", "verb", "target", "request", "seal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event."""

    at: str
    who: str
    named: bool  # whether `who` is a person's name
    what: str
    further: str
    about: str
    url: str
    reference: str
    where: str = ""  # the organisation, on a person's own list


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    bank: BankNav
    lines: tuple[Line, ...]
    pager: Pager | None
    filtered: bool
    clear_url: str
    csv_url: str
    sealed: str
    intact: bool
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrailPage:
    lines: tuple[Line, ...]
    pager: Pager


def trail(organisation: Organisation, rows: QuerySet[Event], asked: Mapping[str, str]) -> TrailPage:
    """One page of the trail. Raises BadRequest for a page that does not exist."""
    part = page_of(rows, asked)
    known = queries.known(part.rows, organisation)
    zone = ZoneInfo(organisation.time_zone)
    lines = tuple(_line(event, known, zone) for event in part.rows)
    return _page(organisation, asked, lines, part.pager)


def mistaken(organisation: Organisation, asked: Mapping[str, str]) -> TrailPage:
    """The page when a filter cannot be understood: no events, and the field says why."""
    return _page(organisation, asked, (), None)


def own_trail(user: User, asked: Mapping[str, str]) -> OwnTrailPage:
    """What a person did, for themselves. Raises BadRequest for a page that does not exist."""
    part = page_of(queries.own_trail(user), asked)
    known = queries.known(part.rows)
    lines = tuple(
        _line(event, known, ZoneInfo(event.organisation.time_zone), own=True) for event in part.rows
    )
    return OwnTrailPage(lines=lines, pager=part.pager)


def csv_lines(organisation: Organisation, rows: QuerySet[Event]) -> Iterator[str]:
    """The events asked for as lines of CSV, times in the organisation's zone."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    zone = ZoneInfo(organisation.time_zone)
    yield "\ufeff" + writer.writerow(COLUMNS)
    for batch in queries.in_batches(rows):
        known = queries.known(batch, organisation)
        for event in batch:
            cells = _cells(event, _line(event, known, zone), zone)
            yield writer.writerow([text_cell(cell) for cell in cells])


class _Echo:
    """Gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _page(
    organisation: Organisation,
    asked: Mapping[str, str],
    lines: tuple[Line, ...],
    pager: Pager | None,
) -> TrailPage:
    filters = {name: value for name, value in asked.items() if value and name != "page"}
    seal = queries.sealed(organisation)
    here = reverse("trail", args=[organisation.pk])
    download = reverse("trail_csv", args=[organisation.pk])
    return TrailPage(
        bank=organisation_nav(organisation, "profile"),
        lines=lines,
        pager=pager,
        filtered=bool(filters),
        clear_url=here,
        csv_url=f"{download}?{urlencode(filters)}" if filters else download,
        sealed=_sealed(seal, ZoneInfo(organisation.time_zone)),
        intact=not seal.fault,
        zone=organisation.time_zone,
    )


def _sealed(seal: Sealed, zone: dt.tzinfo) -> str:
    """One sentence: up to when it is sealed, and what the last check found."""
    if seal.at is None:
        return gettext("Not sealed yet; that happens by itself within minutes.")
    words = {"at": _moment(seal.at, zone)}
    if seal.fault:
        return gettext(
            "Sealed up to %(at)s, but the seals do not hold: %(fault)s. Somebody changed the "
            "database behind the program; tell whoever runs it."
        ) % (words | {"fault": seal.fault})
    if seal.checked_at is None:
        return gettext("Sealed up to %(at)s; the first check follows.") % words
    words |= {"checked": _moment(seal.checked_at, zone)}
    return gettext("Sealed up to %(at)s. Intact when last checked, %(checked)s.") % words


def _line(event: Event, known: Known, zone: dt.tzinfo, *, own: bool = False) -> Line:
    thing = known.things.get(event.target)
    return Line(
        at=_moment(event.at, zone),
        who=gettext("You") if own else _who(event, known),
        named=event.actor in known.people,
        what=sentence(event.verb),
        further=further(event.details),
        about=_about(event, thing, known),
        url=_url(thing),
        reference="" if event.request_id == "-" else event.request_id,
        where=event.organisation.name if own else "",
    )


def _who(event: Event, known: Known) -> str:
    if event.actor is not None:
        return known.people.get(event.actor) or gettext("A former member")
    if event.verb.startswith("shared ") or "through" in event.details:
        return gettext("Somebody with a link")
    return gettext("The program")


def _about(event: Event, thing: Thing | None, known: Known) -> str:
    """The name of what an event is about; what is gone is called gone."""
    kind, _, pk = event.target.partition(":")
    if kind in ("user", "member"):
        if pk == str(event.actor):
            return ""
        return known.people.get(int(pk) if pk.isdigit() else 0) or gettext("A former member")
    if thing is not None:
        return thing.name
    return gettext("no longer here") if kind in queries.KINDS_OF_THINGS else ""


def _url(thing: Thing | None) -> str:
    if thing is None:
        return ""
    if thing.report is not None:
        return reverse("report", args=[thing.report])
    if thing.engagement is not None:
        return reverse("engagement", args=[thing.engagement])
    if thing.kind == "account":
        return reverse("channels", args=[thing.round])
    return reverse("round", args=[thing.round]) if thing.round else ""


def _moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    return f"{day(at.astimezone(zone).date())}, {clock(at, zone)}"


def _cells(event: Event, line: Line, zone: dt.tzinfo) -> Iterable[Any]:
    return (
        event.at.astimezone(zone).isoformat(timespec="seconds"),
        line.who,
        "" if event.actor is None else event.actor,
        line.what,
        line.about,
        json.dumps(event.details, ensure_ascii=False, sort_keys=True) if event.details else "",
        event.verb,
        event.target,
        line.reference,
        event.seal,
    )
