"""Answering: one recommendation on its page, several that ask the same in one act."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from provinces.models import User
from provinces.succession import name_organisations, register_of
from tracker.addresses import within_list
from tracker.filters import RecommendationFilter
from tracker.forms.answers import MAX_TOGETHER, AnswerTogetherForm
from tracker.models import Answer, Recommendation
from tracker.permissions import can_answer, can_answer_several, keep_answerable
from tracker.services.answers import (
    TOGETHER,
    answer_together,
    check_together,
    record_answer,
)
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    refuse_repeated,
)
from tracker.views.recommendation_page import act_on_recommendation
from tracker.views.requests import SignedInRequest

# -- one recommendation -----------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_record_answer(request: SignedInRequest, code: str) -> HttpResponse:
    return act_on_recommendation(
        request, code, "answer", record_answer, _describe_answer
    )


def _describe_answer(made: Answer) -> str:
    """Say what was recorded, and when it leaves the present as it was."""
    present = made.recommendation
    if made.referred_to is not None:
        words = _("The answer was recorded; the addressee is now: %(body)s.")
        return words % {"body": made.referred_to}
    if present.current_answer == made:
        return _("The answer was recorded.")
    words = _("The answer was recorded; the present answer is still: %(answer)s.")
    return words % {"answer": present.get_answer_display()}


# -- several that ask the same ----------------------------------------------------


@dataclass
class Candidates:
    """What the page offers to answer in one act, at most as many as one act takes."""

    rows: list[Recommendation]
    # Asked for by code, and not to be answered by this person.
    left_out: list[str] = field(default_factory=list)
    is_cut: bool = False
    # Every row brings its own: the form as a whole has none.
    version: int = 0


View = Callable[[SignedInRequest], HttpResponse]


def for_those_who_answer(view: View) -> View:
    @wraps(view)
    def checked(request: SignedInRequest) -> HttpResponse:
        if not can_answer_several(request.user):
            raise PermissionDenied
        return view(request)

    return checked


@require_safe
@for_those_who_answer
def answer_several(request: SignedInRequest) -> HttpResponse:
    candidates = _find_candidates(request.user, request.GET)
    form = AnswerTogetherForm(subject=candidates, user=request.user)
    return _show(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_answer
def answer_several_preview(request: SignedInRequest) -> HttpResponse:
    return _act(request, _preview)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_answer
def answer_several_record(request: SignedInRequest) -> HttpResponse:
    return _act(request, _record)


Step = Callable[
    [SignedInRequest, AnswerTogetherForm, list[Recommendation], dict[int, int]],
    HttpResponse,
]


def _act(request: SignedInRequest, step: Step) -> HttpResponse:
    """Take one step with what was chosen, or show the page with what was typed."""
    if request.method != "POST":
        query = request.GET.urlencode()
        address = reverse("answer-several")
        return redirect(f"{address}?{query}" if query else address)
    candidates = _find_candidates(request.user, request.GET)
    form = AnswerTogetherForm(request.POST, subject=candidates, user=request.user)
    try:
        if not form.is_valid():
            return _show(request, form, status=422)
        # Answering may take the right away: a repeated submit comes before it.
        refuse_repeated(form.key, act=TOGETHER, by=request.user)
        rows = _find_chosen(request.user, form.cleaned_data["chosen"])
        versions = {row.pk: form.cleaned_data["chosen"][row.code] for row in rows}
        return step(request, form, rows, versions)
    except AlreadySubmittedError as earlier:
        return redirect(within_list(request, earlier.answer))
    except EditConflictError as conflict:
        return _show(request, form, status=409, changed=conflict.current)
    except ValidationError as refusal:
        form.add_refusal(refusal)
        return _show(request, form, status=422)


def _preview(
    request: SignedInRequest,
    form: AnswerTogetherForm,
    rows: list[Recommendation],
    versions: dict[int, int],
) -> HttpResponse:
    check_together(rows, reply=form.reply(), versions=versions, by=request.user)
    return _show(request, form, preview=rows)


def _record(
    request: SignedInRequest,
    form: AnswerTogetherForm,
    rows: list[Recommendation],
    versions: dict[int, int],
) -> HttpResponse:
    made = answer_together(
        rows, reply=form.reply(), versions=versions, key=form.key, by=request.user
    )
    words = ngettext(
        "%(count)s recommendation was answered.",
        "%(count)s recommendations were answered.",
        len(made),
    )
    messages.success(request, words % {"count": number_format(len(made))})
    return redirect(within_list(request, reverse("recommendation-list")))


def _find_candidates(user: User, asked: QueryDict) -> Candidates:
    """Find what is asked for, by codes or as a filter of the list, and answerable."""
    codes = asked.getlist("code")[:MAX_TOGETHER]
    if codes:
        visible = Recommendation.objects.visible_to(user)
        found = keep_answerable(visible.with_codes(codes), user)
        rows = list(found.order_by("code_prefix", "code_year", "code_number"))
        left_out = dict.fromkeys(codes)
        for row in rows:
            left_out.pop(row.code, None)
        return Candidates(rows, left_out=[code[:20] for code in left_out])
    chosen = RecommendationFilter(asked, user=user, on=timezone.localdate())
    rows = list(keep_answerable(chosen.qs, user)[: MAX_TOGETHER + 1])
    return Candidates(rows[:MAX_TOGETHER], is_cut=len(rows) > MAX_TOGETHER)


def _find_chosen(user: User, codes: Iterable[str]) -> list[Recommendation]:
    """Find what was ticked: all of it is seen and may be answered, or nothing is."""
    visible = Recommendation.objects.visible_to(user, with_withdrawn=True)
    rows = list(visible.with_codes(codes).order_by("pk"))
    if len(rows) != len(list(codes)):
        raise Http404
    refused = [row.code for row in rows if not can_answer(user, row)]
    if refused:
        message = _("Not to be answered by you: %(codes)s.")
        raise ValidationError(message % {"codes": ", ".join(refused)})
    return rows


def _show(
    request: SignedInRequest,
    form: AnswerTogetherForm,
    *,
    status: int = 200,
    preview: list[Recommendation] | None = None,
    changed: Iterable[Recommendation] = (),
) -> HttpResponse:
    """Render the page: what may be chosen, the form as typed, and what comes of it."""
    candidates = form.subject
    if status != 200:
        form.focus_first_wrong()
    by_code = "code" in request.GET and not form.is_bound
    ticked = {row.code for row in candidates.rows} if by_code else form.typed_codes
    shown = [*candidates.rows, *(preview or ()), *changed]
    asked = {row.addressee_id or row.lead_id for row in shown}
    context: dict[str, Any] = {
        "form": form,
        "candidates": candidates,
        "ticked": ticked,
        "names": name_organisations(asked, register_of(request.user)),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
        "limit": MAX_TOGETHER,
        "preview": preview,
        "in_words": _in_words(form, request.user) if preview else (),
        "changed": changed,
    }
    return render(request, "tracker/answer_several.html", context, status=status)


def _in_words(form: AnswerTogetherForm, user: User) -> list[tuple[str, str]]:
    said = form.in_words()
    if "spoken_for" not in form.fields:
        said.append((_("On behalf of"), str(user.organisation)))
    return said
