"""Reports that left the house, kept whole: what was printed is printed again."""

import hashlib
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.choices import DocumentForm
from provinces.folding import VietnameseCharField, VietnameseTextField
from provinces.models import Organisation, User
from provinces.succession import remit_of
from tracker.choices import Basis, ReportFormat, ReportKind
from tracker.models.recommendations import Recommendation


def checksum_of(content: bytes) -> str:
    """Give the sha256 that what is kept is verified by at every print."""
    return hashlib.sha256(content).hexdigest()


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """One's own, those of colleagues with the same rights, or all (rules §1).

        Colleagues see what their body sees, and a successor what the bodies saw that
        ended in it; a report with rows that its author sees alone, as the one who
        recorded them, is for its author.
        """
        if user.oversees_all:
            return self
        own = models.Q(author=user)
        colleagues = remit_of(user).speaks_for
        shared = models.Q(organisation__in=colleagues, is_personal=False)
        return self.filter(own | shared)

    def newest_first(self) -> Self:
        return self.order_by("-frozen_at", "-pk")

    def letters_to(self, organisation: int) -> Self:
        """Give the letters to a body, the newest first, each with its sendings."""
        rows = self.filter(kind=ReportKind.LETTER, addressee=organisation)
        return rows.newest_first().defer("payload").prefetch_related("sendings")

    def with_list_relations(self) -> Self:
        """Fetch what a list names, without the content, which may be long."""
        return self.select_related("author", "addressee").defer("payload")


class Report(models.Model):
    """One report or letter as it was made: its payload, and the bytes of its files.

    `as_of` is the day it speaks of, `frozen_at` the moment it knew of. The database
    refuses to change a row; `checksum` is looked at before every print. A letter is
    addressed to a body and names recommendations.
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
    # In whose name it is written: its form and its own template follow from it.
    issuer = models.ForeignKey(
        Organisation,
        verbose_name=_("issuing body"),
        on_delete=models.PROTECT,
        related_name="issued_reports",
    )
    is_personal = models.BooleanField(_("for its author alone"), default=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ReportKind)
    addressee = models.ForeignKey(
        Organisation,
        verbose_name=_("addressee"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
    )
    recommendations = models.ManyToManyField(
        Recommendation,
        verbose_name=_("recommendations"),
        related_name="letters",
        blank=True,
    )
    scope = VietnameseTextField(_("scope"))
    query = models.TextField(_("filter"), blank=True)
    as_of = models.DateField(_("as of"))
    frozen_at = models.DateTimeField(_("made at"))
    basis = models.CharField(_("basis"), max_length=20, choices=Basis)
    form = models.CharField(_("form"), max_length=10, choices=DocumentForm)
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
    def sent(self) -> "Sending | None":
        """The newest record of its sending; it may query when called in a loop."""
        return max(self.sendings.all(), key=lambda one: one.pk, default=None)

    @property
    def is_whole(self) -> bool:
        """True while the payload is what its checksum says."""
        return checksum_of(self.payload.encode()) == self.checksum


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
        return checksum_of(bytes(self.content)) == self.sha256


class Sending(models.Model):
    """The day a letter left the house and the number it bore, as somebody recorded it.

    Never changed: the newest row of a letter holds.
    """

    letter = models.ForeignKey(
        Report,
        verbose_name=_("letter"),
        on_delete=models.PROTECT,
        related_name="sendings",
    )
    number = VietnameseCharField(_("number and symbol"), max_length=60)
    sent_on = models.DateField(_("sent on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)

    class Meta:
        verbose_name = _("sending of a letter")
        verbose_name_plural = _("sendings of letters")

    def __str__(self) -> str:
        return f"{self.number}, {self.sent_on:%d/%m/%Y}"


class ReportTemplateQuerySet(models.QuerySet["ReportTemplate"]):
    def in_use(self, organisation: int) -> dict[str, "ReportTemplate"]:
        """Give the newest template of a body by form; taken back, there is none."""
        rows = self.filter(organisation=organisation).order_by("pk")
        newest = {row.form: row for row in rows}
        return {form: row for form, row in newest.items() if row.content}


class ReportTemplate(models.Model):
    """A Word template that a body prints its reports in, in place of the shipped one.

    Never changed: the newest row of a form holds, and one without content takes the
    earlier back.
    """

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="report_templates",
    )
    form = models.CharField(_("form"), max_length=10, choices=DocumentForm)
    name = VietnameseCharField(_("file name"), max_length=200, blank=True)
    content = models.BinaryField(_("bytes"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    objects = ReportTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of reports")
        verbose_name_plural = _("templates of reports")

    def __str__(self) -> str:
        return self.name
