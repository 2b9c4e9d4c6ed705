"""Keep reports and letters whole: the database refuses to change them."""

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
        # Taken back, history keeps its guards.
        migrations.RunPython(migrations.RunPython.noop, install),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='key in addresses')),
                ('query', models.TextField(blank=True, verbose_name='filter')),
                ('form_key', models.UUIDField(verbose_name='form key')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='steps done')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='steps in all')),
                ('is_cancel_wanted', models.BooleanField(default=False, verbose_name='to be cancelled')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('heartbeat_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last heard of')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='address of the answer')),
                ('problem', models.TextField(blank=True, verbose_name='what went wrong')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'long work',
                'verbose_name_plural': 'long work',
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='key in addresses')),
                ('is_personal', models.BooleanField(default=False, verbose_name='for its author alone')),
                ('kind', models.CharField(choices=[('progress', 'Progress report'), ('letter', 'Letter of urging')], max_length=20, verbose_name='kind')),
                ('scope', provinces.folding.VietnameseTextField(verbose_name='scope')),
                ('query', models.TextField(blank=True, verbose_name='filter')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('frozen_at', models.DateTimeField(verbose_name='made at')),
                ('basis', models.CharField(choices=[('reported', 'As reported'), ('confirmed', 'Confirmed figures only')], max_length=20, verbose_name='basis')),
                ('form', models.CharField(choices=[('party', 'Party form'), ('state', 'State form')], max_length=10, verbose_name='form')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('payload', models.TextField(verbose_name='content')),
                ('checksum', models.CharField(max_length=64, verbose_name='checksum')),
                ('addressee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='provinces.organisation', verbose_name='addressee')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='provinces.organisation', verbose_name='organisation')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issued_reports', to='provinces.organisation', verbose_name='issuing body')),
                ('recommendations', models.ManyToManyField(blank=True, related_name='letters', to='tracker.recommendation', verbose_name='recommendations')),
            ],
            options={
                'verbose_name': 'kept report',
                'verbose_name_plural': 'kept reports',
            },
        ),
        migrations.CreateModel(
            name='ReportTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(choices=[('party', 'Party form'), ('state', 'State form')], max_length=10, verbose_name='form')),
                ('name', provinces.folding.VietnameseCharField(blank=True, max_length=200, verbose_name='file name')),
                ('content', models.BinaryField(verbose_name='bytes')),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded at')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_templates', to='provinces.organisation', verbose_name='organisation')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'template of reports',
                'verbose_name_plural': 'templates of reports',
            },
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', provinces.folding.VietnameseCharField(max_length=60, verbose_name='number and symbol')),
                ('sent_on', models.DateField(verbose_name='sent on')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='recorded at')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='tracker.report', verbose_name='letter')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'sending of a letter',
                'verbose_name_plural': 'sendings of letters',
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('docx', 'Word (DOCX)'), ('pdf', 'PDF'), ('xlsx', 'Excel (XLSX)'), ('csv', 'CSV, for programs')], max_length=10, verbose_name='format')),
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
