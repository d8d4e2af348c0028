"""What a giver does: keep a draft, send, stop, stop and try another, answer the receiver's question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.lib.prepared import Prepared
from entremise.outbox.actions import enqueue
from entremise.people import queries as people
from entremise.people.queries import ContactCard
from entremise.protocol import care
from entremise.protocol.distinct import Typed, refuse_same_person
from entremise.protocol.errors import AlreadyIntroduced, NotAReferral, NotNow
from entremise.protocol.guard import Mark
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Send, Stage, Stop
from entremise.protocol.types import Kind, Role, Urgency
from entremise.referrals.actions import steps
from entremise.referrals.actions.limits import refuse_too_many
from entremise.referrals.mapping import OF_NEED, NeedDraft
from entremise.referrals.models import Carried, Draft, Need, Question, Referral
from entremise.referrals.queries import briefs, fitting, keys, rows
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.permissions import Permissions, permissions

_MAIL_KINDS = frozenset({people.WayKind.EMAIL})
_PHONE_KINDS = frozenset({people.WayKind.MOBILE, people.WayKind.PHONE})


class BriefRefused(ValueError):  # noqa: N818 - named as the fact it states
    """The brief cannot leave as written; `marks` are the parts of the text that give somebody away (R4)."""

    def __init__(self, field: str, reason: str, marks: tuple[Mark, ...] = ()) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason, self.marks = field, reason, marks


class ReferrerGone(ValueError):  # noqa: N818 - named as the fact it states
    """This party was met through somebody whose permission is needed, and who is not in the giver's book (R38)."""

    def __init__(self, role: Role) -> None:
        super().__init__(role.value)
        self.role = role


class AlreadyTried(ValueError):  # noqa: N818 - named as the fact it states
    """This need was already tried with this receiver."""


class DraftChanged(Exception):  # noqa: N818 - named as the fact it states
    """Another window kept something else in this draft since it was taken up in this one."""


# -- drafts -----------------------------------------------------------------------------------------


@transaction.atomic
def keep_draft(
    *,
    giver: MemberCard,
    draft: NeedDraft,
    uid: str = "",
    read: str = "",
    fresh: str = "",
    now: datetime,
    chance: Chance,
) -> str:
    """Keep what was typed, on the giver's request (R3); return the draft's uid.

    `uid` is the draft it came from, `read` its `print_of` when it was taken up; `fresh` the id of one that is new, so
    that pressing twice keeps one. Raises Gone for a draft that is not there or another's, DraftChanged.
    """
    said = {"typed": draft.to_json(), "updated_at": now}
    if not uid:
        Draft.objects.update_or_create(uid=fresh or (fresh := chance.uid()), owner_id=giver.pk, defaults=said)
        return fresh
    row = Draft.objects.filter(uid=uid, owner_id=giver.pk).first()
    if row is None:
        raise steps.Gone
    if read and print_of(NeedDraft.from_json(row.typed)) not in (read, print_of(draft)):
        raise DraftChanged
    if not Draft.objects.filter(pk=row.pk, updated_at=row.updated_at).update(**said):
        raise DraftChanged  # another window was quicker
    return uid


