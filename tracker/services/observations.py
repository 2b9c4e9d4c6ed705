"""Figures of indicators: entered with their source, and corrected."""

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
from tracker.services.submissions import Stamp, open_for_writing, refuse_repeated


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
    told_apart_by = ("label", "document", "source", "as_of", "period")
    same = {name: values[name] for name in told_apart_by}
    others = Observation.objects.filter(indicator=observation.indicator_id)
    if others.filter(**same).exclude(pk=observation.pk).exists():
        message = _(
            "This source already gives a figure for this day or period: correct that "
            "one."
        )
        raise ValidationError({"as_of": message})
