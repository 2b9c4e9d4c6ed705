"""Who has not reported in a quarter: silence is data, and is listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from provinces.folding import sort_key
from tracker.reports.tile_map import Unit

QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Silence:
    """The provinces from which nothing was reported in the quarter, of how many.

    `waiting` have something to report; `idle` have nothing open that the reader sees.
    """

    quarter: str
    year: str
    since: date
    total: int
    waiting: tuple[Unit, ...]
    idle: tuple[Unit, ...]

    @property
    def count(self) -> int:
        return len(self.waiting) + len(self.idle)


def first_day_of_quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def build_silence(units: Iterable[Unit], *, on: date) -> Silence:
    """Part the units that were silent: whether anything was to be reported there."""
    in_order = sorted(units, key=lambda unit: sort_key(unit.name))
    silent = [one for one in in_order if not one.tally.reported]
    return Silence(
        quarter=QUARTERS[(on.month - 1) // 3],
        year=str(on.year),
        since=first_day_of_quarter(on),
        total=len(in_order),
        waiting=tuple(one for one in silent if one.tally.awaited),
        idle=tuple(one for one in silent if not one.tally.awaited),
    )
