"""What compiled templates may say beside what they are given."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from jinja2 import Environment

from tracker.reports.counting import write_count
from tracker.templatetags.figures import progress_bar


def environment(**options: Any) -> Environment:
    """Give the templates numbers, days and bars as the other templates write them."""
    found = Environment(**options)  # noqa: S701 (Django asks for escaping)
    found.filters["number"] = write_count
    found.filters["day"] = write_day
    found.globals |= {"progress_bar": progress_bar, "url": reverse}
    return found


def write_day(day: date | None) -> str:
    """Write a day, or the day of a moment where the reader is; a dash for none."""
    if isinstance(day, datetime):
        day = timezone.localtime(day)
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"
