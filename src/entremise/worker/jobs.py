"""The table of what the worker does: how each job's letter is written, and what it looks after by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from entremise.accounts.actions import ACCOUNT_MAIL, render_account_mail
from entremise.lib.chance import Chance
from entremise.outbox.actions import Renderer, forget

Periodic: TypeAlias = Callable[[datetime, Chance], int]

KEPT_AFTER_SETTLING = timedelta(days=90)  # long after the last retry of anything that could repeat a key


def forget_old_messages(now: datetime, chance: Chance) -> int:
    """Erase what was sent or given up a season ago (R48); return how many rows went."""
    del chance  # nothing is drawn here
    return forget(before=now - KEPT_AFTER_SETTLING)


# Job name → the function that writes its letter from what is true at that instant; None = the wall says no.
RENDERERS: Mapping[str, Renderer] = {ACCOUNT_MAIL: render_account_mail}

# Run about once a second: each looks for what has come due, acts, and returns how much it did.
PERIODIC: tuple[Periodic, ...] = (forget_old_messages,)
