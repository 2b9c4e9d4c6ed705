"""Assigning a lead: which bodies can lead, and that one act is one kept edit."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError

from provinces.choices import OrganisationKind
from tests.factories import make_organisation, make_recommendation, make_update
from tracker.models import (
    DeadlineChange,
    Evidence,
    Recommendation,
    StatusUpdate,
    Submission,
)
from tracker.services.deadlines import set_deadline
from tracker.services.evidence import Proof
from tracker.services.leads import assign_lead
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    Stamp,
)

Coordinating = Recommendation.coordinating.through


@pytest.fixture
def asked(db):
    return make_recommendation()


@pytest.fixture
def industry(db):
    return make_organisation("Bộ Công Thương")


@pytest.fixture
def finance(db):
    return make_organisation("Bộ Tài chính")


def fresh_stamp(recommendation):
    saved = Recommendation.objects.get(pk=recommendation.pk)
    return Stamp(uuid4(), saved.version)


def assign(recommendation, lead, coordinating=(), *, by, stamp=None):
    stamp = stamp or fresh_stamp(recommendation)
    return assign_lead(
        recommendation, lead=lead, coordinating=coordinating, stamp=stamp, by=by
    )


def everything():
    models = (Recommendation, Coordinating, StatusUpdate, DeadlineChange, Submission)
    kept = [list(model.objects.order_by("pk").values()) for model in models]
    return [*kept, list(Recommendation.history.order_by("pk").values())]


def refused_fields(act):
    """Give the fields a refusal names; a refused act leaves no trace at all."""
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        act()
    assert everything() == before
    return set(getattr(refusal.value, "error_dict", {"form": None}))


# -- which bodies can lead --------------------------------------------------------

# How a body is kept, and whether it can be made the lead on 15/08/2025 at Hà Nội.
BODIES = {
    "a ministry": ({}, True),
    "a party committee": ({"kind": OrganisationKind.PROVINCIAL_PARTY}, True),
    "a territory": ({"kind": OrganisationKind.TERRITORY}, True),
    "an enterprise": ({"kind": OrganisationKind.ENTERPRISE}, True),
    "a group": ({"kind": OrganisationKind.GROUP}, False),
    "ended yesterday": ({"valid_to": date(2025, 8, 14)}, False),
    "ends today": ({"valid_to": date(2025, 8, 15)}, True),
    "begins today": ({"valid_from": date(2025, 8, 15)}, True),
    "begins tomorrow": ({"valid_from": date(2025, 8, 16)}, False),
    "a group in force": (
        {"kind": OrganisationKind.GROUP, "valid_from": date(2024, 1, 1)},
        False,
    ),
}


@pytest.mark.parametrize(("kept", "can_lead"), BODIES.values(), ids=BODIES)
# Half past midnight at Hà Nội is still the day before in UTC.
@time_machine.travel("2025-08-15T00:30:00+07:00", tick=False)
def test_a_lead_is_a_body_in_force_and_never_a_group(ha, asked, kept, can_lead):
    body = make_organisation("Ban chỉ đạo", **kept)

    def act():
        return assign(asked, body, by=ha)

    if can_lead:
        assert act().lead == body
        assert Recommendation.objects.get().lead == body
    else:
        assert refused_fields(act) == {"lead"}


def test_a_lead_that_has_ended_stays_while_others_change(ha, finance):
    ended = make_organisation("Bộ cũ", valid_to=date(2025, 2, 28))
    asked = make_recommendation(lead=ended)

    assign(asked, ended, [finance], by=ha)

    saved = Recommendation.objects.get()
    assert (saved.lead, [*saved.coordinating.all()]) == (ended, [finance])


def test_a_lead_that_has_ended_does_not_come_back(ha, finance):
    ended = make_organisation("Bộ cũ", valid_to=date(2025, 2, 28))
    asked = make_recommendation(lead=ended)
    assign(asked, finance, by=ha)

    # The object in hand still names the old lead; what is saved counts.
    assert asked.lead == ended
    assert refused_fields(lambda: assign(asked, ended, by=ha)) == {"lead"}


def test_a_lead_can_be_taken_away(ha, industry, finance):
    asked = make_recommendation(lead=industry, coordinating=[finance])

    assign(asked, None, by=ha)

    saved = Recommendation.objects.get()
    assert (saved.lead, saved.coordinating.count()) == (None, 0)


def test_a_lead_does_not_coordinate_with_itself(ha, asked, industry, finance):
    assert refused_fields(
        lambda: assign(asked, industry, [finance, industry], by=ha)
    ) == {"coordinating"}


def test_groups_and_ended_bodies_may_coordinate(ha, asked, industry):
    group = make_organisation("các sở, ban, ngành", OrganisationKind.GROUP)
    ended = make_organisation("Bộ cũ", valid_to=date(2025, 2, 28))

    assign(asked, industry, (body for body in (group, ended)), by=ha)

    assert {*Recommendation.objects.get().coordinating.all()} == {group, ended}


# -- what is kept -----------------------------------------------------------------

ACTS = {
    "both": ("Bộ Y tế", {"Bộ Tài chính"}),
    "lead alone": ("Bộ Y tế", {"Bộ Công an"}),
    "coordinating alone": ("Bộ Công Thương", {"Bộ Tài chính", "Bộ Công an"}),
    "all taken away": (None, set()),
    "nothing": ("Bộ Công Thương", {"Bộ Công an"}),
}


@pytest.mark.parametrize(("lead", "coordinating"), ACTS.values(), ids=ACTS)
def test_one_act_is_one_kept_edit_by_one_person(ha, industry, lead, coordinating):
    bodies = {"Bộ Công Thương": industry, None: None}
    for name in ("Bộ Y tế", "Bộ Tài chính", "Bộ Công an"):
        bodies[name] = make_organisation(name)
    asked = make_recommendation(lead=industry, coordinating=[bodies["Bộ Công an"]])
    edits = [*Recommendation.history.values_list("pk", flat=True)]

    assign(asked, bodies[lead], [bodies[name] for name in coordinating], by=ha)

    edit = Recommendation.history.exclude(pk__in=edits).get()
    assert (edit.history_user, edit.history_type) == (ha, "~")
    assert edit.lead == bodies[lead]
    kept = {link.organisation.name for link in edit.coordinating.all()}
    assert kept == coordinating
    saved = Recommendation.objects.get()
    assert {body.name for body in saved.coordinating.all()} == coordinating
    assert saved.version == asked.version + 1


def test_edits_before_it_are_kept(ha, asked, industry, finance):
    assign(asked, industry, [finance], by=ha)
    before = [*Recommendation.history.order_by("pk").values()]

    assign(asked, finance, [industry], by=ha)

    after = [*Recommendation.history.order_by("pk").values()]
    assert after[:-1] == before
    first, second = Recommendation.history.order_by("pk")[len(before) - 1 :]
    assert [edit.coordinating.get().organisation for edit in (first, second)] == [
        finance,
        industry,
    ]


def test_assigning_writes_no_history_row_and_no_cached_state(ha, lan, asked, industry):
    make_update(asked, "completed", by=lan)
    before = Recommendation.objects.values().get()
    rows = [*StatusUpdate.objects.values()]

    assign(asked, industry, by=ha)

    after = Recommendation.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"lead_id", "version"}
    assert [*StatusUpdate.objects.values()] == rows
    assert DeadlineChange.objects.count() == Evidence.objects.count() == 0


def test_other_recommendations_keep_their_bodies(ha, asked, industry, finance):
    other = make_recommendation(lead=finance, coordinating=[industry])

    assign(asked, industry, by=ha)

    saved = Recommendation.objects.get(pk=other.pk)
    assert (saved.lead, [*saved.coordinating.all()]) == (finance, [industry])
    assert saved.version == other.version


# -- the form key and the version -------------------------------------------------


def test_the_same_form_again_answers_like_the_first(ha, asked, industry, finance):
    stamp = fresh_stamp(asked)
    assign(asked, industry, stamp=stamp, by=ha)
    assign(asked, finance, by=ha)
    before = everything()

    with pytest.raises(AlreadySubmittedError) as again:
        assign(asked, industry, stamp=stamp, by=ha)

    assert again.value.answer == asked.get_absolute_url()
    assert everything() == before


def test_a_form_key_belongs_to_one_person_and_one_act(ha, quan, asked, industry):
    stamp, other = fresh_stamp(asked), make_recommendation()
    assign(asked, industry, stamp=stamp, by=ha)

    def set_the_deadline():
        about = {"due_on": date(2025, 6, 30), "effective_on": asked.raised_on}
        return set_deadline(asked, **about, note="", proof=Proof(), stamp=stamp, by=ha)

    assert refused_fields(lambda: assign(asked, None, stamp=stamp, by=quan)) == {"form"}
    assert refused_fields(lambda: assign(other, None, stamp=stamp, by=ha)) == {"form"}
    assert refused_fields(set_the_deadline) == {"form"}


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_version_is_a_conflict_and_changes_nothing(
    ha, asked, industry, finance, difference
):
    assign(asked, industry, by=ha)
    saved = Recommendation.objects.get()
    stamp = Stamp(uuid4(), saved.version + difference)
    before = everything()

    with pytest.raises(EditConflictError) as conflict:
        assign(asked, finance, stamp=stamp, by=ha)

    assert everything() == before
    current = conflict.value.current
    assert (current.lead, current.version) == (industry, 2)
