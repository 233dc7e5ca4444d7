"""What happened, in plain words: one sentence per verb of the trail, in kinds to filter by.

A verb without a sentence fails tests/people/test_trail.py; whoever adds one adds it here.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import EngagementScope, Role
from assessments.people.leaving_forms import period

Text = str | Promise

KINDS: dict[str, Text] = {
    "people": _("People and roles"),
    "organisation": _("Profile, keeping and leaving"),
    "rounds": _("Assessments and answers"),
    "channels": _("Channel inventory"),
    "agreement": _("Agreement and evidence"),
    "results": _("Results and reports"),
    "plan": _("Plan"),
    "engagements": _("Consultants and clients"),
    "account": _("Sign-in and own data"),
}

# Each reads on after the name of who did it: “Lena Lead — started the assessment”.
SENTENCES: dict[str, dict[str, Text]] = {
    "people": {
        "invited": _("invited somebody"),
        "sent invitation again": _("sent an invitation again"),
        "copied invitation link": _("copied the link of an invitation"),
        "revoked invitation": _("revoked an invitation"),
        "joined": _("joined"),
        "reminded": _("sent a reminder"),
        "changed role": _("changed a role"),
        "removed member": _("removed a member"),
        "left": _("left"),
    },
    "organisation": {
        "founded": _("founded it here"),
        "changed profile": _("changed the profile"),
        "look changed": _("changed logo, colour or closing page of reports"),
        "retention changed": _("changed how long assessments are kept"),
        "export requested": _("asked for an export of everything"),
        "export downloaded": _("downloaded an export of everything"),
        "trail downloaded": _("downloaded the audit trail"),
        "peers joined": _("joined the peers"),
        "peers left": _("stopped lending to the peers"),
        "banking group changed": _("changed the banking group"),
        "figures added": _("added figures from outside"),
        "figure removed": _("removed a figure from outside"),
        "closing begun": _("began to close it"),
        "closing cancelled": _("cancelled the closing"),
    },
    "rounds": {
        "round started": _("started the assessment"),
        "round changed": _("changed name, date or settings"),
        "round closed": _("closed the assessment"),
        "round reopened": _("reopened the assessment"),
        "round deleted": _("deleted an assessment"),
        "region estimated": _("estimated the customers of a region"),
        "respondent added": _("asked somebody to answer"),
        "respondent removed": _("took a respondent out"),
        "sections assigned": _("chose who answers which sections"),
        "accountable chosen": _("chose whose rating counts double"),
        "sheet opened": _("was asked to answer"),
        "sheet submitted": _("submitted own answers"),
        "sheet reopened": _("took own answers back to change them"),
        "section sent back": _("sent a section back"),
        "workbook downloaded": _("downloaded own answers as a workbook"),
        "workbook brought": _("brought a filled workbook"),
        "answers imported": _("stored own answers from a workbook"),
        "case brought": _("brought a case file"),
        "round brought": _("made an assessment from a case file"),
        "import given up": _("gave up a file that was brought"),
    },
    "channels": {
        "account added": _("added an account"),
        "account changed": _("changed an account"),
        "account removed": _("removed an account"),
        "inventory described": _("described the channel inventory"),
    },
    "agreement": {
        "level agreed": _("recorded an agreed level"),
        "agreement taken back": _("took an agreed level back"),
        "evidence graded": _("graded evidence"),
        "comment written": _("wrote a comment"),
        "comment withdrawn": _("withdrew a comment"),
    },
    "results": {
        "round published": _("published the result"),
        "plan settings saved": _("changed capacity, quarters or targets of the roadmap"),
        "report requested": _("asked for the report"),
        "batch requested": _("asked for reports of many clients"),
        "batch cancelled": _("cancelled reports of many clients"),
        "batch tried again": _("tried reports of many clients again"),
        "batch downloaded": _("downloaded reports of many clients"),
        "report downloaded": _("downloaded the report"),
        "result shared": _("made a link to the result"),
        "shared result opened": _("opened the result; further openings that day are only counted"),
        "shared report downloaded": _("downloaded the report"),
        "share revoked": _("revoked a link to the result"),
        "share ended": _("ended a link, as who made it may no longer share"),
        "comparison requested": _("asked for a comparison with others as a PDF"),
        "comparison downloaded": _("downloaded a comparison with others"),
        "comparison exported": _("took the figures of a comparison away as a workbook"),
        "data exported": _("downloaded the assessment as data"),
        "case exported": _("downloaded the assessment as a case file"),
        "roadmap exported": _("downloaded the roadmap as a document"),
    },
    "plan": {
        "plan adopted": _("adopted the roadmap as plan"),
        "plan action added": _("added an action to the plan"),
        "plan action changed": _("changed an action of the plan"),
        "plan action taken up again": _("took an action up again"),
    },
    "engagements": {
        "engagement asked": _("asked for an engagement"),
        "engagement requested": _("asked to work with the bank"),
        "engagement request withdrawn": _("took the request back"),
        "engagement accepted": _("accepted the engagement"),
        "engagement declined": _("declined the engagement"),
        "engagement narrowed": _("narrowed the engagement"),
        "engagement widened": _("widened the engagement"),
        "engagement more asked": _("asked to see more"),
        "engagement more declined": _("declined to show more"),
        "engagement ended": _("ended the engagement"),
        "consultants assigned": _("changed who works for the client"),
        "client noted": _("changed tags or the responsible consultant of a client"),
        "filter saved": _("saved a filter of the clients"),
        "filter changed": _("changed a saved filter"),
        "filter deleted": _("deleted a saved filter"),
        "clients exported": _("downloaded the clients as data"),
    },
    "account": {
        "added authenticator app": _("added an authenticator app"),
        "removed authenticator app": _("removed the authenticator app"),
        "added passkey": _("added a passkey"),
        "removed passkey": _("removed a passkey"),
        "second factors removed": _("removed the second factors of somebody who had lost them"),
        "renewed recovery codes": _("made new recovery codes"),
        "took own data": _("took a copy of own data"),
        "erased account": _("erased their account"),
    },
}

_FIELDS: dict[str, Text] = {
    "name": pgettext_lazy("of an organisation", "name"),
    "country": _("country"),
    "size_band": _("size"),
    "regions": _("regions"),
    "time_zone": _("time zone"),
    "logo": _("logo"),
    "colour": _("colour"),
    "closing_title": _("title of the closing page"),
    "closing_text": _("text of the closing page"),
    "contact": _("contact"),
    "marketing_share": _("share of the marketing budget"),
    "business_share": _("share of new business"),
}


def sentence(verb: str) -> str:
    """What a verb means; one from a later version of the program stands for itself."""
    for verbs in SENTENCES.values():
        if verb in verbs:
            return str(verbs[verb])
    return verb


def verbs_of(kind: str) -> list[str]:
    """The verbs of a kind. Raises KeyError for an unknown kind."""
    return list(SENTENCES[kind])


def further(details: Mapping[str, Any]) -> str:
    """What the details add, where they add something to read."""
    parts = [
        _fields(details.get("fields")),
        _roles(details),
        _scope(details.get("scope")),
        _months(details),
        str(details.get("item") or details.get("dimension") or ""),
    ]
    return ", ".join(part for part in parts if part)


def _fields(names: object) -> str:
    if not isinstance(names, list):
        return ""
    return ", ".join(str(_FIELDS.get(str(name), name)) for name in names)


def _roles(details: Mapping[str, Any]) -> str:
    if "before" in details and "after" in details:
        words = {"before": _role(details["before"]), "after": _role(details["after"])}
        return gettext("from %(before)s to %(after)s") % words
    return _role(details.get("role"))


def _role(value: object) -> str:
    return str(Role(value).label) if value in Role.values else ""


def _scope(value: object) -> str:
    return str(EngagementScope(value).label) if value in EngagementScope.values else ""


def _months(details: Mapping[str, Any]) -> str:
    if "months" not in details:
        return ""
    months = int(details["months"])
    return period(months) if months else gettext("without end")
