"""Saved views: kept from the list, opened, changed, removed, started with."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from provinces.succession import name_organisations
from tracker.addresses import find_list, within_list
from tracker.filter_words import describe_filter
from tracker.filters import PAGE, RecommendationFilter
from tracker.forms.saved_views import SavedViewForm
from tracker.models import SavedView, StartPage
from tracker.permissions import can_change_view, can_save_views
from tracker.services.saved_views import (
    change_view,
    remove_view,
    save_view,
    set_start_page,
)
from tracker.tabs import describe_views
from tracker.views.entering import enter
from tracker.views.requests import SignedInRequest


@require_safe
def saved_view_list(request: SignedInRequest) -> HttpResponse:
    lines = describe_views(request.user, on=timezone.localdate())
    start = StartPage.objects.filter(user=request.user, view__isnull=False)
    context = {
        "own": [line for line in lines if line.is_own],
        "shared": [line for line in lines if not line.is_own],
        # Also one that is gone: the usual page is to be had again.
        "has_start": start.exists(),
    }
    return render(request, "tracker/saved_view_list.html", context)


@require_safe
def saved_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the list with it: the short address that a view keeps, whatever it asks.

    Whoever named the filter of the list they came from stays on its page.
    """
    found, shown = _find(request, pk), find_list(request)
    page = shown.page_of(found.query) if shown else ""
    return redirect(f"{found.address}&{PAGE}={page}" if page else found.address)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_new(request: SignedInRequest) -> HttpResponse:
    """Save the filter of the list, which the address holds, or the form that came."""
    shown, listed = find_list(request), reverse("recommendation-list")
    query = shown.query if shown else request.GET.urlencode()
    return _enter(
        request,
        SavedView(query=query),
        save_view,
        title=_("Save this filter"),
        done=_("The filter was saved."),
        list_address="" if shown else f"{listed}?{query}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find_own(request, pk)
    return _enter(
        request,
        found,
        change_view,
        title=_("Edit the saved view"),
        done=_("The saved view was changed."),
        back=found,
    )


@require_POST
def saved_view_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find_own(request, pk)
    remove_view(found, by=request.user)
    words = _("The saved view “%(name)s” was removed.")
    messages.success(request, words % {"name": found.name})
    return redirect(within_list(request, reverse("saved-view-list")))


@require_POST
def saved_view_start(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    set_start_page(found, by=request.user)
    words = _("From now on you start with “%(name)s”.")
    messages.success(request, words % {"name": found.name})
    return redirect(within_list(request, reverse("saved-view-list")))


@require_POST
def saved_view_usual_start(request: SignedInRequest) -> HttpResponse:
    set_start_page(None, by=request.user)
    messages.success(request, _("From now on you start with the usual page."))
    return redirect(within_list(request, reverse("saved-view-list")))


def _find(request: SignedInRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


def _find_own(request: SignedInRequest, pk: int) -> SavedView:
    found = _find(request, pk)
    if not can_change_view(request.user, found):
        raise PermissionDenied
    return found


def _enter(
    request: SignedInRequest,
    subject: SavedView,
    service: Callable[..., SavedView],
    *,
    list_address: str = "",
    **said: Any,
) -> HttpResponse:
    """Serve the form of a saved view; the page says in words what it asks for."""
    query = request.POST.get("query", subject.query)
    about = _in_words(request, QueryDict(query))
    words = {"about": about, "list_address": list_address}
    return enter(
        request,
        SavedViewForm,
        subject,
        service,
        words=words,
        may=can_save_views,
        **said,
    )


def _in_words(request: SignedInRequest, query: QueryDict) -> str:
    chosen = RecommendationFilter(query, user=request.user, on=timezone.localdate())
    names = name_organisations(chosen.named_organisations, chosen.register)
    return describe_filter(chosen, names)
