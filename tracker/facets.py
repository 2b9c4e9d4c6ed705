"""What a reader would get by asking otherwise: counts beside every choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from provinces.succession import OrganisationNames
from tracker.choices import (
    ConfirmationState,
    Flag,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.facet_counts import Counts
from tracker.filters import (
    ANSWERS,
    FILTER_LABELS,
    NONE,
    RecommendationFilter,
)
from tracker.models.reference_names import Named
from tracker.reports.counting import write_count
from tracker.timeliness import SEVEN_PARTS

# Choices of a facet seen at once, and those that open below them.
FIRST, FURTHER = 8, 40


@dataclass(frozen=True)
class Option:
    """One line of a facet: what it filters by, what it is called, how many rows."""

    value: str
    label: str
    count: int
    is_selected: bool
    is_narrower: bool = False
    is_capped: bool = False

    @property
    def in_words(self) -> str:
        """Write it as print does: 81.430; "81.430+" where it is that at least."""
        written = str(self.count) if self.count < 1000 else write_count(self.count)
        return f"{written}+" if self.is_capped and self.count else written


@dataclass(frozen=True)
class Facet:
    """One question of the filter; `is_data` when its answers are Vietnamese names."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_data: bool
    # False where counting it would last: then only what is chosen is among its options.
    is_counted: bool

    @property
    def first_options(self) -> tuple[Option, ...]:
        return self.options[:FIRST]

    @property
    def further_options(self) -> tuple[Option, ...]:
        """The rest: of more than a list can show, the first and what is chosen."""
        rest = self.options[FIRST:]
        return tuple(
            one for at, one in enumerate(rest) if at < FURTHER or one.is_selected
        )

    @property
    def left_out(self) -> int:
        """How many choices there are beside those that are shown."""
        shown = len(self.first_options) + len(self.further_options)
        return len(self.options) - shown

    @property
    def has_further_selected(self) -> bool:
        return any(option.is_selected for option in self.further_options)


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
            is_capped=self.counts.is_capped,
        )

    def facet(self, name: str, options: list[Option], *, is_data: bool) -> Facet:
        is_counted = name not in self.counts.left_out
        if not is_counted:
            options = [one for one in options if one.is_selected]
        return Facet(
            name, str(FILTER_LABELS[name]), tuple(options), is_data, is_counted
        )

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
