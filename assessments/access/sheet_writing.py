"""Gives somebody a sheet in a round, the one way there is, whoever asks them.

A round may begin with the answers of an earlier one (`Assessment.carried_from`). They are then laid
on the new sheet as version 0, marked `carried`: shown to their respondent alone, counted nowhere,
and without a line of history until that person confirms or changes them. Evidence starts again as
claimed: what was seen last time has not been seen now.
"""

from collections.abc import Iterable
from functools import cache

from assessments.models import (
    Assessment,
    AssessmentStatus,
    EvidenceGrade,
    Function,
    SavedAnswer,
    Sheet,
    SheetStatus,
    User,
)
from maturity.compare import common_items, edition

_KEPT = ("item", "level", "special", "reason", "note", "link", "updated_at")


def open_sheet(
    *, assessment: Assessment, respondent: User, function: str, sections: Iterable[str] = ()
) -> tuple[Sheet, bool]:
    """A person's sheet in a round, and whether it is new. Call it inside a transaction."""
    sheet, new = Sheet.objects.get_or_create(
        assessment=assessment,
        respondent=respondent,
        defaults={"function": Function(function), "sections": list(sections)},
    )
    if new:
        _carry_over(sheet)
    return sheet, new


def _carry_over(sheet: Sheet) -> None:
    """Own answers of the round before: those that counted then and that are asked alike now."""
    before = sheet.assessment.carried_from
    if before is None or before.status != AssessmentStatus.PUBLISHED:
        return
    same = items_in_common(before.framework_version, sheet.assessment.framework_version)
    rows = SavedAnswer.objects.filter(
        sheet__assessment=before,
        sheet__respondent=sheet.respondent,
        sheet__status=SheetStatus.SUBMITTED,
        carried=False,
        item__in=same,
    ).exclude(level=None, special="")
    SavedAnswer.objects.bulk_create(
        SavedAnswer(
            sheet=sheet, evidence=EvidenceGrade.CLAIMED, version=0, carried=True, **dict(row)
        )
        for row in rows.order_by("pk").values(*_KEPT)
    )


@cache
def items_in_common(before: str, now: str) -> frozenset[str]:
    """The questions that two framework versions ask alike; none where one is not known any more."""
    try:
        return frozenset(common_items([edition(before), edition(now)]).items)
    except LookupError:
        return frozenset()
