"""A giver is never asked for their own permission, whatever an older book says (R1, R38)."""

from __future__ import annotations

import pytest

from entremise.people.models import Contact
from entremise.people.queries import THROUGH
from entremise.people.queries import contact as contact_of
from entremise.protocol.provenance import Ground
from entremise.referrals.queries.permissions import permissions
from tests.cast import FRANCOIS, FRANCOIS_DRAFT, HELENE, INES, contact_draft, world

pytestmark = pytest.mark.django_db


def test_r38_nobody_is_asked_where_the_book_says_that_it_was_through_oneself() -> None:
    there = world()
    own = there.add(contact_draft("Hélène", "Vasseur", "", HELENE))
    francois = there.add(FRANCOIS_DRAFT)
    for who, through in ((there.ines, own), (there.marc, francois)):
        Contact.objects.filter(pk=who.pk).update(met=THROUGH, met_through_id=through.pk)
    receiver, client = (contact_of(owner_pk=there.helene.pk, uid=one.uid) for one in (there.ines, there.marc))
    found = permissions(
        giver=there.helene, draft=there.draft(), receiver=receiver, client=client, now=there.now, policy=there.policy
    )
    assert [one.ground for one in found.judged] == [Ground.MET_ALONE, Ground.NEEDED]
    assert [one.referrer.uid for one in found.asked] == [francois.uid]
    there.send()
    assert there.mails_to(HELENE) == there.mails_to(INES) == []
    assert there.mails_to(FRANCOIS)
