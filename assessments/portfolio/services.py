"""What a firm's people keep: views of the portfolio, tags, and who answers for a client."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from assessments.access import audit
from assessments.models import (
    ClientTag,
    Engagement,
    EngagementState,
    Organisation,
    SavedFilter,
    User,
)
from assessments.portfolio.queries import people_for

MOST_KEPT = 50


class NameTakenError(ValueError):
    """This person has a filter of this name in this firm already."""


class TooManyError(ValueError):
    """This person keeps as many filters as one may."""


class NotForTheClientError(ValueError):
    """The person does not work for this client, or no longer."""


class OutOfDateError(ValueError):
    """The engagement ended meanwhile."""


def save_filter(
    *, firm: Organisation, name: str, shared: bool, query: str, by: User, now: dt.datetime
) -> SavedFilter:
    """Keep a view under a name. Raises NameTakenError or TooManyError."""
    with transaction.atomic():
        _hold(firm)
        own = SavedFilter.objects.filter(firm=firm, owner=by)
        if own.count() >= MOST_KEPT:
            raise TooManyError
        _refuse_taken(firm, by, name)
        row = SavedFilter.objects.create(
            firm=firm, owner=by, name=name, query=query, shared=shared, created_at=now
        )
        _record(row, by, "filter saved")
    return row


def change_filter(*, row: SavedFilter, name: str, shared: bool, by: User) -> None:
    """Rename it, or settle who may use it. Raises NameTakenError."""
    with transaction.atomic():
        _hold(row.firm)
        _refuse_taken(row.firm, row.owner, name, but=row)
        row.name, row.shared = name, shared
        row.save(update_fields=["name", "shared"])
        _record(row, by, "filter changed")


def delete_filter(*, row: SavedFilter, by: User) -> None:
    with transaction.atomic():
        _record(row, by, "filter deleted")
        row.delete()


def note_client(
    *, engagement: Engagement, tags: Sequence[str], responsible: int | None, by: User
) -> None:
    """Set the client's tags and who answers for it. Raises NotForTheClientError or OutOfDateError."""
    with transaction.atomic():
        held = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
        if held.state != EngagementState.ACCEPTED:
            raise OutOfDateError
        if responsible is not None and responsible not in {one.pk for one in people_for(held)}:
            raise NotForTheClientError
        held.responsible_id = responsible
        held.save(update_fields=["responsible"])
        ClientTag.objects.filter(engagement=held).delete()
        ClientTag.objects.bulk_create(ClientTag(engagement=held, name=name) for name in tags)
        audit.record(
            organisation=engagement.firm,
            by=by,
            verb="client noted",
            target=f"engagement:{held.pk}",
            tags=len(tags),
            responsible=responsible,
        )


def _hold(firm: Organisation) -> None:
    """Two requests for one name take turns."""
    Organisation.objects.select_for_update().get(pk=firm.pk)


def _refuse_taken(
    firm: Organisation, owner: User, name: str, but: SavedFilter | None = None
) -> None:
    rows = SavedFilter.objects.filter(firm=firm, owner=owner)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    # Lowered by Python, which knows more letters than SQLite does.
    if name.lower() in {taken.lower() for taken in rows.values_list("name", flat=True)}:
        raise NameTakenError


def _record(row: SavedFilter, by: User, verb: str) -> None:
    audit.record(
        organisation=row.firm, by=by, verb=verb, target=f"filter:{row.pk}", shared=row.shared
    )
