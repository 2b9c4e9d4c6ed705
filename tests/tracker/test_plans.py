"""How the database reads a page of the list: in the order of an index, sorting nothing.

Of the few rows of a test it would rather read and sort the whole table: it is told that
both are dear, and shows whether the index fits.
"""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from tests.factories import make_recommendation
from tracker.filters import RecommendationFilter

# By filter: the index that gives its rows in their order.
INDEXES = {
    "": "urgent_first",
    "progress=in_progress": "urgent_by_progress",
    "province=49": "urgent_by_province",
}


def plan_of(rows):
    """Give the plan of a page, each step in a line."""
    page = rows.with_list_relations()[: settings.LIST_PAGE_SIZE]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    return page.explain()


def keep_only(index):
    """Leave one of them: of so few rows any other would do as well."""
    with connection.cursor() as cursor:
        for other in {*INDEXES.values()} - {index}:
            cursor.execute(f"DROP INDEX {other}")


@pytest.mark.parametrize("query", INDEXES)
def test_page_is_read_in_the_order_of_its_index(ha, quang_nam, query):
    keep_only(INDEXES[query])
    for _n in range(3):
        make_recommendation(province=quang_nam)
    chosen = RecommendationFilter(QueryDict(query), user=ha, on=timezone.localdate())
    assert not chosen.unknown

    plan = plan_of(chosen.qs)

    assert re.search(rf"\b{INDEXES[query]}\b", plan), plan
    assert not re.search(r"\bSort\b|TEMP B-TREE", plan), plan


def test_rows_that_are_sorted_are_seen_to_be(ha, quang_nam):
    make_recommendation(province=quang_nam)
    asked = QueryDict("sort=wording")
    rows = RecommendationFilter(asked, user=ha, on=timezone.localdate()).qs

    assert re.search(r"\bSort\b|TEMP B-TREE", plan_of(rows))
