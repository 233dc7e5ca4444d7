"""Counts of attempts, for limits that hold across processes. Belongs to no organisation."""

from django.db import models


class Tally(models.Model):
    """How often somebody tried something within a span of time; the key is a hash of all three."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"tally {self.count}"
