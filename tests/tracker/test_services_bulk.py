"""One act over several recommendations: all or none, and taken back by newer rows."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from tests.factories import (
    RAISED_ON,
    make_deadline,
    make_organisation,
    make_recommendation,
    make_update,
)
from tracker.choices import ConfirmationState, Progress
from tracker.models import (
    Confirmation,
    Evidence,
    Recommendation,
    StatusUpdate,
    Submission,
)
from tracker.services.bulk import (
    Report,
    find_undoable,
    plan_together,
    record_progress_together,
    undo_act,
)
from tracker.services.evidence import Proof
from tracker.services.history import append_row, refresh_cached_state
from tracker.services.submissions import AlreadySubmittedError, EditConflictError
from tracker.services.verification import find_faults

JULY, AUGUST = date(2024, 7, 1), date(2024, 8, 1)
DOCUMENT = Proof("12-QĐ/TU")


def report(progress=Progress.IN_PROGRESS, on=AUGUST, note="Đã giao việc", proof=None):
    return Report(progress, on, note, proof or Proof())


def versions_of(*rows):
    saved = Recommendation.objects.in_bulk([row.pk for row in rows])
    return {pk: one.version for pk, one in saved.items()}


def record(*rows, by, key=None, **fields):
    return record_progress_together(
        versions_of(*rows), report(**fields), key=key or uuid4(), by=by
    )


def undo(act, *, by):
    return undo_act(act, key=uuid4(), by=by)


def present(*rows):
    found = Recommendation.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].progress, found[row.pk].completed_on) for row in rows]


def everything():
    models = (Recommendation, StatusUpdate, Evidence, Submission)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.fixture
def rows(lan):
    """Three that Lan's committee leads: untouched, under way, completed in July."""
    untouched, begun, done = (
        make_recommendation(lead=lan.organisation) for _ in range(3)
    )
    make_update(begun, by=lan)
    make_update(done, Progress.COMPLETED, by=lan, effective_on=JULY)
    return [untouched, begun, done]


def test_recording_together_is_one_act_of_many_rows(lan, rows):
    before = versions_of(*rows)

    act = record(*rows, by=lan, progress=Progress.COMPLETED, proof=DOCUMENT)

    updates = StatusUpdate.objects.filter(act=act).order_by("recommendation")
    assert [one.recommendation_id for one in updates] == [row.pk for row in rows]
    assert {(one.note, one.author, one.spoken_for) for one in updates} == {
        ("Đã giao việc", lan, lan.organisation)
    }
    assert Evidence.objects.filter(update__in=updates).count() == 3
    assert present(*rows) == [
        ("completed", AUGUST),
        ("completed", AUGUST),
        ("completed", JULY),
    ]
    assert versions_of(*rows) == {pk: one + 1 for pk, one in before.items()}
    assert Submission.objects.get().act == "progress together"
    assert list(find_faults()) == []


def test_coordinator_records_for_the_body_that_answers(ha, lan):
    led = make_recommendation(lead=lan.organisation, addressee=make_organisation())
    addressed = make_recommendation(addressee=make_organisation())
    nobodys = make_recommendation()

    act = record(led, addressed, nobodys, by=ha)

    updates = StatusUpdate.objects.filter(act=act).order_by("recommendation")
    voices = [one.spoken_for for one in updates]
    assert voices == [lan.organisation, addressed.addressee, ha.organisation]


def test_one_row_that_fails_keeps_all_from_being_saved(lan, hoa, rows):
    *_others, done = rows
    foreign = make_recommendation(lead=hoa.organisation)
    before = everything()

    for chosen, fields in (
        (rows, {"note": ""}),  # reopening the completed one needs a reason
        ([*rows, foreign], {}),
        (rows, {"on": date(2024, 1, 1)}),
    ):
        with pytest.raises(ValidationError):
            record(*chosen, by=lan, **fields)

    assert everything() == before
    plans = plan_together(rows, report(note=""), by=lan)
    assert [plan.recommendation for plan in plans if plan.refusal] == [done]


def test_row_that_changed_meanwhile_stops_all(lan, ha, rows):
    seen = versions_of(*rows)
    record(rows[1], by=ha)
    before = everything()

    with pytest.raises(EditConflictError) as conflict:
        record_progress_together(seen, report(), key=uuid4(), by=lan)

    assert conflict.value.current == [rows[1]]
    assert everything() == before


