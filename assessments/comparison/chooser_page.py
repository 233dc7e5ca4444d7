"""The list from which the rounds of a comparison are chosen."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.comparison.choosing import Choosing
from assessments.comparison.queries import published_rounds
from assessments.models import Assessment, Organisation, User
from assessments.survey.queries import zone_of
from assessments.ui import numbers
from assessments.ui.paging import PER_PAGE, page_of
from assessments.ui.shell import BankNav
from maturity.compare import FEWEST, MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One published round with its box."""

    id: str
    bank: str
    fictional: bool
    period: str
    published: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooserPage:
    """What is chosen stands first and stays over pages and searches.

    ``previous`` and ``following`` are numbers of pages, empty at the ends.
    """

    bank: BankNav | None
    limits: str
    words: str
    hidden: tuple[tuple[str, str], ...]
    chosen: tuple[Choice, ...]
    rows: tuple[Choice, ...]
    summary: str
    empty: str
    shown: str
    total: str
    previous: str
    following: str


def chooser(
    user: User, asked: Choosing, *, firm: Organisation | None, nav: BankNav | None
) -> ChooserPage:
    """The list with its boxes. Raises Http404 for a chosen round that is not in this person's list.

    Raises BadRequest for a page that does not exist.
    """
    everything = published_rounds(user, firm=firm, bank=None, words="")
    chosen = tuple(everything.filter(pk__in=asked.picked)) if asked.picked else ()
    if len(chosen) < len(asked.picked):
        raise Http404
    listed = published_rounds(user, firm=firm, bank=asked.bank, words=asked.words)
    found = page_of(listed.exclude(pk__in=asked.picked), {"page": asked.page})
    place, pages = int(asked.page), -(-found.count // PER_PAGE)
    pairs = (("firm", asked.firm), ("bank", asked.bank))
    return ChooserPage(
        bank=nav,
        limits=_(
            "Choose %(least)s to %(most)s rounds: one each of several banks, or several of one."
        )
        % {"least": numbers.number(FEWEST), "most": numbers.number(MOST)},
        words=asked.words,
        hidden=tuple((name, str(pk)) for name, pk in pairs if pk is not None),
        chosen=tuple(_choice(row) for row in chosen),
        rows=tuple(_choice(row) for row in found.rows),
        summary=ngettext("%(count)s published round", "%(count)s published rounds", found.count)
        % {"count": numbers.number(found.count)},
        empty="" if found.count else _empty(asked),
        shown=found.pager.shown,
        total=found.pager.total,
        previous=str(place - 1) if place > 1 else "",
        following=str(place + 1) if place < pages else "",
    )


def _choice(row: Assessment) -> Choice:
    day = row.snapshot.published_at.astimezone(zone_of(row.organisation)).date()
    return Choice(
        id=str(row.pk),
        bank=row.organisation.name,
        fictional=row.organisation.fictional,
        period=row.period,
        published=numbers.day(day),
    )


def _empty(asked: Choosing) -> str:
    if asked.words:
        return _("No published round has “%(words)s” in its bank’s name or its period.") % {
            "words": asked.words
        }
    if asked.picked:
        return _("There is no other published round.")
    return _("No round has been published yet. Comparing begins with the second one.")
