"""Fold the names of organisations: what searching reads of them."""

from django.db import migrations, models

from provinces.folding import fold, with_one_tone_placement


def fold_rows(rows, text_of):
    for row in rows.iterator():
        text = text_of(row)
        row.search_folded = f" {fold(text)} "
        row.search_exact = f" {with_one_tone_placement(text)} "
        row.save(update_fields=["search_folded", "search_exact"])


def fold_names(apps, schema_editor):
    organisations = apps.get_model("provinces", "Organisation").objects
    fold_rows(organisations, lambda row: f"{row.name} {row.short_name}")


class Migration(migrations.Migration):

    dependencies = [
        ('provinces', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='search_exact',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='organisation',
            name='search_folded',
            field=models.TextField(default='', editable=False),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
