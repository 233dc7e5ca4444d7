"""A read-only way into one published result for somebody without an account."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShareLink(models.Model):
    """The link holds the token; here stands its SHA-256 alone. The passcode is hashed as passwords are."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, related_name="share_links"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(_("for whom"), max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    passcode = models.CharField(max_length=256, blank=True)
    with_report = models.BooleanField(_("with the PDF"), default=False)
    created_by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"share link {self.pk}"
