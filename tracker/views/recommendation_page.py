"""The page of one recommendation: what it shows, and the forms that stand on it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from provinces.models import User
from provinces.succession import (
    describe_province,
    name_organisations,
    register_of,
)
from tracker.addresses import within_list
from tracker.filters import PAGE, RecommendationFilter
from tracker.forms.answers import AnswerForm
from tracker.forms.deadlines import DeadlineForm
from tracker.forms.difficulties import DifficultyForm
from tracker.forms.follow_ups import ActionForm
from tracker.forms.leads import LeadForm
from tracker.forms.progress import ProgressForm
from tracker.forms.stamped import StampedForm
from tracker.models import Document, Recommendation
from tracker.permissions import (
    can_add_action,
    can_answer,
    can_assign_lead,
    can_clear_difficulty,
    can_edit,
    can_open_difficulty,
    can_record_progress,
    can_set_deadline,
)
from tracker.reports.answers import describe_answer
from tracker.reports.confirmations import find_returned
from tracker.reports.difficulties import list_difficulties
from tracker.reports.follow_ups import list_actions
from tracker.reports.timeline import build_timeline
from tracker.reports.walks import build_walk
from tracker.views.acts import act, answer_repeated
from tracker.views.requests import SignedInRequest

# The forms of the page and who may use them.
FORMS: dict[str, tuple[type[StampedForm], Callable[[User, Recommendation], bool]]] = {
    "progress": (ProgressForm, can_record_progress),
    "answer": (AnswerForm, can_answer),
    "lead": (LeadForm, can_assign_lead),
    "deadline": (DeadlineForm, can_set_deadline),
    "action": (ActionForm, can_add_action),
    "difficulty": (DifficultyForm, can_open_difficulty),
}
# The one that always stands open; the others come when they are asked for.
ALWAYS_OPEN = "progress"


class Wanted(NamedTuple):
    """Which form a link of the page asks for: no other link carries it on."""

    form: str
    # The form that shall offer bodies of everywhere.
    bodies: str
    # What the reader saw: the form that comes later meets who was there meanwhile.
    version: str


def find_recommendation(request: SignedInRequest, code: str) -> Recommendation:
    visible = Recommendation.objects.visible_to(request.user, with_withdrawn=True)
    return get_object_or_404(visible.with_code(code).with_page_relations(request.user))


def show_recommendation(
    request: SignedInRequest,
    found: Recommendation,
    bound: StampedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, with one form as it was typed and the others fresh."""
    user, today = request.user, timezone.localdate()
    register = register_of(user)
    wanted = _take_wanted(request)
    if bound is not None:
        bound.focus_first_wrong()
    coordinating = [body.pk for body in found.links.coordinating]
    bodies = [found.lead_id, found.addressee_id, found.raised_by_id, *coordinating]
    names = name_organisations(bodies, register)
    difficulties = list_difficulties(found, register, on=today)
    context = {
        "recommendation": found,
        "withdrawn_by": _withdrawn_by(found),
        "may_edit": can_edit(user, found),
        "timeliness": found.judge_timeliness(on=today),
        "today": today,
        "lead_name": names.get(found.lead_id),
        "addressee_name": names.get(found.addressee_id),
        "raised_by_name": names.get(found.raised_by_id),
        "session": found.session if found.leads_to_session else None,
        "source": _source(found),
        "coordinating_names": [names[pk] for pk in coordinating],
        "province": found.province
        and describe_province(found.province.pk, register, on=found.raised_on),
        "answered": describe_answer(found, register, on=today),
        "returned": find_returned(found),
        "timeline": build_timeline(found, register),
        "actions": list_actions(found, register, on=today),
        "difficulties": difficulties,
        "clearable": {
            line.difficulty.pk
            for line in difficulties.still_open
            if can_clear_difficulty(user, line.difficulty)
        },
        **_forms(found, user, bound, wanted),
        **_place_in_list(request, found),
        "is_conflict": status == 409,
        "typed": bound,
    }
    return render(request, "tracker/recommendation.html", context, status=status)


def _source(found: Recommendation) -> Document | None:
    """Give the document that the person may read the quotation in."""
    if found.passage is None or not found.leads_to_source:
        return None
    return found.passage.document


def _place_in_list(request: SignedInRequest, found: Recommendation) -> dict[str, Any]:
    """Say where it stands in the list that its address names, if it names one.

    The list may be one of an earlier day; the page is always that of today.
    """
    if PAGE not in request.GET:
        return {}
    today, size = timezone.localdate(), settings.LIST_PAGE_SIZE
    chosen = RecommendationFilter(request.GET, user=request.user, on=today)
    return {
        "walk": build_walk(chosen.qs, chosen.queryset, found.pk, page_size=size),
        "listed_on": chosen.on if chosen.is_past else None,
    }


def _withdrawn_by(found: Recommendation) -> str:
    """Name who withdrew it, as the history kept it."""
    if found.withdrawn_on is None:
        return ""
    records = found.history.filter(withdrawn_on__isnull=False)
    first = records.select_related("history_user").earliest()
    return str(first.history_user or "")


def _take_wanted(request: SignedInRequest) -> Wanted:
    asked = request.GET.copy()
    wanted = Wanted(*(asked.pop(name, [""])[-1] for name in Wanted._fields))
    request.GET = asked  # type: ignore[assignment]
    return wanted


def _forms(
    found: Recommendation, user: User, bound: StampedForm | None, wanted: Wanted
) -> dict[str, Any]:
    """Give what this person may do here, and the forms that are open."""
    open_ones = {ALWAYS_OPEN, wanted.form, wanted.bodies}
    seen = {"version": wanted.version} if wanted.version.isdecimal() else {}
    context: dict[str, Any] = {}
    offered = set()
    for name, (form, may) in FORMS.items():
        if isinstance(bound, form):
            context[f"{name}_form"] = bound
        elif not may(user, found):
            continue
        elif name in open_ones:
            context[f"{name}_form"] = form(
                subject=found,
                user=user,
                is_widened=name == wanted.bodies,
                initial=seen if name == wanted.form else {},
            )
        offered.add(name)
    return context | {"offered": offered}


def act_on_recommendation(
    request: SignedInRequest,
    code: str,
    name: str,
    service: Callable[..., Any],
    describe: Callable[[Any], str],
) -> HttpResponse:
    """Serve one of the acts that have their form on the page of a recommendation."""
    found = find_recommendation(request, code)
    if request.method != "POST":
        return redirect(within_list(request, found.get_absolute_url()))
    form_class, may = FORMS[name]
    form = form_class(request.POST, request.FILES, subject=found, user=request.user)
    if not may(request.user, found):
        # The act itself may have taken the right away: its repeat answers the same.
        return answer_repeated(request, form, found)

    def show(bound: StampedForm, status: int) -> HttpResponse:
        current = found if status == 422 else find_recommendation(request, code)
        return show_recommendation(request, current, bound, status)

    return act(request, form, service, found, describe=describe, show=show)
