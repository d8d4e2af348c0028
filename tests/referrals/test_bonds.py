"""What referrals bring is remembered by itself, in the books of those who are told of it, without any words (R30, R35,
R43)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from entremise.accounts.queries import MemberCard
from entremise.people import actions as people
from entremise.people.queries import ContactCard, bonds, meeting
from entremise.people.queries import contact as contact_of
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import outside
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.outside import Noted
from entremise.referrals.queries.outside import Direction
from tests.cast import FRANCOIS, INES, MARC, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
UID = "a" * 26


def book(owner_pk: int, contact_pk: int) -> list[str]:
    """What is remembered of a contact, the latest first; nobody wrote a word of it."""
    lines = bonds.happened(owner_pk=owner_pk, contact_pk=contact_pk).lines
    assert all(line.by_itself and not line.words for line in lines)
    return [str(line.kind) for line in lines]


def helenes(there: World) -> tuple[list[str], list[str]]:
    return tuple(book(there.helene.pk, one.pk) for one in (there.ines, there.marc))  # type: ignore[return-value]


def of_helene(owner: MemberCard) -> list[str]:
    """What is remembered of Hélène in somebody's book, where she is in it."""
    uid = meeting.called(owner_pk=owner.pk, name="Hélène Vasseur", company="")
    return book(owner.pk, contact_of(owner_pk=owner.pk, uid=uid).pk) if uid else []


def test_an_introduction_is_remembered_in_the_books_of_the_three_and_not_a_moment_before():
    there = world()
    ines = member(there, name="Inès Moreau", email=INES)
    marc = member(there, name="Marc Delaunay", email=MARC)
    there.send()
    for mail_to in (INES, MARC, MARC):
        assert helenes(there) == ([], [])
        assert of_helene(ines) == of_helene(marc) == []
        there.yes(there.last_to(mail_to)).wait(minutes=15)
    assert helenes(there) == (["referred_to_them"], ["referred_as_client"])
    assert of_helene(ines) == ["referred_by_them"]
    assert of_helene(marc) == ["favour_received"]


def test_a_referral_that_ends_in_a_no_is_remembered_nowhere():
    there = world()
    ines = member(there, name="Inès Moreau", email=INES)
    there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.no(there.last_to(MARC))
    there.wait(days=30)
    assert helenes(there) == ([], [])
    assert of_helene(ines) == []


def test_thanks_and_news_are_remembered_by_both_and_each_once():
    there = world()
    ines = member(there, name="Inès Moreau", email=INES)
    _uid, mail, _ = introduced(there)
    there.thank(mail).thank(mail)
    there.wait(days=3)
    there.news(mail, "Premier rendez-vous mardi, avec Marc.")
    assert helenes(there)[0] == ["news", "thanks", "referred_to_them"]
    assert of_helene(ines) == ["news", "thanks", "referred_by_them"]


def test_r35_who_recommended_twice_unasked_is_an_ambassador_of_the_one_they_recommended():
    there = world()
    ines = member(there, name="Inès Moreau", email=INES)
    introduced(there)
    assert bonds.ambassadors(owner_pk=ines.pk, limit=5, policy=DEFAULT) == ()
    there.wait(days=30)
    there.marc = there.add(contact_draft("Paul", "Brise", "", "paul@brise-legere.example"))
    there.send()
    for mail_to in (INES, "paul@brise-legere.example", "paul@brise-legere.example"):
        there.yes(there.last_to(mail_to)).wait(minutes=15)
    (line,) = bonds.ambassadors(owner_pk=ines.pk, limit=5, policy=DEFAULT)
    assert (line.name, line.unasked) == ("Hélène Vasseur", 2)


def test_whoever_was_removed_from_the_book_is_not_written_about():
    there = world()
    ines = member(there, name="Inès Moreau", email=INES)
    _uid, mail, _ = introduced(there)
    uid = meeting.called(owner_pk=ines.pk, name="Hélène Vasseur", company="")
    helene = contact_of(owner_pk=ines.pk, uid=uid)
    people.remove_contact(owner_pk=ines.pk, uid=uid, now=there.now)
    there.thank(mail)
    assert book(ines.pk, helene.pk) == ["referred_by_them"]
    assert helenes(there)[0] == ["thanks", "referred_to_them"]


# --- from outside (R23b) ---------------------------------------------------------------------------------------


def noted(there: World, other: ContactCard, direction: Direction, on: date) -> Noted:
    return Noted(direction=direction, other=other.uid, client=there.marc.uid, arrived_on=on)


def act(there: World) -> dict[str, object]:
    return {"now": there.now, "chance": there.chance, "policy": DEFAULT}


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def francois(there: World) -> ContactCard:
    return there.add(contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS))


def test_r23b_one_received_outside_is_remembered_with_its_giver_on_its_day(there: World, francois: ContactCard):
    day = there.now.date() - timedelta(days=9)
    outside.note(owner=there.helene, noted=noted(there, francois, Direction.RECEIVED, day), uid=UID, **act(there))
    outside.note(owner=there.helene, noted=noted(there, francois, Direction.RECEIVED, day), uid=UID, **act(there))
    (line,) = bonds.happened(owner_pk=there.helene.pk, contact_pk=francois.pk).lines
    assert (str(line.kind), line.on) == ("referred_by_them", day)
    outside.tell(owner=there.helene, uid=UID, kind="thanks", said=Said(text="Merci"), **act(there))
    assert book(there.helene.pk, francois.pk) == ["thanks", "referred_by_them"]
    assert book(there.helene.pk, there.marc.pk) == []


def test_r23b_one_given_outside_is_remembered_with_both(there: World):
    day = there.now.date()
    outside.note(owner=there.helene, noted=noted(there, there.ines, Direction.GIVEN, day), uid=UID, **act(there))
    assert helenes(there) == (["referred_to_them"], ["referred_as_client"])


def test_r23b_correcting_the_record_moves_what_is_remembered_and_removing_it_forgets_it(
    there: World, francois: ContactCard
):
    day = there.now.date()
    outside.note(owner=there.helene, noted=noted(there, francois, Direction.RECEIVED, day), uid=UID, **act(there))
    outside.tell(owner=there.helene, uid=UID, kind="thanks", said=Said(text="Merci"), **act(there))
    earlier = noted(there, there.ines, Direction.RECEIVED, day - timedelta(days=2))
    outside.correct(owner=there.helene, uid=UID, noted=earlier, version=1, **act(there))
    assert book(there.helene.pk, francois.pk) == ["thanks"]
    (line,) = bonds.happened(owner_pk=there.helene.pk, contact_pk=there.ines.pk).lines
    assert line.on == day - timedelta(days=2)
    outside.remove(owner=there.helene, uid=UID, now=there.now, policy=DEFAULT)
    assert book(there.helene.pk, francois.pk) == book(there.helene.pk, there.ines.pk) == []
