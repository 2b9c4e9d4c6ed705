"""How many recommendations there are of each sort, kept by the database itself.

A count is the sum of its entries, as the balance of an account is. Triggers add an
entry whenever a recommendation or one of its links changes, and nothing changes an
entry: so nobody who writes waits for another. What depends on the day (overdue, not
updated for long) is judged as of the counted day; each day everything is counted anew.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
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

    Of all, of one resolution, topic or lead: `grouped_by` says what the key is of. For
    topics and leads only the total is kept.
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
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
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


# -- reading ----------------------------------------------------------------------


NO_MOMENT = "CAST(NULL AS timestamp with time zone)"


@dataclass(frozen=True)
class Asked:
    """What is asked of the counts: by which column, of what, narrowed to what.

    `with_parts` asks for every value of every facet and the last report, too.
    """

    name: str
    by: str
    group: str
    key: int | None
    progress: tuple[str, ...]
    provinces: tuple[int, ...]
    with_parts: bool = False

    def statement(self) -> tuple[str, list[Any]]:
        where = "grouped_by = %s"
        values: list[Any] = [self.group]
        if self.key is not None:
            where, values = f"{where} AND key = %s", [*values, self.key]
        for column, wanted in (
            ("progress", self.progress),
            ("province", self.provinces),
        ):
            if wanted:
                where += f" AND {column} IN ({', '.join(['%s'] * len(wanted))})"
                values += wanted
        sums = [f"coalesce(sum({one}), 0)" for one in ("total", *COLUMNS)]
        if self.with_parts:
            sums.append("max(updated_at)")
        else:
            sums[1:] = [*["0"] * len(COLUMNS), NO_MOMENT]
        key = f"CAST({self.by} AS text)" if self.by else "NULL"
        grouped = f" GROUP BY {self.by} HAVING sum(total) <> 0" if self.by else ""
        return (
            f"SELECT '{self.name}', {key}, {', '.join(sums)}"
            f" FROM {ENTRIES} WHERE {where}{grouped}",
            values,
        )


@dataclass(frozen=True)
class Narrowed:
    """What rows are narrowed to, as far as the counts can tell: to nothing else.

    They know nothing of rights and of past days, nor which rows fall under two
    resolutions at once.
    """

    resolution: int | None = None
    progress: tuple[str, ...] = ()
    provinces: tuple[int, ...] = ()

    def total(self) -> Asked:
        return self._ask("total", "", self.progress, self.provinces, with_parts=True)

    def by(self, facet: str, *, with_parts: bool = False) -> Asked:
        """Ask for a facet: narrowed by all but itself. Topics and leads: `tells_of`."""
        if facet in GROUPS:
            narrowed = self.progress, self.provinces
            return Asked(facet, "key", facet, None, *narrowed, with_parts)
        progress = () if facet == "progress" else self.progress
        provinces = () if facet == "province" else self.provinces
        return self._ask(facet, facet, progress, provinces, with_parts=with_parts)

    def tells_of(self, facet: str) -> bool:
        """Topics and leads are not kept under each resolution."""
        return self.resolution is None or facet not in {"lead", "topic"}

    def _ask(
        self,
        name: str,
        by: str,
        progress: tuple[str, ...],
        provinces: tuple[int, ...],
        *,
        with_parts: bool,
    ) -> Asked:
        group = "all" if self.resolution is None else "resolution"
        return Asked(name, by, group, self.resolution, progress, provinces, with_parts)


@dataclass(frozen=True)
class Counted:
    """How many there are under one key of what was asked, by facet and value."""

    name: str
    key: str | None
    total: int
    parts: dict[tuple[str, str], int]
    updated_at: datetime | None


def read_counts(asked: Sequence[Asked], *, on: date) -> list[Counted]:
    """Read all that is asked in one statement, all of one moment.

    The first page of a day counts everything anew before.
    """
    lines = _read(asked, on)
    if not lines or lines[-1][0] != "day":
        recount(on, unless_done=True)
        lines = _read(asked, on)
    with_parts = {one.name for one in asked if one.with_parts}
    return [
        Counted(
            name,
            key,
            total,
            dict(zip(CONDITIONS, parts, strict=True)) if name in with_parts else {},
            _moment(updated_at),
        )
        for name, key, total, *parts, updated_at in lines
        if name != "day"
    ]


def _moment(value: Any) -> datetime | None:
    """Give a moment as it was written; SQLite keeps it as text in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def _read(asked: Sequence[Asked], on: date) -> list[tuple[Any, ...]]:
    """Give a line for each key and, where the counts are those of the day, one more."""
    statements, values = [], []
    for one in asked:
        statement, needed = one.statement()
        statements.append(statement)
        values += needed
    nothing = ", ".join(["0"] * (len(COLUMNS) + 1))
    statements.append(
        f"SELECT 'day', NULL, {nothing}, {NO_MOMENT} FROM {DAY}"
        " WHERE day = %s AND soon = %s AND stale_before = %s"
    )
    values += CountedDay.of(on).adapted
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return sorted(cursor.fetchall(), key=lambda line: line[0] == "day")


