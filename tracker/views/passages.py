"""What is quoted from a document: one passage, entering and editing it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.forms.conflicts import is_id
from tracker.forms.passages import PassageForm
from tracker.models import Document, Indicator, Passage, WorkingSession
from tracker.permissions import can_enter
from tracker.reports.passages import trace_document
from tracker.reports.reader import propose_passage
from tracker.services.documents import create_passage, edit_passage
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


def find_named_passage(request: SignedInRequest) -> Passage | None:
    """Give the passage that an address names, where its document is to be seen."""
    key = request.GET.get("passage", "")
    visible = Passage.objects.visible_to(request.user).select_related("document")
    return visible.filter(pk=key).first() if is_id(key) else None


@require_safe
def passage(request: SignedInRequest, pk: int, passage: int) -> HttpResponse:
    """Show one passage, and offer what can be made of it."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    found = get_object_or_404(document.passages, pk=passage)
    trace = trace_document(document, request.user)
    context = {
        "document": document,
        "traced": trace.find(found.pk),
        "sessions": WorkingSession.objects.visible_to(request.user)
        .filter(documents=document)
        .latest_first(),
        "indicators": Indicator.objects.measured_under(document),
        "may_enter": can_enter(request.user),
    }
    return render(request, "tracker/passage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def passage_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Quote a passage; the address may name the words of the text that it holds."""
    visible = Document.objects.visible_to(request.user).select_related("kept_text")
    document = get_object_or_404(visible, pk=pk)
    return enter(
        request,
        PassageForm,
        Passage(document=document),
        create_passage,
        title=_("Quote a passage"),
        done=_("The passage was added."),
        back=document,
        preset=propose_passage(document, request.GET.get("span", "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def passage_edit(request: SignedInRequest, pk: int, passage: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    return enter(
        request,
        PassageForm,
        get_object_or_404(document.passages, pk=passage),
        edit_passage,
        title=_("Edit the passage"),
        done=_("The passage was saved."),
        back=document,
    )
