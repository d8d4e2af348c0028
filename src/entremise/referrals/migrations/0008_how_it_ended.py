from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def keep_what_was_said(apps: Any, schema_editor: Any) -> None:
    """The outcomes said so far begin the history: each is the receiver's own, or what the giver of one outside heard."""
    word, ending = (apps.get_model("referrals", name) for name in ("Word", "Ending"))
    for name in ("referral", "outside"):
        for row in apps.get_model("referrals", name).objects.exclude(outcome="").order_by("pk").iterator():
            last = word.objects.filter(**{name: row, "kind": "outcome"}).order_by("at", "pk").last()
            by = "giver" if getattr(row, "direction", "") == "given" else "receiver"
            at = row.outcome_at or row.moved_at
            ending.objects.create(**{name: row}, word=last, by=by, outcome=row.outcome, at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0007_good_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.CharField(
                        choices=[
                            ("giver", "giver"),
                            ("receiver", "receiver"),
                            ("client", "client"),
                            ("referrer", "referrer"),
                            ("referrer_c", "referrer_c"),
                            ("outsider", "outsider"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("won", "won"),
                            ("lost", "lost"),
                            ("not_a_fit", "not_a_fit"),
                            ("no_need", "no_need"),
                            ("never_reached", "never_reached"),
                            ("set_aside", "set_aside"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("amount_shown", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="referral",
            name="completeness",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="outside",
            index=models.Index(
                condition=models.Q(("evaluation_due__isnull", False)),
                fields=["evaluation_due"],
                name="outside_to_evaluate",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="outside",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="endings",
                to="referrals.outside",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="referral",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="endings",
                to="referrals.referral",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="word",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="ending",
                to="referrals.word",
            ),
        ),
        migrations.AddIndex(
            model_name="ending",
            index=models.Index(fields=["referral", "at"], name="endings_in_order"),
        ),
        migrations.AddIndex(
            model_name="ending",
            index=models.Index(fields=["outside", "at"], name="outside_endings_in_order"),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outside__isnull", True), ("referral__isnull", False)),
                    models.Q(("outside__isnull", False), ("referral__isnull", True)),
                    _connector="OR",
                ),
                name="an_ending_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", True), ("amount_shown", False), ("currency", "")),
                    models.Q(("amount__gt", 0), ("outcome", "won"), models.Q(("currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="an_amount_was_won",
            ),
        ),
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop),
    ]
