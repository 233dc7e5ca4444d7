"""What a firm notes about its clients, and the filters that its people keep."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class ClientTag(models.Model):
    """A word that a firm puts to a client. The bank does not see it."""

    engagement = models.ForeignKey(
        "assessments.Engagement", models.CASCADE, related_name="client_tags"
    )
    name = models.CharField(_("tag"), max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("engagement", Lower("name"), name="client_tagged_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    """A named query of the portfolio; `query` is the address part after the question mark."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    firm = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="saved_filters"
    )
    owner = models.ForeignKey("assessments.User", models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)
    shared = models.BooleanField(_("everybody in the firm may use it"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("firm", "owner", Lower("name"), name="filter_named_once"),
        ]

    def __str__(self) -> str:
        return f"saved filter {self.pk}"
