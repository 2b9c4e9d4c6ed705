"""The numbers beside every choice of the filter, read in one statement.

A facet respects all filters but its own: it says what one would get instead.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, When

from provinces.register import Register
from tracker.choices import Flag, Timeliness
from tracker.filters import NONE, RecommendationFilter
from tracker.models import Recommendation
from tracker.timeliness import timeliness_expression

# Facets by what a row says to them: one column, a link to several, several flags.
BY_COLUMN = (
    *("progress", "timeliness", "province", "lead"),
    *("confirmation", "answer", "kind"),
)
BY_LINK = {
    "resolution": Recommendation.resolutions.through,
    "topic": Recommendation.topics.through,
}
FACETS = (*BY_COLUMN, *BY_LINK, "flag")


@dataclass(frozen=True)
class Counts:
    """The total and the facets of one filter, by facet and key."""

    total: int
    facets: dict[str, dict[str, int]]


def count_facets(chosen: RecommendationFilter) -> Counts:
    """Count the total and every facet in one statement, which reads the rows once."""
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    for name, key, count in _read_counts(chosen):
        facets[name][NONE if key is None else key] = count
    total = facets.pop("total", {}).get("", 0)
    facets["answer"][NONE] = facets["answer"].pop("", 0)
    facets["province"] = _roll_up(facets["province"], chosen.register)
    parts_of = facets["timeliness"]
    soon = parts_of.get(Timeliness.DUE_SOON, 0)
    parts_of[Timeliness.IN_TIME] = parts_of.get(Timeliness.IN_TIME, 0) + soon
    return Counts(total, facets)


def _read_counts(chosen: RecommendationFilter) -> list[tuple[str, str | None, int]]:
    asked = {one: chosen.conditions[one] for one in FACETS if one in chosen.conditions}
    others = [one for name, one in chosen.conditions.items() if name not in FACETS]
    rows = chosen.queryset.filter(*others, _at_most_one_unmet([*asked.values()]))
    columns: dict[str, Any] = {"id_": F("pk")}
    columns |= {one: F(rows.column(one)) for one in BY_COLUMN if one != "timeliness"}
    columns["timeliness"] = timeliness_expression(on=chosen.on, column=rows.column)
    columns |= {one.value: _is(rows.flag_condition(one, on=chosen.on)) for one in Flag}
    columns |= {f"fits_{name}": _is(one) for name, one in asked.items()}
    # Columns of the table bear names of their own there.
    named = {f"{name}_": column for name, column in columns.items()}
    seen = rows.order_by().annotate(**named).values_list(*named)
    try:
        inner, values = seen.query.sql_with_params()
    except EmptyResultSet:
        return []
    statement = f"WITH seen ({', '.join(columns)}) AS ({inner}) {_count(asked)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _at_most_one_unmet(conditions: list[Q]) -> Q:
    """Match rows that some facet counts: those that all filters but one let through."""
    found = Q()
    for met in combinations(conditions, max(len(conditions) - 1, 0)):
        found |= Q(*met)
    return found


def _is(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _count(asked: dict[str, Q]) -> str:
    """Write what counts the rows seen: a line for each facet and key.

    Of the filters only the names go into it.
    """

    def where(name: str) -> str:
        fits = [f"fits_{one} = 1" for one in asked if one != name]
        return f" WHERE {' AND '.join(fits)}" if fits else ""

    parts = [f"SELECT 'total', '', count(*) FROM seen{where('')}"]
    for name in BY_COLUMN:
        key = f"CAST({name} AS text)"
        parts.append(
            f"SELECT '{name}', {key}, count(*) FROM seen{where(name)} GROUP BY {name}"
        )
    for name, link in BY_LINK.items():
        parts.append(
            f"SELECT '{name}', CAST({name}_id AS text), count(*) FROM seen"
            f" JOIN {link._meta.db_table} ON recommendation_id = id_"
            f"{where(name)} GROUP BY {name}_id"
        )
    for flag in Flag.values:
        parts.append(
            f"SELECT 'flag', '{flag}', coalesce(sum({flag}), 0)"
            f" FROM seen{where('flag')}"
        )
    return " UNION ALL ".join(parts)


def _roll_up(counted: dict[str, int], register: Register) -> dict[str, int]:
    """Count a row for its own unit and for every unit that followed it."""
    rolled: dict[str, int] = defaultdict(int)
    for unit, count in counted.items():
        if unit == NONE:
            continue
        for counting in register.units_counting(int(unit)):
            rolled[str(counting)] += count
    return rolled
