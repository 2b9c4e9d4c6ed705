"""Doubts about a source: raised by a steward, and what is decided about them."""

from collections.abc import Iterable
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction

from provinces.models import User
from tracker.models import DataFlag, Indicator, Passage
from tracker.services.entries import edit_row, enter_row
from tracker.services.submissions import Stamp


class FlagValues(TypedDict):
    problem: str
    evidence: str
    advice: str
    passage: NotRequired[Passage | None]
    indicators: NotRequired[Iterable[Indicator]]


class DecisionValues(TypedDict):
    decision: str


@transaction.atomic
def add_flag(
    flag: DataFlag, *, stamp: Stamp, by: User, **values: Unpack[FlagValues]
) -> DataFlag:
    """Keep one more doubt about the document that the new row names.

    Its words and its passages stay as they are.
    """
    return enter_row(flag, values, stamp=stamp, by=by)


@transaction.atomic
def decide_flag(
    flag: DataFlag, *, stamp: Stamp, by: User, **values: Unpack[DecisionValues]
) -> DataFlag:
    """Keep a decision beside the source, whose words stay as they are.

    An earlier decision stays in the history; empty words take the present one back.
    """
    return edit_row(flag, values, stamp=stamp, by=by)
