"""Cached state, computed state and the words of the rules agree on any history.

The slow recomputation here is written from the rules alone and shares nothing with
the code it judges: it reads plain columns and looks at every pair of rows.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories import (
    RAISED_ON,
    make_deadline,
    make_recommendation,
    make_update,
)
from tracker.choices import Progress, Timeliness
from tracker.models import HISTORY_MODELS, DeadlineChange, Recommendation, StatusUpdate
from tracker.services.evidence import Proof, attach_proof
from tracker.services.history import (
    History,
    append_row,
    compute_state,
    refresh_cached_state,
)
from tracker.services.verification import check_chain
from tracker.timeliness import SEVEN_PARTS, judge_timeliness

pytestmark = pytest.mark.django_db

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
# Late in the evening at Hà Nội: hours that pass move the day there, not in UTC.
START = datetime(2024, 6, 27, 22, 30, tzinfo=HANOI)
STATE = ("progress", "completed_on", "due_on", "last_update_at", "current_update_id")
NO_HISTORY = {**dict.fromkeys(STATE), "progress": Progress.NOT_STARTED}

modestly = settings(
    max_examples=100,
    deadline=None,
    database=None,
    # Histories are short as they are; shrinking one takes a minute.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Step:
    """One row to write: after how long, how far back, and what it says."""

    hours: int
    days_back: int
    progress: str | None
    days_due: int | None
    corrects: int | None
    is_proved: bool


steps = st.builds(
    Step,
    hours=st.integers(0, 40),
    days_back=st.integers(0, 6),
    progress=st.sampled_from([None, Progress.COMPLETED, Progress.IN_PROGRESS])
    | st.sampled_from(Progress.values),
    days_due=st.none() | st.integers(0, 20),
    corrects=st.none() | st.integers(0, 2),
    is_proved=st.booleans(),
)
histories = st.lists(steps, max_size=12)
# Days and hours after the start, some of them before the first row and after the last.
glances = st.lists(
    st.tuples(st.integers(-3, 20), st.integers(-5, 400)), min_size=1, max_size=6
)


def write_row(recommendation, step, by):
    """Append what a step says, then bring the cached state up to date."""
    today = timezone.localdate()
    day = max(RAISED_ON, today - timedelta(days=step.days_back))
    about = {"effective_on": day, "author": by, "spoken_for": by.organisation}
    if step.progress:
        row = StatusUpdate(progress=step.progress, **about)
    else:
        due = step.days_due and RAISED_ON + timedelta(days=step.days_due)
        row = DeadlineChange(due_on=due or None, **about)
    earlier = type(row).objects.filter(recommendation=recommendation)
    if step.corrects is not None and earlier:
        # Counted from the newest, so that corrections of corrections are common.
        row.corrects = earlier.order_by("-sequence")[step.corrects % len(earlier)]
    append_row(recommendation, row)
    attach_proof(recommendation, row, Proof("12-BC/TU" if step.is_proved else ""))
    refresh_cached_state(recommendation)


# -- the rules, slowly ------------------------------------------------------------


def holds(row, rows, day, moment):
    if row["effective_on"] > day or row["recorded_at"] > moment:
        return False
    return not any(
        other["corrects_id"] == row["id"] and other["recorded_at"] <= moment
        for other in rows
    )


def greatest(rows):
    winner = None
    for row in rows:
        place = (row["effective_on"], row["sequence"])
        if winner is None or place > (winner["effective_on"], winner["sequence"]):
            winner = row
    return winner


def slow_state(recommendation, day, moment):
    """State at (D, T) in the words of the rules, one row against every other."""
    updates = list(recommendation.updates.values())
    changes = list(recommendation.deadline_changes.values())
    left = [row for row in updates if holds(row, updates, day, moment)]
    winner = greatest(left)
    deadline = greatest([row for row in changes if holds(row, changes, day, moment)])
    newest = None
    for row in updates:
        is_known = row["recorded_at"] <= moment and row["effective_on"] <= day
        if is_known and (newest is None or row["sequence"] > newest["sequence"]):
            newest = row
    return {
        "progress": winner["progress"] if winner else "not_started",
        "completed_on": first_day_of_completed_run(winner, left),
        "due_on": deadline["due_on"] if deadline else None,
        "last_update_at": newest["recorded_at"] if newest else None,
        "current_update_id": winner["id"] if winner else None,
    }


def first_day_of_completed_run(winner, rows):
    """Step back from the winning row for as long as the row before is completed."""
    first, rows = None, list(rows)
    while winner and winner["progress"] == "completed":
        first = winner["effective_on"]
        rows.remove(winner)
        winner = greatest(rows)
    return first


# -- the three, side by side ------------------------------------------------------


def computed_state(recommendation, day, moment):
    state = compute_state(History.read(recommendation), on=day, at=moment)
    shown = {name: getattr(state, name) for name in STATE[:4]}
    current = state.current_update
    return {**shown, "current_update_id": current and current.pk}


def cached_state(recommendation):
    return Recommendation.objects.values(*STATE).get(pk=recommendation.pk)


def assert_three_agree(recommendation):
    today, now = timezone.localdate(), timezone.now()
    slow = slow_state(recommendation, today, now)
    assert computed_state(recommendation, today, now) == slow
    assert cached_state(recommendation) == slow


@modestly
@given(history=histories)
def test_the_cached_state_is_what_history_says_after_every_write(lan, history):
    recommendation = make_recommendation()
    with time_machine.travel(START, tick=False) as clock:
        for step in history:
            clock.shift(timedelta(hours=step.hours))
            write_row(recommendation, step, lan)
            assert_three_agree(recommendation)
        clock.shift(timedelta(days=400))
        assert_three_agree(recommendation)
    assert_chain_is_whole(recommendation)


@modestly
@given(history=histories, glances=glances)
def test_any_past_day_and_moment_is_worked_out_as_the_rules_say(lan, history, glances):
    recommendation = make_recommendation()
    with time_machine.travel(START, tick=False) as clock:
        for step in history:
            clock.shift(timedelta(hours=step.hours))
            write_row(recommendation, step, lan)

    for days, hours in glances:
        day = START.date() + timedelta(days=days)
        moment = START + timedelta(hours=hours)
        slow = slow_state(recommendation, day, moment)
        assert computed_state(recommendation, day, moment) == slow


def assert_chain_is_whole(recommendation):
    chain = []
    for model in HISTORY_MODELS:
        chain.extend(model.objects.filter(recommendation=recommendation))
    chain.sort(key=lambda row: row.sequence)
    assert list(check_chain(recommendation, chain)) == []


# -- tricky histories, one by one -------------------------------------------------


def july(number):
    return date(2024, 7, number)


# Rows as "progress, day in July" and ", for n" where one corrects the n-th of them.
# Expected on 31 July: progress, completed on, the place of the row that gives it.
HISTORIES = {
    "nothing was reported": ([], "not_started", None, None),
    "a back-dated row leaves the present": (
        ["completed, 20", "in_progress, 10"],
        *("completed", 20, 1),
    ),
    "on one day the later row wins": (
        ["suspended, 10", "in_progress, 10"],
        *("in_progress", None, 2),
    ),
    "completed twice: the first day counts": (
        ["completed, 10", "completed, 20"],
        *("completed", 10, 2),
    ),
    "reopened: no completion date": (
        ["completed, 5", "in_progress, 8"],
        *("in_progress", None, 2),
    ),
    "reopened and completed again: the last run counts": (
        ["completed, 5", "in_progress, 8", "completed, 20"],
        *("completed", 20, 3),
    ),
    "reopened and completed within one day": (
        ["completed, 10", "in_progress, 10", "completed, 10"],
        *("completed", 10, 3),
    ),
    "a back-dated completion begins the run": (
        ["completed, 20", "completed, 10"],
        *("completed", 10, 1),
    ),
    "a back-dated reopening breaks the run": (
        ["completed, 1", "completed, 20", "in_progress, 10"],
        *("completed", 20, 2),
    ),
    "a corrected row is out": (
        ["in_progress, 5", "completed, 20", "in_progress, 4, for 2"],
        *("in_progress", None, 1),
    ),
    "a correction is corrected: the first stays out": (
        ["completed, 20", "in_progress, 10, for 1", "suspended, 9, for 2"],
        *("suspended", None, 3),
    ),
    "two corrections of one row": (
        ["completed, 20", "in_progress, 10, for 1", "suspended, 9, for 1"],
        *("in_progress", None, 2),
    ),
    "the start of the run is corrected": (
        ["completed, 1", "completed, 10", "in_progress, 1, for 1"],
        *("completed", 10, 2),
    ),
    "the break of the run is corrected": (
        ["completed, 1", "in_progress, 5", "completed, 10", "completed, 5, for 2"],
        *("completed", 1, 3),
    ),
}


def write_in_july(recommendation, rows, by):
    written = [None]
    for row in rows:
        progress, day, *corrected = re.split(", (?:for )?", row)
        earlier = written[int(corrected[0])] if corrected else None
        about = {"effective_on": july(int(day)), "corrects": earlier, "by": by}
        written.append(make_update(recommendation, progress, **about))
    return written


@pytest.mark.parametrize(
    ("rows", "progress", "completed", "winner"), HISTORIES.values(), ids=HISTORIES
)
def test_state_of_a_tricky_history(lan, rows, progress, completed, winner):
    recommendation = make_recommendation()
    written = write_in_july(recommendation, rows, lan)

    now = timezone.now()
    state = computed_state(recommendation, july(31), now)

    assert state == {
        "progress": progress,
        "completed_on": completed and july(completed),
        "due_on": None,
        "last_update_at": written[-1] and written[-1].recorded_at,
        "current_update_id": winner and written[winner].pk,
    }
    assert state == slow_state(recommendation, july(31), now)
    assert state == cached_state(recommendation)


def test_a_correction_works_from_when_it_was_recorded(lan):
    recommendation = make_recommendation()
    with time_machine.travel(START, tick=False) as clock:
        clock.shift(timedelta(days=30))
        wrong = make_update(
            recommendation, Progress.COMPLETED, effective_on=july(5), by=lan
        )
        clock.shift(timedelta(seconds=1))
        right = make_update(
            recommendation, effective_on=july(20), corrects=wrong, by=lan
        )

    before = computed_state(recommendation, july(10), wrong.recorded_at)
    after = computed_state(recommendation, july(10), right.recorded_at)
    later = computed_state(recommendation, july(20), right.recorded_at)

    assert (before["progress"], before["completed_on"]) == ("completed", july(5))
    # The correction counts although its own day is still to come.
    assert after == {**NO_HISTORY, "last_update_at": wrong.recorded_at}
    assert later["progress"] == "in_progress"


def test_what_was_recorded_later_is_not_known_yet(lan):
    recommendation = make_recommendation()
    with time_machine.travel(START, tick=False) as clock:
        first = make_update(recommendation, by=lan)
        make_deadline(recommendation, july(31), by=lan)
        clock.shift(timedelta(microseconds=1))
        make_update(recommendation, Progress.COMPLETED, by=lan)
        make_deadline(recommendation, july(1), by=lan)

    just_before = first.recorded_at - timedelta(microseconds=1)
    assert computed_state(recommendation, july(31), just_before) == NO_HISTORY
    assert computed_state(recommendation, july(31), first.recorded_at) == {
        "progress": "in_progress",
        "completed_on": None,
        "due_on": july(31),
        "last_update_at": first.recorded_at,
        "current_update_id": first.pk,
    }


def test_a_row_that_is_true_later_breaks_no_silence_before_it(lan):
    recommendation = make_recommendation()
    make_update(recommendation, effective_on=july(20), by=lan)

    state = computed_state(recommendation, july(10), timezone.now())

    assert state == NO_HISTORY


def test_a_deadline_is_no_update(lan):
    recommendation = make_recommendation()
    make_deadline(recommendation, july(31), by=lan)

    assert cached_state(recommendation) == {**NO_HISTORY, "due_on": july(31)}


def test_a_deadline_taken_back_leaves_none(lan):
    recommendation = make_recommendation()
    make_deadline(recommendation, july(31), by=lan)
    taken_back = make_deadline(recommendation, None, effective_on=july(10), by=lan)
    assert cached_state(recommendation)["due_on"] is None

    # A correction of the taking back brings the deadline before it into force again.
    make_deadline(
        recommendation, july(25), effective_on=RAISED_ON, corrects=taken_back, by=lan
    )

    assert cached_state(recommendation)["due_on"] == july(25)


def test_the_order_in_which_rows_are_read_does_not_matter(lan):
    recommendation = make_recommendation()
    with time_machine.travel(START, tick=False) as clock:
        for day, progress in enumerate(("completed", "suspended", "in_progress"), 1):
            clock.shift(timedelta(hours=1))
            make_update(recommendation, progress, by=lan)
            make_deadline(recommendation, july(day), by=lan)

    newest_first = compute_state(
        History(
            updates=recommendation.updates.order_by("-sequence"),
            deadline_changes=recommendation.deadline_changes.order_by("-sequence"),
        ),
        on=july(31),
        at=timezone.now(),
    )

    assert newest_first.progress == "in_progress"
    assert newest_first.due_on == july(3)
    assert newest_first.last_update_at == START + timedelta(hours=3)


def test_histories_do_not_mix(lan):
    one, other = make_recommendation(), make_recommendation()
    make_update(other, Progress.COMPLETED, by=lan)
    make_deadline(other, july(31), by=lan)

    refresh_cached_state(one)

    assert cached_state(one) == NO_HISTORY
    assert cached_state(other)["progress"] == "completed"


# -- timeliness: one rule, twice --------------------------------------------------

TODAY = date(2026, 6, 15)
AROUND = (-400, -8, -7, -1, 0, 1, 6, 7, 8, 9, 400)


def make_every_state():
    """Keep one recommendation for each progress, completion date and deadline."""
    days = [None, *(TODAY + timedelta(days=n) for n in AROUND)]
    return Recommendation.objects.bulk_create(
        Recommendation(
            code_prefix="QNA",
            code_year=24,
            code_number=number,
            raised_on=RAISED_ON,
            progress=progress,
            completed_on=completed_on,
            due_on=due_on,
            wording_key=b"",
        )
        for number, (progress, completed_on, due_on) in enumerate(
            product(Progress.values, days, days), start=1
        )
    )


def test_timeliness_is_the_same_in_python_and_in_the_database():
    assert len(make_every_state()) == 5 * 12 * 12

    for days in (*range(-20, 21), -401, -400, 400, 401):
        on = TODAY + timedelta(days=days)
        rows = Recommendation.objects.with_timeliness(on=on).values_list(
            "timeliness", "progress", "completed_on", "due_on"
        )
        assert [row[0] for row in rows] == [
            judge_timeliness(*row[1:], on=on) for row in rows
        ]


@given(
    progress=st.sampled_from(Progress.values),
    completed=st.none() | st.integers(-15, 15),
    due=st.none() | st.integers(-15, 15),
)
def test_timeliness_follows_the_words_of_the_rules(progress, completed, due):
    completed_on, due_on = (
        None if days is None else TODAY + timedelta(days=days)
        for days in (completed, due)
    )

    judged = judge_timeliness(progress, completed_on, due_on, on=TODAY)

    is_open = progress in {Progress.NOT_STARTED, Progress.IN_PROGRESS}
    is_late = None not in (completed, due) and completed > due
    assert (judged == Timeliness.NOT_COUNTED) == (
        progress in {Progress.SUSPENDED, Progress.DISCONTINUED}
    )
    assert judged.startswith("completed") == (progress == Progress.COMPLETED)
    assert (judged == Timeliness.COMPLETED_LATE) == (
        progress == Progress.COMPLETED and is_late
    )
    assert (judged == Timeliness.OVERDUE) == (is_open and due is not None and due < 0)
    assert (judged == Timeliness.DUE_SOON) == (is_open and due in range(8))
    assert (judged in {Timeliness.NO_DEADLINE, Timeliness.COMPLETED}) == (
        due is None and (is_open or progress == Progress.COMPLETED)
    )
    part = Timeliness.IN_TIME if judged == Timeliness.DUE_SOON else judged
    assert SEVEN_PARTS.count(part) == 1


def test_the_due_day_is_a_day_of_hanoi(lan):
    recommendation = make_recommendation()
    make_deadline(recommendation, july(10), by=lan)
    last_minute = datetime(2024, 7, 10, 23, 59, tzinfo=HANOI)

    judged = []
    for minutes in (0, 1):
        with time_machine.travel(last_minute + timedelta(minutes=minutes), tick=False):
            judged.append(recommendation.judge_timeliness(on=timezone.localdate()))

    assert judged == [Timeliness.DUE_SOON, Timeliness.OVERDUE]
