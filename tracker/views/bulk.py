"""Several recommendations at once: choose, look at what would change, record, undo."""

import uuid
from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tracker.addresses import within_list
from tracker.forms.bulk import MOST, BulkProgressForm
from tracker.models import Recommendation, StatusUpdate
from tracker.models.recommendations import CODE
from tracker.permissions import can_record_progress, can_record_together, can_undo
from tracker.services.bulk import (
    RECORDED,
    Plan,
    find_undoable,
    plan_together,
    record_progress_together,
    undo_act,
)
from tracker.services.submissions import AlreadySubmittedError, EditConflictError
from tracker.views.acts import find_earlier_answer
from tracker.views.requests import SignedInRequest

# -- choosing, looking, recording ---------------------------------------------------


@require_safe
def recommendation_bulk(request: SignedInRequest) -> HttpResponse:
    _check_may_record(request)
    chosen = _find_chosen(request, request.GET.getlist("code"))
    return _show(request, BulkProgressForm(), chosen)


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_bulk_preview(request: SignedInRequest) -> HttpResponse:
    _check_may_record(request)
    if request.method != "POST":
        return redirect(within_list(request, reverse("recommendation-bulk")))
    form, chosen = _bind(request)
    if form.errors:
        return _show(request, form, chosen, status=422)
    plans = plan_together(chosen, form.report(), by=request.user)
    return _show(request, form, chosen, plans, status=_status_of(plans))


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_bulk_record(request: SignedInRequest) -> HttpResponse:
    _check_may_record(request)
    if request.method != "POST":
        return redirect(within_list(request, reverse("recommendation-bulk")))
    form, chosen = _bind(request)
    if form.errors:
        key = _read_key(request.POST.get("form_key", ""))
        earlier = key and find_earlier_answer(request, key, act=RECORDED)
        return earlier or _show(request, form, chosen, status=422)

    report, changed, status = form.report(), [], 422
    seen = _read_versions(request.POST.getlist("seen"))
    versions = {one.pk: seen.get(one.code, 0) for one in chosen}
    try:
        act = record_progress_together(
            versions, report, key=form.cleaned_data["form_key"], by=request.user
        )
    except AlreadySubmittedError as earlier:
        return redirect(within_list(request, earlier.answer))
    except EditConflictError as conflict:
        changed, status = conflict.current, 409
        chosen = _find_chosen(request, request.POST.getlist("code"))
    except ValidationError as refusal:
        form.add_error(None, refusal)
    else:
        messages.success(request, _describe_recorded(len(chosen)))
        return _lead_to_act(request, act)
    plans = plan_together(chosen, report, by=request.user)
    return _show(request, form, chosen, plans, changed=changed, status=status)


def _check_may_record(request: SignedInRequest) -> None:
    if not can_record_together(request.user):
        raise PermissionDenied


def _bind(
    request: SignedInRequest,
) -> tuple[BulkProgressForm, list[Recommendation]]:
    """Give what was typed and the rows it is for; with one of them gone it is wrong."""
    codes = request.POST.getlist("code")
    chosen = _find_chosen(request, codes)
    form = BulkProgressForm(request.POST)
    found = {one.code for one in chosen}
    gone = [code[:20] for code in codes if code not in found]
    if form.is_valid() and gone:
        message = _("No longer there, and left out: %(codes)s. Look at the rest again.")
        form.add_error(None, message % {"codes": ", ".join(gone)})
    return form, chosen


def _find_chosen(
    request: SignedInRequest, codes: Iterable[str]
) -> list[Recommendation]:
    """Give the rows of these codes that the person sees, with what is said of them."""
    visible = Recommendation.objects.visible_to(request.user)
    return list(
        visible.with_codes([*codes][:MOST])
        .select_related("current_update")
        .prefetch_related("updates")
        .most_urgent_first()
    )


def _read_versions(seen: Iterable[str]) -> dict[str, int]:
    """Read "QNA-24-03 5": a code and the version that was shown."""
    versions = {}
    for one in seen:
        code, _space, version = one.partition(" ")
        if CODE.fullmatch(code) and version.isascii() and version.isdecimal():
            versions[code] = int(version[:18])
    return versions


