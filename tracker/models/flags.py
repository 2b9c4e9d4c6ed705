"""What raises a flag, as a condition over the state of recommendations."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from tracker.choices import ANSWERABLE, Flag
from tracker.timeliness import CLOSED


def flag_condition(flag: Flag, *, on: date, column: Callable[[str], str]) -> Q:
    """Say what raises a flag: product rules §2; of secret items nothing is expected."""
    is_open = ~Q(**{f"{column('progress')}__in": CLOSED})
    is_told, is_unanswered = Q(kept_outside=False), Q(**{column("answer"): ""})
    last_update = column("last_update_at")
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    long_ago = midnight - timedelta(days=settings.STALE_DAYS)
    return {
        Flag.NO_LEAD: is_open & Q(lead__isnull=True),
        Flag.NEVER_REPORTED: is_open & is_told & Q(**{f"{last_update}__isnull": True}),
        Flag.STALE: is_open & Q(**{f"{last_update}__lt": long_ago}),
        Flag.DIFFICULTY: Q(**{f"{column('open_difficulties')}__gt": 0}),
        Flag.UNANSWERED: is_told & Q(kind__in=ANSWERABLE) & is_unanswered,
        Flag.ANSWERED_UNRESOLVED: is_open & ~is_unanswered,
    }[flag]
