"""The one thing to do now in a bank, and what is worth doing before submitting."""

import datetime as dt
import math
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from assessments.access.roles import Permission, Standing
from assessments.models import AssessmentStatus, Organisation, SheetStatus, User
from assessments.people import queries
from assessments.people.queries import RoundFacts, SilentAccount
from assessments.people.sections import CHANNELS_SECTION, MINUTES_FOR_ALL, Section, sections
from assessments.ui.numbers import day, number
from maturity import load_framework, load_wording

MOST_HINTS = 4
CHANNELS_WITH = "CAP"  # whoever is asked about Capacity is led to the inventory of channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something worth doing before submitting."""

    title: str
    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The one thing to do now."""

    title: str
    detail: str
    action: Link | None
    segments: tuple[str, ...] = ()  # state of each section: "done", "begun", "open"
    progress: str = ""


def most_pressing(rounds: list[RoundFacts]) -> RoundFacts | None:
    """The newest open round, else the newest closed one, else the newest published one."""
    order = list(AssessmentStatus)
    return min(rounds, key=lambda facts: order.index(facts.status), default=None)


def what_to_do(
    current: RoundFacts | None,
    organisation: Organisation,
    user: User,
    reader: Standing,
    today: dt.date,
) -> tuple[NextStep, tuple[Hint, ...]]:
    if reader.scope is not None:
        return _for_a_consultant(current, reader), ()
    if current is None:
        return _first_step(organisation, reader), ()
    leads = reader.may(Permission.MANAGE_ROUND)
    if current.status == AssessmentStatus.PUBLISHED:
        return _after_publishing(current, leads=leads), ()
    if current.status == AssessmentStatus.CLOSED:
        return _after_closing(current, leads=leads), ()
    if current.own_status == SheetStatus.OPEN:
        step, hints = _while_answering(current, user, today)
        if current.sheets == 1:
            hints = (*hints[: MOST_HINTS - 1], _alone_hint(organisation, reader))
        return step, hints
    return _after_submitting(current, leads=leads), ()


def _for_a_consultant(current: RoundFacts | None, reader: Standing) -> NextStep:
    """What somebody of a firm, who answers nothing, can read in a client's newest round."""
    if current is None:
        return NextStep(
            title=gettext("No assessment yet"),
            detail=gettext("The bank’s lead starts one; you find it here."),
            action=None,
        )
    if current.status == AssessmentStatus.OPEN:
        return NextStep(
            title=gettext("The bank is answering"),
            detail=f"{current.period} · {respondents(current)}",
            action=Link(
                text=gettext("Open the assessment"), url=reverse("round", args=[current.pk])
            ),
        )
    published = current.status == AssessmentStatus.PUBLISHED
    words = {"period": current.period}
    state = (
        gettext("%(period)s is published")
        if published
        else gettext("%(period)s is closed · the bank’s lead publishes the result")
    )
    return NextStep(
        title=gettext("Read the result"),
        detail=" · ".join([state % words, *strategy_names(current.strategy)]),
        action=Link(text=gettext("See the result"), url=reverse("results", args=[current.pk])),
    )


def _first_step(organisation: Organisation, reader: Standing) -> NextStep:
    if not reader.may(Permission.START_ROUND):
        return NextStep(
            title=gettext("No assessment yet"),
            detail=gettext("Your lead starts one; you find it here."),
            action=None,
        )
    return NextStep(
        title=gettext("Start your first assessment"),
        detail=gettext(
            "%(questions)s questions and a list of your channels, about %(minutes)s minutes. "
            "Every answer is saved as you go."
        )
        % {"questions": number(len(load_framework().items)), "minutes": number(MINUTES_FOR_ALL)},
        action=start_link(organisation),
    )


def _while_answering(
    current: RoundFacts, user: User, today: dt.date
) -> tuple[NextStep, tuple[Hint, ...]]:
    sheet = queries.own_sheet(current, user)
    silent = queries.silent_accounts(current.pk, today) if _led(current) else []
    parts = sections(sheet.answered, current.asked)
    hints = _hints(current, sheet, silent)
    left = sum(part.left for part in parts)
    total = sum(part.total for part in parts)
    states = _states(current, parts)
    detail = [
        current.period,
        gettext("%(done)s of %(total)s answered")
        % {"done": number(total - left), "total": number(total)},
        *_time_left(left),
        *_due(current.due_on, today),
    ]
    title, action = _continue(current, parts, begun=left < total)
    step = NextStep(
        title=title,
        detail=" · ".join(detail),
        action=action,
        segments=tuple(states),
        progress=_progress(states),
    )
    return step, hints


