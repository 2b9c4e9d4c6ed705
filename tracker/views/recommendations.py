"""Pages, acts and exports of recommendations."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBadRequest,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from provinces.models import User
from provinces.succession import (
    describe_province,
    name_organisations,
    register_of,
)
from tracker.facets import build_facets, count_facets
from tracker.filters import NONE, RecommendationFilter, describe_filter
from tracker.forms import DeadlineForm, LeadForm, ProgressForm, StampedForm
from tracker.htmx import wants_fragment
from tracker.models import (
    DeadlineChange,
    Document,
    Recommendation,
    StatusUpdate,
    WorkingSession,
)
from tracker.permissions import (
    can_assign_lead,
    can_record_progress,
    can_set_deadline,
)
from tracker.reports.progress import ProgressReport, build_progress_report
from tracker.reports.timeline import build_timeline
from tracker.reports.writers.csv import write_csv
from tracker.reports.writers.xlsx import write_xlsx
from tracker.services.deadlines import set_deadline
from tracker.services.leads import assign_lead
from tracker.services.progress import record_progress
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    check_stamp,
)
from tracker.views.requests import SignedInRequest

# -- the list ---------------------------------------------------------------------


@require_safe
@vary_on_headers("HX-Request")
def recommendation_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    chosen = RecommendationFilter(request.GET, user=request.user, on=today)
    counts = count_facets(chosen)
    paginator = Paginator(chosen.qs.with_list_relations(), settings.LIST_PAGE_SIZE)
    paginator.count = counts.total
    page = paginator.get_page(request.GET.get("page"))
    names = name_organisations(
        {row.lead_id for row in page}
        | {int(key) for key in counts.facets["lead"] if key != NONE}
        | chosen.named_organisations,
        chosen.register,
    )
    for row in page:
        row.lead_name = names.get(row.lead_id)
        row.timeliness = row.judge_timeliness(on=today)
    context = {
        "chosen": chosen,
        "facets": build_facets(chosen, counts, names),
        "total": counts.total,
        "page": page,
        "page_numbers": paginator.get_elided_page_range(page.number, on_each_side=2),
        "filter_in_words": describe_filter(chosen, names),
        "today": today,
    }
    name = "_recommendation_list" if wants_fragment(request) else "recommendation_list"
    return render(request, f"tracker/{name}.html", context)


# -- exports ----------------------------------------------------------------------


@require_safe
def recommendation_export_csv(request: SignedInRequest) -> HttpResponseBase:
    chosen = RecommendationFilter(
        request.GET, user=request.user, on=timezone.localdate()
    )
    if chosen.unknown:
        return _refuse_unknown(chosen)
    response = StreamingHttpResponse(
        write_csv(_report(chosen)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_file_name(chosen)}.csv"'
    return response


@require_safe
def recommendation_export_xlsx(request: SignedInRequest) -> HttpResponseBase:
    chosen = RecommendationFilter(
        request.GET, user=request.user, on=timezone.localdate()
    )
    if chosen.unknown:
        return _refuse_unknown(chosen)
    return FileResponse(
        write_xlsx(_report(chosen)),
        as_attachment=True,
        filename=f"{_file_name(chosen)}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


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
    said = ("resolution", "progress", "timeliness", "kind", "province", "flag")
    parts = [value for name in said for value in chosen.values.getlist(name)][:6]
    if set(chosen.values) - {*said, "sort"} or len(parts) == 6:
        parts.append("loc")
    return "_".join(["kien-nghi", *parts, f"{chosen.on}"])


# -- one recommendation -----------------------------------------------------------


@require_safe
def recommendation(request: SignedInRequest, code: str) -> HttpResponse:
    return _show(request, _find(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_record_progress(request: SignedInRequest, code: str) -> HttpResponse:
    found = _find(request, code)
    if request.method != "POST":
        return redirect(found)
    if not can_record_progress(request.user, found):
        raise PermissionDenied
    form = ProgressForm(request.POST, recommendation=found, user=request.user)
    return _act(request, found, form, record_progress, _describe_update)


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_assign_lead(request: SignedInRequest, code: str) -> HttpResponse:
    found = _find(request, code)
    if request.method != "POST":
        return redirect(found)
    if not can_assign_lead(request.user):
        raise PermissionDenied
    form = LeadForm(request.POST, recommendation=found, user=request.user)
    return _act(
        request, found, form, assign_lead, lambda made: _("The assignment was saved.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_set_deadline(request: SignedInRequest, code: str) -> HttpResponse:
    found = _find(request, code)
    if request.method != "POST":
        return redirect(found)
    if not can_set_deadline(request.user):
        raise PermissionDenied
    form = DeadlineForm(request.POST, recommendation=found, user=request.user)
    return _act(request, found, form, set_deadline, _describe_deadline)


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


def _find(request: SignedInRequest, code: str) -> Recommendation:
    visible = Recommendation.objects.visible_to(request.user).with_code(code)
    return get_object_or_404(visible.with_page_relations())


def _act(
    request: SignedInRequest,
    found: Recommendation,
    form: StampedForm,
    service: Callable[..., Any],
    describe: Callable[[Any], str],
) -> HttpResponse:
    """Hand a valid form to its service; every other end keeps what was typed."""
    try:
        if form.is_valid():
            made = service(found, **form.arguments(), by=request.user)
        else:
            # What happened since it was opened may be all that is wrong with it.
            _check_stamp(request, found, form)
            return _show(request, found, form, status=422)
    except AlreadySubmittedError as earlier:
        return redirect(earlier.answer)
    except EditConflictError as conflict:
        current = _find(request, found.code)
        form.renew(conflict.current)
        return _show(request, current, form, status=409)
    except ValidationError as refusal:
        form.add_refusal(refusal)
        return _show(request, found, form, status=422)
    messages.success(request, describe(made))
    return redirect(made)


def _check_stamp(
    request: SignedInRequest, found: Recommendation, form: StampedForm
) -> None:
    if form.stamp is not None:
        current = _find(request, found.code)
        check_stamp(current, stamp=form.stamp, act=form.act, by=request.user)


def _show(
    request: SignedInRequest,
    found: Recommendation,
    bound: StampedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with one form as it was typed and the others fresh."""
    user, today = request.user, timezone.localdate()
    register = register_of(user)
    if bound is not None:
        bound.focus_first_wrong()
    bodies = [found.lead_id, found.addressee_id, found.raised_by_id]
    bodies += [body.pk for body in found.coordinating.all()]
    names = name_organisations(bodies, register)
    context = {
        "recommendation": found,
        "timeliness": found.judge_timeliness(on=today),
        "today": today,
        "lead_name": names.get(found.lead_id),
        "addressee_name": names.get(found.addressee_id),
        "raised_by_name": names.get(found.raised_by_id),
        "session": WorkingSession.objects.visible_to(user)
        .filter(recommendations=found)
        .first(),
        "source": Document.objects.visible_to(user)
        .filter(passages__recommendations=found)
        .first(),
        "coordinating_names": [names[body.pk] for body in found.coordinating.all()],
        "province": found.province
        and describe_province(found.province.pk, register, on=found.raised_on),
        "timeline": build_timeline(found, register),
        **_forms(found, user, bound),
        "is_conflict": status == 409,
        "typed": bound,
    }
    return render(request, "tracker/recommendation.html", context, status=status)


def _forms(
    found: Recommendation, user: User, bound: StampedForm | None
) -> dict[str, StampedForm]:
    """Give the forms of what this person may do here, and no others."""
    offered = {
        "progress_form": (ProgressForm, can_record_progress(user, found)),
        "lead_form": (LeadForm, can_assign_lead(user)),
        "deadline_form": (DeadlineForm, can_set_deadline(user)),
    }
    forms = {}
    for name, (form, may) in offered.items():
        if isinstance(bound, form):
            forms[name] = bound
        elif may:
            forms[name] = form(recommendation=found, user=user)
    return forms
