"""The whole at a glance, as of a day."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tracker.filter_words import describe_filter
from tracker.filters import AS_OF, RecommendationFilter
from tracker.htmx import wants_fragment
from tracker.reports.overview import Scope, build_overview
from tracker.reports.tallies import MEASURES, TOTAL, Measure
from tracker.views.requests import SignedInRequest

NARROWED_BY = ("resolution", "province", AS_OF)
MEASURE = "count"


@require_safe
@vary_on_headers("HX-Request")
def overview(request: SignedInRequest) -> HttpResponse:
    asked = AskedOverview.read(request)
    chosen = asked.chosen
    context = {
        "chosen": chosen,
        "unknown": asked.unknown,
        "overview": build_overview(_scope_of(chosen), asked.measure),
        "measures": MEASURES.values(),
        "filter_in_words": describe_filter(chosen, {}, with_day=False),
        "address": chosen.values.urlencode(),
        # Each stands before the rest of an address of the list.
        "prefix": _prefix_without(chosen, ""),
        "of_every_province": _prefix_without(chosen, "province"),
        "of_every_resolution": _prefix_without(chosen, "resolution"),
    }
    name = "_overview_content" if wants_fragment(request) else "overview"
    return render(request, f"tracker/{name}.html", context)


@dataclass(frozen=True)
class AskedOverview:
    """What an overview is asked for, and what of the address was not understood."""

    chosen: RecommendationFilter
    measure: Measure
    unknown: list[str]

    @classmethod
    def read(cls, request: SignedInRequest) -> "AskedOverview":
        known, unknown = QueryDict(mutable=True), []
        measure = TOTAL
        for name, values in request.GET.lists():
            if name in NARROWED_BY:
                known.setlist(name, values)
            elif name == MEASURE and values[-1] in MEASURES:
                measure = MEASURES[values[-1]]
            else:
                unknown += [f"{name}={value}"[:80] for value in values]
        chosen = RecommendationFilter(known, user=request.user, on=timezone.localdate())
        # Of a wrong day the page speaks beside its field.
        wrong = f"{AS_OF}={chosen.wrong_day}" if chosen.wrong_day else "="
        unknown += [one for one in chosen.unknown if not one.startswith(wrong)]
        return cls(chosen, measure, unknown)


def _scope_of(chosen: RecommendationFilter) -> Scope:
    return Scope(
        user=chosen.user,
        rows=chosen.narrowed(),
        of_every_province=chosen.narrowed(without="province"),
        of_every_resolution=chosen.narrowed(without="resolution"),
        resolutions=frozenset(chosen.ids_of("resolution")),
        provinces=chosen.asked_units,
        on=chosen.on,
        kept=chosen.kept_counts,
    )


def _prefix_without(chosen: RecommendationFilter, name: str) -> str:
    values = chosen.values.copy()
    values.pop(name, None)
    return f"{values.urlencode()}&" if values else ""
