"""Let figures be entered and corrected, and say which indicator measures a target."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0003_keep_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='observation',
            name='one_observation_per_document',
        ),
        migrations.RemoveConstraint(
            model_name='observation',
            name='one_observation_per_other_source',
        ),
        migrations.AddField(
            model_name='historicaltarget',
            name='indicator',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tracker.indicator', verbose_name='indicator that measures it'),
        ),
        migrations.AddField(
            model_name='observation',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='historicalobservation',
            name='passage',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tracker.passage', verbose_name='passage'),
        ),
        migrations.AddField(
            model_name='observation',
            name='passage',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='tracker.passage', verbose_name='passage'),
        ),
        migrations.AddField(
            model_name='target',
            name='indicator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='tracker.indicator', verbose_name='indicator that measures it'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', False), ('as_of__isnull', False)), fields=('indicator', 'label', 'document', 'period', 'as_of'), name='one_observation_per_document_and_day'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', False), ('as_of__isnull', True)), fields=('indicator', 'label', 'document', 'period'), name='one_observation_per_document_without_day'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', True), ('as_of__isnull', False)), fields=('indicator', 'label', 'source', 'period', 'as_of'), name='one_observation_per_source_and_day'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', True), ('as_of__isnull', True)), fields=('indicator', 'label', 'source', 'period'), name='one_observation_per_source_without_day'),
        ),
    ]
