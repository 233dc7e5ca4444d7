"""Peers: frozen quarterly contributions of banks that opted in; and figures from outside."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class PeerSnapshot(models.Model):
    """All contributions of one quarter, frozen. `quarter` is such as 2026Q3."""

    quarter = models.CharField(max_length=6, unique=True)
    framework_version = models.CharField(max_length=12)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.quarter


class PeerContribution(models.Model):
    """One bank that has opted in, in one quarter: what it lends and what it sees.

    Lent are axes and dimension scores, size band and country only, and only in a pack (see
    maturity.peers): without one the row lends nothing and `scores` is empty.
    """

    snapshot = models.ForeignKey(PeerSnapshot, models.CASCADE, related_name="contributions")
    # Kept so that a bank's own entry can be left out; gone when the bank is.
    organisation = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="peer_contributions"
    )
    # The published snapshot that is lent; by number, because it may be deleted while this stays.
    result = models.PositiveBigIntegerField(null=True)
    pack = models.CharField(max_length=16, blank=True)  # such as 2026Q3.001
    pack_banks = models.PositiveIntegerField(default=0)  # when it was made; fewer rows: one is gone
    slices = models.CharField(max_length=60, blank=True)  # cells that the pack counts in
    group = models.CharField(max_length=120, blank=True)  # banking group, case-folded
    country = models.CharField(max_length=2, blank=True)
    size_band = models.CharField(max_length=8, blank=True)
    scores = models.JSONField(default=dict)
    fictional = models.BooleanField(default=False)  # demonstration banks only meet their like

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "organisation"], name="one_contribution_per_quarter"
            ),
        ]
        indexes = [models.Index(fields=["snapshot", "pack"], name="contributions_by_pack")]

    def __str__(self) -> str:
        return f"contribution {self.pk}"


class PeerView(models.Model):
    """What one bank's pages show of a quarter, computed once: by slice, without its own entry.

    Apart from the contribution, whose rows are looked through for every page.
    """

    contribution = models.OneToOneField(
        PeerContribution, models.CASCADE, primary_key=True, related_name="view"
    )
    cells = models.JSONField()

    def __str__(self) -> str:
        return f"view {self.pk}"


class PeerCell(models.Model):
    """What a quarter publishes for one slice and score, as banks outside it may see it.

    `slice` names one filter of the fixed list ("all", "size:large", "country:JP"); `hidden` tells
    why nothing is shown, empty when something is, and then there is one row without a score.
    Quartiles only from ten banks.
    """

    snapshot = models.ForeignKey(PeerSnapshot, models.CASCADE, related_name="cells")
    slice = models.CharField(max_length=24)
    score = models.CharField(max_length=8, blank=True)
    fictional = models.BooleanField(default=False)
    n = models.PositiveIntegerField()
    median = models.PositiveSmallIntegerField(null=True)
    lower_quartile = models.PositiveSmallIntegerField(null=True)
    upper_quartile = models.PositiveSmallIntegerField(null=True)
    hidden = models.CharField(max_length=12, blank=True)
    # The quarter whose contributions the cell shows; older when no pack came or went since.
    as_of = models.CharField(max_length=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "slice", "score", "fictional"], name="one_cell_per_slice"
            ),
        ]

    def __str__(self) -> str:
        return f"cell {self.pk}"


class ExternalFigure(models.Model):
    """A dated figure that a firm adds from a source of its own: a card, never a score."""

    firm = models.ForeignKey(
        "assessments.Organisation", models.CASCADE, related_name="external_figures"
    )
    source = models.CharField(_("source"), max_length=300)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    population = models.CharField(_("population"), max_length=300)
    definition = models.CharField(_("definition"), max_length=500)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=40)
    n = models.PositiveIntegerField(_("sample size"), null=True, blank=True)
    comparable = models.BooleanField(_("comparable"), default=False)
    item = models.CharField(_("question"), max_length=8, blank=True)
    added_by = models.ForeignKey("assessments.User", models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "-year", "pk"]

    def __str__(self) -> str:
        return f"external figure {self.pk}"
