"""Where a request reads: the primary database, or a streaming replica of it.

Whoever wrote reads the primary until the replica has replayed what was written. That
place in the log of the database stands in the row of the person: it is read with it
anyway, and holds for every tab, device and server of theirs.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import BigIntegerField, Func, Model

from tracker.databases import PRIMARY, REPLICA

# Sessions, attempts to sign in and permissions are asked of the primary, and so is
# work under way: its heartbeat must not seem to stop.
REPLICATED = {"tracker", "provinces"}
FRESH = {"tracker.job"}
# The router is asked where to write for rows that nobody saves, too.
WRITING = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:tracker|provinces)_')
# Seconds in which a replica that did not answer is not asked again.
PAUSE = 10
HERE = Func(
    template="pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint",
    output_field=BigIntegerField(),
)


@dataclass
class Reading:
    """Where a request reads, and whether it has written."""

    place: str = PRIMARY
    has_written: bool = False


# Outside of requests there is none: commands read the primary.
_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)
# By connection, because a name may stand for several replicas. One that was restarted,
# or built anew, has new connections.
_replayed: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
_asked_again_at = 0.0


@contextmanager
def begin_reading() -> Iterator[Reading]:
    """Begin at the primary, and stay there once something was written."""
    reading = Reading()
    token = _reading.set(reading)

    def note(execute: Any, sql: str, *others: Any) -> Any:
        if WRITING.match(sql):
            reading.place, reading.has_written = PRIMARY, True
        return execute(sql, *others)

    try:
        with connections[PRIMARY].execute_wrapper(note):
            yield reading
    finally:
        _reading.reset(token)


def read_replica() -> None:
    if reading := _reading.get():
        reading.place = REPLICA


def read_primary() -> None:
    """Read the primary from here on: the replica may not know it yet."""
    if reading := _reading.get():
        reading.place = PRIMARY


def is_at_primary() -> bool:
    reading = _reading.get()
    return reading is None or reading.place == PRIMARY


class Router:
    """Sends reads to where the request reads, and everything else to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if is_at_primary() or not _is_replicated(model):
            return PRIMARY
        # What is written in a transaction is known to nobody else.
        return PRIMARY if connections[PRIMARY].in_atomic_block else REPLICA

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, database: str, app_label: str, **hints: Any) -> bool:
        return database == PRIMARY


def _is_replicated(model: type[Model]) -> bool:
    names = model._meta
    return names.app_label in REPLICATED and names.label_lower not in FRESH


def has_replica() -> bool:
    return REPLICA in settings.DATABASES


def is_replica_asked() -> bool:
    return has_replica() and time.monotonic() >= _asked_again_at


def set_replica_aside() -> None:
    """Spare the next requests the wait for what does not answer."""
    global _asked_again_at
    _asked_again_at = time.monotonic() + PAUSE


def remember_write(user: int) -> None:
    """Keep how far the log goes by now, what this person wrote being in it."""
    if has_replica():
        people = get_user_model()._default_manager.filter(pk=user)
        people.update(wrote_up_to=HERE)


def has_replayed(place: int) -> bool:
    """Say whether the replica has come so far; it is asked only where it may not have.

    Nobody goes back: what one connection has seen replayed stays so.
    """
    if not place:
        return True
    connection = connections[REPLICA]
    connection.ensure_connection()
    if place > _replayed.get(connection.connection, 0):
        _replayed[connection.connection] = find_replayed()
    return place <= _replayed[connection.connection]


def find_written() -> int:
    return _ask_for_place(PRIMARY, "pg_current_wal_lsn()")


def find_replayed() -> int:
    return _ask_for_place(REPLICA, "pg_last_wal_replay_lsn()")


def _ask_for_place(alias: str, function: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT pg_wal_lsn_diff({function}, '0/0')::bigint")
        return cursor.fetchone()[0]
