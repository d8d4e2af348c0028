"""A need held against the receiver's profile, where the giver may see it (R12, R44); without one, the giver's notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas, client_kinds, trades
from entremise.people.queries import ContactCard, profiles
from entremise.people.queries.profiles import ProfileCard
from entremise.protocol.care import Answers, Question
from entremise.protocol.relevance import Proposal, Sought, propose, refused
from entremise.protocol.types import Urgency
from entremise.referrals.mapping import NeedDraft

_AMOUNT = re.compile(r"(\d{1,3}(?:[ .\u00a0\u202f]\d{3})+|\d+)(?:,\d+)?\s*(k\b)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A profile the giver may see, and what it proposes for each question (R12)."""

    profile: ProfileCard
    owner: MemberCard
    proposals: Mapping[Question, Proposal]


def held_against(*, giver: MemberCard, receiver: ContactCard, draft: NeedDraft, now: datetime) -> Held | None:
    """Return what the receiver's profile says of a need; None where the giver may see none (R44)."""
    profile = profiles.of_contact(reader=giver, contact=receiver)
    owner = members.by_pk(profile.owner_pk) if profile else None
    if profile is None or owner is None:
        return None
    offer = profile.text.offer(trade=owner.trade)
    return Held(profile=profile, owner=owner, proposals=propose(offer, sought(draft), today=giver.today(now)))


def answers(*, draft: NeedDraft, held: Held | None) -> Answers:
    """Return the answers to the test, held against the profile. Raises ValueError while one is missing."""
    return replace(draft.answers(), against_profile=refused(held.proposals) if held else frozenset())


def sought(draft: NeedDraft) -> Sought:
    """Return what a draft looks for, in the words by which a profile may name it."""
    return Sought(
        trade=draft.trade,
        trade_names=_trade_names(draft),
        client_kind=draft.client_kind,
        kind_names=_kind_names(draft.client_kind),
        area=tuple(place.code for place in areas.lineage(draft.area)) if draft.area else (),
        urgency=Urgency(draft.urgency) if draft.urgency else Urgency.NOW,
        wanted_by=draft.wanted_by,
        budget=amount(draft.budget),
    )


def _trade_names(draft: NeedDraft) -> tuple[str, ...]:
    if not draft.trade:
        return tuple(filter(None, (draft.trade_words,)))
    listed = trades.trade(draft.trade)
    return (listed.name_fr, listed.name_fr_feminine, listed.name_en)


def _kind_names(key: str) -> tuple[str, ...]:
    if not key:
        return ()
    kind = client_kinds.client_kind(key)
    return (kind.phrase_fr, kind.phrase_en)


def amount(words: str) -> int | None:
    """Return the largest amount written in words such as "de 5 000 à 8 000 €" or "8k"; None where there is none."""
    found = [
        int(re.sub(r"\D", "", number)) * (1000 if thousands else 1) for number, thousands in _AMOUNT.findall(words)
    ]
    return max(found, default=None)
