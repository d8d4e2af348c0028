import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_provenance_and_reach"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(editable=False, max_length=26, unique=True)),
                ("act", models.CharField(db_index=True, editable=False, max_length=26)),
                ("how", models.CharField(max_length=8)),
                ("version", models.PositiveIntegerField()),
                ("link_number", models.PositiveIntegerField(default=0)),
                ("on", models.DateField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.contact"
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.profile"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["profile", "contact", "-on", "-id"], name="people_handed_last")],
                "constraints": [models.UniqueConstraint(fields=("contact", "act"), name="people_handed_once_an_act")],
            },
        ),
    ]
