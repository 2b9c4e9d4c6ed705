"""The triggers by which the database keeps the counts of recommendations."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tracker.models.counts import (
    COLUMNS,
    DAY,
    ENTRIES,
    LINKS,
    MOVING,
    NAMES,
    ROWS,
    CountedDay,
)
from tracker.models.triggers import NOT_KEPT, find_triggers, report_missing


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
    """Name the triggers that are not in the database."""
    wanted = {one.name for one in _triggers(connection.vendor)}
    return sorted(wanted - find_triggers(connection))


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
    message = NOT_KEPT.format("the counts")
    return report_missing(
        databases, ENTRIES, missing_count_triggers, message, id="tracker.E002"
    )
