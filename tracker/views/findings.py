"""Entering what a session heard or saw."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tracker.forms.sessions import FindingForm
from tracker.models import Finding, WorkingSession
from tracker.services.findings import create_finding, edit_finding
from tracker.views.entering import enter
from tracker.views.passages import find_named_passage
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter a finding; its address may name the passage that it is read out of."""
    visible = WorkingSession.objects.visible_to(request.user)
    session = get_object_or_404(visible, pk=pk)
    passage = find_named_passage(request)
    wording = passage.quotation if passage else ""
    return enter(
        request,
        FindingForm,
        Finding(session=session, passage=passage, wording=wording),
        create_finding,
        title=_("Add a finding"),
        done=_("The finding was added."),
        back=session,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def finding_edit(request: SignedInRequest, pk: int, finding: int) -> HttpResponse:
    sessions = WorkingSession.objects.visible_to(request.user)
    session = get_object_or_404(sessions, pk=pk)
    visible = Finding.objects.visible_to(request.user).filter(session=session)
    found = get_object_or_404(visible.select_related("session"), pk=finding)
    return enter(
        request,
        FindingForm,
        found,
        edit_finding,
        title=_("Edit the finding"),
        done=_("The finding was saved."),
        back=session,
    )
