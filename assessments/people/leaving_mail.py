"""The letters about closing an organisation and about rounds that are kept no longer."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from assessments.models import Mail, Organisation, Role
from assessments.people import leaving_queries as queries
from assessments.ui.numbers import day

Words = dict[str, Any]


def leaving(mail: Mail) -> Words | None:
    """The words of one letter, or None where it is out of date or its reader has gone."""
    organisation = mail.organisation
    if not queries.belongs(organisation, mail.to):
        return None
    closing = organisation.closing_on.isoformat() if organisation.closing_on else ""
    if closing != mail.context["on"]:
        return None
    words = {"name": organisation.name, "day": _day(mail)}
    if mail.context["news"] == "cancelled":
        return _cancelled(organisation, words)
    who = queries.person(mail.context.get("by"))
    words |= {"who": who.display_name if who else organisation.name}
    return _begun(words) if mail.context["news"] == "begun" else _reminder(words)


def retention(mail: Mail) -> Words | None:
    """A round will go; None once it has gone or is kept after all."""
    round_ = queries.round_of(mail)
    organisation = mail.organisation
    if round_ is None or not organisation.retention_months:
        return None
    if not queries.belongs(organisation, mail.to, Role.LEAD):
        return None
    words = {"period": round_.period, "name": organisation.name, "day": _day(mail)}
    return _letter(
        gettext("%(period)s will be deleted on %(day)s") % words,
        gettext(
            "%(name)s keeps published assessments for a limited time, and that of %(period)s ends. "
            "Answers, results and reports of this assessment go. To keep it, change the setting "
            "before that day; to have a copy, take an export."
        )
        % words,
        gettext("Open the setting"),
        reverse("leaving", args=[organisation.pk]),
    )


def _begun(words: Words) -> Words:
    return _letter(
        gettext("%(name)s will be deleted here on %(day)s") % words,
        gettext(
            "%(who)s closed %(name)s. Nobody can answer any more and consultants see nothing of it. "
            "Until %(day)s a lead can still read, export, or cancel. Then all answers, results and "
            "reports are deleted and nobody can bring them back. Your own account stays."
        )
        % words,
        gettext("Open your account"),
        reverse("home"),
    )


def _reminder(words: Words) -> Words:
    return _letter(
        gettext("Last days: %(name)s will be deleted here on %(day)s") % words,
        gettext(
            "Until %(day)s a lead can still export everything or cancel. Then all answers, results "
            "and reports are deleted and nobody can bring them back. Your own account stays."
        )
        % words,
        gettext("Open your account"),
        reverse("home"),
    )


def _cancelled(organisation: Organisation, words: Words) -> Words:
    return _letter(
        gettext("%(name)s stays") % words,
        gettext(
            "The closing of %(name)s was cancelled; everything is where it was. Invitations and "
            "engagements that ended with it stay ended."
        )
        % words,
        gettext("Open it"),
        reverse("home"),
    )


def _day(mail: Mail) -> str:
    on = mail.context["on"]
    return day(dt.date.fromisoformat(on)) if on else ""


def _letter(heading: str, text: str, button: str, path: str) -> Words:
    return {"heading": heading, "text": text, "button": button, "path": path}
