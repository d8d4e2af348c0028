"""The letters about a client's details that do not work, written when they leave, through the wall (R4, R18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, render
from entremise.outbox.actions import Renderer
from entremise.protocol.policy import Policy
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions.answering import silence_token
from entremise.referrals.actions.letters import address, news_token
from entremise.referrals.models import Referral
from entremise.referrals.queries import keys, repairs
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.scenes import Scene, scene


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return each letter's renderer under its job's name."""
    return {
        "referral/details_wrong": partial(_details_wrong, policy),
        "referral/details_corrected": partial(_details_corrected, policy),
    }


def _details_wrong(policy: Policy, payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """To the giver, who asks the client; None once it has been corrected."""
    row, at, index = _read(policy, payload, now)
    way = repairs.way_to_correct(row)
    giver = at.rows.giver
    shown = at.disclosed(index, Role.GIVER, language=giver.language)
    if way is None or shown.seen is not Seen.INTRODUCED:
        return None
    context = {"shown": shown, "way": way, "url": address("story_details", row.uid)}
    return render("referral/details_wrong", context, language=giver.language, to=giver.email)


def _details_corrected(policy: Policy, payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """To the receiver: the client's part as it is now, the preferred way and no other (R18)."""
    row, at, index = _read(policy, payload, now)
    asked = at.rows.current(index, Kind.RECEIVER)
    language = asked.language or at.rows.giver.language
    shown = at.disclosed(index, Role.RECEIVER, language=language)
    if shown.seen is not Seen.INTRODUCED or not asked.address:
        return None
    context = {
        "shown": shown,
        "missing": [],
        "url": address("news", news_token(row.uid)),
        "digits": keys.digits(Purpose.NEWS, row.uid),
    }
    peace = {"silence_url": address("silence", silence_token(asked.uid))}
    return render("referral/details_corrected", {**context, **peace}, language=language, to=asked.address)


def _read(policy: Policy, payload: Mapping[str, JSON], now: datetime) -> tuple[Referral, Scene, int]:
    row = Referral.objects.get(uid=payload["referral"])
    at = scene(row.need_id, now=now, policy=policy)
    return row, at, at.rows.index_of(row.pk)
