"""What every writer of this room shares: the refusal while locked, holding a round, the trail."""

from assessments.access.audit import record
from assessments.access.refusals import OutsideSectionsError
from assessments.access.roles import Permission
from assessments.models import Assessment, Sheet, User
from assessments.survey.queries import Lock


class LockedError(Exception):
    """Nothing can be changed now; `lock` says why."""

    def __init__(self, lock: Lock) -> None:
        super().__init__(lock.value)
        self.lock = lock


def refuse_outside(sheet: Sheet, dimension: str) -> None:
    """Raise OutsideSectionsError unless this person was asked about the dimension."""
    if not sheet.covers(dimension):
        raise OutsideSectionsError(Permission.ANSWER, sheet.assessment.organisation_id, dimension)


def hold_round(assessment: Assessment) -> Assessment:
    """Read a round again and hold it until the transaction ends."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=assessment.pk)
    )


def record_on(assessment: Assessment, by: User, verb: str, target: str, **details: object) -> None:
    """Append an event to the trail of the round's bank; `target` is "kind:id"."""
    record(organisation=assessment.organisation, by=by, verb=verb, target=target, **details)
