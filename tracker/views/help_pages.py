"""How to work with the product, told to each role in its own words."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from provinces.choices import Role
from tracker.views.requests import SignedInRequest


@require_safe
def help_home(request: SignedInRequest) -> HttpResponse:
    return redirect("help-page", request.user.role)


@require_safe
def help_page(request: SignedInRequest, role: str) -> HttpResponse:
    if role not in Role:
        raise Http404
    context = {
        "role": Role(role),
        "roles": Role,
        "due_soon_days": settings.DUE_SOON_DAYS,
    }
    return render(request, f"tracker/help/{role}.html", context)


@require_safe
def help_shortcuts(request: SignedInRequest) -> HttpResponse:
    return render(request, "tracker/help/shortcuts.html", {"roles": Role})
