"""How many recommendations there are of each sort, kept by the database itself.

A count is the sum of its entries, as the balance of an account is. Triggers
(`count_triggers.py`) add an entry whenever a recommendation or one of its links
changes, and nothing changes an entry: so nobody who writes waits for another. What
depends on the day (overdue, not updated for long) is judged as of the counted day; each
day everything is counted anew.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from tracker.choices import (
    ANSWERABLE,
    AnswerOutcome,
    ConfirmationState,
    Flag,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.timeliness import CLOSED, STILL_TO_DO, UNCOUNTED

ROWS, ENTRIES, DAY = (
    "tracker_recommendation",
    "tracker_countentry",
    "tracker_countedday",
)


def _in(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(one)) for one in values)})"


OPEN = f"NOT {_in('r.progress', CLOSED)}"
TO_DO = _in("r.progress", STILL_TO_DO)
DONE = f"r.progress = '{Progress.COMPLETED.value}'"
TOLD = "NOT r.kept_outside"
# What each value of a facet asks of a recommendation `r` as of the counted day `d`: the
# rules of `timeliness.py` and `flags.py` once more, as triggers have to say them.
CONDITIONS: dict[tuple[str, str], str] = {
    **{("progress", one): f"r.progress = '{one}'" for one in Progress.values},
    ("timeliness", Timeliness.COMPLETED_ON_TIME): f"{DONE} AND r.due_on IS NOT NULL"
    " AND (r.completed_on IS NULL OR r.completed_on <= r.due_on)",
    ("timeliness", Timeliness.COMPLETED_LATE): f"{DONE} AND r.completed_on > r.due_on",
    ("timeliness", Timeliness.COMPLETED): f"{DONE} AND r.due_on IS NULL",
    ("timeliness", Timeliness.IN_TIME): f"{TO_DO} AND r.due_on > d.soon",
    ("timeliness", Timeliness.DUE_SOON): f"{TO_DO} AND r.due_on >= d.day"
    " AND r.due_on <= d.soon",
    ("timeliness", Timeliness.OVERDUE): f"{TO_DO} AND r.due_on < d.day",
    ("timeliness", Timeliness.NO_DEADLINE): f"{TO_DO} AND r.due_on IS NULL",
    ("timeliness", Timeliness.NOT_COUNTED): _in("r.progress", UNCOUNTED),
    **{
        ("confirmation", one): f"r.confirmation = '{one}'"
        for one in ConfirmationState.values
    },
    **{("answer", one): f"r.answer = '{one}'" for one in ("", *AnswerOutcome.values)},
    **{("kind", one): f"r.kind = '{one}'" for one in RecommendationKind.values},
    ("flag", Flag.NEVER_REPORTED): f"{OPEN} AND {TOLD} AND r.last_update_at IS NULL",
    ("flag", Flag.STALE): f"{OPEN} AND r.last_update_at < d.stale_before",
    ("flag", Flag.NO_LEAD): f"{OPEN} AND r.lead_id IS NULL",
    ("flag", Flag.DIFFICULTY): "r.open_difficulties > 0",
    ("flag", Flag.UNANSWERED): f"{TOLD} AND {_in('r.kind', ANSWERABLE)}"
    " AND r.answer = ''",
    ("flag", Flag.ANSWERED_UNRESOLVED): f"{OPEN} AND r.answer <> ''",
    ("awaited", ""): f"{TOLD} AND {OPEN}",
}
# What a recommendation says that moves a count.
MOVING = (
    *("progress", "due_on", "completed_on", "confirmation", "answer", "kind"),
    *("kept_outside", "last_update_at", "lead_id", "province_id", "withdrawn_on"),
    "open_difficulties",
)
# What rows are grouped by beside province and progress, and where the links are.
LINKS = {
    "resolution": "tracker_recommendation_resolutions",
    "topic": "tracker_recommendation_topics",
}

GROUPS = ("all", "lead", *LINKS)


def column_of(facet: str, value: str) -> str:
    """Name the column that counts the rows of one value of a facet."""
    return f"{facet}_{value or 'none'}"


COLUMNS = {column_of(*key): condition for key, condition in CONDITIONS.items()}
NAMES = ", ".join(["grouped_by, key, province, progress, updated_at, total", *COLUMNS])


class CountedDay(models.Model):
    """The day as of which entries are made; there is one row, or none before a count.

    What is due up to `soon` is due soon; what was updated before `stale_before` long
    ago.
    """

    day = models.DateField()
    soon = models.DateField()
    stale_before = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"

    @classmethod
    def of(cls, day: date) -> "CountedDay":
        midnight = timezone.make_aware(datetime.combine(day, time.min))
        return cls(
            pk=1,
            day=day,
            soon=day + timedelta(days=settings.DUE_SOON_DAYS),
            stale_before=midnight - timedelta(days=settings.STALE_DAYS),
        )

    def is_counted(self) -> bool:
        """Say whether the entries are those of this very day and standard."""
        return CountedDay.objects.filter(
            day=self.day, soon=self.soon, stale_before=self.stale_before
        ).exists()

    @property
    def adapted(self) -> tuple[Any, Any, Any]:
        """Give day, soon and stale_before as the database compares them."""
        adapt = connection.ops
        return (
            adapt.adapt_datefield_value(self.day),
            adapt.adapt_datefield_value(self.soon),
            adapt.adapt_datetimefield_value(self.stale_before),
        )


class CountEntry(models.Model):
    """So many recommendations more, or fewer, of one province and progress.

    Of all, of one resolution, topic or lead: `grouped_by` says what the key is of. Each
    further column counts those of them that meet one of the `CONDITIONS`.
    """

    grouped_by = models.CharField(max_length=10)
    key = models.BigIntegerField(null=True)
    province = models.BigIntegerField(null=True)
    progress = models.CharField(max_length=20)
    total = models.IntegerField(default=0)
    # When anything was last reported of it; of counts together the last moment holds.
    updated_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["grouped_by", "key"], name="counted_by_key"),
            models.Index(fields=["grouped_by", "province"], name="counted_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.grouped_by} {self.key}: {self.total:+}"


for _name in COLUMNS:
    CountEntry.add_to_class(_name, models.IntegerField(default=0))


def recount(on: date, *, unless_done: bool = False) -> None:
    """Count everything anew as of a day: one scan for each group.

    Whoever writes meanwhile waits. Of several who begin a day at once, the first counts
    for all: `unless_done`.
    """
    if unless_done and CountedDay.of(on).is_counted():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Longer than a page may read.
            cursor.execute("SET LOCAL statement_timeout = 0")
            tables = ", ".join([ROWS, *LINKS.values()])
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
        if unless_done and CountedDay.of(on).is_counted():
            return
        CountEntry.objects.all().delete()
        CountedDay.of(on).save()
        for group in GROUPS:
            cursor.execute(f"INSERT INTO {ENTRIES} ({NAMES}) {_count_by(group)}")


def _count_by(group: str, moment: str = "max(r.last_update_at),") -> str:
    """Write the statement that counts all rows by the keys of one group."""
    sums = [f"sum(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in COLUMNS.values()]
    key, source = "CAST(NULL AS bigint)", f"{ROWS} r"
    if group == "lead":
        key = "r.lead_id"
    elif group in LINKS:
        key = f"l.{group}_id"
        source += f" JOIN {LINKS[group]} l ON l.recommendation_id = r.id"
    return (
        f"SELECT '{group}', {key}, r.province_id, r.progress,"
        f" {moment} count(*),"
        f" {', '.join(sums)} FROM {source} CROSS JOIN {DAY} d"
        f" WHERE r.withdrawn_on IS NULL GROUP BY {key}, r.province_id, r.progress"
    )


def find_untrue_counts() -> Iterator[str]:
    """Name the groups whose entries do not add up to what there is.

    Both are read in one statement: whoever writes meanwhile does not matter.
    """
    sums = [f"sum({name})" for name in ("total", *COLUMNS)]
    nonzero = " OR ".join(f"{one} <> 0" for one in sums)
    for group in GROUPS:
        kept = (
            f"SELECT grouped_by, key, province, progress, {', '.join(sums)}"
            f" FROM {ENTRIES} CROSS JOIN {DAY} d WHERE grouped_by = '{group}'"
            f" GROUP BY grouped_by, key, province, progress HAVING {nonzero}"
        )
        true = _count_by(group, moment="")
        for one, other in ((kept, true), (true, kept)):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM ({one} EXCEPT {other}) untrue")
                if wrong := cursor.fetchone()[0]:
                    yield f"{wrong} counts by {group} are not what there is."
                    break
