"""Recording how far a recommendation is, or one follow-up action of it."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.choices import Progress
from tracker.models import FollowUpAction, Recommendation, StatusUpdate
from tracker.models.history import HistoryRow
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.history import (
    EVERYTHING_KNOWN,
    History,
    append_row,
    check_day,
    keep_state,
    standing_rows,
)
from tracker.services.submissions import (
    Stamp,
    open_for_recording,
    remember_act,
)
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
    update = StatusUpdate(
        progress=progress,
        effective_on=effective_on,
        note=note,
        corrects=corrects,
        author=by,
        spoken_for=spoken_for,
    )
    still_open = current.actions.still_open().order_by("number")
    add_update(
        current,
        update,
        proof=proof,
        open_actions=() if confirm_open_actions else still_open,
    )
    answer = update.get_absolute_url()
    remember_act(current, stamp=stamp, act="progress", by=by, answer=answer)
    return update


def add_update(
    current: Recommendation,
    update: StatusUpdate,
    *,
    proof: Proof,
    open_actions: Iterable[FollowUpAction] = (),
) -> None:
    """Add an update that meets every demand to the history of a locked row.

    The history is read once, whatever it is asked for, and the row is written once.
    """
    history = History.read(current)
    check_update(
        current, update, among=history.updates, proof=proof, open_actions=open_actions
    )
    append_row(current, update)
    attach_proof(current, update, proof)
    about = [update.action] if update.action else []
    keep_state(current, history.with_row(update), actions=about)


def check_update(
    current: Recommendation,
    update: StatusUpdate,
    *,
    among: Iterable[StatusUpdate],
    proof: Proof,
    open_actions: Iterable[FollowUpAction] = (),
) -> None:
    """Refuse an update that must not be recorded, before anything is written.

    The demands are the same for a recommendation and for an action of it (product
    rules §2.1); each is judged `among` the updates about itself.
    """
    check_day(update.effective_on, current)
    check_voice(update.spoken_for, update.author)
    _check_correction(current, update)
    before = progress_before(
        among, update.effective_on, update.corrects, action=update.action
    )
    _check_demands(before, update, proof=proof, open_actions=open_actions)


def _check_correction(current: Recommendation, update: StatusUpdate) -> None:
    wrong = update.corrects
    if not isinstance(wrong, StatusUpdate):
        return
    if wrong.recommendation_id != current.pk:
        message = _("This entry belongs to another recommendation.")
        raise ValidationError({"corrects": message})
    if wrong.action_id != update.action_id:
        message = _("This entry is about something else of the recommendation.")
        raise ValidationError({"corrects": message})


def progress_before(
    updates: Iterable[StatusUpdate],
    effective_on: date,
    corrects: HistoryRow | None,
    *,
    action: FollowUpAction | None = None,
) -> str:
    """Give what stands on a day among updates without the row that is corrected."""
    about = action and action.pk
    rows = [row for row in updates if row.action_id == about]
    standing = standing_rows(rows, on=effective_on, at=EVERYTHING_KNOWN)
    earlier = [row for row in standing if row != corrects]
    return earlier[-1].progress if earlier else Progress.NOT_STARTED


def _check_demands(
    before: str,
    update: StatusUpdate,
    *,
    proof: Proof,
    open_actions: Iterable[FollowUpAction],
) -> None:
    errors: dict[str, str] = {}
    moves = update.progress != before
    completes = moves and update.progress == Progress.COMPLETED
    stops = update.progress in {Progress.SUSPENDED, Progress.DISCONTINUED}
    reopens = before in {Progress.COMPLETED, Progress.DISCONTINUED}
    if completes and not proof:
        errors["document_number"] = _(
            "Completing needs evidence: a document number, a link or a file."
        )
    if completes and open_actions:
        errors["confirm_open_actions"] = _name_open_actions(open_actions)
    if moves and stops and not proof:
        errors["document_number"] = _("Give the document that decided this.")
    if moves and (stops or reopens) and not update.note:
        errors["note"] = _("Give the reason.")
    if errors:
        raise ValidationError(errors)


def _name_open_actions(actions: Iterable[FollowUpAction]) -> str:
    message = _("Follow-up actions are still open: %(actions)s.")
    named = "; ".join(f"{one.number}. {one.wording.rstrip('.')}" for one in actions)
    return message % {"actions": named}
