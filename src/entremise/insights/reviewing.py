"""The four questions, each with the facts that speak to it: of the profile, who has it, the referrals (R27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.accounts.queries import MemberCard
from entremise.people.queries import handing, profiles
from entremise.protocol import diagnosis, looking_back, upkeep
from entremise.protocol.diagnosis import Facts, Prepared
from entremise.protocol.looking_back import Opened, Opening
from entremise.protocol.overruled import tellable
from entremise.protocol.policy import Policy
from entremise.referrals.queries import reviews
from entremise.referrals.queries.reviews import OwnCard, ReviewCard, ReviewGone


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """One month's or one streak's questions as its member sees them.

    `facts` are today's while they wait for an answer or are answered again, and those of that day once they were
    answered. `card` is what was said so far, None where nothing was. `own` are the member's own questions of today,
    `waits` says whether an answer is wanted, `changeable` whether one can be given, or replaced.
    """

    key: str
    opened: Opened
    facts: Facts
    questions: tuple[Prepared, ...]
    card: ReviewCard | None
    own: tuple[OwnCard, ...]
    waits: bool
    changeable: bool

    @property
    def answered(self) -> bool:
        """Whether the member has said what they can, and nothing has come since that they are asked about."""
        return self.card is not None and self.card.answered_at is not None and not self.waits


def facts(*, member: MemberCard, about: tuple[str, ...], now: datetime, policy: Policy) -> Facts:
    """Return what is known today, of the introductions with these uids where it is of single ones; in nine queries.

    Nothing in it says who the client is, who overruled anything, or what anybody answered at an evaluation (R4, R12).
    """
    today = member.today(now)
    found = reviews.material(member=member, about=about)
    profile, hands = profiles.mine(owner_pk=member.pk), handing.facts(owner_pk=member.pk)
    written = profile if profile and profile.version and not profile.text.is_empty else None
    return Facts(
        on=today,
        profile_days=(today - member.today(written.updated_at)).days if written else None,
        profile_missing=written.text.missing if written else (),
        people=hands.people,
        behind=hands.behind,
        handed_first=hands.first_on,
        handed_on=hands.last_on,
        overruled=tellable(found.overruled, today=today, policy=policy),
        reviewed=found.reviewed,
        here=found.here,
        asked=found.asked,
        lacking=found.lacking,
        thanks=upkeep.count(upkeep.thanks_kept(one, now=now, policy=policy) for one in found.courses),
        contact=upkeep.count(upkeep.contact_kept(one, now=now, policy=policy) for one in found.courses),
        news=upkeep.count(upkeep.news_kept(one, now=now, policy=policy) for one in found.courses),
        outcomes=found.outcomes,
    )


def review(*, member: MemberCard, key: str, again: bool = False, now: datetime, policy: Policy) -> ReviewPage:
    """Return the questions with this key, open or answered earlier; `again` where they are about to be answered again.

    Raises ReviewGone for any other (R44).
    """
    today, received = member.today(now), reviews.received(member=member)
    every = looking_back.openings(received, today=today, policy=policy)
    opening = next((one for one in every if one.key == key), None)
    card = next(iter(reviews.reviews(member=member, key=key)), None)
    if card is None and opening is None:
        raise ReviewGone(key)
    done = {key: member.today(card.answered_at)} if card and card.answered_at else {}
    waits = opening is not None and looking_back.waits(opening, received, today=today, answered=done, policy=policy)
    changeable = waits or reviews.latest_key(member=member) == key
    known = _known(member, opening if waits or (again and changeable) else None, card, now=now, policy=policy)
    return ReviewPage(
        key=key,
        opened=looking_back.opened_by(key),
        facts=known,
        questions=diagnosis.prepared(known, policy=policy),
        card=card,
        own=reviews.own_questions(member=member),
        waits=waits,
        changeable=changeable,
    )


def _known(
    member: MemberCard, opening: Opening | None, card: ReviewCard | None, *, now: datetime, policy: Policy
) -> Facts:
    """Today's facts where the questions are to be answered and are open, those of that day otherwise."""
    if opening is None and card is not None:
        return card.facts
    return facts(member=member, about=opening.about if opening else (), now=now, policy=policy)
