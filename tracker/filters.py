"""The one filter of recommendations: behind the page, its counts and its exports."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any

import django_filters as filters
from django.db.models import F, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from provinces.folding import sort_key
from provinces.models import User
from provinces.register import Register
from provinces.succession import register_of
from tracker.choices import (
    AnswerOutcome,
    ConfirmationState,
    Flag,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.days import read_day
from tracker.models import Recommendation
from tracker.models.kept_counts import Narrowed, counts_tell
from tracker.models.recommendations import RecommendationQuerySet as Rows
from tracker.models.reference_names import Named, ReferenceNames
from tracker.timeliness import timeliness_conditions

NONE = "none"
SORTS = {
    "code": ("code_prefix", "code_year", "code_number"),
    "due_on": ("due_on",),
    "updated": ("last_update_at",),
    "wording": ("wording_key",),
    "lead": ("lead__sort_key",),
}
FILTER_LABELS = {
    "resolution": gettext_lazy("Resolution"),
    "progress": gettext_lazy("Progress"),
    "timeliness": gettext_lazy("Deadline"),
    "confirmation": gettext_lazy("Confirmation"),
    "answer": gettext_lazy("Answer"),
    "province": gettext_lazy("Province"),
    "lead": gettext_lazy("Lead organisation"),
    "addressee": gettext_lazy("Addressee"),
    "kind": gettext_lazy("Kind"),
    "session": gettext_lazy("Session"),
    "topic": gettext_lazy("Topic"),
    "flag": gettext_lazy("Needs attention"),
}
# What the answer of a recommendation may be asked for, none of them first.
ANSWERS = (
    (NONE, pgettext_lazy("answer", "None yet")),
    *AnswerOutcome.choices,
)
# Belong to the page and not to the filter: which part of the list, of which saved view,
# whether to count also what takes long, and the facet of which all choices are listed.
PAGE, VIEW, COUNTED, OPENED = "page", "view", "counted", "opened"
OF_PAGE = frozenset({PAGE, VIEW, COUNTED, OPENED})
COMPLETELY = "all"
AS_OF = "as_of"
# Said once; of several the last one holds.
SINGLE = {"q", "sort", AS_OF, VIEW, COUNTED, OPENED}
MAX_QUERY_LENGTH = 200


def is_page(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and 0 < len(typed.lstrip("0")) < 10


class RecommendationFilter(filters.FilterSet):
    """Narrows what a person may see; never widens it. Parameters: product rules §5."""

    resolution = filters.MultipleChoiceFilter()
    progress = filters.MultipleChoiceFilter()
    timeliness = filters.MultipleChoiceFilter()
    confirmation = filters.MultipleChoiceFilter()
    answer = filters.MultipleChoiceFilter()
    kind = filters.MultipleChoiceFilter()
    province = filters.MultipleChoiceFilter()
    lead = filters.MultipleChoiceFilter()
    addressee = filters.MultipleChoiceFilter()
    session = filters.MultipleChoiceFilter()
    topic = filters.MultipleChoiceFilter()
    flag = filters.MultipleChoiceFilter()
    q = filters.CharFilter(max_length=MAX_QUERY_LENGTH, label=gettext_lazy("Search"))
    sort = filters.ChoiceFilter()

    class Meta:
        model = Recommendation
        fields: list[str] = []

    def __init__(
        self,
        data: QueryDict,
        *,
        user: User,
        on: date,
        names: ReferenceNames | None = None,
    ) -> None:
        self.user, self.today, self.asked = user, on, data
        self.names = names or ReferenceNames.read(
            user, on=on, sessions=data.getlist("session")
        )
        self.values, self.unknown = self.separate_unknown(data)
        self.on = read_day(self.values.get(AS_OF, "")) or on
        rows = Recommendation.objects.visible_to(user)
        if self.is_past:
            rows = rows.standing_at(on=self.on)
        super().__init__(self.values, queryset=rows)
        # What is unknown is out already: the form has nothing left to refuse.
        for name, values in self.values.lists():
            if name in self.filters and self.known_values[name] is not None:
                self.filters[name].extra["choices"] = [(v, v) for v in values]
        self.is_valid()

    @property
    def wrong_day(self) -> str:
        """Give what was typed as a day and is none, to be shown where it was typed."""
        return "" if AS_OF in self.values else self.asked.get(AS_OF, "")[:20]

    @property
    def day_as_typed(self) -> str:
        """Give what stands in the field of the day: nothing while none is asked for."""
        return f"{self.on:%d/%m/%Y}" if AS_OF in self.values else self.wrong_day

    @property
    def is_past(self) -> bool:
        """True where the state of an earlier day is asked for."""
        return self.on < self.today

    @cached_property
    def register(self) -> Register:
        return register_of(self.user)

    @cached_property
    def known_values(self) -> dict[str, Iterable[str] | None]:
        """What each parameter may say; None where anything goes."""
        bodies = {str(pk): None for pk in self.register.bodies} | {NONE: None}
        return {
            "resolution": [one.key for one in self.names.resolution],
            "progress": Progress.values,
            "timeliness": Timeliness.values,
            "confirmation": ConfirmationState.values,
            "answer": [NONE, *AnswerOutcome.values],
            "kind": RecommendationKind.values,
            "province": [one.key for one in self.names.province],
            "lead": bodies,
            "addressee": bodies,
            "session": [one.key for one in self.names.session],
            "topic": [one.key for one in self.names.topic],
            "flag": Flag.values,
            "q": None,
            AS_OF: None,
            "sort": [sort for name in SORTS for sort in (name, f"-{name}")],
        }

    def separate_unknown(self, data: QueryDict) -> tuple[QueryDict, list[str]]:
        """Keep what is known; name the rest, so that nobody is misled by a typo."""
        values, unknown = QueryDict(mutable=True), []
        for name, typed in data.lists():
            if name in SINGLE:
                unknown += [f"{name}={value}"[:80] for value in typed[:-1]]
                typed = typed[-1:]
            for value in typed:
                if name in self.known_values and value == "":
                    continue
                understood = self.understand(name, value)
                if understood is None:
                    unknown.append(f"{name}={value}"[:80])
                elif name not in OF_PAGE:
                    values.appendlist(name, understood)
        return values, unknown

    def understand(self, name: str, value: str) -> str | None:
        """Give a value as addresses write it; None where it means nothing."""
        if name in {PAGE, VIEW}:
            return value if is_page(value) else None
        if name == COUNTED:
            return value if value == COMPLETELY else None
        if name == OPENED:
            return value if value in FILTER_LABELS else None
        if name == AS_OF:
            day = read_day(value)
            # Of a day to come nobody knows anything yet.
            return f"{day}" if day and day <= self.today else None
        known = self.known_values.get(name, ())
        if known is None:
            fits = len(value) <= MAX_QUERY_LENGTH and "\0" not in value
            return value if fits else None
        return value if value in known else None

    @property
    def named_organisations(self) -> set[int]:
        """The organisations that the parameters name."""
        typed = self.values.getlist("lead") + self.values.getlist("addressee")
        return {int(value) for value in typed if value != NONE}

    @property
    def hidden_names(self) -> list[dict[str, Any]]:
        """Parameters that no facet shows and the form still has to carry."""
        names = ("addressee", "session", "sort")
        carried = [{"name": n, "values": self.values.getlist(n)} for n in names]
        return [*carried, {"name": VIEW, "values": [self.view] if self.view else []}]

    @property
    def names_beside_report(self) -> list[dict[str, Any]]:
        """Parameters that the form of reports does not show and has to carry."""
        shown = {"resolution", "province", "lead", "session", AS_OF, "sort"}
        names = [name for name in self.known_values if name not in shown]
        return [{"name": n, "values": self.values.getlist(n)} for n in names]

    @property
    def chosen_resolutions(self) -> list[str]:
        return self.values.getlist("resolution")

    @property
    def chosen_leads(self) -> list[str]:
        return self.values.getlist("lead")

    @property
    def chosen_sessions(self) -> list[str]:
        return self.values.getlist("session")

    @property
    def chosen_provinces(self) -> list[str]:
        return self.values.getlist("province")

    @property
    def named_provinces(self) -> list[Named]:
        """Units by their codes, those that ended marked."""
        former = _("%(name)s (former)")
        successors = self.register.province_successor
        return [
            Named(one.pk, one.key, former % {"name": one.name})
            if successors.get(one.pk) is not None
            else one
            for one in self.names.province
        ]

    @property
    def province_choices(self) -> list[Named]:
        """Units by the Vietnamese alphabet."""
        return sorted(self.named_provinces, key=lambda one: sort_key(one.name))

    @property
    def view(self) -> str:
        """The number of the saved view that the filter was made from, if any."""
        asked = self.asked.get(VIEW, "")
        return asked if is_page(asked) else ""

    @property
    def opened(self) -> str:
        """The facet of which all choices are asked for, if any."""
        return self.understand(OPENED, self.asked.get(OPENED, "")) or ""

    @property
    def address(self) -> str:
        """The query string of exactly this filter, the first page of it."""
        return f"?{self.values.urlencode()}" if self.values else "?"

    def address_with(self, **changed: str) -> str:
        """The same as a part of the page: in another order, in its saved view."""
        values = self.values.copy()
        if self.view:
            values[VIEW] = self.view
        for name, value in changed.items():
            values[name] = value
        return f"?{values.urlencode()}"

    def address_opening(self, facet: str) -> str:
        """The same with all choices of a facet, or with its first ones again."""
        opened = {} if facet == self.opened else {OPENED: facet}
        return self.address_with(**opened)

    def ids_of(self, name: str) -> list[int]:
        """Give the resolutions, topics or provinces that a parameter names."""
        keys = self.values.getlist(name)
        return [one.pk for one in getattr(self.names, name) if one.key in keys]

    @property
    def asked_units(self) -> frozenset[int]:
        """The provinces asked for, with all that ended in them."""
        return self.register.with_predecessors(self.ids_of("province"))

    @cached_property
    def kept_counts(self) -> Narrowed | None:
        """Give what to ask the kept counts; None where only the rows can tell."""
        known = {"resolution", "progress", "province"}
        resolutions = self.ids_of("resolution")
        is_told = counts_tell(self.user, is_past=self.is_past) and len(resolutions) < 2
        if not is_told or not self.conditions.keys() <= known:
            return None
        return Narrowed(
            resolution=resolutions[0] if resolutions else None,
            progress=tuple(self.values.getlist("progress")),
            provinces=tuple(sorted(self.asked_units)),
        )

    # -- the ways of narrowing ---------------------------------------------------

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """What each filter that says anything asks of a row."""
        return {
            name: self.condition(name, value)
            for name, value in self.form.cleaned_data.items()
            if value and name != "sort"
        }

    def condition(self, name: str, value: Any) -> Q:
        rows = self.queryset
        match name:
            case "resolution" | "topic":
                return self.by_link(name)
            case "timeliness":
                return self.by_timeliness(value)
            case "province":
                return Q(province__in=self.asked_units)
            case "lead" | "addressee":
                return self.by_organisation(name, value)
            case "flag":
                return rows.flag_condition(*map(Flag, value), on=self.on)
            case "q":
                return rows.text_condition(value)
            case "answer":
                value = ["" if one == NONE else one for one in value]
        return Q(**{f"{rows.column(name)}__in": value})

    def by_link(self, name: str) -> Q:
        """Match a many-to-many link by its key, without multiplying rows."""
        named: dict[str, Any] = {
            "resolution": Recommendation.resolutions,
            "topic": Recommendation.topics,
        }
        links = named[name].through.objects.filter(**{f"{name}__in": self.ids_of(name)})
        return Q(pk__in=links.values("recommendation"))

    def by_timeliness(self, values: list[str]) -> Q:
        wanted = {*values}
        if Timeliness.IN_TIME in wanted:
            wanted.add(Timeliness.DUE_SOON)
        conditions = timeliness_conditions(on=self.on, column=self.queryset.column)
        found = Q()
        for one in sorted(wanted):
            found |= conditions[Timeliness(one)]
        return found

    def by_organisation(self, name: str, values: list[str]) -> Q:
        wanted = Q(**{f"{name}__in": [int(v) for v in values if v != NONE]})
        if NONE in values:
            wanted |= Q(**{f"{name}__isnull": True})
        return wanted

    def narrowed(self, *, without: str = "") -> Rows:
        """Give the rows that every filter lets through, leaving one filter out."""
        asked = [one for name, one in self.conditions.items() if name != without]
        return self.queryset.filter(*asked)

    def filter_queryset(self, queryset: Rows) -> Rows:
        return self.in_order(self.narrowed(), self.form.cleaned_data["sort"])

    def in_order(self, rows: Rows, sort: str) -> Rows:
        if not sort:
            return rows.closest_match_first(self.form.cleaned_data["q"])
        columns = [rows.column(name) for name in SORTS[sort.removeprefix("-")]]
        direction: Callable[..., Any] = F.desc if sort.startswith("-") else F.asc
        ordering = [direction(F(column), nulls_last=True) for column in columns]
        return rows.order_by(*ordering, *SORTS["code"])
