"""Invitations and the links in their letters, as tests receive them."""

import re
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import outbox
from assessments.models import Invitation, Mail, Organisation
from assessments.people import invitation_services
from tests.factories import PASSWORD

NEW = {"name": "Nora New", "password": PASSWORD}


def token_of(invitation: Invitation, *, mailed: bool = True) -> str:
    """A way into an invitation, as a letter or a copied link holds it."""
    return invitation_services.new_token(invitation, mailed=mailed)


def follow(client: Client, token: str) -> Any:
    """Open a link as a browser does: the redirect to the clean address included."""
    return client.get(reverse("join_link", args=[token]), follow=True)


def join_as_new(client: Client, token: str, **changes: str) -> Any:
    """Open a link and send the form for a new account."""
    follow(client, token)
    return client.post(reverse("join"), NEW | changes)


def invite_form(addresses: str, **changes: Any) -> dict[str, Any]:
    """The form that invites respondents to the newest round, before its preview."""
    return {
        "addresses": addresses,
        "role": "respondent",
        "round": "none",
        "extent": "whole",
        "function": "risk",
        "action": "check",
    } | changes


def invite(client: Client, organisation: Organisation, addresses: str, **changes: Any) -> Any:
    """Check a list, then send what the preview shows."""
    url = reverse("invite", args=[organisation.pk])
    form = invite_form(addresses, **changes)
    page = client.post(url, form).context["page"]
    wanted = {"action": "send good" if page.faults else "send", "previewed": page.previewed}
    return client.post(url, form | wanted)


def deliver() -> list[Any]:
    """Send every letter that waits; return all that were sent so far."""
    for pk in outbox.due(timezone.now()):
        outbox.send(pk)
    return list(mail.outbox)


def letter_about(invitation: Invitation) -> Mail:
    return Mail.objects.filter(subject_id=str(invitation.pk)).latest("created_at")


def link_in(message: Any) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/join/[\w-]+/)", message.body)
    assert found is not None
    return found.group(1)
