from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(default=7),
        ),
        migrations.AddField(
            model_name="member",
            name="digest_on",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="member",
            name="mail_introduction_giver",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="member",
            name="mail_told_yes",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="member",
            name="mail_word",
            field=models.BooleanField(default=True),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest_hour__lte", 23)), name="accounts_digest_hour"
            ),
        ),
    ]