def _led(current: RoundFacts) -> bool:
    """Whether the inventory of channels belongs to this person's walk."""
    return CHANNELS_WITH in current.asked


def _states(current: RoundFacts, parts: tuple[Section, ...]) -> list[str]:
    """The state of each section, the channels before the customers."""
    numbered = {part.number: part.state for part in parts}
    if _led(current):
        numbered[CHANNELS_SECTION] = "done" if current.channels_confirmed else "open"
    return [numbered[number] for number in sorted(numbered)]


def _continue(current: RoundFacts, parts: tuple[Section, ...], *, begun: bool) -> tuple[str, Link]:
    at = next((part for part in parts if part.left), None)
    if at is None and _led(current) and not current.channels_confirmed:
        return gettext("List the bank’s channels, then submit"), Link(
            text=gettext("Go to the channels"), url=reverse("channels", args=[current.pk])
        )
    if at is None:
        return gettext("Review your answers and submit them"), Link(
            text=gettext("Review and submit"), url=reverse("review", args=[current.pk])
        )
    url = reverse("section", args=[current.pk, at.slug])
    if not begun:
        return gettext("Answer the first question"), Link(text=gettext("Begin"), url=url)
    title = ngettext(
        "Finish %(section)s: %(left)s question left",
        "Finish %(section)s: %(left)s questions left",
        at.left,
    )
    return title % {"section": at.name, "left": number(at.left)}, Link(
        text=gettext("Continue at question %(number)s") % {"number": at.question}, url=url
    )


def _after_submitting(current: RoundFacts, *, leads: bool) -> NextStep:
    detail = f"{current.period} · {respondents(current)}"
    round_url = reverse("round", args=[current.pk])
    if not leads:
        asked = current.own_status is not None
        return NextStep(
            title=gettext("Your answers are in. Thank you.")
            if asked
            else gettext("You were not asked to answer in this round"),
            detail=detail,
            action=Link(text=gettext("Open the assessment"), url=round_url),
        )
    if current.sheets == 1 and current.submitted == 1:
        return NextStep(
            title=gettext("Your result is ready"),
            detail=detail,
            action=Link(text=gettext("See the result"), url=reverse("results", args=[current.pk])),
        )
    waiting = current.sheets - current.submitted
    title = (
        ngettext(
            "Waiting for %(waiting)s respondent",
            "Waiting for %(waiting)s respondents",
            waiting,
        )
        % {"waiting": number(waiting)}
        if waiting
        else gettext("Everybody has submitted: close the round to see the result")
    )
    return NextStep(
        title=title,
        detail=detail,
        action=Link(text=gettext("Open the assessment"), url=round_url),
    )


def _after_closing(current: RoundFacts, *, leads: bool) -> NextStep:
    if not leads:
        return NextStep(
            title=gettext("This round is closed"),
            detail=gettext("%(period)s · your lead publishes the result")
            % {"period": current.period},
            action=None,
        )
    if current.submitted > 1:
        return NextStep(
            title=gettext("Settle where answers differ, then publish"),
            detail=gettext("%(period)s · %(people)s answered; what you agree on counts")
            % {"period": current.period, "people": number(current.submitted)},
            action=Link(
                text=gettext("See where you differ"), url=reverse("agreement", args=[current.pk])
            ),
        )
    return NextStep(
        title=gettext("See the result, then publish it"),
        detail=gettext("%(period)s · publishing freezes answers and scores")
        % {"period": current.period},
        action=Link(text=gettext("See the result"), url=reverse("results", args=[current.pk])),
    )


