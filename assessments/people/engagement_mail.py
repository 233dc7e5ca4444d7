"""The letters about engagements: who asks, and what the other side decided. No client's data."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import (
    Engagement,
    EngagementRequest,
    EngagementScope,
    EngagementState,
    Mail,
    Role,
)
from assessments.people import engagement_queries as queries

Words = dict[str, Any]
# Letters about something that the firm no longer has are not sent.
_WHILE_ACCEPTED = {"accepted", "widened", "narrowed", "more", "more declined"}


def write(mail: Mail) -> Words | None:
    """The words of one letter, or None where its reader or its news are out of date."""
    news = mail.context["news"]
    if news in {"requested", "declined"}:
        asked = queries.request(mail.subject_id)
        return None if asked is None else _of_request(mail, asked, news)
    engagement = queries.engagement(mail.subject_id)
    if engagement is None:
        return None
    if news in _WHILE_ACCEPTED and engagement.state != EngagementState.ACCEPTED:
        return None
    to_bank = news in {"more", "given up"}
    side, role = (engagement.bank, Role.LEAD) if to_bank else (engagement.firm, Role.ADMIN)
    if not queries.has_role(side, mail.to, role):
        return None
    return _SENTENCES[news](engagement, mail.context)


def _of_request(mail: Mail, asked: EngagementRequest, news: str) -> Words | None:
    if news == "declined":
        if not queries.has_role(asked.firm, mail.to, Role.ADMIN):
            return None
        return _letter(
            gettext("Your request was declined"),
            gettext("%(address)s declined to work with %(firm)s here.")
            % {"address": asked.email, "firm": asked.firm.name},
            gettext("Open your clients"),
            reverse("firm", args=[asked.firm_id]),
        )
    bank = queries.waits_at(asked, mail.to)
    if bank is None:
        return None
    who = asked.requested_by.display_name if asked.requested_by else asked.firm.name
    return _letter(
        gettext("%(firm)s asks to work with your bank") % {"firm": asked.firm.name},
        gettext(
            "%(who)s of %(firm)s asks for: %(scope)s. Nothing is open to them unless you accept."
        )
        % {"who": who, "firm": asked.firm.name, "scope": _scope(asked.asked_scope)},
        gettext("Read the request"),
        reverse("consultants", args=[bank.pk]),
    )


def _accepted(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    return _for_firm(
        engagement,
        gettext("%(bank)s accepted your request"),
        gettext("%(bank)s opened to %(firm)s: %(scope)s. Assign the consultants who work for it."),
        context,
    )


def _widened(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    return _for_firm(
        engagement,
        gettext("%(bank)s opened more to you"),
        gettext("%(bank)s now opens to %(firm)s: %(scope)s."),
        context,
    )


def _narrowed(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    return _for_firm(
        engagement,
        gettext("%(bank)s opens less to you"),
        gettext("From now on %(bank)s opens to %(firm)s: %(scope)s."),
        context,
    )


def _more_declined(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    return _for_firm(
        engagement,
        gettext("%(bank)s declined to open more"),
        gettext("What %(bank)s opens to %(firm)s stays: %(scope)s."),
        context,
    )


def _ended(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    words = {"bank": engagement.bank.name, "firm": engagement.firm.name}
    return _letter(
        gettext("%(bank)s ended your engagement") % words,
        gettext("Nothing of %(bank)s is open to %(firm)s any more.") % words,
        gettext("Open your clients"),
        reverse("firm", args=[engagement.firm_id]),
    )


def _more(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    words = {"firm": engagement.firm.name, "scope": _scope(context["scope"])}
    return _letter(
        gettext("%(firm)s asks to see more") % words,
        gettext("%(firm)s asks for: %(scope)s. Nothing changes unless you accept.") % words,
        gettext("Read the request"),
        reverse("consultants", args=[engagement.bank_id]),
    )


def _given_up(engagement: Engagement, context: Mapping[str, Any]) -> Words:
    words = {"bank": engagement.bank.name, "firm": engagement.firm.name}
    return _letter(
        gettext("%(firm)s ended its engagement") % words,
        gettext("%(firm)s gave up its engagement with %(bank)s and sees nothing of it any more.")
        % words,
        gettext("Open your consultants"),
        reverse("consultants", args=[engagement.bank_id]),
    )


def _for_firm(engagement: Engagement, heading: str, text: str, context: Mapping[str, Any]) -> Words:
    words = {
        "bank": engagement.bank.name,
        "firm": engagement.firm.name,
        "scope": _scope(context["scope"]),
    }
    path = reverse("engagement", args=[engagement.pk])
    return _letter(heading % words, text % words, gettext("Open the engagement"), path)


def _scope(value: int) -> str:
    return str(EngagementScope(value).label)


def _letter(heading: str, text: str, button: str, path: str) -> Words:
    return {"heading": heading, "text": text, "button": button, "path": path}


_SENTENCES: dict[str, Callable[[Engagement, Mapping[str, Any]], Words]] = {
    "accepted": _accepted,
    "widened": _widened,
    "narrowed": _narrowed,
    "more declined": _more_declined,
    "ended": _ended,
    "more": _more,
    "given up": _given_up,
}
