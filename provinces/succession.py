"""Who speaks for whom, and who took over from whom: rights by row rest on this.

Rules: product rules §1.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from provinces.choices import PROVINCIAL_KINDS, OrganisationKind
from provinces.folding import sort_key
from provinces.models import ProvinceName, User
from provinces.register import Register, Unit, closure, known_register


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


def register_of(user: User) -> Register:
    """Give the register as this user's request sees it, one for the whole of it.

    It is kept on the user object, which lives exactly as long as the request.
    """
    if "register" not in user.__dict__:
        user.__dict__["register"] = known_register()
    return user.__dict__["register"]


def remit_of(user: User) -> Remit:
    """Give what this person speaks for and sees, worked out once a request."""
    if "remit" not in user.__dict__:
        remits, organisation = register_of(user).remits, user.organisation_id
        if organisation not in remits:
            remits[organisation] = find_remit(organisation, register_of(user))
        user.__dict__["remit"] = remits[organisation]
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

    speaks_for = closure([organisation], lambda pk: inherited[pk] + voices[pk])
    own = register.bodies[organisation]
    home = register.with_predecessors([own.province] if own.province else [])
    provinces = home if own.kind in PROVINCIAL_KINDS else frozenset()
    sees = closure(speaks_for, lambda pk: subordinates[pk])
    sees |= _bodies_of(provinces, register)
    return Remit(speaks_for, provinces, sees, home)


def _bodies_of(provinces: frozenset[int], register: Register) -> frozenset[int]:
    kinds = PROVINCIAL_KINDS | {OrganisationKind.COMMUNE_BODY}
    return frozenset(
        pk
        for pk, body in register.bodies.items()
        if body.province in provinces and body.kind in kinds
    )


# By id; looking up the body of a column that is empty finds nothing.
OrganisationNames = dict[int | None, str]


def name_organisations(
    ids: Iterable[int | None], register: Register
) -> OrganisationNames:
    """Give names by id, an ended body with its present one.

    "Bộ Kế hoạch và Đầu tư (nay là Bộ Tài chính)".
    """
    names = register.names.setdefault(get_language(), {})
    found: OrganisationNames = {}
    for pk in ids:
        if pk is not None and pk in register.bodies:
            if pk not in names:
                names[pk] = _name_body(pk, register)
            found[pk] = names[pk]
    return found


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
