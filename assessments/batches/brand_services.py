"""Writes to the look of a bank or a firm. Files follow their row: none outlives it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from assessments.access.audit import record
from assessments.batches.logos import Picture
from assessments.models import Brand, Organisation, User

WORDS = ("colour", "closing_title", "closing_text", "contact")


@transaction.atomic
def change_look(
    *,
    organisation: Organisation,
    values: Mapping[str, str],
    picture: Picture | None,
    remove_logo: bool,
    by: User,
    now: datetime,
) -> bool:
    """Store what changed and tell whether anything did; the event names fields, not contents."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    brand = Brand.objects.filter(organisation=organisation).first()
    brand = brand or Brand(organisation=organisation)
    changed = [name for name in WORDS if values.get(name, "") != getattr(brand, name)]
    for name in changed:
        setattr(brand, name, values.get(name, ""))
    if picture is not None and picture.digest != brand.logo_digest:
        _replace_logo(brand, picture)
        changed.append("logo")
    elif picture is None and remove_logo and brand.logo.name:
        _replace_logo(brand, None)
        changed.append("logo")
    if changed:
        _store(brand, now)
        record(
            organisation=organisation,
            by=by,
            verb="look changed",
            target=f"organisation:{organisation.pk}",
            fields=sorted(changed),
        )
    return bool(changed)


def _store(brand: Brand, now: datetime) -> None:
    """An organisation that has taken everything back has no look of its own."""
    if brand.logo.name or any(getattr(brand, name) for name in WORDS):
        brand.updated_at = now
        brand.save()
    elif not brand._state.adding:  # noqa: SLF001 -- Django's own name
        brand.delete()


def _replace_logo(brand: Brand, picture: Picture | None) -> None:
    """The new file is there before the row names it, and the old one goes once it is named no more."""
    if brand.logo.name:
        transaction.on_commit(partial(default_storage.delete, brand.logo.name))
    if picture is None:
        brand.logo, brand.logo_digest = "", ""
        brand.logo_width = brand.logo_height = 0
        return
    name = f"logos/{brand.organisation_id}-{picture.digest[:16]}.png"
    brand.logo = default_storage.save(name, ContentFile(picture.data))
    brand.logo_digest = picture.digest
    brand.logo_width, brand.logo_height = picture.width, picture.height
