"""The letter that asks whether it was a good match, written when it leaves from what the wall hands out (R4, R14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, one_click, render
from entremise.outbox.actions import Renderer
from entremise.protocol.policy import Policy
from entremise.protocol.types import Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions.answering import silence_token
from entremise.referrals.actions.evaluating import OF_PARTIES, code, token
from entremise.referrals.actions.letters import address
from entremise.referrals.models import Evaluation
from entremise.referrals.queries.refusals import wants_peace
from entremise.referrals.queries.scenes import Scene, scene


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return the letter's renderer under its job's name."""
    return {"referral/evaluation": partial(_evaluation, policy)}


def _evaluation(policy: Policy, payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    """To one of the three; None once answered or closed, and for a party who wants no mail, or no more from here."""
    row = Evaluation.objects.select_related("referral").filter(uid=payload["evaluation"]).first()
    if row is None or row.referral is None or row.answered_at or now >= row.deadline or not row.address:
        return None
    at = scene(row.referral.need_id, now=now, policy=policy)
    index = at.rows.index_of(row.referral_id)
    role = Role(row.role)
    if at.projected(index, role).seen is not Seen.INTRODUCED or _wants_peace(row, at):
        return None
    context: dict[str, object] = {
        "shown": at.disclosed(index, role, language=row.language),
        "role": role.value,
        "url": address("evaluation", token(row.uid)),
        "digits": code(row.uid),
        "until": row.deadline,
        "zone": at.rows.giver.time_zone,
        "least": policy.batch_judged,
    }
    headers: Mapping[str, str] = {}
    if role in OF_PARTIES:
        silence_url = address("silence", silence_token(row.uid))
        context["silence_url"] = silence_url
        headers = one_click(silence_url)
    return render("referral/evaluation", context, language=row.language, to=row.address, headers=headers)


def _wants_peace(row: Evaluation, at: Scene) -> bool:
    if Role(row.role) is Role.GIVER:
        return False
    return wants_peace(row.address_hash, giver_hash=at.rows.giver.address_hash)
