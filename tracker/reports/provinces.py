"""Provinces as of a day: who they were and what was counted there."""

from dataclasses import dataclass
from datetime import date

from provinces.folding import sort_key
from provinces.models import Province, ProvinceName, User
from provinces.register import Unit
from provinces.succession import Merger, find_merger, register_of
from tracker.reports.counting import roll_up
from tracker.reports.tallies import TOTAL, Measure, Tally, tally_everything
from tracker.reports.tile_map import TileMap, build_tile_map
from tracker.reports.tile_map import Unit as TileUnit


@dataclass(frozen=True)
class ProvinceLine:
    """One unit in a list: its name of the day, its mergers, its count.

    `number` is what was asked for beside the count.
    """

    province: Province
    name: ProvinceName
    predecessors: tuple[ProvinceName, ...]
    merger: Merger | None
    count: Tally
    number: int


def build_province_lines(
    user: User, *, in_force_on: date, counted_on: date, measure: Measure = TOTAL
) -> list[ProvinceLine]:
    """List the units of a day by the Vietnamese alphabet.

    A row counts for its own unit and for every unit that followed it.
    """
    register = register_of(user)
    units = register.units
    counted = tally_everything(user, "province", on=counted_on)
    groups = {pk: register.units_counting(pk) for pk in units}
    counts = dict.fromkeys(units, Tally()) | roll_up(counted, groups)
    lines = [
        ProvinceLine(
            province=unit.province,
            name=unit.name_on(in_force_on),
            predecessors=predecessor_names(pk, units),
            merger=find_merger(unit, units),
            count=counts[pk],
            number=counts[pk].count_of(measure),
        )
        for pk, unit in units.items()
        if unit.is_in_force(in_force_on)
    ]
    return sorted(lines, key=lambda line: sort_key(line.name.name))


def map_provinces(lines: list[ProvinceLine], measure: Measure, *, on: date) -> TileMap:
    """Lay the lines of a day out as tiles, with the same numbers."""
    units = (
        TileUnit(
            line.province.slug,
            line.province.abbreviation,
            line.name.name,
            line.count,
        )
        for line in lines
    )
    return build_tile_map(units, measure, on=on)


def predecessor_names(pk: int, units: dict[int, Unit]) -> tuple[ProvinceName, ...]:
    """Give the last names of the units that ended in this one."""
    ended = [unit for unit in units.values() if unit.province.successor_id == pk]
    names = [unit.name_on(unit.province.valid_to or date.max) for unit in ended]
    return tuple(sorted(names, key=lambda name: sort_key(name.name)))
