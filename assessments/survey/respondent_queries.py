"""Who answers what: reads for the page on which the lead assigns."""

from assessments.access.scope import memberships_of
from assessments.models import Assessment, Membership, Sheet
from assessments.survey.queries import ACCOUNTABLE, RespondentState, accountable_in, own_outline


def mark_of(sheet: Sheet) -> str:
    """What a sheet asks, in a form that a page can carry and compare."""
    return f"{sheet.function}|{','.join(own_outline(sheet).dimensions)}"


def accountable_mark(assessment: Assessment) -> str:
    """Whose answers count double, in a form that a page can carry and compare."""
    chosen = accountable_in(assessment)
    return ",".join(chosen.get(dimension, "") for dimension in ACCOUNTABLE)


def members_not_asked(assessment: Assessment) -> list[Membership]:
    """Members of the bank without a sheet in the round, by name, in one query."""
    rows = memberships_of(assessment.organisation).exclude(
        user__in=assessment.sheets.exclude(respondent=None).values("respondent")
    )
    return sorted(rows, key=lambda row: (row.user.display_name.casefold(), row.pk))


def without_accountable(
    assessment: Assessment, people: tuple[RespondentState, ...]
) -> tuple[str, ...]:
    """Dimensions about which nobody of the accountable function is asked."""
    return tuple(
        dimension
        for dimension, function in accountable_in(assessment).items()
        if not any(
            person.function_id == function and dimension in person.sections for person in people
        )
    )
