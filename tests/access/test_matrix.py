"""GRANTS and SCOPE_GRANTS against the matrix of security.md section 3, written out by hand.

Columns: respondent, reviewer, lead of a bank; consultant and admin of a firm; then what a bank's
engagement opens to a firm: results, answers, facilitating. A dot stands for no.
"""

import pytest

from assessments.access.roles import (
    GRANTS,
    PERMITTED_IN,
    PRIVILEGED,
    SCOPE_GRANTS,
    WHILE_LEAVING,
    Permission,
    Standing,
)
from assessments.models import BANK_ROLES, EngagementScope, OrganisationKind, Role

MATRIX = {
    "view bank": "x x x  . .  x x x",
    "edit bank": ". . x  . .  . . .",
    "start round": ". . x  . .  . . .",
    "manage round": ". . x  . .  . . .",
    "answer": "x x x  . .  . . .",
    "edit channels": "x x x  . .  . . .",
    "view results": ". . x  . .  x x x",
    "export report": ". . x  . .  x x x",
    "view agreement": ". . x  . .  x x x",
    "view answers": ". x x  . .  . x x",
    "settle": ". . x  . .  . . x",
    "review evidence": ". x x  . .  . . .",
    "comment": "x x x  . .  . x x",
    "view plan": "x x x  . .  x x x",
    "manage plan": ". . x  . .  . . .",
    "share": ". . x  . .  . . x",
    "export data": ". . x  . .  x x x",
    "manage peers": ". . x  . .  . . .",
    "manage members": ". . x  . x  . . .",
    "view audit": ". . x  . x  . . .",
    "leave": ". . x  . x  . . .",
    "manage engagements": ". . x  . .  . . .",
    "view firm": ". . .  x x  . . .",
    "edit firm": ". . .  . x  . . .",
    "request engagement": ". . .  . x  . . .",
    "view clients": ". . .  x x  . . .",
    "note clients": ". . .  x x  . . .",
    "export clients": ". . .  x x  . . .",
    "make batch": ". . .  x x  . . .",
    "add figures": ". . .  x x  . . .",
}
COLUMNS = [
    Standing(role=Role.RESPONDENT),
    Standing(role=Role.REVIEWER),
    Standing(role=Role.LEAD),
    Standing(role=Role.CONSULTANT),
    Standing(role=Role.ADMIN),
    *(Standing(scope=scope) for scope in EngagementScope),
]
# What is left to each of them while the organisation is leaving.
LEAVING = {
    "view bank": ". . x  . .  x x x",
    "view results": ". . x  . .  x x x",
    "export report": ". . x  . .  x x x",
    "view audit": ". . x  . x  . . .",
    "view firm": ". . .  x x  . . .",
    "leave": ". . x  . x  . . .",
}
NOTHING = ". . .  . .  . . ."


def row(permission: Permission, *, leaving: bool = False) -> str:
    columns = [
        Standing(role=column.role, scope=column.scope, leaving=leaving) for column in COLUMNS
    ]
    marks = ["x" if column.may(permission) else "." for column in columns]
    return f"{' '.join(marks[:3])}  {' '.join(marks[3:5])}  {' '.join(marks[5:])}"


def test_s12_the_matrix_has_a_row_for_every_permission_and_a_column_for_every_role() -> None:
    assert set(MATRIX) == {permission.value for permission in Permission}
    assert {column.role for column in COLUMNS} - {None} == set(GRANTS) == set(Role)
    assert {column.scope for column in COLUMNS} - {None} == set(SCOPE_GRANTS)


@pytest.mark.parametrize("permission", Permission)
def test_s12_each_role_and_scope_holds_what_the_matrix_says(permission: Permission) -> None:
    assert row(permission) == MATRIX[permission.value]


@pytest.mark.parametrize("permission", Permission)
def test_s12_while_leaving_little_is_left_and_to_few(permission: Permission) -> None:
    assert row(permission, leaving=True) == LEAVING.get(permission.value, NOTHING)
    assert (permission in WHILE_LEAVING) == (permission.value in LEAVING)


@pytest.mark.parametrize("permission", Permission)
def test_s11_a_round_that_is_shared_lets_its_respondents_read_and_nothing_else(
    permission: Permission,
) -> None:
    without, shared = (Standing(role=Role.RESPONDENT, shared=shared) for shared in (False, True))
    gained = shared.may(permission) and not without.may(permission)
    assert gained == (permission in {Permission.VIEW_RESULTS, Permission.VIEW_AGREEMENT})


def test_nobody_without_a_role_or_scope_may_do_anything() -> None:
    assert Standing().grants == frozenset()


def test_s23_everybody_who_sees_a_whole_bank_needs_a_second_factor() -> None:
    needing = [column.privileged for column in COLUMNS]
    assert needing == [False, False, True, True, True, True, True, True]
    assert {Role.LEAD, Role.ADMIN, Role.CONSULTANT} == PRIVILEGED


def test_what_there_is_to_ask_for_in_a_firm_is_not_in_a_bank() -> None:
    for kind, columns in (
        (OrganisationKind.BANK, slice(0, 3)),
        (OrganisationKind.FIRM, slice(3, 5)),
    ):
        held = {Permission(name) for name, marks in MATRIX.items() if "x" in marks.split()[columns]}
        assert PERMITTED_IN[kind] == held
    assert {role for role in Role if role in BANK_ROLES} == {
        Role.LEAD,
        Role.REVIEWER,
        Role.RESPONDENT,
    }
