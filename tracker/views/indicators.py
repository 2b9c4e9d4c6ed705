"""Pages of indicators: what was measured, when, and who says so."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.forms.observations import ObservationForm
from tracker.models import Indicator, Observation
from tracker.permissions import can_enter
from tracker.reports.indicators import build_moments, lay_beside, read_edits
from tracker.services.observations import correct_observation, enter_observation
from tracker.views.entering import enter
from tracker.views.passages import find_named_passage
from tracker.views.requests import SignedInRequest


@require_safe
def indicator(request: SignedInRequest, pk: int) -> HttpResponse:
    user = request.user
    found = get_object_or_404(Indicator.objects.with_page_relations(user), pk=pk)
    lay_beside([found], found.targets.order_by("year", "code"))
    moments = build_moments(found)
    context = {
        "indicator": found,
        "may_enter": can_enter(user),
        "moments": moments,
        "contradictions": [one for one in moments if one.is_contradictory],
        "edits": read_edits(found, user),
    }
    return render(request, "tracker/indicator.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def observation_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter a figure; its address may name the passage it is read out of."""
    found, passage = get_object_or_404(Indicator, pk=pk), find_named_passage(request)
    document = passage.document if passage else None
    return enter(
        request,
        ObservationForm,
        Observation(indicator=found, document=document, passage=passage),
        enter_observation,
        title=_("Enter a figure"),
        done=_("The figure was entered."),
        back=found,
        words={"about": found.name_with_unit},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def observation_edit(
    request: SignedInRequest, pk: int, observation: int
) -> HttpResponse:
    measured = get_object_or_404(Indicator, pk=pk)
    visible = Observation.objects.visible_to(request.user).filter(indicator=measured)
    found = get_object_or_404(visible, pk=observation)
    return enter(
        request,
        ObservationForm,
        found,
        correct_observation,
        title=_("Correct the figure"),
        done=_("The figure was corrected."),
        back=measured,
        words={"about": measured.name_with_unit},
    )
