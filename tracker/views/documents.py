"""Pages of source documents: what they say, where, and what became of it."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from provinces.succession import name_organisations, register_of
from tracker.forms.conflicts import is_id
from tracker.forms.documents import DocumentForm
from tracker.models import Document, WorkingSession
from tracker.permissions import can_enter
from tracker.reports.passages import trace_document
from tracker.reports.reader import build_reading
from tracker.services.documents import create_document, edit_document
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


@require_safe
def document_list(request: SignedInRequest) -> HttpResponse:
    visible = Document.objects.visible_to(request.user).newest_first()
    paginator = Paginator(visible.with_part_counts(), settings.LIST_PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    names = name_organisations(
        [one.issuer_id for one in page], register_of(request.user)
    )
    context = {
        "page": page,
        "total": paginator.count,
        "names": names,
        "may_enter": can_enter(request.user),
    }
    return render(request, "tracker/document_list.html", context)


@require_safe
def document(request: SignedInRequest, pk: int) -> HttpResponse:
    user = request.user
    visible = Document.objects.visible_to(user).with_page_relations(user)
    found = get_object_or_404(visible, pk=pk)
    trace = trace_document(found, user)
    text, page = found.text, request.GET.get("page")
    context = {
        "document": found,
        "may_enter": can_enter(user),
        "names": name_organisations([found.issuer_id], register_of(user)),
        "trace": trace,
        "reading": build_reading(text, trace.passages, page) if text else None,
        "flags": found.flags.with_decisions().order_by("pk"),
        "passages": {one.passage.pk: one.passage for one in trace.passages},
    }
    return render(request, "tracker/document.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_new(request: SignedInRequest) -> HttpResponse:
    """Enter a document; its address may name the session it belongs to."""
    asked = request.GET.get("session", "")
    visible = WorkingSession.objects.visible_to(request.user)
    session = visible.filter(pk=asked).first() if is_id(asked) else None
    return enter(
        request,
        DocumentForm,
        Document(),
        create_document,
        title=_("New document"),
        done=_("The document was added."),
        back=session,
        preset={"sessions": [session.pk]} if session else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    return enter(
        request,
        DocumentForm,
        found,
        edit_document,
        title=_("Edit the document"),
        done=_("The document was saved."),
        back=found,
    )
