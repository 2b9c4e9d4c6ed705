"""Official reports: build one, look at it, keep it, print it again, compare two."""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from provinces.models.together import read_together
from tracker.choices import ReportFormat, ReportKind
from tracker.filters import AS_OF
from tracker.forms.reports import ReportChoice
from tracker.htmx import wants_fragment
from tracker.models import Job, Report, ReportFile, SavedView
from tracker.permissions import can_keep_templates
from tracker.reports.comparison import Side, compare
from tracker.reports.counting import count_by_lead
from tracker.reports.official import lay_out, read_payload, write_payload
from tracker.services.jobs import start_job
from tracker.services.reports import (
    ReportDamagedError,
    add_file,
    can_print,
    formats_of,
    keep_report,
    print_again,
)
from tracker.tabs import order_views
from tracker.views.report_page import (
    SHOWN_EARLIER,
    SHOWN_ROWS,
    answer_keeping,
    show_damaged,
    show_report,
)
from tracker.views.requests import SignedInRequest, read_form_key, read_key

CONTENT_TYPES = {
    ReportFormat.DOCX: "application/vnd.openxmlformats-officedocument"
    ".wordprocessingml.document",
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument"
    ".spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv; charset=utf-8",
}
# More is a matter for the export of the list; more than the second is long work.
MOST_ROWS, MOST_AT_ONCE = 5000, 300


@require_safe
@vary_on_headers("HX-Request")
def report_list(request: SignedInRequest) -> HttpResponse:
    """Show the form, what the report would say, and the reports that were kept."""
    choice = ReportChoice(request.GET, request.user)
    report = None
    if 0 < choice.count <= MOST_ROWS:
        # What is looked at is read as it would be kept.
        content = read_payload(write_payload(choice.build()))
        report = lay_out(content, most_rows=SHOWN_ROWS)
    views, jobs, earlier = _read_own(request)
    context = {
        "choice": choice,
        "chosen": choice.chosen,
        "report": report,
        "most_rows": MOST_ROWS,
        "form_key": uuid4(),
        "leads": choice.leads,
        "saved_views": order_views(views, request.user),
        "other_filter": choice.other_filter,
        "query_pairs": choice.pairs,
        "earlier": earlier,
        "jobs": jobs,
        "may_keep_templates": can_keep_templates(request.user),
    }
    name = "_report_builder" if wants_fragment(request) else "report_list"
    return render(request, f"tracker/{name}.html", context)


def _read_own(request: SignedInRequest) -> tuple[list[SavedView], list[Job], Page]:
    """Read what stands around the form: two statements."""
    user = request.user
    kept = Report.objects.visible_to(user).newest_first()
    page = Paginator(kept, SHOWN_EARLIER).get_page(request.GET.get("page"))
    shown: Any = page.object_list
    views, jobs, page.object_list = read_together(
        SavedView.objects.visible_to(user),
        Job.objects.visible_to(user).alive(now=timezone.now()),
        kept.with_list_relations().filter(pk__in=shown.values("pk")),
    )
    return views, jobs, page


@require_POST
def report_keep(request: SignedInRequest) -> HttpResponse:
    """Keep the report of a choice as it is at this moment; a long one as a job."""
    choice = ReportChoice(QueryDict(request.POST.get("query", "")), request.user)
    key = read_form_key(request)
    # Who lost sight of a part of it meanwhile keeps no wider report unawares.
    if choice.chosen.unknown or not 0 < choice.count <= MOST_ROWS:
        return redirect(_back_to(request))

    def keep() -> Report | Job:
        if choice.count > MOST_AT_ONCE:
            total = choice.count + len(ReportFormat)
            return start_job(
                query=choice.query, form_key=key, total=total, by=request.user
            )
        return keep_report(choice.build(), key=key, **choice.kept_as)

    return answer_keeping(request, keep, back_to=_back_to(request))


def _back_to(request: SignedInRequest) -> str:
    return f"{request.path.removesuffix('keep/')}?{request.POST.get('query', '')}"


@require_safe
def report(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Show a kept report as it was made, from its payload alone."""
    return show_report(request, _find(request, key))


@require_safe
def report_file(request: SignedInRequest, key: UUID, kind: str) -> HttpResponse:
    """Give the very bytes that were kept."""
    kept = _find(request, key)
    get_object_or_404(ReportFile.objects.only("pk"), report=kept, format=kind)
    try:
        content = print_again(kept, ReportFormat(kind))
    except ReportDamagedError:
        return show_damaged(request, kept)
    response = HttpResponse(content, content_type=CONTENT_TYPES[ReportFormat(kind)])
    name = "don-doc" if kept.kind == ReportKind.LETTER else "bao-cao-tien-do"
    file_name = f"{name}_{kept.as_of}_{str(kept.key)[:8]}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def report_add_file(request: SignedInRequest, key: UUID, kind: str) -> HttpResponse:
    """Make another format of what was kept, from its payload."""
    kept = _find(request, key)
    if kind not in formats_of(kept.kind):
        raise BadRequest
    if not kept.is_whole:
        return show_damaged(request, kept)
    rows = len(read_payload(kept.payload)["items"])
    if not can_print(ReportFormat(kind), rows):
        raise PermissionDenied
    add_file(kept, ReportFormat(kind))
    return redirect("report-file", kept.key, kind)


@require_safe
def report_compare(request: SignedInRequest) -> HttpResponse:
    """Show what changed between two kept reports, or between two days."""
    asked = request.GET.copy()
    if "earlier" in asked:
        pair = _read_kept_pair(request)
    else:
        pair = _build_pair(request, asked)
    context: dict[str, Any] = {"changes": None}
    if pair:
        before, after = sorted(pair, key=lambda one: (one.as_of, one.frozen_at))
        context |= {"before": before, "after": after}
        # What was reported and what was confirmed of it are no change of each other.
        if before.basis == after.basis:
            context["changes"] = compare(before.items, after.items)
    return render(request, "tracker/report_compare.html", context)


def _read_kept_pair(request: SignedInRequest) -> list[Side]:
    pair = []
    for name in ("earlier", "later"):
        kept = _find(request, read_key(request.GET.get(name, "")))
        if not kept.is_whole:
            return []
        pair.append(Side.of_kept(read_payload(kept.payload)))
    return pair


def _build_pair(request: SignedInRequest, asked: QueryDict) -> list[Side]:
    choices: list[ReportChoice] = []
    for day in (asked.pop("since", [""])[-1], asked.get(AS_OF, "")):
        asked[AS_OF] = day
        # The form and the names of the first hold for the second.
        choice = ReportChoice(asked, request.user, beside=next(iter(choices), None))
        if not choice.is_good or choice.chosen.unknown or not day:
            return []
        choices.append(choice)
    counted = count_by_lead(*(one.chosen.qs for one in choices))
    if any(sum(of_it.values()) > MOST_ROWS for of_it in counted):
        return []
    return [one.build_side() for one in choices]


def _find(request: SignedInRequest, key: UUID) -> Report:
    return get_object_or_404(Report.objects.visible_to(request.user), key=key)
