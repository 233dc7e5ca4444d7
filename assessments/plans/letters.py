"""Writers of the plan's letters: true at the moment of sending, or not sent at all."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from assessments.models import Mail
from assessments.plans import letter_queries as queries
from assessments.plans.letter_queries import Due
from assessments.ui.quarters import due_text
from maturity import load_wording


def reminder(mail: Mail) -> Mapping[str, Any] | None:
    """What the owner is told; None once the action is done, dropped, or somebody else's."""
    due = queries.action_of(mail.subject_id)
    if due is None or due.owner.pk != mail.context.get("owner") or due.owner.email != mail.to:
        return None
    return _words(due)


def owner_left(mail: Mail) -> Mapping[str, Any] | None:
    """What a lead is told; None once the action has another owner or needs none."""
    action, owner = mail.subject_id.split(":")
    due = queries.action_of(action, owner_belongs=False)
    if due is None or str(due.owner.pk) != owner:
        return None
    return _words(due) if mail.to in {lead.email for lead in queries.leads_of(due.bank)} else None


def _words(due: Due) -> dict[str, Any]:
    words = load_wording(get_language() or "en").actions[due.row.action]
    return {
        "bank": due.bank.name,
        "title": words.title,
        "due": due_text(due.row.plan.first_quarter_on, due.row.due_quarter),
        "first_step": words.first_step,
        "path": reverse("plan_action", args=[due.row.plan.assessment_id, due.row.action]),
    }
