"""The second proof: six digits of an app (RFC 6238), or one of ten emergency codes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.actions import tries
from entremise.accounts.actions.notices import tell
from entremise.accounts.models import SecondFactor
from entremise.lib import links, one_time
from entremise.lib.chance import Chance

_WRONG_MOST = 5


class WrongDigits(Exception):  # noqa: N818 - named as the fact it states
    """Neither the app's digits of this minute nor an unused emergency code."""


def begin_second(*, member_pk: int, now: datetime, chance: Chance) -> None:
    """Prepare a secret for the member's app; an active second factor is left as it is."""
    with transaction.atomic():
        row = SecondFactor.objects.select_for_update().filter(member_id=member_pk).first()
        if row is None or row.confirmed_at is None:
            fresh = {"uid": chance.uid(), "codes_uid": chance.uid(), "begun_at": now}
            SecondFactor.objects.update_or_create(member_id=member_pk, defaults=fresh)


def confirm_second(*, member_pk: int, digits: str, now: datetime, chance: Chance) -> None:
    """Ask for the second proof from now on: the app has shown that it holds the secret. Raises WrongDigits, Slowly."""
    row = _row(member_pk, active=False)
    _slow_down(row, now=now)
    counter = one_time.matching(queries.app_secret(row.uid), digits, now=now, after=0) if row else None
    if row is None or counter is None:
        _wrong(row, now=now)
        raise WrongDigits
    with transaction.atomic():
        begun = SecondFactor.objects.filter(pk=row.pk, confirmed_at__isnull=True)
        if begun.update(confirmed_at=now, counter=counter):
            tell("second_on", member_uid=row.member.uid, now=now, chance=chance)


def prove_second(*, member_pk: int, digits: str, now: datetime) -> None:
    """Return when the digits are the app's, or an emergency code, never used before. Raises WrongDigits, Slowly."""
    row = _row(member_pk, active=True)
    _slow_down(row, now=now)
    if row is None or not (_use_app(row, digits, now=now) or _use_code(row, digits)):
        _wrong(row, now=now)
        raise WrongDigits
    tries.clear(tries.SECOND, who=_who(row))


def remove_second(*, member_pk: int, digits: str, now: datetime, chance: Chance) -> None:
    """Ask for no second proof any more. Needs one last proof. Raises WrongDigits, Slowly."""
    prove_second(member_pk=member_pk, digits=digits, now=now)
    with transaction.atomic():
        row = SecondFactor.objects.select_related("member").get(member_id=member_pk)
        row.delete()
        tell("second_off", member_uid=row.member.uid, now=now, chance=chance)


def keep_codes(*, member_pk: int) -> None:
    """The member has the emergency codes: they are not shown again."""
    SecondFactor.objects.filter(member_id=member_pk).update(codes_kept=True)


def renew_codes(*, member_pk: int, now: datetime, chance: Chance) -> None:
    """Make ten new emergency codes; the old ones open nothing any more. Without a second factor nothing happens."""
    fresh = {"codes_uid": chance.uid(), "codes_used": 0, "codes_kept": False}
    with transaction.atomic():
        row = _row(member_pk, active=True)
        if row is not None:
            SecondFactor.objects.filter(pk=row.pk).update(**fresh)
            tell("codes_new", member_uid=row.member.uid, now=now, chance=chance)


def _row(member_pk: int, *, active: bool) -> SecondFactor | None:
    rows = SecondFactor.objects.filter(member_id=member_pk, confirmed_at__isnull=not active)
    return rows.select_related("member").first()


def _who(row: SecondFactor) -> str:
    return row.member.address_hash


def _slow_down(row: SecondFactor | None, *, now: datetime) -> None:
    if row is not None:
        wrong = tries.lately(tries.SECOND, who=_who(row), now=now)
        if len(wrong) >= _WRONG_MOST:
            raise tries.Slowly(wrong[-_WRONG_MOST] + tries.COUNTED[tries.SECOND])


def _wrong(row: SecondFactor | None, *, now: datetime) -> None:
    if row is not None:
        tries.note(tries.SECOND, who=_who(row), now=now)


def _use_app(row: SecondFactor, digits: str, *, now: datetime) -> bool:
    counter = one_time.matching(queries.app_secret(row.uid), digits, now=now, after=row.counter)
    if counter is None:
        return False
    # Of two answers with the same digits at the same instant, one moves the counter.
    return bool(SecondFactor.objects.filter(pk=row.pk, counter__lt=counter).update(counter=counter))


def _use_code(row: SecondFactor, digits: str) -> bool:
    typed = "".join(one for one in digits if one.isdecimal())
    for index in range(queries.CODES):
        if not row.codes_used >> index & 1 and links.same(typed, queries.recovery_code(row.codes_uid, index)):
            now_used = row.codes_used | 1 << index
            unused = SecondFactor.objects.filter(pk=row.pk, codes_uid=row.codes_uid, codes_used=row.codes_used)
            return bool(unused.update(codes_used=now_used))
    return False
