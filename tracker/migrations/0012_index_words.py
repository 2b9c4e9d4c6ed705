"""Let PostgreSQL find recommendations by their words."""

from django.db import migrations

from provinces.models.word_index import drop_word_index, index_words

TABLE = "tracker_recommendation"


def index(apps, schema_editor):
    index_words(schema_editor.connection, TABLE)


def drop(apps, schema_editor):
    drop_word_index(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0011_order_lists")]

    operations = [migrations.RunPython(index, drop)]
