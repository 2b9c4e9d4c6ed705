"""Recording how far a recommendation is, or one follow-up action of it."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.choices import Progress
from tracker.models import FollowUpAction, Recommendation, StatusUpdate
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.history import (
    append_row,
    check_day,
    refresh_cached_state,
    standing_rows,
)
from tracker.services.submissions import Stamp, accept, open_for_recording
from tracker.services.voices import check_voice


@files_follow_rows()
@transaction.atomic
def record_progress(
    recommendation: Recommendation,
    *,
    progress: Progress,
    effective_on: date,
    note: str,
    proof: Proof,
    corrects: StatusUpdate | None,
    spoken_for: Organisation,
    confirm_open_actions: bool = False,
    stamp: Stamp,
    by: User,
) -> StatusUpdate:
    """Add a row to the history and bring the cached state up to date.

    Earlier rows are never edited: the history is what inspectors read. Completing
    while actions are open has to be confirmed. Raises EditConflictError and
    AlreadySubmittedError like every act, ValidationError by field when a demand of
    product rules §2.1 or §3 is not met.
    """
    current = open_for_recording(recommendation, stamp=stamp, act="progress", by=by)
    update = append_update(
        current,
        action=None,
        progress=progress,
        effective_on=effective_on,
        note=note,
        proof=proof,
        corrects=corrects,
        spoken_for=spoken_for,
        open_actions=()
        if confirm_open_actions
        else list(current.actions.still_open().order_by("number")),
        by=by,
    )
    accept(
        current, stamp=stamp, act="progress", by=by, answer=update.get_absolute_url()
    )
    return update


def append_update(
    current: Recommendation,
    *,
    action: FollowUpAction | None,
    progress: Progress,
    effective_on: date,
    note: str,
    proof: Proof,
    corrects: StatusUpdate | None,
    spoken_for: Organisation,
    open_actions: Sequence[FollowUpAction] = (),
    by: User,
) -> StatusUpdate:
    """Judge an update of a locked recommendation, or of one action, and keep it.

    The demands are the same for both (product rules §2.1); each is judged against
    its own rows.
    """
    check_day(effective_on, current)
    check_voice(spoken_for, by)
    _check_correction(current, action, corrects)
    before = _progress_before(current, action, effective_on, corrects)
    _check_demands(before, progress, note=note, proof=proof, open_actions=open_actions)
    update = StatusUpdate(
        action=action,
        progress=progress,
        effective_on=effective_on,
        note=note,
        corrects=corrects,
        author=by,
        spoken_for=spoken_for,
    )
    append_row(current, update)
    attach_proof(current, update, proof)
    refresh_cached_state(current)
    return update


def _check_correction(
    current: Recommendation,
    action: FollowUpAction | None,
    corrects: StatusUpdate | None,
) -> None:
    if corrects is None:
        return
    if corrects.recommendation_id != current.pk:
        message = _("This entry belongs to another recommendation.")
        raise ValidationError({"corrects": message})
    if corrects.action_id != (action.pk if action else None):
        message = _("This entry is about something else of the recommendation.")
        raise ValidationError({"corrects": message})


def _progress_before(
    recommendation: Recommendation,
    action: FollowUpAction | None,
    effective_on: date,
    corrects: StatusUpdate | None,
) -> str:
    rows = recommendation.updates.filter(action=action).order_by("sequence")
    standing = standing_rows(rows, on=effective_on, at=timezone.now())
    earlier = [row for row in standing if row != corrects]
    return earlier[-1].progress if earlier else Progress.NOT_STARTED


def _check_demands(
    before: str,
    progress: str,
    *,
    note: str,
    proof: Proof,
    open_actions: Sequence[FollowUpAction],
) -> None:
    errors: dict[str, str] = {}
    moves = progress != before
    stops = progress in {Progress.SUSPENDED, Progress.DISCONTINUED}
    reopens = before in {Progress.COMPLETED, Progress.DISCONTINUED}
    if moves and progress == Progress.COMPLETED and not proof:
        errors["document_number"] = _(
            "Completing needs evidence: a document number, a link or a file."
        )
    if moves and progress == Progress.COMPLETED and open_actions:
        errors["confirm_open_actions"] = _name_open_actions(open_actions)
    if moves and stops and not proof:
        errors["document_number"] = _("Give the document that decided this.")
    if moves and (stops or reopens) and not note:
        errors["note"] = _("Give the reason.")
    if errors:
        raise ValidationError(errors)


def _name_open_actions(actions: Sequence[FollowUpAction]) -> str:
    message = _("Follow-up actions are still open: %(actions)s.")
    named = "; ".join(f"{one.number}. {one.wording.rstrip('.')}" for one in actions)
    return message % {"actions": named}
