"""Pages, acts and exports of recommendations."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBadRequest,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from provinces.succession import OrganisationNames, name_organisations
from tracker.addresses import canonical_query, query_of_rows
from tracker.facet_counts import count_facets
from tracker.facets import build_facets
from tracker.filter_words import describe_filter
from tracker.filters import (
    COMPLETELY,
    COUNTED,
    NONE,
    PAGE,
    RecommendationFilter,
)
from tracker.forms.saved_views import SavedViewForm
from tracker.htmx import wants_fragment
from tracker.models import (
    DeadlineChange,
    SavedView,
    StatusUpdate,
)
from tracker.paging import read_page
from tracker.permissions import can_change_view, can_enter, can_record_together
from tracker.reading_place import may_last
from tracker.reports.list_lines import build_list_lines
from tracker.reports.progress import (
    PAST_REMARK,
    ProgressReport,
    build_progress_report,
)
from tracker.reports.writers.csv import write_csv
from tracker.reports.writers.xlsx import write_xlsx
from tracker.services.deadlines import set_deadline
from tracker.services.history import stand_as_of
from tracker.services.leads import assign_lead
from tracker.services.progress import record_progress
from tracker.services.turns import NoTurnError, Turn, take_turn
from tracker.tabs import (
    build_tabs,
    find_followers,
    name_unknown,
    present_bodies,
)
from tracker.views.recommendation_page import (
    act_on_recommendation,
    find_recommendation,
    show_recommendation,
)
from tracker.views.requests import SignedInRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Whoever waits for a turn at exporting asks again after so many seconds.
ASK_AGAIN = 10

# -- the list ---------------------------------------------------------------------


@require_safe
@vary_on_headers("HX-Request")
def recommendation_list(request: SignedInRequest) -> HttpResponse:
    chosen = RecommendationFilter(
        request.GET, user=request.user, on=timezone.localdate()
    )
    counts = count_facets(chosen, completely=request.GET.get(COUNTED) == COMPLETELY)
    rows = chosen.qs.with_list_relations()
    page = read_page(rows, counts.total, settings.LIST_PAGE_SIZE, request.GET.get(PAGE))
    names = name_organisations(
        {row.lead_id for row in page}
        | {int(key) for key in counts.facets["lead"] if key != NONE}
        | chosen.named_organisations
        | {*present_bodies(chosen).values()},
        chosen.register,
    )
    if chosen.is_past:
        stand_as_of(page, on=chosen.on)
    of_rows = query_of_rows(chosen, page.number)
    context = {
        "chosen": chosen,
        "facets": build_facets(chosen, counts, names),
        "total": counts.total,
        "has_more": counts.has_more,
        "address_counted": chosen.address_with(**{COUNTED: COMPLETELY}),
        "page": page,
        "page_numbers": page.paginator.get_elided_page_range(
            page.number, on_each_side=2
        ),
        "lines": build_list_lines(
            page,
            on=chosen.on,
            back=f"?{of_rows.urlencode()}",
            names=names,
            resolutions=chosen.names.resolution,
        ),
        "query_of_rows": list(of_rows.lists()),
        "filter_in_words": describe_filter(chosen, names),
        "today": chosen.on,
        "remark": PAST_REMARK if chosen.is_past else "",
        "may_enter": can_enter(request.user),
        "may_record": can_record_together(request.user) and not chosen.is_past,
        **_saved_views(chosen, names),
    }
    name = "_recommendation_list" if wants_fragment(request) else "recommendation_list"
    return render(request, f"tracker/{name}.html", context)


def _saved_views(
    chosen: RecommendationFilter, names: OrganisationNames
) -> dict[str, Any]:
    """Say which saved view is shown and what of it holds no longer; offer to save."""
    tabs, query, user = build_tabs(chosen), canonical_query(chosen), chosen.user
    initial, active = {"query": query}, tabs.active
    is_own = active is not None and can_change_view(user, active)
    context: dict[str, Any] = {"tabs": tabs}
    if tabs.untouched:
        context["gone"] = name_unknown(chosen)
        context["followers"] = find_followers(tabs.untouched, chosen, names)
    if query and not (tabs.untouched and is_own):
        context["new_view_form"] = SavedViewForm(
            subject=SavedView(), user=user, initial=initial
        )
    if query and is_own and tabs.is_changed:
        context["change_view_form"] = SavedViewForm(
            subject=active, user=user, initial=initial, auto_id="change-%s"
        )
    return context


# -- exports ----------------------------------------------------------------------


@may_last
@require_safe
def recommendation_export_csv(request: SignedInRequest) -> HttpResponseBase:
    return _export(request, "csv", _answer_csv)


@may_last
@require_safe
def recommendation_export_xlsx(request: SignedInRequest) -> HttpResponseBase:
    return _export(request, "xlsx", _answer_xlsx)


def _export(
    request: SignedInRequest,
    kind: str,
    answer: Callable[[ProgressReport, Turn], HttpResponseBase],
) -> HttpResponseBase:
    """Give the list as a file when it is its turn."""
    chosen = RecommendationFilter(
        request.GET, user=request.user, on=timezone.localdate()
    )
    if chosen.unknown:
        return _refuse_unknown(chosen)
    report = _report(chosen)
    try:
        turn = take_turn(chosen.narrowed(), by=request.user)
    except NoTurnError:
        return _ask_to_wait(request, chosen)
    response = answer(report, turn)
    name = f"{_file_name(chosen)}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _answer_csv(report: ProgressReport, turn: Turn) -> HttpResponseBase:
    pieces = turn.hold(write_csv(report))
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")


def _answer_xlsx(report: ProgressReport, turn: Turn) -> HttpResponseBase:
    try:
        return FileResponse(write_xlsx(report), content_type=XLSX)
    finally:
        turn.end()


def _ask_to_wait(
    request: SignedInRequest, chosen: RecommendationFilter
) -> HttpResponse:
    """Show a page that asks again by itself until the file comes."""
    context = {"query": chosen.address}
    response = render(request, "tracker/export_waiting.html", context, status=429)
    response["Refresh"] = response["Retry-After"] = f"{ASK_AGAIN}"
    return response


def _report(chosen: RecommendationFilter) -> ProgressReport:
    names = name_organisations(chosen.named_organisations, chosen.register)
    return build_progress_report(
        chosen.qs,
        on=chosen.on,
        filter_in_words=describe_filter(chosen, names),
        by=chosen.user,
    )


def _refuse_unknown(chosen: RecommendationFilter) -> HttpResponse:
    text = _("Unknown in the address: %(names)s. Nothing was exported.")
    names = ", ".join(chosen.unknown)
    return HttpResponseBadRequest(
        text % {"names": names}, content_type="text/plain; charset=utf-8"
    )


def _file_name(chosen: RecommendationFilter) -> str:
    """Say what the file is: kien-nghi_23-nq-tw_overdue_2026-11-23."""
    said = (
        *("resolution", "progress", "timeliness", "confirmation", "answer"),
        *("kind", "province", "flag"),
    )
    # "none" and "noted" alone would not say of what.
    parts = [
        f"{name}-{value}" if name == "answer" else value
        for name in said
        for value in chosen.values.getlist(name)
    ][:6]
    if set(chosen.values) - {*said, "sort", "as_of"} or len(parts) == 6:
        parts.append("loc")
    return "_".join(["kien-nghi", *parts, f"{chosen.on}"])


# -- one recommendation -----------------------------------------------------------


@require_safe
def recommendation(request: SignedInRequest, code: str) -> HttpResponse:
    return show_recommendation(request, find_recommendation(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_record_progress(request: SignedInRequest, code: str) -> HttpResponse:
    return act_on_recommendation(
        request, code, "progress", record_progress, _describe_update
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_assign_lead(request: SignedInRequest, code: str) -> HttpResponse:
    return act_on_recommendation(
        request,
        code,
        "lead",
        assign_lead,
        lambda made: _("The assignment was saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_set_deadline(request: SignedInRequest, code: str) -> HttpResponse:
    return act_on_recommendation(
        request, code, "deadline", set_deadline, _describe_deadline
    )


def _describe_update(made: StatusUpdate) -> str:
    """Say what was recorded, and when it leaves the present as it was."""
    present = made.recommendation
    if present.current_update == made:
        return _("The update was recorded.")
    words = _("The update was recorded; the present progress is still: %(progress)s.")
    return words % {"progress": present.get_progress_display()}


def _describe_deadline(made: DeadlineChange) -> str:
    """Say what was recorded, and when it leaves the present as it was."""
    present = made.recommendation.due_on
    if present == made.due_on:
        return _("The deadline was recorded.")
    words = _("The deadline was recorded; the present deadline is still: %(day)s.")
    return words % {"day": f"{present:%d/%m/%Y}" if present else _("Not determined")}
