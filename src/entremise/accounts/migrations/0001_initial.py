from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("uid", models.CharField(editable=False, max_length=26, unique=True)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("address_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("company", models.CharField(blank=True, default="", max_length=60)),
                ("trade", models.CharField(blank=True, default="", max_length=64)),
                (
                    "language",
                    models.CharField(
                        choices=[("fr", "Français"), ("fr-ca", "Français (Québec)"), ("en", "English")],
                        default="fr",
                        max_length=5,
                    ),
                ),
                ("time_zone", models.CharField(default="Europe/Paris", max_length=64)),
                ("is_owner", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_owner", True)),
                        fields=("is_owner",),
                        name="accounts_one_owner",
                    )
                ],
            },
        ),
    ]
