"""What is cached of confirmations, answers, difficulties, extensions and actions.

Like the rest of the state it is worked out here once more, slowly, from plain columns
and the words of the rules alone, over random rows of all tables.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chain import plan_action
from tests.factories import RAISED_ON, make_recommendation, make_update
from tests.tracker.test_history_property import (
    START,
    assert_chain_is_whole,
    first_day_of_completed_run,
    glances,
    greatest,
    holds,
    modestly,
)
from tracker.choices import AnswerOutcome, ConfirmationState, Progress
from tracker.models import (
    Answer,
    Confirmation,
    DeadlineChange,
    Difficulty,
    DifficultyClearance,
    FollowUpAction,
    Recommendation,
    StatusUpdate,
)
from tracker.models.standing import THEN, standing_columns
from tracker.services.history import (
    ACTION_STATE,
    History,
    append_row,
    compute_progress,
    compute_state,
    refresh_cached_state,
)

pytestmark = pytest.mark.django_db

LINKS = ("current_update", "current_answer")
SORTED_BY = (
    "current_update",
    "progress",
    "completed_on",
    "due_on",
    "last_update_at",
    "confirmation",
    "answer",
    "open_difficulties",
)


@dataclass(frozen=True)
class Step:
    """One row of one table: after how long, how far back, and what it says."""

    table: type
    hours: int
    days_back: int
    progress: str
    outcome: str
    answer: str
    days_due: int | None
    is_about_action: bool
    which: int
    corrects: int | None


# Each history dwells on a few tables, so that its rows meet each other.
TABLES = [
    [StatusUpdate, Confirmation],
    [DeadlineChange],
    [Difficulty, DifficultyClearance],
    [StatusUpdate, Confirmation, Answer, DeadlineChange],
]


def steps(tables):
    return st.builds(
        Step,
        table=st.sampled_from(tables),
        hours=st.integers(0, 40),
        days_back=st.integers(0, 6),
        progress=st.sampled_from(
            [Progress.COMPLETED, Progress.IN_PROGRESS, Progress.SUSPENDED]
        ),
        outcome=st.sampled_from(["confirmed", "confirmed", "returned"]),
        answer=st.sampled_from(AnswerOutcome.values),
        days_due=st.none() | st.integers(0, 8) | st.integers(0, 8),
        is_about_action=st.booleans(),
        which=st.integers(0, 3),
        corrects=st.none() | st.none() | st.integers(0, 2),
    )


histories = st.sampled_from(TABLES).flatmap(
    lambda tables: st.lists(steps(tables), min_size=5, max_size=14)
)


def content(recommendation, action, step):
    """Give the columns of what a step writes; None where it speaks of nothing yet."""
    if step.table is StatusUpdate:
        about = action if step.is_about_action else None
        return {"progress": step.progress, "action": about}
    if step.table is Answer:
        return {"outcome": step.answer, "is_final": step.is_about_action}
    if step.table is DeadlineChange:
        days = step.days_due
        return {"due_on": None if days is None else RAISED_ON + timedelta(days=days)}
    if step.table is Difficulty:
        return {"category": "land"}
    of, name = (
        (recommendation.updates, "update")
        if step.table is Confirmation
        else (recommendation.difficulties, "difficulty")
    )
    rows = list(of.order_by("-sequence"))
    if not rows:
        return None
    said = {"outcome": step.outcome} if step.table is Confirmation else {}
    return {name: rows[step.which % len(rows)], **said}


def write(recommendation, action, step, by):
    columns = content(recommendation, action, step)
    if columns is None:
        return
    day = timezone.localdate() - timedelta(days=step.days_back)
    row = step.table(
        **columns,
        effective_on=max(RAISED_ON, day),
        author=by,
        spoken_for=by.organisation,
    )
    earlier = step.table.objects.filter(recommendation=recommendation)
    if step.table is StatusUpdate:
        # What is said of an action corrects what was said of that action.
        earlier = earlier.filter(action=columns["action"])
    if step.corrects is not None and earlier:
        row.corrects = earlier.order_by("-sequence")[step.corrects % len(earlier)]
    append_row(recommendation, row)
    refresh_cached_state(recommendation)


# -- the rules, slowly ------------------------------------------------------------


def holding(rows, day, moment):
    rows = list(rows.values())
    return [row for row in rows if holds(row, rows, day, moment)]


def in_order(rows):
    rows, ordered = list(rows), []
    while rows:
        ordered.insert(0, greatest(rows))
        rows.remove(ordered[0])
    return ordered


def word_on(update, confirmations):
    last = greatest([row for row in confirmations if row["update_id"] == update["id"]])
    return last["outcome"] if last else "unconfirmed"


def slow_progress(updates, action, confirmations, day, moment):
    key = action and action.pk
    left = [r for r in holding(updates, day, moment) if r["action_id"] == key]
    winner = greatest(left)
    rows = [row for row in updates.values() if row["action_id"] == key]
    known = [
        row
        for row in rows
        if row["recorded_at"] <= moment and row["effective_on"] <= day
    ]
    newest = max(known, key=lambda row: row["sequence"], default=None)
    return left, {
        "progress": winner["progress"] if winner else "not_started",
        "completed_on": first_day_of_completed_run(winner, left),
        "last_update_at": newest and newest["recorded_at"],
        "current_update_id": winner and winner["id"],
        "confirmation": word_on(winner, confirmations) if winner else "",
    }


def slow_ledger(changes):
    """Walk through the ledger: a day later than the last one given is an extension."""
    original = last = None
    extensions = 0
    for row in in_order(changes):
        if row["due_on"] is None:
            continue
        original = original or row["due_on"]
        extensions += last is not None and row["due_on"] > last
        last = row["due_on"]
    winner = greatest(changes)
    return {
        "due_on": winner and winner["due_on"],
        "original_due_on": original,
        "extension_count": extensions,
    }


def slow_state(one, day, moment):
    confirmations = holding(one.confirmations, day, moment)
    updates, progress = slow_progress(one.updates, None, confirmations, day, moment)
    confirmed = [r for r in updates if word_on(r, confirmations) == "confirmed"]
    answer = greatest(holding(one.answers, day, moment))
    cleared = holding(one.difficulty_clearances, day, moment)
    return {
        **progress,
        **slow_ledger(holding(one.deadline_changes, day, moment)),
        "confirmed_progress": greatest(confirmed)["progress"] if confirmed else "",
        "answer": answer["outcome"] if answer else "",
        "answered_on": answer and answer["effective_on"],
        "current_answer_id": answer and answer["id"],
        "open_difficulties": sum(
            not any(end["difficulty_id"] == row["id"] for end in cleared)
            for row in holding(one.difficulties, day, moment)
        ),
        "last_moved_on": max(days_of_moves(one, day, moment), default=None),
    }


def days_of_moves(one, day, moment):
    """Give the days of all rows known, corrected or not, but not those of actions."""
    tables = (
        *(one.updates, one.confirmations, one.answers, one.deadline_changes),
        *(one.difficulties, one.difficulty_clearances),
    )
    rows = [row for table in tables for row in table.values()]
    return [
        row["effective_on"]
        for row in rows
        if row["effective_on"] <= day
        and row["recorded_at"] <= moment
        and not row.get("action_id")
    ]


# -- the three, side by side ------------------------------------------------------


def plain(state):
    """Give a computed state with keys in place of rows."""
    return {
        f"{name}_id" if name in LINKS else name: value.pk
        if name in LINKS and value
        else value
        for name, value in vars(state).items()
    }


def assert_all_agree(one, action):
    day, now = timezone.localdate(), timezone.now()
    slow = slow_state(one, day, now)
    assert plain(compute_state(History.read(one), on=day, at=now)) == slow
    assert Recommendation.objects.values(*slow).get(pk=one.pk) == slow

    confirmations = holding(one.confirmations, day, now)
    _left, of_action = slow_progress(one.updates, action, confirmations, day, now)
    assert len(of_action) == len(ACTION_STATE)
    assert FollowUpAction.objects.values(*of_action).get(pk=action.pk) == of_action


def read_by_database(one, day, moment):
    """Give the state that lists are narrowed by; None where the row was not there."""
    rows = Recommendation.objects.filter(pk=one.pk).standing_at(on=day, at=moment)
    return rows.values(*map(THEN.format, SORTED_BY)).first()


def asked_of_database(one, day, moment):
    if one.raised_on > day or one.entered_at > moment:
        return None
    slow = slow_state(one, day, moment)
    slow["current_update"] = slow["current_update_id"]
    return {THEN.format(name): slow[name] for name in SORTED_BY}


@settings(modestly, max_examples=20)
@given(history=histories)
def test_everything_cached_is_what_history_says_after_every_write(lan, ha, history):
    one = make_recommendation()
    action = plan_action(one, by=ha)
    with time_machine.travel(START, tick=False) as clock:
        for step in history:
            clock.shift(timedelta(hours=step.hours))
            write(one, action, step, lan)
            assert_all_agree(one, action)
    assert_chain_is_whole(one)


@settings(modestly, max_examples=20)
@given(history=histories, glances=glances)
def test_any_past_state_of_the_chain_is_as_the_rules_say(lan, ha, history, glances):
    one = make_recommendation(entered_at=START - timedelta(hours=2))
    action = plan_action(one, by=ha)
    with time_machine.travel(START, tick=False) as clock:
        for step in history:
            clock.shift(timedelta(hours=step.hours))
            write(one, action, step, lan)

    read = History.read(one)
    of_action = [row for row in read.updates if row.action_id]
    for days, hours in glances:
        day, moment = (
            START.date() + timedelta(days=days),
            START + timedelta(hours=hours),
        )
        assert plain(compute_state(read, on=day, at=moment)) == slow_state(
            one, day, moment
        )
        assert read_by_database(one, day, moment) == asked_of_database(one, day, moment)
        # All that is known by now: where nothing moved since, today's state is read.
        by_now = asked_of_database(one, day, timezone.now())
        assert read_by_database(one, day, None) == by_now
        computed = compute_progress(of_action, read.confirmations, on=day, at=moment)
        confirmations = holding(one.confirmations, day, moment)
        _left, slow = slow_progress(one.updates, action, confirmations, day, moment)
        assert plain(computed) == slow


def test_what_is_cached_here_is_all_that_is_cached(lan):
    one = make_recommendation()
    slow = slow_state(one, RAISED_ON, timezone.now())

    columns = {field.attname for field in Recommendation._meta.fields}
    kept = {field.attname for field in Recommendation.history.model._meta.fields}
    not_state = {"last_sequence", "last_hash", "version", "entered_at"}
    searched = {"search_folded", "search_exact", "wording_key"}
    assert columns - kept == {*slow, *not_state, *searched}
    assert ConfirmationState.UNCONFIRMED not in slow.values()
    then = standing_columns(on=RAISED_ON, at=None)
    assert {*then} == {THEN.format(name) for name in SORTED_BY}


def test_a_run_that_was_broken_on_its_first_day_is_a_run(lan):
    one, day = make_recommendation(), RAISED_ON + timedelta(days=1)
    for progress in (Progress.IN_PROGRESS, Progress.COMPLETED, Progress.COMPLETED):
        make_update(one, progress, by=lan, effective_on=day)

    [row] = Recommendation.objects.standing_at(on=day).values("completed_on_then")

    assert row["completed_on_then"] == one.completed_on == day
