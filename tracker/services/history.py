"""Writing history, and the one function that may write the state cached from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.choices import Progress
from tracker.models import DeadlineChange, Recommendation, StatusUpdate
from tracker.models.history import GENESIS, HistoryRow

Row = TypeVar("Row", bound=HistoryRow)

CACHED_STATE = (
    "progress",
    "completed_on",
    "due_on",
    "last_update_at",
    "current_update",
    "last_sequence",
    "last_hash",
)


@dataclass(frozen=True)
class State:
    """Where a recommendation stands at (day, moment), worked out from history alone."""

    progress: str
    completed_on: date | None
    due_on: date | None
    last_update_at: datetime | None
    current_update: StatusUpdate | None


def standing_rows(rows: Iterable[Row], *, on: date, at: datetime) -> list[Row]:
    """Give the rows that hold at (day, moment), the winning one last.

    A row that another row recorded by then corrects is out; the greatest
    (effective_on, sequence) wins.
    """
    known = [row for row in rows if row.recorded_at <= at]
    corrected = {row.corrects_id for row in known}
    standing = [r for r in known if r.pk not in corrected and r.effective_on <= on]
    return sorted(standing, key=lambda row: (row.effective_on, row.sequence))


def compute_state(
    updates: Iterable[StatusUpdate],
    deadline_changes: Iterable[DeadlineChange],
    *,
    on: date,
    at: datetime,
) -> State:
    """Work out State(on, at) from all rows of one recommendation."""
    updates = list(updates)
    standing = standing_rows(updates, on=on, at=at)
    deadlines = standing_rows(deadline_changes, on=on, at=at)
    recorded = [update.recorded_at for update in updates if update.recorded_at <= at]
    current = standing[-1] if standing else None
    return State(
        progress=current.progress if current else Progress.NOT_STARTED,
        completed_on=_start_of_completed_run(standing),
        due_on=deadlines[-1].due_on if deadlines else None,
        last_update_at=max(recorded, default=None),
        current_update=current,
    )


def compute_present_state(
    updates: Iterable[StatusUpdate], deadline_changes: Iterable[DeadlineChange]
) -> State:
    """Work out State(today, now); what is recorded is known, whatever clocks say."""
    updates, deadline_changes = list(updates), list(deadline_changes)
    recorded = [row.recorded_at for row in (*updates, *deadline_changes)]
    return compute_state(
        updates,
        deadline_changes,
        on=timezone.localdate(),
        at=max([timezone.now(), *recorded]),
    )


def _start_of_completed_run(standing: list[StatusUpdate]) -> date | None:
    start = None
    for update in reversed(standing):
        if update.progress != Progress.COMPLETED:
            break
        start = update.effective_on
    return start


def append_row(recommendation: Recommendation, row: Row) -> Row:
    """Give a row its place in the chain of a locked recommendation and keep it."""
    row.recommendation = recommendation
    row.recorded_at = timezone.now()
    row.sequence = recommendation.last_sequence + 1
    row.previous_hash = recommendation.last_hash or GENESIS
    # What is hashed is what the database will give back: composed text.
    for field in row._meta.concrete_fields:
        field.pre_save(row, add=True)
    row.hash = row.chained_hash()
    row.save(force_insert=True)
    recommendation.last_sequence = row.sequence
    recommendation.last_hash = row.hash
    return row


def refresh_cached_state(recommendation: Recommendation) -> None:
    """Bring the cached state to (today, now); nothing else may write these columns."""
    state = compute_present_state(
        recommendation.updates.all(), recommendation.deadline_changes.all()
    )
    recommendation.progress = state.progress
    recommendation.completed_on = state.completed_on
    recommendation.due_on = state.due_on
    recommendation.last_update_at = state.last_update_at
    recommendation.current_update = state.current_update
    recommendation.save_without_historical_record(update_fields=CACHED_STATE)


def check_day(effective_on: date, recommendation: Recommendation) -> None:
    """Refuse a day that is still to come or before the recommendation was raised."""
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": _("This day is still to come.")})
    if effective_on < recommendation.raised_on:
        message = _("The recommendation was raised on %(day)s; this day is earlier.")
        day = f"{recommendation.raised_on:%d/%m/%Y}"
        raise ValidationError({"effective_on": message % {"day": day}})
