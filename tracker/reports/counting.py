"""The count: how many recommendations stand where on a day, and the official rate.

Rules: product rules §2, "The count".
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Count, Max, Value
from django.utils.formats import number_format

from tracker.choices import Progress, Timeliness
from tracker.models.recommendations import RecommendationQuerySet
from tracker.timeliness import SEVEN_PARTS

DONE_BY_DEADLINE = (Timeliness.COMPLETED_ON_TIME, Timeliness.COMPLETED_LATE)
FALLEN_DUE = (*DONE_BY_DEADLINE, Timeliness.OVERDUE)
# From done to given up: the order of every bar.
BAR_ORDER = (
    Progress.COMPLETED,
    Progress.IN_PROGRESS,
    Progress.SUSPENDED,
    Progress.NOT_STARTED,
    Progress.DISCONTINUED,
)


@dataclass(frozen=True)
class Part:
    """One number of the count and the filter that gives exactly its rows."""

    name: str
    value: str
    label: str
    count: int


@dataclass
class ProgressCount:
    """Recommendations by progress and by timeliness; both sums are the total."""

    progress: Counter[str] = field(default_factory=Counter)
    timeliness: Counter[str] = field(default_factory=Counter)
    updated_at: datetime | None = None

    def add(self, other: "ProgressCount") -> None:
        self.progress += other.progress
        self.timeliness += other.timeliness
        moments = [self.updated_at, other.updated_at]
        self.updated_at = max(filter(None, moments), default=None)

    @property
    def total(self) -> int:
        return self.progress.total()

    @property
    def completed(self) -> int:
        return self.progress[Progress.COMPLETED]

    @property
    def overdue(self) -> int:
        return self.timeliness[Timeliness.OVERDUE]

    @property
    def segments(self) -> list[Part]:
        """The five values of progress: what a bar shows."""
        return [
            Part("progress", one.value, str(one.label), self.progress[one])
            for one in BAR_ORDER
        ]

    @property
    def parts(self) -> list[Part]:
        """The seven parts in the order of reports; in time includes due soon."""
        return [
            Part("timeliness", one.value, str(one.label), self.timeliness[one])
            for one in SEVEN_PARTS
        ]

    @property
    def numerator(self) -> int:
        return sum(self.timeliness[one] for one in DONE_BY_DEADLINE)

    @property
    def denominator(self) -> int:
        """What has fallen due: done by then or late, and overdue."""
        return sum(self.timeliness[one] for one in FALLEN_DUE)

    @property
    def left_out(self) -> list[Part]:
        """What the rate says nothing of."""
        return [one for one in self.parts if one.value not in FALLEN_DUE and one.count]

    @property
    def left_out_count(self) -> int:
        return self.total - self.denominator

    @property
    def rate(self) -> float | None:
        """Per cent of what has fallen due that is done; None when nothing has."""
        if not self.denominator:
            return None
        return 100 * self.numerator / self.denominator


# Counts that are added to each other are of one kind.
Kind = TypeVar("Kind", bound=ProgressCount)


def count_progress(rows: RecommendationQuerySet, *, on: date) -> ProgressCount:
    """Count some recommendations as they stand on a day: one statement."""
    whole = ProgressCount()
    for one in count_progress_by(rows, None, on=on).values():
        whole.add(one)
    return whole


def count_progress_by(
    rows: RecommendationQuerySet, column: str | None, *, on: date
) -> dict[Any, ProgressCount]:
    """Count recommendations by the key in a column, in one statement.

    By resolution the counts need not add up: one can belong to two.
    """
    # Of a past day the state stands in columns of its own.
    progress, updated = rows.column("progress"), rows.column("last_update_at")
    names = ([column] if column else []) + [progress, "timeliness"]
    grouped = (
        rows.order_by()
        .with_timeliness(on=on)
        .values(*names)
        .annotate(count=Count("pk"), updated_at=Max(updated))
    )
    counts: dict[Any, ProgressCount] = {}
    for line in grouped:
        judged = line["timeliness"]
        if judged == Timeliness.DUE_SOON:
            judged = Timeliness.IN_TIME
        part = ProgressCount(
            Counter({line[progress]: line["count"]}),
            Counter({judged: line["count"]}),
            line["updated_at"],
        )
        counts.setdefault(line[column] if column else None, ProgressCount()).add(part)
    return counts


def count_by_lead(*several: RecommendationQuerySet) -> list[dict[int | None, int]]:
    """Count the rows of each by the bodies that lead them: one statement for all."""
    first, *others = (
        rows.order_by()
        .annotate(number=Value(number))
        .values_list("number", "lead")
        .annotate(count=Count("pk"))
        for number, rows in enumerate(several)
    )
    found: list[dict[int | None, int]] = [{} for _rows in several]
    for number, lead, count in first.union(*others, all=True):
        found[number][lead] = count
    return found


def roll_up(
    counts: dict[Any, Kind], groups: Mapping[Any, Iterable[Any]]
) -> dict[Any, Kind]:
    """Add the counts of each key to every group it counts for."""
    rolled: dict[Any, Kind] = {}
    for key, group in groups.items():
        for counting in group:
            if key in counts:
                rolled.setdefault(counting, type(counts[key])()).add(counts[key])
    return rolled


def write_count(count: int) -> str:
    """Write a number of things as print has it: 81.430."""
    return number_format(count, force_grouping=True)
