"""What people change about themselves and their banks. Every change leaves an event."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from assessments.access.audit import record
from assessments.models import Membership, Organisation, OrganisationKind, Region, Role, User
from assessments.people.countries import only_zone_of


def found(*, kind: str, name: str, country: str = "", by: User) -> Organisation:
    """Create a bank or a firm with this person at its head."""
    if kind == OrganisationKind.FIRM:
        return found_firm(name=name, country=country, admin=by)
    return found_bank(name=name, country=country, lead=by)


def found_bank(*, name: str, country: str = "", lead: User) -> Organisation:
    """Create a bank with this person as its lead."""
    bank = Organisation(name=name, country=country)
    return _found(bank, lead, Role.LEAD)


def found_firm(*, name: str, country: str = "", admin: User) -> Organisation:
    """Create a consulting firm with this person as its admin."""
    firm = Organisation(kind=OrganisationKind.FIRM, name=name, country=country)
    return _found(firm, admin, Role.ADMIN)


@transaction.atomic
def _found(organisation: Organisation, by: User, role: Role) -> Organisation:
    organisation.time_zone = only_zone_of(organisation.country) or organisation.time_zone
    organisation.save()
    Membership.objects.create(organisation=organisation, user=by, role=role)
    record(
        organisation=organisation,
        by=by,
        verb="founded",
        target=f"organisation:{organisation.pk}",
    )
    return organisation


@transaction.atomic
def change_profile(
    *, organisation: Organisation, values: Mapping[str, Any], regions: Iterable[str], by: User
) -> None:
    """Store the bank's profile; the event names the fields that changed, not their values."""
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, values[name])
    if changed:
        organisation.save(update_fields=changed)
    if _replace_regions(organisation, list(regions)):
        changed.append("regions")
    if changed:
        record(
            organisation=organisation,
            by=by,
            verb="changed profile",
            target=f"organisation:{organisation.pk}",
            fields=sorted(changed),
        )


def change_account(*, user: User, name: str, shortcuts_on: bool) -> None:
    """Store a person's own name and preference."""
    user.name = name
    user.shortcuts_on = shortcuts_on
    user.save(update_fields=["name", "shortcuts_on"])


def _replace_regions(organisation: Organisation, names: list[str]) -> bool:
    """Bring the rows in line with the names; tell whether anything changed."""
    kept = {region.name: region for region in organisation.regions.all()}
    gone = [region.pk for name, region in kept.items() if name not in names]
    new = [Region(organisation=organisation, name=name) for name in names if name not in kept]
    Region.objects.filter(pk__in=gone).delete()
    Region.objects.bulk_create(new)
    return bool(gone or new)
