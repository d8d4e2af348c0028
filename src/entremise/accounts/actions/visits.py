"""Sessions as their member sees them, and ending them."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.models import Visit
from entremise.lib.chance import Chance


def _store() -> SessionBase:
    return import_module(settings.SESSION_ENGINE).SessionStore()  # type: ignore[no-any-return]


def begin_visit(*, member_pk: int, session_key: str, browser: str, system: str, now: datetime, chance: Chance) -> None:
    """Write down that a session of this member begins, on what kind of device."""
    member = queries.by_pk(member_pk)
    if member is None:
        return
    seen = {"member_id": member_pk, "browser": browser[:20], "system": system[:20], "since": now}
    Visit.objects.update_or_create(
        session_key=session_key, defaults={**seen, "seen_on": member.today(now), "uid": chance.uid()}
    )


def see_visit(*, member_pk: int, session_key: str, now: datetime) -> None:
    """Write down that the session is used today."""
    member = queries.by_pk(member_pk)
    if member is not None:
        Visit.objects.filter(member_id=member_pk, session_key=session_key).update(seen_on=member.today(now))


def move_visit(*, old_key: str, session_key: str) -> None:
    """The same session goes on under another key."""
    Visit.objects.filter(session_key=old_key).update(session_key=session_key)


def end_visit(*, member_pk: int, uid: str) -> None:
    """End one session of the member's; somebody else's, or one that has ended, is left alone."""
    with transaction.atomic():
        _end(list(Visit.objects.filter(member_id=member_pk, uid=uid)))


def end_other_visits(*, member_pk: int, session_key: str) -> int:
    """End every session of the member's but the one with this key ("" ends all); return how many ended."""
    with transaction.atomic():
        return _end(list(Visit.objects.filter(member_id=member_pk).exclude(session_key=session_key)))


def close_visit(*, session_key: str) -> None:
    """Forget the session that has just been signed out of."""
    Visit.objects.filter(session_key=session_key).delete()


def _end(rows: list[Visit]) -> int:
    store = _store()
    for row in rows:
        store.delete(row.session_key)
        row.delete()
    return len(rows)


def forget_ended_visits() -> int:
    """Erase the sessions whose time is over (R48), by the clock of the sessions themselves; return how many."""
    type(_store()).clear_expired()
    with transaction.atomic():
        gone = Visit.objects.exclude(session_key__in=Session.objects.values("session_key"))
        return gone.delete()[0]
