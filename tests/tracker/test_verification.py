"""The verification finds every way of rewriting history, and nothing on good data."""

import hashlib
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from tests.chain import Chain
from tests.factories import make_deadline, make_recommendation, make_update
from tracker.choices import Progress
from tracker.models import (
    HISTORY_MODELS,
    Evidence,
    FollowUpAction,
    Recommendation,
    StatusUpdate,
)
from tracker.models.history import (
    GUARDED_TABLES,
    install_append_only_guards,
    remove_append_only_guards,
)
from tracker.models.state import CHAIN_COLUMNS, STATE_COLUMNS, CachedState
from tracker.services import verification
from tracker.services.deadlines import set_deadline
from tracker.services.evidence import Proof
from tracker.services.history import ACTION_STATE
from tracker.services.leads import assign_lead
from tracker.services.progress import record_progress
from tracker.services.submissions import Stamp
from tracker.services.verification import find_faults

JUNE = date(2025, 6, 30)


@pytest.fixture
def story(lan, ha):
    """A history of seven rows over all tables; the last of them is evidence."""
    one = make_recommendation(addressee=lan.organisation)
    proof = Proof("12-BC/TU", "https://quangnam.gov.vn/12")
    report(one, note="Đã khảo sát", by=lan)  # 1
    move(one, JUNE, by=ha)  # 2
    wrong = report(one, "completed", proof=proof, by=lan)  # 3 and 4
    report(one, note="Chưa xong", corrects=wrong, by=ha)  # 5
    move(one, date(2025, 12, 31), note="Chờ quy hoạch", proof=proof, by=ha)  # 6 and 7
    assign_lead(one, lead=lan.organisation, coordinating=[], stamp=stamp(one), by=ha)
    connection.check_constraints()
    return Recommendation.objects.get()


def stamp(recommendation):
    return Stamp(uuid4(), Recommendation.objects.get(pk=recommendation.pk).version)


def report(recommendation, progress="in_progress", *, by, **fields):
    fields = {"note": "", "proof": Proof(), "corrects": None, **fields}
    fields |= {"effective_on": recommendation.raised_on, "by": by}
    fields |= {"spoken_for": by.organisation, "stamp": stamp(recommendation)}
    return record_progress(recommendation, progress=progress, **fields)


def move(recommendation, due_on, *, by, **fields):
    fields = {"note": "", "proof": Proof(), "by": by, **fields}
    fields |= {"effective_on": recommendation.raised_on, "stamp": stamp(recommendation)}
    return set_deadline(recommendation, due_on=due_on, **fields)


@contextmanager
def lifted_guards():
    remove_append_only_guards(connection)
    yield
    connection.check_constraints()
    install_append_only_guards(connection)


