"""Filters that people gave a name, and the page on which they start."""

from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseCharField, fold
from provinces.models import Organisation, User
from provinces.succession import remit_of
from tracker.models.documents import Edited


def write_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Write a filter in one way, whatever the order in which it was chosen."""
    return urlencode(sorted(set(pairs)))


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, user: User) -> Self:
        """One's own, without those that were removed."""
        return self.filter(owner=user, removed_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """One's own, and what colleagues share, also those of bodies that ended.

        What is shared is the question: the rows are always those of the reader.
        """
        shared = Q(is_shared=True, organisation__in=remit_of(user).speaks_for)
        return self.filter(Q(owner=user) | shared, removed_at__isnull=True)

    def with_list_relations(self, user: User) -> Self:
        """Fetch whose each is, and whether the person starts with it."""
        starts = StartPage.objects.filter(user=user, view=OuterRef("pk"))
        return self.select_related("owner").annotate(is_start=Exists(starts))


class SavedView(Edited):
    """A filter of recommendations under a name, for its owner or for colleagues too."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        on_delete=models.PROTECT,
        related_name="saved_views",
    )
    # Where the owner was when it was saved last: those colleagues share it.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="saved_views",
    )
    name = VietnameseCharField(_("name"), max_length=60)
    name_folded = models.CharField(max_length=120, editable=False)
    query = models.TextField(_("filter"))
    is_shared = models.BooleanField(_("shared with the organisation"), default=False)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, editable=False)

    history = HistoricalRecords(excluded_fields=["version", "name_folded"])

    # What the history library reads from a row that is saved, and adds.
    _history_user: User
    # What lists say beside the columns.
    is_start: bool

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name_folded"],
                condition=Q(removed_at__isnull=True),
                name="one_view_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("saved-view", args=[self.pk])

    @property
    def address(self) -> str:
        """The list with this filter, which knows that it is this view."""
        return f"{reverse('recommendation-list')}?{self.query}&view={self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the filter in its one way of writing, and the name folded too."""
        fields = kwargs.get("update_fields")
        self.query = write_query(parse_qsl(self.query))
        if fields is None or "name" in fields:
            self.name_folded = fold(self.name)
            if fields is not None:
                kwargs["update_fields"] = {*fields, "name_folded"}
        super().save(*args, **kwargs)


class StartPage(models.Model):
    """The saved view that a person starts with; without one it is the usual page."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="start_page",
    )
    view = models.ForeignKey(
        SavedView,
        verbose_name=_("saved view"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("start page")
        verbose_name_plural = _("start pages")

    def __str__(self) -> str:
        return f"{self.user}: {self.view or '/'}"
