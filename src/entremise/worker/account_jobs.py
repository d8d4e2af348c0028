"""What the worker does for the accounts: their letters, and what they forget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from entremise.accounts import actions
from entremise.accounts.actions import looks
from entremise.lib.chance import Chance
from entremise.outbox.actions import Renderer
from entremise.referrals.actions.erasing import counted
from entremise.referrals.queries.refusals import wants_peace
from entremise.worker.hourly import Hourly

LETTERS: Mapping[str, Renderer] = {
    actions.ACCOUNT_MAIL: actions.render_account_mail,
    actions.NOTICE_MAIL: actions.render_notice,
    looks.LOOKED_MAIL: looks.render_looked,
    actions.ADDRESS_MAIL: actions.render_address_mail,
    actions.INVITATION_MAIL: partial(actions.render_invitation, unwanted=wants_peace),
}


def forget_in_accounts(now: datetime, chance: Chance) -> int:
    """Erase what the accounts need no more (R48): whom expired invitations were for, tries, changes of address."""
    del chance  # nothing is drawn here
    invited = counted("invitations", lambda: actions.forget_invitations(now=now), now=now)
    moved = counted("addresses", lambda: actions.forget_address_changes(now=now), now=now)
    return invited + moved + actions.forget_tries(now=now)


def forget_ended_sessions(now: datetime, chance: Chance) -> int:
    """Erase the sessions whose time is over (R48); return how many."""
    del now, chance  # sessions end by their own clock
    return actions.forget_ended_visits()


JOBS = (Hourly(forget_in_accounts), Hourly(forget_ended_sessions))
