"""Follow-up actions: added on the page of their recommendation, kept on their own."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from provinces.models import User
from provinces.succession import name_organisations, register_of
from tracker.addresses import within_list
from tracker.forms.follow_ups import ActionEditForm, ActionProgressForm
from tracker.forms.stamped import StampedForm
from tracker.models import FollowUpAction, StatusUpdate
from tracker.permissions import can_edit_action, can_record_action_progress
from tracker.reports.follow_ups import list_edits, list_updates
from tracker.services.follow_ups import (
    add_action,
    edit_action,
    record_action_progress,
)
from tracker.views.acts import act, answer_repeated
from tracker.views.recommendation_page import (
    act_on_recommendation,
    find_recommendation,
)
from tracker.views.requests import SignedInRequest

# The forms of an action's page, by their names in its template, and who may use them.
FORMS: dict[
    str,
    tuple[
        type[ActionEditForm] | type[ActionProgressForm],
        Callable[[User, FollowUpAction], bool],
    ],
] = {
    "progress_form": (ActionProgressForm, can_record_action_progress),
    "edit_form": (ActionEditForm, can_edit_action),
}


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_action_add(request: SignedInRequest, code: str) -> HttpResponse:
    return act_on_recommendation(
        request,
        code,
        "action",
        add_action,
        lambda made: _("The follow-up action was added."),
    )


@require_safe
def follow_up_action(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    return _show_action(request, _find_action(request, code, number))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_action_edit(
    request: SignedInRequest, code: str, number: int
) -> HttpResponse:
    return _act_on_action(
        request,
        code,
        number,
        "edit_form",
        edit_action,
        lambda made: _("The follow-up action was changed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_action_record_progress(
    request: SignedInRequest, code: str, number: int
) -> HttpResponse:
    return _act_on_action(
        request,
        code,
        number,
        "progress_form",
        record_action_progress,
        _describe_update,
    )


def _find_action(request: SignedInRequest, code: str, number: int) -> FollowUpAction:
    found = find_recommendation(request, code)
    for action in found.numbered_actions:
        if action.number == number:
            return action
    raise Http404


def _show_action(
    request: SignedInRequest,
    action: FollowUpAction,
    bound: StampedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with one form as it was typed and the other fresh."""
    user, today = request.user, timezone.localdate()
    register = register_of(user)
    forms = {}
    for name, (form, may) in FORMS.items():
        if isinstance(bound, form):
            forms[name] = bound
        elif may(user, action):
            forms[name] = form(subject=action.recommendation, user=user, action=action)
    if bound is not None:
        bound.focus_first_wrong()
    context = {
        "action": action,
        "recommendation": action.recommendation,
        "owner_name": name_organisations([action.owner_id], register)[action.owner_id],
        "timeliness": action.judge_timeliness(on=today),
        "today": today,
        "updates": list_updates(action),
        "edits": list_edits(action, register),
        **forms,
        "is_conflict": status == 409,
        "typed": bound,
    }
    return render(request, "tracker/follow_up_action.html", context, status=status)


def _act_on_action(
    request: SignedInRequest,
    code: str,
    number: int,
    name: str,
    service: Callable[..., Any],
    describe: Callable[[Any], str],
) -> HttpResponse:
    """Serve one of the acts that have their form on the page of an action."""
    action = _find_action(request, code, number)
    if request.method != "POST":
        address = reverse("follow-up-action", args=[code, number])
        return redirect(within_list(request, address))
    form_class, may = FORMS[name]
    form = form_class(
        request.POST,
        request.FILES,
        subject=action.recommendation,
        user=request.user,
        action=action,
    )
    if not may(request.user, action):
        return answer_repeated(request, form, action.recommendation)

    def show(bound: StampedForm, status: int) -> HttpResponse:
        current = action if status == 422 else _find_action(request, code, number)
        return _show_action(request, current, bound, status)

    return act(request, form, service, action, describe=describe, show=show)


def _describe_update(made: StatusUpdate) -> str:
    """Say what was recorded, and when it leaves the present as it was."""
    present = made.recommendation.actions.get(updates=made)
    if present.current_update_id == made.pk:
        return _("The update was recorded.")
    words = _("The update was recorded; the present progress is still: %(progress)s.")
    return words % {"progress": present.get_progress_display()}
