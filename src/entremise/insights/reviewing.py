"""The four questions, each with the facts that speak to it: of the profile, who has it, the referrals (R27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.accounts.queries import MemberCard
from entremise.people.queries import handing, profiles
from entremise.protocol import diagnosis, upkeep
from entremise.protocol.diagnosis import Facts, Opened, Opening, Prepared
from entremise.protocol.overruled import tellable
from entremise.protocol.policy import Policy
from entremise.referrals.queries import reviews
from entremise.referrals.queries.reviews import OwnCard, ReviewCard, ReviewGone


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """One month's or one streak's questions as its member sees them.

    `facts` are today's while they wait for an answer, and those of that day once they were answered. `card` is what was
    said so far, None where nothing was. `own` are the member's own questions of today, `changeable` says whether an
    answer can be given, or replaced.
    """

    key: str
    opened: Opened
    facts: Facts
    questions: tuple[Prepared, ...]
    card: ReviewCard | None
    own: tuple[OwnCard, ...]
    changeable: bool

    @property
    def answered(self) -> bool:
        """Whether the member has said what they can."""
        return self.card is not None and self.card.answered_at is not None


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


def review(*, member: MemberCard, key: str, now: datetime, policy: Policy) -> ReviewPage:
    """Return the questions with this key, open or answered earlier. Raises ReviewGone for any other (R44)."""
    today = member.today(now)
    every = diagnosis.openings(reviews.received(member=member), today=today, policy=policy)
    opening = next((one for one in every if one.key == key), None)
    card = next(iter(reviews.reviews(member=member, key=key)), None)
    if card is None and opening is None:
        raise ReviewGone(key)
    waits = opening is not None and (card is None or card.answered_at is None)
    known = _known(member, opening if waits else None, card, now=now, policy=policy)
    return ReviewPage(
        key=key,
        opened=diagnosis.opened_by(key),
        facts=known,
        questions=diagnosis.prepared(known, policy=policy),
        card=card,
        own=reviews.own_questions(member=member),
        changeable=waits or reviews.latest_key(member=member) == key,
    )


def _known(
    member: MemberCard, opening: Opening | None, card: ReviewCard | None, *, now: datetime, policy: Policy
) -> Facts:
    """Today's facts while the questions wait, those of that day afterwards."""
    if opening is None and card is not None:
        return card.facts
    return facts(member=member, about=opening.about if opening else (), now=now, policy=policy)
