"""Reads the look of banks and firms for their reports."""

from django.core.files.storage import default_storage

from assessments.models import Brand, Organisation
from assessments.reports.branding import Closing, Dress, Logo, Look


def brand_of(organisation: Organisation) -> Brand | None:
    """What an organisation stored, or None while it has stored nothing."""
    return Brand.objects.filter(organisation=organisation).first()


def dress_of(bank: Organisation, firm: Organisation | None) -> Dress:
    """What a report of this bank wears when this firm's people ask for it, in one query."""
    sides = [bank.pk] if firm is None else [bank.pk, firm.pk]
    rows = Brand.objects.filter(organisation__in=sides).select_related("organisation")
    looks = {row.organisation_id: look_of(row) for row in rows}
    return Dress(bank=looks.get(bank.pk), firm=looks.get(firm.pk) if firm else None)


def look_of(brand: Brand) -> Look:
    """A row as the value that is printed."""
    closing = Closing(title=brand.closing_title, text=brand.closing_text, contact=brand.contact)
    return Look(
        name=brand.organisation.name,
        logo=_logo(brand),
        colour=brand.colour,
        closing=closing if closing != Closing() else None,
    )


def _logo(brand: Brand) -> Logo | None:
    """None also where the file is gone: a report without a picture is better than none."""
    name = brand.logo.name or ""
    if not name or not default_storage.exists(name):
        return None
    return Logo(
        name=name, digest=brand.logo_digest, width=brand.logo_width, height=brand.logo_height
    )
