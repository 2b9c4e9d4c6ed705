"""Writing history, and the one function that may write the state cached from it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.choices import ConfirmationState, Progress
from tracker.models import (
    Answer,
    Confirmation,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
    Evidence,
    FollowUpAction,
    Recommendation,
    StatusUpdate,
)
from tracker.models.histories import read_rows
from tracker.models.history import GENESIS, HistoryRow
from tracker.models.state import CHAIN_COLUMNS, STATE_COLUMNS

Row = TypeVar("Row", bound=HistoryRow)

# The moment for all that is known, whatever clocks say.
EVERYTHING_KNOWN = datetime.max.replace(tzinfo=UTC)

CACHED_STATE = (*STATE_COLUMNS, *CHAIN_COLUMNS)
ACTION_STATE = (
    "progress",
    "completed_on",
    "last_update_at",
    "current_update",
    "confirmation",
)


@dataclass(frozen=True)
class History:
    """All rows of one recommendation, table by table; evidence moves no state."""

    updates: Sequence[StatusUpdate] = ()
    confirmations: Sequence[Confirmation] = ()
    answers: Sequence[Answer] = ()
    deadline_changes: Sequence[DeadlineChange] = ()
    difficulties: Sequence[Difficulty] = ()
    clearances: Sequence[DifficultyClearance] = ()
    evidence: Sequence[Evidence] = ()

    @classmethod
    def of(cls, recommendation: Recommendation) -> "History":
        """Give it as this object knows it: what a page tells of, read once for it."""
        return cls.sort_out(recommendation.history_rows)

    @classmethod
    def read(cls, recommendation: Recommendation) -> "History":
        """Read it all: one statement."""
        return cls.read_many([recommendation.pk])[recommendation.pk]

    @classmethod
    def read_many(cls, ids: Iterable[int]) -> "dict[int, History]":
        """Read the histories of several recommendations: one statement for all."""
        rows: dict[int, list[HistoryRow]] = {pk: [] for pk in ids}
        for row in read_rows(rows):
            rows[row.recommendation_id].append(row)
        return {pk: cls.sort_out(found) for pk, found in rows.items()}

    @classmethod
    def sort_out(cls, rows: Iterable[HistoryRow]) -> "History":
        """Tell rows of all tables apart."""
        rows = list(rows)

        def of(model: type[Row]) -> list[Row]:
            return [row for row in rows if isinstance(row, model)]

        return cls(
            of(StatusUpdate),
            of(Confirmation),
            of(Answer),
            of(DeadlineChange),
            of(Difficulty),
            of(DifficultyClearance),
            of(Evidence),
        )

    def with_row(self, row: HistoryRow) -> "History":
        """Give it with one row more, which was appended after it was read."""
        return self.sort_out([*self._rows(), row])

    def proofs_of(self, row: HistoryRow) -> list[Evidence]:
        """Give what proves a row, in the order in which it was added."""
        return [one for one in self.evidence if one.proven == row]

    def newest_moment(self) -> datetime:
        """Give now, or the last moment recorded where clocks disagree."""
        return max([timezone.now(), *(row.recorded_at for row in self._rows())])

    def days_of_moves(self, *, on: date, at: datetime) -> Iterator[date]:
        """Give the days from which on rows move the state, also those corrected since.

        Updates about actions and evidence move none.
        """
        for row in self._rows():
            is_apart = isinstance(row, Evidence) or getattr(row, "action_id", None)
            if not is_apart and row.effective_on <= on and row.recorded_at <= at:
                yield row.effective_on

    def _rows(self) -> Iterator[HistoryRow]:
        return chain.from_iterable(vars(self).values())


@dataclass(frozen=True)
class ProgressState:
    """What the updates of a recommendation, or of one action, come to."""

    progress: str
    completed_on: date | None
    last_update_at: datetime | None
    current_update: StatusUpdate | None
    confirmation: str


@dataclass(frozen=True)
class State:
    """Where a recommendation stands at (day, moment), worked out from history alone."""

    progress: str
    completed_on: date | None
    last_update_at: datetime | None
    current_update: StatusUpdate | None
    confirmation: str
    confirmed_progress: str
    due_on: date | None
    original_due_on: date | None
    extension_count: int
    answer: str
    answered_on: date | None
    current_answer: Answer | None
    open_difficulties: int
    last_moved_on: date | None


def standing_rows(rows: Iterable[Row], *, on: date, at: datetime) -> list[Row]:
    """Give the rows that hold at (day, moment), the winning one last.

    A row that another row recorded by then corrects is out; the greatest
    (effective_on, sequence) wins.
    """
    known = [row for row in rows if row.recorded_at <= at]
    corrected = {row.corrects_id for row in known}
    standing = [r for r in known if r.pk not in corrected and r.effective_on <= on]
    return sorted(standing, key=lambda row: (row.effective_on, row.sequence))


def compute_state(history: History, *, on: date, at: datetime) -> State:
    """Work out State(on, at) from all rows of one recommendation."""
    updates = [row for row in history.updates if row.action_id is None]
    confirmed = compute_confirmed_figures(history, on=on, at=at)
    deadlines = standing_rows(history.deadline_changes, on=on, at=at)
    answers = standing_rows(history.answers, on=on, at=at)
    answer = answers[-1] if answers else None
    return State(
        **vars(compute_progress(updates, history.confirmations, on=on, at=at)),
        confirmed_progress=confirmed.progress if confirmed else "",
        due_on=deadlines[-1].due_on if deadlines else None,
        original_due_on=next((row.due_on for row in deadlines if row.due_on), None),
        extension_count=_count_extensions(deadlines),
        answer=answer.outcome if answer else "",
        answered_on=answer.effective_on if answer else None,
        current_answer=answer,
        open_difficulties=len(find_open_difficulties(history, on=on, at=at)),
        last_moved_on=max(history.days_of_moves(on=on, at=at), default=None),
    )


def compute_progress(
    updates: Iterable[StatusUpdate],
    confirmations: Iterable[Confirmation],
    *,
    on: date,
    at: datetime,
) -> ProgressState:
    """Work out what updates about one thing come to at (on, at)."""
    updates = list(updates)
    standing = standing_rows(updates, on=on, at=at)
    recorded = [
        update.recorded_at
        for update in updates
        if update.recorded_at <= at and update.effective_on <= on
    ]
    current = standing[-1] if standing else None
    said = _last_words(confirmations, on=on, at=at)
    return ProgressState(
        progress=current.progress if current else Progress.NOT_STARTED,
        completed_on=_start_of_completed_run(standing),
        last_update_at=max(recorded, default=None),
        current_update=current,
        confirmation=said.get(current.pk, ConfirmationState.UNCONFIRMED)
        if current
        else "",
    )


@dataclass(frozen=True)
class Figures:
    """One progress as a report prints it: since when, and by which update."""

    progress: str
    completed_on: date | None
    update: StatusUpdate | None
    confirmation: str


def compute_confirmed_figures(
    history: History, *, on: date, at: datetime
) -> Figures | None:
    """Work out what the confirmed updates alone come to; None where there is none.

    An update counts while the last word on it known at the moment confirms it
    (product rules §3, basis "confirmed").
    """
    updates = [row for row in history.updates if row.action_id is None]
    said = _last_words(history.confirmations, on=on, at=at)
    confirmed = [
        row
        for row in standing_rows(updates, on=on, at=at)
        if said.get(row.pk) == ConfirmationState.CONFIRMED
    ]
    if not confirmed:
        return None
    last = confirmed[-1]
    return Figures(
        last.progress,
        _start_of_completed_run(confirmed),
        last,
        ConfirmationState.CONFIRMED,
    )


def _last_words(
    confirmations: Iterable[Confirmation], *, on: date, at: datetime
) -> dict[int, str]:
    """Give what was last said of each update that anything was said of."""
    standing = standing_rows(confirmations, on=on, at=at)
    return {row.update_id: row.outcome for row in standing}


def find_open_difficulties(
    history: History, *, on: date, at: datetime
) -> list[Difficulty]:
    """Give the difficulties that stand at (on, at) and that nothing has cleared."""
    standing = standing_rows(history.clearances, on=on, at=at)
    cleared = {row.difficulty_id for row in standing}
    opened = standing_rows(history.difficulties, on=on, at=at)
    return [row for row in opened if row.pk not in cleared]


def _count_extensions(ledger: list[DeadlineChange]) -> int:
    """Count the moves to a later day; taking a deadline back is no way round it."""
    count, last = 0, None
    for row in ledger:
        if row.due_on and last and row.due_on > last:
            count += 1
        last = row.due_on or last
    return count


def _start_of_completed_run(standing: list[StatusUpdate]) -> date | None:
    start = None
    for update in reversed(standing):
        if update.progress != Progress.COMPLETED:
            break
        start = update.effective_on
    return start


def compute_present_state(history: History) -> State:
    """Work out State(today, now); what is recorded is known, whatever clocks say."""
    return compute_state(history, on=timezone.localdate(), at=history.newest_moment())


def compute_present_progress(action: FollowUpAction, history: History) -> ProgressState:
    """Work out where one action stands at (today, now)."""
    return compute_action_progress(
        action, history, on=timezone.localdate(), at=history.newest_moment()
    )


def compute_action_progress(
    action: FollowUpAction, history: History, *, on: date, at: datetime
) -> ProgressState:
    """Work out where one action stands at (on, at)."""
    return compute_progress(
        [row for row in history.updates if row.action_id == action.pk],
        history.confirmations,
        on=on,
        at=at,
    )


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


def keep_state(
    recommendation: Recommendation,
    history: History | None = None,
    *,
    actions: Iterable[FollowUpAction] | None = None,
) -> None:
    """Refresh the cached state of a locked row, and let earlier forms meet a conflict.

    One statement raises the version too: `remember` is all that is left to do.
    """
    recommendation.version += 1
    refresh_cached_state(recommendation, history, actions=actions)


def refresh_cached_state(
    recommendation: Recommendation,
    history: History | None = None,
    *,
    actions: Iterable[FollowUpAction] | None = None,
) -> None:
    """Bring the cached state to (today, now); nothing else may write these columns.

    Whoever read the history under the lock hands it over with what was appended since,
    and names the actions of which new rows speak: the others stand as they stood.
    """
    if history is None:
        history = History.read(recommendation)
    _write(recommendation, compute_present_state(history), STATE_COLUMNS)
    recommendation.save_without_historical_record(
        update_fields=(*CACHED_STATE, "version")
    )
    for action in recommendation.actions.all() if actions is None else actions:
        state = compute_present_progress(action, history)
        if not _stands(action, state):
            _write(action, state, ACTION_STATE)
            action.save_without_historical_record(update_fields=ACTION_STATE)


def _stands(action: FollowUpAction, state: ProgressState) -> bool:
    """Say whether an action has this state already; rows are known by their keys."""
    columns = {one.name: one.attname for one in action._meta.concrete_fields}
    return all(
        getattr(action, columns[name]) == getattr(value, "pk", value)
        for name, value in vars(state).items()
    )


def stand_as_of(rows: Iterable[Recommendation], *, on: date) -> None:
    """Let rows say what is known by now of a day: one statement, nothing is saved."""
    rows = list(rows)
    histories = History.read_many(row.pk for row in rows)
    for row in rows:
        state = compute_state(histories[row.pk], on=on, at=EVERYTHING_KNOWN)
        _write(row, state, STATE_COLUMNS)


def stand_actions_as_of(
    actions: Iterable[FollowUpAction], histories: dict[int, History], *, on: date
) -> None:
    """Let actions say what is known by now of a day; nothing is saved."""
    for action in actions:
        history = histories[action.recommendation_id]
        state = compute_action_progress(action, history, on=on, at=EVERYTHING_KNOWN)
        _write(action, state, ACTION_STATE)


def _write(cache: Any, state: State | ProgressState, columns: Iterable[str]) -> None:
    for name in columns:
        setattr(cache, name, getattr(state, name))


def check_day(effective_on: date, recommendation: Recommendation) -> None:
    """Refuse a day that is still to come or before the recommendation was raised."""
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": _("This day is still to come.")})
    if effective_on < recommendation.raised_on:
        message = _("The recommendation was raised on %(day)s; this day is earlier.")
        day = f"{recommendation.raised_on:%d/%m/%Y}"
        raise ValidationError({"effective_on": message % {"day": day}})
