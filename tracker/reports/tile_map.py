"""The tile map as plain data: one tile a province, shaded by a number.

Every tile leads to exactly the rows that it counts, and a list of the same numbers
stands beside the map.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from provinces.folding import sort_key
from tracker.reports.tallies import Measure, Tally
from tracker.reports.tile_layouts import ISLAND_COLUMN, ISLANDS, read_layout

TILE, GAP = 36, 4
STEP = TILE + GAP
COLUMNS = 8
SHADES = 5


@dataclass(frozen=True)
class Unit:
    """One province of the map: how it is called, and what is counted there."""

    slug: str
    abbreviation: str
    name: str
    tally: Tally


@dataclass(frozen=True)
class Tile:
    """One tile: its place, its words, its number and how dark that is."""

    x: int
    y: int
    width: int
    label: str
    name: str
    slug: str
    count: int
    shade: int

    @property
    def middle(self) -> int:
        return self.width // 2


@dataclass(frozen=True)
class Shade:
    """One step of the legend: the numbers from `first` to `last`."""

    step: int
    first: int
    last: int


@dataclass(frozen=True)
class TileMap:
    """One measure on all provinces of a day; `lines` are its numbers, largest first."""

    measure: Measure
    tiles: tuple[Tile, ...]
    lines: tuple[Tile, ...]
    legend: tuple[Shade, ...]
    size: int = TILE

    @property
    def width(self) -> int:
        return COLUMNS * STEP - GAP

    @property
    def height(self) -> int:
        return max((tile.y for tile in self.tiles), default=0) + TILE


def build_tile_map(units: Iterable[Unit], measure: Measure, *, on: date) -> TileMap:
    """Lay the units of a day out as tiles; one that no drawing knows stands below."""
    in_order = sorted(units, key=lambda unit: sort_key(unit.name))
    counted = [(one, one.tally.count_of(measure)) for one in in_order]
    legend = build_legend(max((count for _unit, count in counted), default=0))
    places = read_layout(on)
    last_row = max(row for _column, row in places.values())
    below = ((n % COLUMNS, last_row + 2 + n // COLUMNS) for n in range(len(in_order)))
    lines, islands = [], []
    for unit, count in counted:
        shade = next(one.step for one in legend if one.first <= count <= one.last)
        place = places.pop(unit.abbreviation, None)
        if place and unit.abbreviation in ISLANDS:
            islands.append(_island(unit, place, count, shade))
        column, row = place or next(below)
        label, name = unit.abbreviation, unit.name
        at = (column * STEP, row * STEP, TILE)
        lines.append(Tile(*at, label, name, unit.slug, count, shade))
    largest_first = tuple(sorted(lines, key=lambda tile: -tile.count))
    from_the_north = sorted(lines + islands, key=lambda tile: (tile.y, tile.x))
    return TileMap(measure, tuple(from_the_north), largest_first, legend)


def _island(unit: Unit, place: tuple[int, int], count: int, shade: int) -> Tile:
    """Give the islands of a province a tile that says the same as its own."""
    name, further_south = ISLANDS[unit.abbreviation]
    at = (ISLAND_COLUMN * STEP, (place[1] + further_south) * STEP, STEP + TILE)
    return Tile(*at, name, f"{name} ({unit.name})", unit.slug, count, shade)


def build_legend(most: int) -> tuple[Shade, ...]:
    """Part the numbers up to the largest into at most five equal steps, after zero."""
    steps = min(SHADES, most)
    bounds = [most * step // steps for step in range(steps + 1)] if steps else []
    parted = zip(bounds, bounds[1:], strict=False)
    # The largest number is always the darkest.
    darkness = SHADES - steps
    shades = (
        Shade(step + darkness, before + 1, last)
        for step, (before, last) in enumerate(parted, start=1)
    )
    return (Shade(0, 0, 0), *shades)
