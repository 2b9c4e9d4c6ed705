"""Fold titles and numbers of documents and sessions: what searching reads."""

from django.db import migrations, models

from provinces.folding import fold, with_one_tone_placement


def fold_rows(rows, text_of):
    for row in rows.iterator():
        text = text_of(row)
        row.search_folded = f" {fold(text)} "
        row.search_exact = f" {with_one_tone_placement(text)} "
        row.save(update_fields=["search_folded", "search_exact"])


def fold_texts(apps, schema_editor):
    fold_rows(
        apps.get_model("tracker", "Document").objects,
        lambda row: f"{row.number} {row.number_as_printed} {row.title}",
    )
    fold_rows(
        apps.get_model("tracker", "WorkingSession").objects,
        lambda row: f"{row.title} {row.place} {row.held_on:%d/%m/%Y}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0007_share_deadlines'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='search_exact',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='document',
            name='search_folded',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='workingsession',
            name='search_exact',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='workingsession',
            name='search_folded',
            field=models.TextField(default='', editable=False),
        ),
        migrations.RunPython(fold_texts, migrations.RunPython.noop),
    ]
