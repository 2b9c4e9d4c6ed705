"""How a recommendation stands against the days that matter, in words."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.choices import Timeliness
from tracker.models import Recommendation
from tracker.timeliness import CLOSED, count_days_late


def day_words(day: date | None) -> str:
    """Write a day, or the day of a moment where the reader is; a dash for none."""
    if isinstance(day, datetime):
        day = timezone.localtime(day)
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


def due_words(timeliness: str, due_on: date | None, today: date) -> str:
    """Say how a deadline stands today, with its days."""
    if due_on and timeliness == Timeliness.OVERDUE:
        days = (today - due_on).days
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", days)
        return words % {"days": number_format(days, force_grouping=True)}
    if due_on and timeliness in {Timeliness.IN_TIME, Timeliness.DUE_SOON}:
        days = (due_on - today).days
        if days == 0:
            return _("due today")
        words = ngettext("%(days)s day left", "%(days)s days left", days)
        return words % {"days": number_format(days, force_grouping=True)}
    if timeliness in {Timeliness.COMPLETED_LATE, Timeliness.COMPLETED_ON_TIME}:
        return str(Timeliness(timeliness).label)
    return ""


def unresolved_words(row: Recommendation, today: date) -> str:
    """Say for how long what was answered is not resolved."""
    if row.answered_on is None or row.progress in CLOSED:
        return ""
    days = (today - row.answered_on).days
    words = ngettext(
        "Answered, not resolved · %(days)s day",
        "Answered, not resolved · %(days)s days",
        days,
    )
    return words % {"days": number_format(days, force_grouping=True)}


def late_words(row: Recommendation, today: date) -> str:
    """Say how late it is against the original deadline, where that was another."""
    judged = (row.progress, row.completed_on, row.original_due_on)
    days = count_days_late(*judged, on=today)
    if not days:
        return ""
    words = ngettext(
        "%(days)s day late against it", "%(days)s days late against it", days
    )
    return words % {"days": number_format(days, force_grouping=True)}
