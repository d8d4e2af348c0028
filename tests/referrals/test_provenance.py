"""R37: an introduction made here writes into the books of members whom they met, through whom, by which referral."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.people.actions import add_contact
from entremise.people.queries import MYSELF, THROUGH, ContactCard, ContactDraft, Way, WayKind
from entremise.protocol.checklist import Sheet
from entremise.protocol.types import Role
from entremise.protocol.types import Way as Preferred
from entremise.referrals.actions import provenance
from entremise.referrals.models import Referral, Request
from entremise.referrals.queries.rows import read_rows
from tests.cast import INES, MARC, MARC_DRAFT, World, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def ines(there: World) -> MemberCard:
    return member(there, name="Inès Moreau", email=INES)


def book(whose: MemberCard) -> dict[str, ContactCard]:
    return {card.name: card for card in people.cards_in_turn(owner_pk=whose.pk)}


def test_a_receiver_who_is_a_member_finds_the_client_in_their_book(there: World, ines: MemberCard) -> None:
    uid = there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    assert book(ines) == {}
    there.yes(there.last_to(MARC)).wait(minutes=15)
    found = book(ines)
    assert set(found) == {"Marc Delaunay", "Hélène Vasseur"}
    marc, helene = found["Marc Delaunay"], found["Hélène Vasseur"]
    assert (marc.company, marc.preferred, marc.phone, marc.email) == ("Le Cèdre Bleu", "mobile", "06 98 76 54 32", "")
    assert (marc.met, marc.met_through, marc.met_on) == (THROUGH, helene.uid, ines.today(there.now))
    assert marc.met_by == Request.objects.get(referral__uid=uid, kind="receiver").uid
    assert marc.how_met == "Hélène Vasseur nous a mis en relation"
    assert (helene.met, helene.ways) == ("", ())
    nothing_more = ("position", "trade", "notes", "best_time", "booking", "does", "language")
    assert [getattr(one, name) for one in (marc, helene) for name in nothing_more] == [""] * 14


def test_a_client_who_is_a_member_finds_the_receiver(there: World) -> None:
    marc = member(there, name="Marc Delaunay", email=MARC)
    introduced(there)
    found = book(marc)
    assert set(found) == {"Inès Moreau", "Hélène Vasseur"}
    assert found["Inès Moreau"].met_through_name == "Hélène Vasseur"
    assert found["Inès Moreau"].phone == "06 12 34 56 78"


def test_nobody_without_an_account_has_a_book_and_the_givers_stays_as_it_is(there: World) -> None:
    before = book(there.helene)
    introduced(there)
    assert book(there.helene) == before


@pytest.mark.parametrize("met", [MYSELF, ""])
def test_who_is_in_the_book_is_found_there_and_how_they_met_stays_the_members_to_say(
    there: World, ines: MemberCard, met: str
) -> None:
    own = replace(MARC_DRAFT, given_name="M.", company="Cèdre", met=met, how_met="À l'école")
    kept = add_contact(owner_pk=ines.pk, draft=own, now=there.now, chance=there.chance)
    giver = ContactDraft(given_name="Hélène", family_name="Vasseur", notes="Ma comptable")
    add_contact(owner_pk=ines.pk, draft=giver, now=there.now, chance=there.chance)
    introduced(there)
    found = book(ines)
    assert set(found) == {"M. Delaunay", "Hélène Vasseur"}
    marc = found["M. Delaunay"]
    assert (marc.uid, marc.met, marc.how_met, marc.met_by, marc.version) == (kept.uid, met, "À l'école", "", 1)


def test_doing_it_again_changes_nothing_even_for_who_was_removed(there: World, ines: MemberCard) -> None:
    uid, _to_ines, _to_marc = introduced(there)
    before = book(ines)
    rows = read_rows(Referral.objects.get(uid=uid).need_id)
    provenance.set_by_introduction(rows, 0, now=there.now, chance=there.chance, policy=there.policy)
    assert book(ines) == before


@pytest.mark.parametrize(
    ("way", "details", "expected"),
    [
        (Preferred.MAIL, "Marc@Cedre-bleu.example", ("Marc@Cedre-bleu.example", "", "", "")),
        (Preferred.MESSAGE, "@marc.cedre", ("", "@marc.cedre", "", "")),
        (Preferred.MEETING, "Au restaurant, le lundi", ("", "", "Au restaurant, le lundi", "")),
        (Preferred.PHONE, "Demander Lucie", ("", "", "", "Demander Lucie")),
    ],
)
def test_the_preferred_way_becomes_what_a_book_can_keep_of_it(
    there: World, ines: MemberCard, way: Preferred, details: str, expected: tuple[str, ...]
) -> None:
    there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    sheet = Sheet(role=Role.CLIENT, name="Marc Delaunay", way=way, details=details, reason="La ventilation")
    there.yes(there.last_to(MARC), sheet=sheet).wait(minutes=15)
    marc = book(ines)["Marc Delaunay"]
    assert (marc.email, marc.first(WayKind.LINK), marc.booking, marc.notes) == expected


def test_a_name_as_long_as_may_be_stops_no_introduction(there: World, ines: MemberCard) -> None:
    there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    name = "Marc-Antoine-Aurélien-Baptiste-Célestin-Dieudonné-Éleuthère"  # as long as a part may hold
    sheet = Sheet(role=Role.CLIENT, name=name, way=Preferred.PHONE, details="06 98 76 54 32", reason="La ventilation")
    there.yes(there.last_to(MARC), sheet=sheet).wait(minutes=15)
    assert Referral.objects.get().introduced_at is not None
    assert len(book(ines)) == 2


def test_a_quiet_end_writes_nothing(there: World, ines: MemberCard) -> None:
    there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.no(there.last_to(MARC)).wait(days=40)
    assert book(ines) == {}


def test_way_is_read_only_when_it_can_be(there: World, ines: MemberCard) -> None:
    """Somebody found by a number that is somebody else's would be given a false provenance."""
    switchboard = ContactDraft(given_name="Accueil", ways=(Way(kind=WayKind.PHONE, value="06 98 76 54 32"),))
    add_contact(owner_pk=ines.pk, draft=switchboard, now=there.now, chance=there.chance)
    introduced(there)
    assert set(book(ines)) == {"Accueil", "Marc Delaunay", "Hélène Vasseur"}
    assert book(ines)["Accueil"].met == ""
