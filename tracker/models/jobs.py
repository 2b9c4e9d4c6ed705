"""Long work: one row and one process each, with a heartbeat."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import User
from tracker.choices import JobState

UNFINISHED = (JobState.WAITING, JobState.RUNNING)
# A process that said nothing for so long is gone.
SILENCE = timedelta(minutes=2)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """One's own work alone."""
        return self.filter(author=user)

    def alive(self, *, now: datetime) -> Self:
        """What waits or runs, and whose process was heard lately."""
        return self.filter(state__in=UNFINISHED, heartbeat_at__gt=now - SILENCE)


class Job(models.Model):
    """One piece of long work that a person asked for, and how far it has come.

    `done` of `total` are steps of the work; `answer` is the address of what came of
    it, `problem` what went wrong, in the language it was asked in.
    """

    key = models.UUIDField(_("key in addresses"), unique=True, default=uuid4)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="jobs",
    )
    query = models.TextField(_("filter"), blank=True)
    form_key = models.UUIDField(_("form key"))
    language = models.CharField(_("language"), max_length=5)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.WAITING
    )
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    is_cancel_wanted = models.BooleanField(_("to be cancelled"), default=False)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last heard of"), default=timezone.now)
    answer = models.CharField(_("address of the answer"), max_length=200, blank=True)
    problem = models.TextField(_("what went wrong"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long work")

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.key])

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def is_lost(self) -> bool:
        """True when its process ended without a word."""
        silent = timezone.now() - self.heartbeat_at > SILENCE
        return self.is_unfinished and silent

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
