"""The deadline ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.history import HistoryRow, one_per_sequence, seen_through


class DeadlineChange(HistoryRow):
    """A line of the deadline ledger: the first date, or a later move with its reason.

    `due_on` is the last day in time; empty takes a deadline back.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="deadline_changes",
        db_index=False,
    )
    due_on = models.DateField(_("deadline"), null=True, blank=True)

    content_fields = ("due_on",)

    class Meta:
        verbose_name = _("deadline change")
        verbose_name_plural = _("deadline changes")
        constraints = [one_per_sequence("one_deadline_change_per_sequence")]
        indexes = seen_through("deadline_change")

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}" if self.due_on else "–"
