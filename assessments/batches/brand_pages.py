"""The page on which a bank or a firm sets its look, and what it will look like on paper."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Brand, Organisation, OrganisationKind
from assessments.reports import queries as reports
from assessments.reports.brand_queries import look_of
from assessments.reports.branding import Closing, Dress, Look
from assessments.reports.paper import closing, cover
from assessments.reports.paper.closing import ClosingLeaf
from assessments.reports.paper.cover import Cover
from assessments.results import queries as results
from assessments.ui import numbers
from assessments.ui.shell import BankNav, home_of, organisation_nav

HOUSE_COLOUR = "#083650"  # of a cover that wears nothing; report.css has the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Cover and closing page as they will be printed; the labels tell who cannot see them."""

    colour: str
    subject: str
    cover: Cover
    cover_label: str
    closing: ClosingLeaf | None
    closing_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandPage:
    """`logo_url` is empty while there is none."""

    bank: BankNav
    firm: bool
    name: str
    logo_url: str
    logo_size: str
    preview: Preview
    back_url: str


def brand(organisation: Organisation, stored: Brand | None) -> BrandPage:
    """The page of one organisation, as its look is stored."""
    firm = organisation.kind == OrganisationKind.FIRM
    look = Look(name=organisation.name)
    if stored is not None:
        stored.organisation = organisation
        look = look_of(stored)
    return BrandPage(
        bank=organisation_nav(organisation, "reports" if firm else "profile"),
        firm=firm,
        name=organisation.name,
        logo_url=reverse("firm_logo" if firm else "bank_logo", args=[organisation.pk])
        if look.logo
        else "",
        logo_size=_("Stored as PNG, %(width)s × %(height)s pixels.")
        % {
            "width": numbers.number(look.logo.width),
            "height": numbers.number(look.logo.height),
        }
        if look.logo
        else "",
        preview=_preview(organisation, look, firm=firm),
        back_url=home_of(organisation) if firm else reverse("bank_profile", args=[organisation.pk]),
    )


def _preview(organisation: Organisation, look: Look, *, firm: bool) -> Preview:
    """Of the packaged example, in the organisation's name where it is a bank."""
    result, subject = results.sample()
    if not firm:
        subject = replace(subject, bank=organisation.name, fictional=organisation.fictional)
    # A firm that has set nothing prints nothing, not even its name.
    worn = look if look != Look(name=organisation.name) else None
    dress = Dress(firm=worn) if firm else Dress(bank=worn)
    edition = reports.edition_of(
        result, subject, language=get_language() or "en", date=subject.as_of, dress=dress
    )
    page = closing.of_firm(look, look.closing) if firm and look.closing else None
    return Preview(
        colour=dress.accent or HOUSE_COLOUR,
        subject=_("Social banking maturity"),
        cover=cover.build(edition),
        cover_label=_cover_label(edition.bank, look, dress),
        closing=page,
        closing_label=_("Closing page: %(title)s") % {"title": page.title} if page else "",
    )


def _cover_label(bank: str, look: Look, dress: Dress) -> str:
    values = {"bank": bank, "colour": dress.accent or HOUSE_COLOUR, "name": look.name}
    if look.logo:
        return _("Cover of %(bank)s on %(colour)s, with the logo of %(name)s") % values
    return _("Cover of %(bank)s on %(colour)s, without a logo") % values


def initial(stored: Brand | None) -> dict[str, str]:
    """What the form begins with."""
    held = stored or Brand()
    closing_ = Closing(title=held.closing_title, text=held.closing_text, contact=held.contact)
    return {
        "colour": held.colour,
        "closing_title": closing_.title,
        "closing_text": closing_.text,
        "contact": closing_.contact,
    }
