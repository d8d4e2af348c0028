"""What the built-in mailbox holds of people who are forgotten, and of what has served its time (R45, R47, R48).

What was addressed to them goes at once. What others received stays theirs, and stays as it is while a referral is open
(R7). Once it has ended, what tells of the forgotten goes from there as from the pages; a giver keeps what only says
what their own book says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from entremise.accounts import queries as members
from entremise.outbox import queries as outbox
from entremise.outbox.actions import erase_mails
from entremise.outbox.queries import Kept
from entremise.protocol.guard import clean_name
from entremise.protocol.types import Kind, Role
from entremise.referrals.actions import erasing
from entremise.referrals.models import Evaluation, Lead, Outside, Part, Question, Referral, Request, Word
from entremise.referrals.queries.rows import read_rows

_MAILS = "mails"


def erase_to(address_hash: str, *, now: datetime) -> None:
    """Erase every mail to the address with this keyed hash, whatever it is about, and those in which its person's words
    about a lead went to the giver."""
    mails, words = outbox.kept(), Word.objects.filter(lead__receiver_hash=address_hash).values_list("uid", flat=True)
    gone = {mail.pk for mail in mails if _is(mail, address_hash)} | {mail.pk for mail in _about(mails, set(words))}
    erasing.log(_MAILS, erase_mails(gone), now=now)


def erase_of(rows: Collection[Request], *, now: datetime) -> None:
    """Erase the mails of whom these requests asked: those to them about these referrals; and, of referrals that have
    ended, those to others that hold their name, their address or their way to be reached, or words of their own.

    To be done before what the requests hold is erased: by that it is found.
    """
    mails = outbox.kept()
    gone = {mail.pk for row in rows for mail in _about(mails, _ids(row)) if _is(mail, row.address_hash)}
    for row in rows:
        for referral in _ended(row):
            gone |= _telling_of(row, referral, mails)
    erasing.log(_MAILS, erase_mails(gone), now=now)


def _ended(row: Request) -> Collection[Referral]:
    """The referrals that have ended in which the person of a request took part by it: its own, and where the answer is
    the need's, any (R5, R38)."""
    ended = Referral.objects.filter(need_id=row.need_id, stage__in=erasing.ENDED)
    return ended if Kind(row.kind) in (Kind.PRINCIPLE, Kind.CLIENT_PERMISSION) else ended.filter(pk=row.referral_id)


def _telling_of(row: Request, referral: Referral, mails: Collection[Kept]) -> set[int]:
    """The mails to others about a referral that has ended which tell of one who was asked."""
    giver = members.once_members([row.need.giver_id]).get(row.need.giver_id)
    theirs = [mail for mail in _about(mails, _ids_of(referral)) if giver is None or not _is(mail, giver.address_hash)]
    gone = _holding(theirs, _identifying(row))
    if row.private_reason:
        gone |= _holding(_about(mails, {row.uid}), {row.private_reason})
    if Kind(row.kind).asked is Role.RECEIVER:
        gone |= {mail.pk for mail in _about(mails, _own_words(referral))}
    return gone


def erase_words(words: Iterable[str], *, now: datetime) -> None:
    """Erase the mails in which these words of a person, by their uids, went to somebody else."""
    erasing.log(_MAILS, erase_mails([mail.pk for mail in _about(outbox.kept(), set(words))]), now=now)


def erase_closed(rows: Collection[Request], *, now: datetime) -> None:
    """Erase the mails of requests whose referral did not conclude and that have served their time (R48): to whoever was
    asked, and to nobody else, so that each finds their own as long as the others' answers tell (R7)."""
    mails = outbox.kept() if rows else []
    givers = members.once_members({row.need.giver_id for row in rows})
    own = {one.address_hash for one in givers.values()}
    gone = {mail.pk for row in rows for mail in _about(mails, {row.referral.uid}) if _is(mail, row.address_hash)}
    asked = _about(mails, {row.uid for row in rows})
    gone |= {mail.pk for mail in asked if not any(_is(mail, giver) for giver in own)}
    erasing.log(_MAILS, erase_mails(gone), now=now)


def erase_from_giver(giver_pk: int, *, name: str, now: datetime) -> None:
    """Erase every mail that went to others about a giver's referrals and leads and that names the giver (R47)."""
    ids = {uid for row in Referral.objects.filter(giver_id=giver_pk) for uid in _ids_of(row)}
    ids |= set(Lead.objects.filter(giver_id=giver_pk).values_list("uid", flat=True))
    gone = _holding(_about(outbox.kept(), ids), {name, clean_name(name)})
    erasing.log(_MAILS, erase_mails(gone), now=now)


def erase_outside(owner_pk: int, *, now: datetime) -> None:
    """Erase the mails in which a member gave thanks and news of what came from outside, or asked about it (R23b, R47).

    To be done before the records are.
    """
    mine = list(Outside.objects.filter(owner_id=owner_pk).values_list("pk", flat=True))
    asked = Evaluation.objects.filter(outside_id__in=mine).values_list("uid", flat=True)
    said = Word.objects.filter(outside_id__in=mine).values_list("uid", flat=True)
    erase_words({*asked, *said}, now=now)


# -- finding them -----------------------------------------------------------------------------------


def _is(mail: Kept, address_hash: str) -> bool:
    """Tell whether a mail went to this address, which a book may write with another domain than mail does."""
    local, _at, domain = mail.recipient.rpartition("@")
    readable = domain.encode("ascii", "ignore").decode("idna")
    return address_hash in {members.address_hash(written) for written in {mail.recipient, f"{local}@{readable}"}}


def _about(mails: Collection[Kept], ids: Collection[str]) -> list[Kept]:
    return [mail for mail in mails if not mail.ids.isdisjoint(ids)]


def _holding(mails: Collection[Kept], words: Collection[str]) -> set[int]:
    sought = {" ".join(one.split()).casefold() for one in words} - {""}
    said: Mapping[int, str] = outbox.texts([mail.pk for mail in mails])
    return {pk for pk, text in said.items() if any(one in text.casefold() for one in sought)}


def _ids(row: Request) -> set[str]:
    """The ids of what a request is about."""
    return {row.uid, *_ids_of(row.referral)}.union(*map(_ids_of, _ended(row)))


def _ids_of(referral: Referral) -> set[str]:
    """The ids under which mails about one referral were written."""
    requests = Request.objects.filter(need_id=referral.need_id).values_list("uid", flat=True)
    asked = Evaluation.objects.filter(referral=referral).values_list("uid", flat=True)
    return {referral.uid, *requests, *asked, *_own_words(referral)}


def _own_words(referral: Referral) -> set[str]:
    """What the receiver asked and told, by uid."""
    questions = Question.objects.filter(referral=referral).values_list("uid", flat=True)
    return {*questions, *Word.objects.filter(referral=referral).values_list("uid", flat=True)}


def _identifying(row: Request) -> set[str]:
    """Whatever a mail may hold by which the person of a request is known."""
    asked = Kind(row.kind)
    parts = Part.objects.filter(referral_id=row.referral_id, role=asked.asked.value)
    told = {value for pair in parts.values_list("name", "details") for value in pair}
    card = read_rows(row.need_id).asked(row.referral, asked)
    return told | {card.name, clean_name(card.name), row.address, card.email}
