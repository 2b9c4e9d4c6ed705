"""The index of words that SQLite keeps, and the triggers that keep it.

PostgreSQL keeps its own (`provinces/models/word_index.py`).
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.db import (
    DatabaseError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from provinces.models.word_index import INDEX
from tracker.models.triggers import NOT_KEPT, find_triggers, report_missing

TABLE = "tracker_recommendation"
WORDS = INDEX.format(TABLE)
COMES = f"INSERT INTO {WORDS} (rowid, search_folded) VALUES (NEW.id, NEW.search_folded)"
GOES = (
    f"INSERT INTO {WORDS} ({WORDS}, rowid, search_folded)"
    " VALUES ('delete', OLD.id, OLD.search_folded)"
)
TRIGGERS = {
    "words_new": f"AFTER INSERT ON {TABLE} BEGIN {COMES}; END",
    "words_gone": f"AFTER DELETE ON {TABLE} BEGIN {GOES}; END",
    "words_changed": f"AFTER UPDATE ON {TABLE}"
    f" WHEN OLD.search_folded <> NEW.search_folded BEGIN {GOES}; {COMES}; END",
}


def keep_words_after_migrating(using: str, **kwargs: Any) -> None:
    """Make the index and its triggers, as whole as the table is.

    SQLite drops triggers when Django rebuilds a table.
    """
    one = connections[using]
    if one.vendor != "sqlite" or TABLE not in one.introspection.table_names():
        return
    with one.cursor() as cursor:
        # It holds no text, only which rows have a word: whoever asks says what fits.
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5(search_folded,"
            f" content='{TABLE}', content_rowid='id', columnsize=0, detail=none)"
        )
        cursor.execute(f"INSERT INTO {WORDS} ({WORDS}) VALUES ('rebuild')")
        for name, trigger in TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {trigger}")


def are_words_kept() -> bool:
    """Tell whether the index says of every row what its text says."""
    if connection.vendor != "sqlite":
        return True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {WORDS} ({WORDS}, rank) VALUES ('integrity-check', 1)"
            )
    except OperationalError:
        # Nobody could look.
        raise
    except DatabaseError:
        return False
    return True


def missing_word_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that are not in the database."""
    wanted = {*TRIGGERS} if connection.vendor == "sqlite" else set()
    return sorted(wanted - find_triggers(connection))


@register(Tags.database)
def check_word_triggers(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Fail `manage.py check --database default` when new rows would not be found."""
    message = NOT_KEPT.format("the index of words")
    return report_missing(
        databases, WORDS, missing_word_triggers, message, id="tracker.E003"
    )
