"""Everything of a member's referrals that they may see, as plain values to take along (R47). Nothing the wall withholds
from them on a page is handed out here: no other side's no, no name before its time (R4, R7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.people.queries import ContactCard
from entremise.protocol.ending import Ended, Worth
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import Part
from entremise.referrals.models import Draft, Evaluation, Lead, Outside, Proof, Referral, Request, Word
from entremise.referrals.queries import endings, held, pages, stories
from entremise.referrals.queries.held_values import Behind

Row = dict[str, Any]
_PART = ("way", "details", "best_time", "booking", "budget", "reason")


def given(member: MemberCard, *, now: datetime, policy: Policy) -> Iterator[Row]:
    """Yield each referral the member made, as its story shows it to them (R7)."""
    for uid in Referral.objects.filter(giver_id=member.pk).order_by("pk").values_list("uid", flat=True):
        story = stories.story(giver=member, uid=uid, now=now, policy=policy)
        yield {
            "id": uid,
            "client": story.shown.client.name if story.shown.client else "",
            "receiver": story.shown.receiver.name if story.shown.receiver else "",
            "brief": story.shown.brief or "",
            "note": story.note,
            "state": story.projection.seen.value,
            "made": story.created_at,
            "introduced": story.introduced_at,
            "outcome": story.outcome,
            **_worth(story.worth),
            "happened": [
                {
                    "what": beat.what,
                    "about": beat.kind,
                    "at": beat.at,
                    "text": beat.text,
                    "more": beat.more,
                    "outcome": beat.outcome,
                }
                for beat in story.beats
            ],
        }


def received(member: MemberCard, *, now: datetime, policy: Policy) -> Iterator[Row]:
    """Yield each request made to the member, with their own part and words; once introduced, with the other's part."""
    for one in held.held(_self(member), now=now, language=member.language, policy=policy).requests:
        page = pages.request_page(token=one.token, now=now, language=member.language, policy=policy)
        shown = page.shown if page is not None and one.introduced_at else None
        client_side = one.kind.asked is Role.CLIENT
        other = (shown.receiver if client_side else shown.client) if shown else None
        part = (shown.receiver_part if client_side else shown.client_part) if shown else None
        yield {
            "id": one.uid,
            "kind": one.kind.value,
            "from": one.giver,
            "brief": one.brief,
            "sent": one.sent_at,
            "deadline": one.deadline,
            "answer": one.answer,
            "answered": one.answered_at,
            "introduced": one.introduced_at,
            "other": other.name if other else "",
            **{f"other_{name}": value for name, value in _handed(part).items()},
            "my_part": {name: str(getattr(one.part, name) or "") for name in ("name", *_PART)} if one.part else None,
            "wrote": [{"what": said.what, "at": said.at, "text": said.text} for said in one.said],
            "ended": [_ended(said) for said in one.ends],
        }


def _ended(one: Ended) -> Row:
    """One word about the end; no outcome where it was taken up again (R26)."""
    return {"at": one.at, "outcome": one.outcome.value if one.outcome else "", **_worth(one.worth)}


def _worth(worth: Worth | None) -> Row:
    return {
        "amount": str(worth.amount) if worth else "",
        "currency": worth.currency if worth else "",
        "amount_shown": worth.shown if worth else False,
    }


def _handed(part: Part | None) -> dict[str, str]:
    return {name: getattr(part, name) if part else "" for name in _PART}


def _self(member: MemberCard) -> Behind:
    return Behind(
        row=Request(address_hash=member.address_hash),
        uid="",
        purpose="",
        address=member.email,
        address_hash=member.address_hash,
        language=member.language,
        time_zone=member.time_zone,
        everything=True,
    )


def own_proofs(member: MemberCard) -> Iterator[Row]:
    """Yield the proofs of what the member answered themself, word for word (R10)."""
    for row in Proof.objects.filter(held.proved_by(member.address_hash)).order_by("pk").iterator():
        yield _proof(row, "me")


