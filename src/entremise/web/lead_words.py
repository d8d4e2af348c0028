"""The words of leads, to whoever sent one and whoever received one (R2, R20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entremise.lib import days
from entremise.protocol.duties import Owed
from entremise.referrals.actions import gratitude
from entremise.referrals.actions.leads import Came

CAME_LABELS: Mapping[str, Promise] = {
    Came.NOTHING.value: _("Nothing came of it"),
    Came.USEFUL.value: _("It was useful"),
    Came.NEED.value: _("There was a real need"),
}
TOLD: Mapping[str, Promise] = {
    gratitude.THANKS: _("You were thanked."),
    gratitude.OUTCOME: _("You were told what came of it."),
}
TOLD_BY_ME: Mapping[str, Promise] = {
    gratitude.THANKS: _("You said thank you."),
    gratitude.OUTCOME: _("You said what came of it."),
}


def thanks_due(owed: Sequence[Owed], *, now: datetime) -> str:
    """Return since when thanks are due to the giver; empty while there is time, or once they came (R22)."""
    late = [one for one in owed if one.late(now)]
    return gettext("since %(day)s") % {"day": days.said(late[0].due, weekday=True)} if late else ""


def thanks_owed(owed: Owed, *, now: datetime) -> str:
    """Return by when its receiver owes thanks for a lead, or since when (R20)."""
    words = gettext("a word of thanks, since %(day)s") if owed.late(now) else gettext("a word of thanks, by %(day)s")
    return words % {"day": days.said(owed.due, weekday=True)}
