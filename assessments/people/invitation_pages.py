"""What the templates of inviting and joining see."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from assessments.access.firm_queries import firms_let_in
from assessments.models import (
    Assessment,
    AssessmentStatus,
    Function,
    InvitationLink,
    Organisation,
    OrganisationKind,
    Role,
    Sheet,
)
from assessments.people import invitation_queries
from assessments.people.addresses import Line
from assessments.people.invitation_forms import ROLE_WORDS, InviteForm
from assessments.people.member_pages import section_words
from assessments.people.sections import sections
from assessments.ui.numbers import day, number
from assessments.ui.shell import BankNav, home_of, organisation_nav
from assessments.ui.visibility import who_reads

Choice = tuple[str, str, bool]  # value, words, chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    number: str
    text: str
    fault: str
    field: str  # name of the select of this person's function; empty for a firm or a fault
    functions: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePage:
    bank: BankNav
    title: str
    firm: bool
    back_url: str
    start_url: str  # where a round is started, if there is none to answer
    lines: tuple[PreviewLine, ...]
    heading: str
    faults: str  # how many lines are at fault; empty if none
    send: str  # the button's words; empty where nothing can be sent
    previewed: str  # the addresses that the preview shows


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinPage:
    """Who invites, to what, what will be asked, and who will read it."""

    title: str
    inviter: str
    organisation: str
    email: str
    role: str
    facts: tuple[tuple[str, str], ...]
    readers: tuple[str, ...]
    answers: bool
    button: str


def invite_page(
    organisation: Organisation, form: InviteForm, rounds: Sequence[Assessment]
) -> InvitePage:
    """The form, and once lines were read, what would be sent."""
    firm = organisation.kind == OrganisationKind.FIRM
    good, bad = len(form.good), len(form.bad)
    return InvitePage(
        bank=organisation_nav(organisation, "people", next(iter(rounds), None)),
        title=gettext("Invite to %(organisation)s") % {"organisation": organisation.name},
        firm=firm,
        back_url=reverse("people", args=[organisation.pk]),
        start_url="" if firm or rounds else reverse("round_new", args=[organisation.pk]),
        lines=tuple(_preview(line, form, firm=firm) for line in form.lines),
        heading=_heading(good),
        faults=_faults(bad),
        send="" if form.errors or not good else _send(good, bad),
        previewed=fingerprint(form.lines),
    )


def fingerprint(lines: Sequence[Line]) -> str:
    """The addresses of a list, to see whether it changed since it was shown."""
    return " ".join(line.address for line in lines if not line.fault)


def join_page(link: InvitationLink) -> JoinPage:
    """The invitation as its receiver reads it."""
    invitation = link.invitation
    organisation = invitation.organisation
    assessment = invitation.assessment
    answers = assessment is not None and assessment.status == AssessmentStatus.OPEN
    facts = [(gettext("Your role"), str(ROLE_WORDS[Role(invitation.role)]))]
    readers: tuple[str, ...] = ()
    if assessment is not None and answers:
        facts += [
            (gettext("Assessment"), assessment.period),
            (gettext("You are asked"), section_words(invitation.sections)),
            (gettext("You answer for"), str(Function(invitation.function).label)),
        ]
        if assessment.due_on:
            facts.append((gettext("Due"), day(assessment.due_on)))
        readers = who_reads(
            assessment.visibility,
            shared=assessment.shared_with_respondents,
            firms=firms_let_in(organisation),
        )
    return JoinPage(
        title=gettext("Join %(organisation)s") % {"organisation": organisation.name},
        inviter=invitation.invited_by.display_name if invitation.invited_by else "",
        organisation=organisation.name,
        email=invitation.email,
        role=str(Role(invitation.role).label),
        facts=tuple(facts),
        readers=readers,
        answers=answers,
        button=gettext("Join and answer") if answers else gettext("Join"),
    )


def landing_of(organisation: Organisation, sheet: Sheet | None) -> str:
    """Where somebody who joined begins: at the first question that waits for them."""
    if sheet is None:
        return home_of(organisation)
    parts = sections(invitation_queries.answered_on(sheet), sheet.sections)
    first = next((part for part in parts if part.left), parts[0])
    return reverse("section", args=[sheet.assessment_id, first.slug]) + f"#q-{first.item}"


def _preview(line: Line, form: InviteForm, *, firm: bool) -> PreviewLine:
    chooses = not firm and not line.fault and not form.errors
    chosen = form.function_of(line) if chooses else None
    return PreviewLine(
        number=number(line.number),
        text=line.address if not line.fault else line.text,
        fault=line.fault,
        field=f"function-{line.address}" if chooses else "",
        functions=tuple(
            (one.value, str(one.label), one == chosen) for one in (Function if chooses else ())
        ),
    )


def _heading(good: int) -> str:
    return ngettext("%(count)s letter can be sent", "%(count)s letters can be sent", good) % {
        "count": number(good)
    }


def _faults(bad: int) -> str:
    if not bad:
        return ""
    return ngettext(
        "%(count)s line cannot be used. Correct it, or leave it out.",
        "%(count)s lines cannot be used. Correct them, or leave them out.",
        bad,
    ) % {"count": number(bad)}


def _send(good: int, bad: int) -> str:
    words = ngettext("Send %(count)s invitation", "Send %(count)s invitations", good) % {
        "count": number(good)
    }
    if not bad:
        return words
    left = ngettext("leave out %(count)s line", "leave out %(count)s lines", bad)
    return f"{words}, {left % {'count': number(bad)}}"
