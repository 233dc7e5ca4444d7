"""Audit trail: append-only, opaque ids, no answers and no names."""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Somebody wants to change or delete what is only ever added to."""


class AppendOnly(models.QuerySet["Event"]):
    """Rows to read and to add. Sealing and closing an organisation go past it, on purpose."""

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnlyError("events are never changed")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError("events are never changed")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("events are never deleted")


class Event(models.Model):
    """One thing that someone did. Seals are set in batches, outside the request.

    The database refuses changes too: migration 0009 holds its guards. Whoever alters this table on
    SQLite, which copies it, must set them anew.
    """

    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="events"
    )
    actor = models.PositiveBigIntegerField(null=True)  # a user's id; the person may be erased
    verb = models.CharField(max_length=40)
    target = models.CharField(max_length=80)  # "assessment:<uuid>"
    details = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    seal = models.CharField(max_length=64, blank=True)  # chained to the event before; access.seal

    objects = models.Manager.from_queryset(AppendOnly)()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-at"], name="events_newest_first"),
            models.Index(
                fields=["organisation", "id"],
                condition=models.Q(seal=""),
                name="events_to_be_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"event {self.pk}"

    def save(self, *args: Any, **options: Any) -> None:
        """Add this event; a stored one is never changed."""
        if not self._state.adding:
            raise AppendOnlyError("events are never changed")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError("events are never deleted")
