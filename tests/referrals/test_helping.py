"""Our turn to help: whom I could recommend to those who recommended me (R42)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard
from entremise.catalogue import client_kinds
from entremise.people import queries as people
from entremise.people.actions import add_contact, edit_contact, profiles, remove_contact
from entremise.people.actions.provenance import set_met_through
from entremise.people.queries import THROUGH, ContactCard, ContactDraft
from entremise.people.queries.helping import answering
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.helping import Why
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import outside
from entremise.referrals.actions.outside import Noted
from entremise.referrals.queries.helping import Turn, our_turn
from entremise.referrals.queries.outside import Direction
from tests.cast import HELENE, INES, World, browser_of, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
TEXT = ProfileText(client_kinds=("restaurant",), markets=("Hôtels de charme",), areas=("FR-69123",))


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def ines(there: World) -> MemberCard:
    made = member(there, name="Inès Moreau", email=INES)
    introduced(there)
    return made


def keep(there: World, owner: MemberCard, given: str, company: str, **more: Any) -> ContactCard:
    draft = contact_draft(given, "Test", company, more.pop("email", f"{given.lower()}@test.example"), **more)
    return add_contact(owner_pk=owner.pk, draft=draft, now=there.now, chance=there.chance)


def show(there: World, *, seen_by: SeenBy = SeenBy.MEMBERS, text: ProfileText = TEXT, version: int = 0) -> None:
    mine: dict[str, Any] = {"owner_pk": there.helene.pk, "now": there.now, "chance": there.chance}
    profiles.save_profile(text=text, version=version, **mine)
    profiles.show_to(seen_by=seen_by, **mine)


def names(turn: Turn) -> list[str]:
    return [one.line.company for one in turn.proposed]


def test_what_the_giver_looks_for_is_held_against_my_contacts(there: World, ines: MemberCard) -> None:
    """R42: from the profile I may read, with the reasons."""
    show(there)
    keep(there, ines, "Paul", "Brasserie du Parc", area="FR-69123")
    keep(there, ines, "Lea", "Hôtel des Alpes")
    keep(there, ines, "Max", "Garage Moulin")
    helene = keep(there, ines, "Hélène", "", email=HELENE)
    (turn,) = our_turn(member=ines)
    assert turn.card is not None
    assert turn.card.uid == helene.uid
    assert names(turn) == ["Brasserie du Parc", "Hôtel des Alpes"]
    assert [one.why for one in turn.proposed[0].match.reasons] == [Why.KIND, Why.PLACE]


def test_the_giver_whom_the_introduction_wrote_into_my_book_is_found_there(there: World, ines: MemberCard) -> None:
    """R37, R42: without any address, and under whatever name I write since."""
    show(there)
    keep(there, ines, "Paul", "Brasserie du Parc", area="FR-69123")
    (written,) = people.lines_matching(owner_pk=ines.pk, search="Hélène Vasseur")
    (turn,) = our_turn(member=ines)
    assert turn.card is not None
    assert (turn.card.uid, turn.card.email) == (written.uid, "")
    assert (turn.profile is not None, names(turn)) == (True, ["Brasserie du Parc"])
    renamed = ContactDraft(given_name="Ma comptable", family_name="à Lyon")
    edit_contact(owner_pk=ines.pk, uid=written.uid, version=1, draft=renamed, now=there.now)
    (turn,) = our_turn(member=ines)
    assert turn.card is not None
    assert turn.card.uid == written.uid


def test_of_two_entries_of_the_giver_the_one_that_reaches_them_is_taken(there: World, ines: MemberCard) -> None:
    """R42: and whom either of them brought is proposed to neither."""
    show(there)
    helene = keep(there, ines, "Hélène", "", email=HELENE)
    marc = next(card for card in people.cards_in_turn(owner_pk=ines.pk) if card.name == "Marc Delaunay")
    assert marc.met_through not in ("", helene.uid)
    restaurant = ContactDraft(given_name="Marc", company="Restaurant", met=THROUGH, met_through=marc.met_through)
    edit_contact(owner_pk=ines.pk, uid=marc.uid, version=marc.version, draft=restaurant, now=there.now)
    (turn,) = our_turn(member=ines)
    assert turn.card is not None
    assert (turn.card.uid, names(turn)) == (helene.uid, [])


def test_a_giver_who_is_in_the_book_by_name_alone_is_found_and_one_who_is_not_is_said_to_be_missing(
    there: World,
) -> None:
    """R42: where the client was known already, the introduction wrote nobody down (R37)."""
    ines = member(there, name="Inès Moreau", email=INES)
    keep(there, ines, "Marc", "Le Cèdre Bleu", phone="06 98 76 54 32")
    introduced(there)
    show(there)
    (alone,) = our_turn(member=ines)
    assert (alone.name, alone.card, alone.profile, alone.proposed) == ("Hélène Vasseur", None, None, ())
    add = ContactDraft(given_name="Vasseur", family_name="Hélène")
    helene = add_contact(owner_pk=ines.pk, draft=add, now=there.now, chance=there.chance)
    (turn,) = our_turn(member=ines)
    assert turn.card is not None
    assert turn.card.uid == helene.uid


def test_no_word_is_left_out_however_many_givers_and_words_there_are(there: World, ines: MemberCard) -> None:
    """R42: not the last of the alphabet, and not a short one."""
    lines = tuple(f"Travaux numéro{letter}{letter} ancien{letter}" for letter in "abcdefghijkl")
    kinds = tuple(kind.key for kind in client_kinds.all_client_kinds())[:20]
    show(there, text=ProfileText(markets=(*lines[:10], "Zoologues", "Les PME du CHR"), client_kinds=kinds))
    keep(there, ines, "Zita", "Zoologue Martin")
    keep(there, ines, "Paul", "Fournitures CHR")
    (turn,) = our_turn(member=ines)
    assert set(names(turn)) == {"Zoologue Martin", "Fournitures CHR"}


def test_one_givers_many_matches_leave_room_for_anothers(there: World) -> None:
    """R42: each set of words has its own contacts; a word counts as a whole, and in any form."""
    for number in range(3):
        keep(there, there.helene, f"B{number}", "Les Bars")
    keep(there, there.helene, "Zoe", "Barbier Zoologue")
    wanted = [frozenset({"bar"}), frozenset({"zoologue"}), frozenset[str]()]
    found = answering(owner=there.helene, wanted=wanted, limit=2)
    assert [[one.line.company for one in some] for some in found] == [["Les Bars"] * 2, ["Barbier Zoologue"], []]


def test_a_profile_i_may_not_read_proposes_nobody(there: World, ines: MemberCard) -> None:
    """R44: nothing tells that there is one."""
    show(there, seen_by=SeenBy.NOBODY)
    keep(there, ines, "Hélène", "", email=HELENE)
    keep(there, ines, "Paul", "Brasserie du Parc")
    (turn,) = our_turn(member=ines)
    assert (turn.profile, turn.proposed, turn.looking.lines) == (None, (), ())


def test_who_recommended_me_outside_is_helped_too_from_what_my_book_says(there: World) -> None:
    """R23b, R42: "what they do well", in my own notes."""
    jean = keep(there, there.helene, "Jean", "Cuisines Jean", does="Cuisines de restaurants\nFours à pain")
    keep(there, there.helene, "Paul", "Restaurant du Parc")
    day = there.helene.today(there.now)
    noted = Noted(direction=Direction.RECEIVED, other=jean.uid, client=there.marc.uid, arrived_on=day)
    own: dict[str, Any] = {"owner": there.helene, "now": there.now, "chance": there.chance, "policy": DEFAULT}
    outside.note(noted=noted, uid=there.chance.uid(), **own)
    (turn,) = our_turn(member=there.helene)
    assert names(turn) == ["Restaurant du Parc"]
    remove_contact(owner_pk=there.helene.pk, uid=turn.proposed[0].line.uid, now=there.now)
    (turn,) = our_turn(member=there.helene)
    assert names(turn) == []


def test_nobody_is_proposed_who_came_from_them_is_me_or_does_the_same(there: World, ines: MemberCard) -> None:
    """R1, R37, R42: not whom they introduced, not oneself, not a competitor of theirs."""
    show(there)
    helene = keep(there, ines, "Hélène", "", email=HELENE, trade="accountant")
    paul = keep(there, ines, "Paul", "Brasserie du Parc")
    keep(there, ines, "Moi", "Restaurant Moi", email=INES)
    keep(there, ines, "Luc", "Restaurant et comptes", trade="accountant")
    set_met_through(owner_pk=ines.pk, uid=paul.uid, through=helene.uid, on=None, how="", now=there.now)
    (turn,) = our_turn(member=ines)
    assert names(turn) == []


def test_whom_i_recommended_to_them_already_is_not_proposed_again(there: World) -> None:
    """R42: one need, one attempt; what came of it does not matter."""
    ines = there.ines
    day = there.helene.today(there.now)
    own: dict[str, Any] = {"owner": there.helene, "now": there.now, "chance": there.chance, "policy": DEFAULT}
    other = keep(there, there.helene, "Zoé", "Zoé", email="zoe@test.example")
    noted = Noted(direction=Direction.RECEIVED, other=ines.uid, client=other.uid, arrived_on=day)
    outside.note(noted=noted, uid=there.chance.uid(), **own)
    paul = keep(there, there.helene, "Paul", "Cuisines du Parc")
    (turn,) = our_turn(member=there.helene)
    assert names(turn) == ["Cuisines du Parc"]
    there.send(client=paul.uid)
    (turn,) = our_turn(member=there.helene)
    assert names(turn) == []


def test_the_page_leads_to_the_recommendation_prefilled_and_is_kind_when_empty(there: World, ines: MemberCard) -> None:
    """R42: the way in asks its own questions (R12, R38)."""
    client = browser_of(there.helene)
    empty = client.get("/cultiver/a-notre-tour/").content.decode()
    assert "Aucune recommandation ne vous est encore parvenue ici" in empty
    show(there)
    helene = keep(there, ines, "Hélène", "", email=HELENE)
    client.force_login(get_user_model().objects.get(pk=ines.pk))
    assert "ne vient à l’esprit pour" in client.get("/cultiver/a-notre-tour/").content.decode()
    paul = keep(there, ines, "Paul", "Brasserie du Parc")
    shown = client.get("/cultiver/a-notre-tour/").content.decode()
    address = f"/recommander/?receiver={helene.uid}&amp;client={paul.uid}"
    assert address in shown
    asked = client.get(address.replace("&amp;", "&")).content.decode()
    assert "Paul" in asked


def test_the_page_takes_no_more_queries_when_people_and_contacts_grow(there: World, ines: MemberCard) -> None:
    show(there)
    keep(there, ines, "Hélène", "", email=HELENE)
    counts = []
    for number in range(2):
        for name in range(4):
            keep(there, ines, f"N{number}{name}", "Brasserie")
        with CaptureQueriesContext(connection) as taken:
            our_turn(member=ines)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 15
