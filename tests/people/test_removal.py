"""Removing contacts, one or many, and putting them back (R44, R48)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from entremise.people import actions, queries
from entremise.people.actions import RESTORABLE
from entremise.people.models import Contact
from entremise.people.queries import ContactCard, ContactNotFound, ImportEntry, Kind
from entremise.worker.notebook_jobs import forget_removed_contacts
from tests.cast import World, contact_draft, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


def _some(there: World, count: int = 3) -> list[ContactCard]:
    return [there.add(contact_draft("Ana", f"Nom {n}", "", f"ana{n}@nom.example")) for n in range(count)]


def _remove(there: World, *cards: ContactCard) -> actions.RemovedNow:
    return actions.remove_contacts(owner_pk=there.helene.pk, uids=[card.uid for card in cards], now=there.now)


def test_what_is_removed_is_found_by_nobody_and_comes_back_as_it_was(there: World) -> None:
    ana, bea, _ = _some(there)
    before = queries.count(owner_pk=there.helene.pk)
    assert _remove(there, ana, bea) == actions.RemovedNow(removed=2, held=0)
    owner = there.helene.pk
    assert queries.count(owner_pk=owner) == before - 2
    assert ana.uid not in {line.uid for line in queries.contact_page(owner_pk=owner, search="nom").lines}
    assert queries.lines_by_uids(owner_pk=owner, uids=[ana.uid]) == ()
    assert ana.uid not in {card.uid for card in queries.cards_in_turn(owner_pk=owner)}
    with pytest.raises(ContactNotFound):
        queries.contact(owner_pk=owner, uid=ana.uid)
    assert [line.uid for line, at in queries.removed(owner_pk=owner).lines if at == there.now] == [ana.uid, bea.uid]
    assert len(queries.removed_then(owner_pk=owner, at=there.now)) == 2
    assert actions.restore_contacts(owner_pk=owner, removed_at=there.now) == 2
    assert actions.restore_contacts(owner_pk=owner, removed_at=there.now) == 0
    assert queries.contact(owner_pk=owner, uid=ana.uid) == ana


def test_whoever_takes_part_in_a_referral_stays(there: World) -> None:
    """Nobody vanishes under a referral: the others go, and they stay."""
    there.send()
    ana, bea, _ = _some(there)
    done = _remove(there, ana, there.ines, bea, there.marc)
    assert done == actions.RemovedNow(removed=2, held=2)
    assert queries.contact(owner_pk=there.helene.pk, uid=there.marc.uid)
    with pytest.raises(actions.ContactInReferral):
        actions.remove_contact(owner_pk=there.helene.pk, uid=there.ines.uid, now=there.now)


def test_another_members_contacts_cannot_be_removed_put_back_or_changed_r44(there: World) -> None:
    (ana,) = _some(there, 1)
    olga = member(there)
    assert actions.remove_contacts(owner_pk=olga.pk, uids=[ana.uid], now=there.now).removed == 0
    assert actions.set_kinds(owner_pk=olga.pk, uids=[ana.uid], kinds=[Kind.CLIENT], now=there.now) == 0
    _remove(there, ana)
    assert actions.restore_contacts(owner_pk=olga.pk, uids=[ana.uid]) == 0
    assert queries.removed(owner_pk=olga.pk).total == 0
    assert queries.removed_then(owner_pk=olga.pk, at=there.now) == ()


def test_after_thirty_days_what_was_removed_is_erased_r48(there: World) -> None:
    ana, bea, eve = _some(there)
    _remove(there, ana)
    there.now += timedelta(days=1)
    _remove(there, bea)
    assert forget_removed_contacts(there.now + RESTORABLE - timedelta(hours=23), there.chance) == 1
    assert not Contact.objects.filter(uid=ana.uid).exists()
    assert queries.removed(owner_pk=there.helene.pk).total == 1
    assert queries.contact(owner_pk=there.helene.pk, uid=eve.uid)


def test_somebody_recommended_while_being_removed_is_put_back_rather_than_erased(there: World) -> None:
    there.send()
    Contact.objects.filter(uid=there.marc.uid).update(removed_at=there.now)
    forget_removed_contacts(there.now + 2 * RESTORABLE, there.chance)
    assert queries.contact(owner_pk=there.helene.pk, uid=there.marc.uid)


def test_a_removed_contact_can_be_brought_again_and_is_not_the_one_in_the_book(there: World) -> None:
    (ana,) = _some(there, 1)
    _remove(there, ana)
    entry = ImportEntry(draft=contact_draft("Ana", "Nom 0", "", "ana0@nom.example"))
    done = actions.import_contacts(owner_pk=there.helene.pk, entries=[entry], now=there.now, chance=there.chance)
    assert done.added == 1


def test_several_are_said_to_be_something_at_once(there: World) -> None:
    ana, bea, eve = _some(there)
    kinds = [Kind.CLIENT, Kind.FRIEND]
    done = actions.set_kinds(owner_pk=there.helene.pk, uids=[ana.uid, bea.uid], kinds=kinds, now=there.now)
    assert done == 2
    changed = queries.contact(owner_pk=there.helene.pk, uid=ana.uid)
    assert (changed.kinds, changed.version) == (frozenset(kinds), ana.version + 1)
    assert queries.contact(owner_pk=there.helene.pk, uid=eve.uid).kinds == frozenset()


def test_a_whole_book_is_read_in_turn_whatever_its_size(there: World) -> None:
    _some(there, 7)
    found = list(queries.cards_in_turn(owner_pk=there.helene.pk, size=3))
    assert len(found) == queries.count(owner_pk=there.helene.pk)
    assert len({card.uid for card in found}) == len(found)
