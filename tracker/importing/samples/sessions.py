"""Made-up working sessions: who met where, and about which resolutions."""

from collections.abc import Iterable, Iterator
from functools import cache
from random import Random

from django.db import models

from provinces.choices import OrganisationKind
from provinces.models import Organisation
from tracker.choices import ParticipationRole
from tracker.importing.samples.cast import able_on
from tracker.importing.samples.occasions import Occasion
from tracker.importing.samples.rows import Table, line_of
from tracker.importing.samples.words import MEETINGS
from tracker.models import Participation, Resolution, WorkingSession


def tell_session(
    occasion: Occasion, host: Organisation, about: list[Resolution], dice: Random
) -> Iterator[tuple[Table, str]]:
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
    yield as_written(session)
    met: list[tuple[str, Organisation]] = [(ParticipationRole.HEAD_OF_DELEGATION, host)]
    local = unit.bodies.get(OrganisationKind.PROVINCIAL_PARTY, []) if unit else []
    met += [(ParticipationRole.HOST, body) for body in able_on(tuple(local), day)]
    for role, body in met:
        name = f"Đại diện mẫu số {dice.randint(1, 999)}"
        one = Participation(session=session, name=name, organisation=body, role=role)
        yield as_written(one, without={"id"})
    through = WorkingSession.resolutions.through._meta.db_table
    links = Table(through, ("workingsession_id", "resolution_id"))
    for resolution in about:
        yield links, line_of((session.pk, resolution.pk))


def as_written(row: models.Model, *, without: Iterable[str] = ()) -> tuple[Table, str]:
    """Give a row by its columns, as it is written."""
    table = table_of(type(row), frozenset(without))
    return table, line_of(getattr(row, name) for name in table.columns)


@cache
def table_of(model: type[models.Model], without: frozenset[str]) -> Table:
    names = (field.attname for field in model._meta.concrete_fields)
    return Table(model._meta.db_table, tuple(n for n in names if n not in without))
