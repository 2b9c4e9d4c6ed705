"""Recommendations entered by hand, edited, and withdrawn when they were wrong."""

from collections.abc import Iterable
from datetime import date
from itertools import chain
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, Province, User
from tracker.models import Passage, Recommendation, Resolution, Topic, WorkingSession
from tracker.services.entries import EDIT, enter_row, name_entry, write_row
from tracker.services.history import History
from tracker.services.leads import check_lead
from tracker.services.submissions import (
    Stamp,
    accept,
    open_for_writing,
    refuse_repeated,
)

CENTRAL_PREFIX = "TW"
# All that stands here of an item that is kept outside: a sentence with its number.
KEPT_OUTSIDE = "Nội dung lưu ngoài hệ thống, số "
# Whoever loses the race for a number takes the next: each round somebody wins.
ATTEMPTS = 50


class RecommendationValues(TypedDict):
    kind: str
    wording: str
    raised_on: date
    resolutions: Iterable[Resolution]
    topics: Iterable[Topic]
    province: Province | None
    session: WorkingSession | None
    raised_by: Organisation | None
    addressee: Organisation | None
    passage: Passage | None


@transaction.atomic
def create_recommendation(
    recommendation: Recommendation,
    *,
    lead: Organisation | None,
    kept_outside: bool,
    outside_number: str,
    stamp: Stamp,
    by: User,
    **values: Unpack[RecommendationValues],
) -> Recommendation:
    """Keep a new recommendation under the next code of its province and year.

    Of a secret item only number and owner are taken (product rules §4). Raises
    AlreadySubmittedError, and ValidationError by field.
    """
    act = name_entry(recommendation)
    refuse_repeated(stamp.key, act=act, by=by)
    given: dict[str, Any] = {**values, "lead": lead, "kept_outside": kept_outside}
    if kept_outside:
        _refuse_content(given)
        given["wording"] = _name_kept_outside(outside_number)
    elif outside_number:
        message = _("Only an item that is kept outside has this number.")
        raise ValidationError({"outside_number": message})
    check_lead(lead, is_keeper=kept_outside)
    _check_wording(given["wording"])
    _check_raised_on(values["raised_on"], values["session"])

    def insert() -> None:
        _insert_with_code(recommendation)

    return enter_row(recommendation, given, stamp=stamp, by=by, insert=insert)


@transaction.atomic
def edit_recommendation(
    recommendation: Recommendation,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[RecommendationValues],
) -> Recommendation:
    """Keep an edit with who and when; a code once given stays.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_writing(recommendation, stamp=stamp, act=EDIT, by=by)
    if current.kept_outside:
        _refuse_content({**values})
    _check_wording(values["wording"])
    return _keep_edit(current, {**values}, stamp=stamp, by=by)


@transaction.atomic
def edit_kept_outside(
    recommendation: Recommendation,
    *,
    kind: str,
    raised_on: date,
    resolutions: Iterable[Resolution],
    outside_number: str,
    stamp: Stamp,
    by: User,
) -> Recommendation:
    """Keep an edit of the little that stands here of a secret item.

    Raises EditConflictError, AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_writing(recommendation, stamp=stamp, act=EDIT, by=by)
    values = {
        "kind": kind,
        "raised_on": raised_on,
        "resolutions": resolutions,
        "wording": _name_kept_outside(outside_number),
    }
    return _keep_edit(current, values, stamp=stamp, by=by)


@transaction.atomic
def withdraw_recommendation(
    recommendation: Recommendation, *, reason: str, stamp: Stamp, by: User
) -> Recommendation:
    """Take a wrong recommendation out of lists and counts; nothing is deleted.

    Its page stays, with the reason (product rules §3). Raises EditConflictError,
    AlreadySubmittedError, and ValidationError by field.
    """
    current = open_for_writing(recommendation, stamp=stamp, act="withdrawal", by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason of the withdrawal.")})
    current.withdrawn_on = timezone.localdate()
    current.withdrawal_reason = reason
    current._history_user = by
    current.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    answer = current.get_absolute_url()
    accept(current, stamp=stamp, act="withdrawal", by=by, answer=answer)
    return current


def read_outside_number(recommendation: Recommendation) -> str:
    """Give the number of an item that is kept outside, as it was typed."""
    return recommendation.wording.removeprefix(KEPT_OUTSIDE)


def _keep_edit(
    current: Recommendation, values: dict[str, Any], *, stamp: Stamp, by: User
) -> Recommendation:
    session = values.get("session", current.session)
    # A session that was moved since is no fault of this edit.
    if (values["raised_on"], session) != (current.raised_on, current.session):
        _check_raised_on(values["raised_on"], session)
    _check_history(current, values["raised_on"])
    write_row(current, values, by=by)
    answer = current.get_absolute_url()
    accept(current, stamp=stamp, act=EDIT, by=by, answer=answer)
    return current


def _insert_with_code(recommendation: Recommendation) -> None:
    """Save under the next number of (prefix, year), also when others do the same."""
    province = recommendation.province
    prefix = province.abbreviation if province else CENTRAL_PREFIX
    year = recommendation.raised_on.year % 100
    recommendation.code_prefix, recommendation.code_year = prefix, year
    for attempt in range(1, ATTEMPTS + 1):
        recommendation.code_number = _next_number(prefix, year)
        try:
            with transaction.atomic():
                recommendation.save()
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _next_number(prefix: str, year: int) -> int:
    numbered = Recommendation.objects.filter(code_prefix=prefix, code_year=year)
    greatest = numbered.aggregate(greatest=Max("code_number"))["greatest"]
    return (greatest or 0) + 1


def _name_kept_outside(number: str) -> str:
    if not number.strip():
        message = _("Give the number of the document or register outside.")
        raise ValidationError({"outside_number": message})
    return KEPT_OUTSIDE + number


def _refuse_content(values: dict[str, Any]) -> None:
    """Take nothing that tells what a secret item is about."""
    telling = (
        "wording",
        "topics",
        "province",
        "session",
        "raised_by",
        "addressee",
        "passage",
    )
    message = _("Leave this empty: the item is kept outside the system.")
    errors = {name: message for name in telling if values[name]}
    if errors:
        raise ValidationError(errors)


def _check_wording(wording: str) -> None:
    if not wording.strip():
        raise ValidationError({"wording": _("Give the wording.")})


def _check_raised_on(raised_on: date, session: WorkingSession | None) -> None:
    if raised_on > timezone.localdate():
        raise ValidationError({"raised_on": _("This day is still to come.")})
    if session is not None and raised_on < session.held_on:
        message = _("The session was held on %(day)s; this day is earlier.")
        day = f"{session.held_on:%d/%m/%Y}"
        raise ValidationError({"raised_on": message % {"day": day}})


def _check_history(recommendation: Recommendation, raised_on: date) -> None:
    """Nothing can have been true of it before it was raised (product rules §3)."""
    tables = vars(History.read(recommendation)).values()
    rows = chain.from_iterable(tables)
    first = min((row.effective_on for row in rows), default=None)
    if first is not None and raised_on > first:
        message = _("The history begins on %(day)s; this day is later.")
        raise ValidationError({"raised_on": message % {"day": f"{first:%d/%m/%Y}"}})
