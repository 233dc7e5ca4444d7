"""What a bank does with its plan. Nothing here touches an answer or a score (decision 9)."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from assessments.access import audit
from assessments.models import (
    ActionStatus,
    AdoptedAction,
    AdoptedPlan,
    Assessment,
    AssessmentStatus,
    Organisation,
    User,
)
from assessments.plans.queries import Change, due_quarters
from maturity import load_framework


class NothingToAdoptError(ValueError):
    """The round is not published, or its result holds no plan."""


class PastPlanError(ValueError):
    """A newer round's plan is in force; the older one only tells what was."""


class StaleActionError(Exception):
    """Somebody changed the action meanwhile; `current` is what is stored."""

    def __init__(self, current: AdoptedAction) -> None:
        super().__init__("changed meanwhile")
        self.current = current


@transaction.atomic
def adopt(
    *,
    assessment: Assessment,
    actions: Collection[str],
    first_quarter_on: dt.date,
    by: User,
    now: dt.datetime,
) -> AdoptedPlan:
    """Take over a published round's roadmap; a second time gives the plan that stands.

    Raises NothingToAdoptError, or PastPlanError when a newer round's plan is in force.
    """
    bank = _held(assessment.organisation)
    standing = AdoptedPlan.objects.filter(assessment=assessment).first()
    if standing is not None:
        return standing
    quarters = due_quarters(assessment, now)
    if assessment.status != AssessmentStatus.PUBLISHED or not quarters:
        raise NothingToAdoptError
    if _newer(bank, assessment):
        raise PastPlanError
    plan = AdoptedPlan.objects.create(
        assessment=assessment,
        first_quarter_on=first_quarter_on,
        adopted_by=by,
        adopted_at=now,
    )
    taken = [id_ for id_ in quarters if id_ in actions]
    AdoptedAction.objects.bulk_create(
        AdoptedAction(plan=plan, action=id_, due_quarter=quarters[id_], updated_at=now)
        for id_ in taken
    )
    bank.plan_round = assessment
    bank.save(update_fields=["plan_round"])
    assessment.organisation.plan_round = assessment
    _record(assessment, by, "plan adopted", f"assessment:{assessment.pk}", actions=taken)
    return plan


@transaction.atomic
def change_action(
    *,
    assessment: Assessment,
    action: str,
    version: int,
    change: Change,
    by: User,
    now: dt.datetime,
) -> None:
    """Store owner, due quarter, status and note of an action that still has this version.

    The same values again change nothing. Raises PastPlanError, StaleActionError, or
    AdoptedAction.DoesNotExist.
    """
    _in_force(assessment)
    row = AdoptedAction.objects.select_for_update().get(plan__assessment=assessment, action=action)
    before = Change.of(row)
    if before == change:
        return
    if row.version != version:
        raise StaleActionError(row)
    _store(row, change, now)
    _record(
        assessment, by, "plan action changed", f"action:{row.pk}", **_told(action, before, change)
    )


@transaction.atomic
def add_action(
    *,
    assessment: Assessment,
    action: str,
    due_quarter: int | None = None,
    by: User,
    now: dt.datetime,
) -> bool:
    """Put an action of the framework into the plan, or take a dropped one up again.

    Tells whether anything changed. Without `due_quarter` a dropped one keeps its own. Raises
    PastPlanError, or KeyError for an action that the framework does not know.
    """
    _in_force(assessment)
    known = load_framework().actions[action].id
    plan = AdoptedPlan.objects.select_for_update().get(assessment=assessment)
    row, new = AdoptedAction.objects.get_or_create(
        plan=plan, action=known, defaults={"due_quarter": due_quarter or 1, "updated_at": now}
    )
    target = f"action:{row.pk}"
    if new:
        _record(
            assessment, by, "plan action added", target, action=action, due=[None, row.due_quarter]
        )
        return True
    if row.status != ActionStatus.DROPPED:
        return False
    before = Change.of(row)
    after = Change(
        owner=row.owner_id,
        due_quarter=due_quarter or row.due_quarter,
        status=ActionStatus.PLANNED,
        note=row.note,
    )
    _store(row, after, now)
    _record(assessment, by, "plan action taken up again", target, **_told(action, before, after))
    return True


def _store(row: AdoptedAction, change: Change, now: dt.datetime) -> None:
    row.owner_id = change.owner
    row.due_quarter = change.due_quarter
    row.status = change.status
    row.note = change.note
    row.version += 1
    row.updated_at = now
    row.save()


def _told(action: str, before: Change, after: Change) -> dict[str, object]:
    """What an event says of a change: everything but the note's words."""
    told: dict[str, object] = {"action": action}
    for name, was, is_ in (
        ("owner", before.owner, after.owner),
        ("due", before.due_quarter, after.due_quarter),
        ("status", str(before.status), str(after.status)),
    ):
        if was != is_:
            told[name] = [was, is_]
    if before.note != after.note:
        told["note"] = True
    return told


def _held(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _in_force(assessment: Assessment) -> None:
    if _held(assessment.organisation).plan_round_id != assessment.pk:
        raise PastPlanError


def _newer(bank: Organisation, assessment: Assessment) -> bool:
    """Whether the plan in force belongs to a round published after this one."""
    if bank.plan_round is None:
        return False
    return bank.plan_round.snapshot.published_at > assessment.snapshot.published_at


def _record(assessment: Assessment, by: User, verb: str, target: str, **details: object) -> None:
    audit.record(organisation=assessment.organisation, by=by, verb=verb, target=target, **details)
