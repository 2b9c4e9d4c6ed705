"""Who speaks for whom, and who took over from whom: rights by row rest on this.

Rules: product rules §1. The tables are small: one statement reads the bodies and the
units, and plain sets answer from then on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.choices import PROVINCIAL_KINDS, OrganisationKind
from provinces.folding import sort_key
from provinces.models import Organisation, Province, ProvinceName, User
from provinces.models.together import read_row, write_row

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
        return _make_units(self.named_units)

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
        return _last(organisation, self.main_successor.get)

    def answering_body(self, organisation: int) -> int:
        """Follow main successors and speakers to the body that is to be asked today."""
        return _last(
            organisation,
            lambda pk: self.main_successor.get(pk) or self.bodies[pk].spoken_for_by,
        )

    def with_superiors(self, organisation: int) -> frozenset[int]:
        """Give the body and all that it is a part of, at any depth."""
        return frozenset(_chain(organisation, lambda pk: self.bodies[pk].parent))

    def units_counting(self, province: int) -> list[int]:
        """Give the unit and every successor: a row counts for each of them."""
        return _chain(province, self.province_successor.get)

    def with_predecessors(self, provinces: Iterable[int]) -> frozenset[int]:
        """Give the units and all that ended in them, at any depth."""
        ended_in = defaultdict(list)
        for province, successor in self.province_successor.items():
            ended_in[successor].append(province)
        return _closure(provinces, lambda unit: ended_in[unit])


@dataclass(frozen=True)
class Remit:
    """What one organisation's people answer for and see, as sets of ids.

    `speaks_for` is S, `provinces` is P and `sees` is R of product rules §1; `home` is
    the body's own province with its predecessors, whatever the kind of the body.
    """

    speaks_for: frozenset[int]
    provinces: frozenset[int]
    sees: frozenset[int]
    home: frozenset[int]


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


def register_of(user: User) -> Register:
    """Give the register as this user's request sees it, read once.

    It is kept on the user object, which lives exactly as long as the request.
    """
    if "register" not in user.__dict__:
        user.__dict__["register"] = read_register()
    return user.__dict__["register"]


def remit_of(user: User) -> Remit:
    """Give what this person speaks for and sees, worked out once a request."""
    if "remit" not in user.__dict__:
        user.__dict__["remit"] = find_remit(user.organisation_id, register_of(user))
    return user.__dict__["remit"]


def find_remit(organisation: int, register: Register) -> Remit:
    """Work out S, P and R of one organisation; empty never matches empty."""
    inherited, voices, subordinates = (
        defaultdict(list),
        defaultdict(list),
        defaultdict(list),
    )
    for predecessor, successor in register.main_successor.items():
        inherited[successor].append(predecessor)
    for pk, body in register.bodies.items():
        voices[body.spoken_for_by].append(pk)
        subordinates[body.parent].append(pk)

    speaks_for = _closure([organisation], lambda pk: inherited[pk] + voices[pk])
    own = register.bodies[organisation]
    home = register.with_predecessors([own.province] if own.province else [])
    provinces = home if own.kind in PROVINCIAL_KINDS else frozenset()
    sees = _closure(speaks_for, lambda pk: subordinates[pk])
    sees |= _bodies_of(provinces, register)
    return Remit(speaks_for, provinces, sees, home)


def _bodies_of(provinces: frozenset[int], register: Register) -> frozenset[int]:
    kinds = PROVINCIAL_KINDS | {OrganisationKind.COMMUNE_BODY}
    return frozenset(
        pk
        for pk, body in register.bodies.items()
        if body.province in provinces and body.kind in kinds
    )


def _closure(
    start: Iterable[int], step: Callable[[int], Iterable[int]]
) -> frozenset[int]:
    found, waiting = set(), list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(step(one))
    return frozenset(found)


def _chain(start: int, step: Callable[[int], int | None]) -> list[int]:
    chain = [start]
    while (following := step(chain[-1])) is not None and following not in chain:
        chain.append(following)
    return chain


def _last(start: int, step: Callable[[int], int | None]) -> int:
    return _chain(start, step)[-1]


# By id; looking up the body of a column that is empty finds nothing.
OrganisationNames = dict[int | None, str]


def name_organisations(
    ids: Iterable[int | None], register: Register
) -> OrganisationNames:
    """Give names by id, an ended body with its present one.

    "Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)".
    """
    known = (pk for pk in ids if pk is not None and pk in register.bodies)
    return {pk: _name_body(pk, register) for pk in known}


def _name_body(pk: int, register: Register) -> str:
    name, now = register.bodies[pk].name, register.present_body(pk)
    if now == pk:
        return name
    present = register.bodies[now].name
    return _("%(name)s (now %(present)s)") % {"name": name, "present": present}


@dataclass(frozen=True)
class ProvinceThenNow:
    """A province as it was called on a day, and the unit that followed, if any."""

    then: str
    now: str
    since: date | None


def describe_province(
    province: int, register: Register, *, on: date
) -> ProvinceThenNow:
    """Name a unit as on the day and as it is today."""
    chain = register.units_counting(province)
    then = register.units[province].name_on(on).full_name
    today = timezone.localdate()
    borne = register.units[chain[-1]].names
    last = [name for name in borne if (name.valid_from or date.min) <= today]
    if not last or last[-1].full_name == then:
        return ProvinceThenNow(then, "", None)
    # Borne from before anybody noted: then nobody knows since when.
    now = last[-1].full_name
    first = next(name for name in last if name.full_name == now)
    return ProvinceThenNow(then, now, first.valid_from)


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


def name_units(register: Register) -> dict[int, str]:
    """Give units by id in the order of the alphabet, each ended one after its heir.

    "Đà Nẵng", "Đà Nẵng (cũ, đến 30/06/2025)".
    """
    lines = []
    for pk, unit in register.units.items():
        last_day = unit.province.valid_to
        name = unit.name_on(register.on).name if unit.names else f"{unit.province}"
        label = name
        if last_day and last_day < register.on:
            words = _("%(name)s (former, until %(day)s)")
            label = words % {"name": name, "day": f"{last_day:%d/%m/%Y}"}
        lines.append((sort_key(name), label != name, last_day or date.max, pk, label))
    return {pk: label for *_order, pk, label in sorted(lines)}


@dataclass(frozen=True)
class Merger:
    """A unit ending in another: both names as of the change, its day and act."""

    ended: ProvinceName
    followed_by: ProvinceName
    on: date | None
    instrument: str


def _make_units(named: Iterable[dict[str, Any]]) -> dict[int, Unit]:
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


def find_merger(unit: Unit, units: dict[int, Unit]) -> Merger | None:
    """Say what an ended unit became; None while it is in force."""
    last_day, successor = unit.province.valid_to, unit.province.successor_id
    if successor is None:
        return None
    following = last_day + timedelta(days=1) if last_day else None
    return Merger(
        ended=unit.name_on(last_day or date.max),
        followed_by=units[successor].name_on(following or timezone.localdate()),
        on=following,
        instrument=unit.province.instrument,
    )
