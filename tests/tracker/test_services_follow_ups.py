"""Follow-up actions: written under their recommendation, reported by the same rules."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from provinces.choices import OrganisationKind
from tests.factories import (
    make_action,
    make_organisation,
    make_recommendation,
    make_update,
)
from tracker.choices import Progress
from tracker.models import FollowUpAction, Recommendation
from tracker.services.evidence import Proof
from tracker.services.follow_ups import (
    add_action,
    edit_action,
    record_action_progress,
)
from tracker.services.progress import record_progress
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    Stamp,
)
from tracker.services.verification import find_faults

DOCUMENT = Proof("12-QĐ/TU")


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(lead=quang_nam_committee)


def fresh_stamp(recommendation):
    return Stamp(uuid4(), Recommendation.objects.get(pk=recommendation.pk).version)


def add(recommendation, *, by, **fields):
    fields.setdefault("wording", "Lập danh mục dự án")
    fields.setdefault("owner", by.organisation)
    fields.setdefault("due_on", date(2024, 12, 31))
    fields.setdefault("stamp", fresh_stamp(recommendation))
    return add_action(recommendation, by=by, **fields)


def edit(action, *, by, **fields):
    fields.setdefault("wording", action.wording)
    fields.setdefault("owner", action.owner)
    fields.setdefault("due_on", action.due_on)
    fields.setdefault("stamp", fresh_stamp(action.recommendation))
    return edit_action(action, by=by, **fields)


def record(service, thing, progress, *, by, **fields):
    recommendation = getattr(thing, "recommendation", thing)
    fields.setdefault("effective_on", date(2024, 7, 1))
    fields.setdefault("note", "")
    fields.setdefault("proof", Proof())
    fields.setdefault("corrects", None)
    fields.setdefault("spoken_for", by.organisation)
    fields.setdefault("stamp", fresh_stamp(recommendation))
    return service(thing, progress=progress, by=by, **fields)


def report(action, progress=Progress.IN_PROGRESS, *, by, **fields):
    return record(record_action_progress, action, progress, by=by, **fields)


def refused_fields(act):
    before = [*FollowUpAction.objects.values(), *Recommendation.objects.values()]
    with pytest.raises(ValidationError) as refusal:
        act()
    after = [*FollowUpAction.objects.values(), *Recommendation.objects.values()]
    assert after == before
    return set(getattr(refusal.value, "error_dict", {"form": None}))


def test_actions_are_numbered_within_their_recommendation(lan, asked):
    other = make_recommendation(lead=lan.organisation)

    numbers = [add(one, by=lan).number for one in (asked, other, asked)]

    assert numbers == [1, 1, 2]
    assert Recommendation.objects.get(pk=asked.pk).version == asked.version + 2
    assert asked.actions.last().history.get().history_user == lan
    assert [*find_faults()] == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (dict(wording=""), "wording"),
        (dict(due_on=date(2024, 6, 25)), "due_on"),
    ],
)
def test_an_action_says_what_is_to_be_done_and_when(lan, asked, fields, wrong):
    assert refused_fields(lambda: add(asked, by=lan, **fields)) == {wrong}


def test_an_owner_is_a_body_in_force_and_never_a_group(lan, asked):
    group = make_organisation("các bộ, ngành", OrganisationKind.GROUP)
    ended = make_organisation(valid_to=date(2025, 6, 30))

    for owner in (group, ended):
        assert refused_fields(lambda o=owner: add(asked, owner=o, by=lan)) == {"owner"}


def test_an_owner_that_has_ended_since_may_stay(lan, asked):
    ended = make_organisation(valid_to=date(2025, 6, 30))
    action = make_action(asked, ended, by=lan)

    edited = edit(action, wording="Việc khác", due_on=date(2025, 1, 1), by=lan)

    assert (edited.owner, edited.wording) == (ended, "Việc khác")
    assert [one.wording for one in edited.history.order_by("history_id")] == [
        "Lập danh mục dự án cần vốn",
        "Việc khác",
    ]
    other = make_action(asked, lan.organisation, by=lan)
    assert refused_fields(lambda: edit(other, owner=ended, by=lan)) == {"owner"}


def test_an_edit_made_on_an_older_version_is_a_conflict(lan, asked):
    action = make_action(asked, lan.organisation, by=lan)
    stamp = fresh_stamp(asked)
    edit(action, wording="Việc thứ nhất", stamp=stamp, by=lan)

    with pytest.raises(AlreadySubmittedError):
        edit(action, wording="Việc thứ nhất", stamp=stamp, by=lan)
    with pytest.raises(EditConflictError):
        late = Stamp(uuid4(), stamp.version)
        edit(action, wording="Việc thứ hai", stamp=late, by=lan)

    assert FollowUpAction.objects.get().wording == "Việc thứ nhất"


def test_an_action_demands_what_a_recommendation_demands(lan, asked):
    action = make_action(asked, lan.organisation, by=lan)

    def to(progress, **fields):
        return lambda: report(action, progress, by=lan, **fields)

    assert refused_fields(to(Progress.COMPLETED)) == {"document_number"}
    assert refused_fields(to(Progress.SUSPENDED)) == {"document_number", "note"}
    to(Progress.COMPLETED, proof=DOCUMENT)()
    assert refused_fields(to(Progress.IN_PROGRESS)) == {"note"}
    action.refresh_from_db()
    assert (action.progress, action.completed_on) == ("completed", date(2024, 7, 1))
    assert action.current_update.evidence.get().document_number == "12-QĐ/TU"
    assert [*find_faults()] == []


def test_progress_of_an_action_is_not_that_of_its_recommendation(lan, asked):
    action = make_action(asked, lan.organisation, by=lan)
    report(action, Progress.COMPLETED, proof=DOCUMENT, by=lan)

    asked.refresh_from_db()
    assert (asked.progress, asked.last_update_at) == ("not_started", None)
    # Nothing is reopened: only the action was completed.
    record(record_progress, asked, Progress.IN_PROGRESS, by=lan)
    refused = refused_fields(
        lambda: record(record_progress, asked, Progress.COMPLETED, by=lan)
    )
    assert refused == {"document_number"}


def test_a_report_is_judged_among_those_of_the_same_action(lan, asked):
    first, second = (make_action(asked, lan.organisation, by=lan) for _each in "12")
    make_update(asked, Progress.COMPLETED, by=lan)
    make_update(asked, Progress.COMPLETED, action=second, by=lan)

    assert report(first, by=lan).action == first
    assert refused_fields(lambda: report(second, by=lan)) == {"note"}


def test_a_correction_is_about_the_same_action(lan, asked):
    first, second = (make_action(asked, lan.organisation, by=lan) for _each in "12")
    of_first = report(first, by=lan)
    of_all = record(record_progress, asked, Progress.IN_PROGRESS, by=lan)

    for wrong in (of_first, of_all):
        refused = refused_fields(lambda w=wrong: report(second, corrects=w, by=lan))
        assert refused == {"corrects"}
    refused = refused_fields(
        lambda: record(
            record_progress, asked, Progress.IN_PROGRESS, corrects=of_first, by=lan
        )
    )
    assert refused == {"corrects"}
    report(first, Progress.NOT_STARTED, corrects=of_first, by=lan)
    first.refresh_from_db()
    assert first.progress == Progress.NOT_STARTED


def test_reporters_speak_for_their_own_body(ha, lan, asked):
    other = make_organisation()
    action = make_action(asked, other, by=ha)

    refused = refused_fields(lambda: report(action, spoken_for=other, by=lan))
    assert refused == {"spoken_for"}
    assert report(action, spoken_for=other, by=ha).spoken_for == other


def test_completing_with_open_actions_has_to_be_confirmed(lan, asked):
    action = make_action(asked, lan.organisation, by=lan)

    def complete(**fields):
        fields |= {"proof": DOCUMENT, "by": lan}
        return record(record_progress, asked, Progress.COMPLETED, **fields)

    assert refused_fields(complete) == {"confirm_open_actions"}
    assert complete(confirm_open_actions=True)
    # It is completed already: nothing is asked again.
    assert complete()

    report(action, Progress.DISCONTINUED, note="Thôi", proof=DOCUMENT, by=lan)
    record(record_progress, asked, Progress.IN_PROGRESS, note="Làm lại", by=lan)
    assert complete()


def test_nothing_is_recorded_of_what_is_kept_outside(ha, asked):
    secret = make_recommendation(kept_outside=True)

    assert refused_fields(lambda: add(secret, by=ha)) == {"form"}
