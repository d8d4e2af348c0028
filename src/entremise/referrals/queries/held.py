"""What is held about somebody by the requests made to them, as that person may see it (R45). Theirs alone, ever:
nothing here names the other party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from entremise.accounts import queries as members
from entremise.lib import links
from entremise.outbox import queries as outbox
from entremise.protocol.checklist import OF_PARTY
from entremise.protocol.consent import Request as Consent
from entremise.protocol.ending import shown_to
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import PERMISSIONS, Kind, Role
from entremise.protocol.wall import Disclosed, Person, Seen
from entremise.referrals import mapping
from entremise.referrals.mapping import ProofCard
from entremise.referrals.models import Carried, Proof, Question, Referral, Refused, Request, RightsLink, Word
from entremise.referrals.queries import endings, keys
from entremise.referrals.queries.held_asides import any_aside, asides
from entremise.referrals.queries.held_carried import behind_carried, request_carried
from entremise.referrals.queries.held_values import Behind, Held, HeldRequest, Refusals, Said
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.refusals import ALL, GIVER, PERSON
from entremise.referrals.queries.rows import NeedGone, ask_key
from entremise.referrals.queries.scenes import Scene, scene


def behind(token: str, *, now: datetime, policy: Policy) -> Behind | None:
    """Return who stands behind a request's, a news', a carried or a rights link; None where it opens nothing (any
    more)."""
    mark = links.fingerprint(token)
    asked = Request.objects.filter(fingerprint=mark, mute=False).select_related("need").first()
    if asked is not None:
        return _of_request(asked, asked, Purpose.REQUEST)
    referral = Referral.objects.filter(news_fingerprint=mark, introduced_at__isnull=False).first()
    if referral is not None:
        own = Request.objects.filter(referral=referral, kind=Kind.RECEIVER.value, erased_at=None).first()
        return _of_request(own, referral, Purpose.NEWS) if own is not None else None
    brought = Carried.objects.filter(fingerprint=mark).select_related("referral").first()
    if brought is not None:
        return behind_carried(brought, now=now, policy=policy)
    link = RightsLink.objects.filter(fingerprint=mark, expires_at__gt=now).exclude(address="").first()
    if link is None:
        return None
    return Behind(
        row=link,
        uid=link.uid,
        purpose=Purpose.RIGHTS,
        address=link.address,
        address_hash=link.address_hash,
        language=link.language,
        time_zone=_zone_of(link.address_hash),
        everything=True,
    )


def _of_request(asked: Request, row: Request | Referral, purpose: str) -> Behind | None:
    giver = members.once_members([asked.need.giver_id]).get(asked.need.giver_id)
    return Behind(
        row=row,
        uid=row.uid,
        purpose=purpose,
        address=asked.address,
        address_hash=asked.address_hash,
        language=asked.language or (giver.language if giver else "fr"),
        time_zone=giver.time_zone if giver else "Europe/Paris",
        everything=False,
    )


def _zone_of(address_hash: str) -> str:
    """The zone of whoever wrote last: the nearest to the person's own that is known."""
    row = Request.objects.filter(address_hash=address_hash).order_by("-sent_at").select_related("need").first()
    told = Word.objects.filter(mailed_to=address_hash).order_by("-at").select_related("outside").first()
    invited = members.invitations_held(address_hash)
    pk = row.need.giver_id if row else told.outside.owner_id if told and told.outside else None
    giver = members.once_members([pk]).get(pk) if pk else invited[-1].inviter if invited else None
    return giver.time_zone if giver else "Europe/Paris"


def held(who: Behind, *, now: datetime, language: str, policy: Policy) -> Held:
    """Return everything that is held about the person behind a link, in `language`.

    Behind a carried link, what the giver who carries it knows as well, and no refusal (R7).
    """
    if isinstance(who.row, Carried):
        return Held(
            requests=request_carried(who.row, now=now, language=language, policy=policy),
            asides=(),
            refusals=NOTHING_REFUSED,
        )
    found = [_request(row, now=now, language=language, policy=policy) for row in who.requests()]
    requests = tuple(one for one in found if one is not None)
    return Held(
        requests=requests,
        asides=asides(who.address_hash, address=who.address) if who.everything else (),
        refusals=refusals_of(who.address_hash),
    )


NOTHING_REFUSED = Refusals(everything=False, givers=(), persons=0, invitations=False)


def anything_held(address_hash: str) -> bool:
    """Whether requests, invitations, leads, evaluations, words told or refusals are kept for an address."""
    found = [  # each is asked, always: the time this takes tells nothing
        Request.objects.filter(address_hash=address_hash, mute=False, erased_at=None).exists(),
        Refused.objects.filter(address_hash=address_hash).exists(),
        members.wants_no_invitation(address_hash),
        *any_aside(address_hash),
    ]
    return any(found)


