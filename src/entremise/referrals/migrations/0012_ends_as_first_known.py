from datetime import datetime
from itertools import takewhile
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NEVER, _ASIDE = "never_reached", "set_aside"
_FAILURES = {"lost", "not_a_fit", "no_need", _NEVER}


def mend(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give each end the day on which it was first known, of those whose history tells it, and take back the first
    contact that never reached, or set aside, had been taken for."""
    del editor
    endings = apps.get_model("referrals", "Ending")
    for name in ("referral", "outside"):
        for row in apps.get_model("referrals", name).objects.exclude(outcome="").order_by("pk").iterator():
            by = "giver" if getattr(row, "direction", "") == "given" else "receiver"
            said = endings.objects.filter(**{name: row}, by=by).order_by("-at", "-pk")
            _mend(row, list(said.values_list("outcome", "at")))


def _mend(row: Any, said: list[tuple[str, datetime]]) -> None:
    alike = _FAILURES if row.outcome in _FAILURES else {row.outcome}
    known = [at for _outcome, at in takewhile(lambda one: one[0] in alike, said)]
    if not known:
        return
    row.outcome_at = known[-1]
    taken_for = {at for outcome, at in said if row.outcome == _NEVER or outcome in (_NEVER, _ASIDE)}
    if row.outcome in (_NEVER, _ASIDE) and row.contacted_at in taken_for:
        row.contacted_at = None
    row.save(update_fields=["outcome_at", "contacted_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0011_words_mailed_from_outside"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
