"""Who may do what, as one table. The page “roles” prints it in plain words."""

from dataclasses import dataclass
from enum import StrEnum

from assessments.models import (
    BANK_ROLES,
    FIRM_ROLES,
    EngagementScope,
    OrganisationKind,
    Role,
)


class Permission(StrEnum):
    # a bank and its rounds
    VIEW_BANK = "view bank"
    EDIT_BANK = "edit bank"
    START_ROUND = "start round"
    MANAGE_ROUND = "manage round"  # close, reopen, publish, plan settings, assign sections
    ANSWER = "answer"  # one's own sheet
    EDIT_CHANNELS = "edit channels"
    VIEW_RESULTS = "view results"
    EXPORT_REPORT = "export report"
    VIEW_AGREEMENT = "view agreement"  # statistics and strips
    VIEW_ANSWERS = "view answers"  # single answers, as the round's visibility allows
    SETTLE = "settle"  # record agreed levels
    REVIEW_EVIDENCE = "review evidence"  # never of an item that this person answered
    COMMENT = "comment"
    VIEW_PLAN = "view plan"
    MANAGE_PLAN = "manage plan"
    SHARE = "share"  # read-only links to a published result
    EXPORT_DATA = "export data"  # scores and plans as data; answers need VIEW_ANSWERS besides
    MANAGE_PEERS = "manage peers"  # lend published scores to anonymous peer figures, or stop
    # people of a bank or a firm
    MANAGE_MEMBERS = "manage members"
    VIEW_AUDIT = "view audit"
    LEAVE = "leave"  # export everything, close the organisation, set its retention
    MANAGE_ENGAGEMENTS = "manage engagements"  # a bank accepts, narrows, ends
    # a consulting firm
    VIEW_FIRM = "view firm"
    EDIT_FIRM = "edit firm"
    REQUEST_ENGAGEMENT = "request engagement"  # ask, assign consultants, give up
    VIEW_CLIENTS = "view clients"
    NOTE_CLIENTS = "note clients"  # tags, who is responsible, saved filters
    EXPORT_CLIENTS = "export clients"  # the portfolio as data, comparisons as files
    MAKE_BATCH = "make batch"  # reports for many clients as one job
    ADD_FIGURES = "add figures"  # benchmark records from outside


_FIRM_ONLY = frozenset(
    {
        Permission.VIEW_FIRM,
        Permission.EDIT_FIRM,
        Permission.REQUEST_ENGAGEMENT,
        Permission.VIEW_CLIENTS,
        Permission.NOTE_CLIENTS,
        Permission.EXPORT_CLIENTS,
        Permission.MAKE_BATCH,
        Permission.ADD_FIGURES,
    }
)
_ANSWERING = frozenset(
    {
        Permission.VIEW_BANK,
        Permission.ANSWER,
        Permission.EDIT_CHANNELS,
        Permission.COMMENT,
        Permission.VIEW_PLAN,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.LEAD: frozenset(Permission) - _FIRM_ONLY,
    Role.REVIEWER: _ANSWERING | {Permission.REVIEW_EVIDENCE, Permission.VIEW_ANSWERS},
    Role.RESPONDENT: _ANSWERING,
    Role.ADMIN: _FIRM_ONLY | {Permission.MANAGE_MEMBERS, Permission.VIEW_AUDIT, Permission.LEAVE},
    Role.CONSULTANT: _FIRM_ONLY - {Permission.EDIT_FIRM, Permission.REQUEST_ENGAGEMENT},
}

# What there is to ask for in a bank and in a firm; anything else does not exist there.
PERMITTED_IN: dict[OrganisationKind, frozenset[Permission]] = {
    OrganisationKind.BANK: frozenset[Permission]().union(*(GRANTS[role] for role in BANK_ROLES)),
    OrganisationKind.FIRM: frozenset[Permission]().union(*(GRANTS[role] for role in FIRM_ROLES)),
}

# What a firm's people may do in a client bank, by the scope that the bank granted.
_RESULTS = frozenset(
    {
        Permission.VIEW_BANK,
        Permission.VIEW_RESULTS,
        Permission.EXPORT_REPORT,
        Permission.EXPORT_DATA,
        Permission.VIEW_AGREEMENT,
        Permission.VIEW_PLAN,
    }
)
SCOPE_GRANTS: dict[EngagementScope, frozenset[Permission]] = {
    EngagementScope.RESULTS: _RESULTS,
    EngagementScope.ANSWERS: _RESULTS | {Permission.VIEW_ANSWERS, Permission.COMMENT},
    EngagementScope.FACILITATE: _RESULTS
    | {Permission.VIEW_ANSWERS, Permission.COMMENT, Permission.SETTLE, Permission.SHARE},
}

# What is left to a lead or a firm's admin while their organisation is leaving.
WHILE_LEAVING = frozenset(
    {
        Permission.VIEW_BANK,
        Permission.VIEW_RESULTS,
        Permission.EXPORT_REPORT,
        Permission.VIEW_AUDIT,
        Permission.VIEW_FIRM,
        Permission.LEAVE,
    }
)

# Reached by a password alone, these would open a whole bank; they need a second factor.
PRIVILEGED = frozenset({Role.LEAD, Role.ADMIN, Role.CONSULTANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person is to an organisation: a member with a role, or a consultant with a scope.

    `shared` tells that this round's findings are open to its respondents.
    """

    role: Role | None = None
    scope: EngagementScope | None = None
    leaving: bool = False
    shared: bool = False

    @property
    def privileged(self) -> bool:
        return self.role in PRIVILEGED or self.scope is not None

    @property
    def grants(self) -> frozenset[Permission]:
        """All that this standing allows."""
        held: frozenset[Permission] = frozenset()
        if self.role is not None:
            held = GRANTS[self.role]
            if self.shared:
                held |= {Permission.VIEW_RESULTS, Permission.VIEW_AGREEMENT}
        elif self.scope is not None:
            held = SCOPE_GRANTS[self.scope]
        if self.leaving:
            return held & WHILE_LEAVING if self.privileged else frozenset()
        return held

    def may(self, permission: Permission) -> bool:
        return permission in self.grants


def may(role: str, permission: Permission) -> bool:
    """Tell whether a member with this role holds this permission."""
    return permission in GRANTS[Role(role)]