def refusals_of(address_hash: str) -> Refusals:
    """Return what an address has refused; a giver who left, or moved to another address, is not named."""
    rows = list(Refused.objects.filter(address_hash=address_hash).order_by("pk").values_list("scope", "other"))
    givers = [members.by_address_hash(other) for scope, other in rows if scope == GIVER]
    return Refusals(
        everything=any(scope == ALL for scope, _other in rows),
        givers=tuple(giver.name if giver else "" for giver in givers),
        persons=sum(scope == PERSON for scope, _other in rows),
        invitations=members.wants_no_invitation(address_hash),
    )


# -- one request ------------------------------------------------------------------------------------

# What a person was told by the mail itself, when nothing of it is shown any more because its time has passed.
_TOLD = {**dict.fromkeys(Kind, Seen.ASKED), Kind.NAME: Seen.NAMED}


def _request(row: Request, *, now: datetime, language: str, policy: Policy) -> HeldRequest | None:
    try:
        at = scene(row.need_id, now=now, policy=policy)
    except NeedGone:
        return None
    kind, index = Kind(row.kind), at.rows.index_of(row.referral_id)
    request = at.lives[index].request(kind)
    if request is None:
        return None
    shown = _shown(at, index, kind, language)
    person = _themself(at, index, kind, shown, language)
    asked = row.referral
    return HeldRequest(
        uid=row.uid,
        token=keys.token(Purpose.REQUEST, row.uid),
        kind=kind,
        giver=shown.giver.name if shown.giver else "",
        giver_company=shown.giver.company if shown.giver else "",
        name=person.name if person else "",
        company=person.company if person else "",
        address=row.address,
        brief=shown.brief or "",
        sent_at=row.sent_at,
        delivered=outbox.may_have_left(ask_key(row.uid)),
        reminded_at=row.reminded_at,
        deadline=row.deadline,
        answer=row.answer,
        answered_at=row.answered_at,
        introduced_at=asked.introduced_at if _stands(request) else None,
        part=at.sheets.get((asked.pk, kind.asked)),
        said=_said(row),
        ends=shown_to(Role.RECEIVER, endings.history(asked)) if kind is Kind.RECEIVER and asked.introduced_at else (),
        proofs=_proofs(row),
        may_say_no=may_say_no(request, asked.stage, now=now),
    )


def _shown(at: Scene, index: int, kind: Kind, language: str) -> Disclosed:
    projection = at.projected(index, kind.asked)
    shown = at.disclosed_as(projection, index, language=language)
    if shown.giver is not None or kind not in _TOLD:
        return shown
    return at.disclosed_as(replace(projection, seen=_TOLD[kind]), index, language=language)


def _themself(at: Scene, index: int, kind: Kind, shown: Disclosed, language: str) -> Person | None:
    if kind in PERMISSIONS:
        return at.referrer(index, kind.asked, language=language)
    found: Person | None = getattr(shown, kind.asked.value, None)
    return found


def _stands(request: Consent) -> bool:
    return request.stands


def may_say_no(request: Consent, stage: str, *, now: datetime) -> bool:
    """Whether a no, or a withdrawal, still means something (R6, R9)."""
    unanswered = request.answer is None and now < request.deadline
    return stage != Stage.INTRODUCED.value and not request.mute and (request.stands or unanswered)


def _said(row: Request) -> tuple[Said, ...]:
    """What the person wrote about this request: questions, a private reason, and as a receiver, words to the giver."""
    found = []
    if row.private_reason and row.told_at:
        found.append(Said(what="reason", at=row.told_at, text=row.private_reason))
    if Kind(row.kind) is Kind.RECEIVER:
        questions = Question.objects.filter(referral_id=row.referral_id).exclude(text="").order_by("pk")
        asked = questions.values_list("asked_at", "text")
        found += [Said(what="question", at=at, text=text) for at, text in asked]
        words = Word.objects.filter(referral_id=row.referral_id).order_by("pk")
        said = words.values_list("kind", "at", "text", "better")
        found += [Said(what=kind, at=at, text="\n".join(filter(None, texts))) for kind, at, *texts in said]
    return tuple(sorted((one for one in found if one.text), key=lambda one: one.at))


def _proofs(row: Request) -> tuple[ProofCard, ...]:
    mine = Proof.objects.filter(proved_by(row.address_hash), need_id=row.need_id, kind=row.kind).order_by("number")
    return tuple(mapping.proof(one) for one in mine)


def proved_by(address_hash: str) -> Q:
    """Return what finds the proofs of whoever has this keyed hash now, made under it or an earlier one: those of their
    requests (R10). One that points to no request is found by the hash it was sealed with."""
    return Q(request__address_hash=address_hash) | Q(request=None, person=address_hash)


def fields_of(role: Role) -> Sequence[str]:
    """Return the fields of the part that somebody in this role can correct; none for who hands over nothing."""
    return tuple(field.value for field in OF_PARTY.get(role, ()))
