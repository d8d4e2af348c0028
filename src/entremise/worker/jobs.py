"""The table of what the worker does: how each job's letter is written, and what it looks after by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from entremise.lib import law
from entremise.lib.chance import Chance
from entremise.outbox.actions import Renderer, forget
from entremise.people.actions import forget_imports
from entremise.referrals.actions import evaluating_outside, leads, outside_letters, rights
from entremise.referrals.actions.advance import advance_due
from entremise.referrals.actions.erasing import counted
from entremise.referrals.actions.evaluating import ask_due
from entremise.referrals.actions.evaluation_letters import renderers as evaluation_renderers
from entremise.referrals.actions.giver_letters import renderers as giver_renderers
from entremise.referrals.actions.leaving import leave_due
from entremise.referrals.actions.letters import renderers
from entremise.referrals.actions.promotion_letters import renderers as promotion_renderers
from entremise.referrals.actions.repair_letters import renderers as repair_renderers
from entremise.referrals.actions.retention import erase_due
from entremise.worker import account_jobs, bounce_jobs, notebook_jobs, reach_jobs, review_jobs
from entremise.worker.erased import unless_erased
from entremise.worker.hourly import Hourly

Periodic: TypeAlias = Callable[[datetime, Chance], int]

IMPORT_WAITS = timedelta(days=1)  # an address book nobody confirmed by then is erased
KEPT_AFTER_SETTLING = timedelta(days=90)  # long after the last retry of anything that could repeat a key


def forget_old_messages(now: datetime, chance: Chance) -> int:
    """Erase what was sent or given up a season ago (R48); return how many rows went."""
    del chance  # nothing is drawn here
    return counted("outbox", lambda: forget(before=now - KEPT_AFTER_SETTLING), now=now)


def forget_old_imports(now: datetime, chance: Chance) -> int:
    """Erase the address books that were read and never confirmed (R48); return how many."""
    del chance  # nothing is drawn here
    return counted("imports", lambda: forget_imports(before=now - IMPORT_WAITS), now=now)


def advance_needs(now: datetime, chance: Chance) -> int:
    """Live through what time brings about for needs (R6a, R7); return how many moved."""
    return advance_due(now=now, chance=chance, policy=law.policy())


def forget_old_leads(now: datetime, chance: Chance) -> int:
    """Erase the leads that nobody needs any more (R48); return how many."""
    del chance  # nothing is drawn here
    before = now - timedelta(days=law.policy().leads_kept)
    return counted("leads", lambda: leads.forget_old(before=before), now=now)


def ask_evaluations(now: datetime, chance: Chance) -> int:
    """Ask about the matches whose time has come (R14); return how many."""
    policy = law.policy()
    here = ask_due(now=now, chance=chance, policy=policy)
    return here + evaluating_outside.ask_due(now=now, chance=chance, policy=policy)


def erase_old(now: datetime, chance: Chance) -> int:
    """Erase what has served its time (R48); return how much."""
    del chance  # nothing is drawn here
    return erase_due(now=now, policy=law.policy())


def let_leave(now: datetime, chance: Chance) -> int:
    """Let members leave whose time has come (R47); return how many."""
    return leave_due(now=now, chance=chance, policy=law.policy())


# Job name → the function that writes its letter from what is true at that instant; None = the wall says no.
_LETTERS: Mapping[str, Renderer] = {
    **account_jobs.LETTERS,
    **notebook_jobs.LETTERS,
    **review_jobs.LETTERS,
    **renderers(law.policy()),
    **evaluation_renderers(law.policy()),
    **repair_renderers(law.policy()),
    **promotion_renderers(law.policy()),
    **giver_renderers(law.policy()),
    **outside_letters.renderers(law.policy()),
    **rights.renderers(law.policy()),
}
RENDERERS: Mapping[str, Renderer] = {name: unless_erased(write) for name, write in _LETTERS.items()}

# Run about once a second: each looks for what has come due, acts, and returns how much it did.
PERIODIC: tuple[Periodic, ...] = (
    advance_needs,
    ask_evaluations,
    Hourly(forget_old_messages),
    Hourly(forget_old_imports),
    Hourly(forget_old_leads),
    Hourly(erase_old),
    Hourly(let_leave),
    *account_jobs.JOBS,
    *bounce_jobs.JOBS,
    *notebook_jobs.JOBS,
    *reach_jobs.JOBS,
    *review_jobs.JOBS,
)
