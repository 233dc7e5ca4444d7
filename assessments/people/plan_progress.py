"""How the adopted plan stands, as the bank's home shows it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from assessments.models import User
from assessments.people.queries import OpenAction, PlanProgress
from assessments.people.steps import Link, NextStep
from assessments.ui.numbers import number
from assessments.ui.quarters import due_text
from maturity import load_wording

MOST_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    title: str
    url: str
    owner: str
    due: str
    state: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """The plan in a sentence, and the open actions that are due first."""

    title: str
    measure: str
    url: str
    rows: tuple[ActionRow, ...]
    more: str


def plan_view(progress: PlanProgress) -> PlanView:
    rows = progress.open[:MOST_ROWS]
    left = len(progress.open) - len(rows)
    return PlanView(
        title=gettext("Plan: %(summary)s") % {"summary": summary(progress)},
        measure=gettext("Open actions of the roadmap adopted after %(period)s, the next due first")
        % {"period": progress.period},
        url=reverse("plan", args=[progress.round_]),
        rows=tuple(_row(progress, action) for action in rows),
        more=ngettext("%(count)s more in the plan", "%(count)s more in the plan", left)
        % {"count": number(left)}
        if left
        else "",
    )


def summary(progress: PlanProgress) -> str:
    """ "4 of 12 done, 2 overdue"."""
    done = gettext("%(done)s of %(all)s done") % {
        "done": number(progress.done),
        "all": number(progress.counted),
    }
    if not progress.overdue:
        return done
    late = ngettext("%(count)s overdue", "%(count)s overdue", progress.overdue)
    return f"{done}, {late % {'count': number(progress.overdue)}}"


def next_action(progress: PlanProgress, user: User) -> NextStep | None:
    """The next open action, one's own first; else what is overdue. None when all is done."""
    ahead = [action for action in progress.open if not action.overdue]
    mine = [action for action in ahead if action.owner_id == user.pk]
    late = [action for action in progress.open if action.overdue]
    action = next(iter([*mine, *ahead, *late]), None)
    if action is None:
        return None
    title = gettext("Overdue: %(title)s") if action.overdue else gettext("Next: %(title)s")
    return NextStep(
        title=title % {"title": _title(action)},
        detail=" · ".join(
            [
                gettext("due %(due)s") % {"due": _due(action)},
                gettext("Plan: %(summary)s") % {"summary": summary(progress)},
            ]
        ),
        action=Link(
            text=gettext("Open the action"),
            url=reverse("plan_action", args=[progress.round_, action.action]),
        ),
    )


def _row(progress: PlanProgress, action: OpenAction) -> ActionRow:
    return ActionRow(
        title=_title(action),
        url=reverse("plan_action", args=[progress.round_, action.action]),
        owner=action.owner,
        due=_due(action),
        state=gettext("Overdue") if action.overdue else str(action.status.label),
        overdue=action.overdue,
    )


def _title(action: OpenAction) -> str:
    return load_wording(get_language() or "en").actions[action.action].title


def _due(action: OpenAction) -> str:
    return due_text(action.first_quarter_on, action.due_quarter)
