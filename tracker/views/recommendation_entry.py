"""Entering recommendations by hand, editing and withdrawing them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from provinces.models import User
from tracker.addresses import within_list
from tracker.forms.recommendations import (
    KeptOutsideForm,
    NewRecommendationForm,
    RecommendationEntryForm,
)
from tracker.forms.withdrawals import WithdrawalForm
from tracker.models import Passage, Recommendation, WorkingSession
from tracker.services.recommendations import (
    create_recommendation,
    edit_kept_outside,
    edit_recommendation,
    withdraw_recommendation,
)
from tracker.views.entering import enter
from tracker.views.passages import find_named_passage
from tracker.views.recommendation_page import find_recommendation
from tracker.views.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_new(request: SignedInRequest) -> HttpResponse:
    """Enter a recommendation; its address may name the passage it is read out of."""
    return _enter_new(
        request,
        _propose(find_named_passage(request), request.user),
        title=_("New recommendation"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_recommendation_new(request: SignedInRequest, pk: int) -> HttpResponse:
    visible = WorkingSession.objects.visible_to(request.user)
    session = get_object_or_404(visible, pk=pk)
    return _enter_new(
        request,
        _propose_of_session(session),
        title=_("New recommendation of the session"),
        back=session,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_edit(request: SignedInRequest, code: str) -> HttpResponse:
    found = find_recommendation(request, code)
    if found.withdrawn_on and request.method != "POST":
        return redirect(within_list(request, found.get_absolute_url()))
    return enter(
        request,
        KeptOutsideForm if found.kept_outside else RecommendationEntryForm,
        found,
        edit_kept_outside if found.kept_outside else edit_recommendation,
        title=_("Edit %(code)s") % {"code": found.code},
        done=_("The recommendation was saved."),
        back=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    found = find_recommendation(request, code)
    if found.withdrawn_on and request.method != "POST":
        return redirect(within_list(request, found.get_absolute_url()))
    return enter(
        request,
        WithdrawalForm,
        found,
        withdraw_recommendation,
        title=_("Withdraw %(code)s") % {"code": found.code},
        done=_("The recommendation was withdrawn."),
        back=found,
        words={
            "about": found.wording,
            "warning": _(
                "It leaves every list and count, and nothing more is recorded of it."
            ),
            "button": pgettext_lazy("a recommendation", "Withdraw"),
        },
    )


def _propose(passage: Passage | None, user: User) -> Recommendation:
    """Start from the words of a passage, and from the session if there is only one."""
    if passage is None:
        return Recommendation()
    sessions = WorkingSession.objects.visible_to(user)
    met = list(sessions.filter(documents=passage.document)[:2])
    proposed = _propose_of_session(met[0]) if len(met) == 1 else Recommendation()
    proposed.passage, proposed.wording = passage, passage.quotation
    return proposed


def _propose_of_session(session: WorkingSession) -> Recommendation:
    return Recommendation(
        session=session, province=session.province, raised_on=session.held_on
    )


def _enter_new(
    request: SignedInRequest,
    preset: Recommendation,
    *,
    title: str | Promise,
    back: WorkingSession | None = None,
) -> HttpResponse:
    return enter(
        request,
        NewRecommendationForm,
        preset,
        create_recommendation,
        title=title,
        done=_("The recommendation was added."),
        back=back,
    )
