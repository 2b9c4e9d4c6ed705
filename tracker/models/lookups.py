"""How rows are looked up by many keys."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
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
