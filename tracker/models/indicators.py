"""What is measured, and the figures of it by day and source."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseCharField, VietnameseTextField
from provinces.models import ProvinceName, User
from tracker.choices import Qualifier
from tracker.models.documents import (
    DataFlag,
    Document,
    Edited,
    Passage,
    Sourced,
    join_seen_passage,
    of_home_or_nowhere,
    one_per_source,
)
from tracker.models.resolutions import Resolution


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def with_figures(self, user: User) -> Self:
        """Fetch `figures` and `doubts` that the person may see, with their sources."""
        observations = Observation.objects.visible_to(user).order_by("pk")
        flags = DataFlag.objects.visible_to(user).order_by("pk")
        return (
            join_seen_passage(self, user)
            .prefetch_related(
                Prefetch(
                    "observations",
                    observations.select_related("document", "passage"),
                    to_attr="figures",
                ),
                Prefetch("flags", flags, to_attr="doubts"),
            )
            .order_by("pk")
        )

    def measured_under(self, document: Document) -> Self:
        """Indicators of the resolutions that a document speaks of."""
        links = Indicator.resolutions.through.objects
        under = links.filter(resolution__documents=document)
        return self.filter(pk__in=under.values("indicator")).order_by("pk")

    def told_in(self, document: Document) -> Self:
        """What is measured under its resolutions, or has figures read out of it."""
        figures = Observation.objects.filter(
            document=document, withdrawn_on__isnull=True
        ).order_by()
        read = Q(pk__in=figures.values("indicator"))
        under = self.measured_under(document).order_by()
        return self.filter(read | Q(pk__in=under.values("pk"))).order_by("pk")

    def with_province_name(self) -> Self:
        names = ProvinceName.objects.filter(province=OuterRef("province"))
        latest = names.order_by(F("valid_from").desc(nulls_last=True))
        return self.annotate(province_name=Subquery(latest.values("name")[:1]))

    def with_page_relations(self, user: User) -> Self:
        """Fetch what the page of one indicator names beside its figures."""
        named = self.with_province_name()
        related = named.with_figures(user).select_related("province")
        return related.prefetch_related("resolutions")


class Indicator(Sourced):
    """What is measured and where; never scored against a target of another scope."""

    name = VietnameseCharField(_("name"), max_length=300)
    unit = VietnameseCharField(_("unit"), max_length=40, blank=True)
    scope = VietnameseCharField(_("scope"), max_length=200, blank=True)
    province = models.ForeignKey(
        "provinces.Province",
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
    )
    organisation = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
    )
    resolutions = models.ManyToManyField(
        Resolution, verbose_name=_("resolutions"), related_name="indicators", blank=True
    )
    note = VietnameseTextField(_("note"), blank=True)
    history = HistoricalRecords(m2m_fields=[resolutions])

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [one_per_source("one_indicator_per_source_id")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("indicator", args=[self.pk])

    @property
    def name_with_unit(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def is_share(self) -> bool:
        """A share of something, "% GDP", and no growth, "%/năm": as `SHARES` finds."""
        return self.unit == "%" or self.unit.startswith("% ")

    @property
    def is_growth(self) -> bool:
        """A change by so many per cent, which may go down and above a hundred."""
        return self.unit.startswith("%") and not self.is_share


SHARES = Q(indicator__unit="%") | Q(indicator__unit__startswith="% ")


def seen_figures(user: User) -> Q:
    """Match figures of documents one sees, and other figures of one's province.

    Of the records of their history too: those have the same columns.
    """
    if user.oversees_all:
        return Q()
    documents = Document.objects.visible_to(user)
    elsewhere = of_home_or_nowhere(user, "indicator__province")
    return Q(document__in=documents.values("pk")) | Q(document=None) & elsewhere


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, user: User, *, with_withdrawn: bool = False) -> Self:
        """Figures that the person may see, and that count.

        What was withdrawn counts nowhere, on whatever day a page or a report speaks
        of: like every other correction of a figure it holds from when it was made.
        """
        rows = self if with_withdrawn else self.filter(withdrawn_on__isnull=True)
        return rows.filter(seen_figures(user))

    def withdrawn(self) -> Self:
        """Figures that were entered by mistake, and as `withdrawn_by` who said so."""
        # Nothing is written of a figure after that: its last record is the one.
        records = Observation.history.filter(id=OuterRef("pk")).order_by("-history_id")
        author = Subquery(records.values("history_user__full_name")[:1])
        rows = self.filter(withdrawn_on__isnull=False).annotate(withdrawn_by=author)
        return rows.select_related("document", "passage").order_by(
            "-withdrawn_on", "-pk"
        )

    def shares(self) -> Self:
        """Figures that are a part of a whole: x of y, or per cent up to a hundred."""
        is_ratio = Q(denominator__isnull=False)
        return self.filter(is_ratio | SHARES & Q(value__range=(0, 100)))

    def known_on(self, day: date) -> Self:
        """Figures that do not hold for a later day.

        One that names no day counts from the day of its source; where that is not
        known either, nobody knows of it on a day that has been. `is_known_on` says
        the same of one figure.
        """
        told = Q(document__issued_on__lte=day) | Q(source_date__lte=day)
        if day >= timezone.localdate():
            told |= Q(document__issued_on__isnull=True, source_date__isnull=True)
        return self.filter(Q(as_of__lte=day) | Q(as_of__isnull=True) & told)


def one_per_day(source: str, is_given: Q) -> list[models.UniqueConstraint]:
    """Let a source give one figure for a day, and one for a period without a day.

    Besides those that were withdrawn.
    """
    whose = ["indicator", "label", source, "period"]
    is_given &= Q(withdrawn_on__isnull=True)
    dated, undated = Q(as_of__isnull=False), Q(as_of__isnull=True)
    return [
        models.UniqueConstraint(
            fields=[*whose, "as_of"],
            condition=is_given & dated,
            name=f"one_observation_per_{source}_and_day",
        ),
        models.UniqueConstraint(
            fields=whose,
            condition=is_given & undated,
            name=f"one_observation_per_{source}_without_day",
        ),
    ]


class Observation(Edited):
    """One value of an indicator as a source gives it: a number, or x of y.

    `as_of` is the day the value holds for; null when the source does not say.
    A figure from outside the report names its source instead of a document.
    """

    indicator = models.ForeignKey(
        Indicator,
        verbose_name=_("indicator"),
        on_delete=models.PROTECT,
        related_name="observations",
    )
    label = VietnameseCharField(_("what of it"), max_length=100, blank=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
    )
    # The words of the document that say it; one indicator's figures stand in many.
    passage = models.ForeignKey(
        Passage,
        verbose_name=_("passage"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
    )
    source = VietnameseCharField(_("other source"), max_length=200, blank=True)
    source_url = models.URLField(_("link to the source"), max_length=500, blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    value = models.DecimalField(
        _("value"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    numerator = models.PositiveIntegerField(_("numerator"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("denominator"), null=True, blank=True)
    qualifier = models.CharField(
        _("qualifier"), max_length=10, choices=Qualifier, blank=True
    )
    as_of = models.DateField(_("as of"), null=True, blank=True)
    period = VietnameseCharField(_("period"), max_length=60, blank=True)
    note = VietnameseTextField(_("note"), blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawal_reason = VietnameseTextField(
        _("reason of the withdrawal"), blank=True, editable=False
    )
    history = HistoricalRecords(excluded_fields=["version"])

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [
            *one_per_day("document", Q(document__isnull=False)),
            *one_per_day("source", Q(document__isnull=True)),
            models.CheckConstraint(
                condition=Q(document__isnull=False, source="")
                | (Q(document__isnull=True) & ~Q(source="")),
                name="observation_has_one_source",
                violation_error_message=_("Give a document or name another source."),
            ),
            models.CheckConstraint(
                condition=Q(
                    value__isnull=False,
                    numerator__isnull=True,
                    denominator__isnull=True,
                )
                | Q(
                    # Unknown is not false to a check: say that both are there.
                    value__isnull=True,
                    numerator__isnull=False,
                    denominator__isnull=False,
                    numerator__lte=F("denominator"),
                    denominator__gt=0,
                ),
                name="observation_is_a_value_or_a_ratio",
                violation_error_message=_("Give a value or a ratio, not both."),
            ),
        ]

    def __str__(self) -> str:
        value = (
            self.value
            if self.denominator is None
            else f"{self.numerator}/{self.denominator}"
        )
        return f"{self.indicator}: {value}"

    def get_absolute_url(self) -> str:
        return f"{self.indicator.get_absolute_url()}#observation-{self.pk}"

    @property
    def source_words(self) -> str:
        return str(self.document) if self.document_id else self.source

    def is_known_on(self, day: date) -> bool:
        """Say whether the figure, read with its document, holds for no later day."""
        if self.as_of:
            return self.as_of <= day
        issued_on = self.document.issued_on if self.document else None
        days = [one for one in (issued_on, self.source_date) if one]
        return any(one <= day for one in days) if days else day >= timezone.localdate()
