"""How rows are looked up: by many keys, and by words."""

import re
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import In

from provinces.folding import fold


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


def split_query(query: str, make: Any = fold) -> list[str]:
    """Cut a typed query into fragments to find; each starts at a word's beginning.

    A quoted phrase is one fragment of whole words; outside quotes every word may be
    the beginning of a longer one.
    """
    fragments = []
    for position, part in enumerate(re.split(r"[\"“”„]", query)):
        words = make(part).split()
        if position % 2 and words:
            fragments.append(f" {' '.join(words)} ")
        elif words:
            fragments.extend(f" {word}" for word in words)
    return fragments
