"""Entering who took part in a session."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tracker.forms.sessions import ParticipationForm
from tracker.models import Participation, WorkingSession
from tracker.services.sessions import create_participation, edit_participation
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def participation_new(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = WorkingSession.objects.visible_to(request.user)
    session = get_object_or_404(visible, pk=pk)
    return enter(
        request,
        ParticipationForm,
        Participation(session=session),
        create_participation,
        title=_("Add who took part"),
        done=_("The participant was added."),
        back=session,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def participation_edit(
    request: SignedInRequest, pk: int, participation: int
) -> HttpResponse:
    visible = WorkingSession.objects.visible_to(request.user)
    session = get_object_or_404(visible, pk=pk)
    return enter(
        request,
        ParticipationForm,
        get_object_or_404(session.participations, pk=participation),
        edit_participation,
        title=_("Edit who took part"),
        done=_("The participant was saved."),
        back=session,
    )
