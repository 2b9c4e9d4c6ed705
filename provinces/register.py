"""The register as on a day: which bodies and units there are, and what followed them.

The tables are small: one statement reads them, plain dictionaries answer from then on,
and a process reads them again once anything in them has changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connections, router
from django.db.models import FilteredRelation, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from provinces.choices import OrganisationKind
from provinces.models import Organisation, Province, ProvinceName, Succession
from provinces.models.together import read_row, write_row

if TYPE_CHECKING:
    from provinces.succession import Remit

# What a body is read from, in the order of its fields.
BODY_COLUMNS = (
    *("kind", "province_id", "parent_id", "spoken_for_by_id", "name"),
    *("valid_from", "valid_to", "main__successor_id"),
)


class Body(NamedTuple):
    """The columns of an organisation that rights, names and choices depend on."""

    kind: str
    province: int | None
    parent: int | None
    spoken_for_by: int | None
    name: str
    valid_from: date | None
    valid_to: date | None
    main_successor: int | None

    def is_in_force(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def has_ended(self, day: date) -> bool:
        return self.valid_to is not None and self.valid_to < day

    def can_lead(self, day: date) -> bool:
        """Say whether a recommendation may be given to it: never to a group."""
        return self.is_in_force(day) and self.kind != OrganisationKind.GROUP


@dataclass(frozen=True)
class Register:
    """Bodies by id in the order of the alphabet, and units, as on a day."""

    on: date
    bodies: dict[int, Body]
    # Each unit with one of its names, as the statement gave them.
    named_units: tuple[dict[str, Any], ...]

    @cached_property
    def units(self) -> "dict[int, Unit]":
        """Units by id, made when somebody first asks for them.

        A unit without a name has no page, and still gives and takes rights.
        """
        return make_units(self.named_units)

    @cached_property
    def remits(self) -> "dict[int, Remit]":
        """What was worked out already of what bodies answer for and see."""
        return {}

    @cached_property
    def names(self) -> dict[str | None, dict[int, str]]:
        """What bodies were called already, by language."""
        return {}

    @cached_property
    def offered(self) -> dict[tuple[Any, ...], list[int]]:
        """Which bodies were found already to be open to choice, by the question."""
        return {}

    @cached_property
    def main_successor(self) -> dict[int, int]:
        """Give what each ended body became: a succession still to come is none yet."""
        found = {pk: body.main_successor for pk, body in self.bodies.items()}
        return {pk: successor for pk, successor in found.items() if successor}

    @cached_property
    def province_successor(self) -> dict[int, int]:
        """Give what each unit became, unless its last day is known and not over."""
        return {
            pk: unit.province.successor_id
            for pk, unit in self.units.items()
            if unit.province.successor_id is not None
            and (unit.province.valid_to or date.min) < self.on
        }

    def present_body(self, organisation: int) -> int:
        """Follow main successors to the body that answers today."""
        return last(organisation, self.main_successor.get)

    def answering_body(self, organisation: int) -> int:
        """Follow main successors and speakers to the body that is to be asked today."""
        return last(
            organisation,
            lambda pk: self.main_successor.get(pk) or self.bodies[pk].spoken_for_by,
        )

    def with_superiors(self, organisation: int) -> frozenset[int]:
        """Give the body and all that it is a part of, at any depth."""
        return frozenset(chain(organisation, lambda pk: self.bodies[pk].parent))

    def units_counting(self, province: int) -> list[int]:
        """Give the unit and every successor: a row counts for each of them."""
        return chain(province, self.province_successor.get)

    def with_predecessors(self, provinces: Iterable[int]) -> frozenset[int]:
        """Give the units and all that ended in them, at any depth."""
        ended_in = defaultdict(list)
        for province, successor in self.province_successor.items():
            ended_in[successor].append(province)
        return closure(provinces, lambda unit: ended_in[unit])


@dataclass(frozen=True)
class Unit:
    """A province-level unit with every name it has borne, the earliest first."""

    province: Province
    names: tuple[ProvinceName, ...]

    def name_on(self, day: date) -> ProvinceName:
        """Give the name borne on a day: its first before that, its last after."""
        begun = [one for one in self.names if (one.valid_from or date.min) <= day]
        return begun[-1] if begun else self.names[0]

    def is_in_force(self, day: date) -> bool:
        first = self.province.valid_from or date.min
        return first <= day <= (self.province.valid_to or date.max)


def read_register(*, on: date | None = None) -> Register:
    """Read the register as on a day, today unless told: one statement.

    A succession still to come gives nobody rights yet.
    """
    on = on or timezone.localdate()
    has_begun = Q(successions__is_main=True, successions__on__lte=on)
    bodies = Organisation.objects.annotate(
        main=FilteredRelation("successions", condition=has_begun),
        unit_=Value(None, JSONField()),
    ).values_list("pk", *BODY_COLUMNS, "sort_key", "unit_")
    rows = bodies.order_by().union(_named_units(), all=True).order_by("sort_key")
    found: dict[int, Body] = {}
    units = []
    for pk, *columns, _sort_key, unit in rows:
        if unit is None:
            found[pk] = Body(*columns)
        else:
            units.append(unit)
    return Register(on, found, tuple(units))


def _named_units() -> QuerySet:
    """Give units and their names under the columns of bodies: all in the last one."""
    columns = (*BODY_COLUMNS, "sort_key")
    nothing = {f"no_{name}": Value(None, TextField()) for name in columns}
    unit = JSONObject(unit=write_row(Province), name=write_row(ProvinceName, "names__"))
    rows = Province.objects.order_by().annotate(**nothing, unit_=unit)
    return rows.values_list("pk", *nothing, "unit_")


# What this process has read: the last register, under the day and state it was read at.
_known: dict[tuple[Any, ...], Register] = {}


def known_register() -> Register:
    """Give the register of today, read again once anything in it has changed.

    Within a transaction it is always read: what is written there may be taken back.
    """
    if connections[_database()].in_atomic_block:
        return read_register()
    key = (timezone.localdate(), *_read_state())
    if (found := _known.get(key)) is None:
        found = read_register()
        _known.clear()
        _known[key] = found
    return found


def _database() -> str:
    """Name the database that the rows would be read from, too."""
    return router.db_for_read(Organisation)


def _read_state() -> tuple[int | None, ...]:
    """Give the last row and the number of edits of every table of the register.

    Edits are counted, because one with a smaller key may be committed later.
    """
    with connections[_database()].cursor() as cursor:
        cursor.execute(_STATE)
        return cursor.fetchone()


def _ask_for_state() -> str:
    asked = []
    for model in (Organisation, Succession, Province, ProvinceName):
        rows, edits = model._meta, model.history.model._meta
        asked.append(f"(SELECT max({rows.pk.column}) FROM {rows.db_table})")
        asked.append(f"(SELECT count(*) FROM {edits.db_table})")
    return f"SELECT {', '.join(asked)}"


_STATE = _ask_for_state()


def make_units(named: Iterable[dict[str, Any]]) -> dict[int, Unit]:
    found: dict[int, Province] = {}
    names: dict[int, list[ProvinceName]] = defaultdict(list)
    for row in named:
        one = read_row(Province, row["unit"])
        one = found.setdefault(one.pk, one)
        if row["name"]["id"] is not None:
            name = read_row(ProvinceName, row["name"])
            name.province = one
            names[one.pk].append(name)
    in_order = sorted(
        found.values(), key=lambda one: (one.code, one.valid_from or date.min, one.pk)
    )
    return {
        one.pk: Unit(
            one,
            tuple(sorted(names[one.pk], key=lambda name: name.valid_from or date.min)),
        )
        for one in in_order
    }


def closure(
    start: Iterable[int], step: Callable[[int], Iterable[int]]
) -> frozenset[int]:
    found, waiting = set(), list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(step(one))
    return frozenset(found)


def chain(start: int, step: Callable[[int], int | None]) -> list[int]:
    chain = [start]
    while (following := step(chain[-1])) is not None and following not in chain:
        chain.append(following)
    return chain


def last(start: int, step: Callable[[int], int | None]) -> int:
    return chain(start, step)[-1]
