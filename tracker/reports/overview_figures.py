"""A few figures for the overview: those that are a part of a whole, and can be seen so.

A share is drawn beside its own whole and never beside a target.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse

from provinces.models import User
from tracker.models import DataFlag, Indicator, Observation, Resolution
from tracker.models.indicators import IndicatorQuerySet
from tracker.reports.fact_figures import FigureLine, figure_line, find_latest

MOST = 4
# Of so many at most the latest is looked for; each indicator has few.
LOOKED_AT = 100


@dataclass(frozen=True)
class ShareLine:
    """The latest share that was measured of something: its words and its per cent.

    `address` is where all figures of the indicator stand, with the doubts about them.
    """

    figure: FigureLine
    per_cent: float
    address: str
    is_doubted: bool


def read_shares(
    indicators: IndicatorQuerySet, viewer: User, *, on: date
) -> Iterator[ShareLine]:
    """Give the first shares that the viewer may see: one statement."""
    of_it = Resolution.objects.filter(indicators=OuterRef("indicator"))
    doubts = DataFlag.objects.visible_to(viewer).filter(
        indicators=OuterRef("indicator"), document=OuterRef("document")
    )
    found = (
        Observation.objects.visible_to(viewer)
        .shares()
        .known_on(on)
        .filter(indicator__in=indicators.order_by().values("pk"))
        .select_related("indicator", "document")
        .annotate(
            resolution=Subquery(of_it.order_by("issued_on").values("slug")[:1]),
            is_doubted=Exists(doubts),
        )
        .order_by("indicator", "pk")
    )
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for one in found[:LOOKED_AT]:
        grouped[one.indicator_id, one.label].append(one)
    for known in [*grouped.values()][:MOST]:
        yield _share_line(known)


def _share_line(known: list[Any]) -> ShareLine:
    latest: Any = find_latest(known)
    indicator: Indicator = latest.indicator
    of_it = f"#indicator-{indicator.pk}"
    return ShareLine(
        figure=figure_line(indicator, known),
        per_cent=_per_cent(latest),
        address=f"{reverse('resolution', args=[latest.resolution])}{of_it}"
        if latest.resolution
        else "",
        is_doubted=latest.is_doubted,
    )


def _per_cent(one: Observation) -> float:
    if one.denominator:
        return round(100 * (one.numerator or 0) / one.denominator, 2)
    return float(one.value or 0)
