"""Everything that the list can be asked of recommendations, counted in one statement.

Pages that show many numbers at once read them from tallies; each number is asked for by
the name and the value that the filter of the list knows it by.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import User
from tracker.choices import ConfirmationState, Flag, Progress, Timeliness
from tracker.models import Recommendation, StatusUpdate
from tracker.models.flags import flag_condition
from tracker.models.kept_counts import Counted, Narrowed, counts_tell, read_counts
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.counting import Part, ProgressCount
from tracker.timeliness import CLOSED

OPEN = tuple(one for one in Progress if one not in CLOSED)
NO = Value(False, BooleanField())
# What one line of the statement says, in the order of its columns.
TOLD = ("went", "timeliness", "said", "has_news", "is_told", *(f.value for f in Flag))


@dataclass(frozen=True)
class Measure:
    """Something that can be counted, and the filter that gives exactly its rows."""

    key: str
    name: str
    value: str
    label: Any

    @classmethod
    def of(cls, name: str, one: Any) -> "Measure":
        return cls(one.value, name, one.value, one.label)

    @property
    def query(self) -> str:
        """What follows in an address of the list that has begun already."""
        return f"&{self.name}={self.value}" if self.name else ""


TOTAL = Measure("total", "", "", _("All recommendations"))
# What maps may be asked to show, by the key in addresses.
MEASURES = {
    one.key: one
    for one in (
        TOTAL,
        Measure.of("progress", Progress.COMPLETED),
        Measure.of("timeliness", Timeliness.OVERDUE),
        Measure.of("timeliness", Timeliness.DUE_SOON),
        Measure.of("timeliness", Timeliness.NO_DEADLINE),
        Measure.of("confirmation", ConfirmationState.UNCONFIRMED),
        *(Measure.of("flag", one) for one in Flag),
    )
}


@dataclass
class Tally(ProgressCount):
    """The count of some recommendations, with all else that the list can be asked.

    `has_news` when any was reported on since a day; of `awaited` something is still to
    be reported.
    """

    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    has_news: bool = False
    awaited: int = 0

    def add(self, other: ProgressCount) -> None:
        super().add(other)
        if isinstance(other, Tally):
            self.numbers += other.numbers
            self.has_news = self.has_news or other.has_news
            self.awaited += other.awaited

    def count_of(self, measure: Measure) -> int:
        """Say how many rows the list gives for it."""
        if measure == TOTAL:
            return self.total
        return self.numbers[measure.name, measure.value]

    def parts_of(self, *keys: str) -> list[Part]:
        """Give some measures with their numbers, as links to the list need them."""
        asked = [MEASURES[key] for key in keys]
        return [
            Part(one.name, one.value, str(one.label), self.count_of(one))
            for one in asked
        ]

    @property
    def still_open(self) -> int:
        return sum(self.progress[one] for one in OPEN)


def tally_by(
    rows: RecommendationQuerySet, column: str, *, on: date, since: date | None = None
) -> QuerySet:
    """Give the statement that counts rows by the key in a column.

    Flags, words on updates and what was reported since a day are counted where such a
    day is given; without it nobody asks for more than the progress.
    """
    told: dict[str, Any] = {"went": F(rows.column("progress"))}
    told |= dict.fromkeys(("has_news", "is_told", *Flag.values), NO)
    told["said"] = Value("")
    if since:
        told |= _flags_of(rows, on)
        told["said"] = F(rows.column("confirmation"))
        news = StatusUpdate.objects.recorded_between(since, on)
        told["has_news"] = Exists(news.filter(recommendation=OuterRef("pk")))
    return (
        rows.order_by()
        .with_timeliness(on=on)
        .annotate(key=F(column), **told)
        .values("key", *TOLD)
        .annotate(count=Count("pk"), updated_at=Max(rows.column("last_update_at")))
    )


def _flags_of(rows: RecommendationQuerySet, on: date) -> dict[str, Case]:
    conditions = {
        flag.value: flag_condition(flag, on=on, column=rows.column) for flag in Flag
    }
    conditions["is_told"] = Q(kept_outside=False)
    return {
        name: Case(When(one, then=True), default=False, output_field=BooleanField())
        for name, one in conditions.items()
    }


def read_tallies(*statements: QuerySet) -> list[dict[Any, Tally]]:
    """Read all counts in one statement, each by its keys."""
    columns = ("number", "count", "updated_at", "key", *TOLD)
    first, *others = (
        one.annotate(number=Value(number)).values_list(*columns)
        for number, one in enumerate(statements)
    )
    found: list[dict[Any, Tally]] = [{} for _one in statements]
    for number, count, updated_at, key, *told in first.union(*others, all=True):
        tally = _tally_of(dict(zip(TOLD, told, strict=True)), count)
        tally.updated_at = updated_at
        found[number].setdefault(key, Tally()).add(tally)
    return found


def read_kept_tallies(kept: Narrowed, *facets: str, on: date) -> list[dict[Any, Tally]]:
    """Give the same of the counts that the database keeps: none of it reads the rows.

    What was reported since a day is not among them.
    """
    asked = [kept.by(facet, with_parts=True) for facet in facets]
    found: dict[str, dict[Any, Tally]] = {facet: {} for facet in facets}
    for one in read_counts(asked, on=on):
        key = int(one.key) if one.key else None
        found[one.name][key] = _tally_of_counted(one)
    return [*found.values()]


def tally_everything(user: User, facet: str, *, on: date) -> dict[Any, Tally]:
    """Count all that a person sees by province or resolution, today at the latest."""
    if counts_tell(user, is_past=on < timezone.localdate()):
        (found,) = read_kept_tallies(Narrowed(), facet, on=on)
        return found
    column = {"resolution": "resolutions"}.get(facet, facet)
    rows = Recommendation.objects.visible_to(user)
    (found,) = read_tallies(tally_by(rows, column, on=on, since=on))
    return found


def _tally_of_counted(one: Counted) -> Tally:
    numbers = Counter({key: count for key, count in one.parts.items() if count})
    soon = numbers["timeliness", Timeliness.DUE_SOON]
    awaited = numbers.pop(("awaited", ""), 0)
    numbers["timeliness", Timeliness.IN_TIME] += soon
    progress: Counter[str] = Counter()
    timeliness: Counter[str] = Counter()
    for (facet, value), count in numbers.items():
        if facet == "progress":
            progress[value] = count
        elif facet == "timeliness" and value != Timeliness.DUE_SOON:
            timeliness[value] = count
    return Tally(
        progress=progress,
        timeliness=timeliness,
        updated_at=one.updated_at,
        numbers=numbers,
        awaited=awaited,
    )


def _tally_of(told: dict[str, Any], count: int) -> Tally:
    """Count so many rows under everything that a line says of them."""
    judged, progress = told["timeliness"], told["went"]
    numbers = Counter(
        {
            ("progress", progress): count,
            ("timeliness", judged): count,
            ("confirmation", told["said"]): count,
        }
    )
    numbers |= Counter({("flag", one): count for one in Flag.values if told[one]})
    if judged == Timeliness.DUE_SOON:
        judged = Timeliness.IN_TIME
        numbers["timeliness", judged] = count
    return Tally(
        progress=Counter({progress: count}),
        timeliness=Counter({judged: count}),
        numbers=numbers,
        has_news=bool(told["has_news"]),
        awaited=count if told["is_told"] and progress in OPEN else 0,
    )


def add_up(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for one in tallies:
        whole.add(one)
    return whole
