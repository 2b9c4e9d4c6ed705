"""What proves a history row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provinces.folding import VietnameseCharField
from tracker.models.answers import Answer
from tracker.models.deadlines import DeadlineChange
from tracker.models.history import HistoryRow, one_per_sequence
from tracker.models.updates import StatusUpdate

# What evidence may prove, by the name of its column.
PROVEN = ("update", "answer", "deadline_change")


def _belongs_to(one: str) -> Q:
    return Q(**{f"{name}__isnull": name != one for name in PROVEN})


class Evidence(HistoryRow):
    """A link, a document number or a file that proves exactly one history row.

    The bytes of a file lie in the evidence storage under `file_key`, a random name;
    `sha256` is what they must add up to.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="evidence",
        db_index=False,
    )
    update = models.ForeignKey(
        StatusUpdate,
        verbose_name=_("status update"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    answer = models.ForeignKey(
        Answer,
        verbose_name=_("answer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    deadline_change = models.ForeignKey(
        DeadlineChange,
        verbose_name=_("deadline change"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    document_number = VietnameseCharField(
        _("document number"), max_length=200, blank=True
    )
    url = models.URLField(_("link"), max_length=500, blank=True)
    file_key = models.CharField(_("file"), max_length=100, blank=True)
    file_name = VietnameseCharField(_("file name"), max_length=200, blank=True)
    file_type = models.CharField(_("type of file"), max_length=100, blank=True)
    file_size = models.PositiveIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    content_fields = (
        "update_id",
        "answer_id",
        "deadline_change_id",
        "document_number",
        "url",
        "file_key",
        "file_name",
        "file_type",
        "file_size",
        "sha256",
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            one_per_sequence("one_evidence_per_sequence"),
            models.CheckConstraint(
                condition=_belongs_to("update")
                | _belongs_to("answer")
                | _belongs_to("deadline_change"),
                name="evidence_belongs_to_one_row",
            ),
            models.CheckConstraint(
                condition=~Q(document_number="") | ~Q(url="") | ~Q(file_key=""),
                name="evidence_is_not_empty",
            ),
            models.UniqueConstraint(
                fields=["file_key"],
                condition=~Q(file_key=""),
                name="one_evidence_per_file",
            ),
        ]

    @property
    def proven(self) -> HistoryRow | None:
        """The row that it proves."""
        return self.update or self.answer or self.deadline_change

    def __str__(self) -> str:
        return self.document_number or self.file_name or self.url
