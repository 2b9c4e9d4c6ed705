"""What compiled templates may say beside what they are given."""

from typing import Any

from django.urls import reverse
from jinja2 import Environment

from tracker.reports.counting import write_count
from tracker.reports.day_words import day_words
from tracker.templatetags.figures import progress_bar


def environment(**options: Any) -> Environment:
    """Give the templates numbers, days and bars as the other templates write them."""
    found = Environment(**options)  # noqa: S701 (Django asks for escaping)
    found.filters["number"] = write_count
    found.filters["day"] = day_words
    found.globals |= {"progress_bar": progress_bar, "url": reverse}
    return found
