"""The text of a document: setting it, and choosing a sentence in it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.forms.document_texts import DocumentTextForm
from tracker.models import Document
from tracker.permissions import can_enter
from tracker.reports.reader import list_choices
from tracker.services.document_texts import set_document_text
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def document_text(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = Document.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("kept_text"), pk=pk)
    return enter(
        request,
        DocumentTextForm,
        found,
        set_document_text,
        title=_("Text of the document"),
        done=_("The text was saved."),
        back=found,
        words={"about": found.title},
    )


@require_safe
def document_line(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Offer the sentences of one line to be quoted."""
    visible = Document.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("kept_text"), pk=pk)
    if not can_enter(request.user):
        raise PermissionDenied
    choices = list_choices(found, number)
    if choices is None:
        raise Http404
    context = {"document": found, "number": number, "choices": choices}
    return render(request, "tracker/document_line.html", context)
