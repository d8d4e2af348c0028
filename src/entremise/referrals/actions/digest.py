"""The day's list: one mail of what a member owes, at their hour, when it is something (R22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from entremise.accounts import queries as members
from entremise.accounts.actions.turns import DIGEST as SERIES
from entremise.accounts.actions.turns import stop_token, take_turns
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, one_click, render
from entremise.outbox.actions import Renderer
from entremise.protocol.duties import Duty
from entremise.protocol.policy import Policy
from entremise.referrals.actions.letters import address
from entremise.referrals.queries.home import Everything, Home, everything, home

DIGEST = "referral/digest"


def enqueue_digests(*, now: datetime, chance: Chance) -> int:
    """Queue the day's list for every member whose hour has come; return how many turns were taken."""
    return take_turns(SERIES, job=DIGEST, now=now, chance=chance)


def renderer(policy: Policy) -> Renderer:
    """Return what writes the day's list from what is owed when it leaves."""
    write: Callable[[Policy, Mapping[str, JSON], datetime], Letter | None] = _write
    return partial(write, policy)


def _write(policy: Policy, payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """The member's list as their home shows it, through the wall; None when nothing is owed, or no list is wanted."""
    member = members.by_uid(str(payload["member"]))
    if member is None or not member.digest_on:
        return None
    found = _fresh(home(member=member, now=now, policy=policy), now)
    if not found.pressing:
        return None
    more = _more(found)
    stop = address("digest_stop", member.uid, stop_token(SERIES, member.uid))
    context = {
        "home": found,
        "zone": member.time_zone,
        "people": len(_waiting_people(everything(member=member, now=now, policy=policy) if more else found)),
        "more": more,
        "url": address("waiting" if more else "home"),
        "stop_url": stop,
    }
    headers = one_click(stop)
    return render("referral/digest", context, language=member.language, to=member.email, headers=headers)


def _fresh(found: Home, now: datetime) -> Home:
    """The home without good words whose week is over: no list names them day after day (R41)."""
    return replace(found, i_owe=tuple(line for line in found.i_owe if not line.gentle or line.due > now))


def _more(found: Home) -> int:
    """How many things wait that the list does not tell one by one; what is gentle is never among them (R41)."""
    told = sum(not line.gentle for line in found.i_owe)
    return found.counts.pressing - told - sum(map(len, (found.waiting, found.questions, found.matches, found.woken)))


def _waiting_people(found: Home | Everything) -> set[str]:
    """Who waits for a word of the member's: their number stands in the subject, never their names."""
    asking = {one.giver for one in found.waiting} | {one.person for one in found.questions}
    pressing = (line for line in found.i_owe if not line.gentle)
    return asking | {line.about if line.duty is Duty.CONTACT else line.person for line in pressing}
