"""Sharing one's deadlines with a calendar by a secret address."""

import secrets
from datetime import date

from django.db import transaction
from django.utils import timezone

from provinces.models import User
from tracker.models import CalendarFeed
from tracker.models.calendars import digest_of

# 192 bits: nobody guesses an address.
SECRET_BYTES = 24


@transaction.atomic
def share_deadlines(*, language: str, by: User) -> str:
    """Make the person a new secret address, and give the secret this one time.

    An earlier address opens nothing from now on.
    """
    stop_sharing_deadlines(by=by)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.create(user=by, digest=digest_of(secret), language=language)
    return secret


@transaction.atomic
def stop_sharing_deadlines(*, by: User) -> None:
    """Revoke the address of the person, if there is one."""
    # Two windows of one person come one after the other.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    for feed in CalendarFeed.objects.in_use().filter(user=by):
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])


def note_reading(feed: CalendarFeed, *, on: date) -> None:
    """Remember the day a calendar last read the feed: one write a day."""
    if feed.last_read_on != on:
        feed.last_read_on = on
        feed.save(update_fields=["last_read_on"])
