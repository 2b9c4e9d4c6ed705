"""Rows of several tables in one statement, as if each table had been read by itself.

For pages that name a little of everything. A row comes as one column of JSON, so that
tables of any columns fit under each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import (
    BinaryField,
    DecimalField,
    Field,
    Model,
    QuerySet,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Cast, JSONObject, RowNumber


def read_together(*asked: QuerySet) -> list[list[Any]]:
    """Give the rows of each queryset in its order: one statement for all.

    What is deferred stays so, and columns of bytes are; what `select_related` names
    comes along, one step far. Rows are told apart by ids, not by `distinct`.
    """
    return take_apart(asked, put_together(asked))


def put_together(asked: Sequence[QuerySet]) -> QuerySet:
    """Give the rows of all as lines alike."""
    first, *others = (_branch(number, rows) for number, rows in enumerate(asked))
    return first.union(*others, all=True) if others else first


def take_apart(
    asked: Sequence[QuerySet], lines: Iterable[tuple[Any, ...]]
) -> list[list[Any]]:
    """Give the rows of each queryset back from such lines."""
    found: list[list[Any]] = [[] for _rows in asked]
    for number, _place, content in sorted(lines, key=lambda line: line[:2]):
        found[number].append(_row(asked[number], content))
    return found


def _branch(number: int, rows: QuerySet) -> QuerySet:
    order: Any = rows.query.order_by or rows.model._meta.ordering or ("pk",)
    related: Any = {name: write_row(one, f"{name}__") for name, one in _related(rows)}
    content = write_row(rows.model, only=_loaded(rows), **related)
    return (
        rows.order_by()
        .annotate(
            number_=Value(number),
            place_=Window(RowNumber(), order_by=order),
            content_=content,
        )
        .values_list("number_", "place_", "content_")
    )


def _related(rows: QuerySet) -> Iterator[tuple[str, type[Model]]]:
    named: Any = rows.query.select_related or {}
    for name in named:
        yield name, rows.model._meta.get_field(name).related_model


def _loaded(rows: QuerySet) -> set[str]:
    names, is_deferred = rows.query.deferred_loading
    fields = rows.model._meta.concrete_fields
    return {
        one.attname
        for one in fields
        if one.primary_key or is_deferred != bool({one.name, one.attname} & set(names))
    }


def _row(rows: QuerySet, content: dict[str, Any]) -> Any:
    row = read_row(rows.model, content)
    for name, related in _related(rows):
        linked = content.pop(name)
        is_there = linked[related._meta.pk.attname] is not None
        setattr(row, name, read_row(related, linked) if is_there else None)
    return row


def write_row(
    model: type[Model], path: str = "", only: set[str] | None = None, **more: Any
) -> JSONObject:
    """Give the columns of a row as one, those of a joined one by the path to it."""
    columns = {
        one.attname: _exactly(one, f"{path}{one.attname}")
        for one in model._meta.concrete_fields
        if not isinstance(one, BinaryField) and (only is None or one.attname in only)
    }
    return JSONObject(**columns, **more)


def _exactly(field: Field, path: str) -> Any:
    """Numbers of JSON are no decimals: these travel as they are written."""
    return Cast(path, TextField()) if isinstance(field, DecimalField) else path


def read_row(model: type[Model], content: dict[str, Any]) -> Any:
    """Give back the row that was written as one column."""
    values = {
        one.attname: _value(one, content[one.attname])
        for one in model._meta.concrete_fields
        if one.attname in content
    }
    return model.from_db(None, [*values], [*values.values()])


def _value(field: Field, written: Any) -> Any:
    value = field.to_python(written)
    if isinstance(field, DecimalField) and value is not None:
        return round(value, field.decimal_places)
    if isinstance(value, datetime) and value.tzinfo is None:
        # SQLite keeps moments as they are in UTC.
        return value.replace(tzinfo=UTC)
    return value
