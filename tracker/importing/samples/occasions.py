"""When and where recommendations are raised: at working sessions, or one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from tracker.importing.samples.cast import Cast, Unit
from tracker.importing.samples.retelling import ROOM

FIRST_DAY = date(2018, 4, 2)
WITHOUT_PROVINCE = "TW"
FEWEST, MOST = 8, 45


@dataclass(frozen=True)
class Occasion:
    """So many recommendations raised on one day in one place, and their first keys.

    The `ordinal` counts the occasions of one run.
    """

    ordinal: int
    day: date
    unit: Unit | None
    size: int
    first_number: int
    recommendation_key: int
    session_key: int | None
    row_key: int

    @property
    def prefix(self) -> str:
        return prefix_of(self.unit)


def prefix_of(unit: Unit | None) -> str:
    return unit.province.abbreviation if unit else WITHOUT_PROVINCE


@dataclass
class Counters:
    """What the next occasion begins with: the numbers of codes, and keys."""

    codes: dict[tuple[str, int], int]
    recommendation: int
    session: int
    row: int
    occasions: int = 0

    def take(self, day: date, unit: Unit | None, size: int) -> Occasion:
        code = prefix_of(unit), day.year % 100
        is_session = size >= FEWEST
        occasion = Occasion(
            ordinal=self.occasions,
            day=day,
            unit=unit,
            size=size,
            first_number=self.codes[code] + 1,
            recommendation_key=self.recommendation,
            session_key=self.session if is_session else None,
            row_key=self.row,
        )
        self.occasions += 1
        self.codes[code] += size
        self.recommendation += size
        self.session += is_session
        self.row += size * ROOM
        return occasion


def plan_occasions(
    number: int, cast: Cast, dice: Random, counters: Counters, *, until: date
) -> Iterator[Occasion]:
    """Spread so many recommendations over the years, seven of eight at sessions."""
    span = (until - FIRST_DAY).days
    sizes: list[int] = []
    left = number
    while left:
        is_session = dice.random() < 0.2
        size = min(left, dice.randint(FEWEST, MOST) if is_session else 1)
        sizes.append(size)
        left -= size
    days = sorted(dice.randint(0, span) for _size in sizes)
    # Some provinces raise far more than others, whatever the seed.
    weights = {unit.province.pk: dice.paretovariate(2) for unit in cast.units}

    @cache
    def units_on(day: date) -> tuple[list[Unit], list[float]]:
        units = [unit for unit in cast.units if unit.is_in_force_on(day)]
        return units, [weights[unit.province.pk] for unit in units]

    for size, days_after in zip(sizes, days, strict=True):
        day = FIRST_DAY + timedelta(days=days_after)
        unit = None
        if dice.random() < 0.94:
            unit = dice.choices(*units_on(day))[0]
        yield counters.take(day, unit, size)
