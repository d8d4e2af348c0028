from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from entremise.lib import links

_JOB, _SENT, _EMAIL = "referral/outside_word", "sent", "email"


def find_where_words_went(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Write down where each word left for, of those whose message is still known: the address it is written to today,
    as nothing else was kept."""
    del editor
    words, ways = apps.get_model("referrals", "Word"), apps.get_model("people", "ContactWay")
    left = apps.get_model("outbox", "Message").objects.filter(job=_JOB, state=_SENT)
    for payload in left.values_list("payload", flat=True).iterator():
        word = words.objects.filter(uid=payload["word"], outside__isnull=False).select_related("outside").first()
        if word is None or word.outside is None:
            continue
        mine = ways.objects.filter(contact_id=word.outside.other_id, kind=_EMAIL)
        way = mine.order_by("-preferred", "position").first()
        if way is not None:
            address = way.value.strip().lower()
            word.mailed_to = links.keyed_hash(address, purpose="address", secret=links.site_secret())
            word.save(update_fields=["mailed_to"])


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0010_four_questions"),
        ("people", "0008_small_attentions"),
        ("outbox", "0003_what_mails_are_about"),
    ]

    operations = [
        migrations.AddField(
            model_name="word",
            name="mailed_to",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="word",
            index=models.Index(
                condition=models.Q(("mailed_to", ""), _negated=True), fields=["mailed_to"], name="words_mailed_to"
            ),
        ),
        migrations.RunPython(find_where_words_went, migrations.RunPython.noop),
    ]
