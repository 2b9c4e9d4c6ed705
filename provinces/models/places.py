"""Provinces, what they are called, and what they became."""

from datetime import date, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.choices import ProvinceKind
from provinces.folding import VietnameseCharField
from provinces.models.validity import (
    LEADS_BACK,
    forbid_ending_before_beginning,
    in_force,
    leads_back,
    with_sort_key,
)


class ProvinceQuerySet(models.QuerySet["Province"]):
    def in_force(self, on: date) -> Self:
        return self.filter(in_force(on))

    def with_last_name(self, on: date) -> Self:
        """Add `name` and `kind` as on the day, or the last ones of an ended unit."""
        names = ProvinceName.objects.filter(province=OuterRef("pk")).filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on)
        )
        latest = names.order_by(F("valid_from").desc(nulls_last=True))
        return self.annotate(
            name=Subquery(latest.values("name")[:1]),
            kind=Subquery(latest.values("kind")[:1]),
        )


class Province(models.Model):
    """A province-level unit from its first day to its last (Nghị quyết 202/2025/QH15).

    A unit that keeps its code through a merger is a new row with a slug of its own.
    """

    code = models.CharField(_("code"), max_length=2)
    slug = models.SlugField(_("key in addresses"), max_length=10, unique=True)
    abbreviation = models.CharField(
        _("abbreviation"), max_length=3, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    instrument = VietnameseCharField(
        _("instrument that ended it"), max_length=200, blank=True
    )
    history = HistoricalRecords()

    objects = ProvinceQuerySet.as_manager()

    # Only rows read `with_last_name` have these.
    name: str
    kind: str

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering = ["code", "valid_from", "pk"]

    def __str__(self) -> str:
        # The name comes with rows that were read `with_last_name`.
        return f"{getattr(self, 'name', None) or self.abbreviation} ({self.slug})"

    def get_absolute_url(self) -> str:
        return reverse("province", args=[self.slug])

    def clean(self) -> None:
        super().clean()
        forbid_ending_before_beginning(self)
        self._forbid_a_loop_or_a_gap()
        for field in ("code", "abbreviation"):
            if self._at_the_same_time().filter(**{field: getattr(self, field)}):
                message = _("Another province in force at the same time has this.")
                raise ValidationError({field: message})

    def _forbid_a_loop_or_a_gap(self) -> None:
        if self.successor is None:
            return
        if leads_back(self, "successor"):
            raise ValidationError({"successor": LEADS_BACK})
        if self.valid_to is None:
            message = _("Give the last day of a province that has a successor.")
            raise ValidationError({"valid_to": message})
        following = Province.objects.in_force(self.valid_to + timedelta(days=1))
        if not following.filter(pk=self.successor.pk).exists():
            message = _("The successor is not in force on the day after the last.")
            raise ValidationError({"successor": message})

    def _at_the_same_time(self) -> ProvinceQuerySet:
        others = Province.objects.exclude(pk=self.pk)
        if self.valid_to is not None:
            others = others.exclude(valid_from__gt=self.valid_to)
        if self.valid_from is not None:
            others = others.exclude(valid_to__lt=self.valid_from)
        return others


class ProvinceName(models.Model):
    """What a province is called, its kind and its region between two days."""

    province = models.ForeignKey(
        Province,
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        related_name="names",
    )
    name = VietnameseCharField(_("name"), max_length=100)
    name_en = models.CharField(_("name without accents"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=ProvinceKind)
    region = VietnameseCharField(_("region"), max_length=100, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    instrument = VietnameseCharField(_("instrument"), max_length=200, blank=True)
    sort_key = models.BinaryField(editable=False)
    history = HistoricalRecords(excluded_fields=["sort_key"])

    class Meta:
        verbose_name = _("name of a province")
        verbose_name_plural = _("names of provinces")
        ordering = ["province", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "valid_from"], name="one_name_from_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **with_sort_key(self, kwargs))

    def clean(self) -> None:
        super().clean()
        forbid_ending_before_beginning(self)

    @property
    def full_name(self) -> str:
        """The name with its kind, as Vietnamese documents write it."""
        kinds = {ProvinceKind.CITY: "thành phố", ProvinceKind.PROVINCE: "tỉnh"}
        return f"{kinds[ProvinceKind(self.kind)]} {self.name}"
