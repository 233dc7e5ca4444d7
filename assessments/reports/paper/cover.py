"""The cover: whose report, which period, and what it rests on."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.reports.paper import edition as facts
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Fact, named
from assessments.results.canvas import COLOURS
from assessments.ui import numbers

LONG, VERY_LONG = 22, 60  # characters
CORNERS = {"awareness": (0, 0), "innovate": (45, 0), "stepwise": (0, 45), "capability": (45, 45)}
LANGUAGE_NAMES = {"en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Whose report it is: a picture as an address, else the name; ``label`` says in what part."""

    label: str
    name: str
    logo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The first page. ``size`` is a class for names that would not fit at full size."""

    bank: str
    size: str
    lines: tuple[str, ...]
    motif: SafeString
    facts: tuple[tuple[Fact, ...], ...]
    labels: tuple[str, ...]
    small_print: str
    signs: tuple[Sign, ...]


def build(edition: Edition) -> Cover:
    """The cover of an edition."""
    size = len(edition.bank)
    lines = [_("Assessment report"), edition.period]
    return Cover(
        bank=edition.bank,
        size="very-long" if size > VERY_LONG else "long" if size > LONG else "",
        lines=tuple(line for line in lines if line),
        motif=named(_motif(edition), _("Four fields; the bank’s own is filled")),
        facts=_facts(edition),
        labels=labels(edition),
        small_print=_("Confidential. Self-assessment is not assurance."),
        signs=_signs(edition),
    )


def labels(edition: Edition) -> tuple[str, ...]:
    """What must be said on every page about bank and state."""
    found = []
    if edition.source.subject.fictional:
        found.append(_("Fictional bank: every figure is for demonstration."))
    if edition.draft:
        found.append(_("Draft: not published. Answers may still change."))
    return tuple(found)


def _signs(edition: Edition) -> tuple[Sign, ...]:
    """The bank's logo, and the firm that prepared the report."""
    bank, firm = edition.dress.bank, edition.dress.firm
    found = []
    if bank is not None and bank.logo is not None:
        found.append(Sign(label="", name=bank.name, logo=bank.logo.address()))
    if firm is not None:
        logo = firm.logo.address() if firm.logo else ""
        found.append(Sign(label=_("Prepared by"), name=firm.name, logo=logo))
    return tuple(found)


def _facts(edition: Edition) -> tuple[tuple[Fact, ...], ...]:
    sample = edition.source.case.pulse
    date = (Fact(term=_("Date"), value=numbers.day(edition.date)),) if edition.date else ()
    first = (
        *date,
        Fact(
            term=_("Respondents"),
            value=f"{numbers.number(edition.respondents)}: {facts.functions(edition)}",
        ),
        Fact(
            term=_("Coverage"),
            value=_("%(answered)s of %(asked)s questions")
            % {
                "answered": numbers.number(len(edition.answered)),
                "asked": numbers.number(len(edition.asked)),
            },
        ),
    )
    second = (
        Fact(
            term=_("Customer pulse"),
            value=ngettext("%(count)s customer", "%(count)s customers", sample.n)
            % {"count": numbers.number(sample.n)}
            if sample
            else _("None yet"),
        ),
        Fact(
            term=_("Channels"),
            value=_("No inventory yet")
            if edition.source.findings.channels is None
            else facts.channels(edition),
        ),
        Fact(
            term=_("Framework"),
            value=_("Version %(version)s, %(language)s")
            % {
                "version": edition.source.findings.framework,
                "language": LANGUAGE_NAMES.get(edition.language, edition.language),
            },
        ),
    )
    return (first, second)


def _motif(edition: Edition) -> SafeString:
    """Four fields, the bank's own filled: decoration, so hidden from assistive technology."""
    placement = edition.source.findings.placement
    own, line = "", "#5C9DC6"
    if edition.dress.accent:  # on a colour that nobody here chose, white alone is sure to be seen
        line = "#FFFFFF"
    if placement:
        x, y = CORNERS[placement.strategy]
        fill = f'fill="{_own_fill(edition, placement.strategy)}"'
        own = f'<rect x="{x}" y="{y}" width="45" height="45" {fill}/>'
    return mark_safe(  # noqa: S308 -- constants only
        '<svg class="motif" width="90mm" height="90mm" viewBox="0 0 90 90" aria-hidden="true">'
        f'{own}<path d="M0 0.25H90M0 45H90M0 89.75H90M0.25 0V90M45 0V90" '
        f'stroke="{line}" stroke-width="0.5" fill="none"/></svg>'
    )


def _own_fill(edition: Edition, strategy: str) -> str:
    if edition.dress.accent:
        return "#FFFFFF"
    return "#5C9DC6" if strategy in ("innovate", "stepwise") else COLOURS[strategy]
