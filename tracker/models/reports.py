"""Reports that left the house, kept whole: what was printed is printed again."""

import hashlib
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.folding import VietnameseTextField
from provinces.models import Organisation, User
from tracker.choices import Basis, ReportFormat


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """One's own, those of colleagues with the same rights, or all (rules §1).

        Colleagues see what their body sees; a report with rows that its author sees
        alone, as the one who recorded them, is for its author.
        """
        if user.oversees_all:
            return self
        own = models.Q(author=user)
        shared = models.Q(organisation=user.organisation_id, is_personal=False)
        return self.filter(own | shared)

    def newest_first(self) -> Self:
        return self.order_by("-frozen_at", "-pk")


class Report(models.Model):
    """One report as it was made: its payload, and the bytes of every file of it.

    `as_of` is the day it speaks of, `frozen_at` the moment it knew of. The database
    refuses to change a row; `checksum` is looked at before every print.
    """

    key = models.UUIDField(_("key in addresses"), unique=True, default=uuid4)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="reports",
    )
    # Where the author was when it was made.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="reports",
    )
    is_personal = models.BooleanField(_("for its author alone"), default=False)
    scope = VietnameseTextField(_("scope"))
    query = models.TextField(_("filter"), blank=True)
    as_of = models.DateField(_("as of"))
    frozen_at = models.DateTimeField(_("made at"))
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    language = models.CharField(_("language"), max_length=5)
    payload = models.TextField(_("content"))
    checksum = models.CharField(_("checksum"), max_length=64)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept report")
        verbose_name_plural = _("kept reports")

    def __str__(self) -> str:
        return f"{self.scope}, {self.as_of:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.key])

    @property
    def is_whole(self) -> bool:
        """True while the payload is what its checksum says."""
        return hashlib.sha256(self.payload.encode()).hexdigest() == self.checksum


class ReportFile(models.Model):
    """The bytes of one format of a kept report, as they were first made."""

    report = models.ForeignKey(
        Report,
        verbose_name=_("kept report"),
        on_delete=models.PROTECT,
        related_name="files",
    )
    format = models.CharField(_("format"), max_length=10, choices=ReportFormat)
    content = models.BinaryField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "format"], name="one_file_per_format"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.format}"

    @property
    def is_whole(self) -> bool:
        """True while the bytes are what their checksum says."""
        return hashlib.sha256(bytes(self.content)).hexdigest() == self.sha256
