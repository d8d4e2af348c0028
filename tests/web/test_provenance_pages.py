"""R37 on pages: the chain of a contact, what somebody brought into one's life, and the first persons."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard
from entremise.interchange import archive
from entremise.people import actions, queries
from entremise.people.actions.provenance import set_met_through
from entremise.people.models import Contact
from entremise.people.queries import MYSELF, ContactCard, ContactDraft, Kind
from entremise.people.queries.provenance import DRAWN, Descendant
from entremise.protocol.types import Outcome
from entremise.referrals.actions import outside
from entremise.referrals.queries.outside import Direction
from entremise.web import provenance as pages
from tests.cast import INES, World, browser_of, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


def browser(whose: MemberCard) -> Client:
    return browser_of(whose)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    text = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u202f", " ").replace("\xa0", " ").split())


def add(there: World, name: str, through: ContactCard | None = None, **more: object) -> ContactCard:
    draft = ContactDraft(given_name=name, met_through=through.uid if through else "", **more)  # type: ignore[arg-type]
    return there.add(draft)


def test_a_contacts_page_draws_the_chain_up_to_the_first_person(there: World) -> None:
    francois = add(there, "François")
    ines = add(there, "Inès", francois)
    marc = add(there, "Marc", ines, met_on=there.now.date())
    client = browser(there.helene)
    page = read(client, f"/contacts/{marc.uid}/")
    assert "Vous François Inès Marc" in page
    assert "2 personnes rencontrées grâce à François" in read(client, f"/contacts/{francois.uid}/")
    assert "Vous vous êtes rencontrés par vous-mêmes." in read(client, f"/contacts/{add(there, 'P', met=MYSELF).uid}/")


def test_a_referrer_who_was_removed_is_said_plainly(there: World) -> None:
    francois = add(there, "François")
    ines = add(there, "Inès", francois)
    actions.remove_contact(owner_pk=there.helene.pk, uid=francois.uid, now=there.now)
    client = browser(there.helene)
    page = read(client, f"/contacts/{ines.uid}/")
    assert "Vous quelqu'un qui n'est plus dans votre carnet Inès" in page.replace("’", "'")
    assert "François" not in page
    form = client.get(f"/contacts/{ines.uid}/modifier/")
    typed = {name: field.value() or "" for name, field in ((f.name, f) for f in form.context["form"])}
    answer = client.post(f"/contacts/{ines.uid}/modifier/", {**typed, "kinds": [], "notes": "Encore"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert queries.contact(owner_pk=there.helene.pk, uid=ines.uid).met_through_gone
    actions.forget_removed(before=there.now + timedelta(days=31))
    page = read(client, f"/contacts/{ines.uid}/")
    assert "Vous quelqu'un qui n'est plus dans votre carnet Inès" in page.replace("’", "'")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"met": "through", "through": ""}, "Écrivez par qui vous vous êtes connus"),
        ({"met": "myself", "through": "François"}, "Choisissez"),
        ({"through": "Inès"}, "Cela ferait une boucle : votre carnet dit François → Inès"),
        ({"through": "Personne"}, "Personne ne porte ce nom"),
        ({"met_on": "2026-11-03"}, "pas encore venu"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    there: World, monkeypatch: pytest.MonkeyPatch, typed: dict[str, str], words: str
) -> None:
    monkeypatch.setattr("entremise.web.contact_forms.now", lambda: there.now)
    francois = add(there, "François")
    actions.remove_contact(owner_pk=there.helene.pk, uid=there.ines.uid, now=there.now)
    add(there, "Inès", francois)
    whose = francois if typed.get("through") != "François" else add(there, "Lise")
    sent = {"given_name": "Autrement", "notes": "Je tiens à ces mots.", "version": "1", **typed}
    answer = browser(there.helene).post(f"/contacts/{whose.uid}/modifier/", sent)
    text = answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert answer.status_code == 200
    assert words in text
    assert "Je tiens à ces mots." in text
    assert queries.contact(owner_pk=there.helene.pk, uid=whose.uid).name != "Autrement"


def test_today_is_not_the_future_where_the_member_is(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entremise.web.contact_forms.now", lambda: there.now)
    sent = {"given_name": "Paul", "met": "myself", "met_on": there.helene.today(there.now).isoformat()}
    assert browser(there.helene).post("/contacts/ajouter/", sent).status_code == 302


def test_what_somebody_brought_is_drawn_by_generations_with_what_became_of_it(there: World) -> None:
    francois = add(there, "François")
    noted = outside.Noted(
        direction=Direction.RECEIVED,
        other=francois.uid,
        client=contact_draft("Sophie", "Lenoir", "", "sophie@lenoir.example"),
        arrived_on=there.helene.today(there.now),
    )
    outside.note(owner=there.helene, noted=noted, uid="noted", now=there.now, chance=there.chance, policy=there.policy)
    sophie = next(card for card in queries.cards_in_turn(owner_pk=there.helene.pk) if card.given_name == "Sophie")
    assert sophie.met_by == "noted"
    add(there, "Karim", sophie)
    client = browser(there.helene)
    assert "Par la recommandation du" in read(client, f"/contacts/{sophie.uid}/")
    outside.tell(
        owner=there.helene, uid="noted", kind="outcome", said=outside.Said(), outcome=Outcome.WON,
        now=there.now, chance=there.chance, policy=there.policy,
    )  # fmt: skip
    page = read(client, f"/contacts/{francois.uid}/apporte/")
    assert "2 personnes que vous ne connaîtriez pas autrement." in page
    assert "L'une des recommandations est devenue du travail." in page.replace("’", "'")
    assert "par une recommandation : vous travaillez ensemble" in page
    assert page.index("Sophie Lenoir") < page.index("Karim")


def test_a_receiver_sees_the_outcome_they_told_and_a_client_none(there: World) -> None:
    ines = member(there, name="Inès Moreau", email=INES)
    _uid, to_ines, _to_marc = introduced(there)
    there.close(to_ines, Outcome.WON, "Nous commençons lundi.")
    book = {card.name: card for card in queries.cards_in_turn(owner_pk=ines.pk)}
    page = read(browser(ines), f"/contacts/{book['Marc Delaunay'].uid}/")
    assert "Vous Hélène Vasseur Marc Delaunay" in page
    assert "vous travaillez ensemble" in page


def test_the_outcome_a_receiver_told_the_giver_is_nothing_the_client_sees_r4(there: World) -> None:
    marc = member(there, name="Marc Delaunay", email="marc@cedre-bleu.example")
    _uid, to_ines, _to_marc = introduced(there)
    book = {card.name: card for card in queries.cards_in_turn(owner_pk=marc.pk)}
    address = f"/contacts/{book['Inès Moreau'].uid}/"
    before = read(browser(marc), address)
    there.close(to_ines, Outcome.LOST, "Trop cher.")
    assert read(browser(marc), address) == before
    assert "Par la recommandation du" in before


def test_somebody_elses_referral_is_nobodys_provenance_r44(there: World) -> None:
    """A uid that came from elsewhere opens nothing."""
    uid, _to_ines, _to_marc = introduced(there)
    lise = add(there, "Lise")
    francois = add(there, "François")
    at = {"owner_pk": there.helene.pk, "on": there.now.date(), "now": there.now, "how": ""}
    set_met_through(uid=lise.uid, through=francois.uid, referral=uid, **at)
    assert "Par la recommandation" not in read(browser(there.helene), f"/contacts/{lise.uid}/")


def test_very_many_are_listed_a_generation_and_a_page_at_a_time(there: World) -> None:
    francois = add(there, "François")
    rows = [
        Contact(
            uid=f"many{number}", owner_id=there.helene.pk, given_name=f"Numéro {number:04}", met="through",
            met_through_id=francois.pk, created_at=there.now, updated_at=there.now, sort_key=f"{number:04}",
        )
        for number in range(DRAWN + 1)
    ]  # fmt: skip
    Contact.objects.bulk_create(rows)
    add(there, "Petite-fille", queries.contact(owner_pk=there.helene.pk, uid="many7"))
    client = browser(there.helene)
    with CaptureQueriesContext(connection) as taken:
        page = read(client, f"/contacts/{francois.uid}/apporte/")
    assert len(taken) <= 11
    assert "Numéro 0000" in page
    assert "Numéro 0150" not in page
    assert "Numéro 0150" in read(client, f"/contacts/{francois.uid}/apporte/?page=2")
    assert "Petite-fille par Numéro 0007" in read(client, f"/contacts/{francois.uid}/apporte/?generation=2")
    for odd in ("?generation=99", "?page=x&generation=²", "?page=99999999", "?generation=-1"):
        assert "Numéro" in read(client, f"/contacts/{francois.uid}/apporte/{odd}")


def test_the_pages_take_no_more_queries_when_the_family_grows(there: World) -> None:
    francois = add(there, "François")
    one = add(there, "Un", francois)
    client = browser(there.helene)

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as taken:
            client.get(address)
        return len(taken)

    places = (f"/contacts/{one.uid}/", f"/contacts/{francois.uid}/apporte/", "/cultiver/origines/")
    few = [count(place) for place in places]
    for number in range(20):
        one = add(there, f"Suite {number}", one)
    assert [count(place) for place in (f"/contacts/{one.uid}/", *places[1:])] == few


def test_an_empty_page_says_what_to_do_first(there: World) -> None:
    client = browser(there.helene)
    assert "Personne n'est noté" in read(client, f"/contacts/{there.ines.uid}/apporte/").replace("’", "'")
    assert "Derrière chaque bon contact" in read(client, "/cultiver/origines/")
    francois = add(there, "François")
    add(there, "Lise", francois, kinds=frozenset({Kind.CLIENT}))
    assert "François 1 personne" in read(client, "/cultiver/origines/")


def test_nobody_elses_contact_has_such_a_page_r44(there: World) -> None:
    olga = member(there)
    assert browser(olga).get(f"/contacts/{there.ines.uid}/apporte/").status_code == 404


def branch(pk: int, through: int, generation: int) -> pages.Branch:
    person = Descendant(
        pk=pk, uid=str(pk), name=f"N{pk}", company="", kinds="", met_on=None, met_by="", generation=generation,
        through_pk=through, through="", through_uid="",
    )  # fmt: skip
    return pages.Branch(person=person, by=None, introduced=0)


def depth(branches: list[pages.Branch]) -> int:
    return max((1 + depth(one.branches) for one in branches), default=0)


def flat(branches: list[pages.Branch]) -> list[int]:
    return [pk for one in branches for pk in (one.person.pk, *flat(one.branches))]


@pytest.mark.parametrize("length", [1, 8, 9, 180])
def test_a_long_line_of_people_goes_on_beside_its_eighth(length: int) -> None:
    made = pages.grown([branch(pk, pk - 1, pk) for pk in range(1, length + 1)], root=0)
    assert depth(made) == min(length, 8)
    assert sorted(flat(made)) == list(range(1, length + 1))


def test_who_came_through_somebody_removed_hangs_on_the_root_and_says_so() -> None:
    made = pages.grown([branch(1, 0, 1), branch(5, 4, 2), branch(6, 5, 3)], root=0)
    assert [(one.person.pk, one.beside) for one in made] == [(1, False), (5, True)]
    assert flat(made) == [1, 5, 6]


def test_the_archive_says_how_each_was_met_r47(there: World) -> None:
    francois = add(there, "François", met=MYSELF)
    add(there, "Lise", francois)
    rows = {row["given_name"]: row for row in map(archive._contact, queries.cards_in_turn(owner_pk=there.helene.pk))}
    assert (rows["François"]["met"], rows["Lise"]["met"], rows["Lise"]["met_through_name"]) == (
        "myself", "through", "François",
    )  # fmt: skip
