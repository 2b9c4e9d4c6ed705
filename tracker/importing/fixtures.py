"""Reading the reference data and the first report from the files in `fixtures/`.

Rows are found by their natural keys. A row that exists is left alone; a refresh
updates it only while its history holds nothing but entries made here.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from simple_history.utils import get_history_manager_for_model

from provinces.models import Organisation, Province, ProvinceName, Succession
from tracker.models import (
    DataFlag,
    Document,
    Finding,
    Indicator,
    Observation,
    Participation,
    Passage,
    Recommendation,
    Resolution,
    Review,
    Target,
    Topic,
    WorkingSession,
)
from tracker.models.recommendations import CODE

Instance = TypeVar("Instance", bound=models.Model)

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SEED = "seed"
# How a cell names a row of another file.
NATURAL_KEYS: dict[type[models.Model], str] = {
    Province: "slug",
    Organisation: "name",
    Resolution: "slug",
    Document: "slug",
    Passage: "slug",
    Topic: "slug",
    Review: "source_id",
    WorkingSession: "source_id",
    Indicator: "source_id",
}


@dataclass(frozen=True)
class Noun:
    """One file: its model and the columns that tell its rows apart."""

    file: str
    model: type[models.Model]
    key: tuple[str, ...]


NOUNS = (
    Noun("provinces", Province, ("slug",)),
    Noun("province_names", ProvinceName, ("province", "valid_from")),
    Noun("organisations", Organisation, ("name",)),
    Noun("successions", Succession, ("predecessor", "successor")),
    Noun("documents", Document, ("slug",)),
    Noun("passages", Passage, ("slug",)),
    Noun("resolutions", Resolution, ("slug",)),
    Noun("targets", Target, ("code",)),
    Noun("reviews", Review, ("source_id",)),
    Noun("sessions", WorkingSession, ("source_id",)),
    Noun("participations", Participation, ("session", "source_id")),
    Noun("indicators", Indicator, ("source_id",)),
    Noun("observations", Observation, ("indicator", "label", "document")),
    Noun("second_source_observations", Observation, ("indicator", "label", "source")),
    Noun("findings", Finding, ("source_id",)),
    Noun("topics", Topic, ("slug",)),
    Noun(
        "recommendations", Recommendation, ("code_prefix", "code_year", "code_number")
    ),
    Noun("data_flags", DataFlag, ("source_id",)),
)


class FixtureError(Exception):
    """A file does not fit the models; the message names file and row."""


@dataclass
class Seeded:
    """What a run did with the rows of one file."""

    file: str
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class Row:
    """One line of a file on its way to the database."""

    noun: Noun
    number: int
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.noun.file}.csv, row {self.number}"


class MissingReferenceError(Exception):
    """The row a cell names has not been made yet."""


def read_rows(noun: Noun, folder: Path = FIXTURES) -> Iterator[Row]:
    """Read one file; the code of a recommendation is kept in three columns."""
    with open(folder / f"{noun.file}.csv", encoding="utf-8", newline="") as file:
        for number, cells in enumerate(csv.DictReader(file), start=2):
            if "code" in cells and noun.model is Recommendation:
                match = CODE.fullmatch(cells.pop("code"))
                if match is None:
                    raise FixtureError(f"{noun.file}.csv, row {number}: not a code.")
                cells |= {
                    f"code_{part}": text for part, text in match.groupdict().items()
                }
            yield Row(noun, number, cells)


@transaction.atomic
def seed(*, refresh: bool = False, folder: Path = FIXTURES) -> list[Seeded]:
    """Make every missing row of the files; all or nothing.

    Raises FixtureError when a cell names a row that no file holds.
    """
    return Seeding(refresh=refresh).run(
        [row for noun in NOUNS for row in read_rows(noun, folder)]
    )


class Seeding:
    """One run over all rows; a row waits until the rows it names are there."""

    def __init__(self, *, refresh: bool) -> None:
        self.refresh = refresh
        self.report = {noun.file: Seeded(noun.file) for noun in NOUNS}
        self.linked: list[tuple[models.Model, Row]] = []
        self.known: dict[type[models.Model], dict[str, models.Model]] = {
            model: {str(getattr(one, key)): one for one in model._default_manager.all()}
            for model, key in NATURAL_KEYS.items()
        }

    def run(self, rows: list[Row]) -> list[Seeded]:
        waiting = rows
        while waiting:
            postponed: dict[int, str] = {}
            for position, row in enumerate(waiting):
                try:
                    self.place(row)
                except MissingReferenceError as error:
                    postponed[position] = f"{row}: {error}"
                except ValidationError as error:
                    raise FixtureError(f"{row}: {' '.join(error.messages)}") from error
            if len(postponed) == len(waiting):
                # The first row is the cause; later ones wait for it.
                raise FixtureError(postponed[0])
            waiting = [waiting[position] for position in postponed]
        for instance, row in self.linked:
            try:
                self.set_links(instance, row)
            except MissingReferenceError as error:
                raise FixtureError(f"{row}: {error}") from error
        return list(self.report.values())

    def place(self, row: Row) -> None:
        """Make the row, or leave or refresh the one that is there."""
        columns = {name: row.noun.model._meta.get_field(name) for name in row.cells}
        values = {
            name: self.read_cell(column, row.cells[name].strip())
            for name, column in columns.items()
            if isinstance(column, models.Field) and not column.many_to_many
        }
        key = {name: values[name] for name in row.noun.key}
        instance = self.find(row.noun.model, key)
        if instance is None:
            outcome = "created"
            instance = row.noun.model(**values)
            _sign(instance)
            instance.save()
        elif self.refresh:
            outcome = self.refresh_row(instance, values)
        else:
            outcome = "present"
        if outcome in {"created", "refreshed", "same"}:
            # Links wait for the end: by then every row they name has been made.
            self.linked.append((instance, row))
        if (natural := NATURAL_KEYS.get(row.noun.model)) is not None:
            self.known[row.noun.model][str(getattr(instance, natural))] = instance
        self.report[row.noun.file].counts[outcome] += 1

    def find(
        self, model: type[models.Model], key: dict[str, Any]
    ) -> models.Model | None:
        if (natural := NATURAL_KEYS.get(model)) is not None:
            return self.known[model].get(str(key[natural]))
        lookups = {
            (f"{name}__isnull" if value is None else name): (value is None or value)
            for name, value in key.items()
        }
        rows = model._default_manager.all()
        # Where people edited what a row is known by, its history still knows it.
        known = get_history_manager_for_model(model).filter(**lookups).values("id")
        return rows.filter(**lookups).first() or rows.filter(pk__in=known).first()

    def refresh_row(self, instance: models.Model, values: dict[str, Any]) -> str:
        """Update a row nobody edited since; what people wrote is kept."""
        history = get_history_manager_for_model(instance)
        if history.exclude(history_change_reason=SEED).exists():
            return "kept"
        changed = [n for n, value in values.items() if getattr(instance, n) != value]
        if not changed:
            return "same"
        current = _lock(instance)
        for name in changed:
            setattr(current, name, values[name])
        _sign(current)
        current.save(update_fields=[*changed, *_raise_version(current)])
        return "refreshed"

    def read_cell(self, column: models.Field, text: str) -> Any:
        if column.related_model is not None:
            return self.refer(column.related_model, text) if text else None
        if isinstance(column, models.BooleanField):
            return text == "yes"
        if not text:
            return None if column.null else ""
        return column.to_python(text)

    def set_links(self, instance: models.Model, row: Row) -> None:
        for name, text in row.cells.items():
            column = row.noun.model._meta.get_field(name)
            if column.many_to_many and column.related_model is not None:
                named = [part for part in text.split("|") if part]
                wanted = {self.refer(column.related_model, part) for part in named}
                links = getattr(instance, name)
                if set(links.all()) != wanted:
                    _sign(instance)
                    links.set(wanted)
                    if self.refresh and isinstance(instance, Recommendation):
                        current = _lock(instance)
                        current.save_without_historical_record(
                            update_fields=_raise_version(current)
                        )

    def refer(self, model: type[models.Model], text: str) -> models.Model:
        try:
            return self.known[model][text]
        except KeyError:
            message = f"{text!r} names no {model._meta.verbose_name}"
            raise MissingReferenceError(message) from None


def _sign(instance: models.Model) -> None:
    """Let the history say that this was made here."""
    vars(instance)["_change_reason"] = SEED


def _lock(instance: Instance) -> Instance:
    """Read a row as it is now, so that nobody's write is overwritten."""
    rows = type(instance)._default_manager.select_for_update()
    return rows.get(pk=instance.pk)


def _raise_version(instance: models.Model) -> list[str]:
    """Let forms that are open on an older state find out; give the changed column."""
    if not isinstance(instance, Recommendation):
        return []
    instance.version += 1
    return ["version"]
