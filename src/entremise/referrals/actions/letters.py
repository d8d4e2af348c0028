"""The letters of a referral: written in the claiming transaction, from what the wall hands out at that instant (R4).

A renderer returns None where the wall says no; the message is then dropped, and nobody learns why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse

from entremise.accounts.queries import OPTIONAL_MAILS
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, one_click, render
from entremise.outbox import queries as outbox
from entremise.outbox.actions import Renderer
from entremise.protocol.checklist import missing
from entremise.protocol.consent import State
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral as Life
from entremise.protocol.types import PERMISSION_OF, REFERRERS, Kind, Role
from entremise.protocol.wall import Disclosed, Item, Seen
from entremise.referrals.actions.answering import silence_token
from entremise.referrals.actions.steps import take_turn
from entremise.referrals.models import Question, Referral, Request
from entremise.referrals.queries import keys, refusals, statements
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.rows import ask_key
from entremise.referrals.queries.scenes import Scene, scene

Payload = Mapping[str, JSON]

# What its person must see of the referral for a request to be delivered to them (R4, R5).
_DELIVERABLE = {
    Kind.PERMISSION: frozenset({Seen.ASKED}),
    Kind.CLIENT_PERMISSION: frozenset({Seen.ASKED}),
    Kind.RECEIVER: frozenset({Seen.ASKED}),
    Kind.PRINCIPLE: frozenset({Seen.ASKED}),
    Kind.NAME: frozenset({Seen.NAMED}),
}


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return every letter's renderer under its job's name."""
    table: Mapping[str, Callable[[Payload, datetime, Policy], Letter | None]] = {
        "ask_permission": _ask,
        "ask_permission_c": _ask,
        "ask_receiver": _ask,
        "ask_principle": _ask,
        "ask_name": _ask,
        "reminder": _reminder,
        "receipt": _receipt,
        "introduction_receiver": _to_receiver,
        "introduction_client": _to_client,
        "introduction_referrer": partial(_to_referrer, Kind.PERMISSION),
        "introduction_referrer_c": partial(_to_referrer, Kind.CLIENT_PERMISSION),
        "not_concluded": _not_concluded,
        "answer": _answer,
    }
    return {f"referral/{name}": partial(_call, write, policy) for name, write in table.items()}


def _call(
    write: Callable[[Payload, datetime, Policy], Letter | None], policy: Policy, payload: Payload, now: datetime
) -> Letter | None:
    return write(payload, now, policy)


def address(name: str, *arguments: str) -> str:
    """Return the full address of a page, as it stands in a letter."""
    return settings.ENTREMISE.site_url.rstrip("/") + reverse(name, args=arguments)


def request_token(uid: str) -> str:
    """Return the token of a request's link, derived anew each time (R6)."""
    return keys.token(Purpose.REQUEST, uid)


def news_token(uid: str) -> str:
    """Return the token of the link by which a receiver gives thanks and news."""
    return keys.token(Purpose.NEWS, uid)


# -- requests ---------------------------------------------------------------------------------------


