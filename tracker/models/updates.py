"""What was reported of the progress, and what a second person said of it."""

from datetime import date, datetime, time, timedelta
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import User
from tracker.choices import ConfirmationState, Progress
from tracker.models.history import HistoryRow, one_per_sequence, seen_through


class StatusUpdateQuerySet(models.QuerySet["StatusUpdate"]):
    def waiting_for(self, user: User) -> Self:
        """Updates of other people on which nobody has said a word (product rules §2.2).

        What was corrected needs no word any more.
        """
        recommendations = apps.get_model("tracker.Recommendation").objects
        told = recommendations.visible_to(user).filter(kept_outside=False)
        words = Confirmation.objects.filter(corrections__isnull=True)
        return self.filter(
            ~Exists(StatusUpdate.objects.filter(corrects=OuterRef("pk"))),
            ~Exists(words.filter(update=OuterRef("pk"))),
            recommendation__in=told.values("pk"),
        ).exclude(author=user)

    def recorded_between(self, first: date, last: date) -> Self:
        """Updates recorded from one day to another that were true by then."""
        midnight, after = (
            timezone.make_aware(datetime.combine(day, time.min))
            for day in (first, last + timedelta(days=1))
        )
        return self.filter(
            effective_on__lte=last, recorded_at__gte=midnight, recorded_at__lt=after
        )

    def oldest_first(self) -> Self:
        return self.order_by("recorded_at", "pk")

    def recorded_before(self, update: "StatusUpdate") -> Self:
        """Those that stand before this one, the oldest first."""
        return self.filter(
            Q(recorded_at__lt=update.recorded_at)
            | Q(recorded_at=update.recorded_at, pk__lt=update.pk)
        )

    def recorded_after(self, update: "StatusUpdate") -> Self:
        return self.filter(
            Q(recorded_at__gt=update.recorded_at)
            | Q(recorded_at=update.recorded_at, pk__gt=update.pk)
        )

    def with_page_relations(self) -> Self:
        """Fetch what a line about an update names."""
        return self.select_related(
            "recommendation", "action", "author", "spoken_for"
        ).prefetch_related("evidence")


class StatusUpdate(HistoryRow):
    """One report of how far a recommendation is, on behalf of a body.

    With an `action` it speaks of that follow-up action alone.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="updates",
        db_index=False,
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

    objects = StatusUpdateQuerySet.as_manager()

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
        db_index=False,
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
