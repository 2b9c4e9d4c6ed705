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
from tracker.facet_counts import Counts, most_shown
from tracker.filters import (
    ANSWERS,
    FILTER_LABELS,
    NONE,
    RecommendationFilter,
)
from tracker.models.reference_names import Named
from tracker.reports.counting import write_count
from tracker.timeliness import SEVEN_PARTS


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
    # How many choices there are beside those that are shown.
    left_out: int
    # The address with all choices, or with the first ones again.
    address_opening: str
    is_opened: bool
    is_data: bool
    # False where counting it would last: then only what is chosen is among its options.
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a facet could ask for, and of how many rows it is true."""

    value: str
    label: Any
    count: int


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

    def facet(self, name: str, choices: list[Choice], *, is_data: bool) -> Facet:
        """Show the first choices of a facet, what is chosen, and what has none."""
        is_counted = name not in self.counts.left_out
        most = most_shown(self.chosen, name) if is_data else len(choices)
        most = most if is_counted else 0
        selected = {*self.chosen.values.getlist(name)}
        shown = [
            one
            for at, one in enumerate(choices)
            if at < most or one.value in selected or (most and one.value == NONE)
        ]
        left_out = len(choices) - len(shown) + self.counts.unread.get(name, 0)
        return Facet(
            name,
            str(FILTER_LABELS[name]),
            tuple(self.option(one, selected) for one in shown),
            left_out if is_counted else 0,
            self.chosen.address_opening(name),
            name == self.chosen.opened,
            is_data,
            is_counted,
        )

    def option(self, choice: Choice, selected: set[str]) -> Option:
        return Option(
            value=choice.value,
            label=str(choice.label),
            count=choice.count,
            is_selected=choice.value in selected,
            is_narrower=choice.value == Timeliness.DUE_SOON,
            is_capped=self.counts.is_capped,
        )

    def choices(self, name: str, named: Iterable[tuple[str, str, Any]]) -> list[Choice]:
        """Count what has a key, a value and a label, and leave out what has no row."""
        counted, selected = self.counts.facets[name], self.chosen.values.getlist(name)
        found = [(value, label, counted.get(key, 0)) for key, value, label in named]
        return [Choice(*one) for one in found if one[2] or one[0] in selected]

    def fixed(self, name: str, choices: Iterable[Any]) -> Facet:
        return self.pairs(name, [(one.value, one.label) for one in choices])

    def pairs(self, name: str, pairs: Iterable[tuple[str, Any]]) -> Facet:
        counted = self.counts.facets[name]
        choices = [Choice(value, text, counted.get(value, 0)) for value, text in pairs]
        return self.facet(name, choices, is_data=False)

    def by_key(
        self, name: str, named: Iterable[Named], *, largest_first: bool = False
    ) -> Facet:
        worth = self.choices(name, [(str(one.pk), one.key, one.name) for one in named])
        if largest_first:
            worth.sort(key=lambda one: -one.count)
        return self.facet(name, worth, is_data=True)

    def largest(self, name: str, pairs: list[tuple[str, str]]) -> Facet:
        named = [(NONE, NONE, _("Not determined"))]
        named += [(value, value, text) for value, text in pairs]
        worth = self.choices(name, named)
        worth.sort(key=lambda one: (one.value == NONE, -one.count, one.label))
        return self.facet(name, worth, is_data=True)
