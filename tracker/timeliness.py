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
# What has a deadline to meet.
STILL_TO_DO = (Progress.NOT_STARTED, Progress.IN_PROGRESS)


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


def timeliness_conditions(
    *, on: date, due: str = "due_on", column: Callable[[str], str] = str
) -> dict[Timeliness, Q]:
    """Give the same judgement as conditions, of which every row meets exactly one.

    `due` is the deadline that it is judged against; `column` names the column that
    holds a part of the state, where rows carry that of a past day.
    """
    soon = on + timedelta(days=settings.DUE_SOON_DAYS)
    progress, due_on = column("progress"), column(due)
    completed = Q(**{progress: Progress.COMPLETED})
    is_open = Q(**{f"{progress}__in": STILL_TO_DO})
    no_deadline = Q(**{f"{due_on}__isnull": True})
    completed_on = column("completed_on")
    is_late = Q(**{f"{completed_on}__gt": F(due_on)})
    in_time = Q(**{f"{completed_on}__lte": F(due_on)})
    # Nobody may know the day on which something was completed: then it is not late.
    in_time |= Q(**{f"{completed_on}__isnull": True, f"{due_on}__isnull": False})
    return {
        Timeliness.COMPLETED_ON_TIME: completed & in_time,
        Timeliness.COMPLETED_LATE: completed & is_late,
        Timeliness.COMPLETED: completed & no_deadline,
        Timeliness.IN_TIME: is_open & Q(**{f"{due_on}__gt": soon}),
        Timeliness.DUE_SOON: is_open
        & Q(**{f"{due_on}__gte": on, f"{due_on}__lte": soon}),
        Timeliness.OVERDUE: is_open & Q(**{f"{due_on}__lt": on}),
        Timeliness.NO_DEADLINE: is_open & no_deadline,
        Timeliness.NOT_COUNTED: Q(**{f"{progress}__in": UNCOUNTED}),
    }


def timeliness_expression(
    *, on: date, due: str = "due_on", column: Callable[[str], str] = str
) -> Case:
    """Give the same judgement as a column."""
    conditions = timeliness_conditions(on=on, due=due, column=column)
    return Case(
        *(When(one, then=Value(judged)) for judged, one in conditions.items()),
        output_field=CharField(),
    )
