"""Pages of indicators: what was measured, when, and who says so."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from tracker.forms.observations import ObservationForm
from tracker.forms.stamped import StampedForm
from tracker.forms.withdrawals import RestorationForm, WithdrawalForm
from tracker.models import Indicator, Observation
from tracker.permissions import can_enter
from tracker.reports.figures import write_amount
from tracker.reports.indicators import build_moments, lay_beside, read_edits
from tracker.services.observations import (
    correct_observation,
    enter_observation,
    restore_observation,
    withdraw_observation,
)
from tracker.views.entering import enter
from tracker.views.passages import find_named_passage
from tracker.views.requests import SignedInRequest


@require_safe
def indicator(request: SignedInRequest, pk: int) -> HttpResponse:
    user = request.user
    found = get_object_or_404(Indicator.objects.with_page_relations(user), pk=pk)
    lay_beside([found], found.targets.order_by("year", "code"))
    moments = build_moments(found)
    visible = Observation.objects.visible_to(user, with_withdrawn=True)
    withdrawn = list(visible.withdrawn().filter(indicator=found))
    context = {
        "indicator": found,
        "may_enter": can_enter(user),
        "moments": moments,
        "contradictions": [one for one in moments if one.is_contradictory],
        # Scope and note may tell a figure.
        "tells_scope": bool(moments or withdrawn),
        "withdrawn": withdrawn,
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
    return _write_figure(
        request,
        _find_figure(request, pk, observation),
        ObservationForm,
        correct_observation,
        title=_("Correct the figure"),
        done=_("The figure was corrected."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def observation_withdraw(
    request: SignedInRequest, pk: int, observation: int
) -> HttpResponse:
    found = _find_figure(request, pk, observation)
    return _write_figure(
        request,
        found,
        WithdrawalForm,
        withdraw_observation,
        title=_("Withdraw the figure %(figure)s") % {"figure": _amount_of(found)},
        done=_("The figure was withdrawn."),
        warning=_(
            "It counts nowhere any more; it stays on the page of its indicator,"
            " with the reason."
        ),
        button=pgettext("a figure", "Withdraw"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def observation_restore(
    request: SignedInRequest, pk: int, observation: int
) -> HttpResponse:
    found = _find_figure(request, pk, observation)
    return _write_figure(
        request,
        found,
        RestorationForm,
        restore_observation,
        title=_("Restore the figure %(figure)s") % {"figure": _amount_of(found)},
        done=_("The figure was restored."),
        of_withdrawn=True,
        warning=_("It counts again wherever figures of its indicator do."),
        button=pgettext("a figure", "Restore"),
    )


def _write_figure(
    request: SignedInRequest,
    found: Observation,
    form: type[StampedForm],
    service: Callable[..., Observation],
    *,
    title: str,
    done: str,
    of_withdrawn: bool = False,
    **words: str,
) -> HttpResponse:
    """Serve a form about one figure; what it is no longer for leads to its row."""
    is_withdrawn = found.withdrawn_on is not None
    if is_withdrawn != of_withdrawn and request.method != "POST":
        return redirect(found)
    about = f"{found.indicator.name_with_unit} · {found.source_words}"
    return enter(
        request,
        form,
        found,
        service,
        title=title,
        done=done,
        back=found.indicator,
        words={"about": about, **words},
    )


def _find_figure(request: SignedInRequest, indicator: int, pk: int) -> Observation:
    """Give a figure at its address, also one that was withdrawn."""
    visible = Observation.objects.visible_to(request.user, with_withdrawn=True)
    named = visible.select_related("indicator", "document")
    return get_object_or_404(named, indicator__pk=indicator, pk=pk)


def _amount_of(found: Observation) -> str:
    return write_amount(found, found.indicator.unit)
