"""Pages of working sessions and surveys: who met, and everything that came of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from provinces.succession import (
    describe_province,
    name_organisations,
    register_of,
)
from tracker.models import Document, Finding, Recommendation, WorkingSession
from tracker.reports.excerpt import build_excerpts, count_all, leads_of
from tracker.views.requests import SignedInRequest


@require_safe
def session(request: SignedInRequest, pk: int) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    visible = WorkingSession.objects.visible_to(user).with_page_relations(user)
    found = get_object_or_404(visible, pk=pk)
    register = register_of(user)
    people = list(found.participations.select_related("passage").order_by("pk"))
    excerpts = build_excerpts(
        Recommendation.objects.visible_to(user).filter(session=found), on=today
    )
    bodies = {one.organisation_id for one in people} | {found.host_id}
    names = name_organisations(bodies | leads_of(excerpts), register)
    context = {
        "session": found,
        "names": names,
        "place_then_now": found.province_id
        and describe_province(found.province_id, register, on=found.held_on),
        "people": people,
        "excerpts": excerpts,
        "count": count_all(excerpts),
        "findings": Finding.objects.visible_to(user)
        .filter(session=found)
        .by_kind(user),
        "documents": Document.objects.visible_to(user)
        .filter(sessions=found)
        .newest_first()
        .with_part_counts(),
        "today": today,
    }
    return render(request, "tracker/session.html", context)
