"""What waits to be confirmed, one update of it, and the word of a second person."""

from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.addresses import within_list
from tracker.choices import ConfirmationState
from tracker.forms.confirmations import ConfirmationForm
from tracker.forms.stamped import StampedForm
from tracker.models import Confirmation, Recommendation, StatusUpdate
from tracker.permissions import can_confirm, can_open_confirmations
from tracker.reports.confirmations import describe_reports, describe_updates, find_place
from tracker.services.confirmations import confirm_update
from tracker.views.acts import act, answer_repeated
from tracker.views.recommendation_page import find_recommendation
from tracker.views.requests import SignedInRequest


@require_safe
def confirmation_queue(request: SignedInRequest) -> HttpResponse:
    if not can_open_confirmations(request.user):
        raise PermissionDenied
    waiting = StatusUpdate.objects.waiting_for(request.user).oldest_first()
    paginator = Paginator(waiting.with_page_relations(), settings.LIST_PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": describe_updates(page.object_list),
        "total": paginator.count,
        "page_numbers": paginator.get_elided_page_range(page.number, on_each_side=2),
    }
    return render(request, "tracker/confirmation_queue.html", context)


@require_safe
def confirmation(request: SignedInRequest, code: str, sequence: int) -> HttpResponse:
    found = find_recommendation(request, code)
    return _show(request, found, _find_update(found, sequence))


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_confirm_update(
    request: SignedInRequest, code: str, sequence: int
) -> HttpResponse:
    found = find_recommendation(request, code)
    update = _find_update(found, sequence)
    if request.method != "POST":
        address = reverse("confirmation", args=[code, sequence])
        return redirect(within_list(request, address))
    form = ConfirmationForm(
        request.POST, subject=found, user=request.user, update=update
    )
    if not can_confirm(request.user, update):
        return answer_repeated(request, form, found)

    def show(bound: StampedForm, status: int) -> HttpResponse:
        current = found if status == 422 else find_recommendation(request, code)
        return _show(request, current, update, bound, status)

    answer = _address_after(update, request)
    service = partial(confirm_update, answer=answer)
    return act(
        request, form, service, update, describe=_describe, show=show, answer=answer
    )


def _find_update(found: Recommendation, sequence: int) -> StatusUpdate:
    for row in found.history_rows:
        if isinstance(row, StatusUpdate) and row.sequence == sequence:
            return row
    raise Http404


def _show(
    request: SignedInRequest,
    found: Recommendation,
    update: StatusUpdate,
    bound: StampedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of one update, with the form as it was typed or a fresh one."""
    user = request.user
    reports = describe_reports(update)
    shown = next(one for one in reports if one.update == update)
    if bound is not None:
        bound.focus_first_wrong()
    elif can_confirm(user, update) and not shown.is_corrected:
        bound = ConfirmationForm(subject=found, user=user, update=update)
    context = {
        "recommendation": found,
        "shown": shown,
        "reports": reports,
        "form": bound,
        "is_own": update.author_id == user.pk,
        "place": find_place(update, user) if can_open_confirmations(user) else None,
    }
    return render(request, "tracker/confirmation.html", context, status=status)


def _address_after(update: StatusUpdate, request: SignedInRequest) -> str:
    """Lead on to the update that waits next, or to the empty queue."""
    waiting = StatusUpdate.objects.waiting_for(request.user).exclude(pk=update.pk)
    waiting = waiting.select_related("recommendation").oldest_first()
    following = waiting.recorded_after(update).first() or waiting.first()
    if following is None:
        return reverse("confirmation-queue")
    code = following.recommendation.code
    return reverse("confirmation", args=[code, following.sequence])


def _describe(made: Confirmation) -> str:
    if made.outcome == ConfirmationState.CONFIRMED:
        words = _("The update of %(code)s was confirmed.")
    else:
        words = _("The update of %(code)s was returned for completion.")
    return words % {"code": made.recommendation.code}
