"""The four digits that show a person at work, and the rest a link takes from too many guesses (R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db import transaction
from django.db.models import F

from entremise.lib import links
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import Policy
from entremise.referrals.models import Carried, Evaluation, Lead, Referral, Request, RightsLink

Guarded: TypeAlias = Carried | Request | Referral | Evaluation | Lead | RightsLink
_COUNT = 4
_DOUBLINGS = 16  # far beyond the longest rest, and short of what an interval of time can hold


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who answers, as far as the door knows: the link's token, the digits typed, a signed-in member's address hash."""

    token: str
    digits: str = ""
    member_hash: str = ""
    language: str = "fr"

    def is_member(self, address_hash: str) -> bool:
        """Tell whether a signed-in member's session stands for the digits: it is the person's own (R6)."""
        return bool(self.member_hash) and links.same(self.member_hash, address_hash)


class WrongDigits(Refusal):
    """The four digits are not those of the mail (R6)."""


class Paused(Refusal):
    """Too many wrong digits: the link rests for a while (R6)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def check(row: Guarded, caller: Caller, *, purpose: str, now: datetime, policy: Policy) -> None:
    """Return if the digits typed are those of this row's link; raise WrongDigits or Paused (R6).

    Only four digits are a guess: an empty or broken field is refused and counts for nothing, so that a machine
    that submits forms cannot make a person wait.
    """
    if row.paused_until and now < row.paused_until:
        raise Paused(row.paused_until)
    typed = "".join(caller.digits.split())
    if links.same(typed, links.code(purpose, row.uid, count=_COUNT, secret=links.site_secret())):
        if row.wrong_tries:
            type(row).objects.filter(pk=row.pk).update(wrong_tries=0, paused_until=None)
        return
    if len(typed) == _COUNT and typed.isdecimal():
        _count_guess(row, now=now, policy=policy)
    raise WrongDigits


@transaction.atomic
def _count_guess(row: Guarded, *, now: datetime, policy: Policy) -> None:
    """Count a guess; every `digits_tries` of them the link rests, each time twice as long, at most a day (R6)."""
    rows = type(row).objects.filter(pk=row.pk)
    rows.update(wrong_tries=F("wrong_tries") + 1)
    rests, more = divmod(rows.values_list("wrong_tries", flat=True).get(), policy.digits_tries)
    if not more:
        rest = min(policy.digits_pause * 2 ** min(rests - 1, _DOUBLINGS), policy.digits_pause_most)
        rows.update(paused_until=now + rest)
