"""Drop the indexes of foreign keys that other indexes begin with.

Of each alteration the database needs nothing else: to alter the fields would check
all foreign keys anew on PostgreSQL and rebuild the tables on SQLite.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DOUBLED = {
    "answer": ("author", "recommendation", "spoken_for"),
    "confirmation": ("author", "recommendation", "spoken_for"),
    "deadlinechange": ("author", "recommendation", "spoken_for"),
    "difficulty": ("author", "recommendation", "spoken_for"),
    "difficultyclearance": ("author", "recommendation", "spoken_for"),
    "evidence": ("author", "recommendation", "spoken_for"),
    "followupaction": ("entered_by", "owner", "recommendation"),
    "statusupdate": ("author", "recommendation", "spoken_for"),
}


def doubled(apps, schema_editor):
    """Give each table, its columns that are indexed twice, and what indexes them."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for name, fields in DOUBLED.items():
            model = apps.get_model("tracker", name)
            known = connection.introspection.get_constraints(
                cursor, model._meta.db_table
            )
            for field in map(model._meta.get_field, fields):
                alone = [
                    index
                    for index, told in known.items()
                    if told["columns"] == [field.column]
                    and told["index"]
                    and not told["unique"]
                ]
                yield model, field, alone


def drop(apps, schema_editor):
    for _model, _field, indexes in [*doubled(apps, schema_editor)]:
        for index in indexes:
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(index)}")


def restore(apps, schema_editor):
    # Django names an index by its table and column: these are the ones it made.
    for model, field, indexes in [*doubled(apps, schema_editor)]:
        if not indexes:
            schema_editor.execute(
                schema_editor._create_index_sql(model, fields=[field])
            )


class Migration(migrations.Migration):

    dependencies = [
        ('provinces', '0003_remember_writes'),
        ('tracker', '0013_remember_last_moves'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, restore)],
            state_operations=[
                migrations.AlterField(
                    model_name='answer',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='answer',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='answer',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
                migrations.AlterField(
                    model_name='confirmation',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='confirmation',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='confirmation',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
                migrations.AlterField(
                    model_name='deadlinechange',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='deadlinechange',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deadline_changes', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='deadlinechange',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
                migrations.AlterField(
                    model_name='difficulty',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='difficulty',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='difficulties', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='difficulty',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
                migrations.AlterField(
                    model_name='difficultyclearance',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='difficultyclearance',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='difficulty_clearances', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='difficultyclearance',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
                migrations.AlterField(
                    model_name='evidence',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='evidence',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='evidence',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
                migrations.AlterField(
                    model_name='followupaction',
                    name='entered_by',
                    field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
                ),
                migrations.AlterField(
                    model_name='followupaction',
                    name='owner',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='provinces.organisation', verbose_name='owner'),
                ),
                migrations.AlterField(
                    model_name='followupaction',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='statusupdate',
                    name='author',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
                ),
                migrations.AlterField(
                    model_name='statusupdate',
                    name='recommendation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='tracker.recommendation', verbose_name='recommendation'),
                ),
                migrations.AlterField(
                    model_name='statusupdate',
                    name='spoken_for',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provinces.organisation', verbose_name='on behalf of'),
                ),
            ],
        ),
    ]
