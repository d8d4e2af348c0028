import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_relationships"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("overruled", models.BooleanField(default=False)),
                ("answer", models.CharField(blank=True, max_length=10)),
                ("answered_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AskOverruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(
                condition=models.Q(("kind", "asked")), fields=["owner"], name="people_interaction_asked"
            ),
        ),
        migrations.AddField(
            model_name="ask",
            name="interaction",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="ask", to="people.interaction"
            ),
        ),
        migrations.AddField(
            model_name="askoverruling",
            name="contact",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.contact"
            ),
        ),
        migrations.AddField(
            model_name="askoverruling",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
