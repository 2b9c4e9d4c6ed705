"""Recording that a letter left the house."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.models import Report, Sending
from tracker.services.submissions import refuse_repeated, remember


@transaction.atomic
def record_sending(
    letter: Report, *, number: str, sent_on: date, key: UUID, by: User
) -> Sending:
    """Record the number and the day of a letter; the newest record holds.

    Raises AlreadySubmittedError for a repeated submit, ValidationError for a day
    that is still to come or before the letter was written.
    """
    act = f"sending {letter.key}"[:40]
    refuse_repeated(key, act=act, by=by)
    if sent_on > timezone.localdate():
        raise ValidationError({"sent_on": _("This day is still to come.")})
    written_on = timezone.localdate(letter.frozen_at)
    if sent_on < written_on:
        message = _("The letter was written on %(day)s; this day is earlier.")
        raise ValidationError({"sent_on": message % {"day": f"{written_on:%d/%m/%Y}"}})
    sending = Sending.objects.create(
        letter=letter, number=number, sent_on=sent_on, recorded_by=by
    )
    remember(key, act=act, by=by, answer=letter.get_absolute_url())
    return sending
