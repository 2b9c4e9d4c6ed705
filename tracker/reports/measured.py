"""Indicators with their figures and doubts: what reads them, and what they come to."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from provinces.models import User
from tracker.models import DataFlag, Indicator, Observation
from tracker.models.indicators import IndicatorQuerySet


def ask_for_figures(indicators: IndicatorQuerySet, user: User) -> list[QuerySet]:
    """Give what is to be read of indicators, for `read_together`, within rights.

    They are the indicators, their figures with the documents, and their doubts.
    """
    own = {"indicator__in": indicators.order_by().values("pk")}
    doubts: Any = DataFlag.indicators.through.objects
    seen = DataFlag.objects.visible_to(user).values("pk")
    return [
        indicators.order_by("pk"),
        Observation.objects.visible_to(user)
        .filter(**own)
        .select_related("document")
        .order_by("pk"),
        doubts.filter(**own, dataflag__in=seen)
        .select_related("dataflag")
        .order_by("dataflag_id"),
    ]


def bind_figures(
    indicators: list[Any], figures: Iterable[Any], doubts: Iterable[Any]
) -> list[Any]:
    """Give each indicator its `figures` and `doubts`, as they were read."""
    by_id: dict[int, Indicator] = {one.pk: one for one in indicators}
    of_indicator: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for figure in figures:
        figure.indicator = by_id[figure.indicator_id]
        of_indicator["figures", figure.indicator_id].append(figure)
    for link in doubts:
        of_indicator["doubts", link.indicator_id].append(link.dataflag)
    for one in indicators:
        one.figures = of_indicator["figures", one.pk]
        one.doubts = of_indicator["doubts", one.pk]
    return indicators
