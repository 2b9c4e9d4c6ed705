"""Walking a list row by row: where one stands in it, and what comes before and after.

The order of a list is what its rows are ordered by; a row stands between those with
lesser and greater values, also when it has left the list since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OrderBy, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from tracker.models import Recommendation
from tracker.models.recommendations import RecommendationQuerySet as Rows

CODE = ("code_prefix", "code_year", "code_number")
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Stop:
    """A row beside the present one, and the page of the list that it is on."""

    code: str
    page: int


@dataclass(frozen=True)
class Walk:
    """Where a row stands in a list; it has no number once it has left the list."""

    number: int | None
    total: int
    page: int
    previous: Stop | None
    following: Stop | None


def build_walk(listed: Rows, known: Rows, pk: int, *, page_size: int) -> Walk | None:
    """Find the neighbours of a row in an ordered list: two queries, however long.

    The values it is ordered by are read from `known`, the rows that the list was
    narrowed from; of a row that is not even there nobody knows where it stood.
    """
    keys = {
        f"key_{number}": _direct(one)
        for number, one in enumerate(listed.query.order_by)
    }
    expressions = {name: key.expression for name, key in keys.items()}
    row = known.annotate(**expressions).filter(pk=pk).order_by().values(*keys).first()
    if row is None:
        return None
    ordered = listed.annotate(**expressions)
    before = ordered.reverse().filter(_beyond(keys, row, is_forward=False))
    after = ordered.filter(_beyond(keys, row, is_forward=True))
    found = Recommendation.objects.order_by().filter(pk=pk)
    place = found.values(
        total=_count(listed),
        passed=_count(before),
        is_listed=_count(listed.filter(pk=pk)),
        before=_first_code(before),
        after=_first_code(after),
    ).get()
    return _describe(place, page_size)


def _describe(place: Mapping[str, Any], page_size: int) -> Walk:
    passed, is_listed = place["passed"], place["is_listed"]

    def stop(code: dict[str, Any] | None, position: int) -> Stop | None:
        if code is None:
            return None
        return Stop(Recommendation(**code).code, position // page_size + 1)

    return Walk(
        number=passed + 1 if is_listed else None,
        total=place["total"],
        page=min(passed, max(place["total"] - 1, 0)) // page_size + 1,
        previous=stop(place["before"], passed - 1),
        following=stop(place["after"], passed + is_listed),
    )


def _direct(one: Any) -> OrderBy:
    """Give a part of an order as what it sorts by, and which way."""
    if isinstance(one, str):
        return F(one).asc()
    return one if isinstance(one, OrderBy) else one.asc()


def _beyond(keys: dict[str, OrderBy], row: dict[str, Any], *, is_forward: bool) -> Q:
    """Match what comes after the values of a row in this order, or before them."""
    beyond, same = NOTHING, Q()
    for name, key in keys.items():
        value = row[name]
        beyond |= same & _step(name, key, value, is_forward=is_forward)
        same &= Q(**{f"{name}__isnull": True} if value is None else {name: value})
    return beyond


def _step(name: str, key: OrderBy, value: Any, *, is_forward: bool) -> Q:
    """The same for one value: those that are empty come last, whichever the way."""
    if value is None:
        return NOTHING if is_forward else Q(**{f"{name}__isnull": False})
    further = "lt" if key.descending == is_forward else "gt"
    step = Q(**{f"{name}__{further}": value})
    if is_forward and key.nulls_last:
        step |= Q(**{f"{name}__isnull": True})
    return step


def _count(rows: Rows) -> Coalesce:
    whole = rows.order_by().annotate(whole=Value(1)).values("whole")
    return Coalesce(Subquery(whole.annotate(n=Count("pk")).values("n")), 0)


def _first_code(rows: Rows) -> Subquery:
    code = JSONObject(**{name: name for name in CODE})
    return Subquery(rows.values(code=code)[:1])
