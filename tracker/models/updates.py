"""What was reported of the progress, and what a second person said of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.choices import ConfirmationState, Progress
from tracker.models.history import HistoryRow, one_per_sequence, seen_through


class StatusUpdate(HistoryRow):
    """One report of how far a recommendation is, on behalf of a body.

    With an `action` it speaks of that follow-up action alone.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="updates",
    )
    action = models.ForeignKey(
        "tracker.FollowUpAction",
        verbose_name=_("follow-up action"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="updates",
    )
    progress = models.CharField(_("progress"), max_length=20, choices=Progress)

    content_fields = ("action_id", "progress")

    class Meta:
        verbose_name = _("status update")
        verbose_name_plural = _("status updates")
        constraints = [one_per_sequence("one_update_per_sequence")]
        indexes = [
            models.Index(
                fields=["recommendation", "-effective_on", "-sequence"],
                name="update_in_effect",
            ),
            *seen_through("update"),
        ]

    def __str__(self) -> str:
        return f"{self.get_progress_display()} ({self.effective_on:%d/%m/%Y})"


class Confirmation(HistoryRow):
    """A coordinator's word on one update of somebody else: confirmed or returned.

    What was reported stays as it is (product rules §2.2); the last word holds.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="confirmations",
    )
    update = models.ForeignKey(
        StatusUpdate,
        verbose_name=_("status update"),
        on_delete=models.PROTECT,
        related_name="confirmations",
    )
    outcome = models.CharField(
        _("confirmation"), max_length=20, choices=ConfirmationState.given()
    )

    content_fields = ("update_id", "outcome")

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [one_per_sequence("one_confirmation_per_sequence")]
        indexes = seen_through("confirmation")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.effective_on:%d/%m/%Y})"
