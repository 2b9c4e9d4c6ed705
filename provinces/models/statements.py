"""Long statements that Django puts into words once: only the key they ask for differs.

Pages that tell everything of one row ask such statements each time; wording them took
as long as answering them.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

# Stands for the key while the statement is put into words; no row has it.
KEY = -(2**31) + 1


class Statement:
    """What is asked of one row: a queryset of tuples in which `KEY` stands for it."""

    def __init__(self, model: type[Model], make: Callable[[], QuerySet]) -> None:
        self._model, self._make = model, make
        self._put_into_words = cache(self._word)

    def ask(self, key: int) -> list[tuple[Any, ...]]:
        """Give what the queryset would give for this key."""
        connection = connections[router.db_for_read(self._model)]
        worded, sql, parameters = self._put_into_words(connection.alias)
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if one == KEY else one for one in parameters])
            rows = cursor.fetchall()
        compiler = copy(worded)
        compiler.connection = connection
        converters = compiler.get_converters([one[0] for one in compiler.select])
        if converters:
            rows = compiler.apply_converters(rows, converters)
        return [tuple(row) for row in rows]

    def _word(self, alias: str) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self._make().query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        # A connection belongs to its thread: each that asks brings its own.
        del compiler.connection
        return compiler, sql, tuple(parameters)
