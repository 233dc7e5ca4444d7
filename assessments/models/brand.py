"""A bank's or a firm's own look on the reports that carry its name."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Brand(models.Model):
    """Logo, colour and closing page. The picture is one that we encoded again ourselves."""

    organisation = models.OneToOneField(
        "assessments.Organisation", models.CASCADE, primary_key=True, related_name="brand"
    )
    logo = models.FileField(upload_to="logos/", max_length=200, blank=True)  # PNG
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    logo_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the stored file
    colour = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9A-F]{6}$")]
    )
    # A firm's last page on its clients' reports.
    closing_title = models.CharField(_("title of the closing page"), max_length=120, blank=True)
    closing_text = models.CharField(_("text of the closing page"), max_length=2000, blank=True)
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"brand {self.pk}"