def test_repeated_confirmation_answers_like_the_first(lan, rows):
    seen, key = versions_of(*rows), uuid4()
    act = record_progress_together(seen, report(), key=key, by=lan)
    before = everything()

    with pytest.raises(AlreadySubmittedError) as earlier:
        record_progress_together(seen, report(), key=key, by=lan)

    assert earlier.value.answer == f"/recommendations/bulk/{act}/"
    assert everything() == before


def test_plan_says_from_and_to_and_what_is_still_open(lan, rows):
    untouched, begun, done = rows
    begun.actions.create(
        number=1, wording="Trình phương án", owner=lan.organisation, entered_by=lan
    )

    plans = plan_together(
        rows, report(Progress.COMPLETED, RAISED_ON, proof=DOCUMENT), by=lan
    )

    assert [(one.before, one.open_actions, one.leaves_present) for one in plans] == [
        ("not_started", 0, False),
        ("in_progress", 1, False),
        ("not_started", 0, True),
    ]


# -- taking back --------------------------------------------------------------------


def test_undo_restores_the_state_before_by_newer_rows(lan, rows):
    for row in rows:
        make_deadline(row, date(2024, 7, 15), by=lan)
    before = present(*rows)
    act = record(*rows, by=lan, progress=Progress.COMPLETED, proof=DOCUMENT)
    recorded = list(StatusUpdate.objects.order_by("pk").values())

    undoing = undo(act, by=lan)

    assert (
        present(*rows)
        == before
        == [
            ("not_started", None),
            ("in_progress", None),
            ("completed", JULY),
        ]
    )
    kept = StatusUpdate.objects.exclude(act=undoing.act).order_by("pk").values()
    assert list(kept) == recorded
    assert {
        (one.effective_on, one.corrects.act, one.author)
        for one in StatusUpdate.objects.filter(act=undoing.act)
    } == {(AUGUST, act, lan)}
    assert all(one.note.startswith("Hoàn tác cập nhật") for one in undoing.undone)
    assert list(find_faults()) == []


def test_undo_of_reopening_brings_back_the_day_of_completion(lan, rows):
    done = rows[2]
    act = record(done, by=lan)
    assert present(done) == [("in_progress", None)]

    undo(act, by=lan)

    assert present(done) == [("completed", JULY)]


def test_undo_leaves_what_was_corrected_or_confirmed(lan, ha, rows):
    act = record(*rows, by=lan)
    untouched, begun, done = StatusUpdate.objects.filter(act=act).order_by(
        "recommendation"
    )
    rows[0].refresh_from_db()
    make_update(rows[0], by=lan, corrects=untouched)
    said = Confirmation(
        update=begun,
        outcome=ConfirmationState.CONFIRMED,
        author=ha,
        spoken_for=ha.organisation,
        effective_on=AUGUST,
    )
    rows[1].refresh_from_db()
    append_row(rows[1], said)
    refresh_cached_state(rows[1])

    undoing = undo(act, by=lan)

    assert [one.corrects for one in undoing.undone] == [done]
    assert [update for update, _reason in undoing.left] == [untouched, begun]


def test_undoing_twice_changes_nothing_more(lan, rows):
    act = record(*rows, by=lan)
    first = undo(act, by=lan)
    before = everything()

    assert undo(act, by=lan).undone == []
    assert undo(first.act, by=lan).undone == []
    assert everything() == before


def test_same_undo_form_counts_once(lan, rows):
    act, key = record(*rows, by=lan), uuid4()
    undoing = undo_act(act, key=key, by=lan)

    with pytest.raises(AlreadySubmittedError) as earlier:
        undo_act(act, key=key, by=lan)

    assert earlier.value.answer == f"/recommendations/bulk/{undoing.act}/"
    assert all(len(one.act) <= 40 for one in Submission.objects.all())


def test_only_the_author_and_coordinators_take_back(lan, ha, hoa, rows):
    act = record(*rows, by=lan)

    assert {bool(reason) for _row, reason in find_undoable(act, by=hoa)} == {True}
    assert {bool(reason) for _row, reason in find_undoable(act, by=lan)} == {False}
    assert len(undo(act, by=ha).undone) == 3
