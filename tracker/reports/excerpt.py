"""The most urgent recommendations of each kind, as pages about something else show."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from tracker.choices import RecommendationKind
from tracker.models import Recommendation
from tracker.models.recommendations import MOST_URGENT_FIRST, RecommendationQuerySet
from tracker.reports.counting import ProgressCount, count_progress_by

SHOWN = 10


@dataclass
class Excerpt:
    """Recommendations of one kind: the most urgent of them, and the count of all."""

    kind: RecommendationKind
    count: ProgressCount
    rows: list[Recommendation] = field(default_factory=list)


def build_excerpts(rows: RecommendationQuerySet, *, on: date) -> list[Excerpt]:
    """Give the kinds that occur, each with its first rows: three statements."""
    counts = count_progress_by(rows, "kind", on=on)
    excerpts = {
        kind: Excerpt(kind, counts[kind])
        for kind in RecommendationKind
        if kind in counts
    }
    numbered = Window(RowNumber(), partition_by=F("kind"), order_by=MOST_URGENT_FIRST)
    first = rows.with_list_relations().annotate(number_in_kind=numbered)
    shown = first.filter(number_in_kind__lte=SHOWN).order_by("number_in_kind")
    for row in shown.prefetch_related("resolutions"):
        row.timeliness = row.judge_timeliness(on=on)
        excerpts[RecommendationKind(row.kind)].rows.append(row)
    return list(excerpts.values())


def count_all(excerpts: list[Excerpt]) -> ProgressCount:
    whole = ProgressCount()
    for excerpt in excerpts:
        whole.add(excerpt.count)
    return whole


def leads_of(excerpts: list[Excerpt]) -> set[int]:
    return {row.lead_id for one in excerpts for row in one.rows if row.lead_id}
