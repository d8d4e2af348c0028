"""What small corrections changed, and which one to try next (R28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from entremise.accounts.queries import MemberCard
from entremise.insights import reviewing
from entremise.people.queries import profiles
from entremise.people.queries.profiles import Difference, Version
from entremise.protocol import correction, diagnosis, looking_back, measure
from entremise.protocol.correction import Adopted, Compared, Proposal
from entremise.protocol.measure import Change, Verdict
from entremise.protocol.policy import Policy
from entremise.referrals.queries import corrections, reviews
from entremise.referrals.queries.measured import received


@dataclass(frozen=True, kw_only=True)
class Effect:
    """A correction, what came before and after it, and what changed in the profile meanwhile.

    `compared` and `change` are None of one that was dropped on its first day; `differs` where the profile says the
    same. `others` are the corrections adopted or dropped on the very day of this one.
    """

    adopted: Adopted
    compared: Compared | None
    change: Change | None
    differs: Difference | None
    others: tuple[Adopted, ...]


def effects(*, member: MemberCard, policy: Policy) -> tuple[Effect, ...]:
    """Return every correction of the member's, the latest first, in six queries at most (R28)."""
    own = corrections.adopted(member=member)
    if not own:
        return ()
    found = correction.periods(own, received=received(member=member), policy=policy)
    compared = {one.correction.uid: one for one in found}
    versions = profiles.versions(owner_pk=member.pk)
    by_uid = {one.uid: one for one in own}
    made = []
    for one in reversed(own):
        pair = compared.get(one.uid)
        made.append(
            Effect(
                adopted=one,
                compared=pair,
                change=measure.change(pair.before.tally, pair.after.tally, policy=policy) if pair else None,
                differs=_differs(one, versions, member=member),
                others=tuple(by_uid[uid] for uid in pair.together) if pair else (),
            )
        )
    return tuple(made)


def _differs(one: Adopted, versions: Sequence[Version], *, member: MemberCard) -> Difference | None:
    """What changed in the profile from the eve of its first day to its last."""
    zone = ZoneInfo(member.time_zone)
    until = datetime.combine(one.dropped_on, time(), tzinfo=zone) if one.dropped_on else None
    return profiles.difference(versions, since=one.profile_version, until=until)


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What to try next: the one correction first, then the others that something speaks for, all from today's facts.

    `review` is the key of the questions that were answered last, "" where none were.
    """

    proposals: tuple[Proposal, ...]
    review: str


def proposed(*, member: MemberCard, own: Sequence[Adopted], now: datetime, policy: Policy) -> Proposed:
    """Return what to try next, given the corrections the member adopted (R28); in fifteen queries at most.

    The answers are those given last; the facts are those of the introductions looked at today, and of the profile.
    """
    today = member.today(now)
    answered = next((one for one in reviews.reviews(member=member) if one.answered_at is not None), None)
    openings = looking_back.openings(reviews.received(member=member), today=today, policy=policy)
    about = dict.fromkeys(uid for one in openings for uid in one.about)
    facts = reviewing.facts(member=member, about=tuple(about), now=now, policy=policy)
    said = {one: answered.reply(one).said for one in diagnosis.Question} if answered else {}
    found = correction.propose(
        diagnosis.prepared(facts, policy=policy),
        answers={question: word for question, word in said.items() if word is not None},
        in_force={one.kind for one in own if one.holds(today)},
    )
    return Proposed(proposals=found, review=answered.key if answered else "")


def waits(effect: Effect, *, policy: Policy) -> bool:
    """Whether the period of a correction goes on, and only too few ends since keep it from being judged: another
    correction would end it too early."""
    if effect.compared is None or effect.change is None or effect.compared.after.stretch.until is not None:
        return False
    enough_before = effect.change.before.tally.ended >= policy.percent_from
    return effect.change.verdict is Verdict.TOO_EARLY and enough_before
