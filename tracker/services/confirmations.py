"""The word of a second person on what was reported."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.choices import ConfirmationState
from tracker.models import Confirmation, StatusUpdate
from tracker.services.history import (
    History,
    append_row,
    keep_state,
    standing_rows,
)
from tracker.services.submissions import Stamp, open_for_recording, remember_act


def act_on(update: StatusUpdate) -> str:
    """Name the act: a form about one update is not one about another."""
    return f"confirm {update.sequence}"


@transaction.atomic
def confirm_update(
    update: StatusUpdate,
    *,
    outcome: str,
    note: str,
    answer: str,
    stamp: Stamp,
    by: User,
) -> Confirmation:
    """Say that an update is confirmed or returned; what was reported stays as it is.

    The last word holds (product rules §2.2). `answer` is where the form leads. Raises
    EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    act = act_on(update)
    current = open_for_recording(update.recommendation, stamp=stamp, act=act, by=by)
    _check_person(update, by)
    _check_word(update, outcome, note)

    word = Confirmation(
        update=update,
        outcome=outcome,
        note=note,
        effective_on=timezone.localdate(),
        author=by,
        spoken_for=by.organisation,
    )
    append_row(current, word)
    keep_state(current)
    remember_act(current, stamp=stamp, act=act, by=by, answer=answer)
    return word


def find_word(update: StatusUpdate) -> Confirmation | None:
    """Give what was said last of an update, and stands."""
    said = History(confirmations=list(update.confirmations.all()))
    words = standing_rows(
        said.confirmations, on=timezone.localdate(), at=said.newest_moment()
    )
    return words[-1] if words else None


def _check_person(update: StatusUpdate, by: User) -> None:
    if not by.is_coordinator:
        raise ValidationError(_("Only coordinators confirm."))
    if update.author_id == by.pk:
        raise ValidationError(
            _("You recorded this update: somebody else has to confirm it.")
        )


def _check_word(update: StatusUpdate, outcome: str, note: str) -> None:
    if update.corrections.exists():
        raise ValidationError(
            _("This update was corrected by a later one: confirm that one.")
        )
    if outcome not in dict(ConfirmationState.given()):
        raise ValidationError({"outcome": _("Say whether it is confirmed.")})
    if outcome == ConfirmationState.RETURNED and not note:
        message = _("Give the reason: say what is to be completed.")
        raise ValidationError({"note": message})
    word = find_word(update)
    if word and word.outcome == outcome:
        message = _("This was said already: %(word)s.")
        said = {"word": word.get_outcome_display()}
        raise ValidationError({"outcome": message % said})
