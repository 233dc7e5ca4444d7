"""The table of permissions in plain words. Generated from GRANTS, so it cannot say anything else."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.access.roles import GRANTS, PRIVILEGED, SCOPE_GRANTS, Permission
from assessments.models import BANK_ROLES, FIRM_ROLES, EngagementScope, Role

# Every permission has words here; a test sees to it.
WORDS: dict[Permission, str | Promise] = {
    Permission.VIEW_BANK: _("Open the bank’s home, profile and task lists"),
    Permission.ANSWER: _("Answer the questions they are asked"),
    Permission.EDIT_CHANNELS: _("Keep the list of channels"),
    Permission.COMMENT: _("Write and read comments"),
    Permission.VIEW_RESULTS: _("Read results and roadmap"),
    Permission.VIEW_AGREEMENT: _("Read where answers agree and differ"),
    Permission.VIEW_ANSWERS: _("Read single answers, as far as the round’s setting lets anybody"),
    Permission.EXPORT_REPORT: _("Download the report"),
    Permission.REVIEW_EVIDENCE: _("Raise the grade of evidence, never of their own answer"),
    Permission.SETTLE: _("Record agreed answers in a session"),
    Permission.START_ROUND: _("Start an assessment"),
    Permission.MANAGE_ROUND: _("Assign sections, close, reopen and publish"),
    Permission.VIEW_PLAN: _("Follow the plan that the bank adopted"),
    Permission.MANAGE_PLAN: _("Adopt a roadmap and keep the plan up to date"),
    Permission.SHARE: _("Share a published result by a read-only link"),
    Permission.EXPORT_DATA: _("Take scores and plans away as data, and answers they may read"),
    Permission.MANAGE_PEERS: _("Lend published scores to anonymous peer figures, or stop"),
    Permission.EDIT_BANK: _("Change the bank’s profile"),
    Permission.MANAGE_MEMBERS: _("Invite, remind, change roles, remove people"),
    Permission.MANAGE_ENGAGEMENTS: _("Let a consulting firm in, limit and end that"),
    Permission.VIEW_AUDIT: _("Read the audit trail"),
    Permission.LEAVE: _("Export everything and close the organisation"),
    Permission.VIEW_FIRM: _("Open the firm’s home"),
    Permission.VIEW_CLIENTS: _("See the client banks they work for"),
    Permission.NOTE_CLIENTS: _("Tag clients, name who is responsible, keep filters"),
    Permission.EXPORT_CLIENTS: _("Take the list of clients and comparisons away"),
    Permission.MAKE_BATCH: _("Make the reports of many clients at once"),
    Permission.ADD_FIGURES: _("Add dated figures from outside"),
    Permission.REQUEST_ENGAGEMENT: _("Ask banks for engagements, assign consultants"),
    Permission.EDIT_FIRM: _("Change the firm’s profile"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsTable:
    id: str
    title: str
    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[bool, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesPage:
    tables: tuple[RightsTable, ...]
    privileged: tuple[str, ...]


def roles_page() -> RolesPage:
    """Who may do what in a bank, in a firm, and as a guest from a firm."""
    return RolesPage(
        tables=(
            _table(
                "bank",
                gettext("In a bank"),
                gettext("A person has one role in a bank. Whoever is asked to answer may do so."),
                [(str(role.label), GRANTS[role]) for role in BANK_ROLES],
            ),
            _table(
                "firm",
                gettext("In a consulting firm"),
                gettext("What they may do in a client bank depends on what that bank grants."),
                [(str(role.label), GRANTS[role]) for role in FIRM_ROLES],
            ),
            _table(
                "client",
                gettext("A firm’s people in a client bank"),
                gettext("The bank’s lead chooses one of these and can end it at any time."),
                [(str(scope.label), SCOPE_GRANTS[scope]) for scope in EngagementScope],
            ),
        ),
        privileged=tuple(str(role.label) for role in Role if role in PRIVILEGED),
    )


def _table(
    anchor: str, title: str, lead: str, columns: Iterable[tuple[str, AbstractSet[Permission]]]
) -> RightsTable:
    held = list(columns)
    return RightsTable(
        id=anchor,
        title=title,
        lead=lead,
        columns=tuple(name for name, _grants in held),
        rows=tuple(
            (str(words), tuple(permission in grants for _name, grants in held))
            for permission, words in WORDS.items()
            if any(permission in grants for _name, grants in held)
        ),
    )
