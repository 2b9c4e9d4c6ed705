"""Bodies that ask, answer, lead and take part, and who took over from whom."""

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.choices import WIDE_ROLES, DocumentForm, OrganisationKind
from provinces.folding import VietnameseCharField
from provinces.models.places import Province
from provinces.models.searching import (
    SEARCH_COLUMNS,
    Searched,
    SearchedQuerySet,
    exact_accents_first,
)
from provinces.models.validity import (
    LEADS_BACK,
    comes_to,
    forbid_ending_before_beginning,
    in_force,
    leads_back,
    with_sort_key,
)


class OrganisationQuerySet(SearchedQuerySet["Organisation"]):
    def in_force(self, on: date) -> Self:
        return self.filter(in_force(on))

    def able_to_lead(self, on: date) -> Self:
        """Bodies a recommendation may be given to: in force and never a group."""
        return self.in_force(on).exclude(kind=OrganisationKind.GROUP)

    def closest_match_first(self, query: str) -> Self:
        """Bodies with the accents exactly as typed first, then by the alphabet."""
        return self.order_by(*exact_accents_first(query), "sort_key", "pk")


class Organisation(Searched):
    """A body that asks, answers, leads or takes part, under its full name."""

    name = VietnameseCharField(_("name"), max_length=200, unique=True)
    short_name = VietnameseCharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind)
    document_form = models.CharField(
        _("form of documents"), max_length=10, choices=DocumentForm, blank=True
    )
    email = models.EmailField(_("e-mail"), blank=True)
    province = models.ForeignKey(
        Province,
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
    )
    spoken_for_by = models.ForeignKey(
        "self",
        verbose_name=_("spoken for by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="speaks_for",
    )
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    oversees_all = models.BooleanField(_("oversees all"), default=False)
    sort_key = models.BinaryField(editable=False)
    history = HistoricalRecords(excluded_fields=["sort_key", *SEARCH_COLUMNS])

    searched = ("name", "short_name")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **with_sort_key(self, kwargs))

    def clean(self) -> None:
        super().clean()
        forbid_ending_before_beginning(self)
        for link in ("parent", "spoken_for_by"):
            if leads_back(self, link):
                raise ValidationError({link: LEADS_BACK})
        if self.pk is None or self.oversees_all:
            return
        if self.users.filter(role__in=WIDE_ROLES, is_active=True).exists():
            message = _("Its coordinators and administrators need it to oversee all.")
            raise ValidationError({"oversees_all": message})


class Succession(models.Model):
    """One body taking over from another on a day.

    A body can end in several; rights and "nay là" follow the main successor alone.
    """

    predecessor = models.ForeignKey(
        Organisation,
        verbose_name=_("predecessor"),
        on_delete=models.PROTECT,
        related_name="successions",
    )
    successor = models.ForeignKey(
        Organisation,
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        related_name="inheritances",
    )
    on = models.DateField(_("day"))
    instrument = VietnameseCharField(_("instrument"), max_length=200, blank=True)
    is_main = models.BooleanField(_("main successor"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="one_succession_a_pair"
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(is_main=True),
                name="one_main_successor",
                violation_error_message=_("This body already has a main successor."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="no_succession_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    def clean(self) -> None:
        super().clean()
        if not self.is_main:
            return
        others = Succession.objects.filter(is_main=True).exclude(pk=self.pk)
        links = dict(others.values_list("predecessor_id", "successor_id"))
        if comes_to(self.predecessor_id, self.successor_id, links):
            raise ValidationError({"successor": LEADS_BACK})
