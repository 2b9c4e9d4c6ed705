"""Which reminders went out, so that none goes out twice."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import Organisation
from tracker.choices import ReminderStage
from tracker.models.follow_ups import FollowUpAction
from tracker.models.recommendations import Recommendation


class Reminder(models.Model):
    """One stage of one item that an organisation was reminded of.

    `about` is the day the stage is counted from, so that a deadline that was moved is
    reminded of anew.
    """

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    recommendation = models.ForeignKey(
        Recommendation,
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    action = models.ForeignKey(
        FollowUpAction,
        verbose_name=_("follow-up action"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminders",
    )
    stage = models.CharField(_("stage"), max_length=20, choices=ReminderStage)
    about = models.DateField(_("about the day"))
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "recommendation", "stage", "about"],
                condition=Q(action__isnull=True),
                name="one_reminder_per_stage",
            ),
            models.UniqueConstraint(
                fields=["organisation", "action", "stage", "about"],
                condition=Q(action__isnull=False),
                name="one_reminder_per_stage_of_an_action",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} ({self.about:%d/%m/%Y})"
