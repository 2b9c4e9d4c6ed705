"""The tile map: every unit of a day once, and as dark as its number."""

from collections import Counter
from datetime import date, timedelta

import pytest

from provinces.models import Province
from tracker.reports.tallies import MEASURES, TOTAL, Tally
from tracker.reports.tile_layouts import ISLANDS, MERGED_ON, read_layout
from tracker.reports.tile_map import Shade, Unit, build_legend, build_tile_map

BEFORE = MERGED_ON - timedelta(days=1)


def unit(abbreviation, count=0, name="", **numbers):
    tally = Tally(progress=Counter(not_started=count))
    tally.numbers.update({("flag", key): n for key, n in numbers.items()})
    return Unit(abbreviation.lower(), abbreviation, name or abbreviation, tally)


@pytest.mark.parametrize(("day", "number"), [(BEFORE, 63), (MERGED_ON, 34)])
def test_every_unit_in_force_stands_once_in_the_drawing_of_its_day(seeded, day, number):
    in_force = Province.objects.in_force(day).values_list("abbreviation", flat=True)
    layout = read_layout(day)

    assert len(in_force) == len(layout) == number
    assert set(layout) == set(in_force)
    assert len(set(layout.values())) == number


@pytest.mark.parametrize("day", [BEFORE, MERGED_ON])
def test_no_two_tiles_lie_on_each_other(seeded, day):
    units = [unit(one) for one in read_layout(day)]

    drawn = build_tile_map(units, TOTAL, on=day)

    covered = Counter(
        (x, tile.y) for tile in drawn.tiles for x in range(tile.x, tile.x + tile.width)
    )
    assert max(covered.values()) == 1
    assert len(drawn.tiles) == len(units) + len(ISLANDS)
    assert max(tile.x + tile.width for tile in drawn.tiles) <= drawn.width
    assert max(tile.y for tile in drawn.tiles) < drawn.height


def test_islands_belong_to_their_provinces():
    units = [unit("DNG", 5, "Đà Nẵng"), unit("KHO", 2, "Khánh Hòa")]

    drawn = build_tile_map(units, TOTAL, on=MERGED_ON)

    islands = {tile.label: tile for tile in drawn.tiles if tile.width > drawn.size}
    assert {label: (one.slug, one.count) for label, one in islands.items()} == {
        "Hoàng Sa": ("dng", 5),
        "Trường Sa": ("kho", 2),
    }
    assert islands["Hoàng Sa"].name == "Hoàng Sa (Đà Nẵng)"
    assert {line.label for line in drawn.lines} == {"DNG", "KHO"}


def test_unit_that_no_drawing_knows_stands_below():
    units = [unit("HNO", name="Hà Nội"), unit("XYZ", name="Mới"), unit("HNO", 3, "Hà")]

    drawn = build_tile_map(units, TOTAL, on=MERGED_ON)

    rows = {tile.name: tile.y for tile in drawn.tiles}
    lowest = max(row for _column, row in read_layout(MERGED_ON).values()) * 40
    assert rows["Hà"] < lowest < rows["Hà Nội"] == rows["Mới"]


@pytest.mark.parametrize(
    ("most", "parts"),
    [
        (0, []),
        (1, [(5, 1, 1)]),
        (3, [(3, 1, 1), (4, 2, 2), (5, 3, 3)]),
        (5, [(1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4), (5, 5, 5)]),
        (27, [(1, 1, 5), (2, 6, 10), (3, 11, 16), (4, 17, 21), (5, 22, 27)]),
    ],
)
def test_legend_parts_the_numbers_after_zero_into_five_steps(most, parts):
    legend = build_legend(most)

    assert legend == (Shade(0, 0, 0), *(Shade(*part) for part in parts))


@pytest.mark.parametrize("most", [1, 2, 4, 7, 99, 1000])
def test_every_number_has_one_shade_and_the_largest_is_the_darkest(most):
    legend = build_legend(most)

    for number in range(most + 1):
        assert len([one for one in legend if one.first <= number <= one.last]) == 1
    assert (legend[-1].step, legend[-1].last) == (5, most)


def test_numbers_are_those_of_the_measure_largest_first():
    units = [unit("HNO", 9, stale=1), unit("CMA", 5, stale=4), unit("DNG", 5)]

    drawn = build_tile_map(units, MEASURES["stale"], on=date(2026, 1, 1))

    assert [(line.label, line.count) for line in drawn.lines] == [
        ("CMA", 4),
        ("HNO", 1),
        ("DNG", 0),
    ]
    shades = {tile.label: tile.shade for tile in drawn.tiles}
    assert shades["DNG"] == 0 < shades["HNO"] < shades["CMA"] == 5
