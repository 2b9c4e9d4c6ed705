"""Where people land: at a view they chose, at their work, or at the whole."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker.filters import PAGE
from tracker.models import SavedView, StartPage
from tracker.reports.my_work import Reason, build_my_work, build_section
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
    user, today = request.user, timezone.localdate()
    asked = request.GET.get("reason", "")
    if asked in Reason:
        return _show_reason(request, Reason(asked))
    context = {"sections": build_my_work(user, on=today), "today": today}
    return render(request, "tracker/my_work.html", context)


def _show_reason(request: SignedInRequest, reason: Reason) -> HttpResponse:
    """Show all that there is to do for one reason, page by page."""
    today, asked = timezone.localdate(), request.GET.get(PAGE)
    section, page = build_section(request.user, reason, asked, on=today)
    context = {
        "reason": reason,
        "sections": [section] if section else [],
        "page": page,
        "page_numbers": page.paginator.get_elided_page_range(
            page.number, on_each_side=1, on_ends=1
        ),
        "today": today,
    }
    return render(request, "tracker/my_work.html", context)
