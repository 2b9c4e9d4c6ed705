"""Finding words by the index that PostgreSQL keeps of them.

The words are those of the folded column, looked up by their beginnings. It only picks
rows that may fit: whoever asks says beside it what fits. SQLite reads the column.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField

VECTOR = "to_tsvector('simple'::regconfig, {})"


@TextField.register_lookup
class MayHold(Lookup):
    """True of a folded text that may hold what a query of lexemes asks for."""

    lookup_name = "may_hold"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "1 = 1", ()

    def as_postgresql(
        self, compiler: Any, connection: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        return f"{VECTOR.format(column)} @@ %s::tsquery", (*values, self.rhs)


def index_words(connection: BaseDatabaseWrapper, table: str) -> None:
    """Make the index of the words of one table, where the database has such."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_words ON {table}"
                f" USING gin ({VECTOR.format('search_folded')})"
            )


def drop_word_index(connection: BaseDatabaseWrapper, table: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {table}_words")
