"""Words and links that templates cannot make by choosing and looping."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.choices import Timeliness
from tracker.filters import RecommendationFilter
from tracker.models import Recommendation
from tracker.timeliness import CLOSED, count_days_late

register = template.Library()


@register.simple_tag
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


@register.simple_tag
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


@register.simple_tag
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


@register.simple_tag
def sort_head(chosen: RecommendationFilter, name: str, label: str) -> SafeString:
    """Make a column's head a link that sorts by it, and turns it round."""
    present = chosen.values.get("sort", "")
    upward = present == name
    address = chosen.address_with(sort=f"-{name}" if upward else name)
    state = {name: "ascending", f"-{name}": "descending"}.get(present, "none")
    arrow = {"ascending": " ↑", "descending": " ↓"}.get(state, "")
    return format_html(
        '<th scope="col" aria-sort="{}"><a href="{}">{}</a>{}</th>',
        state,
        address,
        label,
        format_html('<span aria-hidden="true">{}</span>', arrow) if arrow else "",
    )


@register.filter
def named(key: int | None, names: Mapping[int | None, Any]) -> Any:
    """Look up what belongs to a key: names are read for all rows at once."""
    return names.get(key)
