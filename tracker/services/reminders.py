"""Sending organisations their digest of what to see to."""

from dataclasses import replace

from django.core.mail import EmailMessage
from django.db import transaction

from provinces.models import Organisation
from tracker.models import Reminder
from tracker.reports.reminders import Digest, read_told
from tracker.reports.writers.mail import write_mail


@transaction.atomic(durable=True)
def send_digest(digest: Digest, *, site: str) -> int:
    """Record what is told and hand over the mail: both happen, or neither.

    The lock on the organisation makes a second run wait; it then finds the rows and
    tells nothing twice. Give the number of items told.
    """
    # Others may go on recording for this organisation while the mail is on its way.
    locked = Organisation.objects.select_for_update(no_key=True).order_by()
    organisation = locked.get(pk=digest.organisation)
    fresh = _leave_out_told(digest)
    if not fresh.items:
        return 0
    for item in fresh.items:
        Reminder.objects.create(
            organisation=organisation,
            recommendation_id=item.recommendation,
            action_id=item.action,
            stage=item.stage,
            about=item.about,
        )
    mail = write_mail(fresh, site=site)
    EmailMessage(mail.subject, mail.text, to=fresh.recipients).send()
    return len(fresh.items)


def _leave_out_told(digest: Digest) -> Digest:
    told = read_told(Reminder.objects.filter(organisation=digest.organisation))
    items = [
        item for item in digest.items if (digest.organisation, *item.key) not in told
    ]
    return replace(digest, items=tuple(items))
