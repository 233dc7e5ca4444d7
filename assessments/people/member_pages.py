"""What the templates about members and invitations see."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Function,
    Invitation,
    Mail,
    MailState,
    Membership,
    Organisation,
    OrganisationKind,
    Role,
    SheetStatus,
    User,
)
from assessments.people import invitation_queries, member_queries
from assessments.people.member_queries import Progress
from assessments.people.member_services import MANAGERS, REMINDER_PAUSE
from assessments.people.queries import today_of
from assessments.people.sections import dimension_name, dimensions
from assessments.ui.confirming import ConfirmPage
from assessments.ui.numbers import clock, day, number
from assessments.ui.paging import Pager, page_of
from assessments.ui.shell import BankNav, organisation_nav

Kind = Literal["done", "begun", "open", "warn", "error", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    name: str
    email: str  # empty where it is the name already
    role: str
    function: str
    sections: str
    status: str
    kind: Kind
    active: str
    me: bool
    change_url: str
    remind_url: str  # empty while there is nothing to remind of
    reminded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    email: str
    role: str
    function: str
    sections: str
    status: str
    kind: Kind
    detail: str
    remind_url: str
    resend_url: str
    link_url: str
    revoke_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    bank: BankNav
    firm: bool
    round: str  # which round the list speaks of; empty without one
    progress: str
    members: tuple[MemberRow, ...]
    member_pager: Pager
    invitations: tuple[InvitationRow, ...]
    invitation_pager: Pager
    invite_url: str
    remind_url: str  # for all who have not submitted; empty where nobody is left
    start_url: str  # where a first round is started
    assign_url: str  # where members are asked to answer; empty without an open round


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    bank: BankNav
    name: str
    email: str
    me: bool
    only_manager: bool
    back_url: str
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """A link that is shown once."""

    bank: BankNav
    email: str
    link: str
    expires: str
    back_url: str


def people(
    organisation: Organisation, user: User, asked: Mapping[str, str], now: dt.datetime
) -> PeoplePage:
    """Members with their progress, and invitations, each list in pages."""
    members = page_of(member_queries.members_of(organisation), asked)
    invitations = page_of(member_queries.invitations_to_show(organisation), asked, key="invited")
    current = member_queries.round_shown(organisation)
    sheets = member_queries.progress_of(current, members.rows) if current else {}
    letters = invitation_queries.last_letters(invitations.rows)
    firm = organisation.kind == OrganisationKind.FIRM
    waiting = current is not None and current.status == AssessmentStatus.OPEN
    starts = not firm and current is None and standing_on(organisation).may(Permission.START_ROUND)
    return PeoplePage(
        bank=organisation_nav(organisation, "people", current),
        firm=firm,
        round=_round_words(current) if current else "",
        progress=_turnout_words(current) if current else "",
        members=tuple(
            _member_row(row, sheets.get(row.user_id), reader=user, open_=waiting, now=now)
            for row in members.rows
        ),
        member_pager=members.pager,
        invitations=tuple(
            _invitation_row(row, letters.get(str(row.pk)), now) for row in invitations.rows
        ),
        invitation_pager=invitations.pager,
        invite_url=reverse("invite", args=[organisation.pk]),
        remind_url=reverse("remind_all", args=[organisation.pk]) if waiting else "",
        start_url=reverse("round_new", args=[organisation.pk]) if starts else "",
        assign_url=reverse("respondents", args=[current.pk]) if current and waiting else "",
    )


def member(membership: Membership, user: User, *, others: bool) -> MemberPage:
    """One member: role and the way out. `others`: somebody else could manage."""
    organisation = membership.organisation
    person = membership.user
    return MemberPage(
        bank=_nav(organisation),
        name=person.display_name,
        email=person.email if person.name else "",
        me=person.pk == user.pk,
        only_manager=membership.role in MANAGERS and not others,
        back_url=_people_url(organisation),
        remove_url=reverse("member_remove", args=[organisation.pk, membership.pk]),
    )


def confirm_removal(membership: Membership, refusal: str = "") -> ConfirmPage:
    organisation = membership.organisation
    name = membership.user.display_name
    return ConfirmPage(
        bank=_nav(organisation),
        title=gettext("Remove %(name)s?") % {"name": name},
        text=gettext("From the next click on, %(name)s sees nothing of %(organisation)s.")
        % {"name": name, "organisation": organisation.name},
        consequences=_kept(organisation),
        button=gettext("Remove"),
        back_url=_people_url(organisation),
        refusal=refusal,
    )


def confirm_leaving(membership: Membership, refusal: str = "") -> ConfirmPage:
    organisation = membership.organisation
    return ConfirmPage(
        bank=_nav(organisation),
        title=gettext("Leave %(organisation)s?") % {"organisation": organisation.name},
        text=gettext(
            "From the next click on you see nothing of it. Only a new invitation brings you back."
        ),
        consequences=_kept(organisation),
        button=gettext("Leave"),
        back_url=reverse("home"),
        refusal=refusal,
    )


def confirm_revoking(invitation: Invitation) -> ConfirmPage:
    organisation = invitation.organisation
    return ConfirmPage(
        bank=_nav(organisation),
        title=gettext("Revoke the invitation of %(address)s?") % {"address": invitation.email},
        text=gettext("Every link to it stops working at once. You can invite the address again."),
        consequences=(),
        button=gettext("Revoke"),
        back_url=_people_url(organisation),
    )


def link(invitation: Invitation, url: str) -> LinkPage:
    organisation = invitation.organisation
    return LinkPage(
        bank=_nav(organisation),
        email=invitation.email,
        link=url,
        expires=day(today_of(organisation, invitation.expires_at)),
        back_url=_people_url(organisation),
    )


def section_words(asked: Sequence[str]) -> str:
    """The sections that somebody is asked about."""
    if not asked:
        return gettext("Whole questionnaire")
    return ", ".join(dimension_name(name) for name in dimensions() if name in asked)


# ---- rows --------------------------------------------------------------------------------------


def _member_row(
    row: Membership, sheet: Progress | None, *, reader: User, open_: bool, now: dt.datetime
) -> MemberRow:
    """`open_`: the round that the list shows still takes answers."""
    status, kind = _status(sheet)
    organisation = row.organisation
    waits = sheet is not None and sheet.status == SheetStatus.OPEN and open_
    rested = sheet is None or _rested(sheet.reminded_at, now)
    place = [organisation.pk, row.pk]
    return MemberRow(
        name=row.user.display_name,
        email=row.user.email if row.user.name else "",
        role=str(Role(row.role).label),
        function=str(Function(sheet.function).label) if sheet else "–",
        sections=section_words(sheet.sections) if sheet else "–",
        status=status,
        kind=kind,
        active=_moment(organisation, sheet.active_at if sheet else None, now),
        me=row.user_id == reader.pk,
        change_url=reverse("member", args=place),
        remind_url=reverse("member_remind", args=place)
        if waits and rested and row.user_id != reader.pk
        else "",
        reminded=_reminded(organisation, sheet.reminded_at if sheet and waits else None, now),
    )


def _status(sheet: Progress | None) -> tuple[str, Kind]:
    if sheet is None:
        return gettext("Not asked"), "none"
    if sheet.status == SheetStatus.SUBMITTED:
        return gettext("Submitted"), "done"
    words = gettext("%(answered)s of %(total)s") % {
        "answered": number(sheet.answered),
        "total": number(sheet.total),
    }
    return words, "begun" if sheet.answered else "open"


def _invitation_row(row: Invitation, letter: Mail | None, now: dt.datetime) -> InvitationRow:
    place = [row.organisation_id, row.pk]
    open_ = row.revoked_at is None
    expired = row.expires_at <= now
    status, kind = _invitation_status(row, letter, expired=expired)
    again = open_ and (expired or kind in {"error", "warn"})
    under_way = letter is not None and letter.state == MailState.PENDING
    reminds = open_ and not again and not under_way and _rested(row.reminded_at, now)
    return InvitationRow(
        email=row.email,
        role=str(Role(row.role).label),
        function=str(Function(row.function).label),
        sections=section_words(row.sections) if row.assessment_id else "–",
        status=status,
        kind=kind,
        detail=_invitation_detail(row, letter, now, expired=expired),
        remind_url=reverse("invitation_remind", args=place) if reminds else "",
        resend_url=reverse("invitation_resend", args=place) if again else "",
        link_url=reverse("invitation_link", args=place) if open_ and not expired else "",
        revoke_url=reverse("invitation_revoke", args=place) if open_ else "",
    )


def _invitation_status(row: Invitation, letter: Mail | None, *, expired: bool) -> tuple[str, Kind]:
    if row.revoked_at is not None:
        return gettext("Revoked"), "none"
    if expired:
        return gettext("Expired"), "warn"
    if letter is None or letter.state in {MailState.SENT, MailState.DROPPED}:
        return gettext("Pending"), "open"
    if letter.state == MailState.FAILED:
        return gettext("Mail could not be sent"), "error"
    return gettext("Mail not sent yet"), "warn" if letter.attempts else "open"


def _invitation_detail(
    row: Invitation, letter: Mail | None, now: dt.datetime, *, expired: bool
) -> str:
    organisation = row.organisation
    if row.revoked_at is not None:
        return ""
    if expired:
        return gettext("on %(day)s") % {"day": _moment(organisation, row.expires_at, now)}
    if letter is not None and letter.state == MailState.PENDING and letter.attempts:
        return gettext("It is tried again by itself. You can copy the link meanwhile.")
    if letter is not None and letter.state == MailState.FAILED:
        return gettext("Send it again, or copy the link and hand it over.")
    words = gettext("until %(day)s") % {"day": day(today_of(organisation, row.expires_at))}
    reminded = _reminded(organisation, row.reminded_at, now)
    return f"{words} · {reminded}" if reminded else words


def _round_words(current: Assessment) -> str:
    words = current.period
    if current.due_on:
        words = gettext("%(period)s, due %(day)s") % {
            "period": current.period,
            "day": day(current.due_on),
        }
    return words


def _turnout_words(current: Assessment) -> str:
    counts = member_queries.turnout(current)
    return ngettext(
        "%(submitted)s of %(asked)s respondent has submitted",
        "%(submitted)s of %(asked)s respondents have submitted",
        counts.asked,
    ) % {"submitted": number(counts.submitted), "asked": number(counts.asked)}


def _kept(organisation: Organisation) -> tuple[str, ...]:
    if organisation.kind == OrganisationKind.FIRM:
        return (gettext("Assignments to client banks end."),)
    return (
        gettext("Answers and submitted sheets stay and show the function, not the name."),
        gettext("Open invitations into high roles that came from this person are revoked."),
    )


def _nav(organisation: Organisation) -> BankNav:
    """The same tabs as on the list, so that none comes and goes."""
    return organisation_nav(organisation, "people", member_queries.round_shown(organisation))


def _people_url(organisation: Organisation) -> str:
    return reverse("people", args=[organisation.pk])


def _rested(reminded_at: dt.datetime | None, now: dt.datetime) -> bool:
    return reminded_at is None or reminded_at <= now - REMINDER_PAUSE


def _reminded(organisation: Organisation, moment: dt.datetime | None, now: dt.datetime) -> str:
    if moment is None:
        return ""
    return gettext("reminded %(when)s") % {"when": _moment(organisation, moment, now)}


def _moment(organisation: Organisation, moment: dt.datetime | None, now: dt.datetime) -> str:
    """The time of day if that is today where the organisation is, else the day."""
    if moment is None:
        return "–"
    zone = ZoneInfo(organisation.time_zone)
    if moment.astimezone(zone).date() == now.astimezone(zone).date():
        return clock(moment, zone)
    return day(moment.astimezone(zone).date())
