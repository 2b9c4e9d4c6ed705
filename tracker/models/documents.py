"""Source documents, the passages quoted from them and what is wrong in them."""

from collections.abc import Iterator
from typing import Any, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.db.models.query import ModelIterable
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseCharField, VietnameseTextField
from provinces.models import User
from provinces.models.searching import (
    SEARCH_COLUMNS,
    Searched,
    SearchedQuerySet,
    exact_accents_first,
    has_number_typed,
    read_query,
)
from provinces.succession import remit_of
from tracker.choices import DocumentKind, DocumentState


class Sourced(models.Model):
    """A record read out of a source: its number there and the clause that proves it."""

    source_id = models.CharField(_("number in the source"), max_length=20, blank=True)
    passage = models.ForeignKey(
        "tracker.Passage",
        verbose_name=_("passage"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
    )

    class Meta:
        abstract = True


class Edited(models.Model):
    """A record that people edit: each accepted edit raises its `version`."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


def one_per_source(name: str) -> models.UniqueConstraint:
    """Forbid two rows of a kind under one number of the source."""
    return models.UniqueConstraint(
        fields=["source_id"], condition=~Q(source_id=""), name=name
    )


def of_home_or_nowhere(user: User, province: str) -> Q:
    """Match what lies in the person's own province, or in none: then all see it."""
    own = Q(**{f"{province}__in": remit_of(user).home})
    return own | Q(**{f"{province}__isnull": True})


# By date of issue; those whose date nobody gave come last.
NEWEST_FIRST = (F("issued_on").desc(nulls_last=True), "pk")


class DocumentQuerySet(SearchedQuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """Documents of sessions one sees; others by province (product rules §1)."""
        if user.oversees_all:
            return self
        links = Document.sessions.through.objects.order_by()
        sessions = apps.get_model("tracker.WorkingSession").objects.visible_to(user)
        seen = links.filter(workingsession__in=sessions.values("pk"))
        return self.filter(
            Q(pk__in=seen.values("document"))
            | ~Q(pk__in=links.values("document")) & of_home_or_nowhere(user, "province")
        )

    def implementing(self) -> Self:
        """What was drawn up to carry a resolution out, and not what tells of it."""
        return self.exclude(kind=DocumentKind.NEWS)

    def newest_first(self) -> Self:
        return self.order_by(*NEWEST_FIRST)

    def matching(self, query: str) -> Self:
        """Documents in which every word begins a word, or whose number was typed."""
        words = read_query(query).condition("search_folded")
        return self.filter(words | has_number_typed(query))

    def closest_match_first(self, query: str) -> Self:
        """The number that was typed, the exact accents, the rest; the newest first."""
        closest = exact_accents_first(query, has_number_typed(query))
        return self.order_by(*closest, *NEWEST_FIRST)

    def with_page_relations(self, user: User) -> Self:
        """Fetch what the page of one document names, and who gave its text when."""
        texts = apps.get_model("tracker.HistoricalDocumentText").objects
        given = texts.filter(document=OuterRef("pk"))
        told = self.select_related("kept_text").annotate(
            text_given_by=_of_last(given, "history_user__full_name"),
            text_given_at=_of_last(given, "history_date"),
        )
        return join_seen_passage(told, user)

    def with_part_counts(self) -> Self:
        """Add how many passages are quoted and how many flags were raised."""
        return self.annotate(
            passage_count=_count_of(Passage), flag_count=_count_of(DataFlag)
        )


def _count_of(part: type[models.Model]) -> Coalesce:
    rows = part._default_manager.filter(document=OuterRef("pk")).order_by()
    counted = rows.values("document").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _of_last(records: models.QuerySet, name: str) -> Subquery:
    """Give a value of the last of some records of a history."""
    return Subquery(records.order_by("-history_date", "-history_id").values(name)[:1])


class DocumentPartQuerySet(models.QuerySet):
    """Rows that are a part of a document and seen exactly as the document is."""

    def visible_to(self, user: User) -> Self:
        return self.filter(document__in=Document.objects.visible_to(user).values("pk"))


class Document(Sourced, Edited, Searched):
    """A document, scheme or plan that a source names, or the source itself.

    Its sessions are those it was presented or named at, or that it tells of.
    """

    slug = models.SlugField(_("key in addresses"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind)
    number = VietnameseCharField(_("number and symbol"), max_length=60, blank=True)
    number_as_printed = VietnameseCharField(
        _("number as printed"), max_length=60, blank=True
    )
    title = VietnameseCharField(_("subject line"), max_length=500)
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    issuer = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("issuing body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    resolutions = models.ManyToManyField(
        "tracker.Resolution",
        verbose_name=_("resolutions"),
        related_name="documents",
        blank=True,
    )
    sessions = models.ManyToManyField(
        "tracker.WorkingSession",
        verbose_name=_("sessions"),
        related_name="documents",
        blank=True,
    )
    province = models.ForeignKey(
        "provinces.Province",
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
    )
    state = models.CharField(_("state"), max_length=20, choices=DocumentState)
    url = models.URLField(_("link"), max_length=500, blank=True)
    note = VietnameseTextField(_("note"), blank=True)
    history = HistoricalRecords(
        m2m_fields=[resolutions, sessions],
        excluded_fields=["version", *SEARCH_COLUMNS],
    )

    searched = ("number", "number_as_printed", "title")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [one_per_source("one_document_per_source_id")]

    def __str__(self) -> str:
        return self.number or self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    @property
    def text(self) -> str:
        """Give its words; a query unless `with_page_relations` fetched them."""
        kept = getattr(self, "kept_text", None)
        return kept.text if kept else ""


class Passage(Edited):
    """The shortest clause of a document that proves a point, and where it stands."""

    slug = models.SlugField(_("key in addresses"), max_length=40, unique=True)
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="passages",
    )
    locator = VietnameseCharField(_("place in the document"), max_length=60)
    quotation = VietnameseTextField(_("quotation"))
    history = HistoricalRecords(excluded_fields=["version"])

    objects = DocumentPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")

    def __str__(self) -> str:
        return f"{self.locator}: {self.quotation}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let what is searched by a changed quotation follow."""
        super().save(*args, **kwargs)
        fields = kwargs.get("update_fields")
        if fields is not None and "quotation" not in fields:
            return
        # Locked in one order: an edit of the same moment is waited for, not undone.
        with transaction.atomic():
            rows = self.recommendations.select_for_update().order_by("pk")
            for recommendation in rows:
                recommendation.follow_quotation(self.quotation)


class SeenPassages(ModelIterable):
    """Rows that forget a passage whose document the person may not see."""

    def __iter__(self) -> Iterator[Any]:
        for row in super().__iter__():
            if not row.may_read_passage:
                row._meta.get_field("passage").set_cached_value(row, None)
            yield row


def join_seen_passage(rows: Any, user: User) -> Any:
    """Join the passage of each row where the person may see its document.

    Of any other row the passage reads as none; nothing is asked for it.
    """
    seen = Document.objects.visible_to(user).filter(pk=OuterRef("passage__document"))
    joined = rows.select_related("passage__document")
    joined = joined.annotate(may_read_passage=Exists(seen))
    joined._iterable_class = SeenPassages
    return joined


class DataFlagQuerySet(DocumentPartQuerySet):
    def with_decisions(self) -> Self:
        """Add who decided as it stands now, and when."""
        records = DataFlag.history.filter(id=OuterRef("pk"))
        made = records.filter(decision=OuterRef("decision")).exclude(decision="")
        return self.annotate(
            decided_by=_of_last(made, "history_user__full_name"),
            decided_at=_of_last(made, "history_date"),
        )

    def with_raiser(self) -> Self:
        """Add who raised it and when; nobody did what was read out of the source."""
        records = DataFlag.history.filter(id=OuterRef("pk"), history_type="+")
        raised = records.filter(history_user__isnull=False)
        return self.annotate(
            raised_by=_of_last(raised, "history_user__full_name"),
            raised_at=_of_last(raised, "history_date"),
        )


class DataFlag(Sourced, Edited):
    """Something wrong or doubtful in a source; the source's text is never altered."""

    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="flags",
    )
    problem = VietnameseTextField(_("what is wrong"))
    evidence = VietnameseTextField(_("evidence"), blank=True)
    advice = VietnameseTextField(_("advice"), blank=True)
    decision = VietnameseTextField(_("decision of the steward"), blank=True)
    indicators = models.ManyToManyField(
        "tracker.Indicator",
        verbose_name=_("indicators"),
        related_name="flags",
        blank=True,
    )
    history = HistoricalRecords(m2m_fields=[indicators], excluded_fields=["version"])

    objects = DataFlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("data flag")
        verbose_name_plural = _("data flags")
        constraints = [one_per_source("one_data_flag_per_source_id")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.problem}" if self.source_id else self.problem

    def get_absolute_url(self) -> str:
        return f"{self.document.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """What addresses on the page of its document call it."""
        return self.source_id or f"flag-{self.pk}"
