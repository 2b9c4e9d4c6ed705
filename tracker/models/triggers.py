"""Which triggers a database has: some of our rules hold only while they are there."""

from collections.abc import Callable, Sequence

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Of a trigger that migrating makes: what it keeps, then its name.
NOT_KEPT = (
    "The trigger {{}} that keeps {} is missing: run manage.py migrate, which makes it"
    " again."
)


def find_triggers(connection: BaseDatabaseWrapper) -> set[str]:
    """Name the triggers of a database that act."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def report_missing(
    databases: Sequence[str] | None,
    table: str,
    find_missing: Callable[[BaseDatabaseWrapper], list[str]],
    message: str,
    *,
    id: str,  # noqa: A002
) -> list[CheckMessage]:
    """Make an error of each trigger missing from the databases that have a table."""
    return [
        Error(message.format(name), id=id)
        for connection in map(connections.__getitem__, databases or [])
        if table in connection.introspection.table_names()
        for name in find_missing(connection)
    ]
