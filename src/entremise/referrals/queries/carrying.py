"""What a giver may carry to a party, or read aloud to them, and what the carried link then shows (R6d, R8).

Both are made from what the giver sees of the referral, never from the request itself: the giver holds the link, so a
page that told what was answered would tell it to the giver (R7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.people.queries import ContactCard
from entremise.protocol.checklist import Sheet
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral as Life
from entremise.protocol.types import PERMISSIONS, REFERRERS, Kind, Role
from entremise.protocol.wall import Projection, Seen
from entremise.protocol.windows import shown_until
from entremise.referrals.models import Carried, Need
from entremise.referrals.queries import keys, statements
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.pages import RequestPage, hint
from entremise.referrals.queries.rows import StoryGone, person_hash, rows_of
from entremise.referrals.queries.scenes import Scene, first_sheet, scene, scene_of

# Which question is the next to be answered, as far as the giver sees.
ASKING: Mapping[Seen, Kind] = {
    Seen.ASKING_REFERRER: Kind.PERMISSION,  # or of the client's referrer, or of both (R39)
    Seen.ASKING_RECEIVER: Kind.RECEIVER,
    Seen.ASKING_CLIENT: Kind.PRINCIPLE,
    Seen.CLIENT_AGREED: Kind.NAME,
}
_ASKED: Mapping[Kind, Seen] = {**dict.fromkeys(Kind, Seen.ASKED), Kind.NAME: Seen.NAMED}
KINDS = {
    **{kind.asked: (kind,) for kind in PERMISSIONS},
    Role.RECEIVER: (Kind.RECEIVER,),
    Role.CLIENT: (Kind.PRINCIPLE, Kind.NAME),
}
_IN_TURN = (*REFERRERS, Role.RECEIVER, Role.CLIENT)  # both referrers at once


@dataclass(frozen=True, kw_only=True)
class Open:
    """The question that is open as far as the giver sees, and until when.

    `since` is the instant from which a second name may be brought (R5b), None when at once; `carried` whether the giver
    is the one to bring it.
    """

    kind: Kind
    until: datetime
    since: datetime | None
    carried: bool

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can be brought at this instant."""
        return now < self.until and (self.since is None or self.since <= now)


def open_question(at: Scene, index: int, *, role: Role | None = None) -> Open | None:
    """Return the question of an attempt that can be brought; None when none is asked, or only by mail (R5b).

    Where two referrers are asked at once it is that of the one in `role`, else of one whose link the giver carries.
    """
    life = at.lives[index]
    kind = _open_kind(life, at.projected(index, Role.GIVER).seen, role)
    until = shown_until(life, kind, policy=at.policy) if kind else None
    if kind is None or until is None:
        return None
    since = life.name_from if kind is Kind.NAME else None
    return Open(kind=kind, until=until, since=since, carried=kind.asked in life.carried)


def _open_kind(life: Life, seen: Seen, role: Role | None) -> Kind | None:
    if seen is not Seen.ASKING_REFERRER:
        return ASKING.get(seen)
    asked = sorted(life.permissions, key=lambda kind: (kind.asked is not role, kind.asked not in life.carried, kind))
    return asked[0] if asked else None


@dataclass(frozen=True, kw_only=True)
class Asking(Open):
    """An open question with everything the giver needs to bring it: to whom, in which words, by which link.

    `beside` is the referrer on the other side, where one is asked at the same time (R39), else None.
    """

    uid: str
    beside: Role | None
    person: ContactCard
    statement: statements.Statement
    sheet: Sheet
    language: str
    token: str
    digits: str


def asking(*, giver: MemberCard, uid: str, now: datetime, policy: Policy, role: Role | None = None) -> Asking | None:
    """Return what the giver may bring for one of their referrals now; None when nothing is asked. Raises StoryGone."""
    need = Need.objects.filter(giver_id=giver.pk, referrals__uid=uid).first()
    if need is None:
        raise StoryGone
    at = scene_of(rows_of(need, giver=giver), now=now, policy=policy)
    index = [row.uid for row in at.rows.referrals].index(uid)
    asks = open_question(at, index, role=role)
    row = Carried.objects.filter(referral__uid=uid, role=asks.kind.asked.value).first() if asks else None
    if asks is None or row is None:
        return None
    person = at.rows.asked(at.rows.referrals[index], asks.kind)
    language = person.language or giver.language
    return Asking(
        **vars(asks),
        uid=uid,
        beside=_beside(at.lives[index], asks.kind),
        person=person,
        statement=statement(at, index, asks.kind, until=asks.until, language=language),
        sheet=first_sheet(person, asks.kind.asked, need=need),
        language=language,
        token=keys.token(Purpose.CARRIED, row.uid),
        digits=keys.digits(Purpose.CARRIED, row.uid),
    )


