"""How rows are looked up by many keys."""

from collections.abc import Callable, Collection
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func
from django.db.models.lookups import In


@models.BigAutoField.register_lookup
class Among(In):
    """`IN` a subquery of keys that is small beside the table.

    PostgreSQL takes a union for a third of the table and reads all of it; given the
    same keys as an array it looks them up in the index.
    """

    lookup_name = "among"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        if connection.vendor == "postgresql":
            return f"= ANY (ARRAY{rhs})"
        return super().get_rhs_op(connection, rhs)


class IsOneOf(Func):
    """True where a key is one of those given, which may be hundreds.

    They are one parameter: the same hundred bodies stand in a dozen places of what says
    whose a recommendation is, and each number of its own would be written out there.
    """

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, column: str, keys: Collection[int]) -> None:
        super().__init__(F(column))
        self.keys = sorted(keys)

    @property
    def identity(self) -> Any:
        return (*super().identity, *self.keys)

    def as_sql(self, compiler: Any, *_more: Any, **_words: Any) -> Any:
        """Name a subquery of the keys, for SQLite."""
        return self._compare(compiler, "IN (SELECT value FROM json_each(%s))", str)

    def as_postgresql(self, compiler: Any, *_more: Any, **_words: Any) -> Any:
        return self._compare(compiler, "= ANY (%s::bigint[])", list)

    def _compare(
        self, compiler: Any, among: str, adapt: Callable[[list[int]], Any]
    ) -> Any:
        column, values = compiler.compile(self.source_expressions[0])
        return f"{column} {among}", [*values, adapt(self.keys)]
