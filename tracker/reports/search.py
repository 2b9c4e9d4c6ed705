"""What a typed query finds among everything a person may know of, noun by noun."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from provinces.models import User
from provinces.models.searching import Named, read_query
from tracker.reports import search_clauses, search_hits
from tracker.reports.search_hits import Hit


def has_no_number(row: Any, query: str) -> Named:
    """Nothing names the rows of most nouns but their words."""
    return Named.NOT


@dataclass(frozen=True)
class Noun:
    """One kind of thing that is searched: how it is found, and shown."""

    key: str
    label: str | Promise
    # Rows that match, the closest first: a query set, or a list of a small table.
    find: Callable[[User, str], Any]
    describe: Callable[[User, Sequence[Any]], list[Hit]]
    # Whether the query is the number or the code of a row.
    name: Callable[[Any, str], Named] = has_no_number

    def address_of_all(self, query: str) -> str:
        """Say where every hit is listed: recommendations have a list of their own."""
        if self.key == "recommendations":
            return f"{reverse('recommendation-list')}?{urlencode({'q': query})}"
        return f"{reverse('search')}?{urlencode({'q': query, 'group': self.key})}"


NOUNS = (
    Noun(
        "recommendations",
        gettext_lazy("Recommendations"),
        search_hits.find_recommendations,
        search_hits.describe_recommendations,
        search_hits.name_recommendation,
    ),
    Noun(
        "resolutions",
        gettext_lazy("Resolutions"),
        search_hits.find_resolutions,
        search_hits.describe_resolutions,
        search_hits.name_resolution,
    ),
    Noun(
        "indicators",
        gettext_lazy("Indicators"),
        search_hits.find_indicators,
        search_hits.describe_indicators,
    ),
    Noun(
        "documents",
        gettext_lazy("Documents"),
        search_hits.find_documents,
        search_hits.describe_documents,
        search_hits.name_document,
    ),
    Noun(
        "clauses",
        gettext_lazy("Words of documents"),
        search_clauses.find_clauses,
        search_clauses.describe_clauses,
    ),
    Noun(
        "sessions",
        gettext_lazy("Working sessions"),
        search_hits.find_sessions,
        search_hits.describe_sessions,
    ),
    Noun(
        "provinces",
        gettext_lazy("Provinces"),
        search_hits.find_units,
        search_hits.describe_units,
    ),
    Noun(
        "organisations",
        gettext_lazy("Bodies"),
        search_hits.find_organisations,
        search_hits.describe_organisations,
    ),
)


@dataclass(frozen=True)
class Group:
    """What was found of one noun: how many in all, and the closest of them.

    Of each of its hits `named` says whether the query is its number or code.
    """

    noun: Noun
    total: int
    hits: list[Hit]
    all_at: str
    named: list[Named]


@dataclass(frozen=True)
class Found:
    """The answer to a query; one that holds no word to find `is_empty`."""

    query: str
    is_empty: bool
    groups: tuple[Group, ...] = ()

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def only_named(self) -> Hit | None:
        """The one row whose whole number or code was typed; None of several."""
        hits = [
            hit
            for group in self.groups
            for hit, named in zip(group.hits, group.named, strict=True)
            if named == Named.FULLY
        ]
        return hits[0] if len(hits) == 1 else None


def search_everything(user: User, query: str, *, most: int) -> Found:
    """Find the closest rows of every noun, `most` of each, and how many there are.

    What was named by its number comes first of all. Apart from that nouns come in a
    fixed order; those of which nothing was found are left out.
    """
    if not read_query(query):
        return Found(query, is_empty=True)
    groups = []
    for noun in NOUNS:
        rows, total = take(noun.find(user, query), most)
        if rows:
            rows.sort(key=lambda row: noun.name(row, query), reverse=True)
            named = [noun.name(row, query) for row in rows]
            hits = noun.describe(user, rows)
            groups.append(Group(noun, total, hits, noun.address_of_all(query), named))
    groups.sort(key=lambda group: group.named[0], reverse=True)
    return Found(query, is_empty=False, groups=tuple(groups))


def take(found: Any, most: int) -> tuple[list[Any], int]:
    """Read the first rows, and how many there are, in one statement."""
    if not isinstance(found, QuerySet):
        return found[:most], len(found)
    in_all = Func("pk", function="COUNT", output_field=IntegerField())
    counted = found.order_by().values(in_all=in_all)
    rows = list(found.annotate(in_all=Subquery(counted))[:most])
    return rows, rows[0].in_all if rows else 0
