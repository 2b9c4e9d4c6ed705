"""Recording progress: what each step demands, and that nothing earlier changes."""

import unicodedata
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from provinces.choices import OrganisationKind
from tests.factories import (
    RAISED_ON,
    make_organisation,
    make_recommendation,
    make_succession,
    make_update,
)
from tracker.choices import Progress
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

DOCUMENT = Proof("12-QĐ/TU")
LINK = Proof("", "https://quangnam.gov.vn/12")


@pytest.fixture
def asked(quang_nam_committee):
    """A request that the committee of Quảng Nam answers for."""
    return make_recommendation(addressee=quang_nam_committee)


def fresh_stamp(recommendation):
    saved = Recommendation.objects.get(pk=recommendation.pk)
    return Stamp(uuid4(), saved.version)


def record(recommendation, progress=Progress.IN_PROGRESS, *, by, **fields):
    fields.setdefault("effective_on", july(1))
    fields.setdefault("note", "")
    fields.setdefault("proof", Proof())
    fields.setdefault("corrects", None)
    fields.setdefault("spoken_for", by.organisation)
    fields.setdefault("stamp", fresh_stamp(recommendation))
    return record_progress(recommendation, progress=progress, by=by, **fields)


def july(number):
    return date(2024, 7, number)


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


# -- what each step demands -------------------------------------------------------

# From each line to each column: e evidence, d the deciding document, r a reason.
DEMANDS = """
              not_started  in_progress  completed  suspended  discontinued
not_started   -            -            e          rd         rd
in_progress   -            -            e          rd         rd
completed     r            r            -          rd         rd
suspended     -            -            e          -          rd
discontinued  r            r            er         rd         -
"""
FIELDS = {"e": "document_number", "d": "document_number", "r": "note", "-": None}


def every_step():
    head, *lines = DEMANDS.strip().splitlines()
    for line in lines:
        before, *cells = line.split()
        for after, cell in zip(head.split(), cells, strict=True):
            fields = {FIELDS[letter] for letter in cell} - {None}
            yield pytest.param(before, after, fields, id=f"{before}-{after}")


@pytest.mark.parametrize(("before", "after", "demanded"), [*every_step()])
@pytest.mark.parametrize("note", ["", "Theo ý kiến chỉ đạo"], ids=["silent", "said"])
@pytest.mark.parametrize("proof", [Proof(), DOCUMENT, LINK], ids=["bare", "no", "link"])
def test_each_step_demands_its_reason_and_its_proof(
    lan, asked, before, after, demanded, note, proof
):
    make_update(asked, before, by=lan)
    given = {"note"} if note else set()
    given |= {"document_number"} if proof else set()

    def act():
        return record(asked, after, note=note, proof=proof, by=lan)

    if demanded <= given:
        assert act().progress == after
        assert Recommendation.objects.get().progress == after
    else:
        assert refused_fields(act) == demanded - given


def test_the_first_report_follows_not_started(lan, asked):
    assert refused_fields(lambda: record(asked, Progress.COMPLETED, by=lan)) == {
        "document_number"
    }
    assert record(asked, Progress.NOT_STARTED, by=lan).sequence == 1


# Reports as "progress, day in July"; a new one on 10 July follows which of them?
ORDERS = {
    "the latest day before it": (["in_progress, 1", "completed, 5"], "completed"),
    "not the present one of a later day": (
        ["in_progress, 1", "completed, 20"],
        "in_progress",
    ),
    "not the one recorded last": (["completed, 5", "in_progress, 1"], "completed"),
    "the last of the same day": (["in_progress, 10", "completed, 10"], "completed"),
    "none: all are later": (["completed, 11"], "not_started"),
}


@pytest.mark.parametrize(("reports", "before"), ORDERS.values(), ids=ORDERS)
def test_a_report_is_judged_against_the_row_before_it(lan, asked, reports, before):
    for report in reports:
        progress, day = report.split(", ")
        make_update(asked, progress, effective_on=july(int(day)), by=lan)

    def reopen():
        return record(asked, effective_on=july(10), by=lan)

    def complete():
        return record(asked, Progress.COMPLETED, effective_on=july(10), by=lan)

    if before == "completed":
        assert refused_fields(reopen) == {"note"}
        assert complete()
    else:
        assert refused_fields(complete) == {"document_number"}
        assert reopen()


