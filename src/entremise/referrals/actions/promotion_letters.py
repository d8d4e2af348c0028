"""A good word about whoever recommended, as the client reads it: in the receiver's own words, once (R41)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, render
from entremise.outbox.actions import Renderer
from entremise.protocol.policy import Policy
from entremise.protocol.types import PERMISSIONS, REFERRERS, Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions.answering import silence_token
from entremise.referrals.actions.letters import address, request_token
from entremise.referrals.models import Word
from entremise.referrals.queries.promoting import to_promote
from entremise.referrals.queries.refusals import wants_peace
from entremise.referrals.queries.scenes import scene

Payload = Mapping[str, JSON]


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return each letter's renderer under its job's name."""
    return {
        "referral/promotion": partial(_promotion, policy),
        "referral/promotion_told": partial(_told, policy),
    }


def _promotion(policy: Policy, payload: Payload, now: datetime) -> Letter | None:
    """Both names are known to both by now (R9). Whoever asked for peace meanwhile, or refused the one praised, gets
    nothing, and nobody learns why (R7, R45)."""
    word = _word(payload)
    return _letter("promotion", word, Kind.NAME, now=now, policy=policy) if word.text else None


def _told(policy: Policy, payload: Payload, now: datetime) -> Letter | None:
    """The same to a co-introducer who was praised: they read it too (R39, R41)."""
    word = _word(payload)
    kind = PERMISSIONS[REFERRERS.index(Role(word.about))]
    return _letter("promotion_told", word, kind, now=now, policy=policy)


def _word(payload: Payload) -> Word:
    return Word.objects.select_related("referral").get(uid=payload["word"], referral__isnull=False)


def _letter(name: str, word: Word, kind: Kind, *, now: datetime, policy: Policy) -> Letter | None:
    """What the person of this kind of request reads, where they may still be written to."""
    assert word.referral is not None
    at = scene(word.referral.need_id, now=now, policy=policy)
    index = at.rows.index_of(word.referral_id)
    row = at.rows.current(index, kind)
    if at.projected(index, kind.asked).seen is not Seen.INTRODUCED or not row.address or not policy.writes_first:
        return None
    if row.not_them_at is not None or wants_peace(row.address_hash, giver_hash=at.rows.giver.address_hash):
        return None
    language = row.language or at.rows.giver.language
    shown = at.disclosed(index, kind.asked, language=language)
    praised = to_promote(shown).get(Role(word.about))
    if praised is None:
        return None
    silence = address("silence", silence_token(row.uid))
    rights = address("rights_of", request_token(row.uid))
    context = {
        "shown": shown,
        "giver": shown.receiver,  # on whose behalf it is sent
        "praised": praised,
        "text": word.text,
        "silence_url": silence,
        "rights_url": rights,
    }
    headers = {"List-Unsubscribe": f"<{silence}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return render(f"referral/{name}", context, language=language, to=row.address, headers=headers)
