"""What was answered to recommendations and requests."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.choices import AnswerOutcome
from tracker.models.history import HistoryRow, one_per_sequence, seen_through


class Answer(HistoryRow):
    """What the body in `spoken_for` answered on the day `effective_on`.

    The text is the note, its document is evidence. An answer never sets progress
    (product rules §2.3). Out of its remit, a body may name who received it instead.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="answers",
        db_index=False,
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=AnswerOutcome)
    is_final = models.BooleanField(_("final answer"))
    referred_to = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("receiving body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    content_fields = ("outcome", "is_final", "referred_to_id")

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            one_per_sequence("one_answer_per_sequence"),
            models.CheckConstraint(
                condition=models.Q(referred_to__isnull=True)
                | models.Q(outcome=AnswerOutcome.OUTSIDE_REMIT),
                name="only_what_is_outside_remit_is_referred",
            ),
        ]
        indexes = seen_through("answer")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.effective_on:%d/%m/%Y})"