def print_of(draft: NeedDraft) -> str:
    """Return a short fingerprint of what a draft holds."""
    return hashlib.sha256(json.dumps(draft.to_json(), sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def drop_draft(*, giver: MemberCard, uid: str) -> None:
    """Forget a draft; one that is not there, or another's, changes nothing."""
    Draft.objects.filter(uid=uid, owner_id=giver.pk).delete()


# -- sending ----------------------------------------------------------------------------------------


@transaction.atomic
def send(*, giver: MemberCard, draft: NeedDraft, now: datetime, chance: Chance, policy: Policy, uid: str = "") -> str:
    """Create the need and send its first referral on its way (R5); return the referral's uid.

    With `uid`, that is the referral's: sending twice with the same one sends once, so that pressing twice is harmless.
    Raises ContactNotFound, SamePerson (R1), NotAReferral (R2), BriefRefused (R4), GivesTooMany (R46), ReferrerGone
    (R38).
    """
    if _is_sent(giver, uid):
        return uid
    client = people.contact(owner_pk=giver.pk, uid=draft.client)
    receiver = people.contact(owner_pk=giver.pk, uid=draft.receiver)
    needed = check(giver=giver, draft=draft, receiver=receiver, client=client, now=now, policy=policy)
    refuse_too_many(giver.pk, now=now, policy=policy)
    need = new_need(giver=giver, draft=draft, client=client, uid=chance.uid(), now=now, policy=policy)
    try:
        with transaction.atomic():
            need.save(force_insert=True)
            who = {Role.RECEIVER: receiver, Role.CLIENT: client}
            return _begin(need, draft, who, needed, uid=uid or chance.uid(), now=now, chance=chance, policy=policy)
    except IntegrityError:
        if _is_sent(giver, uid):  # the same press, arriving at the same time, was quicker
            return uid
        raise


def new_need(
    *, giver: MemberCard, draft: NeedDraft, client: ContactCard, uid: str, now: datetime, policy: Policy
) -> Need:
    """Return the need a draft would become, not written yet."""
    said = {name: getattr(draft, name) for name in OF_NEED}
    said["area"] = briefs.widened(draft.area, trade=draft.trade, policy=policy)
    until = _until(draft, giver=giver, now=now, policy=policy)
    return Need(uid=uid, giver_id=giver.pk, client_id=client.pk, until=until, created_at=now, **said)


def _is_sent(giver: MemberCard, uid: str) -> bool:
    return bool(uid) and bool(_SENT(giver=giver.pk, uid=uid))


_SENT = Prepared(lambda giver, uid: Referral.objects.filter(uid=uid, giver_id=giver).values("pk"))


def check(
    *,
    giver: MemberCard,
    draft: NeedDraft,
    receiver: ContactCard,
    client: ContactCard,
    now: datetime,
    policy: Policy,
    continues: str = "",
) -> Permissions:
    """Refuse a draft that cannot be sent: people (R1), test (R2, R12), brief (R4), a referrer nobody can ask (R38).

    Return whose permission it needs; `continues` is the uid of a referral of the same need (R5b). Writes nothing.
    """
    check_people(giver=giver, receiver=receiver, client=client)
    held = fitting.held_against(giver=giver, receiver=receiver, draft=draft, now=now)
    judgement = care.judge(fitting.answers(draft=draft, held=held), today=giver.today(now), policy=policy)
    if judgement.verdict is not care.Verdict.REFERRAL:
        raise NotAReferral(judgement.verdict.value)
    check_brief(draft, receiver=receiver, client=client, policy=policy)
    parties = {"receiver": receiver, "client": client}
    needed = permissions(giver=giver, draft=draft, now=now, policy=policy, continues=continues, **parties)
    if needed.gone:
        raise ReferrerGone(needed.gone[0])
    return needed


def check_people(*, giver: MemberCard, receiver: ContactCard | None, client: ContactCard | None) -> None:
    """Raise SamePerson (R1) for those of the two who are chosen already."""
    chosen = [(role, who) for role, who in ((Role.RECEIVER, receiver), (Role.CLIENT, client)) if who is not None]
    refuse_same_person(_giver_typed(giver), *(_typed(who, role) for role, who in chosen))


def check_brief(draft: NeedDraft, *, receiver: ContactCard, client: ContactCard, policy: Policy) -> None:
    """Raise BriefRefused where the brief lacks something, or gives somebody away (R4)."""
    if not draft.area:
        raise BriefRefused("area", "empty")
    if not (draft.trade or draft.trade_words.strip()):
        raise BriefRefused("trade", "empty")
    if len(draft.note) > policy.note_longest:
        raise BriefRefused("note", "long")
    for field in ("note", "trade_words"):
        marks = briefs.giveaways(getattr(draft, field), receiver=receiver, client=client)
        if marks:
            raise BriefRefused(field, "giveaway", marks)


def _until(draft: NeedDraft, *, giver: MemberCard, now: datetime, policy: Policy) -> datetime:
    """The instant until which the need is real (R6a, R11): a day ends where the giver is."""
    if draft.wanted_by is None:
        days = policy.now_means if draft.urgency == Urgency.NOW else policy.actual_within
        return now + timedelta(days=days)
    return giver.end_of(draft.wanted_by)


def _typed(contact: ContactCard, role: Role) -> Typed:
    return Typed(
        role=role,
        entry=contact.uid,
        addresses=frozenset(way.normalised for way in contact.ways if way.kind in _MAIL_KINDS),
        phones=frozenset(way.normalised for way in contact.ways if way.kind in _PHONE_KINDS),
    )


def _giver_typed(giver: MemberCard) -> Typed:
    return Typed(role=Role.GIVER, entry="", addresses=frozenset({giver.email}))


def _begin(
    need: Need,
    draft: NeedDraft,
    who: Mapping[Role, ContactCard],
    needed: Permissions,
    *,
    attempt: int = 1,
    uid: str,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> str:
    """Make an attempt of a need with these two people and the referrers asked first, and send it."""
    receiver = who[Role.RECEIVER]
    token = keys.token(Purpose.NEWS, uid)
    row = Referral.objects.create(
        uid=uid,
        news_fingerprint=links.fingerprint(token),
        need=need,
        giver_id=need.giver_id,
        attempt=attempt,
        receiver_id=receiver.pk,
        receiver_hash=rows.person_hash(receiver),
        answers=_remembered(draft),
        carries=carried_by_giver(draft, people=asked_people(who, needed), policy=policy),
        **asked_first(needed),
        stage=Stage.DRAFT.value,
        created_at=now,
        moved_at=now,
    )
    Carried.objects.bulk_create(_carried(row, role, chance) for role in asked_people(who, needed))
    steps.act(need.pk, Send(), on=row.pk, now=now, chance=chance, policy=policy)
    return uid


def asked_people(parties: Mapping[Role, ContactCard], needed: Permissions) -> Mapping[Role, ContactCard]:
    """Return everybody a referral asks, in the roles they are asked in: the referrers first (R38)."""
    return {**{one.kind.asked: one.referrer for one in needed.asked}, **parties}


def asked_first(needed: Permissions) -> Mapping[str, Any]:
    """Return the columns that hold who is asked first, and why they are told of the trade (R38, R40)."""
    of_receiver, of_client = needed.of(Kind.PERMISSION), needed.of(Kind.CLIENT_PERMISSION)
    return {
        "referrer_id": of_receiver.referrer.pk if of_receiver else None,
        "client_referrer_id": of_client.referrer.pk if of_client else None,
        "through_both": of_receiver is not None and Role.CLIENT in of_receiver.about,
        "competes": [one.kind.asked.value for one in needed.asked if one.told],
    }


def carried_by_giver(draft: NeedDraft, *, people: Mapping[Role, ContactCard], policy: Policy) -> list[str]:
    """Return those to whom the giver carries the link: as chosen, where no address is known, and everybody where the
    law lets the platform write to nobody first, member or not, so that nobody learns who is one (R6c, R6d)."""
    carried = (
        role for role, who in people.items() if role.value in draft.carries or not who.email or not policy.writes_first
    )
    return [role.value for role in carried]


def _carried(row: Referral, role: Role, chance: Chance) -> Carried:
    uid = chance.uid()
    token = keys.token(Purpose.CARRIED, uid)
    return Carried(uid=uid, fingerprint=links.fingerprint(token), referral=row, role=role.value)


def _remembered(draft: NeedDraft) -> Mapping[str, Any]:
    """The answers to the test, and what was overruled knowingly, are kept with the attempt (R12)."""
    names = ("source", "knows_receiver", "knows_client", "fits", "overruled", "steps_back")
    typed = draft.to_json()
    return {name: typed[name] for name in names}


# -- stopping, and trying another -------------------------------------------------------------------


@transaction.atomic
def stop(*, giver: MemberCard, uid: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Stop quietly (R5b, R7): nothing new leaves, nobody is told. Raises Gone, AlreadyIntroduced."""
    row = own_referral(giver, uid)
    _stop(row, now=now, chance=chance, policy=policy)


def _stop(row: Referral, *, now: datetime, chance: Chance, policy: Policy) -> None:
    try:
        steps.act(row.need_id, Stop(), on=row.pk, now=now, chance=chance, policy=policy)
    except NotNow as refused:  # only an introduction cannot be stopped, and it may have come about this very instant
        raise AlreadyIntroduced(row.introduced_at or now) from refused


@transaction.atomic
def try_another(
    *,
    giver: MemberCard,
    uid: str,
    draft: NeedDraft,
    now: datetime,
    chance: Chance,
    policy: Policy,
    new_uid: str = "",
) -> str:
    """Stop the need's attempts and try another receiver (R5b); return the new referral's uid.

    The need stays as it is; of `draft` count the receiver, how well they are known, and how they fit. Raises
    what `send` raises, Gone, AlreadyIntroduced and AlreadyTried. With `new_uid`, that is the new referral's: the same
    one twice sends once.
    """
    need = own_referral(giver, uid).need
    steps.hold_turn(need.pk)
    if _is_sent(giver, new_uid):
        return new_uid
    introduced = next((row for row in need.referrals.all() if row.introduced_at), None)
    if introduced is not None and introduced.introduced_at is not None:
        raise AlreadyIntroduced(introduced.introduced_at)
    receiver = people.contact(owner_pk=giver.pk, uid=draft.receiver)
    if need.referrals.filter(receiver_hash=rows.person_hash(receiver)).exists():
        raise AlreadyTried
    client = people.contact_by_pk(owner_pk=giver.pk, pk=need.client_id)
    again = continued(need, draft)
    parties = {"receiver": receiver, "client": client}
    needed = check(giver=giver, draft=again, now=now, policy=policy, continues=uid, **parties)
    refuse_too_many(giver.pk, now=now, policy=policy)
    for row in need.referrals.all():
        if row.stopped_at is None:
            _stop(row, now=now, chance=chance, policy=policy)
    who, last = {Role.RECEIVER: receiver, Role.CLIENT: client}, need.referrals.aggregate(last=Max("attempt"))["last"]
    uid = new_uid or chance.uid()
    return _begin(need, again, who, needed, attempt=last + 1, uid=uid, now=now, chance=chance, policy=policy)


def continued(need: Need, draft: NeedDraft) -> NeedDraft:
    """Return the need's own draft with the answers of `draft` that concern another receiver."""
    kept: dict[str, Any] = {name: getattr(need, name) for name in OF_NEED}
    return replace(draft, **kept)


def own_referral(giver: MemberCard, uid: str) -> Referral:
    """Return the giver's own referral's row; raise Gone for any other, which is the same as none (R44)."""
    row = Referral.objects.filter(uid=uid, giver_id=giver.pk).select_related("need").first()
    if row is None:
        raise steps.Gone
    return row


# -- the receiver's question ------------------------------------------------------------------------


@transaction.atomic
def answer_question(*, giver: MemberCard, uid: str, text: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Answer what the receiver asked (R6b). The answer passes R4 and never lengthens the window.

    Raises Gone, BriefRefused. The same question is answered once; a second answer raises BriefRefused.
    """
    asked = Question.objects.filter(uid=uid, referral__giver_id=giver.pk).select_related("referral").first()
    if asked is None:
        raise steps.Gone
    text = text.strip()
    if not text:
        raise BriefRefused("answer", "empty")
    if len(text) > policy.note_longest:
        raise BriefRefused("answer", "long")
    need_rows = rows.read_rows(asked.referral.need_id)
    marks = briefs.giveaways(text, receiver=None, client=need_rows.client)
    if marks:
        raise BriefRefused("answer", "giveaway", marks)
    answered = Question.objects.filter(pk=asked.pk, answered_at=None).update(answer=text, answered_at=now)
    if not answered:
        raise BriefRefused("answer", "already")
    payload = {"question": asked.uid}
    enqueue(job="referral/answer", key=f"answer:{asked.uid}", payload=payload, due=now, now=now, chance=chance)
