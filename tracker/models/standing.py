"""Where recommendations stood on a past day, worked out by the database.

The rule is that of `compute_state` (product rules §3), written once more as SQL so that
lists can be narrowed, sorted and counted by it; tests prove both equal.
"""

from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from tracker.choices import ConfirmationState, Progress
from tracker.models.answers import Answer
from tracker.models.deadlines import DeadlineChange
from tracker.models.difficulties import Difficulty, DifficultyClearance
from tracker.models.history import HistoryRow
from tracker.models.updates import Confirmation, StatusUpdate

Row = TypeVar("Row", bound=HistoryRow)
# All tables whose rows move the state; evidence proves such a row and moves nothing.
STATE_MODELS: tuple[Any, ...] = (
    StatusUpdate,
    Confirmation,
    Answer,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
)
# What lists narrow, sort and count by: each has a column of the present, and this
# one beside it for a past day.
THEN = "{}_then"


def standing_columns(*, on: date, at: datetime | None) -> dict[str, Any]:
    """Give the columns of the state at (on, at), for rows of recommendations.

    `at` is None for all that is known by now.
    """
    updates = _standing(StatusUpdate, on, at).filter(action__isnull=True)
    updates = updates.filter(recommendation=OuterRef("pk"))
    ledger = _standing(DeadlineChange, on, at).filter(recommendation=OuterRef("pk"))
    answers = _standing(Answer, on, at).filter(recommendation=OuterRef("pk"))
    columns = {
        "current_update": _first(updates, "pk"),
        "progress": Coalesce(
            _first(updates, "progress"), Value(Progress.NOT_STARTED.value)
        ),
        "completed_on": _start_of_completed_run(updates, on, at),
        "due_on": _first(ledger, "due_on"),
        "last_update_at": _last_update(on, at),
        "answer": Coalesce(_first(answers, "outcome"), Value("")),
        "open_difficulties": _count_open_difficulties(on, at),
        "confirmation": _word_on_current_update(on, at),
    }
    return {
        THEN.format(name): column if at else _unless_unmoved(name, column, on)
        for name, column in columns.items()
    }


def _unless_unmoved(name: str, column: Any, on: date) -> Case:
    """Give the state of today where nothing has moved it since: no history is read."""
    is_unmoved = Q(last_moved_on__isnull=True) | Q(last_moved_on__lte=on)
    return Case(When(is_unmoved, then=F(name)), default=column)


def _standing(model: type[Row], on: date, at: datetime | None) -> QuerySet[Row]:
    """Give the rows of one history table that hold, the winning one first."""
    known = Q() if at is None else Q(recorded_at__lte=at)
    corrections = model._default_manager.filter(known, corrects=OuterRef("pk"))
    return model._default_manager.filter(
        known, ~Exists(corrections), effective_on__lte=on
    ).order_by("-effective_on", "-sequence")


def _first(rows: QuerySet, name: str) -> Subquery:
    return Subquery(rows.values(name)[:1])


def _start_of_completed_run(
    updates: QuerySet[StatusUpdate], on: date, at: datetime | None
) -> Subquery:
    """Give the first day of the completed rows that nothing else came after."""
    later = Q(effective_on__gt=OuterRef("effective_on")) | Q(
        effective_on=OuterRef("effective_on"), sequence__gt=OuterRef("sequence")
    )
    ended = _standing(StatusUpdate, on, at).filter(
        later,
        ~Q(progress=Progress.COMPLETED),
        recommendation=OuterRef("recommendation"),
        action__isnull=True,
    )
    run = updates.filter(~Exists(ended), progress=Progress.COMPLETED)
    return _first(run.order_by("effective_on", "sequence"), "effective_on")


def _last_update(on: date, at: datetime | None) -> Subquery:
    """Give the last moment anything was reported of the day or before it."""
    known = Q() if at is None else Q(recorded_at__lte=at)
    rows = StatusUpdate.objects.filter(
        known,
        recommendation=OuterRef("pk"),
        action__isnull=True,
        effective_on__lte=on,
    )
    return Subquery(
        rows.order_by()
        .values("recommendation")
        .annotate(last=Max("recorded_at"))
        .values("last")
    )


def _count_open_difficulties(on: date, at: datetime | None) -> Coalesce:
    cleared = _standing(DifficultyClearance, on, at).filter(difficulty=OuterRef("pk"))
    rows = _standing(Difficulty, on, at).filter(
        ~Exists(cleared), recommendation=OuterRef("pk")
    )
    counted = rows.order_by().values("recommendation").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _word_on_current_update(on: date, at: datetime | None) -> Case:
    """Give what was said of the winning update; nothing where there is none."""
    current = THEN.format("current_update")
    said = _standing(Confirmation, on, at).filter(update=OuterRef(current))
    return Case(
        When(**{f"{current}__isnull": True}, then=Value("")),
        default=Coalesce(
            _first(said, "outcome"), Value(ConfirmationState.UNCONFIRMED.value)
        ),
        output_field=CharField(),
    )


def column_of(rows: QuerySet, name: str) -> str:
    """Say under which name these rows carry a part of the state."""
    then = THEN.format(name)
    return then if then in rows.query.annotations else name
