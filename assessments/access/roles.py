"""Who may do what, as one table."""

from enum import StrEnum

from assessments.models import Role


class Permission(StrEnum):
    VIEW_BANK = "view bank"
    EDIT_BANK = "edit bank"
    START_ROUND = "start round"
    MANAGE_ROUND = "manage round"  # close, reopen, publish, plan settings
    ANSWER = "answer"  # one's own sheet
    EDIT_CHANNELS = "edit channels"
    VIEW_RESULTS = "view results"
    EXPORT_REPORT = "export report"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.LEAD: frozenset(Permission),
    Role.RESPONDENT: frozenset({Permission.VIEW_BANK, Permission.ANSWER, Permission.EDIT_CHANNELS}),
}


def may(role: str, permission: Permission) -> bool:
    """Tell whether a member with this role holds this permission."""
    return permission in GRANTS[Role(role)]