def test_later_rows_are_not_judged_again(lan, asked):
    make_update(asked, Progress.COMPLETED, effective_on=july(20), by=lan)
    discontinue = {"note": "Không còn phù hợp", "proof": DOCUMENT}

    record(asked, Progress.DISCONTINUED, effective_on=july(10), by=lan, **discontinue)

    # Completed on the 20th now leaves discontinued without a reason, and stands.
    saved = Recommendation.objects.get()
    assert (saved.progress, saved.completed_on) == ("completed", july(20))


def test_a_corrected_row_is_not_what_a_new_one_follows(lan, asked):
    wrong = make_update(asked, Progress.COMPLETED, effective_on=july(5), by=lan)
    right = record(asked, effective_on=july(5), corrects=wrong, by=lan)

    assert right.corrects == wrong
    assert record(asked, effective_on=july(6), by=lan).progress == "in_progress"
    saved = Recommendation.objects.get()
    assert (saved.progress, saved.completed_on) == ("in_progress", None)


def test_completing_again_by_a_correction_needs_its_own_evidence(lan, asked):
    wrong = record(asked, Progress.COMPLETED, proof=DOCUMENT, by=lan)

    def move(**fields):
        about = {"effective_on": july(9), "corrects": wrong, "by": lan, **fields}
        return record(asked, Progress.COMPLETED, **about)

    assert refused_fields(move) == {"document_number"}
    move(proof=LINK)
    assert Recommendation.objects.get().completed_on == july(9)


def test_only_a_row_of_the_same_recommendation_is_corrected(lan, asked):
    elsewhere = make_update(make_recommendation(), by=lan)

    assert refused_fields(lambda: record(asked, corrects=elsewhere, by=lan)) == {
        "corrects"
    }


