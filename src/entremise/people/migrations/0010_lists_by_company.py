from typing import Any

from django.conf import settings
from django.db import migrations, models

from entremise.protocol.folding import plain_words

_AT_ONCE = 500


def put_in_order(apps: Any, schema_editor: Any) -> None:
    """Whoever is written down already stands under their company too; nothing else about them changes."""
    contact = apps.get_model("people", "Contact")
    last = 0
    while some := list(contact.objects.filter(pk__gt=last).order_by("pk").only("pk", "company")[:_AT_ONCE]):
        for row in some:
            words = " ".join(plain_words(row.company))
            row.company_key = f"0 {words}"[:200] if row.company else "1"
        contact.objects.bulk_update(some, ["company_key"])
        last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_files_in_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="company_key",
            field=models.CharField(default="", editable=False, max_length=200),
        ),
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["owner", "company_key", "sort_key", "id"],
                name="people_contact_by_company",
                condition=models.Q(removed_at__isnull=True),
            ),
        ),
    ]