def tamper(statement, *arguments):
    with lifted_guards(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        assert cursor.rowcount > 0


def row_at(recommendation, sequence):
    (row,) = [
        row
        for model in HISTORY_MODELS
        for row in model.objects.filter(
            recommendation=recommendation, sequence=sequence
        )
    ]
    return row


def rewrite(row, column, value):
    table = row._meta.db_table
    tamper(f"UPDATE {table} SET {column} = %s WHERE id = %s", value, row.pk)


def assert_chain_breaks(recommendation, sequence, reason):
    found = [fault for fault in find_faults() if "history row" in fault]
    assert found == [f"{recommendation.code}, history row {sequence}: {reason}"]


OTHER_CONTENT = "its content is not what was recorded."
OTHER_BEFORE = "it does not follow the row before it."


# -- good data --------------------------------------------------------------------


def test_good_data_is_whole(story, capsys):
    assert list(find_faults()) == []

    call_command("verify_history")

    assert capsys.readouterr().out == (
        "History whole, cached state true: 1 recommendations.\n"
    )


def test_recommendations_without_history_are_whole(seeded, capsys):
    call_command("verify_history")

    assert "27 recommendations" in capsys.readouterr().out


def test_good_data_stays_whole_when_time_passes(story):
    with time_machine.travel(datetime.now(UTC) + timedelta(days=800)):
        assert list(find_faults()) == []


def test_the_canonical_row_never_changes_its_form(story, lan):
    row = StatusUpdate.objects.get(sequence=5)
    content = {
        "act": None,
        "action_id": None,
        "author_id": row.author_id,
        "corrects_id": row.corrects_id,
        "effective_on": "2024-06-26",
        "note": "Chưa xong",
        "progress": "in_progress",
        "recommendation_id": story.pk,
        "recorded_at": f"{row.recorded_at:%Y-%m-%dT%H:%M:%S.%f}+00:00",
        "sequence": 5,
        "spoken_for_id": row.spoken_for_id,
        "table": "tracker_statusupdate",
    }
    line = json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    before = Evidence.objects.get(sequence=4)
    assert row.canonical() == line
    assert row.previous_hash == before.hash
    assert row.hash == hashlib.sha256((before.hash + line).encode()).hexdigest()


# -- a changed byte ---------------------------------------------------------------

MOMENT = datetime(2024, 7, 1, tzinfo=UTC)
CHANGES = [
    (1, "note", "Đã khảo sat"),
    (1, "progress", "suspended"),
    (1, "effective_on", date(2024, 6, 27)),
    (1, "recorded_at", MOMENT),
    (1, "hash", "f" * 64),
    (2, "due_on", date(2025, 7, 30)),
    (2, "due_on", None),
    (2, "note", " "),
    (2, "effective_on", date(2024, 6, 27)),
    (2, "recorded_at", MOMENT),
    (4, "document_number", "12-BC/TƯ"),
    (4, "url", "https://quangnam.gov.vn/13"),
    (4, "note", "thêm"),
    (4, "recorded_at", MOMENT),
    (5, "corrects_id", None),
    (7, "hash", "f" * 64),
    (7, "document_number", ""),
]


@pytest.mark.parametrize(("sequence", "column", "value"), CHANGES)
def test_a_changed_column_is_found(story, sequence, column, value):
    rewrite(row_at(story, sequence), column, value)

    assert_chain_breaks(story, sequence, OTHER_CONTENT)


@pytest.mark.parametrize("sequence", [1, 2, 4])
@pytest.mark.parametrize("column", ["author_id", "spoken_for_id"])
def test_a_changed_person_or_body_is_found(story, hoa, sequence, column):
    other = {"author_id": hoa.pk, "spoken_for_id": hoa.organisation_id}

    rewrite(row_at(story, sequence), column, other[column])

    assert_chain_breaks(story, sequence, OTHER_CONTENT)


def test_evidence_moved_to_another_row_is_found(story):
    rewrite(row_at(story, 4), "update_id", row_at(story, 1).pk)
    assert_chain_breaks(story, 4, OTHER_CONTENT)


@pytest.mark.parametrize("sequence", range(1, 8))
def test_a_changed_link_of_the_chain_is_found(story, sequence):
    rewrite(row_at(story, sequence), "previous_hash", "e" * 64)
    assert_chain_breaks(story, sequence, OTHER_BEFORE)


@pytest.mark.parametrize("sequence", range(1, 7))
def test_a_row_rewritten_with_a_fitting_hash_is_found(story, sequence):
    row = row_at(story, sequence)
    row.note = "viết lại"

    tamper(
        f"UPDATE {row._meta.db_table} SET note = %s, hash = %s WHERE id = %s",
        row.note,
        row.chained_hash(),
        row.pk,
    )

    assert_chain_breaks(story, sequence + 1, OTHER_BEFORE)


def test_the_last_row_rewritten_with_a_fitting_hash_is_found(story):
    row = row_at(story, 7)
    row.document_number = "99-BC/TU"

    tamper(
        "UPDATE tracker_evidence SET document_number = %s, hash = %s WHERE id = %s",
        row.document_number,
        row.chained_hash(),
        row.pk,
    )

    assert list(find_faults()) == [f"{end_fault(story)} says."]


# -- rows that came, went or changed places ---------------------------------------


def test_a_deleted_row_is_found(story):
    row = row_at(story, 4)

    tamper("DELETE FROM tracker_evidence WHERE id = %s", row.pk)

    missing = "its number is 5; a row is missing or added."
    assert_chain_breaks(story, 4, missing)


def test_a_deleted_first_row_is_found(story):
    tamper("DELETE FROM tracker_statusupdate WHERE id = %s", row_at(story, 1).pk)

    assert_chain_breaks(story, 1, "its number is 2; a row is missing or added.")


def test_a_deleted_row_with_the_rest_moved_up_is_found(story):
    tamper("DELETE FROM tracker_statusupdate WHERE id = %s", row_at(story, 1).pk)
    for sequence in range(2, 8):
        rewrite(row_at(story, sequence), "sequence", sequence - 1)

    assert_chain_breaks(story, 1, OTHER_BEFORE)


def end_fault(recommendation):
    return f"{recommendation.code}: the history does not end where the recommendation"


@pytest.mark.parametrize("rows", [1, 2])
def test_a_cut_tail_is_found(story, rows):
    for sequence in (7, 6)[:rows]:
        row = row_at(story, sequence)
        tamper(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)

    assert list(find_faults())[0] == f"{end_fault(story)} says."


def test_all_history_gone_is_found(lan):
    one = make_recommendation()
    make_deadline(one, JUNE, by=lan)
    connection.check_constraints()

    tamper("DELETE FROM tracker_deadlinechange")

    assert list(find_faults())[0] == f"{end_fault(one)} says."


def insert_row(recommendation, by, **fields):
    """Add a row past the one function that writes history, its hash in order."""
    row = StatusUpdate(
        recommendation=recommendation,
        progress="in_progress",
        effective_on=recommendation.raised_on,
        recorded_at=MOMENT,
        author=by,
        spoken_for=by.organisation,
        **fields,
    )
    row.hash = row.chained_hash()
    row.save(force_insert=True)


def test_a_row_added_at_the_end_is_found(story, lan):
    last = row_at(story, 7)

    insert_row(story, lan, sequence=8, previous_hash=last.hash)

    assert f"{end_fault(story)} says." in list(find_faults())


def test_a_row_slipped_in_beside_one_of_another_table_is_found(story, lan):
    before = row_at(story, 1)

    insert_row(story, lan, sequence=2, previous_hash=before.hash)

    assert any(f"{story.code}, history row" in fault for fault in find_faults())


def test_two_rows_that_change_places_are_found(story):
    first, second = row_at(story, 1), row_at(story, 2)

    rewrite(first, "sequence", 2)
    rewrite(second, "sequence", 1)

    assert_chain_breaks(story, 1, OTHER_BEFORE)


def test_two_rows_that_change_what_they_say_are_found(story):
    first, second = row_at(story, 1), row_at(story, 5)

    rewrite(first, "note", second.note)
    rewrite(second, "note", first.note)

    assert_chain_breaks(story, 1, OTHER_CONTENT)


def test_a_row_moved_to_another_recommendation_is_found(story, lan):
    other = make_recommendation()
    connection.check_constraints()

    rewrite(row_at(story, 7), "recommendation_id", other.pk)

    faults = list(find_faults())
    assert faults == [
        f"{end_fault(story)} says.",
        f"{other.code}, history row 1: its number is 7; a row is missing or added.",
    ]


# -- the cached state and the guards ----------------------------------------------

WRONG_STATE = {
    "progress": "completed",
    "completed_on": JUNE,
    "due_on": JUNE,
    "last_update_at": MOMENT,
    "current_update": None,
}


@pytest.mark.parametrize(("column", "value"), WRONG_STATE.items(), ids=WRONG_STATE)
def test_a_wrong_cached_column_is_found(story, column, value):
    true = getattr(story, column)
    Recommendation.objects.update(**{column: value})

    assert list(find_faults()) == [
        f"{story.code}: {column} is {value!r} and should be {true!r}."
    ]


# A value that is right for no row of the whole chain, by column.
FALSIFIED = {
    "progress": "suspended",
    "completed_on": date(2020, 1, 1),
    "due_on": date(2020, 1, 1),
    "original_due_on": date(2020, 1, 1),
    "extension_count": 9,
    "last_update_at": MOMENT,
    "current_update": None,
    "confirmation": "unconfirmed",
    "confirmed_progress": "suspended",
    "answer": "accepted",
    "answered_on": date(2020, 1, 1),
    "current_answer": None,
    "open_difficulties": 9,
    "last_moved_on": None,
}


@pytest.fixture
def whole(lan, ha):
    """Rows of all tables: completed and returned, answered, extended, hindered."""
    chain = Chain(make_recommendation(), lan, ha)
    connection.check_constraints()
    assert list(find_faults()) == []
    assert {model for model in HISTORY_MODELS if model.objects.exists()} == {
        *HISTORY_MODELS
    }
    return chain


@pytest.mark.parametrize("column", STATE_COLUMNS)
def test_each_falsified_column_of_the_state_is_found(whole, column):
    one, false = whole.one, FALSIFIED[column]
    true = getattr(one, column)
    assert true not in (None, "", 0), "nothing to falsify"
    Recommendation.objects.update(**{column: false})

    assert list(find_faults()) == [
        f"{one.code}: {column} is {false!r} and should be {true!r}."
    ]


@pytest.mark.parametrize("column", ACTION_STATE)
def test_each_falsified_column_of_an_action_is_found(whole, column):
    action, false = whole.action, FALSIFIED[column]
    true = getattr(action, column)
    assert true not in (None, "", 0), "nothing to falsify"
    FollowUpAction.objects.update(**{column: false})

    assert list(find_faults()) == [
        f"{whole.one.code}, action 1: {column} is {false!r} and should be {true!r}."
    ]


@pytest.mark.parametrize("model", HISTORY_MODELS)
def test_a_changed_row_of_every_table_is_found(whole, model):
    row = model.objects.filter(recommendation=whole.one).first()

    rewrite(row, "note", "viết lại")

    assert_chain_breaks(whole.one, row.sequence, OTHER_CONTENT)


def test_every_cached_column_is_verified():
    columns = {field.name for field in CachedState._meta.local_fields}
    assert columns - {"version"} == {*STATE_COLUMNS, *CHAIN_COLUMNS}

    left_out = {"id", "recommendation", "number", "wording", "owner", "due_on"}
    columns = {field.name for field in FollowUpAction._meta.local_fields}
    assert columns - left_out - {"entered_by", "entered_at"} == {*ACTION_STATE}


def test_a_cached_state_without_any_history_is_found(db):
    one = make_recommendation(due_on=JUNE)

    assert list(find_faults()) == [
        f"{one.code}: due_on is {JUNE!r} and should be None."
    ]


@pytest.mark.parametrize("table", GUARDED_TABLES)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_missing_guard_is_found(story, table, act):
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_refuse_{act}{on_table}")

    assert list(find_faults()) == [
        f"The guard {table}_refuse_{act} is missing from the database."
    ]


# -- the whole ---------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 500])
def test_every_recommendation_is_looked_at_in_batches(lan, monkeypatch, size):
    monkeypatch.setattr(verification, "BATCH", size)
    ones = [make_recommendation() for _ in range(5)]
    for one in ones:
        make_update(one, Progress.COMPLETED, by=lan)
        make_deadline(one, JUNE, by=lan)
    Recommendation.objects.filter(pk__in=[ones[1].pk, ones[4].pk]).update(due_on=None)

    found = [fault.split(":")[0] for fault in find_faults()]

    assert found == [ones[1].code, ones[4].code]


def test_the_command_fails_and_names_every_fault(story, capsys):
    rewrite(row_at(story, 1), "note", "khác")
    Recommendation.objects.update(due_on=None)

    with pytest.raises(CommandError, match="^2 faults") as failure:
        call_command("verify_history")

    assert failure.value.returncode == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.split(":")[0] for line in said.err.splitlines()] == [
        f"{story.code}, history row 1",
        story.code,
    ]
