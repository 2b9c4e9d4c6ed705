"""The page of one form by which people enter and edit: the same for all nouns."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from provinces.models import User
from tracker.forms.stamped import StampedForm
from tracker.permissions import can_enter
from tracker.services.entries import address_of
from tracker.views.acts import act
from tracker.views.requests import SignedInRequest


def enter(
    request: SignedInRequest,
    form_class: type[StampedForm],
    subject: Any,
    service: Callable[..., Any],
    *,
    title: str | Promise,
    done: str | Promise,
    back: Model | None = None,
    preset: Mapping[str, Any] | None = None,
    words: Mapping[str, str | Promise] | None = None,
    may: Callable[[User], bool] = can_enter,
) -> HttpResponse:
    """Show the form of a new row or an edit, and hand it to its service.

    `back` is the row whose page the form stands below, none below a list itself;
    `words` are what the page says beside: `about` what, a `warning`, its `button`, the
    `list_address` that it leads back to. `may` tells who does this.
    """
    if not may(request.user):
        raise PermissionDenied

    def show(form: StampedForm, status: int = 200) -> HttpResponse:
        form.focus_first_wrong()
        context = {"form": form, "title": title, "back": back, **(words or {})}
        return render(request, "tracker/entry_form.html", context, status=status)

    def serve(thing: Any, **arguments: Any) -> str:
        return address_of(service(thing, **arguments))

    if request.method != "POST":
        initial = dict(preset or {})
        return show(form_class(subject=subject, user=request.user, initial=initial))
    form = form_class(request.POST, request.FILES, subject=subject, user=request.user)

    def describe(made: str) -> str:
        return str(done)

    return act(request, form, serve, subject, describe=describe, show=show)
