"""Reviews, the sessions held for them, who met and what was found."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Case, IntegerField, Q, When
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
)
from provinces.succession import remit_of
from tracker.choices import FindingKind, ParticipationRole, SessionKind, TimeOfDay
from tracker.models.documents import (
    Edited,
    Sourced,
    join_seen_passage,
    of_home_or_nowhere,
    one_per_source,
)
from tracker.models.resolutions import Resolution


class Review(Sourced):
    """A review (sơ kết, tổng kết) of resolutions, or a step of one."""

    title = VietnameseCharField(_("title"), max_length=300)
    owner = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="reviews",
    )
    reports_to = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("reports to"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="received_reviews",
    )
    part_of = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
    )
    resolutions = models.ManyToManyField(
        Resolution, verbose_name=_("resolutions"), related_name="reviews", blank=True
    )
    history = HistoricalRecords(m2m_fields=[resolutions])

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [one_per_source("one_review_per_source_id")]

    def __str__(self) -> str:
        return self.title


class WorkingSessionQuerySet(SearchedQuerySet["WorkingSession"]):
    def visible_to(self, user: User) -> Self:
        """Sessions one took part in, or of one's province (product rules §1)."""
        if user.oversees_all:
            return self
        remit = remit_of(user)
        attended = Participation.objects.filter(organisation__in=remit.sees)
        return self.filter(
            Q(province__in=remit.home)
            | Q(host__in=remit.sees)
            | Q(pk__in=attended.values("session"))
        )

    def latest_first(self) -> Self:
        return self.order_by("-held_on", "-pk")

    def closest_match_first(self, query: str) -> Self:
        """Sessions with the accents exactly as typed first, then the latest."""
        return self.order_by(*exact_accents_first(query), "-held_on", "-pk")

    def with_page_relations(self) -> Self:
        """Fetch what the page of one session names; not all may read its passage."""
        return self.select_related("review", "province", "passage").prefetch_related(
            "resolutions"
        )


class WorkingSession(Sourced, Edited, Searched):
    """A working session or field survey: where, when, with whom, for which review."""

    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind)
    title = VietnameseCharField(_("title"), max_length=300)
    held_on = models.DateField(_("day"))
    time_of_day = models.CharField(
        _("time of day"), max_length=10, choices=TimeOfDay, blank=True
    )
    review = models.ForeignKey(
        Review,
        verbose_name=_("review"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
    )
    province = models.ForeignKey(
        "provinces.Province",
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
    )
    place = VietnameseCharField(_("place"), max_length=300, blank=True)
    host = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("host"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_sessions",
    )
    resolutions = models.ManyToManyField(
        Resolution, verbose_name=_("resolutions"), related_name="sessions", blank=True
    )
    note = VietnameseTextField(_("note"), blank=True)
    history = HistoricalRecords(
        m2m_fields=[resolutions], excluded_fields=["version", *SEARCH_COLUMNS]
    )

    searched = ("title", "place", "held_on")

    objects = WorkingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [one_per_source("one_session_per_source_id")]

    def __str__(self) -> str:
        return self.title

    @property
    def searched_text(self) -> str:
        """The day is typed as people write it."""
        return f"{self.title} {self.place} {self.held_on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.pk])


class Participation(Sourced, Edited):
    """One person, or an unnamed group, at one session, with the post as printed."""

    session = models.ForeignKey(
        WorkingSession,
        verbose_name=_("session"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    name = VietnameseCharField(_("name"), max_length=300)
    honorific = VietnameseCharField(_("form of address"), max_length=40, blank=True)
    post = VietnameseCharField(_("post"), max_length=300, blank=True)
    organisation = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
    )
    role = models.CharField(_("role"), max_length=30, choices=ParticipationRole)
    is_group = models.BooleanField(_("group without names"), default=False)
    is_inferred = models.BooleanField(_("inferred"), default=False)
    note = VietnameseTextField(_("note"), blank=True)
    history = HistoricalRecords(excluded_fields=["version"])

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "source_id"],
                condition=~Q(source_id=""),
                name="one_participation_per_source_id",
            )
        ]

    def __str__(self) -> str:
        return self.name


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        """Findings of sessions one sees; others by who reported (product rules §1)."""
        if user.oversees_all:
            return self
        sessions = WorkingSession.objects.visible_to(user)
        elsewhere = of_home_or_nowhere(user, "reported_by__province")
        return self.filter(
            Q(session__in=sessions.values("pk")) | Q(session__isnull=True) & elsewhere
        )

    def reported_in(self, provinces: Iterable[int]) -> Self:
        """What was heard in these units or reported by their bodies."""
        units = list(provinces)
        return self.filter(
            Q(session__province__in=units) | Q(reported_by__province__in=units)
        )

    def by_kind(self, user: User) -> Self:
        """In the order of the kinds, with the clauses that the person may read."""
        order = [
            When(kind=kind, then=number) for number, kind in enumerate(FindingKind)
        ]
        return join_seen_passage(self, user).order_by(
            Case(*order, output_field=IntegerField()), "pk"
        )


class Finding(Sourced, Edited):
    """What a session heard or saw: a result, a difficulty, thanks, a fact of a site."""

    kind = models.CharField(_("kind"), max_length=20, choices=FindingKind)
    wording = VietnameseTextField(_("wording"))
    session = models.ForeignKey(
        WorkingSession,
        verbose_name=_("session"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    reported_by = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("reported by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    resolutions = models.ManyToManyField(
        Resolution, verbose_name=_("resolutions"), related_name="findings", blank=True
    )
    is_content_missing = models.BooleanField(_("content not given"), default=False)
    note = VietnameseTextField(_("note"), blank=True)
    history = HistoricalRecords(m2m_fields=[resolutions], excluded_fields=["version"])

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [one_per_source("one_finding_per_source_id")]

    def __str__(self) -> str:
        return self.wording
