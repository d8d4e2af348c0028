"""What referrals bring is remembered by itself in the books of the members concerned (R30, R35, R43).

Only in the book of a member who is told of it at that very moment, and without any words: whoever is forgotten here
later leaves no name there. Every function belongs to its caller's transaction, and doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.people import queries as people
from entremise.people.actions import bonds
from entremise.people.queries import ContactNotFound, meeting
from entremise.people.queries import bonds as queries
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened
from entremise.protocol.types import Kind
from entremise.referrals.models import Lead, Outside, Referral, Word
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.rows import Rows

_WORDS: Mapping[str, Happened] = {
    "thanks": Happened.THANKS,
    "contact": Happened.NEWS,  # that there was a first contact is news to whoever recommended
    "news": Happened.NEWS,
    "outcome": Happened.NEWS,
    "taken_up": Happened.NEWS,
}
# What the introduction is, in the book of each party who is a member, between them and the giver.
_TO_PARTY = ((Kind.RECEIVER, Happened.REFERRED_BY_THEM), (Kind.NAME, Happened.FAVOUR_RECEIVED))


@dataclass(frozen=True, kw_only=True)
class _Book:
    """A member's book on a day."""

    owner_pk: int
    on: date
    now: datetime
    chance: Chance
    policy: Policy

    def note(self, contact_pk: int, kind: Happened, cause: str) -> None:
        """Remember it, where the contact is still in the book."""
        try:
            bonds.remember(
                owner_pk=self.owner_pk,
                contact_pk=contact_pk,
                kind=kind,
                on=self.on,
                now=self.now,
                policy=self.policy,
                chance=self.chance,
                cause=cause,
            )
        except ContactNotFound:
            return  # removed from the book meanwhile: nobody wants to read of them there


_Note = tuple[_Book, int | None, Happened, str]


def _write(notes: Iterable[_Note]) -> None:
    """Remember them in the order of the contacts: two acts at once then never wait for each other."""
    known = [(pk, number, book, kind, cause) for number, (book, pk, kind, cause) in enumerate(notes) if pk is not None]
    for pk, _number, book, kind, cause in sorted(known, key=lambda one: one[:2]):
        book.note(pk, kind, cause)


def of_introduction(rows: Rows, index: int, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Remember an introduction: in the giver's book with both, in the parties' with the giver, where they are in it."""
    referral, giver = rows.referrals[index], rows.giver
    cause = f"referral:{referral.uid}"
    notes: list[_Note] = []
    if giver.email:  # whoever left keeps no book
        book = _Book(owner_pk=giver.pk, on=giver.today(now), now=now, chance=chance, policy=policy)
        notes.append((book, referral.receiver_id, Happened.REFERRED_TO_THEM, f"{cause}:receiver"))
        notes.append((book, rows.need.client_id, Happened.REFERRED_AS_CLIENT, f"{cause}:client"))
    for kind, happened in _TO_PARTY:
        member = members.by_address_hash(rows.current(index, kind).address_hash)
        if member is not None and giver.name:
            theirs = _Book(owner_pk=member.pk, on=member.today(now), now=now, chance=chance, policy=policy)
            notes.append((theirs, _known(member, giver), happened, f"{cause}:giver"))
    _write(notes)


def of_word(row: Referral | Lead, word: Word, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Remember thanks and news: in the giver's book with the receiver, in the receiver's with the giver."""
    happened = _WORDS.get(word.kind)
    giver = members.by_pk(row.giver_id if isinstance(row, Lead) else row.need.giver_id) if happened else None
    if happened is None or giver is None:
        return
    cause = f"{'lead' if isinstance(row, Lead) else 'referral'}:{row.uid}:{word.uid}"
    book = _Book(owner_pk=giver.pk, on=giver.today(now), now=now, chance=chance, policy=policy)
    notes: list[_Note] = [(book, row.receiver_id, happened, cause)]
    receiver = members.by_address_hash(row.receiver_hash)
    if receiver is not None:
        theirs = _Book(owner_pk=receiver.pk, on=receiver.today(now), now=now, chance=chance, policy=policy)
        notes.append((theirs, _known(receiver, giver), happened, cause))
    _write(notes)


def of_outside(row: Outside, *, on: date, now: datetime, chance: Chance, policy: Policy) -> None:
    """Remember a referral from outside in its owner's book (R23b), in place of what it had remembered otherwise."""
    other, client = (f"outside:{row.uid}:{who}" for who in ("other", "client"))
    wanted: dict[str, tuple[int | None, Happened]] = {other: (row.other_id, Happened.REFERRED_BY_THEM)}
    if row.direction == Direction.GIVEN.value:
        wanted = {
            other: (row.other_id, Happened.REFERRED_TO_THEM),
            client: (row.client_id, Happened.REFERRED_AS_CLIENT),
        }
    there = queries.caused(owner_pk=row.owner_id, causes=[other, client])
    wrong = [cause for cause, (pk, day) in there.items() if (pk, day) != (wanted[cause][0], on)]
    bonds.forget(owner_pk=row.owner_id, causes=wrong, now=now, policy=policy)
    book = _Book(owner_pk=row.owner_id, on=on, now=now, chance=chance, policy=policy)
    _write((book, pk, happened, cause) for cause, (pk, happened) in wanted.items())


def of_outside_word(row: Outside, word: Word, *, on: date, now: datetime, chance: Chance, policy: Policy) -> None:
    """Remember thanks and news of a referral from outside, said or heard, with the other member of it."""
    happened = _WORDS.get(word.kind)
    if happened is not None:
        book = _Book(owner_pk=row.owner_id, on=on, now=now, chance=chance, policy=policy)
        _write([(book, row.other_id, happened, f"outside:{row.uid}:{word.uid}")])


def forget_outside(row: Outside, *, now: datetime, policy: Policy) -> None:
    """Forget everything that a referral from outside had remembered by itself; its record goes."""
    words = [f"outside:{row.uid}:{uid}" for uid in row.words.values_list("uid", flat=True)]
    parties = [f"outside:{row.uid}:{who}" for who in ("other", "client")]
    bonds.forget(owner_pk=row.owner_id, causes=[*parties, *words], now=now, policy=policy)


def _known(member: MemberCard, giver: MemberCard) -> int | None:
    """Return the giver's entry in a member's book, by the name and company that the introduction tells."""
    uid = meeting.called(owner_pk=member.pk, name=giver.name, company=giver.company)
    lines = people.lines_by_uids(owner_pk=member.pk, uids=[uid]) if uid else ()
    return lines[0].pk if lines else None
