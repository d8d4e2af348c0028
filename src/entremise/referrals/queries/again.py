"""A need as it was told, for trying another receiver (R5b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.protocol.types import Role
from entremise.referrals.mapping import OF_NEED, NeedDraft
from entremise.referrals.models import Referral
from entremise.referrals.queries.stories import StoryGone


@dataclass(frozen=True, kw_only=True)
class Again:
    """The draft of another attempt, its receiver still to be chosen; who was tried last, and all who were (uids)."""

    draft: NeedDraft
    last: str
    tried: frozenset[str]
    introduced: bool


def again(*, giver: MemberCard, uid: str) -> Again:
    """Return what an attempt of the giver's leaves for the next one; raise StoryGone for any other (R44)."""
    row = Referral.objects.filter(uid=uid, giver_id=giver.pk).select_related("need").first()
    if row is None:
        raise StoryGone
    need = row.need
    tried = set(need.referrals.values_list("receiver_id", flat=True))
    contacts = people.contacts_by_pks(owner_pk=giver.pk, pks=[need.client_id, *tried])
    said: dict[str, Any] = {name: getattr(need, name) for name in OF_NEED}
    answers = {name: row.answers.get(name, "") for name in ("source", "knows_client")}
    carries = tuple(role for role in row.carries if role == Role.CLIENT.value)
    draft = NeedDraft(client=contacts[need.client_id].uid, carries=carries, **said, **answers)
    introduced = need.referrals.filter(introduced_at__isnull=False).exists()
    return Again(
        draft=draft,
        last=contacts[row.receiver_id].name,
        tried=frozenset(contacts[pk].uid for pk in tried),
        introduced=introduced,
    )
