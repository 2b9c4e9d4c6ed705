"""Finding words by the index that the database keeps of them.

The words are those of the folded column, looked up by their beginnings. It only picks
rows that may fit: whoever asks says beside it what fits.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField

VECTOR = "to_tsvector('simple'::regconfig, {})"
# Of a table: an index on PostgreSQL, on SQLite a table that FTS5 writes.
INDEX = "{}_words"
# The same query as FTS5 reads it: there is nothing but words in it and these signs.
FOR_FTS5 = str.maketrans({"'": '"', ":": None, "&": "AND", "|": "OR"})


@TextField.register_lookup
class MayHold(Lookup):
    """True of a folded column that may hold what a query of lexemes asks for."""

    lookup_name = "may_hold"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        model, quote = self.lhs.target.model, connection.ops.quote_name
        row = f"{quote(self.lhs.alias)}.{quote(model._meta.pk.column)}"
        words = quote(INDEX.format(model._meta.db_table))
        found = f"SELECT rowid FROM {words} WHERE {words} MATCH %s"
        return f"{row} IN ({found})", (self.rhs.translate(FOR_FTS5),)

    def as_postgresql(
        self, compiler: Any, connection: Any
    ) -> tuple[str, tuple[Any, ...]]:
        column, values = self.process_lhs(compiler, connection)
        return f"{VECTOR.format(column)} @@ %s::tsquery", (*values, self.rhs)


def index_words(connection: BaseDatabaseWrapper, table: str) -> None:
    """Make the index of the words of one table on PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {INDEX.format(table)} ON {table}"
                f" USING gin ({VECTOR.format('search_folded')})"
            )


def drop_word_index(connection: BaseDatabaseWrapper, table: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {INDEX.format(table)}")
