"""What a reader would get by asking otherwise: counts beside every choice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from provinces.register import Register
from provinces.succession import OrganisationNames
from tracker.choices import (
    ConfirmationState,
    Flag,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.filters import (
    ANSWERS,
    FILTER_LABELS,
    NONE,
    RecommendationFilter,
)
from tracker.models.reference_names import Named
from tracker.timeliness import SEVEN_PARTS


@dataclass(frozen=True)
class Option:
    """One line of a facet: what it filters by, what it is called, how many rows."""

    value: str
    label: str
    count: int
    is_selected: bool
    is_narrower: bool = False


@dataclass(frozen=True)
class Facet:
    """One question of the filter; `is_data` when its answers are Vietnamese names."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_data: bool

    @property
    def first_options(self) -> tuple[Option, ...]:
        return self.options[:8]

    @property
    def further_options(self) -> tuple[Option, ...]:
        return self.options[8:]

    @property
    def has_further_selected(self) -> bool:
        return any(option.is_selected for option in self.further_options)


@dataclass(frozen=True)
class Counts:
    """The total and the facets of one filter, by facet and key."""

    total: int
    facets: dict[str, dict[str, int]]


def count_facets(chosen: RecommendationFilter) -> Counts:
    """Count the total and every facet in one statement.

    A facet respects all filters but its own: it says what one would get instead.
    """
    columns = {
        "resolution": "resolutions",
        "progress": "progress",
        "province": "province",
        "lead": "lead",
        "confirmation": "confirmation",
        "answer": "answer",
        "kind": "kind",
        "topic": "topics",
    }
    parts = [_total(chosen.narrowed(), "total", "")]
    for name, column in columns.items():
        rows = chosen.narrowed(without=name)
        parts.append(_group(rows, name, rows.column(column)))
    judged = chosen.narrowed(without="timeliness").with_timeliness(on=chosen.on)
    parts.append(_group(judged, "timeliness", "timeliness"))
    unflagged = chosen.narrowed(without="flag")
    for flag in Flag:
        parts.append(_total(unflagged.flagged(flag, on=chosen.on), "flag", flag))

    facets: dict[str, dict[str, int]] = defaultdict(dict)
    first, *others = parts
    for name, key, count in first.union(*others, all=True):
        facets[name][key if key is not None else NONE] = count
    total = facets.pop("total", {}).get("", 0)
    facets["answer"][NONE] = facets["answer"].pop("", 0)
    facets["province"] = _roll_up(facets["province"], chosen.register)
    parts_of = facets["timeliness"]
    soon = parts_of.get(Timeliness.DUE_SOON, 0)
    parts_of[Timeliness.IN_TIME] = parts_of.get(Timeliness.IN_TIME, 0) + soon
    return Counts(total, facets)


def _group(rows: QuerySet, name: str, column: str) -> QuerySet:
    return (
        rows.order_by()
        .annotate(facet=Value(name, TextField()), key=Cast(column, TextField()))
        .values("facet", "key")
        .annotate(count=Count("pk"))
        .values_list("facet", "key", "count")
    )


def _total(rows: QuerySet, name: str, key: str) -> QuerySet:
    return (
        rows.order_by()
        .annotate(facet=Value(name, TextField()), key=Value(key, TextField()))
        .values("facet", "key")
        .annotate(count=Count("pk"))
        .values_list("facet", "key", "count")
    )


def _roll_up(counted: dict[str, int], register: Register) -> dict[str, int]:
    """Count a row for its own unit and for every unit that followed it."""
    rolled: dict[str, int] = defaultdict(int)
    for unit, count in counted.items():
        if unit == NONE:
            continue
        for counting in register.units_counting(int(unit)):
            rolled[str(counting)] += count
    return rolled


def build_facets(
    chosen: RecommendationFilter, counts: Counts, organisations: OrganisationNames
) -> list[Facet]:
    """Put words to the counts, in the order in which officials ask."""
    names = chosen.names
    leads = [(str(pk), name) for pk, name in organisations.items()]
    parts = [*SEVEN_PARTS]
    parts.insert(parts.index(Timeliness.IN_TIME) + 1, Timeliness.DUE_SOON)
    build = _FacetBuilder(chosen, counts)
    return [
        build.by_key("resolution", names.resolution),
        build.fixed("progress", Progress),
        build.fixed("timeliness", parts),
        build.by_key("province", chosen.named_provinces, largest_first=True),
        build.largest("lead", leads),
        build.fixed("confirmation", ConfirmationState),
        build.pairs("answer", ANSWERS),
        build.fixed("kind", RecommendationKind),
        build.by_key("topic", names.topic),
        build.fixed("flag", Flag),
    ]


class _FacetBuilder:
    def __init__(self, chosen: RecommendationFilter, counts: Counts) -> None:
        self.chosen, self.counts = chosen, counts

    def option(self, name: str, value: str, label: str, key: str = "") -> Option:
        return Option(
            value=value,
            label=str(label),
            count=self.counts.facets[name].get(key or value, 0),
            is_selected=value in self.chosen.values.getlist(name),
            is_narrower=value == Timeliness.DUE_SOON,
        )

    def facet(self, name: str, options: list[Option], *, is_data: bool) -> Facet:
        return Facet(name, str(FILTER_LABELS[name]), tuple(options), is_data)

    def fixed(self, name: str, choices: Iterable[Any]) -> Facet:
        return self.pairs(name, [(one.value, one.label) for one in choices])

    def pairs(self, name: str, pairs: Iterable[tuple[str, Any]]) -> Facet:
        options = [self.option(name, value, label) for value, label in pairs]
        return self.facet(name, options, is_data=False)

    def by_key(
        self, name: str, named: Iterable[Named], *, largest_first: bool = False
    ) -> Facet:
        options = [self.option(name, one.key, one.name, str(one.pk)) for one in named]
        worth = [one for one in options if one.count or one.is_selected]
        if largest_first:
            worth.sort(key=lambda one: -one.count)
        return self.facet(name, worth, is_data=True)

    def largest(self, name: str, pairs: list[tuple[str, str]]) -> Facet:
        options = [self.option(name, NONE, _("Not determined"))]
        options += [self.option(name, value, text) for value, text in pairs]
        worth = [one for one in options if one.count or one.is_selected]
        worth.sort(key=lambda one: (one.value == NONE, -one.count, one.label))
        return self.facet(name, worth, is_data=True)
