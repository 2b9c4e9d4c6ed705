"""Pages of a list whose length is known: a late one is as quick as an early one."""

from typing import Any

from django.core.paginator import Page, Paginator

from tracker.models.recommendations import RecommendationQuerySet as Rows

# Up to here the database passes over rows as quickly as over keys.
NEAR = 1000


def read_page(rows: Rows, total: int, size: int, asked: str | None) -> Page[Any]:
    """Give the page that an address asks for, the last one when it asks for more."""
    page: Page[Any] = Paginator(range(total), size).get_page(asked)
    page.object_list = _read(rows, (page.number - 1) * size, page.end_index(), total)
    return page


def _read(rows: Rows, first: int, last: int, total: int) -> Rows:
    """Find what is far from the start by keys alone, from whichever end is nearer."""
    if first < NEAR or rows.is_past:
        return rows[first:last]
    ordered = rows
    if first > total // 2:
        ordered, first, last = rows.reverse(), total - last, total - first
    keys = ordered.values("pk")[first:last]
    found = rows.model.objects.filter(pk__in=keys).with_list_relations()
    return found.order_by(*rows.query.order_by)
