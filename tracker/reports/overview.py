"""The whole at a glance, as frozen plain data: everything holds for one day.

Each number is counted over the rows that the filter of the list gives, and carries the
words by which an address asks for exactly them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from provinces.models import Province, User
from provinces.succession import name_organisations, register_of
from tracker.choices import Timeliness
from tracker.models import Indicator, Resolution
from tracker.models.kept_counts import Narrowed
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.counting import Part, ProgressCount, roll_up
from tracker.reports.overview_figures import ShareLine, read_shares
from tracker.reports.silence import (
    Silence,
    build_silence,
    find_provinces_reporting,
    first_day_of_quarter,
)
from tracker.reports.tallies import (
    Measure,
    Tally,
    add_up,
    read_kept_tallies,
    read_tallies,
    tally_by,
)
from tracker.reports.tile_map import TileMap, Unit, build_tile_map

MOST_URGENT = 12
CODE = ("code_prefix", "code_year", "code_number")
URGENT = (Timeliness.OVERDUE, Timeliness.DUE_SOON)


@dataclass(frozen=True)
class Scope:
    """What an overview is asked of: whose rows, narrowed to what, on which day.

    Like the choices of the list, provinces and resolutions are counted with every
    filter but their own.
    """

    user: User
    rows: RecommendationQuerySet
    of_every_province: RecommendationQuerySet
    of_every_resolution: RecommendationQuerySet
    resolutions: frozenset[int]
    provinces: frozenset[int]
    on: date
    # What to ask the kept counts; None where only the rows can tell.
    kept: Narrowed | None = None


@dataclass(frozen=True)
class ResolutionLine:
    """One resolution and how far everything under it is."""

    slug: str
    number: str
    issued_on: date
    title: str
    count: ProgressCount


@dataclass(frozen=True)
class UrgentLine:
    """One recommendation that is overdue or due soon."""

    code: str
    wording: str
    lead: str
    due_on: date
    timeliness: str


@dataclass(frozen=True)
class Overview:
    """How everything that a person sees stood on a day."""

    on: date
    count: Tally
    resolutions: tuple[ResolutionLine, ...]
    urgent: tuple[UrgentLine, ...]
    silence: Silence
    figures: tuple[ShareLine, ...]
    tile_map: TileMap

    @property
    def urgent_count(self) -> int:
        return sum(part.count for part in self.count.parts_of(*URGENT))

    @property
    def attention(self) -> list[Part]:
        """What deserves a look, beside what the count and the gaps say."""
        return self.count.parts_of(
            "due_soon",
            "unconfirmed",
            "answered_unresolved",
            "unanswered",
            "stale",
            "difficulty",
            "never_reported",
        )

    @property
    def gaps(self) -> list[Part]:
        """What nobody has determined yet."""
        return self.count.parts_of("no_lead", "no_deadline")


def build_overview(scope: Scope, measure: Measure) -> Overview:
    """Count what there is and pick the most urgent: six statements, whatever the rows.

    A row counts for its province and for every one that followed it.
    """
    on = scope.on
    by_province, by_resolution = _read_tallies(scope)
    units = _read_units(scope, by_province)
    return Overview(
        on=on,
        count=add_up(
            tally
            for province, tally in by_province.items()
            if not scope.provinces or province in scope.provinces
        ),
        resolutions=tuple(_resolution_lines(scope, by_resolution)),
        urgent=tuple(_urgent_lines(scope)),
        silence=build_silence(_expected(scope, units), on=on),
        figures=tuple(_figures(scope)),
        tile_map=build_tile_map(units.values(), measure, on=on),
    )


def _read_tallies(scope: Scope) -> list[dict[Any, Tally]]:
    """Count by province and by resolution, and who reported in the quarter."""
    on, since = scope.on, first_day_of_quarter(scope.on)
    if scope.kept is None:
        return read_tallies(
            tally_by(scope.of_every_province, "province", on=on, since=since),
            tally_by(scope.of_every_resolution, "resolutions", on=on),
        )
    by_province, by_resolution = read_kept_tallies(
        scope.kept, "province", "resolution", on=on
    )
    for province in find_provinces_reporting(scope.of_every_province, since=since):
        by_province.setdefault(province, Tally()).has_news = True
    return [by_province, by_resolution]


def _read_units(scope: Scope, by_province: dict[int, Tally]) -> dict[int, Unit]:
    """Give the units in force on the day, each with the count of its predecessors."""
    register = register_of(scope.user)
    groups = {pk: register.units_counting(pk) for pk in by_province if pk}
    rolled = roll_up(by_province, groups)
    return {
        one.pk: Unit(one.slug, one.abbreviation, one.name, rolled.get(one.pk, Tally()))
        for one in Province.objects.in_force(scope.on).with_last_name(scope.on)
    }


def _expected(scope: Scope, units: dict[int, Unit]) -> Iterator[Unit]:
    """Give the units that this reader can tell anything of.

    Who does not see all cannot call a province silent of which they see nothing.
    """
    register = register_of(scope.user)
    for pk, unit in units.items():
        is_known = scope.user.oversees_all or unit.tally.total
        family = register.with_predecessors([pk])
        if is_known and (not scope.provinces or family & scope.provinces):
            yield unit


def _resolution_lines(
    scope: Scope, counts: dict[int, Tally]
) -> Iterator[ResolutionLine]:
    for one in Resolution.objects.order_by("issued_on", "slug"):
        if not scope.resolutions or one.pk in scope.resolutions:
            yield ResolutionLine(
                slug=one.slug,
                number=one.number,
                issued_on=one.issued_on,
                title=one.title,
                count=counts.get(one.pk, Tally()),
            )


def _urgent_lines(scope: Scope) -> Iterator[UrgentLine]:
    """Give what is most overdue first, then what is due soonest."""
    rows = scope.rows.with_timeliness(on=scope.on).filter(Q(timeliness__in=URGENT))
    shown = rows.only(*CODE, "wording", "lead_id", "due_on").most_urgent_first()
    found = list(shown[:MOST_URGENT])
    names = name_organisations({row.lead_id for row in found}, register_of(scope.user))
    for row in found:
        yield UrgentLine(
            code=row.code,
            wording=row.wording,
            lead=names.get(row.lead_id, ""),
            due_on=getattr(row, rows.column("due_on")),
            timeliness=row.timeliness,
        )


def _figures(scope: Scope) -> Iterator[ShareLine]:
    indicators = Indicator.objects.all()
    if scope.resolutions:
        indicators = indicators.filter(resolutions__in=scope.resolutions)
    if scope.provinces:
        indicators = indicators.filter(province__in=scope.provinces)
    return read_shares(indicators, scope.user, on=scope.on)
