"""Entering what is quoted from a document."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tracker.forms.passages import PassageForm
from tracker.models import Document, Passage
from tracker.services.documents import create_passage, edit_passage
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def passage_new(request: SignedInRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    return enter(
        request,
        PassageForm,
        Passage(document=document),
        create_passage,
        title=_("Quote a passage"),
        done=_("The passage was added."),
        back=document,
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
