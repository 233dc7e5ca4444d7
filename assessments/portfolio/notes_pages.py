"""What a firm notes about one client."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from assessments.access.roles import Permission
from assessments.access.scope import standing_on
from assessments.models import Engagement, EngagementScope, User
from assessments.people.engagement_forms import MEANING
from assessments.portfolio import queries, services
from assessments.portfolio.forms import NotesForm
from assessments.ui.shell import BankNav, firm_nav


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesPage:
    bank: BankNav
    client: str
    client_url: str
    fictional: bool
    scope: str
    people: tuple[str, ...]  # who of the firm works for it
    manage_url: str  # for the firm's admin
    back_url: str


def notes(engagement: Engagement) -> NotesPage:
    manages = standing_on(engagement.firm).may(Permission.REQUEST_ENGAGEMENT)
    return NotesPage(
        bank=firm_nav(engagement.firm, "clients"),
        client=engagement.bank.name,
        client_url=reverse("bank", args=[engagement.bank_id]),
        fictional=engagement.bank.fictional,
        scope=str(MEANING[EngagementScope(engagement.scope)]),
        people=tuple(person.display_name for person in queries.people_for(engagement)),
        manage_url=reverse("engagement", args=[engagement.pk]) if manages else "",
        back_url=reverse("firm", args=[engagement.firm_id]),
    )


def form(engagement: Engagement, data: Any = None) -> NotesForm:
    """The form, filled with what is noted now."""
    return NotesForm(
        data,
        people=queries.people_for(engagement),
        initial={
            "tags": queries.tags_of(engagement),
            "responsible": engagement.responsible_id or "",
        },
    )


def noted(engagement: Engagement, form: NotesForm, by: User) -> bool:
    """Keep what the form says, or say in it why not."""
    try:
        services.note_client(engagement=engagement, by=by, **form.cleaned_data)
    except services.NotForTheClientError:
        form.add_error("responsible", gettext("Choose somebody who works for this client."))
        return False
    except services.OutOfDateError:
        form.add_error(None, gettext("The engagement ended meanwhile. Nothing was saved."))
        return False
    return True
