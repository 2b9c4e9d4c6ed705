"""The official report equals a slow recomputation, over random histories and days.

What it is compared with is worked out from plain columns and the words of the rules
alone (tests/tracker/test_chain_property.py), and shares nothing with the builder.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, settings

from tests.chain import plan_action
from tests.factories import RAISED_ON, make_recommendation, make_user
from tests.tracker.test_chain_property import (
    histories,
    holding,
    slow_progress,
    slow_state,
    word_on,
    write,
)
from tests.tracker.test_history_property import (
    START,
    first_day_of_completed_run,
    glances,
    greatest,
    modestly,
)
from tracker.choices import Basis
from tracker.models import Recommendation
from tracker.reports.official import build_official_report
from tracker.reports.sources import Scope

pytestmark = pytest.mark.django_db

PARTS = (
    *("completed_on_time", "completed_late", "completed"),
    *("in_time", "overdue", "no_deadline", "not_counted"),
)


def build(user, day, moment, basis):
    return build_official_report(
        Scope(Recommendation.objects.visible_to(user), "", frozenset()),
        as_of=day,
        frozen_at=moment,
        basis=basis,
        issuer=user.organisation,
        viewer=user,
    )


def slow_figures(one, day, moment, basis):
    """Say what was reported, or what of it was confirmed, if anything was."""
    confirmations = holding(one.confirmations, day, moment)
    rows, state = slow_progress(one.updates, None, confirmations, day, moment)
    if basis == Basis.REPORTED:
        return state["progress"], state["completed_on"]
    confirmed = [row for row in rows if word_on(row, confirmations) == "confirmed"]
    winner = greatest(confirmed)
    if winner is None:
        return "", None
    return winner["progress"], first_day_of_completed_run(winner, confirmed)


def slow_judgement(progress, completed_on, due_on, day):
    """Judge by the deadline as the rules say it, and how many days late."""
    if not progress:
        return "", 0
    if progress in {"suspended", "discontinued"}:
        return "not_counted", 0
    if progress == "completed":
        if due_on is None:
            return "completed", 0
        late = (completed_on - due_on).days
        return ("completed_late", late) if late > 0 else ("completed_on_time", 0)
    if due_on is None:
        return "no_deadline", 0
    if day > due_on:
        return "overdue", (day - due_on).days
    return ("due_soon", 0) if (due_on - day).days <= 7 else ("in_time", 0)


def slow_item(one, day, moment, basis):
    state = slow_state(one, day, moment)
    progress, completed_on = slow_figures(one, day, moment, basis)
    judged, late = slow_judgement(progress, completed_on, state["due_on"], day)
    return {
        "code": one.code,
        "progress": progress,
        "completed_on": completed_on,
        "timeliness": judged,
        "days_late": late,
        "due_on": state["due_on"],
        "original_due_on": state["original_due_on"],
        "extension_count": state["extension_count"],
        "confirmation": state["confirmation"]
        if basis == Basis.REPORTED
        else progress and "confirmed",
        "answer": state["answer"],
        "answered_on": state["answered_on"],
        "open_difficulties": state["open_difficulties"],
    }


def slow_count(items):
    """Count the seven parts; due soon is in time."""
    judged = [
        "in_time" if i["timeliness"] == "due_soon" else i["timeliness"] for i in items
    ]
    return tuple(judged.count(part) for part in PARTS)


def moments_of(glances):
    return [
        (START.date() + timedelta(days=days), START + timedelta(hours=hours))
        for days, hours in glances
    ]


def around_deadlines(ones):
    """Give the last deadline of each and the day after, with all that is known."""
    due = {
        one.deadline_changes.latest("sequence").due_on
        for one in ones
        if one.deadline_changes.exists()
    }
    known = START + timedelta(days=900)
    return [(day + timedelta(days=n), known) for day in due if day for n in (0, 1)]


def tell(items, names):
    return [{name: getattr(one, name) for name in names} for one in items]


@settings(modestly, max_examples=25)
@given(first=histories, second=histories, glances=glances)
def test_report_equals_a_slow_recomputation(central, lan, ha, first, second, glances):
    ones = []
    with time_machine.travel(START, tick=False) as clock:
        for history in (first, second):
            # The second is entered only after the story of the first.
            one = make_recommendation(entered_at=timezone.now())
            ones.append(one)
            action = plan_action(one, by=ha)
            for step in history:
                clock.shift(timedelta(hours=step.hours))
                write(one, action, step, lan)

    for day, moment in [*moments_of(glances), *around_deadlines(ones)]:
        there = [
            one for one in ones if one.raised_on <= day and one.entered_at <= moment
        ]
        for basis in Basis:
            report = build(ha, day, moment, basis)
            slow = [slow_item(one, day, moment, basis) for one in there]
            slow.sort(key=lambda item: item["code"])
            told = tell(report.items, slow[0] if slow else ())
            assert sorted(told, key=lambda item: item["code"]) == slow
            whole = report.counts[0]
            assert whole.parts == slow_count(slow)
            assert whole.total == len(slow)
            assert whole.without_figures == sum(not item["progress"] for item in slow)
    Recommendation.objects.filter(pk__in=[one.pk for one in ones]).update(
        withdrawn_on=RAISED_ON
    )


def test_report_of_many_rows_costs_what_one_of_few_costs(
    ha, lan, django_assert_max_num_queries
):
    for _row in range(20):
        make_recommendation()
    make_user("khac", lan.organisation)

    with django_assert_max_num_queries(30):
        build(ha, RAISED_ON, START + timedelta(days=900), Basis.REPORTED)
