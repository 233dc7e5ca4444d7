"""Two to six published rounds laid side by side, and the files made of them."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.file_state import FileState


class ComparisonKind(models.TextChoices):
    BANKS = "banks", _("Banks")
    ROUNDS = "rounds", _("Rounds of one bank")
    REGIONS = "regions", _("Regions of one bank")


class ComparisonFile(models.Model):
    """A requested PDF of one comparison. Whoever asked must still be allowed to see all of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=ComparisonKind)
    # Ids of the rounds, in the reader's order; the first is the reference.
    rounds = models.JSONField()
    lettered = models.BooleanField(_("letters instead of names"), default=False)
    language = models.CharField(max_length=8)
    content_key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="comparisons/", max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey("assessments.User", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["state", "lease_until"], name="comparisons_left_behind"),
            models.Index(fields=["expires_at"], name="comparisons_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["requested_by", "content_key"], name="one_comparison_per_content"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FileState.values), name="comparison_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"comparison {self.pk}"
