"""Figures of indicators: entered with their source, corrected, and withdrawn."""

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.models import Document, Indicator, Observation, Passage
from tracker.services.entries import EDIT, edit_row, enter_row, name_entry
from tracker.services.submissions import (
    Stamp,
    accept,
    lock_and_check,
    open_for_writing,
    refuse_repeated,
)

WITHDRAWAL, RESTORATION = "withdrawal", "restoration"
# What tells the figures of one indicator apart.
TOLD_APART_BY = ("label", "document", "source", "as_of", "period")


class ObservationValues(TypedDict):
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    qualifier: str
    label: str
    as_of: date | None
    period: str
    document: Document | None
    source: str
    source_url: str
    source_date: date | None
    note: str


@transaction.atomic
def enter_observation(
    observation: Observation,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[ObservationValues],
) -> Observation:
    """Keep one more figure of the indicator that the new row names.

    Raises AlreadySubmittedError, and ValidationError by field.
    """
    refuse_repeated(stamp.key, act=name_entry(observation), by=by)
    _check(observation, values)
    written = {**values, "passage": _passage_within(observation, values)}
    return enter_row(observation, written, stamp=stamp, by=by)


@transaction.atomic
def correct_observation(
    observation: Observation,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[ObservationValues],
) -> Observation:
    """Keep a correction with who and when; what stood before stays in the history.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_writing(observation, stamp=stamp, act=EDIT, by=by)
    _check(current, values)
    written = {**values, "passage": _passage_within(current, values)}
    return edit_row(current, written, stamp=stamp, by=by)


@transaction.atomic
def withdraw_observation(
    observation: Observation, *, reason: str, stamp: Stamp, by: User
) -> Observation:
    """Take a figure that was entered by mistake out of everything that counts.

    It stays on the page of its indicator with the reason. Raises EditConflictError,
    AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_writing(observation, stamp=stamp, act=WITHDRAWAL, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason of the withdrawal.")})
    current.withdrawn_on, current.withdrawal_reason = timezone.localdate(), reason
    return _keep_standing(current, stamp=stamp, act=WITHDRAWAL, by=by)


@transaction.atomic
def restore_observation(
    observation: Observation, *, stamp: Stamp, by: User
) -> Observation:
    """Let a figure count again that was withdrawn by mistake.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError where it was
    not withdrawn, or another figure took its place.
    """
    current = lock_and_check(observation, stamp=stamp, act=RESTORATION, by=by)
    if current.withdrawn_on is None:
        raise ValidationError(_("This figure is not withdrawn."))
    _refuse_second_figure(
        current, {name: getattr(current, name) for name in TOLD_APART_BY}
    )
    current.withdrawn_on, current.withdrawal_reason = None, ""
    return _keep_standing(current, stamp=stamp, act=RESTORATION, by=by)


def _keep_standing(
    current: Observation, *, stamp: Stamp, act: str, by: User
) -> Observation:
    vars(current)["_history_user"] = by
    current.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    accept(current, stamp=stamp, act=act, by=by, answer=current.get_absolute_url())
    return current


def _passage_within(
    observation: Observation, values: ObservationValues
) -> Passage | None:
    """Keep the passage a figure is read out of, while its document is the source."""
    passage = observation.passage
    is_source = passage is not None and passage.document == values["document"]
    return passage if is_source else None


def _check(observation: Observation, given: ObservationValues) -> None:
    values: dict[str, Any] = {**given}
    _check_source(values)
    for name in ("as_of", "source_date"):
        day = values[name]
        if day is not None and day > timezone.localdate():
            raise ValidationError({name: _("This day is still to come.")})
    _refuse_second_figure(observation, values)


def _check_source(values: dict[str, Any]) -> None:
    """A figure has one source: a document that stands here, or another one by name."""
    other = ("source", "source_url", "source_date")
    if values["document"] is None:
        if not values["source"]:
            message = _("Give a document or name another source.")
            raise ValidationError({"source": message})
        return
    message = _("Leave this empty: the document above is the source.")
    errors = {name: message for name in other if values[name]}
    if errors:
        raise ValidationError(errors)


def _refuse_second_figure(observation: Observation, values: dict[str, Any]) -> None:
    """Of one thing a source says one figure for a day: another corrects it."""
    # Whoever enters one for the same indicator at this moment is waited for.
    Indicator.objects.select_for_update().get(pk=observation.indicator_id)
    same = {name: values[name] for name in TOLD_APART_BY}
    others = Observation.objects.filter(
        indicator=observation.indicator_id, withdrawn_on__isnull=True
    )
    if others.filter(**same).exclude(pk=observation.pk).exists():
        message = _(
            "This source already gives a figure for this day or period: correct that "
            "one."
        )
        raise ValidationError({"as_of": message})