def _ask(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """A request to its person (R6b), written while the need's turn is held: nobody withdraws meanwhile.

    One whose giver stopped, or whose other side withdrew, does not leave, and counts as never made; unless an earlier
    try may have delivered it: then it stays answerable until its deadline (R7).
    """
    take_turn(Request.objects.only("need_id").get(uid=payload["request"]).need_id)
    row, at, index = request_behind(payload, now, policy)
    kind = Kind(row.kind)
    role = kind.asked
    if at.projected(index, role).seen not in _DELIVERABLE[kind] or _is_silenced(row):
        return None
    if not any(_leads_on(life, kind) for life in _resting_on(at, index, kind)):
        if not outbox.may_have_left(ask_key(row.uid)):
            Request.objects.filter(pk=row.pk).update(mute=True)
        return None
    shown = at.disclosed(index, role, language=_language(row, at))
    asked = _statement(row, at, shown)
    if asked is None:
        return None
    return ask_letter(asked, uid=row.uid, to=row.address, language=_language(row, at))


def _reminder(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """The one reminder, while the person's own request is open (R6c); nobody else's decision holds it back (R7)."""
    row, at, index = request_behind(payload, now, policy)
    kind = Kind(row.kind)
    open_still = row.state == State.OPEN.value and at.projected(index, kind.asked).seen in _DELIVERABLE[kind]
    if not open_still or _is_silenced(row):
        return None
    language = _language(row, at)
    asked = _statement(row, at, at.disclosed(index, kind.asked, language=language))
    return ask_letter(asked, uid=row.uid, to=row.address, language=language, reminder=True) if asked else None


def _statement(row: Request, at: Scene, shown: Disclosed) -> statements.Statement | None:
    index = at.rows.index_of(row.referral_id)
    return statements.statement(at, index, Kind(row.kind), shown, until=row.deadline, language=_language(row, at))


def ask_letter(asked: statements.Statement, *, uid: str, to: str, language: str, reminder: bool = False) -> Letter:
    """Return a request as it is delivered, or its one reminder; the giver's preview is made by the same hand (R6b)."""
    context = {**asked.context(), **_keys(uid), "reminder": reminder}
    return render(f"referral/ask_{asked.words}", context, language=language, to=to, headers=_one_click(uid))


def _keys(uid: str) -> Mapping[str, str]:
    """The link, the four digits and the one-click address of one request (R6)."""
    return {
        "url": address("request", request_token(uid)),
        "digits": keys.digits(Purpose.REQUEST, uid),
        "silence_url": address("silence", silence_token(uid)),
        "rights_url": address("rights_of", request_token(uid)),
    }


def _one_click(uid: str) -> Mapping[str, str]:
    return one_click(address("silence", silence_token(uid)))


def _resting_on(at: Scene, index: int, kind: Kind) -> Sequence[Life]:
    """The attempts that wait for this request's answer: a yes in principle serves later ones too, and so does the
    permission of whoever introduced the client (R5, R38)."""
    mine = at.lives[index]
    return [life for life in at.lives[index:] if life is mine or (life.rests(kind) and _same(life, mine, kind))]


def _same(one: Life, other: Life, kind: Kind) -> bool:
    return one.request(kind) == other.request(kind)


def _leads_on(life: Life, kind: Kind) -> bool:
    """Nobody stopped; the client is asked only while the receiver's yes stands, and named to only while their own
    does (R5)."""
    if life.stopped_at is not None:
        return False
    if kind.asked is not Role.CLIENT:
        return True
    receiver = life.receiver is not None and life.receiver.stands
    principle = life.principle is not None and life.principle.stands
    return receiver and (principle or kind is Kind.PRINCIPLE)


def _receipt(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """The receipt of a yes, with the way to take it back (R6). A yes taken back since gets none.

    It leaves although further mail was silenced: somebody a mail was forwarded to could otherwise silence, say yes,
    and the person asked would never hear of it.
    """
    row, at, index = request_behind(payload, now, policy)
    if row.hold_until is None or not row.address:
        return None
    language = _language(row, at)
    asked = _statement(row, at, at.disclosed(index, Kind(row.kind).asked, language=language))
    if asked is None:
        return None
    said = {"hold_until": row.hold_until, "how": row.how, "takes_part": row.takes_part}
    context = {**asked.context(), **_keys(row.uid), **said}
    return render("referral/receipt", context, language=language, to=row.address, headers=_one_click(row.uid))


# -- to the giver, whose other letters are in `giver_letters` -------------------------------------------


def giver_letter(
    name: str, at: Scene, index: int, shown: Disclosed, more: Mapping[str, object], *, needed: bool = False
) -> Letter | None:
    """A letter to the giver; not one they chose to do without, unless something is for them to do."""
    giver = at.rows.giver
    if name in OPTIONAL_MAILS and name not in giver.mails and not needed:
        return None
    referral = at.rows.referrals[index]
    context = {"shown": shown, "url": address("story", referral.uid), **more}
    return render(f"referral/{name}", context, language=giver.language, to=giver.email)


# -- to the parties ---------------------------------------------------------------------------------


def _to_receiver(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """The client's name and part, to the receiver (R9, R18), with what is owed now and the link to do it (R20)."""
    at, index = referral_behind(payload, now, policy)
    uid = at.rows.referrals[index].uid
    more = {
        "url": address("news", news_token(uid)),
        "digits": keys.digits(Purpose.NEWS, uid),
        "missing": [one.field.value for one in missing(at.sheet(index, Role.CLIENT))],
        "contact_within": policy.contact_within,
        "thanks_within": policy.thanks_within,
    }
    return _introduction(Kind.RECEIVER, at, index, more)


def _to_client(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """The receiver's name and part, to the client (R9, R18)."""
    at, index = referral_behind(payload, now, policy)
    more = {
        "missing": [one.field.value for one in missing(at.sheet(index, Role.RECEIVER))],
        "contact_within": policy.contact_within,
    }
    return _introduction(Kind.NAME, at, index, more)


def _introduction(kind: Kind, at: Scene, index: int, more: Mapping[str, object]) -> Letter | None:
    role = kind.asked
    if at.projected(index, role).seen is not Seen.INTRODUCED:
        return None
    row = at.rows.current(index, kind)
    if not row.address:
        return None  # no letter can reach them; the giver brings it (R6d)
    shown = at.disclosed(index, role, language=_language(row, at))
    peace = {name: url for name, url in _keys(row.uid).items() if name in ("silence_url", "rights_url")}
    context = {"shown": shown, **peace, **more}
    return render(f"referral/introduction_{role.value}", context, language=_language(row, at), to=row.address)


def _to_referrer(kind: Kind, payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """Both names, to a referrer who takes part as a co-introducer (R39); nobody's ways of being reached."""
    at, index = referral_behind(payload, now, policy)
    row = at.rows.current(index, kind)
    if at.projected(index, kind.asked).seen is not Seen.INTRODUCED or not row.address or _is_silenced(row):
        return None
    shown = at.disclosed(index, kind.asked, language=_language(row, at))
    context = {"shown": shown, **_keys(row.uid), "person": at.referrer(index, kind.asked, language=_language(row, at))}
    return render("referral/introduction_referrer", context, language=_language(row, at), to=row.address)


def _not_concluded(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """One text, to whoever still expected something (R7); it says no more than that."""
    at, index = referral_behind(payload, now, policy)
    role = Role(str(payload["role"]))
    projection = at.projected(index, role)
    if projection.seen is not Seen.NOT_CONCLUDED:
        return None
    if role is Role.GIVER:
        shown = at.disclosed(index, role, language=at.rows.giver.language)
        return giver_letter("not_concluded", at, index, shown, {"role": role.value})
    kind = _asked_last(at, index, role)
    row = at.rows.current(index, kind)
    if not row.address or _is_silenced(row) or Item.GIVER not in projection.knows:
        return None
    shown = at.disclosed(index, role, language=_language(row, at))
    person = at.referrer(index, role, language=_language(row, at)) if role in REFERRERS else None
    context = {"shown": shown, "role": role.value, "person": person, **_keys(row.uid)}
    return render(
        "referral/not_concluded", context, language=_language(row, at), to=row.address, headers=_one_click(row.uid)
    )


def _asked_last(at: Scene, index: int, role: Role) -> Kind:
    """The question that somebody in this role answered last."""
    if role is not Role.CLIENT:
        return PERMISSION_OF.get(role, Kind.RECEIVER)
    name = at.lives[index].name
    return Kind.NAME if name is not None and not name.mute else Kind.PRINCIPLE


def _answer(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """The giver's answer to the receiver's question (R6b), while their request still means something to them."""
    asked = Question.objects.select_related("referral").filter(uid=payload["question"]).first()
    if asked is None or not asked.answer:
        return None
    at, index = at_row(asked.referral, now, policy)
    row = at.rows.request(at.rows.referrals[index], Kind.RECEIVER)
    seen = at.projected(index, Role.RECEIVER).seen
    if row is None or not row.address or seen not in (Seen.ASKED, Seen.AGREED) or _is_silenced(row):
        return None
    shown = at.disclosed(index, Role.RECEIVER, language=_language(row, at))
    context = {
        "shown": shown,
        "question": asked.text,
        "answer": asked.answer,
        "until": row.deadline,
        "zone": at.rows.giver.time_zone,
        **_keys(row.uid),
    }
    return render("referral/answer", context, language=_language(row, at), to=row.address, headers=_one_click(row.uid))


# -- reading ----------------------------------------------------------------------------------------


def request_behind(payload: Payload, now: datetime, policy: Policy) -> tuple[Request, Scene, int]:
    """Return a request, its need's scene, and the position of the attempt it is about."""
    row = Request.objects.get(uid=payload["request"])
    at = scene(row.need_id, now=now, policy=policy)
    about = payload.get("referral")
    uids = [referral.uid for referral in at.rows.referrals]
    index = uids.index(str(about)) if about else at.rows.index_of(row.referral_id)
    return row, at, index


def referral_behind(payload: Payload, now: datetime, policy: Policy) -> tuple[Scene, int]:
    """Return the scene a letter is about, and the position of its attempt."""
    return at_row(Referral.objects.get(uid=payload["referral"]), now, policy)


def at_row(row: Referral, now: datetime, policy: Policy) -> tuple[Scene, int]:
    """Return the scene of a referral, and the position of its attempt."""
    at = scene(row.need_id, now=now, policy=policy)
    return at, at.rows.index_of(row.pk)


def _language(row: Request, at: Scene) -> str:
    return row.language or at.rows.giver.language


def _is_silenced(row: Request) -> bool:
    """Further mail was silenced by its reader (R6), or its reader is somebody else (R18).

    The receipt of a yes and the introduction reach whoever agreed to them all the same.
    """
    return row.not_them_at is not None or refusals.is_silenced(row.address_hash)
