"""The seeded report as rows to be put back: seeding takes seconds, this a moment."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from provinces.models import Organisation
from tracker.importing.fixtures import seed
from tracker.models import CountedDay, CountEntry

_kept = {}


def seed_quickly():
    """Seed, and an empty database from the second time on with rows of the first."""
    if Organisation.objects.exists():
        return seed()
    if not _kept:
        _kept["report"] = seed()
        _kept["rows"] = _read_rows()
    else:
        _write_rows(_kept["rows"])
    return _kept["report"]


def _models():
    found = [
        model
        for app in ("provinces", "tracker")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        # The database counts by itself.
        if model not in {CountEntry, CountedDay}
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def _read_rows():
    kept = {}
    with connection.cursor() as cursor:
        for model in _models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            kept[model] = columns, cursor.fetchall()
    return kept


def _write_rows(kept):
    """Foreign keys are looked at when the transaction ends, not row by row."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for model, (columns, rows) in kept.items():
            if rows:
                names = ", ".join(map(quote, columns))
                marks = ", ".join(["%s"] * len(columns))
                table = quote(model._meta.db_table)
                cursor.executemany(
                    f"INSERT INTO {table} ({names}) VALUES ({marks})", rows
                )
        models = [model for model, (_columns, rows) in kept.items() if rows]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
