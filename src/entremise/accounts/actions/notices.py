"""A mail to the member after each change to what lets them in: whoever did not make it learns of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from entremise.accounts import queries
from entremise.lib import mail
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue

NOTICE_MAIL = "account_notice"
CHANGES = (
    "password_set",
    "password_removed",
    "key_added",
    "key_removed",
    "second_on",
    "second_off",
    "codes_new",
)


def page_address(name: str, *arguments: str) -> str:
    """Return the full address of a page, as it stands in a letter."""
    return str(settings.ENTREMISE_SITE_URL).rstrip("/") + reverse(name, args=arguments)


def tell(change: str, *, member_uid: str, now: datetime, chance: Chance) -> None:
    """Queue the mail that names one change; belongs to the caller's transaction."""
    enqueue(
        job=NOTICE_MAIL,
        key=f"{NOTICE_MAIL}:{chance.uid()}",
        payload={"member": member_uid, "change": change, "at": now.isoformat()},
        due=now,
        now=now,
        chance=chance,
    )


def render_notice(payload: Mapping[str, JSON], now: datetime) -> mail.Letter | None:
    """Return the mail that says what changed and when, or None where the member has left."""
    del now  # what happened does not depend on when it is told
    member = queries.by_uid(str(payload["member"]))
    if member is None:
        return None
    context = {
        "change": str(payload["change"]),
        "at": datetime.fromisoformat(str(payload["at"])),
        "zone": member.time_zone,
        "site": mail.site_host(),
        "url": page_address("security"),
    }
    return mail.render("account/notice", context, language=member.language, to=member.email)
