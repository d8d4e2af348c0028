import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def say_whose_they_are(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Point every proof to the request it is of: its person's, else the only one of its kind; and say of every standing
    permission whose it is. Who has moved to another address since is found by the second."""
    del editor
    proofs, requests = apps.get_model("referrals", "Proof"), apps.get_model("referrals", "Request")
    for proof in proofs.objects.filter(request=None).iterator():
        asked = list(requests.objects.filter(need_id=proof.need_id, kind=proof.kind).order_by("pk"))
        own = [row for row in asked if row.address_hash == proof.person] or (asked if len(asked) == 1 else [])
        if own:
            proofs.objects.filter(pk=proof.pk).update(request_id=own[-1].pk)
    apps.get_model("referrals", "Standing").objects.update(given_by=models.F("address_hash"))


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0012_ends_as_first_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="proof",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="referrals.request",
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="given_by",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["given_by"], name="standing_given_by"),
        ),
        migrations.RunPython(say_whose_they_are, migrations.RunPython.noop),
    ]
