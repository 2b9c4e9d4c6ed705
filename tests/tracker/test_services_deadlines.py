"""The deadline ledger: what each move demands, and that every line stays."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from tests.factories import RAISED_ON, make_deadline, make_recommendation
from tracker.models import (
    DeadlineChange,
    Evidence,
    Recommendation,
    StatusUpdate,
    Submission,
)
from tracker.services.deadlines import set_deadline
from tracker.services.evidence import Proof
from tracker.services.progress import record_progress
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    Stamp,
)
from tracker.services.verification import find_faults

DOCUMENT = Proof("15-TB/TW")
LINK = Proof("", "https://dangcongsan.vn/15")
REASON = "Chờ điều chỉnh quy hoạch"
JUNE, DECEMBER = date(2025, 6, 30), date(2025, 12, 31)


@pytest.fixture
def asked(db):
    return make_recommendation()


def fresh_stamp(recommendation):
    saved = Recommendation.objects.get(pk=recommendation.pk)
    return Stamp(uuid4(), saved.version)


def move(recommendation, due_on=JUNE, *, by, **fields):
    fields.setdefault("effective_on", RAISED_ON)
    fields.setdefault("note", "")
    fields.setdefault("proof", Proof())
    fields.setdefault("stamp", fresh_stamp(recommendation))
    return set_deadline(recommendation, due_on=due_on, by=by, **fields)


def start(recommendation, *, stamp, by):
    return record_progress(
        recommendation,
        progress="in_progress",
        effective_on=RAISED_ON,
        note="",
        proof=Proof(),
        corrects=None,
        spoken_for=by.organisation,
        stamp=stamp,
        by=by,
    )


def everything():
    models = (Recommendation, StatusUpdate, DeadlineChange, Evidence, Submission)
    kept = [list(model.objects.order_by("pk").values()) for model in models]
    return [*kept, Recommendation.history.count()]


def refused_fields(act):
    """Give the fields a refusal names; a refused act leaves no trace at all."""
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        act()
    assert everything() == before
    return set(getattr(refusal.value, "error_dict", {"form": None}))


# -- what each move demands -------------------------------------------------------

# The ledger so far, the new date, the fields it demands.
MOVES = {
    "first": ([], JUNE, set()),
    "first, long past": ([], RAISED_ON, set()),
    "extended by a day": ([JUNE], date(2025, 7, 1), {"note", "document_number"}),
    "extended by months": ([JUNE], DECEMBER, {"note", "document_number"}),
    "extended again": (
        [JUNE, DECEMBER],
        date(2026, 6, 30),
        {"note", "document_number"},
    ),
    "shortened": ([DECEMBER], JUNE, {"note"}),
    "shortened below an extension": ([JUNE, DECEMBER], JUNE, {"note"}),
    "taken back": ([JUNE], None, {"note"}),
    "set anew as it was": ([JUNE, None], JUNE, {"note"}),
    "set anew earlier": ([DECEMBER, None], JUNE, {"note"}),
}


@pytest.mark.parametrize(("ledger", "due_on", "demanded"), MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("note", ["", REASON], ids=["silent", "said"])
@pytest.mark.parametrize("proof", [Proof(), DOCUMENT, LINK], ids=["bare", "no", "link"])
def test_each_move_demands_its_reason_and_its_document(
    ha, asked, ledger, due_on, demanded, note, proof
):
    for earlier in ledger:
        make_deadline(asked, earlier, by=ha)
    given = {"note"} if note else set()
    given |= {"document_number"} if proof else set()

    def act():
        return move(asked, due_on, note=note, proof=proof, by=ha)

    if demanded <= given:
        assert act().due_on == due_on
        assert Recommendation.objects.get().due_on == due_on
    else:
        assert refused_fields(act) == demanded - given


@pytest.mark.parametrize(
    ("ledger", "due_on"),
    [([], None), ([JUNE], JUNE), ([JUNE, None], None), ([], date(2024, 6, 25))],
    ids=["no date", "the same date", "taken back twice", "before it was raised"],
)
def test_some_dates_are_no_move(ha, asked, ledger, due_on):
    for earlier in ledger:
        make_deadline(asked, earlier, by=ha)

    def act():
        return move(asked, due_on, note=REASON, proof=DOCUMENT, by=ha)

    assert refused_fields(act) == {"due_on"}


@pytest.mark.parametrize("hour", [0, 6, 7, 23])
def test_a_decision_is_not_of_a_day_to_come_at_hanoi(ha, asked, hour):
    now = datetime(2024, 8, 15, hour, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

    with time_machine.travel(now, tick=False):
        tomorrow = date(2024, 8, 16)
        assert refused_fields(lambda: move(asked, effective_on=tomorrow, by=ha)) == {
            "effective_on"
        }
        row = move(asked, effective_on=date(2024, 8, 15), by=ha)

    assert row.recorded_at == now


def test_a_decision_is_not_older_than_the_recommendation(ha, asked):
    day_before = RAISED_ON - timedelta(days=1)

    assert refused_fields(lambda: move(asked, effective_on=day_before, by=ha)) == {
        "effective_on"
    }


# -- what is kept -----------------------------------------------------------------


def test_the_ledger_keeps_every_line_with_its_reason_and_document(ha, asked):
    move(asked, JUNE, by=ha)
    move(asked, DECEMBER, note=REASON, proof=DOCUMENT, by=ha)
    before = everything()

    taken_back = move(asked, None, note="Không còn cần", by=ha)

    after = everything()
    for kept, now in zip(before[1:5], after[1:5], strict=True):
        assert now[: len(kept)] == kept
    ledger = DeadlineChange.objects.order_by("sequence")
    assert [(row.sequence, row.due_on, row.note) for row in ledger] == [
        (1, JUNE, ""),
        (2, DECEMBER, REASON),
        (4, None, "Không còn cần"),
    ]
    assert {(row.author, row.spoken_for) for row in ledger} == {(ha, ha.organisation)}
    evidence = Evidence.objects.get()
    assert (evidence.deadline_change.due_on, evidence.update) == (DECEMBER, None)
    assert (evidence.sequence, evidence.document_number) == (3, "15-TB/TW")
    assert taken_back.due_on is Recommendation.objects.get().due_on is None
    assert list(find_faults()) == []


def test_a_back_dated_decision_leaves_the_present_deadline(ha, asked):
    move(asked, JUNE, effective_on=date(2024, 7, 20), by=ha)

    move(asked, DECEMBER, note=REASON, proof=DOCUMENT, by=ha)

    assert Recommendation.objects.get().due_on == JUNE


def test_a_deadline_says_nothing_about_progress(ha, asked):
    before = Recommendation.objects.values().get()

    move(asked, JUNE, by=ha)

    after = Recommendation.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    of_deadlines = {"due_on", "original_due_on", "last_moved_on"}
    assert changed == of_deadlines | {"last_sequence", "last_hash", "version"}
    assert after["version"] == before["version"] + 1


def test_a_deadline_stays_when_progress_is_recorded(ha, asked):
    move(asked, JUNE, by=ha)

    start(asked, stamp=fresh_stamp(asked), by=ha)

    saved = Recommendation.objects.get()
    assert (saved.due_on, saved.progress, saved.version) == (JUNE, "in_progress", 3)


# -- the form key and the version -------------------------------------------------


def test_the_same_form_again_answers_like_the_first(ha, asked):
    stamp = fresh_stamp(asked)
    first = move(asked, JUNE, stamp=stamp, by=ha)
    move(asked, DECEMBER, note=REASON, proof=DOCUMENT, by=ha)
    before = everything()

    # By now the version is stale, and June would be a change without a reason.
    with pytest.raises(AlreadySubmittedError) as again:
        move(asked, JUNE, stamp=stamp, by=ha)

    assert again.value.answer == first.get_absolute_url()
    assert everything() == before


def test_a_form_key_belongs_to_one_person_and_one_act(ha, quan, asked):
    stamp, other = fresh_stamp(asked), make_recommendation()
    move(asked, stamp=stamp, by=ha)

    assert refused_fields(lambda: move(asked, stamp=stamp, by=quan)) == {"form"}
    assert refused_fields(lambda: move(other, stamp=stamp, by=ha)) == {"form"}
    assert refused_fields(lambda: start(asked, stamp=stamp, by=ha)) == {"form"}


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_version_is_a_conflict_and_changes_nothing(ha, asked, difference):
    move(asked, JUNE, by=ha)
    saved = Recommendation.objects.get()
    stamp = Stamp(uuid4(), saved.version + difference)
    before = everything()

    with pytest.raises(EditConflictError) as conflict:
        move(asked, DECEMBER, note=REASON, proof=DOCUMENT, stamp=stamp, by=ha)

    assert everything() == before
    assert (conflict.value.current.due_on, conflict.value.current.version) == (JUNE, 2)


def test_taking_a_deadline_back_is_no_way_round_the_document(ha):
    one = make_recommendation()
    make_deadline(one, date(2026, 6, 30), by=ha)
    make_deadline(one, None, by=ha, note="Đặt nhầm")
    one.refresh_from_db()

    with pytest.raises(ValidationError) as refused:
        set_deadline(
            one,
            due_on=date(2026, 12, 31),
            effective_on=date(2026, 1, 5),
            note="Đặt lại",
            proof=Proof(),
            stamp=Stamp(uuid4(), one.version),
            by=ha,
        )

    assert set(refused.value.error_dict) == {"document_number"}
