"""Asking the counts that the database keeps, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections, router

from provinces.models import User
from tracker.models.counts import (
    COLUMNS,
    CONDITIONS,
    DAY,
    ENTRIES,
    GROUPS,
    CountedDay,
    CountEntry,
    recount,
)
from tracker.replicas import read_primary

NO_MOMENT = "CAST(NULL AS timestamp with time zone)"


def counts_tell(user: User, *, is_past: bool) -> bool:
    """Say whether the counts can tell: they know no rights and no past days."""
    return user.oversees_all and not is_past


@dataclass(frozen=True)
class Asked:
    """What is asked of the counts: by which column, of what, narrowed to what.

    `with_parts` asks for every value of every facet and the last report, too; `largest`
    only for so many keys with the most rows, and for what has none.
    """

    name: str
    by: str
    group: str
    key: int | None
    progress: tuple[str, ...]
    provinces: tuple[int, ...]
    with_parts: bool = False
    largest: int | None = None

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
        keys = "0" if self.largest is None else "count(*) OVER ()"
        statement = (
            f"SELECT '{self.name}', {key}, {keys}, {', '.join(sums)}"
            f" FROM {ENTRIES} WHERE {where}{grouped}"
        )
        if self.largest is not None:
            first = f"{self.by} IS NOT NULL, sum(total) DESC, {self.by}"
            ordered = f"{statement} ORDER BY {first} LIMIT {self.largest + 1}"
            statement = f"SELECT * FROM ({ordered}) {self.name}"
        return statement, values


@dataclass(frozen=True)
class Narrowed:
    """What rows are narrowed to, as far as the counts can tell: to nothing else.

    They do not know which rows fall under two resolutions at once.
    """

    resolution: int | None = None
    progress: tuple[str, ...] = ()
    provinces: tuple[int, ...] = ()

    def total(self) -> Asked:
        return self._ask("total", "", self.progress, self.provinces, with_parts=True)

    def by(
        self, facet: str, *, with_parts: bool = False, largest: int | None = None
    ) -> Asked:
        """Ask for a facet: narrowed by all but itself. Topics and leads: `tells_of`."""
        if facet in GROUPS:
            narrowed = self.progress, self.provinces
            return Asked(facet, "key", facet, None, *narrowed, with_parts, largest)
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
    """How many there are under one key of what was asked, by facet and value.

    `keys` says of how many keys the largest are.
    """

    name: str
    key: str | None
    keys: int
    total: int
    parts: dict[tuple[str, str], int]
    updated_at: datetime | None


def read_counts(asked: Sequence[Asked], *, on: date) -> list[Counted]:
    """Read all that is asked in one statement, all of one moment.

    The first page of a day counts everything anew before.
    """
    lines = _read(asked, on)
    if not lines or lines[-1][0] != "day":
        read_primary()
        recount(on, unless_done=True)
        lines = _read(asked, on)
    with_parts = {one.name for one in asked if one.with_parts}
    return [
        Counted(
            name,
            key,
            keys,
            total,
            dict(zip(CONDITIONS, parts, strict=True)) if name in with_parts else {},
            _moment(updated_at),
        )
        for name, key, keys, total, *parts, updated_at in lines
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
    nothing = ", ".join(["0"] * (len(COLUMNS) + 2))
    statements.append(
        f"SELECT 'day', NULL, {nothing}, {NO_MOMENT} FROM {DAY}"
        " WHERE day = %s AND soon = %s AND stale_before = %s"
    )
    values += CountedDay.of(on).adapted
    with connections[router.db_for_read(CountEntry)].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return sorted(cursor.fetchall(), key=lambda line: line[0] == "day")
