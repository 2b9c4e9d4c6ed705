"""Difficulties of a recommendation: opened on a day and cleared on a later one."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from tracker.choices import DifficultyCategory
from tracker.models import Difficulty, DifficultyClearance, Recommendation
from tracker.services.history import (
    History,
    append_row,
    check_day,
    find_open_difficulties,
    keep_state,
)
from tracker.services.submissions import Stamp, open_for_recording, remember_act
from tracker.services.voices import check_voice


@transaction.atomic
def open_difficulty(
    recommendation: Recommendation,
    *,
    category: DifficultyCategory,
    note: str,
    effective_on: date,
    spoken_for: Organisation,
    stamp: Stamp,
    by: User,
) -> Difficulty:
    """Keep what stands in the way from a day on, until it is cleared.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    act = "difficulty-open"
    current = open_for_recording(recommendation, stamp=stamp, act=act, by=by)
    check_day(effective_on, current)
    check_voice(spoken_for, by)
    if not note:
        raise ValidationError({"note": _("Say what the difficulty is.")})
    difficulty = Difficulty(
        category=category,
        effective_on=effective_on,
        note=note,
        author=by,
        spoken_for=spoken_for,
    )
    append_row(current, difficulty)
    keep_state(current, actions=())
    remember_act(
        current, stamp=stamp, act=act, by=by, answer=difficulty.get_absolute_url()
    )
    return difficulty


@transaction.atomic
def clear_difficulty(
    difficulty: Difficulty,
    *,
    note: str,
    effective_on: date,
    spoken_for: Organisation,
    stamp: Stamp,
    by: User,
) -> DifficultyClearance:
    """End a difficulty that stands, on the day it ended; the note says how.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    act = f"difficulty-clear {difficulty.sequence}"
    current = open_for_recording(difficulty.recommendation, stamp=stamp, act=act, by=by)
    if difficulty not in _open_difficulties_of(current):
        raise ValidationError(_("This difficulty was cleared already."))
    check_day(effective_on, current)
    check_voice(spoken_for, by)
    if effective_on < difficulty.effective_on:
        message = _("The difficulty stands since %(day)s; this day is earlier.")
        day = f"{difficulty.effective_on:%d/%m/%Y}"
        raise ValidationError({"effective_on": message % {"day": day}})
    if not note:
        raise ValidationError({"note": _("Say how the difficulty was cleared.")})
    clearance = DifficultyClearance(
        difficulty=difficulty,
        effective_on=effective_on,
        note=note,
        author=by,
        spoken_for=spoken_for,
    )
    append_row(current, clearance)
    keep_state(current, actions=())
    remember_act(
        current, stamp=stamp, act=act, by=by, answer=clearance.get_absolute_url()
    )
    return clearance


def _open_difficulties_of(recommendation: Recommendation) -> list[Difficulty]:
    """Give the difficulties that stand now, the oldest first: two statements."""
    history = History(
        difficulties=list(recommendation.difficulties.all()),
        clearances=list(recommendation.difficulty_clearances.all()),
    )
    return find_open_difficulties(
        history, on=timezone.localdate(), at=history.newest_moment()
    )
