"""Difficulties: opened and cleared as history, and the flag that follows."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import make_difficulty, make_organisation, make_recommendation
from tracker.choices import DifficultyCategory, Flag
from tracker.models import Difficulty, DifficultyClearance, Recommendation
from tracker.services.difficulties import clear_difficulty, open_difficulty
from tracker.services.history import History, compute_state
from tracker.services.submissions import EditConflictError, Stamp
from tracker.services.verification import find_faults


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(lead=quang_nam_committee)


def fresh_stamp(recommendation):
    return Stamp(uuid4(), Recommendation.objects.get(pk=recommendation.pk).version)


def obstruct(recommendation, *, by, **fields):
    fields.setdefault("category", DifficultyCategory.CAPITAL)
    fields.setdefault("note", "Chưa bố trí vốn")
    fields.setdefault("effective_on", date(2024, 7, 10))
    fields.setdefault("spoken_for", by.organisation)
    fields.setdefault("stamp", fresh_stamp(recommendation))
    return open_difficulty(recommendation, by=by, **fields)


def clear(difficulty, *, by, **fields):
    fields.setdefault("note", "Đã bố trí vốn")
    fields.setdefault("effective_on", date(2024, 8, 1))
    fields.setdefault("spoken_for", by.organisation)
    fields.setdefault("stamp", fresh_stamp(difficulty.recommendation))
    return clear_difficulty(difficulty, by=by, **fields)


def refused_fields(act):
    def kept():
        models = (Difficulty, DifficultyClearance, Recommendation)
        return [list(model.objects.values()) for model in models]

    before = kept()
    with pytest.raises(ValidationError) as refusal:
        act()
    assert kept() == before
    return set(getattr(refusal.value, "error_dict", {"form": None}))


def flagged():
    found = Recommendation.objects.flagged(Flag.DIFFICULTY, on=timezone.localdate())
    return found.count()


def test_the_flag_stands_while_one_difficulty_is_open(lan, asked):
    first, second = obstruct(asked, by=lan), obstruct(asked, by=lan)
    assert flagged() == 1

    clear(first, by=lan)
    asked.refresh_from_db()
    assert (asked.open_difficulties, flagged()) == (1, 1)

    clear(second, by=lan)
    asked.refresh_from_db()
    assert (asked.open_difficulties, flagged()) == (0, 0)
    assert [*find_faults()] == []


def test_a_clearance_counts_from_its_own_day(lan, asked):
    clear(obstruct(asked, by=lan), effective_on=date(2024, 7, 20), by=lan)
    history = History.read(asked)

    def open_on(day):
        now = history.newest_moment()
        return compute_state(history, on=day, at=now).open_difficulties

    counted = [open_on(date(2024, 7, day)) for day in (9, 10, 19, 20)]
    assert counted == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (dict(note=""), "note"),
        (dict(effective_on=date(2024, 6, 25)), "effective_on"),
        (dict(effective_on=timezone.localdate() + timedelta(days=2)), "effective_on"),
    ],
)
def test_a_difficulty_says_what_and_since_when(lan, asked, fields, wrong):
    assert refused_fields(lambda: obstruct(asked, by=lan, **fields)) == {wrong}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (dict(note=""), "note"),
        (dict(effective_on=date(2024, 7, 9)), "effective_on"),
        (dict(effective_on=timezone.localdate() + timedelta(days=2)), "effective_on"),
    ],
)
def test_a_clearance_says_how_and_is_not_before_its_opening(lan, asked, fields, wrong):
    difficulty = obstruct(asked, by=lan)

    assert refused_fields(lambda: clear(difficulty, by=lan, **fields)) == {wrong}


def test_a_difficulty_is_cleared_once(lan, asked):
    difficulty = obstruct(asked, by=lan)
    clear(difficulty, effective_on=difficulty.effective_on, by=lan)

    assert refused_fields(lambda: clear(difficulty, by=lan)) == {"form"}


def test_reporters_speak_for_their_own_body(ha, lan, asked):
    other = make_organisation()
    difficulty = make_difficulty(asked, by=ha, spoken_for=other)

    assert refused_fields(lambda: obstruct(asked, spoken_for=other, by=lan)) == {
        "spoken_for"
    }
    assert refused_fields(lambda: clear(difficulty, spoken_for=other, by=lan)) == {
        "spoken_for"
    }
    assert clear(difficulty, spoken_for=other, by=ha).spoken_for == other


def test_a_form_made_on_an_older_version_is_a_conflict(lan, asked):
    stamp = fresh_stamp(asked)
    difficulty = obstruct(asked, by=lan)

    with pytest.raises(EditConflictError):
        clear(difficulty, stamp=stamp, by=lan)
