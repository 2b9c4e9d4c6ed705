"""Recording how far a recommendation is."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.choices import Progress
from tracker.models import Recommendation, StatusUpdate
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.history import (
    append_row,
    check_day,
    refresh_cached_state,
    standing_rows,
)
from tracker.services.submissions import Stamp, accept, open_for_recording


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
    stamp: Stamp,
    by: User,
) -> StatusUpdate:
    """Add a row to the history and bring the cached state up to date.

    Earlier rows are never edited: the history is what inspectors read. Raises
    EditConflictError and AlreadySubmittedError like every act, ValidationError by
    field when a demand of product rules §2.1 or §3 is not met.
    """
    current = open_for_recording(recommendation, stamp=stamp, act="progress", by=by)
    check_day(effective_on, current)
    _check_voice(spoken_for, by)
    _check_correction(current, corrects)
    before = _progress_before(current, effective_on, corrects)
    _check_demands(before, progress, note=note, proof=proof)

    update = StatusUpdate(
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
    accept(
        current, stamp=stamp, act="progress", by=by, answer=update.get_absolute_url()
    )
    return update


def _check_correction(current: Recommendation, corrects: StatusUpdate | None) -> None:
    if corrects is not None and corrects.recommendation_id != current.pk:
        message = _("This entry belongs to another recommendation.")
        raise ValidationError({"corrects": message})


def _check_voice(spoken_for: Organisation, by: User) -> None:
    """Let coordinators speak for any body, everyone else for their own."""
    if not by.is_coordinator and spoken_for.pk != by.organisation_id:
        message = _("Record on behalf of your own organisation.")
        raise ValidationError({"spoken_for": message})


def _progress_before(
    recommendation: Recommendation, effective_on: date, corrects: StatusUpdate | None
) -> str:
    rows = recommendation.updates.order_by("sequence")
    standing = standing_rows(rows, on=effective_on, at=timezone.now())
    earlier = [row for row in standing if row != corrects]
    return earlier[-1].progress if earlier else Progress.NOT_STARTED


def _check_demands(before: str, progress: str, *, note: str, proof: Proof) -> None:
    errors: dict[str, str] = {}
    moves = progress != before
    stops = progress in {Progress.SUSPENDED, Progress.DISCONTINUED}
    reopens = before in {Progress.COMPLETED, Progress.DISCONTINUED}
    if moves and progress == Progress.COMPLETED and not proof:
        errors["document_number"] = _(
            "Completing needs evidence: a document number, a link or a file."
        )
    if moves and stops and not proof:
        errors["document_number"] = _("Give the document that decided this.")
    if moves and (stops or reopens) and not note:
        errors["note"] = _("Give the reason.")
    if errors:
        raise ValidationError(errors)
