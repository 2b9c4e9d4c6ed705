"""Difficulties: opened on the page of their recommendation, cleared on their own."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from provinces.succession import name_organisations, register_of
from tracker.addresses import within_list
from tracker.forms.difficulties import ClearanceForm
from tracker.forms.stamped import StampedForm
from tracker.models import Difficulty
from tracker.permissions import can_clear_difficulty
from tracker.reports.difficulties import list_difficulties
from tracker.services.difficulties import clear_difficulty, open_difficulty
from tracker.views.acts import act, answer_repeated
from tracker.views.recommendation_page import (
    act_on_recommendation,
    find_recommendation,
)
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def difficulty_open(request: SignedInRequest, code: str) -> HttpResponse:
    return act_on_recommendation(
        request,
        code,
        "difficulty",
        open_difficulty,
        lambda made: _("The difficulty was recorded."),
    )


@require_safe
def difficulty(request: SignedInRequest, code: str, sequence: int) -> HttpResponse:
    return _show_difficulty(request, _find_difficulty(request, code, sequence))


@require_http_methods(["GET", "HEAD", "POST"])
def difficulty_clear(
    request: SignedInRequest, code: str, sequence: int
) -> HttpResponse:
    found = _find_difficulty(request, code, sequence)
    if request.method != "POST":
        address = reverse("difficulty", args=[code, sequence])
        return redirect(within_list(request, address))
    form = ClearanceForm(
        request.POST, subject=found.recommendation, user=request.user, difficulty=found
    )
    if not can_clear_difficulty(request.user, found):
        return answer_repeated(request, form, found.recommendation)

    def show(bound: StampedForm, status: int) -> HttpResponse:
        again = status == 409
        current = _find_difficulty(request, code, sequence) if again else found
        return _show_difficulty(request, current, bound, status)

    return act(
        request,
        form,
        clear_difficulty,
        found,
        describe=lambda made: _("The difficulty was cleared."),
        show=show,
    )


def _find_difficulty(request: SignedInRequest, code: str, sequence: int) -> Difficulty:
    found = find_recommendation(request, code)
    for row in found.history_rows:
        if isinstance(row, Difficulty) and row.sequence == sequence:
            return row
    raise Http404


def _show_difficulty(
    request: SignedInRequest,
    found: Difficulty,
    bound: StampedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, register = request.user, register_of(request.user)
    listed = list_difficulties(found.recommendation, register, on=timezone.localdate())
    form, cleared = bound, [one for one in listed.cleared if one.difficulty == found]
    if bound is not None:
        bound.focus_first_wrong()
    elif not cleared and can_clear_difficulty(user, found):
        form = ClearanceForm(subject=found.recommendation, user=user, difficulty=found)
    context = {
        "difficulty": found,
        "recommendation": found.recommendation,
        "spoken_for_name": name_organisations([found.spoken_for_id], register)[
            found.spoken_for_id
        ],
        "cleared": cleared,
        "clear_form": form,
        "is_conflict": status == 409,
        "typed": bound,
    }
    return render(request, "tracker/difficulty.html", context, status=status)
