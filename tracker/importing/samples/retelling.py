"""Retelling a course of events for one recommendation: other days, bodies and keys."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from random import Random
from typing import Any

from django.db import models

from provinces.models import Organisation, User
from tracker.importing.samples.courses import RAISED_ON, Course, tell_course
from tracker.importing.samples.rows import Table, write
from tracker.models import HISTORY_MODELS, FollowUpAction, Recommendation
from tracker.models.history import GENESIS, HistoryRow, chain
from tracker.models.state import CHAIN_COLUMNS, STATE_COLUMNS

# Keys kept in every table for the rows of one recommendation, however many it needs.
ROOM = 128
# How many courses there are of about the same length, each half as long again as the
# one before it.
VARIANTS = 100
GROWTH = 1.5
KEPT_APART = {*HISTORY_MODELS, FollowUpAction}


# What every recommendation says for itself.
OWN = {
    "recommendation_id": "%(recommendation)s",
    "previous_hash": "%(last)s",
    "hash": "%(hash)s",
    "last_hash": "%(last)s",
}


class Stage(dict[str, str]):
    """What the stand-ins of a course are for one recommendation, by their names."""

    def __init__(
        self,
        recommendation: int,
        first_key: int,
        raised_on: date,
        people: dict[int, int],
    ) -> None:
        super().__init__(recommendation=str(recommendation), last=GENESIS)
        self.first_key, self.first_day = first_key, raised_on.toordinal()
        self.people = people

    def __missing__(self, name: str) -> str:
        sort, _, number = name.partition(" ")
        if sort == "day":
            found = date.fromordinal(self.first_day + int(number)).isoformat()
        elif sort == "key":
            found = str(self.first_key + int(number))
        else:
            found = str(self.people[int(number)])
        self[name] = found
        return found


def stand_in(field: models.Field, value: Any) -> str:
    """Name what stands for the value until it is retold; nothing where it is meant."""
    if field.attname in OWN:
        return OWN[field.attname]
    if not value:
        return ""
    if isinstance(value, date):
        return f"%(day {(utc_day(value) - RAISED_ON).days})s"
    if field.primary_key or field.related_model in KEPT_APART:
        return f"%(key {value})s"
    return f"%(role {value:d})s" if field.related_model in {User, Organisation} else ""


def utc_day(moment: date) -> date:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).date()
    return moment


class Told:
    """A row as its course tells it: as it is written, and as it is hashed."""

    def __init__(self, row: models.Model, names: Iterable[str] = ()) -> None:
        """Take down all columns of a row, or those named."""
        wanted, model = set(names), type(row)
        fields = [
            f for f in model._meta.concrete_fields if not names or f.name in wanted
        ]
        columns = [(f, getattr(row, f.attname)) for f in fields]
        self.table = Table(
            model._meta.db_table, tuple(field.attname for field in fields)
        )
        self.line = "\t".join(template(*column) for column in columns)
        if isinstance(row, HistoryRow):
            self.canonical = row.canonical().replace("%", "%%")
            for field, value in columns:
                self.canonical = said_by_name(self.canonical, field, value)


def template(field: models.Field, value: Any) -> str:
    """Write a column with its stand-in; moments keep their time of day."""
    text, hole = write(value), stand_in(field, value)
    if not hole:
        return text.replace("%", "%%")
    return hole + text[10:] if isinstance(value, date) else hole


def said_by_name(canonical: str, field: models.Field, value: Any) -> str:
    """Put the stand-in of a column into the line of JSON that is hashed."""
    hole = stand_in(field, value)
    if not hole:
        return canonical
    name, said = f'"{field.attname}":', json.dumps(value, default=utc_text)
    begin = said[:-1] if isinstance(value, date) else said
    quote = '"' if isinstance(value, date) else ""
    return canonical.replace(f"{name}{begin}", f"{name}{quote}{hole}")


def utc_text(day: date) -> str:
    return utc_day(day).isoformat()


class ToldCourse:
    """A course ready to be retold."""

    def __init__(self, course: Course) -> None:
        state = Recommendation(
            **vars(course.state),
            version=course.version,
            last_sequence=len(course.rows),
        )
        # Where there is no history the recommendation has none to end.
        ending = CHAIN_COLUMNS if course.rows else ()
        self.entered_at = course.entered_at
        self.rows = tuple(map(Told, course.rows))
        self.actions = tuple(map(Told, course.actions))
        self.state = Told(state, (*STATE_COLUMNS, "version", *ending))

    def entry(self, raised_on: date) -> datetime:
        return self.entered_at + (raised_on - RAISED_ON)

    def retell(self, stage: Stage) -> Iterator[tuple[Table, str]]:
        """Give the actions, and the rows in their order, each chained to the last."""
        for told in self.actions:
            yield told.table, told.line % stage
        for told in self.rows:
            stage["hash"] = chain(stage["last"], told.canonical % stage)
            yield told.table, told.line % stage
            stage["last"] = stage["hash"]


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
