"""Accepting a form once: the row lock, the form key and the version, in this order."""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provinces.models import User
from tracker.models import Recommendation, Submission

Thing = TypeVar("Thing", bound=models.Model)

USED_ELSEWHERE = gettext_noop(
    "This form was already used for something else. Open the page again."
)


@dataclass(frozen=True)
class Stamp:
    """What a form carries of its making: its own key and the version it shows."""

    key: UUID
    version: int


class AlreadySubmittedError(Exception):
    """The same form came before and was accepted; `answer` is where it led."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class EditConflictError(Exception):
    """Somebody else changed the thing after the form was made; `current` is it now."""

    def __init__(self, current: Any) -> None:
        super().__init__(str(current))
        self.current = current


def name_act(act: str, thing: models.Model) -> str:
    """Say what was done to what, as submissions keep it: "progress QNA-24-13"."""
    code = getattr(thing, "code", None)
    return f"{act} {code or f'{thing._meta.model_name} {thing.pk}'}"


def open_for_writing(thing: Thing, *, stamp: Stamp, act: str, by: User) -> Thing:
    """Lock the row and give it as it is now; raises what `check_stamp` raises.

    What was withdrawn is written no more: ValidationError.
    """
    current = lock_and_check(thing, stamp=stamp, act=act, by=by)
    if getattr(current, "withdrawn_on", None) is not None:
        raise ValidationError(_("This was withdrawn: it can no longer be changed."))
    return current


def lock_and_check(thing: Thing, *, stamp: Stamp, act: str, by: User) -> Thing:
    """Lock the row, also one that was withdrawn; raises what `check_stamp` raises."""
    model = type(thing)
    current = model._default_manager.select_for_update().get(pk=thing.pk)
    check_stamp(current, stamp=stamp, act=act, by=by)
    return current


def open_for_recording(
    recommendation: Recommendation, *, stamp: Stamp, act: str, by: User
) -> Recommendation:
    """Lock a recommendation for a history row; of secret items none is kept here."""
    current = open_for_writing(recommendation, stamp=stamp, act=act, by=by)
    if current.kept_outside:
        raise ValidationError(
            _("This item is kept outside the system: nothing is recorded of it here.")
        )
    return current


def check_stamp(current: Any, *, stamp: Stamp, act: str, by: User) -> None:
    """Compare a form's stamp with the thing as it is now.

    Raises AlreadySubmittedError for a repeated submit, so that a double click answers
    like the first; EditConflictError when the version is not the one the form was made
    on; ValidationError for a key that was used elsewhere. What was accepted has raised
    the version: only where that differs can the same form have come before.
    """
    if current.version == stamp.version:
        # Nothing was accepted since: a key that was used elsewhere is met when this
        # form is remembered.
        return
    refuse_repeated(stamp.key, act=name_act(act, current), by=by)
    raise EditConflictError(current)


def refuse_repeated(key: UUID, *, act: str, by: User) -> None:
    """Raise AlreadySubmittedError when this very form was accepted before.

    Raises ValidationError for a key that was used for anything else.
    """
    earlier = Submission.objects.filter(key=key).first()
    if earlier is None:
        return
    if (earlier.user_id, earlier.act) == (by.pk, act):
        raise AlreadySubmittedError(earlier.answer)
    raise ValidationError(_(USED_ELSEWHERE))


def accept(thing: Any, *, stamp: Stamp, act: str, by: User, answer: str) -> None:
    """Raise the version of a locked row and remember the form and its answer."""
    raise_version(thing)
    remember_act(thing, stamp=stamp, act=act, by=by, answer=answer)


def remember_act(
    thing: models.Model, *, stamp: Stamp, act: str, by: User, answer: str
) -> None:
    """Remember the form of an act on a locked row whose version was raised already."""
    remember(stamp.key, act=name_act(act, thing), by=by, answer=answer)


def raise_version(thing: Any) -> None:
    """Let every form made before a locked row was written meet a conflict."""
    thing.version += 1
    thing.save_without_historical_record(update_fields=["version"])


def remember(key: UUID, *, act: str, by: User, answer: str) -> None:
    """Keep an accepted form by its key, with the address that answered it."""
    submission = Submission(key=key, user=by, act=act, answer=answer)
    if not Submission.objects.keep(submission):
        # The same form at this very moment, or another one under another lock.
        refuse_repeated(key, act=act, by=by)
        raise ValidationError(_(USED_ELSEWHERE))
