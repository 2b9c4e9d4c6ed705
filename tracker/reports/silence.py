"""Who has not reported in a quarter: silence is data, and is listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from provinces.folding import sort_key
from provinces.models import Province
from tracker.models import FollowUpAction
from tracker.models.recommendations import RecommendationQuerySet
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


def find_provinces_reporting(
    rows: RecommendationQuerySet, *, since: date
) -> QuerySet[Province, int]:
    """Give the units of which anything was reported since a day, today at the latest.

    Reports on actions count; the last moment stands beside each row, so that a unit is
    found as soon as one row of it tells.
    """
    midnight = timezone.make_aware(datetime.combine(since, time.min))
    of_unit = rows.filter(province=OuterRef("pk"), last_update_at__gte=midnight)
    actions = FollowUpAction.objects.filter(
        recommendation__province=OuterRef("pk"),
        recommendation__in=rows.order_by().values("pk"),
        last_update_at__gte=midnight,
    )
    return Province.objects.filter(
        Exists(of_unit.order_by()) | Exists(actions)
    ).values_list("pk", flat=True)


def build_silence(units: Iterable[Unit], *, on: date) -> Silence:
    """Part the units that were silent: whether anything was to be reported there."""
    in_order = sorted(units, key=lambda unit: sort_key(unit.name))
    silent = [one for one in in_order if not one.tally.has_news]
    return Silence(
        quarter=QUARTERS[(on.month - 1) // 3],
        year=str(on.year),
        since=first_day_of_quarter(on),
        total=len(in_order),
        waiting=tuple(one for one in silent if one.tally.awaited),
        idle=tuple(one for one in silent if not one.tally.awaited),
    )
