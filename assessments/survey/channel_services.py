"""Writes to the channel inventory. Every function says who did it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from assessments.models import (
    Assessment,
    ChannelAccount,
    User,
)
from assessments.survey.queries import channel_lock, turnout
from assessments.survey.writing import LockedError, hold_round, record_on


class StaleAccountError(Exception):
    """Someone changed the account meanwhile; `current` is what is stored, None if removed."""

    def __init__(self, current: ChannelAccount | None) -> None:
        super().__init__("changed meanwhile")
        self.current = current


def add_account(*, assessment: Assessment, fields: Mapping[str, Any], by: User) -> ChannelAccount:
    """Add an account to the inventory. Raises LockedError."""
    with transaction.atomic():
        _hold_inventory(assessment)
        account = ChannelAccount.objects.create(assessment=assessment, **fields)
        record_on(assessment, by, "account added", f"account:{account.pk}")
    return account


def edit_account(
    *, account: ChannelAccount, version: int, fields: Mapping[str, Any], by: User
) -> None:
    """Change an account that still has this version. Raises LockedError or StaleAccountError."""
    with transaction.atomic():
        _hold_inventory(account.assessment)
        current = account.assessment.channels.filter(pk=account.pk).first()
        if current is None or current.version != version:
            raise StaleAccountError(current)
        for name, content in fields.items():
            setattr(current, name, content)
        current.version += 1
        current.save()
        record_on(account.assessment, by, "account changed", f"account:{account.pk}")


def remove_account(*, account: ChannelAccount, by: User) -> None:
    """Take an account out of the inventory. Raises LockedError."""
    with transaction.atomic():
        _hold_inventory(account.assessment)
        account.assessment.channels.filter(pk=account.pk).delete()
        record_on(account.assessment, by, "account removed", f"account:{account.pk}")


def describe_inventory(*, assessment: Assessment, source: str, confirmed: bool, by: User) -> None:
    """Say how the numbers were obtained and whether the list is whole. Raises LockedError."""
    with transaction.atomic():
        held = _hold_inventory(assessment)
        held.channel_source, held.channels_confirmed = source, confirmed
        held.save(update_fields=["channel_source", "channels_confirmed"])
        record_on(held, by, "inventory described", f"assessment:{held.pk}", confirmed=confirmed)


def _hold_inventory(assessment: Assessment) -> Assessment:
    held = hold_round(assessment)
    if lock := channel_lock(held, turnout(held)):
        raise LockedError(lock)
    return held
