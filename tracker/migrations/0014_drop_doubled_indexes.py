"""Drop the indexes of foreign keys by which nothing is looked for.

Other indexes of the tables begin with most of these columns; by whoever gave evidence
nobody looks. Of each alteration the database needs nothing else: to alter the fields
would check all foreign keys anew on PostgreSQL and rebuild the tables on SQLite.
"""

from django.conf import settings
from django.db import migrations, models

USER, ORGANISATION = settings.AUTH_USER_MODEL, "provinces.organisation"
# What the rows of each table are called from their recommendation.
ROWS = {
    "answer": "answers",
    "confirmation": "confirmations",
    "deadlinechange": "deadline_changes",
    "difficulty": "difficulties",
    "difficultyclearance": "difficulty_clearances",
    "evidence": "evidence",
    "followupaction": "actions",
    "statusupdate": "updates",
}


def altered(model, field, to, verbose_name, related_name="+", **options):
    """Give the alteration of one foreign key that loses its index."""
    key = models.ForeignKey(
        to=to,
        on_delete=models.PROTECT,
        verbose_name=verbose_name,
        related_name=related_name,
        db_index=False,
        **options,
    )
    return migrations.AlterField(model, field, key)


ALTERED = [
    *(
        altered(model, "recommendation", "tracker.recommendation", "recommendation", name)
        for model, name in ROWS.items()
    ),
    *(
        altered(model, field, to, called)
        for model in ROWS.keys() - {"followupaction"}
        for field, to, called in (
            ("author", USER, "author"),
            ("spoken_for", ORGANISATION, "on behalf of"),
        )
    ),
    altered("followupaction", "owner", ORGANISATION, "owner", "actions"),
    altered("followupaction", "entered_by", USER, "entered by", editable=False),
]


def find_indexes(apps, schema_editor):
    """Give each of the keys, and what indexes its column alone."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for one in ALTERED:
            model = apps.get_model("tracker", one.model_name)
            field = model._meta.get_field(one.name)
            table = model._meta.db_table
            known = connection.introspection.get_constraints(cursor, table)
            yield model, field, [
                name
                for name, told in known.items()
                if told["columns"] == [field.column]
                and told["index"]
                and not told["unique"]
            ]


def drop(apps, schema_editor):
    for _model, _field, names in [*find_indexes(apps, schema_editor)]:
        for name in names:
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def restore(apps, schema_editor):
    # Django names an index by its table and column: these are the ones it made.
    for model, field, names in [*find_indexes(apps, schema_editor)]:
        if not names:
            schema_editor.execute(
                schema_editor._create_index_sql(model, fields=[field])
            )


class Migration(migrations.Migration):
    dependencies = [
        ("provinces", "0003_remember_writes"),
        ("tracker", "0013_remember_last_moves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, restore)],
            state_operations=ALTERED,
        ),
    ]
