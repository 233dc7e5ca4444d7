import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0013_peers_move_in_packs'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='peercontribution',
            name='sees',
        ),
        migrations.CreateModel(
            name='PeerView',
            fields=[
                ('contribution', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='view', serialize=False, to='assessments.peercontribution')),
                ('cells', models.JSONField()),
            ],
        ),
    ]