# -- the triggers -----------------------------------------------------------------


@dataclass(frozen=True)
class Trigger:
    """What the database does of itself: when, and with which statements."""

    name: str
    table: str
    event: str
    condition: str
    body: str


def _entries_of_row(row: str, sign: str) -> str:
    """Write the statement for a recommendation that comes (+1) or goes (-1)."""
    groups = ["SELECT 'all' AS grouped_by, CAST(NULL AS bigint) AS key"]
    groups.append(f"SELECT 'lead', {row}.lead_id")
    groups += [
        f"SELECT '{name}', {name}_id FROM {table} WHERE recommendation_id = {row}.id"
        for name, table in LINKS.items()
    ]
    values = re.sub(r"\br\.", f"{row}.", _values(sign))
    return (
        f"INSERT INTO {ENTRIES} ({NAMES})"
        f" SELECT g.grouped_by, g.key, {row}.province_id, {row}.progress, {values}"
        f" FROM ({' UNION ALL '.join(groups)}) g CROSS JOIN {DAY} d"
        f" WHERE {row}.withdrawn_on IS NULL"
    )


def _entry_of_link(name: str, row: str, sign: str) -> str:
    """Write the statement for a link that comes (+1) or goes (-1)."""
    return (
        f"INSERT INTO {ENTRIES} ({NAMES}) SELECT '{name}', {row}.{name}_id,"
        f" r.province_id, r.progress, {_values(sign)} FROM {ROWS} r CROSS JOIN {DAY} d"
        f" WHERE r.id = {row}.recommendation_id AND r.withdrawn_on IS NULL"
    )


def _values(sign: str) -> str:
    parts = [f"CASE WHEN {one} THEN {sign} ELSE 0 END" for one in COLUMNS.values()]
    return ", ".join(["r.last_update_at", sign, *parts])


def _triggers(vendor: str) -> list[Trigger]:
    comes, goes = _entries_of_row("NEW", "+1"), _entries_of_row("OLD", "-1")
    differ = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    moved = " OR ".join(f"OLD.{one} {differ} NEW.{one}" for one in MOVING)
    found = [
        Trigger("count_new", ROWS, "INSERT", "", comes),
        Trigger("count_gone", ROWS, "DELETE", "", goes),
        Trigger("count_moved", ROWS, "UPDATE", f"WHEN ({moved})", f"{goes}; {comes}"),
    ]
    for name, table in LINKS.items():
        comes, goes = (
            _entry_of_link(name, "NEW", "+1"),
            _entry_of_link(name, "OLD", "-1"),
        )
        found.append(Trigger(f"count_{name}", table, "INSERT", "", comes))
        found.append(Trigger(f"count_no_{name}", table, "DELETE", "", goes))
    return found


def install_count_triggers(connection: BaseDatabaseWrapper) -> None:
    """Make the database keep the counts; again after each migration.

    SQLite drops triggers when Django rebuilds a table.
    """
    with connection.cursor() as cursor:
        for one in _triggers(connection.vendor):
            on = f"AFTER {one.event} ON {one.table} FOR EACH ROW {one.condition}"
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION tracker_{one.name}() RETURNS trigger"
                    f" AS $$ BEGIN {one.body}; RETURN NULL; END $$ LANGUAGE plpgsql"
                )
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {one.name} {on}"
                    f" EXECUTE FUNCTION tracker_{one.name}()"
                )
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {one.name}")
                cursor.execute(f"CREATE TRIGGER {one.name} {on} BEGIN {one.body}; END")


def remove_count_triggers(connection: BaseDatabaseWrapper) -> None:
    """Let rows be written by the million, to be counted anew afterwards."""
    with connection.cursor() as cursor:
        for one in _triggers(connection.vendor):
            on_table = f" ON {one.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {one.name}{on_table}")


@contextmanager
def uncounted() -> Iterator[None]:
    """Let rows be written by the million; the next page counts everything anew."""
    remove_count_triggers(connection)
    try:
        yield
    finally:
        keep_after_migrating(connection.alias)


def missing_count_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted({one.name for one in _triggers(connection.vendor)} - present)


def lift_before_migrating(using: str, **kwargs: Any) -> None:
    """Lift the triggers: a migration may rebuild the tables that they speak of."""
    remove_count_triggers(connections[using])


def keep_after_migrating(using: str, **kwargs: Any) -> None:
    """Install the triggers; what was counted before may be true no longer."""
    one = connections[using]
    if ENTRIES in one.introspection.table_names():
        install_count_triggers(one)
        CountedDay.objects.using(using).all().delete()


@register(Tags.database)
def check_count_triggers(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Fail `manage.py check --database default` when counts are kept no longer."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        one = connections[alias]
        if ENTRIES in one.introspection.table_names():
            errors.extend(
                Error(f"The trigger {name} is missing.", id="tracker.E002")
                for name in missing_count_triggers(one)
            )
    return errors
