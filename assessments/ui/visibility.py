"""Who will read an answer, in the words that stand above the first question and on invitations."""

from collections.abc import Iterable

from django.utils.translation import gettext

from assessments.access.firm_queries import FirmAccess
from assessments.models import Visibility
from assessments.ui.lists import listed
from assessments.ui.numbers import day


def who_reads(visibility: str, *, shared: bool, firms: Iterable[FirmAccess]) -> tuple[str, ...]:
    """Sentences about one round: before and after submitting, each reader in turn.

    `firms` are the consulting firms that the bank has let in (`access.firm_queries.firms_let_in`).
    """
    return (
        gettext(
            "Before you submit, nobody else reads your answers. The lead sees how many you have "
            "given."
        ),
        _afterwards(visibility),
        _others(shared=shared),
        *(_firm(firm, visibility) for firm in firms),
    )


def who_reads_notes(visibility: str, firms: Iterable[FirmAccess]) -> str:
    """One sentence about notes and links, for the foot of each question."""
    if visibility == Visibility.ANONYMOUS:
        return gettext("Visible to you alone, since this round is anonymous. Left out of the PDF.")
    readers = [gettext("your bank’s lead and reviewers")]
    readers += [_isolated(firm.name) for firm in firms if firm.reads_answers]
    text = gettext(
        "Visible to %(readers)s once the round is closed, not to other respondents. Left out of "
        "the PDF."
    )
    return text % {"readers": listed(readers)}


def _afterwards(visibility: str) -> str:
    if visibility == Visibility.NAMED:
        return gettext(
            "After you submit, once the round is closed, your bank’s lead and reviewers read them "
            "with your name."
        )
    if visibility == Visibility.FUNCTION:
        return gettext(
            "After you submit, once the round is closed, your bank’s lead and reviewers read them "
            "with your function instead of your name."
        )
    return gettext(
        "After you submit, nobody reads them singly: they are only shown merged with those of "
        "others, and no group of fewer than four is shown apart."
    )


def _others(*, shared: bool) -> str:
    if shared:
        return gettext(
            "Other respondents never read your answers. They see the merged result once the round "
            "is closed."
        )
    return gettext("Other respondents read neither your answers nor the result.")


def _firm(firm: FirmAccess, visibility: str) -> str:
    if not firm.reads_answers or visibility == Visibility.ANONYMOUS:
        text = gettext("%(firm)s, a consulting firm, sees the merged result, no single answers.")
        return text % {"firm": _isolated(firm.name)}
    if firm.answers_from is None:
        text = gettext("%(firm)s, a consulting firm, reads what the lead reads.")
        return text % {"firm": _isolated(firm.name)}
    text = gettext(
        "%(firm)s, a consulting firm, reads what the lead reads of answers given since %(day)s."
    )
    return text % {"firm": _isolated(firm.name), "day": day(firm.answers_from)}


def _isolated(name: str) -> str:
    """A name that keeps its own direction within a sentence."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
