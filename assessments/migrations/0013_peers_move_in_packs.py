from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0012_reports_wear_a_brand'),
    ]

    operations = [
        migrations.AddField(
            model_name='peercontribution',
            name='pack',
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name='peercontribution',
            name='pack_banks',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='peercontribution',
            name='result',
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='peercontribution',
            name='sees',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='peercontribution',
            name='slices',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='peercell',
            name='score',
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name='peercontribution',
            name='scores',
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name='peercontribution',
            index=models.Index(fields=['snapshot', 'pack'], name='contributions_by_pack'),
        ),
    ]
