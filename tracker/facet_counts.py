"""The numbers beside every choice of the filter.

A facet respects all filters but its own: it says what one would get instead. Where the
counts that the database keeps can tell (`models/counts.py`), they do; else the rows are
read, once for all facets.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Case, F, IntegerField, Q, When

from provinces.register import Register
from tracker.choices import Timeliness
from tracker.filters import NONE, RecommendationFilter
from tracker.models import Recommendation
from tracker.models.counts import CONDITIONS, MOVING, CountedDay
from tracker.models.kept_counts import Narrowed, counts_tell, read_counts

# Facets by what a row says to them: a column, a link to several, conditions.
BY_COLUMN = {
    "progress": "r.progress",
    "province": "r.province_id",
    "lead": "r.lead_id",
    "confirmation": "r.confirmation",
    "answer": "r.answer",
    "kind": "r.kind",
}
BY_LINK = {
    "resolution": Recommendation.resolutions.through,
    "topic": Recommendation.topics.through,
}
BY_CONDITION = ("timeliness", "flag")
FACETS = (*BY_COLUMN, *BY_LINK, *BY_CONDITION)
# What the kept counts are sorted by; each of their lines tells the other facets.
KEPT_BY = ("progress", "province", "resolution", "lead", "topic")
# So many rows found by words are counted; of more it is only said that there are more.
MOST_FOUND = 10_000
# Choices of a facet that are shown at once, and of one that is opened.
SHOWN, SHOWN_OPENED = 10, 300
# So many rows are counted while somebody waits for the page.
COUNTED_AT_ONCE = 5_000
# The name of a facet, a key, and how many rows.
Line = tuple[str, str | None, int]


@dataclass(frozen=True)
class Counts:
    """The total and the facets of one filter, by facet and key."""

    total: int
    facets: dict[str, dict[str, int]]
    # Of how many more keys a facet would tell, of which only the largest were read.
    unread: dict[str, int]
    # What would take long to count, and was not asked for.
    left_out: frozenset[str] = frozenset()
    # Of very many hits not all are read: then facets count at least so many, and the
    # total is short where `has_more`.
    is_capped: bool = False
    has_more: bool = False


def most_shown(chosen: RecommendationFilter, facet: str) -> int:
    """Say how many choices of a facet are shown, beside those that are chosen."""
    return SHOWN_OPENED if facet == chosen.opened else SHOWN


def count_facets(chosen: RecommendationFilter, *, completely: bool = True) -> Counts:
    """Count the total and every facet; unless `completely`, only what does not last."""
    lines, left_out = _read_lines(chosen, completely=completely)
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    for name, key, count in lines:
        facets[name][NONE if key is None else key] = count
    total = facets.pop("total", {}).get(NONE, 0)
    seen = facets.pop("seen", {}).get(NONE, 0)
    unread = facets.pop("keys", {})
    is_capped = "q" in chosen.conditions and seen > MOST_FOUND
    if is_capped and not chosen.conditions.keys().isdisjoint(FACETS):
        # Of those seen some fit all filters; how many do, only all of them can tell.
        total = chosen.narrowed().order_by()[: MOST_FOUND + 1].count()
    facets["answer"][NONE] = facets["answer"].pop("", 0)
    facets["province"] = _roll_up(facets["province"], chosen.register)
    parts_of = facets["timeliness"]
    soon = parts_of.get(Timeliness.DUE_SOON, 0)
    parts_of[Timeliness.IN_TIME] = parts_of.get(Timeliness.IN_TIME, 0) + soon
    return Counts(
        total=min(total, MOST_FOUND) if is_capped else total,
        facets=facets,
        unread={name: keys - len(facets[name]) for name, keys in unread.items()},
        left_out=frozenset(left_out),
        is_capped=is_capped,
        has_more=is_capped and total > MOST_FOUND,
    )


def _read_lines(
    chosen: RecommendationFilter, *, completely: bool
) -> tuple[list[Line], set[str]]:
    """Count, and name the facets that were left out."""
    if kept := chosen.kept_counts:
        return _read_told(chosen, kept, completely=completely)
    if completely or not _are_many(chosen):
        return _read_rows(chosen, FACETS), set()
    if chosen.is_past and (total := chosen.narrowed().count()) > COUNTED_AT_ONCE:
        # Each count of a past day works out where every row stood.
        return [("total", None, total)], {*FACETS}
    # What else a filter could let through are most of all rows.
    left_out = {*FACETS} & chosen.conditions.keys()
    return _read_rows(chosen, FACETS, narrowed=True), left_out


def _read_told(
    chosen: RecommendationFilter, kept: Narrowed, *, completely: bool
) -> tuple[list[Line], set[str]]:
    """Ask the kept counts; else the rows, if that is quick."""
    lines = [*_read_kept(kept, chosen)]
    left_out = {one for one in FACETS if not kept.tells_of(one)}
    total = next(count for name, _key, count in lines if name == "total")
    if left_out and (completely or total <= COUNTED_AT_ONCE):
        told = _read_rows(chosen, left_out, narrowed=True)
        lines += [line for line in told if line[0] in left_out]
        left_out = set()
    return lines, left_out


def _are_many(chosen: RecommendationFilter) -> bool:
    """Say whether there are more rows to be seen than are counted at once."""
    if "q" in chosen.conditions:
        return False
    if chosen.is_past:
        seen = chosen.queryset.order_by().values("pk")[: COUNTED_AT_ONCE + 1]
        return seen.count() > COUNTED_AT_ONCE
    if not counts_tell(chosen.user, is_past=False):
        return False
    (everything,) = read_counts([Narrowed().total()], on=chosen.on)
    return everything.total > COUNTED_AT_ONCE


def _read_kept(kept: Narrowed, chosen: RecommendationFilter) -> Iterator[Line]:
    asked = [
        kept.by(one, largest=most_shown(chosen, one) if one == "lead" else None)
        for one in KEPT_BY
        if kept.tells_of(one)
    ]
    for counted in read_counts([kept.total(), *asked], on=chosen.on):
        yield counted.name, counted.key, counted.total
        if counted.keys:
            yield "keys", counted.name, counted.keys
        for (facet, value), count in counted.parts.items():
            if facet in FACETS and facet not in KEPT_BY:
                yield facet, value, count


def _read_rows(
    chosen: RecommendationFilter, facets: Collection[str], *, narrowed: bool = False
) -> list[Line]:
    """Read the rows once, with all that they say to the facets, and count them.

    When `narrowed`, only those that every filter lets through.
    """
    asked = {one: chosen.conditions[one] for one in FACETS if one in chosen.conditions}
    others = [one for name, one in chosen.conditions.items() if name not in FACETS]
    if narrowed:
        others, asked = [*others, *asked.values()], {}
    rows = chosen.queryset.filter(*others, _at_most_one_unmet([*asked.values()]))
    columns: dict[str, Any] = {"id": F("pk")}
    columns |= {one: F(rows.column(one)) for one in MOVING}
    columns |= {f"fits_{name}": _is(one) for name, one in asked.items()}
    # Columns of the table bear names of their own there.
    named = {f"{name}_": column for name, column in columns.items()}
    read = rows.order_by().annotate(**named).values_list(*named)
    if "q" in chosen.conditions:
        read = read[: MOST_FOUND + 1]
    try:
        inner, values = read.query.sql_with_params()
    except EmptyResultSet:
        return []
    statement = (
        f"WITH d (day, soon, stale_before) AS (SELECT %s, %s, %s),"
        f" r ({', '.join(columns)}) AS ({inner}){_count(asked, facets)}"
    )
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, [*CountedDay.of(chosen.on).adapted, *values])
        return cursor.fetchall()


def _at_most_one_unmet(conditions: list[Q]) -> Q:
    """Match rows that some facet counts: those that all filters but one let through."""
    found = Q()
    for met in combinations(conditions, max(len(conditions) - 1, 0)):
        found |= Q(*met)
    return found


def _is(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _count(asked: dict[str, Q], facets: Collection[str]) -> str:
    """Write what counts the rows read: a line for each facet and key.

    All conditions of a facet are counted by one look at the rows. Of the filters only
    the names go into it.
    """

    def where(name: str) -> str:
        fits = [f"r.fits_{one} = 1" for one in asked if one != name]
        return f" WHERE {' AND '.join(fits)}" if fits else ""

    counted = [("total", "NULL", "count(*)", f"r{where('')}")]
    counted.append(("seen", "NULL", "count(*)", "r"))
    for name, column in BY_COLUMN.items():
        source = f"r{where(name)} GROUP BY {column}"
        counted.append((name, f"CAST({column} AS text)", "count(*)", source))
    for name, link in BY_LINK.items():
        linked = f"{link._meta.db_table} l ON l.recommendation_id = r.id"
        source = f"r JOIN {linked}{where(name)} GROUP BY l.{name}_id"
        counted.append((name, f"CAST(l.{name}_id AS text)", "count(*)", source))
    tables = ""
    for name in BY_CONDITION:
        values = {value: one for (of, value), one in CONDITIONS.items() if of == name}
        sums = [
            f"count(CASE WHEN {one} THEN 1 END) AS {value}"
            for value, one in values.items()
        ]
        source = f"r CROSS JOIN d{where(name)}"
        tables += f", by_{name} AS (SELECT {', '.join(sums)} FROM {source})"
        counted += [(name, f"'{value}'", value, f"by_{name}") for value in values]
    lines = " UNION ALL ".join(
        f"SELECT '{name}', {key}, {count} FROM {source}"
        for name, key, count, source in counted
        if name in {"total", "seen", *facets}
    )
    return f"{tables} {lines}"


def _roll_up(counted: dict[str, int], register: Register) -> dict[str, int]:
    """Count a row for its own unit and for every unit that followed it."""
    rolled: dict[str, int] = defaultdict(int)
    for unit, count in counted.items():
        if unit == NONE:
            continue
        for counting in register.units_counting(int(unit)):
            rolled[str(counting)] += count
    return rolled