def _after_publishing(current: RoundFacts, *, leads: bool) -> NextStep:
    if not leads:
        return NextStep(
            title=gettext("Nothing to answer now"),
            detail=gettext("%(period)s is published") % {"period": current.period},
            action=None,
        )
    published = gettext("%(period)s is published") % {"period": current.period}
    return NextStep(
        title=gettext("Work through the roadmap"),
        detail=" · ".join([published, *strategy_names(current.strategy)]),
        action=Link(text=gettext("Open the roadmap"), url=reverse("roadmap", args=[current.pk])),
    )


def _time_left(left: int) -> list[str]:
    if not left:
        return []
    minutes = math.ceil(MINUTES_FOR_ALL * left / len(load_framework().items))
    text = ngettext("about %(minutes)s minute left", "about %(minutes)s minutes left", minutes)
    return [text % {"minutes": number(minutes)}]


def _due(due_on: dt.date | None, today: dt.date) -> list[str]:
    if due_on is None:
        return []
    text = gettext("due %(day)s") if due_on >= today else gettext("was due %(day)s")
    return [text % {"day": day(due_on)}]


def _progress(states: list[str]) -> str:
    text = gettext("%(done)s of %(total)s sections complete") % {
        "done": number(states.count("done")),
        "total": number(len(states)),
    }
    begun = states.count("begun")
    return f"{text}, {number(begun)} {gettext('in progress')}" if begun else text


# ---- hints -----------------------------------------------------------------------------------
def _hints(
    current: RoundFacts, sheet: queries.OwnSheet, silent: list[SilentAccount]
) -> tuple[Hint, ...]:
    found = [_silent_hint(current, account) for account in silent[: MOST_HINTS - 1]]
    if sheet.reasons_missing:
        found.append(_reasons_hint(current, sheet.reasons_missing))
    if sheet.dont_know:
        found.append(_dont_know_hint(sheet.dont_know))
    return tuple(found[:MOST_HINTS])


def _alone_hint(organisation: Organisation, reader: Standing) -> Hint:
    invite = Link(text=gettext("Invite"), url=reverse("invite", args=[organisation.pk]))
    return Hint(
        title=gettext("One respondent, a wide range."),
        text=gettext(
            "A second person, best from risk or compliance, narrows it: each sees what the other "
            "does not."
        ),
        link=invite if reader.may(Permission.MANAGE_MEMBERS) else None,
    )


def _silent_hint(current: RoundFacts, account: SilentAccount) -> Hint:
    since = (
        gettext("It has never posted.")
        if account.days is None
        else ngettext("Last post %(days)s day ago.", "Last post %(days)s days ago.", account.days)
        % {"days": number(account.days)}
    )
    blocks = gettext("A silent account blocks Innovate, Connect and Advocate actions.")
    return Hint(
        title=gettext("Decide about %(platform)s.") % {"platform": account.platform},
        text=f"{since} {blocks}",
        link=Link(
            text=gettext("Close or signpost it"),
            url=reverse("channel", args=[current.pk, account.pk]),
        ),
    )


def _reasons_hint(current: RoundFacts, count: int) -> Hint:
    title = ngettext(
        "%(count)s Not applicable lacks a reason.",
        "%(count)s Not applicable lack a reason.",
        count,
    )
    return Hint(
        title=title % {"count": number(count)},
        text=gettext("It is asked for before you submit."),
        link=Link(text=gettext("Review"), url=reverse("review", args=[current.pk])),
    )


def _dont_know_hint(count: int) -> Hint:
    title = ngettext("%(count)s Don’t know.", "%(count)s Don’t know.", count)
    return Hint(
        title=title % {"count": number(count)},
        text=gettext(
            "It counts 0 where it is about knowing and 25 where it is about doing, and it lowers "
            "coverage. Ask a colleague."
        ),
    )


def start_link(organisation: Organisation) -> Link:
    return Link(
        text=gettext("Start an assessment"), url=reverse("round_new", args=[organisation.pk])
    )


def respondents(facts: RoundFacts) -> str:
    return gettext("%(submitted)s of %(sheets)s finished") % {
        "submitted": number(facts.submitted),
        "sheets": number(facts.sheets),
    }


def strategy_names(strategy: str | None) -> list[str]:
    """The short name of a strategy; nothing for none."""
    if strategy is None:
        return []
    return [load_wording(get_language() or "en").strategies[strategy].short]