def _beside(life: Life, kind: Kind) -> Role | None:
    others = life.permissions - {kind} if kind in PERMISSIONS else ()
    return next((other.asked for other in others), None)


def statement(at: Scene, index: int, kind: Kind, *, until: datetime, language: str) -> statements.Statement:
    """Return the words of a question, the people in it as the giver's own book has them (R6b, R7)."""
    part = at.projected(index, Role.GIVER).referrers
    projection = Projection(observer=kind.asked, seen=_ASKED[kind], referrers=part)
    shown = at.told_by_giver(projection, index, language=language)
    said = statements.statement(at, index, kind, shown, until=until, language=language)
    assert said is not None, f"the wall lets {kind.asked} be asked"
    return said


# -- behind the carried link ------------------------------------------------------------------------


def carried_page(*, token: str, now: datetime, language: str, policy: Policy) -> RequestPage | None:
    """Return the page behind a carried link: the open question, a yes the giver has seen, or the introduction.

    It never shows an answer the giver has not seen (R7). None when the link opens nothing (any more).
    """
    row = Carried.objects.filter(fingerprint=links.fingerprint(token)).select_related("referral").first()
    if row is None:
        return None
    at = scene(row.referral.need_id, now=now, policy=policy)
    index = at.rows.index_of(row.referral_id)
    kind, seen, until = stands(at, index, Role(row.role), now)
    if kind is None or until is None:
        return None
    return _page(at, index, row, kind=kind, seen=seen, until=until, language=language)


def stands(at: Scene, index: int, role: Role, now: datetime) -> tuple[Kind | None, Seen, datetime | None]:
    """Return what the holder of a carried link is shown: of which question, in which state, until when; no question
    where it opens nothing (any more)."""
    shown, life, policy = at.projected(index, Role.GIVER), at.lives[index], at.policy
    seen, last, ends = shown.seen, KINDS[role][-1], shown.until
    if seen is Seen.INTRODUCED:
        learns = role not in REFERRERS or role in shown.referrers
        return last, Seen.INTRODUCED if learns else Seen.AGREED, life.introduced_at
    asked = _open_kind(life, seen, role)
    if asked is None or _IN_TURN.index(asked.asked) < _IN_TURN.index(role):
        return None, seen, None
    if asked.asked is not role:  # somebody asked before, whose yes the giver has seen
        return last, Seen.AGREED, ends
    until = shown_until(life, asked, policy=policy)
    waits = asked is Kind.NAME and (until is None or (life.name_from is not None and now < life.name_from))
    if waits:
        return Kind.PRINCIPLE, Seen.AGREED, ends
    return (asked, _ASKED[asked], until) if until is not None and now < until else (None, seen, None)


def _page(
    at: Scene, index: int, row: Carried, *, kind: Kind, seen: Seen, until: datetime, language: str
) -> RequestPage:
    person = at.rows.asked(at.rows.referrals[index], kind)
    language = language or person.language or at.rows.giver.language
    open_question = seen in (Seen.ASKED, Seen.NAMED)
    introduced = seen is Seen.INTRODUCED
    part = at.projected(index, Role.GIVER).referrers
    projection = Projection(observer=kind.asked, seen=seen, referrers=part)
    shown = at.told_by_giver(projection, index, language=language)
    if introduced and kind.asked is Role.RECEIVER and not person.email:
        # No letter can bring them the client's part, so the link does; the client was told so (R6d, R18).
        shown = at.disclosed_as(projection, index, language=language)
    return RequestPage(
        uid=row.uid,
        kind=kind,
        seen=seen,
        shown=shown,
        statement=statement(at, index, kind, until=until, language=language),
        sheet=first_sheet(person, kind.asked, need=at.rows.need),
        part_kept=False,
        deadline=until,
        until=at.projected(index, Role.GIVER).until,
        held_until=None,
        may_say_yes=open_question,
        may_say_no=not introduced,
        told=False,
        address_hint=hint(person.email) if person.email else "",
        address_hash=person_hash(person),
        language=language,
        time_zone=at.rows.giver.time_zone,
        exchanges=(),
        silenced=False,
    )
