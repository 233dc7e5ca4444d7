"""Invitations into an organisation: single use, bound to one address, hashed at rest."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Function
from assessments.models.organisation import Role


class Invitation(models.Model):
    """Asks one address to join, and to answer some sections of a round where one is named.

    Open until accepted, revoked or expired. Every letter and every copied link holds a token of
    its own; they all die with the invitation.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(max_length=12, choices=Role, default=Role.RESPONDENT)
    assessment = models.ForeignKey(
        "assessments.Assessment", models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    function = models.CharField(max_length=12, choices=Function, default=Function.EXECUTIVE)
    sections = models.JSONField(default=list, blank=True)  # as Sheet.sections
    language = models.CharField(max_length=8, blank=True)
    invited_by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        "assessments.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class InvitationLink(models.Model):
    """One way into an invitation: the SHA-256 of a token that only its receiver holds."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    # Sent by us, so that whoever opens it reads that mailbox; a copied link proves nothing.
    mailed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"link {self.pk}"
