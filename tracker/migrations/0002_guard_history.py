"""Make the database refuse to change history."""

from django.db import migrations

from tracker.models.history import (
    install_append_only_guards,
    remove_append_only_guards,
)


def install(apps, schema_editor):
    install_append_only_guards(schema_editor.connection)


def remove(apps, schema_editor):
    remove_append_only_guards(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
