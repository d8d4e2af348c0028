"""The letters of what came about outside, and of leads; written in the claiming transaction (R2, R23b)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard, address_hash
from entremise.catalogue import areas, trades
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, one_click, render
from entremise.outbox.actions import Renderer
from entremise.people import queries as people
from entremise.people.queries import ContactCard
from entremise.protocol.guard import clean_name
from entremise.protocol.policy import Policy
from entremise.protocol.wall import Disclosed, Person, Seen
from entremise.referrals.actions.answering import silence_token
from entremise.referrals.actions.giver_letters import said_in
from entremise.referrals.actions.leads import LeadDraft, lead_token
from entremise.referrals.actions.letters import address
from entremise.referrals.models import Lead, Outside, Word
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.refusals import wants_peace

Payload = Mapping[str, JSON]


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return every letter's renderer under its job's name."""
    return {
        "referral/outside_word": partial(_outside_word, policy),
        "referral/lead": partial(_lead, policy),
        "referral/lead_word": _lead_word,
    }


# -- thanks and news, in the member's name ------------------------------------------------------------


def _outside_word(policy: Policy, payload: Payload, now: datetime) -> Letter | None:
    """Thanks or news to a giver who likes them by mail (R23b), as long as they do and the record is there.

    To which address it leaves is kept by its keyed hash, so that its person finds there what they were told (R45).
    """
    del now  # it says nothing of when
    word = Word.objects.select_related("outside", "ending").filter(uid=payload["word"]).first()
    if word is None or word.outside is None or not policy.writes_first:
        return None
    row = word.outside
    owner = members.by_pk(row.owner_id)
    if owner is None or not row.likes_mail or row.direction != Direction.RECEIVED.value:
        return None
    giver = people.contact_by_pk(owner_pk=row.owner_id, pk=row.other_id)
    whose = address_hash(giver.email)
    if not giver.email or wants_peace(whose, giver_hash=owner.address_hash):
        return None
    Word.objects.filter(pk=word.pk).update(mailed_to=whose)
    client = people.contact_by_pk(owner_pk=row.owner_id, pk=row.client_id).name if row.client_id else row.client_name
    return outside_letter(word, row, owner=owner, giver=giver, client=client)


def outside_letter(word: Word, row: Outside, *, owner: MemberCard, giver: ContactCard, client: str) -> Letter:
    """Return a word as the giver reads it: from the member, who can be answered by replying."""
    shown = Disclosed(
        seen=Seen.INTRODUCED,
        giver=Person(name=clean_name(giver.name), address=giver.email),
        receiver=Person(name=clean_name(owner.name), company=owner.company, address=owner.email),
        client=Person(name=clean_name(client)),
        news=True,
    )
    silence_url = address("silence", silence_token(row.uid))
    context = {
        "shown": shown,
        "giver": shown.receiver,  # on whose behalf it is sent
        "silence_url": silence_url,
        **said_in(word),
    }
    headers = {**one_click(silence_url), "Reply-To": owner.email}
    language = giver.language or owner.language
    return render("referral/outside_word", context, language=language, to=giver.email, headers=headers)


# -- leads --------------------------------------------------------------------------------------------


def _lead(policy: Policy, payload: Payload, now: datetime) -> Letter | None:
    """A lead to its receiver (R2), unless they have asked for peace meanwhile."""
    del now  # it says nothing of when
    row = Lead.objects.filter(uid=payload["lead"], mute=False).first()
    giver = members.by_pk(row.giver_id) if row else None
    if row is None or giver is None or not policy.writes_first:
        return None
    if wants_peace(row.receiver_hash, giver_hash=giver.address_hash):
        return None
    receiver = people.contact_by_pk(owner_pk=row.giver_id, pk=row.receiver_id)
    draft = LeadDraft(receiver=receiver.uid, text=row.text, link=row.link, trade=row.trade, area=row.area)
    return lead_letter(draft, uid=row.uid, giver=giver, receiver=receiver, to=row.address, language=row.language)


def lead_letter(
    draft: LeadDraft, *, uid: str, giver: MemberCard, receiver: ContactCard, to: str, language: str
) -> Letter:
    """Return a lead as it is delivered; the giver's preview is made by the same hand (R2, R6b)."""
    silence_url = address("silence", silence_token(uid))
    context = {
        "giver": Person(name=clean_name(giver.name), company=giver.company),
        "person": Person(name=clean_name(receiver.name), company=receiver.company, address=to),
        "text": draft.text,
        "link": draft.link,
        "trade": trades.trade(draft.trade).either(language) if draft.trade else "",
        "place": areas.area(draft.area).label(language) if draft.area else "",
        "url": address("lead_read", lead_token(uid)),
        "digits": keys.digits(Purpose.LEAD, uid),
        "silence_url": silence_url,
    }
    return render("referral/lead", context, language=language, to=to, headers=one_click(silence_url))


def _lead_word(payload: Payload, now: datetime) -> Letter | None:
    """Thanks for a lead, or what came of it, to its giver (R2, R20)."""
    del now  # it says nothing of when
    word = Word.objects.select_related("lead").filter(uid=payload["word"]).first()
    giver = members.by_pk(word.lead.giver_id) if word and word.lead else None
    if word is None or word.lead is None or giver is None:
        return None
    receiver = people.contact_by_pk(owner_pk=giver.pk, pk=word.lead.receiver_id)
    context = {
        "giver": Person(name=clean_name(giver.name)),
        "receiver": Person(name=clean_name(receiver.name)),
        "kind": word.kind,
        "text": word.text,
        "came": word.lead.came_of_it,
        "url": address("lead", word.lead.uid),
    }
    return render("referral/lead_word", context, language=giver.language, to=giver.email)
