"""Where a recommendation stands at (today, now), kept beside it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.choices import AnswerOutcome, ConfirmationState, Progress
from tracker.models.answers import Answer
from tracker.models.updates import StatusUpdate


class CachedState(models.Model):
    """The state at (today, now) and the end of the chain of a recommendation.

    One function writes these columns, out of the history (product rules §3).
    """

    progress = models.CharField(
        _("progress"),
        max_length=20,
        choices=Progress,
        default=Progress.NOT_STARTED,
        editable=False,
    )
    completed_on = models.DateField(_("completed on"), null=True, editable=False)
    due_on = models.DateField(_("deadline"), null=True, editable=False)
    original_due_on = models.DateField(
        _("original deadline"), null=True, editable=False
    )
    extension_count = models.PositiveIntegerField(
        _("number of extensions"), default=0, editable=False
    )
    last_update_at = models.DateTimeField(_("last update"), null=True, editable=False)
    current_update = models.ForeignKey(
        StatusUpdate,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    # What was said of the current update; empty while nothing was reported.
    confirmation = models.CharField(
        _("confirmation"),
        max_length=20,
        choices=ConfirmationState,
        blank=True,
        default="",
        editable=False,
    )
    # The progress by confirmed updates alone; empty while there is none.
    confirmed_progress = models.CharField(
        _("confirmed progress"),
        max_length=20,
        choices=Progress,
        blank=True,
        default="",
        editable=False,
    )
    answer = models.CharField(
        _("answer"),
        max_length=20,
        choices=AnswerOutcome,
        blank=True,
        default="",
        editable=False,
    )
    answered_on = models.DateField(_("answered on"), null=True, editable=False)
    current_answer = models.ForeignKey(
        Answer,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    open_difficulties = models.PositiveIntegerField(
        _("open difficulties"), default=0, editable=False
    )
    # The last day on which anything took effect that moves the state. On that day and
    # on all later ones a recommendation stood as it stands: lists of a past day read
    # the histories of the others alone.
    last_moved_on = models.DateField(_("last moved on"), null=True, editable=False)
    # The end of the chain, and how often anything was accepted: conflicts show by it.
    last_sequence = models.PositiveIntegerField(default=0, editable=False)
    last_hash = models.CharField(max_length=64, default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


# What is worked out from the rows, and what only a new row moves.
STATE_COLUMNS = (
    "progress",
    "completed_on",
    "due_on",
    "original_due_on",
    "extension_count",
    "last_update_at",
    "current_update",
    "confirmation",
    "confirmed_progress",
    "answer",
    "answered_on",
    "current_answer",
    "open_difficulties",
    "last_moved_on",
)
CHAIN_COLUMNS = ("last_sequence", "last_hash")
