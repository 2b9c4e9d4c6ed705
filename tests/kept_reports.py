"""Keeping a report as a person does on the page."""

from datetime import date
from uuid import uuid4

REPORTS, KEEP = "/reports/", "/reports/keep/"
# By this day the recommendation of `moved` was begun and its deadline had come.
DAY = date(2025, 6, 30)


def keep(client, query=f"as_of={DAY}", **typed):
    form = {"form_key": uuid4(), "query": query, **typed}
    return client.post(KEEP, form)
