import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0009_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(editable=False, max_length=26, unique=True)),
                ("text", models.CharField(max_length=200)),
                ("position", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("opened", models.CharField(choices=[("month", "month"), ("streak", "streak")], max_length=8)),
                ("facts", models.JSONField()),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReviewAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("message", "message"),
                            ("checked", "checked"),
                            ("markets", "markets"),
                            ("taught", "taught"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("asked", models.CharField(blank=True, default="", max_length=200)),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "yes"), ("partly", "partly"), ("no", "no")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("words", models.TextField(blank=True, default="")),
                (
                    "own",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="referrals.ownquestion",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="referrals.review"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="ownquestion",
            index=models.Index(fields=["member", "position", "id"], name="own_questions_in_order"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("member", "key"), name="one_review_of_a_key"),
        ),
        migrations.AddConstraint(
            model_name="reviewanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("own__isnull", True)),
                fields=("review", "question"),
                name="one_answer_to_each_of_four",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewanswer",
            constraint=models.UniqueConstraint(fields=("review", "own"), name="one_answer_to_each_own"),
        ),
        migrations.AddConstraint(
            model_name="reviewanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("own__isnull", False), ("question", "")),
                    models.Q(models.Q(("question", ""), _negated=True), ("own__isnull", True)),
                    _connector="OR",
                ),
                name="an_answer_is_to_one_question",
            ),
        ),
    ]
