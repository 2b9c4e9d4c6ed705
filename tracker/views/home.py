"""Where people land: at a view they chose, at their work, or at the whole."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.models import SavedView, StartPage
from tracker.reports.my_work import SHOWN, build_my_work
from tracker.views.requests import SignedInRequest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    start = StartPage.objects.filter(user=request.user, view__isnull=False)
    if start.exists():
        visible = SavedView.objects.visible_to(request.user)
        if view := visible.filter(pk__in=start.values("view")).first():
            return redirect(view.address)
        words = _("The saved view you start with is gone: this is the usual page.")
        messages.warning(request, words)
    if not request.user.is_reporter:
        return redirect("overview")
    return my_work(request)


@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_reporter:
        return redirect("home")
    today = timezone.localdate()
    context = {
        "sections": build_my_work(request.user, on=today),
        "shown": SHOWN,
        "today": today,
    }
    return render(request, "tracker/my_work.html", context)