def proofs_of_introductions(member: MemberCard) -> Iterator[Row]:
    """Yield, of each introduction the member made, the yeses it rests on (R10).

    Only these: a number left out, or a no, would tell what the giver must not learn (R7). The confirmation's words may
    hold what the client wrote to the other side alone, so its text stays out.
    """
    made = Referral.objects.filter(giver_id=member.pk, stage=Stage.INTRODUCED.value).order_by("pk")
    for referral in made.iterator():
        for kind in (Kind.RECEIVER, Kind.PRINCIPLE, Kind.NAME):
            asked = Request.objects.filter(need_id=referral.need_id, kind=kind.value)
            own = asked.filter(referral=referral).first() or asked.order_by("-pk").first()
            yes = Proof.objects.filter(need_id=referral.need_id, kind=kind.value, said="yes")
            found = yes.filter(held.proved_by(own.address_hash)).order_by("-number").first() if own else None
            if found is not None:
                told = _proof(found, referral.uid)
                yield {**told, "text": "", "text_hash": ""} if kind is Kind.NAME else told


def _proof(row: Proof, about: str) -> Row:
    names = ("kind", "said", "how", "language", "at", "text", "text_hash", "seal")
    return {"about": about, **{name: getattr(row, name) for name in names}}


def outside(member: MemberCard) -> Iterator[Row]:
    """Yield each referral the member noted from outside, with what was told about it (R23b)."""
    for row in Outside.objects.filter(owner_id=member.pk).order_by("pk").iterator():
        known = people.contacts_by_pks(owner_pk=member.pk, pks=[pk for pk in (row.other_id, row.client_id) if pk])
        names = ("direction", "trade", "said", "arrived_at", "thanked_at", "contacted_at", "news_at", "outcome")
        yield {
            "id": row.uid,
            "other": _name(known.get(row.other_id)),
            "client": _name(known.get(row.client_id or 0)) or row.client_name,
            **{name: getattr(row, name) for name in names},
            "wrote": _words(Word.objects.filter(outside=row)),
            "ended": [_ended(one) for one in endings.history(row)],
        }


def leads(member: MemberCard) -> Iterator[Row]:
    """Yield each lead the member sent, and each that was sent to them (R2)."""
    sent = Lead.objects.filter(giver_id=member.pk).order_by("pk")
    got = Lead.objects.filter(receiver_hash=member.address_hash, mute=False).order_by("pk")
    for direction, rows in (("sent", sent), ("received", got)):
        for row in rows.iterator():
            names = ("trade", "area", "text", "link", "sent_at", "thanked_at", "followed_at", "came_of_it")
            known = people.contacts_by_pks(owner_pk=member.pk, pks=[row.receiver_id])
            yield {
                "id": row.uid,
                "direction": direction,
                "receiver": _name(known.get(row.receiver_id)),
                **{name: getattr(row, name) for name in names},
                "wrote": _words(Word.objects.filter(lead=row)),
            }


def evaluations(member: MemberCard) -> Iterator[Row]:
    """Yield what the member answered about matches (R14)."""
    rows = Evaluation.objects.filter(address_hash=member.address_hash, answered_at__isnull=False).order_by("pk")
    names = ("role", "asked_at", "answered_at", "match", "bonds", "again_receiver", "again_client", "outcome", "words")
    for row in rows.iterator():
        yield {"id": row.uid, **{name: getattr(row, name) for name in names}}


def drafts(member: MemberCard) -> Iterator[Row]:
    """Yield the drafts the member kept, as they typed them (R3)."""
    for row in Draft.objects.filter(owner_id=member.pk).order_by("pk").iterator():
        yield {"id": row.uid, "updated": row.updated_at, "wakes_on": row.wakes_on, "typed": row.typed}


def _name(card: ContactCard | None) -> str:
    return card.name if card else ""


def _words(rows: Any) -> list[Row]:
    return list(rows.order_by("pk").values("kind", "at", "text", "apt", "better"))
