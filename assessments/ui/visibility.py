"""Who will read an answer, in the words that stand above the first question and on invitations."""

from django.utils.translation import gettext

from assessments.models import Visibility


def who_reads(visibility: str, *, shared: bool, consultants: bool) -> tuple[str, ...]:
    """Sentences about one round. `consultants`: a firm may read single answers of this bank."""
    words = [
        gettext(
            "Until you submit, nobody else reads your answers. The lead sees how many you have given."
        ),
        _afterwards(visibility),
    ]
    if consultants and visibility != Visibility.ANONYMOUS:
        words.append(
            gettext("A consulting firm that your bank has let in reads them in the same way.")
        )
    if shared:
        words.append(gettext("All respondents see the merged result once the round is closed."))
    return tuple(words)


def _afterwards(visibility: str) -> str:
    if visibility == Visibility.NAMED:
        return gettext("After that, your bank’s lead and reviewers read them with your name.")
    if visibility == Visibility.FUNCTION:
        return gettext(
            "After that, your bank’s lead and reviewers read them with your function, not with "
            "your name."
        )
    return gettext(
        "After that, they are only ever shown merged with those of others, in groups of at least "
        "four."
    )
