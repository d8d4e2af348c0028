from email.parser import BytesHeaderParser

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def find_out(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write down of every mail that is there what its message was about, by their Message-ID."""
    messages = apps.get_model("outbox", "Message").objects
    for mail in apps.get_model("outbox", "Delivered").objects.iterator(chunk_size=50):
        header = BytesHeaderParser().parsebytes(bytes(mail.raw))["Message-ID"]
        about = messages.filter(message_id=str(header).strip()).values_list("payload", flat=True).first()
        if about:
            mail.about = about
            mail.save(update_fields=["about"])


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_pulse_and_freeze"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivered",
            name="about",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(find_out, migrations.RunPython.noop),
    ]
