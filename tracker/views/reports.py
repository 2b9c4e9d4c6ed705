"""Official reports: build one, look at it, keep it, print it again."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from provinces.succession import name_organisations
from tracker.choices import Basis, ReportFormat
from tracker.filters import RecommendationFilter, describe_filter
from tracker.models import Recommendation, Report, ReportFile, Resolution
from tracker.reports.official import (
    Scope,
    build_official_report,
    lay_out,
    read_payload,
    write_payload,
)
from tracker.reports.parts import OfficialReport
from tracker.services.reports import ReportDamagedError, keep_report, print_again
from tracker.services.submissions import AlreadySubmittedError
from tracker.views.requests import SignedInRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More is a matter for the export of the list.
MOST_ROWS = 5000
SHOWN_EARLIER = 50


@require_safe
def report_list(request: SignedInRequest) -> HttpResponse:
    """Show the form, what the report would say, and the reports that were kept."""
    chosen, basis = _read_scope(request.GET, request)
    is_asked = "as_of" in request.GET
    count = chosen.qs.count() if is_asked else 0
    report = None
    if is_asked and 0 < count <= MOST_ROWS:
        # What is looked at is read as it would be kept.
        built = _build(chosen, basis, request)
        report = lay_out(read_payload(write_payload(built)))
    context = {
        "chosen": chosen,
        "basis": basis,
        "bases": Basis,
        "is_asked": is_asked,
        "report": report,
        "count": count,
        "most_rows": MOST_ROWS,
        "query": _query_of(chosen, basis),
        "form_key": uuid4(),
        "earlier": Report.objects.visible_to(request.user)
        .newest_first()
        .select_related("author")
        .defer("payload")[:SHOWN_EARLIER],
        "today": timezone.localdate(),
    }
    return render(request, "tracker/report_list.html", context)


@require_POST
def report_keep(request: SignedInRequest) -> HttpResponse:
    """Keep the report of a filter as it is at this moment."""
    query = request.POST.get("query", "")
    chosen, basis = _read_scope(QueryDict(query), request)
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        raise BadRequest from None
    if chosen.unknown or not 0 < chosen.qs.count() <= MOST_ROWS:
        return redirect(f"{request.path.removesuffix('keep/')}?{query}")
    try:
        kept = keep_report(
            _build(chosen, basis, request),
            query=_query_of(chosen, basis),
            is_personal=_is_personal(chosen, request),
            key=key,
            by=request.user,
        )
    except AlreadySubmittedError as earlier:
        return redirect(earlier.answer)
    messages.success(request, _("The report was kept."))
    return redirect(kept)


@require_safe
def report(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Show a kept report as it was made, from its payload alone."""
    kept = _find(request, key)
    if not kept.is_whole:
        return _show_damaged(request, kept)
    context = {"kept": kept, "report": lay_out(read_payload(kept.payload))}
    return render(request, "tracker/report.html", context)


@require_safe
def report_file(request: SignedInRequest, key: UUID, kind: str) -> HttpResponse:
    """Give the very bytes that were kept."""
    kept = _find(request, key)
    get_object_or_404(ReportFile.objects.only("pk"), report=kept, format=kind)
    try:
        content = print_again(kept, ReportFormat(kind))
    except ReportDamagedError:
        return _show_damaged(request, kept)
    response = HttpResponse(content, content_type=XLSX)
    name = f"bao-cao-tien-do_{kept.as_of}_{str(kept.key)[:8]}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _find(request: SignedInRequest, key: UUID) -> Report:
    return get_object_or_404(Report.objects.visible_to(request.user), key=key)


def _show_damaged(request: SignedInRequest, kept: Report) -> HttpResponse:
    return render(request, "tracker/report_damaged.html", {"kept": kept}, status=409)


def _read_scope(
    asked: QueryDict, request: SignedInRequest
) -> tuple[RecommendationFilter, Basis]:
    """Read the filter of the list and the basis that stands beside it."""
    asked = asked.copy()
    named = asked.pop("basis", [""])[-1]
    basis = Basis(named) if named in Basis.values else Basis.REPORTED
    today = timezone.localdate()
    return RecommendationFilter(asked, user=request.user, on=today), basis


def _query_of(chosen: RecommendationFilter, basis: Basis) -> str:
    values = chosen.values.copy()
    values["as_of"] = f"{chosen.on}"
    values["basis"] = basis.value
    return values.urlencode()


def _build(
    chosen: RecommendationFilter, basis: Basis, request: SignedInRequest
) -> OfficialReport:
    names = name_organisations(chosen.named_organisations, chosen.register)
    named = chosen.values.getlist("resolution")
    resolutions = Resolution.objects.order_by("issued_on", "slug")
    if named:
        resolutions = resolutions.filter(slug__in=named)
    scope = Scope(
        rows=chosen.qs,
        in_words=describe_filter(chosen, names, with_day=False),
        resolutions=tuple(resolutions),
    )
    return build_official_report(
        scope,
        as_of=chosen.on,
        frozen_at=timezone.now(),
        basis=basis,
        issuer=request.user.organisation,
        viewer=request.user,
    )


def _is_personal(chosen: RecommendationFilter, request: SignedInRequest) -> bool:
    """True where a row is seen only by the one who recorded something of it."""
    shared = Recommendation.objects.visible_to(request.user, as_author=False)
    return chosen.qs.exclude(pk__in=shared.order_by().values("pk")).exists()
