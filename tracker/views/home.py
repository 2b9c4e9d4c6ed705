"""Where people land: reporters at what they have to see to, others at the whole."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracker.reports.my_work import SHOWN, build_my_work
from tracker.views.requests import SignedInRequest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_reporter:
        return redirect("overview")
    today = timezone.localdate()
    context = {
        "sections": build_my_work(request.user, on=today),
        "shown": SHOWN,
        "today": today,
    }
    return render(request, "tracker/my_work.html", context)
