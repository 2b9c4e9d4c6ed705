"""Keep reports whole: the database refuses to change them."""

import django.db.models.deletion
import django.utils.timezone
import provinces.folding
import uuid
from django.conf import settings
from django.db import migrations, models


from tracker.models.history import (
    install_append_only_guards,
    remove_append_only_guards,
)


def install(apps, schema_editor):
    install_append_only_guards(schema_editor.connection)


def remove(apps, schema_editor):
    remove_append_only_guards(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('provinces', '0001_initial'),
        ('tracker', '0002_guard_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='key in addresses')),
                ('is_personal', models.BooleanField(default=False, verbose_name='for its author alone')),
                ('scope', provinces.folding.VietnameseTextField(verbose_name='scope')),
                ('query', models.TextField(blank=True, verbose_name='filter')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('frozen_at', models.DateTimeField(verbose_name='made at')),
                ('basis', models.CharField(choices=[('reported', 'As reported'), ('confirmed', 'Confirmed figures only')], max_length=20, verbose_name='basis')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('payload', models.TextField(verbose_name='content')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='provinces.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'kept report',
                'verbose_name_plural': 'kept reports',
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('xlsx', 'Excel (XLSX)')], max_length=10, verbose_name='format')),
                ('content', models.BinaryField(verbose_name='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='tracker.report', verbose_name='kept report')),
            ],
            options={
                'verbose_name': 'file of a report',
                'verbose_name_plural': 'files of reports',
                'constraints': [models.UniqueConstraint(fields=('report', 'format'), name='one_file_per_format')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
