"""What the worker does for what members learn: the look back at a month, for those who asked for it (R27, R28)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from entremise.accounts import queries as members
from entremise.accounts.actions.turns import REVIEW as SERIES
from entremise.accounts.actions.turns import stop_token, take_turns
from entremise.insights.monthly import look_back
from entremise.lib import law
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, one_click, render
from entremise.outbox.actions import Renderer
from entremise.referrals.actions.letters import address

REVIEW = "insights/review"


def send_reviews(now: datetime, chance: Chance) -> int:
    """Queue the look back for members whose first working day and hour have come (R27); return how many turns."""
    return take_turns(SERIES, job=REVIEW, now=now, chance=chance)


def write_review(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """The month as the member's own pages show it; None where nothing happened, or it is not wanted any more."""
    member = members.by_uid(str(payload["member"]))
    if member is None or not member.review_on:
        return None
    back = look_back(member=member, key=str(payload["about"]), now=now, policy=law.policy())
    if back is None:
        return None
    stop = address("review_stop", member.uid, stop_token(SERIES, member.uid))
    context = {
        "back": back,
        "url": address("learning"),
        "questions_url": address("questions_review", back.asked.key) if back.asked else "",
        "corrections_url": address("corrections"),
        "stop_url": stop,
    }
    return render(REVIEW, context, language=member.language, to=member.email, headers=one_click(stop))


LETTERS: Mapping[str, Renderer] = {REVIEW: write_review}
JOBS: tuple[Callable[[datetime, Chance], int], ...] = (send_reviews,)
