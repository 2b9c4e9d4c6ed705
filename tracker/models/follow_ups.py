"""What is to be done because of a recommendation, by whom and until when."""

from collections.abc import Callable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseTextField
from provinces.models import Organisation, User
from provinces.succession import remit_of
from tracker.choices import ConfirmationState, Progress, Timeliness
from tracker.models.updates import StatusUpdate
from tracker.timeliness import (
    CLOSED,
    UNCOUNTED,
    judge_timeliness,
    timeliness_expression,
)

# Of a recommendation that is over or halted.
OVER = Q(recommendation__progress__in={*CLOSED, *UNCOUNTED})


class FollowUpActionQuerySet(models.QuerySet["FollowUpAction"]):
    def still_open(self) -> Self:
        return self.exclude(progress__in=CLOSED)

    def still_due(self) -> Self:
        """Nothing of a recommendation that is over or halted is due any more."""
        return self.still_open().exclude(OVER)

    def with_timeliness(self, *, on: date) -> Self:
        """Judge by the deadline what is still due."""
        return self.annotate(
            timeliness=Case(
                When(OVER, then=Value(Timeliness.NOT_COUNTED)),
                default=timeliness_expression(on=on),
            )
        )

    def owned_by(self, user: User) -> Self:
        """Actions that the person's own body has to carry out (rules §1)."""
        return self.filter(
            owner__in=remit_of(user).speaks_for,
            recommendation__withdrawn_on__isnull=True,
            recommendation__kept_outside=False,
        )

    def most_urgent_first(self) -> Self:
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")


class FollowUpAction(models.Model):
    """One thing that its owner does for a recommendation until `due_on`.

    Its progress is the history of its updates; the columns of it are the state at
    (today, now). It is written under the lock and version of its recommendation.
    """

    # Found by its constraint and its indexes below, which begin with these columns.
    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="actions",
        db_index=False,
    )
    number = models.PositiveSmallIntegerField(_("number"))
    wording = VietnameseTextField(_("wording"))
    owner = models.ForeignKey(
        Organisation,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="actions",
        db_index=False,
    )
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    entered_by = models.ForeignKey(
        User,
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    entered_at = models.DateTimeField(
        _("entered at"), default=timezone.now, editable=False
    )

    progress = models.CharField(
        _("progress"),
        max_length=20,
        choices=Progress,
        default=Progress.NOT_STARTED,
        editable=False,
    )
    completed_on = models.DateField(_("completed on"), null=True, editable=False)
    last_update_at = models.DateTimeField(_("last update"), null=True, editable=False)
    current_update = models.ForeignKey(
        StatusUpdate,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    confirmation = models.CharField(
        _("confirmation"),
        max_length=20,
        choices=ConfirmationState,
        blank=True,
        default="",
        editable=False,
    )
    history = HistoricalRecords(
        excluded_fields=[
            "progress",
            "completed_on",
            "last_update_at",
            "current_update",
            "confirmation",
            "entered_at",
        ]
    )

    # What the history library adds, and what it reads from a row that is saved.
    save_without_historical_record: Callable[..., None]
    _history_user: User
    # What lines of lists say beside the columns.
    timeliness: Timeliness

    objects = FollowUpActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up action")
        verbose_name_plural = _("follow-up actions")
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "number"], name="one_action_per_number"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "recommendation"], name="action_owner"),
            models.Index(fields=["entered_by", "recommendation"], name="action_author"),
        ]

    def __str__(self) -> str:
        return self.wording

    def get_absolute_url(self) -> str:
        return f"{self.recommendation.get_absolute_url()}#action-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.progress not in CLOSED

    def judge_timeliness(self, *, on: date) -> Timeliness:
        """Judge by the deadline, while the recommendation is not over or halted."""
        if self.recommendation.progress in {*CLOSED, *UNCOUNTED}:
            return Timeliness.NOT_COUNTED
        return judge_timeliness(self.progress, self.completed_on, self.due_on, on=on)
