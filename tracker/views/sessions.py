"""Pages of working sessions and surveys: who met, and everything that came of it."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from provinces.succession import (
    describe_province,
    name_organisations,
    register_of,
)
from tracker.choices import ParticipationRole
from tracker.forms.sessions import SessionForm
from tracker.models import Document, Finding, Recommendation, WorkingSession
from tracker.permissions import can_enter
from tracker.reports.session_outcomes import build_session_outcomes
from tracker.reports.session_people import group_by_side
from tracker.services.sessions import create_session, edit_session
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


@require_safe
def session_list(request: SignedInRequest) -> HttpResponse:
    visible = WorkingSession.objects.visible_to(request.user).latest_first()
    found = visible.prefetch_related("resolutions")
    paginator = Paginator(found, settings.LIST_PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    units = register_of(request.user).units
    places = {
        one.pk: units[one.province_id].name_on(one.held_on).full_name
        for one in page
        if one.province_id
    }
    context = {
        "page": page,
        "total": paginator.count,
        "places": places,
        "may_enter": can_enter(request.user),
    }
    return render(request, "tracker/session_list.html", context)


@require_safe
def session(request: SignedInRequest, pk: int) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    visible = WorkingSession.objects.visible_to(user).with_page_relations()
    found = get_object_or_404(visible, pk=pk)
    register = register_of(user)
    people = list(found.participations.order_by("pk"))
    outcomes = build_session_outcomes(
        Recommendation.objects.visible_to(user).filter(session=found), on=today
    )
    bodies = {one.organisation_id for one in people} | {found.host_id}
    documents = list(
        Document.objects.visible_to(user)
        .filter(sessions=found)
        .newest_first()
        .with_part_counts()
    )
    context = {
        "session": found,
        "may_enter": can_enter(user),
        "names": name_organisations(bodies | outcomes.bodies, register),
        "place_then_now": found.province_id
        and describe_province(found.province_id, register, on=found.held_on),
        "heads": [
            one for one in people if one.role == ParticipationRole.HEAD_OF_DELEGATION
        ],
        "sides": group_by_side(people, found, register),
        "outcomes": outcomes,
        "count": outcomes.count,
        "findings": Finding.objects.visible_to(user)
        .filter(session=found)
        .by_kind(user),
        "documents": documents,
        "source": _find_source(found, documents),
        "today": today,
    }
    return render(request, "tracker/session.html", context)


def _find_source(found: WorkingSession, documents: list[Document]) -> Document | None:
    """Give the document that tells of the session, where the reader may see it."""
    told_in = found.passage and found.passage.document_id
    return next((one for one in documents if one.pk == told_in), None)


@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: SignedInRequest) -> HttpResponse:
    return enter(
        request,
        SessionForm,
        WorkingSession(),
        create_session,
        title=_("New session"),
        done=_("The session was added."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = WorkingSession.objects.visible_to(request.user)
    found = get_object_or_404(visible, pk=pk)
    return enter(
        request,
        SessionForm,
        found,
        edit_session,
        title=_("Edit the session"),
        done=_("The session was saved."),
        back=found,
    )
