"""Our turn to help: whom I could recommend to those who recommended me (R42)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard
from entremise.people.actions import add_contact, profiles, remove_contact
from entremise.people.actions.provenance import set_met_through
from entremise.people.queries import ContactCard
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
    """R42: from the profile I may read, with the reasons; the giver must be in my book, to be recommended to."""
    show(there)
    keep(there, ines, "Paul", "Brasserie du Parc", area="FR-69123")
    keep(there, ines, "Lea", "Hôtel des Alpes")
    keep(there, ines, "Max", "Garage Moulin")
    (alone,) = our_turn(member=ines)
    assert (alone.name, alone.card, alone.profile, alone.proposed) == ("Hélène Vasseur", None, None, ())
    helene = keep(there, ines, "Hélène", "", email=HELENE)
    (turn,) = our_turn(member=ines)
    assert turn.card is not None
    assert turn.card.uid == helene.uid
    assert names(turn) == ["Brasserie du Parc", "Hôtel des Alpes"]
    assert [one.why for one in turn.proposed[0].match.reasons] == [Why.KIND, Why.PLACE]


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
    assert counts[0] == counts[1] <= 13
