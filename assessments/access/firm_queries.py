"""The consulting firms that a bank has let in, for telling people who reads what."""

import datetime as dt
from dataclasses import dataclass

from django.db.models.functions import Coalesce

from assessments.models import Engagement, EngagementScope, EngagementState, Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmAccess:
    """One firm and how far the bank lets it see."""

    name: str
    scope: EngagementScope
    answers_from: dt.date | None  # single answers given before this day stay unseen

    @property
    def reads_answers(self) -> bool:
        return self.scope >= EngagementScope.ANSWERS


def firms_let_in(bank: Organisation) -> tuple[FirmAccess, ...]:
    """Every firm with an accepted engagement, by name, in one query."""
    rows = (
        Engagement.objects.filter(bank=bank, state=EngagementState.ACCEPTED, firm__closing_on=None)
        .order_by("firm__name", "pk")
        .values_list("firm__name", "scope", Coalesce("answers_from", "decided_at"))
    )
    return tuple(
        FirmAccess(
            name=name,
            scope=EngagementScope(scope),
            answers_from=since.date() if since else None,
        )
        for name, scope, since in rows
    )
