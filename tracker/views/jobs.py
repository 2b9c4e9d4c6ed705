"""Pages of long work: how far it is, and an end to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from tracker.models import Job
from tracker.services.jobs import cancel_job
from tracker.views.requests import SignedInRequest

# Browsers without JavaScript ask again after so many seconds too.
ASK_AGAIN = 5


@require_safe
def job(request: SignedInRequest, key: UUID) -> HttpResponse:
    found = _find(request, key)
    if found.answer:
        return redirect(found.answer)
    response = render(request, "tracker/job.html", {"job": found})
    if found.is_unfinished and not found.is_lost:
        response["Refresh"] = f"{ASK_AGAIN}"
    return response


@require_POST
def job_cancel(request: SignedInRequest, key: UUID) -> HttpResponse:
    found = _find(request, key)
    cancel_job(found)
    return redirect(found)


def _find(request: SignedInRequest, key: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), key=key)
