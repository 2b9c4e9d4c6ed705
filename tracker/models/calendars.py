"""Addresses from which calendars read somebody's deadlines."""

import hashlib
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def digest_of(secret: str) -> str:
    """Give what is kept of a secret: the secret itself stands in no table."""
    return hashlib.sha256(secret.encode()).hexdigest()


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def in_use(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def opened_by(self, secret: str) -> Self:
        """The feed of a secret, while it and its owner are in use."""
        owned = self.in_use().filter(digest=digest_of(secret), user__is_active=True)
        return owned.select_related("user__organisation")


class CalendarFeed(models.Model):
    """One secret address of one person, from its making to its revocation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="calendar_feeds",
    )
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(_("language"), max_length=5)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    last_read_on = models.DateField(_("last read on"), null=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
                name="one_calendar_address_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%d/%m/%Y}"
