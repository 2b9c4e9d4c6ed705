"""Who speaks for whom, and who took over from whom: rights by row rest on this.

Rules: product rules §1. The tables are small; three queries read what rights need,
and plain sets answer from then on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.choices import PROVINCIAL_KINDS, OrganisationKind
from provinces.models import (
    Organisation,
    Province,
    ProvinceName,
    Succession,
    User,
)


class Body(NamedTuple):
    """The columns of an organisation that rights depend on."""

    kind: str
    province: int | None
    parent: int | None
    spoken_for_by: int | None


@dataclass(frozen=True)
class Register:
    """Bodies, main successions and province successions by id, read at one time."""

    bodies: dict[int, Body]
    main_successor: dict[int, int]
    province_successor: dict[int, int]

    def present_body(self, organisation: int) -> int:
        """Follow main successors to the body that answers today."""
        return _last(organisation, self.main_successor.get)

    def answering_body(self, organisation: int) -> int:
        """Follow main successors and speakers to the body that is to be asked today."""
        return _last(
            organisation,
            lambda pk: self.main_successor.get(pk) or self.bodies[pk].spoken_for_by,
        )

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
    """Read the whole register as on a day, today unless told: always three queries.

    A succession still to come gives nobody rights yet.
    """
    on = on or timezone.localdate()
    organisations = Organisation.objects.order_by()
    successions = Succession.objects.filter(is_main=True, on__lte=on)
    provinces = Province.objects.filter(successor__isnull=False).order_by()
    ended = provinces.exclude(valid_to__gte=on)
    columns = ("pk", "kind", "province_id", "parent_id", "spoken_for_by_id")
    return Register(
        bodies={pk: Body(*rest) for pk, *rest in organisations.values_list(*columns)},
        main_successor=dict(successions.values_list("predecessor_id", "successor_id")),
        province_successor=dict(ended.values_list("pk", "successor_id")),
    )


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
    """Give names by id, an ended body with its present one: one query for all.

    "Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)".
    """
    present = {pk: register.present_body(pk) for pk in ids if pk is not None}
    wanted = {*present, *present.values()}
    names = dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {
        pk: names[pk]
        if now == pk
        else _("%(name)s (now %(present)s)")
        % {"name": names[pk], "present": names[now]}
        for pk, now in present.items()
        if pk in names
    }


@dataclass(frozen=True)
class ProvinceThenNow:
    """A province as it was called on a day, and the unit that followed, if any."""

    then: str
    now: str
    since: date | None


def describe_province(
    province: int, register: Register, *, on: date
) -> ProvinceThenNow:
    """Name a unit as on the day and as it is today: one query."""
    chain = register.units_counting(province)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=timezone.localdate())
    names = list(ProvinceName.objects.filter(begun, province__in=chain))
    then = _name_on(names, chain[0], on)
    last = [name for name in names if name.province_id == chain[-1]]
    if not last:
        return ProvinceThenNow(then, "", None)
    now = max(last, key=lambda name: name.valid_from or date.min)
    if now.full_name == then:
        return ProvinceThenNow(then, "", None)
    same = [name for name in last if name.full_name == now.full_name]
    # Borne from before anybody noted: then nobody knows since when.
    first = min(same, key=lambda name: name.valid_from or date.min)
    return ProvinceThenNow(then, now.full_name, first.valid_from)


def _name_on(names: list[ProvinceName], province: int, on: date) -> str:
    own = [name for name in names if name.province_id == province]
    begun = [name for name in own if (name.valid_from or date.min) <= on]
    return max(begun or own, key=lambda name: name.valid_from or date.min).full_name


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


@dataclass(frozen=True)
class Merger:
    """A unit ending in another: both names as of the change, its day and act."""

    ended: ProvinceName
    followed_by: ProvinceName
    on: date | None
    instrument: str


def read_units() -> dict[int, Unit]:
    """Read every unit there is or was, by id: one query."""
    order = ("province__code", "province__valid_from", "province")
    borne: dict[int, list[ProvinceName]] = defaultdict(list)
    for name in ProvinceName.objects.select_related("province").order_by(*order):
        borne[name.province_id].append(name)
    return {
        pk: Unit(
            names[0].province,
            tuple(sorted(names, key=lambda name: name.valid_from or date.min)),
        )
        for pk, names in borne.items()
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
