"""Working sessions and who took part in them."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from provinces.models import Organisation, Province, User
from tracker.models import Participation, Resolution, Review, WorkingSession
from tracker.services.entries import edit_row, enter_row
from tracker.services.submissions import Stamp


class SessionValues(TypedDict):
    kind: str
    title: str
    held_on: date
    time_of_day: str
    review: Review | None
    province: Province | None
    place: str
    host: Organisation | None
    resolutions: Iterable[Resolution]
    note: str


class ParticipationValues(TypedDict):
    name: str
    honorific: str
    post: str
    organisation: Organisation | None
    role: str
    is_group: bool
    is_inferred: bool
    note: str


@transaction.atomic
def create_session(
    session: WorkingSession,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[SessionValues],
) -> WorkingSession:
    """Keep a new session; a repeated submit raises AlreadySubmittedError."""
    return enter_row(session, values, stamp=stamp, by=by)


@transaction.atomic
def edit_session(
    session: WorkingSession,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[SessionValues],
) -> WorkingSession:
    """Keep an edit of a session, with who and when (product rules §3)."""
    return edit_row(session, values, stamp=stamp, by=by)


@transaction.atomic
def create_participation(
    participation: Participation,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[ParticipationValues],
) -> Participation:
    """Keep one more person or group at the session that the new row names."""
    return enter_row(participation, values, stamp=stamp, by=by)


@transaction.atomic
def edit_participation(
    participation: Participation,
    *,
    stamp: Stamp,
    by: User,
    **values: Unpack[ParticipationValues],
) -> Participation:
    """Keep an edit of who took part, with who and when (product rules §3)."""
    return edit_row(participation, values, stamp=stamp, by=by)
