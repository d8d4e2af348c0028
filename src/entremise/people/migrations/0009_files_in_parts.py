from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_small_attentions"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactimport",
            name="people",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="contactimport",
            name="introduced",
            field=models.JSONField(default=list),
        ),
    ]