def _status_of(plans: list[Plan]) -> int:
    return 422 if any(plan.refusal for plan in plans) else 200


def _describe_recorded(count: int) -> str:
    words = ngettext(
        "The update of %(n)s recommendation was recorded.",
        "The update of %(n)s recommendations was recorded.",
        count,
    )
    return words % {"n": count}


def _show(
    request: SignedInRequest,
    form: BulkProgressForm,
    chosen: list[Recommendation],
    plans: list[Plan] | None = None,
    *,
    changed: Iterable[Recommendation] = (),
    status: int = 200,
) -> HttpResponse:
    """Render the form with the rows it is for, and what it would change, if known."""
    form.focus_first_wrong()
    plans = plans or []
    able = [one for one in chosen if can_record_progress(request.user, one)]
    context = {
        "form": form,
        "rows": able,
        "not_allowed": [one for one in chosen if one not in able],
        "plans": [plan for plan in plans if not plan.refusal],
        "refused": [plan for plan in plans if plan.refusal],
        "changed": changed,
    }
    return render(request, "tracker/recommendation_bulk.html", context, status=status)


# -- what one act changed -----------------------------------------------------------


@require_safe
def bulk_act(request: SignedInRequest, act: UUID) -> HttpResponse:
    return _show_act(request, act)


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_act_undo(request: SignedInRequest, act: UUID) -> HttpResponse:
    updates = _find_updates(request, act)
    if request.method != "POST":
        return _lead_to_act(request, act)
    if not can_undo(request.user, updates[0]):
        raise PermissionDenied
    key = _read_key(request.POST.get("form_key", ""))
    if key is None:
        messages.error(request, _("This form is damaged. Open the page again."))
        return _show_act(request, act, status=422)
    try:
        undoing = undo_act(act, key=key, by=request.user)
    except AlreadySubmittedError as earlier:
        return redirect(within_list(request, earlier.answer))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _show_act(request, act, status=422)
    if not undoing.undone:
        messages.warning(request, _("Nothing of this act is left to take back."))
        return _lead_to_act(request, act)
    messages.success(request, _describe_undone(len(undoing.undone)))
    for update, reason in undoing.left:
        messages.warning(request, f"{update.recommendation.code}: {reason}")
    return _lead_to_act(request, undoing.act)


def _lead_to_act(request: SignedInRequest, act: UUID) -> HttpResponse:
    return redirect(within_list(request, reverse("bulk-act", args=[act])))


def _find_updates(request: SignedInRequest, act: UUID) -> list[StatusUpdate]:
    """Give the rows of an act that the person sees; an act without any is unknown."""
    visible = Recommendation.objects.visible_to(request.user, with_withdrawn=True)
    updates = list(
        StatusUpdate.objects.filter(act=act, recommendation__in=visible)
        .select_related("recommendation", "spoken_for", "author")
        .order_by("recommendation_id", "sequence")
    )
    if not updates:
        raise Http404
    return updates


def _read_key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _describe_undone(count: int) -> str:
    words = ngettext(
        "The update of %(n)s recommendation was taken back.",
        "The update of %(n)s recommendations was taken back.",
        count,
    )
    return words % {"n": count}


def _show_act(
    request: SignedInRequest, act: UUID, *, status: int = 200
) -> HttpResponse:
    updates = _find_updates(request, act)
    reasons = {
        update.pk: reason for update, reason in find_undoable(act, by=request.user)
    }
    lines = [(update, reasons.get(update.pk, "")) for update in updates]
    context = {
        "act": act,
        "first": updates[0],
        "lines": lines,
        "is_undoing": updates[0].corrects_id is not None,
        "may_undo": can_undo(request.user, updates[0]),
        "undoable": sum(not reason for reason in reasons.values()),
        "form_key": uuid.uuid4(),
        "recorded_on": timezone.localdate(updates[0].recorded_at),
    }
    return render(request, "tracker/bulk_act.html", context, status=status)
