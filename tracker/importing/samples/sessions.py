"""Made-up working sessions: who met where, and about which resolutions."""

from collections.abc import Iterator
from random import Random
from typing import Any

from django.db import models

from provinces.choices import OrganisationKind
from provinces.models import Organisation
from tracker.choices import ParticipationRole
from tracker.importing.samples.cast import able_on
from tracker.importing.samples.occasions import Occasion
from tracker.importing.samples.words import MEETINGS
from tracker.models import Participation, Resolution, WorkingSession


def tell_session(
    occasion: Occasion, host: Organisation, about: list[Resolution], dice: Random
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Give the rows of one session, of who took part and of what it was about."""
    unit, day = occasion.unit, occasion.day
    place = unit.name_on(day) if unit else "Hà Nội"
    kind, called = dice.choice(list(MEETINGS.items()))
    session = WorkingSession(
        pk=occasion.session_key,
        kind=kind,
        title=f"{called} tại {place} ngày {day:%d/%m/%Y} (mẫu)",
        held_on=day,
        province=unit.province if unit else None,
        place=place,
        host=host,
    )
    session.write_search_columns()
    yield WorkingSession, [columns_of(session)]
    met: list[tuple[str, Organisation]] = [(ParticipationRole.HEAD_OF_DELEGATION, host)]
    local = unit.bodies.get(OrganisationKind.PROVINCIAL_PARTY, []) if unit else []
    met += [(ParticipationRole.HOST, body) for body in able_on(tuple(local), day)]
    people = [
        Participation(
            session=session,
            name=f"Đại diện mẫu số {dice.randint(1, 999)}",
            organisation=body,
            role=role,
        )
        for role, body in met
    ]
    yield Participation, [columns_of(one, without="id") for one in people]
    yield (
        WorkingSession.resolutions.through,
        [{"workingsession_id": session.pk, "resolution_id": one.pk} for one in about],
    )


def columns_of(row: models.Model, *, without: str = "") -> dict[str, Any]:
    """Give a row by its columns, as it is written."""
    names = (field.attname for field in row._meta.concrete_fields)
    return {name: getattr(row, name) for name in names if name != without}
