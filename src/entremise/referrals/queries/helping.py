"""It is our turn to help: what each person who recommended a member looks for, held against the member's book (R42)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas, client_kinds, trades
from entremise.people import queries as people
from entremise.people.queries import ContactCard, ContactLine, helping, meeting, profiles
from entremise.people.queries.helping import Candidate
from entremise.people.queries.profiles import ProfileCard
from entremise.protocol.guard import clean_name
from entremise.protocol.helping import Known, Looking, Match, best, words_wanted
from entremise.protocol.types import Kind
from entremise.referrals.models import Outside, Referral, Request
from entremise.referrals.queries.outside import Direction

MOST_PEOPLE, MOST_MATCHES = 12, 5
_ROWS, _CANDIDATES = 200, 200


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A contact who may be whom somebody looks for, and why."""

    line: ContactLine
    match: Match


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One person who recommended the member, and whom the member could recommend to them.

    `card` is None where they are not in the member's book; `entries` are all of theirs there, by primary key.
    `profile` is None where it may not be read (R44): then what they look for rests on what the book itself says they
    do. `trade` is theirs: whoever shares it is not proposed.
    """

    name: str
    since: datetime
    card: ContactCard | None
    entries: tuple[int, ...]
    profile: ProfileCard | None
    trade: str
    looking: Looking
    proposed: tuple[Proposed, ...]


@dataclass(frozen=True, kw_only=True)
class _Giver:
    """One who recommended the member: their entries in the member's book, the one that reaches them first, and the
    member they are, where it was here."""

    at: datetime
    entries: tuple[int, ...]
    owner: MemberCard | None = None


def our_turn(*, member: MemberCard) -> tuple[Turn, ...]:
    """Return those who recommended the member, lately first, each with the best matches of the member's own book.

    Some fifteen queries, whatever the number of contacts; and one more for each giver whom neither their address nor
    an introduction leads to in the book.
    """
    here = _with_entries(member, _givers(member))
    known = {pk for one in here for pk in one.entries}
    who = [*here, *(_Giver(at=at, entries=(pk,)) for pk, at in _others(member) if pk not in known)]
    who = sorted(who, key=lambda one: one.at, reverse=True)[:MOST_PEOPLE]
    cards = people.contacts_by_pks(owner_pk=member.pk, pks=[one.entries[0] for one in who if one.entries])
    turns = _turns(member, who, cards)
    found = helping.answering(
        owner=member,
        wanted=[words_wanted(one.looking) if one.card else frozenset() for one in turns],
        limit=_CANDIDATES,
    )
    tried = _tried(member, [pk for one in turns for pk in one.entries])
    return tuple(_with_matches(one, candidates, tried) for one, candidates in zip(turns, found, strict=True))


def _givers(member: MemberCard) -> Mapping[int, datetime]:
    """Those who recommended this one here, by primary key, the latest introduction first."""
    rows = Referral.objects.filter(receiver_hash=member.address_hash, introduced_at__isnull=False)
    latest: dict[int, datetime] = {}
    for pk, at in rows.order_by("-moved_at").values_list("giver_id", "introduced_at")[:_ROWS]:
        if at is not None:
            latest[pk] = max(at, latest.get(pk, at))
    return dict(sorted(latest.items(), key=lambda one: one[1], reverse=True)[:MOST_PEOPLE])


def _with_entries(member: MemberCard, givers: Mapping[int, datetime]) -> list[_Giver]:
    """Find each giver in the member's book: by their address, as the one whom an introduction of theirs wrote there
    (R37), and else by the name it told, as what the two have been through is (R35)."""
    cards = members.by_pks(givers)
    book = helping.with_addresses(owner_pk=member.pk, addresses=[one.email for one in cards.values()])
    written = _written(member, givers)
    found = []
    for pk, card in cards.items():
        entries = [*([book[card.email]] if card.email in book else []), *written.get(pk, ())]
        uid = "" if entries else meeting.called(owner_pk=member.pk, name=card.name, company=card.company)
        named = people.lines_by_uids(owner_pk=member.pk, uids=[uid]) if uid else ()
        entries += [line.pk for line in named]
        found.append(_Giver(at=givers[pk], entries=tuple(dict.fromkeys(entries)), owner=card))
    return found


def _written(member: MemberCard, givers: Collection[int]) -> Mapping[int, Collection[int]]:
    """The entries to which introductions by these givers lead in the member's book, by giver, lately first (R37)."""
    asked = Request.objects.filter(kind=Kind.RECEIVER.value, referral__receiver_hash=member.address_hash)
    asked = asked.filter(referral__introduced_at__isnull=False, referral__giver_id__in=givers).order_by("-pk")
    by_referral = dict(asked.values_list("uid", "referral__giver_id")[:_ROWS])
    found: dict[int, list[int]] = defaultdict(list)
    through = helping.met_through_by(owner_pk=member.pk, referrals=by_referral)
    for uid, giver in by_referral.items():
        if uid in through:
            found[giver].append(through[uid])
    return found


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


def _turns(member: MemberCard, who: Sequence[_Giver], cards: Mapping[int, ContactCard]) -> list[Turn]:
    """Each with what they look for. A profile is read where its owner shows it to the member, and they are in the
    member's book: by their address there, or as the giver whom the introduction named (R44)."""
    owners = [one.owner.pk for one in who if one.owner and one.entries]
    by_owner = profiles.of_owners(reader=member, owners=owners)
    by_card = profiles.of_contacts(reader=member, contacts=list(cards.values()))
    shown = [_shown(one, by_owner, by_card) for one in who]
    trade_of = {pk: card.trade for pk, card in members.by_pks(one.owner_pk for one in shown if one).items()}
    return [_turn(one, cards, profile, trade_of) for one, profile in zip(who, shown, strict=True)]


def _shown(who: _Giver, by_owner: Mapping[int, ProfileCard], by_card: Mapping[int, ProfileCard]) -> ProfileCard | None:
    if who.owner is not None:
        return by_owner.get(who.owner.pk)
    return by_card.get(who.entries[0])


def _turn(
    who: _Giver, cards: Mapping[int, ContactCard], profile: ProfileCard | None, trade_of: Mapping[int, str]
) -> Turn:
    card = cards.get(who.entries[0]) if who.entries else None
    own = trade_of.get(profile.owner_pk, "") if profile else ""
    return Turn(
        name=card.name if card else clean_name(who.owner.name if who.owner else ""),
        since=who.at,
        card=card,
        entries=who.entries,
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
    own = frozenset(turn.entries)
    lines: Mapping[str, ContactLine] = {
        one.line.uid: one.line
        for one in candidates
        if one.line.pk not in own
        and one.through not in own
        and not any((pk, one.line.pk) in tried for pk in own)
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
