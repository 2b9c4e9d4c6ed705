"""What a session heard or saw."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction

from provinces.models import Organisation, User
from tracker.models import Finding, Passage, Resolution
from tracker.services.entries import edit_row, enter_row
from tracker.services.submissions import Stamp


class FindingValues(TypedDict):
    kind: str
    wording: str
    reported_by: Organisation | None
    resolutions: Iterable[Resolution]
    is_content_missing: bool
    passage: Passage | None
    note: str


@transaction.atomic
def create_finding(
    finding: Finding, *, stamp: Stamp, by: User, **values: Unpack[FindingValues]
) -> Finding:
    """Keep one more finding of the session that the new row names."""
    return enter_row(finding, values, stamp=stamp, by=by)


@transaction.atomic
def edit_finding(
    finding: Finding, *, stamp: Stamp, by: User, **values: Unpack[FindingValues]
) -> Finding:
    """Keep an edit of a finding, with who and when (product rules §3)."""
    return edit_row(finding, values, stamp=stamp, by=by)
