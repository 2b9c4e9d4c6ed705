"""Word templates of reports: which fields there are, the shipped ones, one's own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from provinces.choices import DocumentForm
from tracker.choices import ReportFormat
from tracker.forms.report_templates import ReportTemplateForm
from tracker.models import ReportTemplate
from tracker.permissions import can_keep_templates
from tracker.reports.layouts import read_template
from tracker.reports.template_fields import FIELDS
from tracker.services.report_templates import keep_template, take_template_back
from tracker.views.reports import CONTENT_TYPES
from tracker.views.requests import SignedInRequest


@require_safe
def report_template_list(request: SignedInRequest) -> HttpResponse:
    _refuse_others(request)
    return _show(request, ReportTemplateForm(initial={"form": DocumentForm.PARTY}))


@require_POST
def report_template_upload(request: SignedInRequest) -> HttpResponse:
    _refuse_others(request)
    form = ReportTemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        keep_template(
            form.cleaned_data["file"].read(),
            form=DocumentForm(form.cleaned_data["form"]),
            name=form.file_name,
            by=request.user,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, form, status=422)
    messages.success(request, _("Reports are printed in this template from now on."))
    return redirect("report-template-list")


@require_POST
def report_template_take_back(request: SignedInRequest, form: str) -> HttpResponse:
    _refuse_others(request)
    if form in DocumentForm.values:
        take_template_back(form=DocumentForm(form), by=request.user)
        messages.success(request, _("Reports are printed in the shipped template."))
    return redirect("report-template-list")


@require_safe
def report_template_shipped(request: SignedInRequest, form: str) -> HttpResponse:
    """Give the template that the product comes with, to be changed in Word."""
    _refuse_others(request)
    if form not in DocumentForm.values:
        raise Http404
    return _attach(read_template(form), f"mau-bao-cao_{form}.docx")


@require_safe
def report_template_own(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a template that somebody of the own body uploaded."""
    _refuse_others(request)
    own = ReportTemplate.objects.filter(organisation=request.user.organisation)
    found = get_object_or_404(own.exclude(content=b""), pk=pk)
    return _attach(bytes(found.content), f"mau-bao-cao_{found.form}_{pk}.docx")


def _refuse_others(request: SignedInRequest) -> None:
    if not can_keep_templates(request.user):
        raise PermissionDenied


def _attach(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[ReportFormat.DOCX])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(
    request: SignedInRequest, form: ReportTemplateForm, *, status: int = 200
) -> HttpResponse:
    own = ReportTemplate.objects.in_use(request.user.organisation_id)
    context = {
        "form": form,
        "forms": [(one, own.get(one)) for one in DocumentForm],
        "fields": FIELDS,
    }
    return render(request, "tracker/report_template_list.html", context, status=status)
