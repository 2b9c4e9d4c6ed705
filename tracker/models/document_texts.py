"""The words of documents, kept apart from them: lists never read them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseTextField
from tracker.models.documents import Document, DocumentPartQuerySet


class DocumentText(models.Model):
    """What a document says, as it was pasted or read from a file; it may be long."""

    document = models.OneToOneField(
        Document,
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="kept_text",
    )
    text = VietnameseTextField(_("text"), blank=True)
    history = HistoricalRecords()

    objects = DocumentPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a document")
        verbose_name_plural = _("texts of documents")

    def __str__(self) -> str:
        return str(self.document)
