"""The pages of my profile in others' hands (R27, fourth question)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.people.actions import handing as actions
from entremise.people.actions import profiles
from entremise.people.queries import handing
from entremise.people.queries.profiles import LONGEST_LINE, LONGEST_TEXT, MOST_LINES, ProfileText
from entremise.protocol.relevance import Availability
from tests.cast import HELENE, MARC, World, browser_of, contact_draft, world

pytestmark = pytest.mark.django_db
HANDS = "/fiche/entre-leurs-mains/"
TEXT = ProfileText(services=("Comptabilité des commerces",), markets=("Restaurants de quartier",))


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def helene(scene: World) -> Client:
    return browser_of(scene.helene)


def say(scene: World, text: ProfileText = TEXT, *, version: int = 0, link: bool = True) -> None:
    mine: dict[str, Any] = {"owner_pk": scene.helene.pk, "now": scene.now, "chance": scene.chance}
    profiles.save_profile(text=text, version=version, **mine)
    if link:
        profiles.give_link(**mine)


def page(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def press(client: Client, scene: World, *uids: str, how: str = "link", **changed: str) -> Any:
    once = re.search(r'name="once" value="([^"]+)"', page(client.get(f"{HANDS}remettre/")))
    assert once is not None
    form = {"act": "hand", "once": once[1], "pick": list(uids), "how": how, "on": scene.now.date().isoformat()}
    return client.post(f"{HANDS}remettre/", {**form, **changed})


def test_an_empty_profile_is_written_first(scene: World, helene: Client) -> None:
    """R27: nothing is handed over that says nothing."""
    for address in (HANDS, f"{HANDS}remettre/"):
        assert "Votre fiche ne dit encore rien" in page(helene.get(address))
    assert helene.get(f"{HANDS}fiche.pdf").status_code == 404
    assert helene.get(f"{HANDS}code.svg").status_code == 404


def test_it_is_handed_to_those_chosen_by_messages_of_ones_own(scene: World, helene: Client) -> None:
    """R27, R46: chosen by searching; each message is for the member to send, and none leaves from here."""
    say(scene)
    assert "Personne ne l’a encore" in page(helene.get(HANDS))
    chosen = page(helene.post(f"{HANDS}remettre/", {"act": "search", "q": "marc", "pick": [scene.ines.uid]}))
    assert re.search(rf'value="{scene.ines.uid}" checked', chosen)
    assert f'value="{scene.marc.uid}"' in chosen
    answer = press(helene, scene, scene.ines.uid, scene.marc.uid)
    messages = page(helene.get(answer["Location"]))
    assert "Bonjour Marc," in messages
    assert f"mailto:{MARC}?subject=" in messages
    assert "/f/" in messages
    listed = page(helene.get(HANDS))
    assert "Votre fiche du 2 novembre 2026, par un lien : c’est celle d’aujourd’hui." in listed
    scene.run()
    assert not scene.postman.mails


def test_however_many_are_ticked_nobody_is_lost_without_a_word(scene: World, helene: Client) -> None:
    """R27: searching goes on with all of them, and with what was chosen below; more than 500 is refused in words."""
    say(scene)
    many = [scene.add(contact_draft(f"Prénom{n:03}", "Nombreux", "", "")).uid for n in range(80)]
    typed = {"how": "pdf", "on": "2026-10-30"}
    chosen = page(helene.post(f"{HANDS}remettre/", {"act": "search", "q": "inès", "pick": many, **typed}))
    assert "500 personnes" in chosen
    assert len(re.findall(r'name="pick" id="[^"]+" value="[^"]+" checked', chosen)) == 80
    assert f'value="{scene.ines.uid}"' in chosen
    assert 'value="2026-10-30"' in chosen
    assert re.search(r'value="pdf"[^>]* checked', chosen)
    assert "C’est noté pour 80 personnes" in page(helene.get(press(helene, scene, *many)["Location"]))


def test_whoever_closes_the_link_reads_how_many_hold_it(scene: World, helene: Client) -> None:
    """R27: those on paper, and those who were given another since, are not counted."""
    say(scene)
    closing = "/moi/fiche/qui/fermer-le-lien/"
    assert "de votre carnet l’a" not in page(helene.get(closing))
    press(helene, scene, scene.ines.uid, scene.marc.uid)
    assert "2 personnes de votre carnet l’ont reçu de vous." in page(helene.get(closing))
    press(helene, scene, scene.marc.uid, how="pdf")
    assert "1 personne de votre carnet l’a reçu de vous." in page(helene.get(closing))


def test_more_than_500_are_refused_though_some_are_gone(
    scene: World, helene: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(scene)
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    three = [scene.add(contact_draft(f"Prénom{n}", "Nombreux", "", "")).uid for n in range(3)]
    answer = press(helene, scene, "a" * 26, *three)
    assert answer.status_code == 422
    assert "500 personnes à la fois" in page(answer)
    assert handing.facts(owner_pk=scene.helene.pk).people == 0


def test_the_next_page_says_that_a_handing_is_dated_in_the_past(scene: World, helene: Client) -> None:
    """R27: they have the version of that day, and need no message if they have it already."""
    say(scene)
    today = page(helene.get(press(helene, scene, scene.ines.uid)["Location"]))
    assert "la version de ce jour-là" not in today
    scene.wait(days=3)
    past = page(helene.get(press(helene, scene, scene.marc.uid, on="2026-11-03")["Location"]))
    assert "au 3 novembre 2026" in past
    assert "la version de ce jour-là" in past


def test_one_press_prepares_what_has_changed_for_everybody(scene: World, helene: Client) -> None:
    """R27: update them in one act, with undo; pressed twice is once."""
    say(scene)
    press(helene, scene, scene.ines.uid, scene.marc.uid)
    say(scene, ProfileText(services=TEXT.services, markets=("Artisans",)), version=1)
    listed = page(helene.get(HANDS))
    assert "2 personnes ont une version plus ancienne" in listed
    assert "une version de retard. Nouveau depuis : pour qui." in listed
    once = re.search(r'name="once" value="([^"]+)"', listed)
    assert once is not None
    first, again = (helene.post(f"{HANDS}mettre-a-jour/", {"once": once[1]}) for _press in range(2))
    assert first["Location"] == again["Location"]
    told = page(helene.get(first["Location"]))
    assert told.count("a changé. Ce qui est nouveau : pour qui je travaille.") == 2
    assert handing.facts(owner_pk=scene.helene.pk).behind == 0
    (uid, *_rest) = re.findall(r'name="undo" value="([a-z2-7]{26})"', told)
    helene.post(first["Location"], {"undo": uid})
    assert handing.facts(owner_pk=scene.helene.pk).behind == 1
    assert helene.post(first["Location"], {"undo": "all"})["Location"] == HANDS
    assert helene.get(first["Location"]).status_code == 404
    assert handing.facts(owner_pk=scene.helene.pk).behind == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": "2026-11-03"}, "Ce jour est encore à venir."),
        ({"on": "2026-11-01"}, "Votre fiche ne disait encore rien ce jour-là."),
        ({"how": "qr"}, "Aucun lien n’est ouvert pour l’instant."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nobody_is_unticked(
    scene: World, helene: Client, changed: dict[str, str], words: str
) -> None:
    """R27: bad input loses nothing."""
    say(scene, link=False)
    answer = press(helene, scene, scene.marc.uid, **{"how": "pdf", **changed})
    assert answer.status_code == 422
    assert words in page(answer)
    assert re.search(rf'value="{scene.marc.uid}" checked', page(answer))
    assert handing.facts(owner_pk=scene.helene.pk).people == 0


def test_nobody_chosen_and_oneself_are_told(scene: World, helene: Client) -> None:
    say(scene)
    assert "Choisissez au moins une personne" in page(press(helene, scene))
    myself = scene.add(contact_draft("Hélène", "Vasseur", "", HELENE))
    answer = press(helene, scene, myself.uid)
    assert answer.status_code == 422
    assert "c’est vous" in page(answer)
    assert "Lui remettre votre fiche" not in page(helene.get(f"/contacts/{myself.uid}/"))


def test_a_contacts_page_says_which_version_they_have(scene: World, helene: Client) -> None:
    """R27: "has your profile of 2 November, one version behind"."""
    say(scene)
    address = f"/contacts/{scene.marc.uid}/"
    assert "Lui remettre votre fiche" in page(helene.get(address))
    press(helene, scene, scene.marc.uid, how="pdf")
    say(scene, ProfileText(services=("Conseil",)), version=1)
    assert "Votre fiche du 2 novembre 2026, sur papier : une version de retard." in page(helene.get(address))


def sheets(client: Client) -> PdfReader:
    answer = client.get(f"{HANDS}fiche.pdf")
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def test_the_sheet_is_one_page_dated_with_its_version(scene: World, helene: Client) -> None:
    """R27: paper grows old, and says of when it is."""
    say(scene)
    (only,) = sheets(helene).pages
    words = " ".join(only.extract_text().split())
    assert "Hélène Vasseur" in words
    assert "Comptabilité des commerces" in words
    assert "Au 2 novembre 2026, version 1." in words
    assert (round(float(only.mediabox.width)), round(float(only.mediabox.height))) == (420, 595)
    assert helene.get(f"{HANDS}code.svg")["Content-Type"] == "image/svg+xml"


def test_the_longest_profile_fits_on_one_page(scene: World, helene: Client) -> None:
    """R27: whatever a profile says, it is one sheet with every word on it."""
    lines = {
        name: tuple(f"{name} {number} " + "très long " * 14 for number in range(MOST_LINES))
        for name in ("services", "markets", "listen_for", "not_for_me")
    }
    assert all(len(line) <= LONGEST_LINE for some in lines.values() for line in some)
    more: dict[str, Any] = {"floor_words": "mot " * (LONGEST_TEXT // 4), "introduced": "fin\n" * 60}
    say(scene, ProfileText(**lines, **more, floor=5000, availability=Availability.FREE))
    (only,) = sheets(helene).pages
    words = " ".join(only.extract_text().split())
    assert all(f"{name} {MOST_LINES - 1}" in words for name in lines)
    assert float(only.mediabox.height) > 800


def test_only_the_member_sees_who_has_their_profile(scene: World, helene: Client) -> None:
    """R44: another member's act does not exist."""
    from tests.cast import member

    say(scene)
    address = press(helene, scene, scene.marc.uid)["Location"]
    other: MemberCard = member(scene)
    client = browser_of(other)
    assert client.get(address).status_code == 404
    client.post(address, {"undo": "all"})
    assert handing.facts(owner_pk=scene.helene.pk).people == 1
    assert Client().get(HANDS).status_code == 302
