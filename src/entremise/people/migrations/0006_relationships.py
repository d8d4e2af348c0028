import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_profiles_handed_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bond",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("total", models.PositiveIntegerField(default=0)),
                ("first_contact", models.DateField(blank=True, null=True)),
                ("last_contact", models.DateField(blank=True, null=True)),
                ("last_seen", models.DateField(blank=True, null=True)),
                ("months", models.JSONField(default=list)),
                ("given", models.PositiveIntegerField(default=0)),
                ("received", models.PositiveIntegerField(default=0)),
                ("referrals_received", models.PositiveIntegerField(default=0)),
                ("unasked", models.PositiveIntegerField(default=0)),
                ("works", models.PositiveIntegerField(default=0)),
                ("last_work", models.DateField(blank=True, null=True)),
                ("satisfaction", models.CharField(blank=True, max_length=4)),
                ("satisfaction_on", models.DateField(blank=True, null=True)),
                ("solidity", models.PositiveSmallIntegerField(default=0)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("snoozed_until", models.DateField(blank=True, null=True)),
                ("snoozed_on", models.DateField(blank=True, null=True)),
                ("resting", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField()),
                (
                    "contact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bond", to="people.contact"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_on__isnull", False)),
                        fields=["owner", "-solidity", "due_on", "id"],
                        name="people_bond_due",
                    ),
                    models.Index(
                        condition=models.Q(("unasked__gt", 0)), fields=["owner", "-unasked"], name="people_bond_unasked"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Interaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(editable=False, max_length=26, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("on", models.DateField()),
                ("satisfaction", models.CharField(blank=True, max_length=4)),
                ("words", models.TextField(blank=True)),
                ("cause", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.contact",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["contact", "-on", "-id"], name="people_interaction_lately")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cause", ""), _negated=True),
                        fields=("owner", "cause"),
                        name="people_interaction_once",
                    )
                ],
            },
        ),
    ]
