from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def say_through(apps: Any, schema_editor: Any) -> None:
    """Whoever is written down to have been met through somebody was."""
    contact = apps.get_model("people", "Contact")
    contact.objects.filter(met_through__isnull=False).update(met="through")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_lists_without_those_removed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="met",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="contact",
            name="met_by",
            field=models.CharField(blank=True, default="", max_length=26),
        ),
        migrations.RunPython(say_through, migrations.RunPython.noop),
        migrations.CreateModel(
            name="AgreedBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agreed_at", models.DateTimeField()),
                ("sketch", models.BinaryField(null=True)),
                ("people", models.PositiveIntegerField(default=0)),
                ("sketched_for", models.DateField(blank=True, null=True)),
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Overlap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("pool", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
        ),
    ]
