"""Where people land."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tracker.views.requests import SignedInRequest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    return redirect("recommendation-list")
