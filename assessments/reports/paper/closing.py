"""The last page of a firm's report: who made it, and where to reach them."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from assessments.reports.branding import Closing, Look
from assessments.reports.paper.edition import Edition
from assessments.reports.paper.frame import Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingLeaf(Leaf):
    """The firm's own words. ``logo`` is the picture as an address, or empty."""

    firm: str
    logo: str
    paragraphs: tuple[str, ...]
    contact_title: str
    contact: tuple[str, ...]

    template: ClassVar[str] = "reports/leaves/closing.html"


def build(edition: Edition) -> ClosingLeaf | None:
    """The closing page, where a firm that asked for the report has written one."""
    look = edition.dress.firm
    return None if look is None or look.closing is None else of_firm(look, look.closing)


def of_firm(look: Look, closing: Closing) -> ClosingLeaf:
    """The page of one firm."""
    return ClosingLeaf(
        kicker=_("Who prepared this report"),
        title=closing.title or _("About %(firm)s") % {"firm": look.name},
        firm=look.name,
        logo=look.logo.address() if look.logo else "",
        paragraphs=_lines(closing.text),
        contact_title=_("Contact"),
        contact=_lines(closing.contact),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in map(str.strip, text.split("\n")) if line)
