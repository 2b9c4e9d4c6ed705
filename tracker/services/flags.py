"""What a steward decides about a doubt in a source."""

from typing import TypedDict, Unpack

from django.db import transaction

from provinces.models import User
from tracker.models import DataFlag
from tracker.services.entries import edit_row
from tracker.services.submissions import Stamp


class DecisionValues(TypedDict):
    decision: str


@transaction.atomic
def decide_flag(
    flag: DataFlag, *, stamp: Stamp, by: User, **values: Unpack[DecisionValues]
) -> DataFlag:
    """Keep a decision beside the source, whose words stay as they are.

    An earlier decision stays in the history; empty words take the present one back.
    """
    return edit_row(flag, values, stamp=stamp, by=by)
