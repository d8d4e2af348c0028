"""A password, for whoever prefers one to codes by mail. Forgetting it costs nothing: a code still opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.actions import tries
from entremise.accounts.actions.notices import tell
from entremise.accounts.mapping import MemberCard, card
from entremise.accounts.models import Member
from entremise.lib.chance import Chance

# Wrong passwords for one address within the hour: after these, the wait doubles from one minute.
_FREE_TRIES = 5
_LONGEST_WAIT = timedelta(minutes=15)


class WeakPassword(ValueError):  # noqa: N818 - named as the fact it states
    """The password would not protect anybody; `reasons` says why, in the reader's language."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("weak")
        self.reasons = reasons


class WrongPassword(Exception):  # noqa: N818 - named as the fact it states
    """The address and the password do not belong together; it is not said which is wrong."""


def set_password(*, member_pk: int, password: str, now: datetime, chance: Chance) -> None:
    """Let the member come in with this password from now on; other sessions end. Raises WeakPassword."""
    with transaction.atomic():
        row = Member.objects.select_for_update().get(pk=member_pk)
        try:
            validate_password(password, user=row)
        except ValidationError as problem:
            raise WeakPassword(problem.messages) from problem
        row.password = make_password(password)
        row.save(update_fields=["password"])
        tell("password_set", member_uid=row.uid, now=now, chance=chance)


def remove_password(*, member_pk: int, now: datetime, chance: Chance) -> None:
    """Make every password wrong; other sessions end. Without a password nothing happens."""
    with transaction.atomic():
        row = Member.objects.select_for_update().get(pk=member_pk)
        if row.has_usable_password():
            row.password = UNUSABLE_PASSWORD_PREFIX + chance.uid()
            row.save(update_fields=["password"])
            tell("password_removed", member_uid=row.uid, now=now, chance=chance)


def try_password(*, email: str, password: str, now: datetime) -> MemberCard:
    """Return the member whose address and password these are. Raises WrongPassword, Slowly.

    The same work is done for an address that is nobody's. Wrong tries slow down this way in only: a code by
    mail and a passkey stay open, so that nobody can lock a member out.
    """
    who = queries.address_hash(email)
    wrong = tries.lately(tries.PASSWORD, who=who, now=now)
    if len(wrong) >= _FREE_TRIES:
        until = wrong[-1] + min(timedelta(minutes=2 ** (len(wrong) - _FREE_TRIES)), _LONGEST_WAIT)
        if now < until:
            raise tries.Slowly(until)
    row = Member.objects.filter(is_active=True, email=queries.normal_address(email)).first()
    if row is None or not row.has_usable_password():
        make_password(password)  # takes as long as looking at a real one
    elif row.check_password(password):
        tries.clear(tries.PASSWORD, who=who)
        return card(row)
    tries.note(tries.PASSWORD, who=who, now=now)
    raise WrongPassword
