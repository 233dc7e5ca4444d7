"""The bank's side: its links, one that was just made, and revoking one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import Assessment, AssessmentStatus, Organisation, ShareLink, User
from assessments.sharing import queries
from assessments.sharing.queries import LinkState
from assessments.survey.queries import today_in, zone_of
from assessments.ui.numbers import clock, day, number
from assessments.ui.paging import Pager, page_of
from assessments.ui.shell import BankNav, bank_nav

Kind = Literal["done", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link. `revoke_url` is empty where there is nothing left to revoke."""

    label: str
    made: str
    state: str
    kind: Kind
    detail: str
    opened: str
    last: str
    guards: str
    revoke_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesPage:
    """With `why_not` no link can be made now."""

    bank: BankNav
    period: str
    rows: tuple[LinkRow, ...]
    pager: Pager
    why_not: str
    publish_url: str
    results_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A link, shown this once."""

    bank: BankNav
    period: str
    label: str
    url: str
    until: str
    passcode: bool
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokePage:
    """The fields of templates/people/confirm.html."""

    bank: BankNav
    title: str
    text: str
    consequences: tuple[str, ...]
    button: str
    refusal: str
    back_url: str


def shares(
    assessment: Assessment, user: User, asked: Mapping[str, str], now: dt.datetime
) -> SharesPage:
    """The list of one result's links that this person may see."""
    part = page_of(queries.links_of(assessment, user), asked)
    published = assessment.status == AssessmentStatus.PUBLISHED
    return SharesPage(
        bank=_nav(assessment),
        period=assessment.period,
        rows=tuple(_row(link, assessment, now) for link in part.rows),
        pager=part.pager,
        why_not=""
        if published
        else _("Only a published result is shared, because it no longer changes."),
        publish_url="" if published else _publish_url(assessment),
        results_url=reverse("results", args=[assessment.pk]),
    )


def made(link: ShareLink, token: str) -> MadePage:
    """What to hand over. The host is the installation's own, whatever the request says (S26)."""
    assessment = link.assessment
    return MadePage(
        bank=_nav(assessment),
        period=assessment.period,
        label=link.label,
        url=settings.SITE_URL.rstrip("/") + reverse("share_link", args=[token]),
        until=_moment(assessment.organisation, link.expires_at),
        passcode=bool(link.passcode),
        back_url=_list_url(assessment),
    )


def revoking(link: ShareLink) -> RevokePage:
    """The page that asks once more."""
    return RevokePage(
        bank=_nav(link.assessment),
        title=_("Revoke the link for %(label)s?") % {"label": link.label},
        text=_("It opens nothing from that moment on, also where the result is open right now."),
        consequences=(
            _("What was read or downloaded before stays with the reader."),
            _("A revoked link cannot be taken up again. You can make a new one."),
        ),
        button=_("Revoke the link"),
        refusal=_("This link is revoked already.") if link.revoked_at else "",
        back_url=_list_url(link.assessment),
    )


def _row(link: ShareLink, assessment: Assessment, now: dt.datetime) -> LinkRow:
    bank, state = assessment.organisation, queries.state_of(link, now)
    revocable = state in {LinkState.ACTIVE, LinkState.ENDED}
    return LinkRow(
        label=link.label or _("For somebody"),
        made=_made(link, bank),
        state=_state(state),
        kind="done" if state == LinkState.ACTIVE else "none",
        detail=_detail(link, state, bank),
        opened=_opened(link),
        last=_last(link, bank, now),
        guards=_guards(link),
        revoke_url=reverse("share_revoke", args=[assessment.pk, link.pk]) if revocable else "",
    )


def _state(state: LinkState) -> str:
    return {
        LinkState.ACTIVE: _("Active"),
        LinkState.EXPIRED: _("Expired"),
        LinkState.REVOKED: _("Revoked"),
        LinkState.ENDED: _("Ended"),
    }[state]


def _detail(link: ShareLink, state: LinkState, bank: Organisation) -> str:
    if state == LinkState.ENDED:
        return _("who made it may no longer share")
    if state == LinkState.ACTIVE:
        return _("until %(when)s") % {"when": _moment(bank, link.expires_at)}
    return _("on %(day)s") % {"day": _day(bank, link.revoked_at or link.expires_at)}


def _made(link: ShareLink, bank: Organisation) -> str:
    words = {"day": _day(bank, link.created_at)}
    if link.created_by is None:
        return _("made on %(day)s") % words
    return _("made on %(day)s by %(name)s") % (words | {"name": link.created_by.display_name})


def _opened(link: ShareLink) -> str:
    if not link.opened:
        return _("not yet")
    return ngettext("%(count)s time", "%(count)s times", link.opened) % {
        "count": number(link.opened)
    }


def _last(link: ShareLink, bank: Organisation, now: dt.datetime) -> str:
    """The time of day if that was today where the bank is, else the day."""
    if link.last_opened_at is None:
        return ""
    if link.last_opened_at.astimezone(zone_of(bank)).date() == today_in(bank, now):
        when = clock(link.last_opened_at, zone_of(bank))
        return _("last today at %(time)s") % {"time": when}
    return _("last on %(day)s") % {"day": _day(bank, link.last_opened_at)}


def _guards(link: ShareLink) -> str:
    passcode = _("with passcode") if link.passcode else _("without passcode")
    report = _("with PDF") if link.with_report else _("without PDF")
    return _("%(passcode)s, %(report)s") % {"passcode": passcode, "report": report}


def _day(bank: Organisation, moment: dt.datetime) -> str:
    return day(moment.astimezone(zone_of(bank)).date())


def _moment(bank: Organisation, moment: dt.datetime) -> str:
    return _("%(day)s, %(time)s") % {
        "day": _day(bank, moment),
        "time": clock(moment, zone_of(bank)),
    }


def _nav(assessment: Assessment) -> BankNav:
    return bank_nav(assessment.organisation, "results", assessment)


def _list_url(assessment: Assessment) -> str:
    return reverse("shares", args=[assessment.pk])


def _publish_url(assessment: Assessment) -> str:
    may = standing_on(assessment).may(Permission.MANAGE_ROUND)
    return reverse("publish", args=[assessment.pk]) if may else ""
