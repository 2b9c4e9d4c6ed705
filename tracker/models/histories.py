"""Whole histories: the rows of every table of history, read in one statement."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import JSONObject

from provinces.models import Organisation, User
from provinces.models.statements import KEY, Statement
from tracker.models.evidence import Evidence
from tracker.models.history import HistoryRow
from tracker.models.standing import STATE_MODELS

HISTORY_MODELS: tuple[Any, ...] = (*STATE_MODELS, Evidence)
BY_TABLE = {model._meta.db_table: model for model in HISTORY_MODELS}
# What lines about a row say of who wrote it and for whom.
PERSON, BODY = ("id", "username", "full_name"), ("id", "name")


def read_rows(recommendations: Iterable[int]) -> list[HistoryRow]:
    """Give all rows of these histories in their order, with the rows they name."""
    ids = list(recommendations)
    lines = OF_ONE.ask(ids[0]) if len(ids) == 1 else _lines_of(ids)
    rows = [_row(*line) for line in lines]
    rows.sort(key=lambda row: (row.recommendation_id, row.sequence))
    _bind(rows)
    return rows


def _lines_of(ids: list[int]) -> QuerySet:
    first, *others = (_lines(one).filter(recommendation__in=ids) for one in BY_TABLE)
    return first.union(*others, all=True)


OF_ONE = Statement(Evidence, lambda: _lines_of([KEY]))


@cache
def _lines(table: str) -> QuerySet:
    """Give the rows of a table alike for all: what it alone says is one column."""
    model = BY_TABLE[table]
    content = JSONObject(**{name: name for name in model.content_fields})
    rows = model._default_manager.order_by()
    return rows.annotate(
        table_=Value(table, TextField()), content_=content
    ).values_list(
        "table_",
        "content_",
        *(f"author__{column}" for column in PERSON),
        *(f"spoken_for__{column}" for column in BODY),
        *_common_columns(model),
    )


def _common_columns(model: Any) -> list[str]:
    columns = {field.attname for field in model._meta.concrete_fields}
    return sorted(columns.difference(model.content_fields))


def _row(table: str, content: dict[str, Any], *columns: Any) -> HistoryRow:
    model, people = BY_TABLE[table], len(PERSON) + len(BODY)
    said = dict(zip(_common_columns(model), columns[people:], strict=True))
    for field in model._meta.concrete_fields:
        if field.attname in content:
            said[field.attname] = field.to_python(content[field.attname])
    row = model(**said)
    row._state.adding = False
    row.author = User.from_db(None, PERSON, columns[: len(PERSON)])
    row.spoken_for = Organisation.from_db(None, BODY, columns[len(PERSON) : people])
    return row


def _bind(rows: list[HistoryRow]) -> None:
    """Lead every row that names another one of these histories to it."""
    known: dict[Any, HistoryRow] = {(type(row), row.pk): row for row in rows}
    for row in rows:
        for field in row._meta.concrete_fields:
            named = known.get((field.related_model, getattr(row, field.attname)))
            if named is not None:
                setattr(row, field.name, named)
