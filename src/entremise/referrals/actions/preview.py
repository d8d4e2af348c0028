"""The exact mails of a referral before anything is sent (R6b): by the same hand, from the same wall. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from entremise.accounts.queries import MemberCard
from entremise.lib.mail import Letter
from entremise.people.queries import ContactCard
from entremise.protocol import referral as life
from entremise.protocol import wall
from entremise.protocol.consent import half_time
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral as Life
from entremise.protocol.referral import Reply, Send
from entremise.protocol.types import PERMISSIONS, Answer, Kind, Role
from entremise.protocol.wall import Projection, Seen
from entremise.referrals.actions.giving import asked_first, asked_people, carried_by_giver, new_need
from entremise.referrals.actions.letters import ask_letter
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Referral
from entremise.referrals.queries import statements
from entremise.referrals.queries.permissions import Permissions
from entremise.referrals.queries.rows import Rows
from entremise.referrals.queries.scenes import Scene

EXAMPLE: Final = "example"  # no request bears this uid: the link and the digits made from it open nothing


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One request as it will be delivered, and until when it would stand.

    `reminded_at` is when its one reminder would leave, None where there is none (R6c); `carried` whether the giver
    brings it (R6d).
    """

    kind: Kind
    letter: Letter
    until: datetime
    reminded_at: datetime | None
    carried: bool


def previews(
    *,
    giver: MemberCard,
    draft: NeedDraft,
    receiver: ContactCard,
    client: ContactCard,
    needed: Permissions,
    now: datetime,
    policy: Policy,
) -> tuple[Preview, ...]:
    """Return the requests in their order, those to referrers first (R38), dated as if everybody answered at once; the
    link is an example.

    The draft passes `giving.check`, which says what is `needed`.
    """
    need = new_need(giver=giver, draft=draft, client=client, uid=EXAMPLE, now=now, policy=policy)
    asked = asked_people({Role.RECEIVER: receiver, Role.CLIENT: client}, needed)
    carries = carried_by_giver(draft, people=asked, policy=policy)
    first = asked_first(needed)
    rows = Rows(
        need=need,
        giver=giver,
        referrals=[Referral(uid=EXAMPLE, need=need, receiver_id=receiver.pk, carries=carries, **first)],
        requests=[],
        contacts={contact.pk: contact for contact in asked.values()},
    )
    kinds = [kind for kind in Kind if kind not in PERMISSIONS or kind in {one.kind for one in needed.fresh}]
    answered = _answered_at_once(need.until, kinds, now=now, policy=policy)
    at = Scene(rows=rows, lives=(answered,), sheets={}, policy=policy)
    return tuple(_preview(kind, at, policy) for kind in kinds)


def _preview(kind: Kind, at: Scene, policy: Policy) -> Preview:
    role = kind.asked
    contact = at.rows.asked(at.rows.referrals[0], kind)
    language = contact.language or at.rows.giver.language
    request = at.lives[0].request(kind)
    seen = Seen.NAMED if kind is Kind.NAME else Seen.ASKED
    shown = at.disclosed_as(Projection(observer=role, seen=seen), 0, language=language)
    assert request is not None
    asked = statements.statement(at, 0, kind, shown, until=request.deadline, language=language)
    assert asked is not None, f"the wall lets {role} be asked"
    letter = ask_letter(asked, uid=EXAMPLE, to=contact.email, language=language)
    carried = role.value in at.rows.referrals[0].carries
    reminded_at = half_time(request) if policy.reminders and not carried else None
    return Preview(kind=kind, letter=letter, until=request.deadline, reminded_at=reminded_at, carried=carried)


def _answered_at_once(until: datetime, kinds: Sequence[Kind], *, now: datetime, policy: Policy) -> Life:
    """Play the referral through the protocol with a yes to everything, so that its dates are the real ones (R6a)."""
    first = [kind for kind in kinds if kind in PERMISSIONS]
    played = life.decide(Life(need_until=until, permissions=frozenset(first)), Send(), now=now, policy=policy).referral
    for kind in kinds:
        played = life.decide(played, Reply(kind, Answer.YES), now=now, policy=policy).referral
        if kind in first[:-1]:
            continue  # both are asked at once (R39)
        now += policy.hold
        if kind is not Kind.NAME:
            played = life.pass_time(played, now=now, policy=policy).referral
    return played


def known_at(role: Role, seen: Seen) -> frozenset[wall.Item]:
    """Return what somebody in this role knows once they see this much: a row of the wall's table."""
    return wall.KNOWS.get((role, seen), frozenset())
