from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_portfolio"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="brought",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