# -- days -------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [0, 6, 7, 23])
def test_today_is_the_last_day_and_it_is_a_day_of_hanoi(lan, asked, hour):
    now = datetime(2024, 8, 15, hour, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

    with time_machine.travel(now, tick=False):
        tomorrow = date(2024, 8, 16)
        assert refused_fields(lambda: record(asked, effective_on=tomorrow, by=lan)) == {
            "effective_on"
        }
        row = record(asked, effective_on=date(2024, 8, 15), by=lan)

    assert row.recorded_at == now


def test_the_day_it_was_raised_is_the_first_day(lan, asked):
    day_before = RAISED_ON - timedelta(days=1)

    assert refused_fields(lambda: record(asked, effective_on=day_before, by=lan)) == {
        "effective_on"
    }
    assert record(asked, effective_on=RAISED_ON, by=lan).sequence == 1


# -- on whose behalf --------------------------------------------------------------


def test_a_reporter_speaks_for_the_own_organisation_alone(lan, asked):
    own = lan.organisation
    province = make_organisation(
        "tỉnh Quảng Nam", OrganisationKind.TERRITORY, spoken_for_by=own
    )
    ended = make_organisation("Ban cũ")
    make_succession(ended, own)
    part = make_organisation("Văn phòng Tỉnh ủy", parent=own)

    for other in (province, ended, part, make_organisation("Bộ Công Thương")):
        assert refused_fields(
            lambda other=other: record(asked, spoken_for=other, by=lan)
        ) == {"spoken_for"}
    assert record(asked, by=lan).spoken_for == own


def test_a_coordinator_speaks_for_any_body(ha, asked):
    ended = make_organisation("Bộ đã hết", valid_to=date(2025, 2, 28))
    group = make_organisation("các sở, ban, ngành", OrganisationKind.GROUP)

    for body in (ended, group, asked.addressee, ha.organisation):
        row = record(asked, spoken_for=body, by=ha)
        assert (row.spoken_for, row.author) == (body, ha)


# -- what is kept -----------------------------------------------------------------


def test_recording_keeps_earlier_entries(lan, ha, asked):
    first = record(asked, note="Đã khảo sát", by=lan)
    record(asked, Progress.COMPLETED, proof=DOCUMENT, by=lan)
    before = everything()

    record(asked, note="Ghi lại", corrects=first, effective_on=july(2), by=ha)

    after = everything()
    for kept, now in zip(before[1:5], after[1:5], strict=True):
        assert now[: len(kept)] == kept
    assert [len(rows) for rows in after[1:5]] == [3, 0, 1, 3]


def test_a_row_says_what_was_typed(lan, asked):
    proof = Proof("12-BC/TU", "https://quangnam.gov.vn/12")
    started = timezone.now()

    row = record(asked, Progress.COMPLETED, note="Xong\n“hẳn”", proof=proof, by=lan)

    kept = StatusUpdate.objects.get()
    assert (kept.progress, kept.effective_on, kept.note, kept.corrects) == (
        "completed",
        july(1),
        "Xong\n“hẳn”",
        None,
    )
    assert started <= kept.recorded_at <= timezone.now()
    evidence = Evidence.objects.get()
    assert (evidence.update, evidence.deadline_change) == (row, None)
    assert (evidence.document_number, evidence.url) == (
        "12-BC/TU",
        "https://quangnam.gov.vn/12",
    )
    assert (evidence.author, evidence.spoken_for) == (lan, lan.organisation)
    assert evidence.effective_on == kept.effective_on
    assert [kept.sequence, evidence.sequence] == [1, 2]


def test_one_counter_and_one_chain_run_over_all_tables(lan, ha, asked):
    record(asked, by=lan)
    set_deadline(
        asked,
        due_on=date(2025, 6, 30),
        effective_on=july(1),
        note="",
        proof=DOCUMENT,
        stamp=fresh_stamp(asked),
        by=ha,
    )
    record(asked, Progress.COMPLETED, proof=LINK, by=lan)

    rows = [
        *StatusUpdate.objects.all(),
        *DeadlineChange.objects.all(),
        *Evidence.objects.all(),
    ]
    rows.sort(key=lambda row: row.sequence)
    assert [(row.sequence, type(row).__name__) for row in rows] == [
        (1, "StatusUpdate"),
        (2, "DeadlineChange"),
        (3, "Evidence"),
        (4, "StatusUpdate"),
        (5, "Evidence"),
    ]
    hashes = ["0" * 64, *(row.hash for row in rows)]
    assert [row.previous_hash for row in rows] == hashes[:-1]
    saved = Recommendation.objects.get()
    assert (saved.last_sequence, saved.last_hash) == (5, hashes[-1])
    assert list(find_faults()) == []


def test_text_typed_decomposed_is_kept_composed_and_verifies(lan, asked):
    note, number = (
        unicodedata.normalize("NFD", text) for text in ("Đã duyệt", "12-QĐ/ỦY")
    )

    record(asked, note=note, proof=Proof(number), by=lan)

    assert StatusUpdate.objects.get().note == "Đã duyệt"
    assert Evidence.objects.get().document_number == "12-QĐ/ỦY"
    assert list(find_faults()) == []


def test_an_answer_to_one_recommendation_leaves_others_alone(lan, asked):
    other = make_recommendation()
    before = Recommendation.objects.filter(pk=other.pk).values().get()

    record(asked, by=lan)

    assert Recommendation.objects.filter(pk=other.pk).values().get() == before


def test_recording_raises_the_version_once_and_keeps_no_edit(lan, asked):
    edits = Recommendation.history.count()

    record(asked, Progress.COMPLETED, proof=DOCUMENT, by=lan)

    saved = Recommendation.objects.get()
    assert saved.version == asked.version + 1
    assert Recommendation.history.count() == edits


# -- the form key and the version -------------------------------------------------


def test_the_same_form_again_answers_like_the_first(lan, asked):
    stamp = fresh_stamp(asked)
    first = record(asked, stamp=stamp, by=lan)
    record(asked, Progress.COMPLETED, proof=DOCUMENT, by=lan)
    before = everything()

    # By now the version is stale, and what is typed would be refused.
    with pytest.raises(AlreadySubmittedError) as again:
        record(asked, effective_on=july(1) - timedelta(days=90), stamp=stamp, by=lan)

    assert again.value.answer == first.get_absolute_url()
    assert everything() == before


def test_a_form_key_belongs_to_one_person_and_one_act(lan, ha, asked):
    stamp = fresh_stamp(asked)
    record(asked, stamp=stamp, by=lan)
    other = make_recommendation(addressee=lan.organisation)

    assert refused_fields(lambda: record(asked, stamp=stamp, by=ha)) == {"form"}
    assert refused_fields(lambda: record(other, stamp=stamp, by=lan)) == {"form"}


def test_a_refused_form_may_be_sent_again_with_its_key(lan, asked):
    stamp = fresh_stamp(asked)
    refused_fields(lambda: record(asked, Progress.COMPLETED, stamp=stamp, by=lan))

    assert record(asked, Progress.COMPLETED, proof=LINK, stamp=stamp, by=lan)


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_version_is_a_conflict_and_changes_nothing(lan, ha, asked, difference):
    record(asked, note="Hà ghi trước", by=ha)
    saved = Recommendation.objects.get()
    before = everything()

    with pytest.raises(EditConflictError) as conflict:
        record(asked, stamp=Stamp(uuid4(), saved.version + difference), by=lan)

    assert everything() == before
    assert conflict.value.current.version == saved.version
    assert conflict.value.current.current_update.note == "Hà ghi trước"
