"""Forms that were accepted: what makes a repeated submit answer like the first."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """An accepted form, by its key: a repeated submit answers like the first."""

    key = models.UUIDField(_("form key"), unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    act = models.CharField(_("act"), max_length=40)
    answer = models.CharField(_("address of the answer"), max_length=200)
    accepted_at = models.DateTimeField(_("accepted at"), default=timezone.now)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
