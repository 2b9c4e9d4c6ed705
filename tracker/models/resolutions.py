"""Resolutions and their targets."""

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseCharField, VietnameseTextField, normalise
from tracker.choices import TargetOperator
from tracker.models.documents import (
    Sourced,
    one_per_source,
)

if TYPE_CHECKING:
    from tracker.models.indicators import Indicator


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def with_target_counts(self) -> Self:
        return self.annotate(
            target_count=Count(
                "targets", filter=~Q(targets__operator=TargetOperator.VISION)
            )
        ).order_by("issued_on", "slug")


class Resolution(Sourced):
    """A resolution whose implementation is followed, such as 23-NQ/TW."""

    slug = models.SlugField(_("key in addresses"), max_length=40, unique=True)
    number = VietnameseCharField(_("number and symbol"), max_length=40, unique=True)
    title = VietnameseTextField(_("title"))
    issuer = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("issuing body"),
        on_delete=models.PROTECT,
        related_name="resolutions",
    )
    term = VietnameseCharField(_("term"), max_length=40, blank=True)
    issued_on = models.DateField(_("date of issue"))
    objective = VietnameseTextField(_("objective"), blank=True)
    history = HistoricalRecords()

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["issued_on", "slug"]
        constraints = [one_per_source("one_resolution_per_source_id")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("resolution", args=[self.slug])


# The scopes of targets that no figure of a single province answers.
BEYOND_PROVINCES = ("quốc gia", "asean", "thế giới")


def _same(words: str) -> str:
    """Write scopes and units in one way, so that case and spaces tell none apart."""
    return " ".join(normalise(words).lower().split())


class Target(models.Model):
    """What a resolution wants reached by a year, with its operator in words."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    resolution = models.ForeignKey(
        Resolution,
        verbose_name=_("resolution"),
        on_delete=models.PROTECT,
        related_name="targets",
    )
    wording = VietnameseTextField(_("wording"))
    operator = models.CharField(_("operator"), max_length=20, choices=TargetOperator)
    value = models.DecimalField(
        _("value"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    unit = VietnameseCharField(_("unit"), max_length=40, blank=True)
    scope = VietnameseCharField(_("scope"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.ForeignKey(
        "tracker.Indicator",
        verbose_name=_("indicator that measures it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.wording}"

    def clean(self) -> None:
        super().clean()
        if self.indicator is not None and not self.fits(self.indicator):
            message = _("Its scope or unit is not that of the target.")
            raise ValidationError({"indicator": message})

    def fits(self, indicator: "Indicator") -> bool:
        """Tell whether a figure may stand beside it: same scope and same unit.

        What is measured in one province never does beside a target of the country,
        whatever its scope says: a share of GRDP is no share of GDP.
        """
        scope, unit = _same(self.scope), _same(self.unit)
        if indicator.province_id and scope in BEYOND_PROVINCES:
            return False
        is_same = (scope, unit) == (_same(indicator.scope), _same(indicator.unit))
        return bool(scope and unit) and is_same
