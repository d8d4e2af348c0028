"""A running installation filled in one go with members who have a past, one of whom is signed in.

    python -m tests.e2e.invented

in the environment of the installation fills its empty database and prints, as JSON, who has the most to look at.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext

from tests.e2e.installation import Installation


@dataclass(frozen=True, kw_only=True)
class Member:
    """Whose pages are full: their session, and the uid of a correction with figures on both sides."""

    cookie: str  # what it is called
    session: str
    correction: str

    def sign_in(self, context: BrowserContext, *, url: str) -> None:
        """Let a window be theirs."""
        context.add_cookies([{"name": self.cookie, "value": self.session, "url": url}])


def filled(installation: Installation) -> Member:
    """Fill the empty database of a running installation, and return the member with the most to look at."""
    words = [sys.executable, "-m", "tests.e2e.invented"]
    said = subprocess.run(words, env=installation.environment, stdout=subprocess.PIPE, text=True, check=True)
    return Member(**json.loads(said.stdout.splitlines()[-1]))


def main() -> None:
    """Fill the database that the environment names."""
    import django

    django.setup()
    from django.conf import settings

    from entremise.accounts import models
    from entremise.lib import clock
    from tests.performance import data, measure

    data.build(data.Size(members=6, contacts=120, referrals=400, interactions=600), now=clock.now())
    row, correction = max(((row, _correction(row.pk)) for row in models.Member.objects.all()), key=_seen)
    found = {"cookie": settings.SESSION_COOKIE_NAME, "session": measure.session_of(row), "correction": correction}
    print(json.dumps(found))


def _correction(pk: int) -> str:
    """The uid of a correction of which something can be said, "" where there is none."""
    from entremise.accounts.queries import by_pk
    from entremise.insights import correcting
    from entremise.protocol.measure import Verdict
    from entremise.protocol.policy import DEFAULT

    member = by_pk(pk)
    assert member is not None
    effects = correcting.effects(member=member, policy=DEFAULT)
    told = (one for one in effects if one.change and one.change.verdict is not Verdict.TOO_EARLY)
    return next((one.adopted.uid for one in told), "")


def _seen(found: tuple[Any, str]) -> tuple[bool, int]:
    """How much there is to look at: a correction first, then how many letters of the radar have a figure."""
    from entremise.accounts.queries import by_pk
    from entremise.lib import clock
    from entremise.protocol.policy import DEFAULT
    from entremise.protocol.radar import radar
    from entremise.referrals.queries.judged import judged

    member = by_pk(found[0].pk)
    assert member is not None
    letters = radar(judged(giver=member), now=clock.now(), policy=DEFAULT).letters
    return bool(found[1]), sum(seen.good.says(DEFAULT) for one in letters for seen in (one.clear, one.minded))


if __name__ == "__main__":
    main()
