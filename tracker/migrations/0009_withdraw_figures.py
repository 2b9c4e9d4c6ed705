"""Let figures entered by mistake be withdrawn; others may take their place."""

from django.db import migrations, models

import provinces.folding


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0008_fold_for_search'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='observation',
            name='one_observation_per_document_and_day',
        ),
        migrations.RemoveConstraint(
            model_name='observation',
            name='one_observation_per_document_without_day',
        ),
        migrations.RemoveConstraint(
            model_name='observation',
            name='one_observation_per_source_and_day',
        ),
        migrations.RemoveConstraint(
            model_name='observation',
            name='one_observation_per_source_without_day',
        ),
        migrations.AddField(
            model_name='historicalobservation',
            name='withdrawal_reason',
            field=provinces.folding.VietnameseTextField(blank=True, editable=False, verbose_name='reason of the withdrawal'),
        ),
        migrations.AddField(
            model_name='historicalobservation',
            name='withdrawn_on',
            field=models.DateField(editable=False, null=True, verbose_name='withdrawn on'),
        ),
        migrations.AddField(
            model_name='observation',
            name='withdrawal_reason',
            field=provinces.folding.VietnameseTextField(blank=True, editable=False, verbose_name='reason of the withdrawal'),
        ),
        migrations.AddField(
            model_name='observation',
            name='withdrawn_on',
            field=models.DateField(editable=False, null=True, verbose_name='withdrawn on'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', False), ('withdrawn_on__isnull', True), ('as_of__isnull', False)), fields=('indicator', 'label', 'document', 'period', 'as_of'), name='one_observation_per_document_and_day'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', False), ('withdrawn_on__isnull', True), ('as_of__isnull', True)), fields=('indicator', 'label', 'document', 'period'), name='one_observation_per_document_without_day'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', True), ('withdrawn_on__isnull', True), ('as_of__isnull', False)), fields=('indicator', 'label', 'source', 'period', 'as_of'), name='one_observation_per_source_and_day'),
        ),
        migrations.AddConstraint(
            model_name='observation',
            constraint=models.UniqueConstraint(condition=models.Q(('document__isnull', True), ('withdrawn_on__isnull', True), ('as_of__isnull', True)), fields=('indicator', 'label', 'source', 'period'), name='one_observation_per_source_without_day'),
        ),
    ]
