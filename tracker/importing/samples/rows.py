"""Writing many rows at a time, as the text of their columns, their keys beforehand."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core.management.color import no_style
from django.db import connection, models, transaction


class Table(NamedTuple):
    """Where lines are written, and of which columns they are."""

    name: str
    columns: tuple[str, ...]


# Lines to be written, in the form that COPY reads; each ends like a line of a file.
Rows = dict[Table, str]
NOTHING = r"\N"
# Made-up text can do without the signs to which COPY gives a meaning.
PLAIN = str.maketrans({"\\": "/", "\t": " ", "\n": " ", "\r": " "})


def write(value: Any) -> str:
    """Write a value as both databases read it from text."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, bytes):
        return rf"\\x{value.hex()}"
    return str(value).translate(PLAIN)


def line_of(values: Iterable[Any]) -> str:
    return "\t".join(map(write, values))


def read(text: str) -> Any:
    """Give back what SQLite does not read from text: nothing, and bytes."""
    if text == NOTHING:
        return None
    return bytes.fromhex(text[3:]) if text.startswith(r"\\x") else text


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model; every one has its key afterwards."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def pour(table: Table, lines: str) -> None:
    """Write rows given by their lines: COPY where the database has it."""
    name = connection.ops.quote_name(table.name)
    columns = ", ".join(map(connection.ops.quote_name, table.columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                copy.write(lines)
            return
        holes = ", ".join(["%s"] * len(table.columns))
        cursor.executemany(
            f"INSERT INTO {name} ({columns}) VALUES ({holes})",
            [[*map(read, line.split("\t"))] for line in lines.split("\n")[:-1]],
        )


_FOREIGN_KEYS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
        conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
_INDEXES = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def unindexed(*filled: type[models.Model]) -> Iterator[None]:
    """Let PostgreSQL make indexes and check foreign keys once all rows are there.

    All in one transaction: nobody reads these tables meanwhile, and a run that is
    killed leaves them, their indexes and their foreign keys as they were.
    """
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in filled]
    with transaction.atomic(), connection.cursor() as cursor:
        # No table can be altered while a check of its rows is still to come.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        lifted = []
        # Foreign keys come back last: their check reads the indexes.
        for wanted in (_INDEXES, _FOREIGN_KEYS):
            cursor.execute(wanted, [tables])
            lifted += cursor.fetchall()
        for drop, _restore in lifted:
            cursor.execute(drop)
        yield
        for _drop, restore in lifted:
            cursor.execute(restore)
        # Until it has looked at so many new rows, the planner takes them for a few.
        cursor.execute(f"ANALYZE {', '.join(tables)}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def next_key(model: type[models.Model]) -> int:
    """Give a key from which on none is taken."""
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"]
    return (last or 0) + 1


def let_keys_run_on(*written: type[models.Model]) -> None:
    """Let the database give its next keys after those that were given beforehand."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)
