"""The deadline ledger: the first date, and every later move."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.models import DeadlineChange, Recommendation
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.history import (
    EVERYTHING_KNOWN,
    append_row,
    check_day,
    keep_state,
    standing_rows,
)
from tracker.services.submissions import Stamp, open_for_recording, remember_act


@files_follow_rows()
@transaction.atomic
def set_deadline(
    recommendation: Recommendation,
    *,
    due_on: date | None,
    effective_on: date,
    note: str,
    proof: Proof,
    stamp: Stamp,
    by: User,
) -> DeadlineChange:
    """Add a line to the ledger; `due_on` empty takes the deadline back.

    The first deadline needs nothing more; any later change needs its reason, and a
    later date its document (product rules §3). Raises EditConflictError,
    AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_recording(recommendation, stamp=stamp, act="deadline", by=by)
    check_day(effective_on, current)
    _check_change(current, due_on, effective_on, note=note, proof=proof)

    change = DeadlineChange(
        due_on=due_on,
        effective_on=effective_on,
        note=note,
        author=by,
        spoken_for=by.organisation,
    )
    append_row(current, change)
    attach_proof(current, change, proof)
    keep_state(current, actions=())
    remember_act(
        current, stamp=stamp, act="deadline", by=by, answer=change.get_absolute_url()
    )
    return change


def _check_change(
    current: Recommendation,
    due_on: date | None,
    effective_on: date,
    *,
    note: str,
    proof: Proof,
) -> None:
    """Judge a line against the ones before it on its day, as progress is judged."""
    if due_on is not None and due_on < current.raised_on:
        message = _("The recommendation was raised on %(day)s; this day is earlier.")
        day = f"{current.raised_on:%d/%m/%Y}"
        raise ValidationError({"due_on": message % {"day": day}})
    ledger = list(current.deadline_changes.order_by("sequence"))
    before = standing_rows(ledger, on=effective_on, at=EVERYTHING_KNOWN)
    present = before[-1].due_on if before else None
    if due_on is None and present is None:
        raise ValidationError({"due_on": _("Give the deadline.")})
    if due_on == present:
        raise ValidationError({"due_on": _("This is the present deadline already.")})
    if not ledger:
        return
    errors: dict[str, str] = {}
    if not note:
        errors["note"] = _("Give the reason for changing the deadline.")
    # Taking a deadline back is no way round the document of an extension.
    last = next((row.due_on for row in reversed(before) if row.due_on), None)
    if due_on and last and due_on > last and not proof:
        errors["document_number"] = _("Give the document that extends the deadline.")
    if errors:
        raise ValidationError(errors)
