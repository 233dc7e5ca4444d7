"""Banks and consulting firms, their regions and their members."""

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    BANK = "bank", _("Bank")
    FIRM = "firm", _("Consulting firm")


class SizeBand(models.TextChoices):
    """Total assets, in US dollars."""

    SMALL = "small", _("Under US$2 billion")
    MEDIUM = "medium", _("US$2–10 billion")
    LARGE = "large", _("US$10–100 billion")
    MEGA = "mega", _("Over US$100 billion")


class Role(models.TextChoices):
    """What a member may do; the table is access.roles.GRANTS."""

    LEAD = "lead", _("Lead")
    REVIEWER = "reviewer", _("Reviewer")
    RESPONDENT = "respondent", _("Respondent")
    ADMIN = "admin", _("Firm admin")
    CONSULTANT = "consultant", _("Consultant")


BANK_ROLES = (Role.LEAD, Role.REVIEWER, Role.RESPONDENT)
FIRM_ROLES = (Role.ADMIN, Role.CONSULTANT)


class Organisation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=OrganisationKind, default=OrganisationKind.BANK)
    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, blank=True)  # ISO 3166-1 alpha-2
    size_band = models.CharField(_("size"), max_length=8, choices=SizeBand, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    fictional = models.BooleanField(default=False)  # demonstration data, labelled everywhere
    # Optional own figures that two benchmark cards need (decision 23), in per cent.
    marketing_share = models.DecimalField(
        _("share of marketing budget spent on social media"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    business_share = models.DecimalField(
        _("share of new business won through social channels"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    # Rounds published longer ago than this are deleted; 0 keeps them.
    retention_months = models.PositiveSmallIntegerField(_("keep rounds for, months"), default=0)
    # Set while the organisation is leaving: rows and files go after this day (decision 10).
    closing_on = models.DateField(null=True, blank=True)
    # The round whose adopted plan is in force; kept here so that every page knows its tab.
    plan_round = models.ForeignKey(
        "assessments.Assessment", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Since when the bank lends its published scores to anonymous peer figures; null means it does
    # not. The group is whom it belongs to, because no group may make up more than a quarter.
    peers_since = models.DateTimeField(null=True, blank=True)
    banking_group = models.CharField(_("banking group"), max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(marketing_share__isnull=True) | Q(marketing_share__range=(0, 100)),
                name="marketing_share_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(business_share__isnull=True) | Q(business_share__range=(0, 100)),
                name="business_share_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """A part of the bank's market whose customers may differ (framework C)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="regions")
    name = models.CharField(_("region"), max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="region_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey("assessments.User", models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="one_role_per_member"),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"
