"""What a recommendation is linked with, and once was: read in one statement."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from provinces.folding import sort_key
from provinces.models import Organisation
from provinces.models.statements import KEY, Statement
from tracker.models.lookups import IsOneOf
from tracker.models.resolutions import Resolution
from tracker.models.topics import Topic


class Links(NamedTuple):
    """What one recommendation is linked with; of each row the key and the name."""

    resolutions: list[Resolution]
    topics: list[Topic]
    coordinating: list[Organisation]


class Linked(NamedTuple):
    """What a link leads to, and the columns that name it, lead to it and order it."""

    model: Any
    key: str
    name: str
    slug: str
    order: str


LINKED = {
    "resolutions": Linked(Resolution, "resolution", "number", "slug", "issued_on"),
    "topics": Linked(Topic, "topic", "name", "slug", "slug"),
    "coordinating": Linked(Organisation, "organisation", "name", "pk", "name"),
}
# The links of today, among those that records of edits kept.
TODAY = 0


def read_links(recommendation: Any) -> dict[int, Links]:
    """Give the links of today, and those that each record of an edit kept by its id."""
    return _sort_out(_of_one().ask(recommendation.pk))


def read_present_keys(
    model: Any, ids: Collection[int], links: Iterable[str]
) -> dict[tuple[str, int], list[int]]:
    """Give the keys of what recommendations are linked with today, by link and id."""
    branches = []
    for link in links:
        rows = getattr(model, link).through.objects.order_by()
        key = f"{LINKED[link].key}_id"
        rows = rows.filter(IsOneOf("recommendation", ids))
        rows = rows.annotate(link_=Value(link, TextField()))
        branches.append(rows.values_list("link_", "recommendation_id", key))
    first, *others = branches
    found = defaultdict(list)
    for link, recommendation, key in first.union(*others, all=True):
        found[link, recommendation].append(key)
    return found


@cache
def _of_one() -> Statement:
    model = apps.get_model("tracker.Recommendation")
    first, *others = _branches(model)
    return Statement(model, lambda: first.union(*others, all=True))


def _sort_out(lines: Iterable[tuple[Any, ...]]) -> dict[int, Links]:
    found: dict[int, Links] = defaultdict(lambda: Links([], [], []))
    for record, link, pk, name, slug, _order in sorted(lines, key=_place):
        one = LINKED[link]
        linked = one.model(**{one.name: name, one.slug: slug, "pk": pk})
        getattr(found[record], link).append(linked)
    return found


def _branches(model: Any) -> list[QuerySet]:
    records = model.history.model
    branches = []
    for link in LINKED:
        now = getattr(model, link).through.objects
        kept = getattr(records, link)
        branches += [
            _branch(link, now.filter(recommendation=KEY), Value(TODAY)),
            _branch(link, kept.filter(history__id=KEY), F("history_id")),
        ]
    return branches


def _branch(link: str, rows: Any, record: Any) -> QuerySet:
    key, columns = LINKED[link].key, LINKED[link]._asdict()
    texts = {
        f"{name}_": Cast(f"{key}__{columns[name]}", TextField())
        for name in ("name", "slug", "order")
    }
    return (
        rows.order_by()
        .annotate(
            record_=Cast(record, IntegerField()),
            link_=Value(link, TextField()),
            **texts,
        )
        .values_list("record_", "link_", f"{key}_id", *texts)
    )


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Order bodies by the Vietnamese alphabet, the others by day and address."""
    _record, link, _pk, _name, slug, order = row
    return link, sort_key(order) if link == "coordinating" else order, slug
