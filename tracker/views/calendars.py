"""The deadlines of a person in their own calendar, by a secret address."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tracker.models import CalendarFeed
from tracker.reports.calendars import build_deadlines
from tracker.reports.writers.ics import write_ics
from tracker.services.calendars import (
    note_reading,
    share_deadlines,
    stop_sharing_deadlines,
)
from tracker.views.requests import SignedInRequest


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    return _show(request)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_share(request: SignedInRequest) -> HttpResponse:
    # Whoever had to sign in again comes without the form.
    if request.method != "POST":
        return redirect("calendar")
    language = translation.get_language() or ""
    secret = share_deadlines(language=language, by=request.user)
    # Only this answer ever holds the address: no redirect could show it.
    path = reverse("calendar-feed", args=[secret])
    return _show(request, address=request.build_absolute_uri(path))


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_stop(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        stop_sharing_deadlines(by=request.user)
    return redirect("calendar")


@login_not_required
@require_safe
@never_cache
def calendar_feed(request: SignedInRequest, secret: str) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed.objects.opened_by(secret))
    today = timezone.localdate()
    note_reading(feed, on=today)
    with translation.override(feed.language):
        name = _("Deadlines: %(name)s") % {"name": feed.user}
        deadlines = build_deadlines(feed.user, on=today)
        site = request.build_absolute_uri("/").rstrip("/")
        content = write_ics(deadlines, name=name, site=site)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def _show(request: SignedInRequest, *, address: str = "") -> HttpResponse:
    feeds = CalendarFeed.objects.in_use().filter(user=request.user)
    context = {
        "feed": feeds.first(),
        "address": address,
        "count": len(build_deadlines(request.user, on=timezone.localdate())),
    }
    return render(request, "tracker/calendar.html", context)
