"""It is our turn to help: what each person who recommended a member looks for, held against the member's book (R42)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas, client_kinds, trades
from entremise.people import queries as people
from entremise.people.queries import ContactCard, ContactLine, helping, profiles
from entremise.people.queries.helping import Candidate
from entremise.people.queries.profiles import ProfileCard
from entremise.protocol.guard import clean_name
from entremise.protocol.helping import Known, Looking, Match, best, words_wanted
from entremise.referrals.models import Outside, Referral
from entremise.referrals.queries.outside import Direction

MOST_PEOPLE, MOST_MATCHES = 12, 5
_ROWS, _CANDIDATES = 200, 400


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A contact who may be whom somebody looks for, and why."""

    line: ContactLine
    match: Match


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One person who recommended the member, and whom the member could recommend to them.

    `card` is None where they are not in the member's book; `profile` where it may not be read (R44): then what they
    look for rests on what the book itself says they do. `trade` is theirs: whoever shares it is not proposed.
    """

    name: str
    since: datetime
    card: ContactCard | None
    profile: ProfileCard | None
    trade: str
    looking: Looking
    proposed: tuple[Proposed, ...]


def our_turn(*, member: MemberCard) -> tuple[Turn, ...]:
    """Return those who recommended the member, lately first, each with the best matches of the member's own book.

    A dozen queries, whatever the number of people and contacts.
    """
    givers, others = _givers(member), _others(member)
    book = helping.with_addresses(owner_pk=member.pk, addresses=[one.email for one, _at in givers])
    here = [(book.get(one.email, 0), clean_name(one.name), at) for one, at in givers]
    known = {pk for pk, _name, _at in here}
    who = [*here, *((pk, "", at) for pk, at in others if pk not in known)]
    who = sorted(who, key=lambda one: one[2], reverse=True)[:MOST_PEOPLE]
    cards = people.contacts_by_pks(owner_pk=member.pk, pks=[pk for pk, _name, _at in who if pk])
    shown = profiles.of_contacts(reader=member, contacts=list(cards.values()))
    trades_of = _trades(shown.values())
    turns = [_turn(cards.get(pk), name, at, shown.get(pk), trades_of) for pk, name, at in who]
    wanted = frozenset(word for one in turns for word in words_wanted(one.looking))
    candidates = helping.answering(owner=member, words=wanted, limit=_CANDIDATES)
    tried = _tried(member, [pk for pk, _name, _at in who if pk])
    return tuple(_with_matches(one, candidates, tried) for one in turns)


def _givers(member: MemberCard) -> list[tuple[MemberCard, datetime]]:
    """The members who recommended this one here, each once, the latest introduction first."""
    rows = Referral.objects.filter(receiver_hash=member.address_hash, introduced_at__isnull=False)
    latest: dict[int, datetime] = {}
    for pk, at in rows.order_by("-moved_at").values_list("giver_id", "introduced_at")[:_ROWS]:
        if at is not None:
            latest[pk] = max(at, latest.get(pk, at))
    cards = members.by_pks(latest)
    return [(cards[pk], at) for pk, at in latest.items() if pk in cards]


def _others(member: MemberCard) -> list[tuple[int, datetime]]:
    """The contacts who recommended the member outside (R23b), each once."""
    rows = Outside.objects.filter(owner_id=member.pk, direction=Direction.RECEIVED.value, other__removed_at=None)
    latest: dict[int, datetime] = {}
    for pk, at in rows.order_by("-moved_at").values_list("other_id", "arrived_at")[:_ROWS]:
        latest[pk] = max(at, latest.get(pk, at))
    return list(latest.items())


def _tried(member: MemberCard, receivers: Sequence[int]) -> frozenset[tuple[int, int]]:
    """Whom the member has recommended to them already, whatever came of it."""
    made = Referral.objects.filter(giver_id=member.pk, receiver_id__in=receivers)
    return frozenset(made.values_list("receiver_id", "need__client_id"))


def _trades(shown: Iterable[ProfileCard]) -> Mapping[int, str]:
    """The trades of those whose profiles the member may read."""
    return {pk: card.trade for pk, card in members.by_pks(one.owner_pk for one in shown).items()}


def _turn(
    card: ContactCard | None, name: str, since: datetime, profile: ProfileCard | None, trades_of: Mapping[int, str]
) -> Turn:
    own = trades_of.get(profile.owner_pk, "") if profile else ""
    return Turn(
        name=card.name if card else name,
        since=since,
        card=card,
        profile=profile,
        trade=own or (card.trade if card else ""),
        looking=_from_profile(profile) if profile else _from_book(card),
        proposed=(),
    )


def _from_profile(profile: ProfileCard) -> Looking:
    text = profile.text
    return Looking(
        kinds={key: client_kinds.names(key) for key in text.client_kinds},
        lines=text.markets,
        against=text.not_for_me,
        places=tuple(tuple(place.code for place in areas.lineage(code)) for code in text.areas),
    )


def _from_book(card: ContactCard | None) -> Looking:
    """What the member's own notes say that somebody does well, and what is not for them; where, they do not say."""
    if card is None:
        return Looking(kinds={})
    return Looking(kinds={}, lines=_lines(card.does), against=_lines(card.does_not))


def _lines(words: str) -> tuple[str, ...]:
    return tuple(line for one in words.splitlines() if (line := one.strip(" -–•\t")))


def _with_matches(turn: Turn, candidates: Iterable[Candidate], tried: frozenset[tuple[int, int]]) -> Turn:
    """Those who fit: not the person themself, of their trade, met through them, or recommended to them before."""
    if turn.card is None:
        return turn
    own = turn.card.pk
    lines: Mapping[str, ContactLine] = {
        one.line.uid: one.line
        for one in candidates
        if one.line.pk != own
        and one.through != own
        and (own, one.line.pk) not in tried
        and not (turn.trade and one.line.trade == turn.trade)
    }
    found = best(turn.looking, (_known(line) for line in lines.values()), most=MOST_MATCHES)
    proposed = tuple(Proposed(line=lines[one.uid], match=one) for one in found)
    return replace(turn, proposed=proposed)


def _known(line: ContactLine) -> Known:
    trade = trades.trade(line.trade) if line.trade else None
    words = (line.company, line.position, line.trade_text, *((trade.name_fr, trade.name_en) if trade else ()))
    place = tuple(one.code for one in areas.lineage(line.area)) if line.area else ()
    return Known(uid=line.uid, words=tuple(filter(None, words)), place=place)
