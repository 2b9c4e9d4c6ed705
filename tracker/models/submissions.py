"""Forms that were accepted: what makes a repeated submit answer like the first."""

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SubmissionManager(models.Manager["Submission"]):
    def keep(self, submission: "Submission") -> bool:
        """Keep an accepted form unless its key is taken; say whether it was kept.

        One statement: a refused INSERT would end the transaction, or need a savepoint.
        """
        fields = [
            one for one in self.model._meta.concrete_fields if not one.primary_key
        ]
        columns = ", ".join(str(one.column) for one in fields)
        values = [
            one.get_db_prep_save(one.pre_save(submission, add=True), connection)
            for one in fields
        ]
        places = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table} ({columns})"
                f" VALUES ({places})"
                " ON CONFLICT DO NOTHING",
                values,
            )
            return cursor.rowcount == 1


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

    objects = SubmissionManager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return f"{self.act} {self.key}"
