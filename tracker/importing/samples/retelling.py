"""Retelling a course of events for one recommendation: other days, bodies and keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from random import Random
from typing import Any

from django.db import models

from provinces.models import Organisation, User
from tracker.importing.samples.courses import RAISED_ON, Course, tell_course
from tracker.models import HISTORY_MODELS, FollowUpAction, Recommendation
from tracker.models.history import (
    CHAINED_FIELDS,
    GENESIS,
    HistoryRow,
    chain,
    write_canonical,
)
from tracker.models.state import STATE_COLUMNS

# Keys kept in every table for the rows of one recommendation, however many it needs.
ROOM = 128
# How many courses there are of about the same length, each half as long again as the
# one before it.
VARIANTS = 100
GROWTH = 1.5
KEPT_APART = {*HISTORY_MODELS, FollowUpAction}


@dataclass(frozen=True)
class Told:
    """A row as its course tells it, and which of its columns are only stand-ins."""

    model: type[models.Model]
    values: dict[str, Any]
    days: tuple[str, ...]
    keys: tuple[str, ...]
    roles: tuple[str, ...]

    @classmethod
    def of(cls, row: models.Model, names: Iterable[str] = ()) -> "Told":
        """Take down all columns of a row, or those named."""
        wanted = set(names)
        fields = [
            field
            for field in row._meta.concrete_fields
            if not wanted or field.name in wanted
        ]
        values = {field.attname: getattr(row, field.attname) for field in fields}
        said = [field for field in fields if values[field.attname]]
        return cls(
            model=type(row),
            values=values,
            days=tuple(f.attname for f in said if isinstance(f, models.DateField)),
            keys=tuple(
                f.attname
                for f in said
                if f.primary_key or f.related_model in KEPT_APART
            ),
            roles=tuple(
                f.attname for f in said if f.related_model in {User, Organisation}
            ),
        )


@dataclass(frozen=True)
class Stage:
    """For which recommendation a course is retold."""

    recommendation: int
    first_key: int
    raised_on: date
    people: dict[int, int]

    def retell(self, told: Told) -> dict[str, Any]:
        values, later = dict(told.values), self.raised_on - RAISED_ON
        for name in told.days:
            values[name] += later
        for name in told.keys:
            values[name] += self.first_key
        for name in told.roles:
            values[name] = self.people[values[name]]
        return values


class ToldCourse:
    """A course ready to be retold."""

    def __init__(self, course: Course) -> None:
        state = Recommendation(**vars(course.state))
        self.entered_at, self.version = course.entered_at, course.version
        self.rows = tuple(map(Told.of, course.rows))
        self.actions = tuple(map(Told.of, course.actions))
        self.state = Told.of(state, STATE_COLUMNS)

    def entry(self, raised_on: date) -> datetime:
        return self.entered_at + (raised_on - RAISED_ON)

    def retell_actions(self, stage: Stage) -> Iterator[dict[str, Any]]:
        for told in self.actions:
            yield stage.retell(told) | {"recommendation_id": stage.recommendation}

    def retell_rows(
        self, stage: Stage
    ) -> Iterator[tuple[type[HistoryRow], dict[str, Any]]]:
        """Give the rows in their order, each chained to the one before it."""
        last = GENESIS
        for told in self.rows:
            model: Any = told.model
            row = stage.retell(told) | {"recommendation_id": stage.recommendation}
            names = (*CHAINED_FIELDS, *model.content_fields)
            said = {name: row[name] for name in names}
            row["previous_hash"] = last
            row["hash"] = last = chain(
                last, write_canonical(model._meta.db_table, said)
            )
            yield model, row


class Book:
    """All courses of one seed: the same number tells the same course everywhere."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.find = cache(self.tell)

    def choose(self, days: int, *, is_answerable: bool, dice: Random) -> ToldCourse:
        """Choose a course that is over after so many days."""
        length = 0
        while days_of(length + 1) <= days:
            length += 1
        return self.find(length, dice.randrange(VARIANTS), is_answerable)

    def tell(self, length: int, variant: int, is_answerable: bool) -> ToldCourse:
        dice = Random(f"{self.seed} {length} {variant} {is_answerable}")
        days = days_of(length)
        return ToldCourse(tell_course(days, is_answerable=is_answerable, dice=dice))


def days_of(length: int) -> int:
    """Give the days of a class of lengths; none in the first."""
    return int(GROWTH**length) if length else 0
