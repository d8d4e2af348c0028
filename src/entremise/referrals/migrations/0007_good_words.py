from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0006_permissions"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="outside",
            name="to_promote",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="outside",
            name="promotion_due",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="to_promote",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="referral",
            name="promotion_due",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="word",
            name="about",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="word",
            name="how",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddIndex(
            model_name="outside",
            index=models.Index(
                condition=models.Q(("promotion_due__isnull", False)),
                fields=["owner", "promotion_due"],
                name="promotion_owed_outside",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("promotion_due__isnull", False)),
                fields=["receiver_hash", "promotion_due"],
                name="promotion_owed",
            ),
        ),
    ]
