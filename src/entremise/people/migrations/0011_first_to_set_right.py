from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def say_what_is_known(apps: Any, schema_editor: Any) -> None:
    """Whoever was not satisfied comes first from now on; what was put off lasts as it did, from the next day's contact."""
    bond = apps.get_model("people", "Bond")
    nothing_since = Q(last_contact=None) | Q(satisfaction_on=None) | Q(last_contact__lte=F("satisfaction_on"))
    bond.objects.filter(nothing_since, satisfaction="bad").update(to_set_right=True)
    for day in set(bond.objects.exclude(snoozed_on=None).values_list("snoozed_on", flat=True)):
        over = datetime.combine(day, time.max, tzinfo=UTC)
        bond.objects.filter(snoozed_on=day).update(snoozed_at=over)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0010_lists_by_company"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="bond",
            name="to_set_right",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="bond",
            name="snoozed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveIndex(model_name="bond", name="people_bond_due"),
        migrations.RunPython(say_what_is_known, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="bond",
            index=models.Index(
                fields=["owner", "-to_set_right", "-solidity", "due_on", "id"],
                name="people_bond_due",
                condition=models.Q(due_on__isnull=False),
            ),
        ),
    ]
