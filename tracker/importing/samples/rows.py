"""Writing many rows at a time, their keys given beforehand."""

from collections.abc import Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

# What is to be written, by its columns.
Rows = dict[Any, list[dict[str, Any]]]


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model; every one has its key afterwards."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows)


def pour(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows given by their columns: COPY where the database has it."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create([model(**row) for row in rows])
        return
    columns = ", ".join(connection.ops.quote_name(name) for name in rows[0])
    with connection.cursor() as cursor:
        table = f"{connection.ops.quote_name(model._meta.db_table)} ({columns})"
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))


def next_key(model: type[models.Model]) -> int:
    """Give a key from which on none is taken."""
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"]
    return (last or 0) + 1


def let_keys_run_on(*written: type[models.Model]) -> None:
    """Let the database give its next keys after those that were given beforehand."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)
