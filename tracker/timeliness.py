"""How a recommendation stands against its deadline: one rule, in Python and in SQL.

Rules: product rules §2.4. Days are days in Asia/Ho_Chi_Minh; the due day itself is
in time (≤), as domain facts §4.1 settle.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Case, CharField, F, Q, Value, When

from tracker.choices import Progress, Timeliness

# The seven parts of the count, in the order reports print them.
SEVEN_PARTS = (
    Timeliness.COMPLETED_ON_TIME,
    Timeliness.COMPLETED_LATE,
    Timeliness.COMPLETED,
    Timeliness.IN_TIME,
    Timeliness.OVERDUE,
    Timeliness.NO_DEADLINE,
    Timeliness.NOT_COUNTED,
)
LATE = (Timeliness.COMPLETED_LATE, Timeliness.OVERDUE)
UNCOUNTED = (Progress.SUSPENDED, Progress.DISCONTINUED)
# A flag is raised only while there is still something to do.
CLOSED = (Progress.COMPLETED, Progress.DISCONTINUED)


def judge_timeliness(
    progress: str, completed_on: date | None, due_on: date | None, *, on: date
) -> Timeliness:
    """Judge one state on a day; `due_soon` counts as in time."""
    if progress in UNCOUNTED:
        return Timeliness.NOT_COUNTED
    if progress == Progress.COMPLETED:
        if due_on is None:
            return Timeliness.COMPLETED
        if completed_on is not None and completed_on > due_on:
            return Timeliness.COMPLETED_LATE
        return Timeliness.COMPLETED_ON_TIME
    if due_on is None:
        return Timeliness.NO_DEADLINE
    return _judge_open(due_on, on)


def _judge_open(due_on: date, on: date) -> Timeliness:
    if due_on < on:
        return Timeliness.OVERDUE
    if due_on <= on + timedelta(days=settings.DUE_SOON_DAYS):
        return Timeliness.DUE_SOON
    return Timeliness.IN_TIME


def count_days_late(
    progress: str, completed_on: date | None, due_on: date | None, *, on: date
) -> int:
    """Count the days past a deadline, the original or the current one; 0 in time."""
    if judge_timeliness(progress, completed_on, due_on, on=on) not in LATE:
        return 0
    until = completed_on if progress == Progress.COMPLETED else on
    return (until - due_on).days if until and due_on else 0


def timeliness_expression(
    *, on: date, due: str = "due_on", column: Callable[[str], str] = str
) -> Case:
    """Give the same judgement as SQL over columns of a recommendation or an action.

    `due` is the deadline that it is judged against; `column` names the column that
    holds a part of the state, where rows carry that of a past day.
    """
    soon = on + timedelta(days=settings.DUE_SOON_DAYS)
    progress, due_on = column("progress"), column(due)
    completed = Q(**{progress: Progress.COMPLETED})
    no_deadline = Q(**{f"{due_on}__isnull": True})
    is_late = Q(**{f"{column('completed_on')}__gt": F(due_on)})
    return Case(
        When(**{f"{progress}__in": UNCOUNTED}, then=Value(Timeliness.NOT_COUNTED)),
        When(completed & no_deadline, then=Value(Timeliness.COMPLETED)),
        When(completed & is_late, then=Value(Timeliness.COMPLETED_LATE)),
        When(completed, then=Value(Timeliness.COMPLETED_ON_TIME)),
        When(no_deadline, then=Value(Timeliness.NO_DEADLINE)),
        When(**{f"{due_on}__lt": on}, then=Value(Timeliness.OVERDUE)),
        When(**{f"{due_on}__lte": soon}, then=Value(Timeliness.DUE_SOON)),
        default=Value(Timeliness.IN_TIME),
        output_field=CharField(),
    )
