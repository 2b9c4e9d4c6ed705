"""Acts of people: a valid form to its service, any other end with what was typed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

from tracker.addresses import within_list
from tracker.forms.stamped import StampedForm
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    check_stamp,
    name_act,
    refuse_repeated,
)
from tracker.views.requests import SignedInRequest

# Renders the page with the form as it was typed and this status.
Show = Callable[[StampedForm, int], HttpResponse]


def act(
    request: SignedInRequest,
    form: StampedForm,
    service: Callable[..., Any],
    thing: Any,
    *,
    describe: Callable[[Any], str],
    show: Show,
    answer: str = "",
) -> HttpResponse:
    """Hand a valid form and the thing it is about to a service, and answer.

    Done and done before lead to the same address; 409 when somebody else was first,
    422 for what is wrong: then the page shows what was typed. A service that was told
    where its form leads has that `answer`; others lead to what they made.
    """
    try:
        if form.is_valid():
            made = service(thing, **form.arguments(), by=request.user)
        else:
            # What happened since it was opened may be all that is wrong with it.
            _check_stamp(request, form)
            return show(form, 422)
    except AlreadySubmittedError as earlier:
        return redirect(within_list(request, earlier.answer))
    except EditConflictError as conflict:
        form.renew(conflict.current)
        return show(form, 409)
    except ValidationError as refusal:
        form.add_refusal(refusal)
        return show(form, 422)
    messages.success(request, describe(made))
    return redirect(within_list(request, resolve_url(answer or made)))


def _check_stamp(request: SignedInRequest, form: StampedForm) -> None:
    if form.stamp is None:
        return
    if form.subject.pk is None:
        refuse_repeated(form.stamp.key, act=form.act, by=request.user)
    else:
        current = type(form.subject)._default_manager.get(pk=form.subject.pk)
        check_stamp(current, stamp=form.stamp, act=form.act, by=request.user)


def answer_repeated(
    request: SignedInRequest, form: StampedForm, thing: Any
) -> HttpResponse:
    """Answer a submit that was accepted before like the first; refuse any other."""
    if form.stamp is not None:
        act = name_act(form.act, thing)
        earlier = find_earlier_answer(request, form.stamp.key, act=act)
        if earlier is not None:
            return earlier
    raise PermissionDenied


def find_earlier_answer(
    request: SignedInRequest, key: UUID, *, act: str
) -> HttpResponse | None:
    """Answer like the first time when this very form was accepted before."""
    try:
        refuse_repeated(key, act=act, by=request.user)
    except AlreadySubmittedError as earlier:
        return redirect(within_list(request, earlier.answer))
    except ValidationError:
        pass
    return None
