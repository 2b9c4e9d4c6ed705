"""Pages of provinces: who they were, and what was raised, asked and reported there."""

from datetime import date

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from provinces.folding import sort_key
from provinces.succession import (
    find_merger,
    name_organisations,
    register_of,
)
from tracker.choices import Progress, Timeliness
from tracker.days import read_day
from tracker.htmx import wants_fragment
from tracker.models import Finding, Indicator, Recommendation, WorkingSession
from tracker.reports.excerpt import build_excerpts, count_all, leads_of
from tracker.reports.provinces import build_province_lines, map_provinces
from tracker.reports.tallies import MEASURES, TOTAL
from tracker.views.requests import SignedInRequest

# What every line of the list says already.
IN_EVERY_LINE = {"total", Progress.COMPLETED, Timeliness.OVERDUE}
# The last day on which there were 63 (Nghị quyết 202/2025/QH15).
LAST_DAY_OF_63 = date(2025, 6, 30)


@require_safe
@vary_on_headers("HX-Request")
def province_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    typed, key = request.GET.get("in_force_on", ""), request.GET.get("count", "")
    day, measure = read_day(typed), MEASURES.get(key, TOTAL)
    lines = build_province_lines(
        request.user, in_force_on=day or today, counted_on=today, measure=measure
    )
    unknown = {"in_force_on": typed and not day, "count": key and key not in MEASURES}
    context = {
        "lines": lines,
        "map": map_provinces(lines, measure, on=day or today),
        "measures": MEASURES.values(),
        "is_extra": measure.key not in IN_EVERY_LINE,
        "day": day,
        "last_day_of_63": LAST_DAY_OF_63,
        "unknown": ", ".join(name for name, is_so in unknown.items() if is_so),
        "today": today,
    }
    name = "_province_list" if wants_fragment(request) else "province_list"
    return render(request, f"provinces/{name}.html", context)


@require_safe
def province(request: SignedInRequest, slug: str) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    register = register_of(user)
    units = register.units
    unit = next((one for one in units.values() if one.province.slug == slug), None)
    if unit is None:
        raise Http404
    family = register.with_predecessors([unit.province.pk])
    there = Q(province__in=family)
    excerpts = build_excerpts(
        Recommendation.objects.visible_to(user).filter(there), on=today
    )
    bodies = {pk: one for pk, one in register.bodies.items() if one.province in family}
    names = name_organisations(leads_of(excerpts) | {*bodies}, register)
    found = {pk: find_merger(units[pk], units) for pk in sorted(family)}
    mergers = {pk: merger for pk, merger in found.items() if merger}
    context = {
        "province": unit.province,
        "name": unit.name_on(today),
        "names_over_time": unit.names,
        "mergers": sorted(
            mergers.values(), key=lambda merger: sort_key(merger.ended.name)
        ),
        "predecessors": {
            pk: merger.ended for pk, merger in mergers.items() if pk != unit.province.pk
        },
        "names": names,
        "excerpts": excerpts,
        "count": count_all(excerpts),
        "bodies": [pk for pk, one in bodies.items() if not one.has_ended(today)],
        "ended_bodies": {
            pk: one.valid_to for pk, one in bodies.items() if one.has_ended(today)
        },
        "sessions": WorkingSession.objects.visible_to(user)
        .filter(there)
        .latest_first(),
        "findings": Finding.objects.visible_to(user).reported_in(family).by_kind(user),
        "indicators": Indicator.objects.filter(there).with_figures(user),
        "today": today,
    }
    return render(request, "provinces/province.html", context)
