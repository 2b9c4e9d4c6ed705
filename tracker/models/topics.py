"""Themes that sessions name and recommendations are tagged with."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseCharField
from tracker.models.documents import Sourced, one_per_source


class Topic(Sourced):
    """A theme that a session named and that recommendations are tagged with."""

    slug = models.SlugField(_("key in addresses"), max_length=60, unique=True)
    name = VietnameseCharField(_("name"), max_length=200)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["slug"]
        constraints = [one_per_source("one_topic_per_source_id")]

    def __str__(self) -> str:
        return self.name
