"""Accepting a form once: the row lock, the form key and the version, in this order."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provinces.models import User
from tracker.models import Recommendation, Submission

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
    """Somebody else changed the recommendation after the form was made."""

    def __init__(self, current: Recommendation) -> None:
        super().__init__(current.code)
        self.current = current


def open_for_writing(
    recommendation: Recommendation, *, stamp: Stamp, act: str, by: User
) -> Recommendation:
    """Lock the row and give it as it is now; raises what `check_stamp` raises."""
    current = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    check_stamp(current, stamp=stamp, act=act, by=by)
    return current


def check_stamp(current: Recommendation, *, stamp: Stamp, act: str, by: User) -> None:
    """Compare a form's stamp with the recommendation as it is now.

    Raises AlreadySubmittedError for a repeated submit, before the version is looked
    at, so that a double click answers like the first; EditConflictError when the
    version is not the one the form was made on; ValidationError for a key that was
    used elsewhere.
    """
    earlier = Submission.objects.filter(key=stamp.key).first()
    if earlier is not None:
        if (earlier.user_id, earlier.act) == (by.pk, f"{act} {current.code}"):
            raise AlreadySubmittedError(earlier.answer)
        raise ValidationError(_(USED_ELSEWHERE))
    if current.version != stamp.version:
        raise EditConflictError(current)


def accept(
    recommendation: Recommendation, *, stamp: Stamp, act: str, by: User, answer: str
) -> None:
    """Raise the version of a locked row and remember the form and its answer."""
    recommendation.version += 1
    recommendation.save_without_historical_record(update_fields=["version"])
    try:
        with transaction.atomic():
            Submission.objects.create(
                key=stamp.key,
                user=by,
                act=f"{act} {recommendation.code}",
                answer=answer,
            )
    except IntegrityError as error:
        # Sent for another recommendation at this very moment, under another lock.
        raise ValidationError(_(USED_ELSEWHERE)) from error
