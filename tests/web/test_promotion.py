"""The page of a good word about whoever recommended (R41)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.lib import clock
from entremise.people.actions import add_contact, profiles
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.referrals.models import Referral, Word
from tests.cast import HELENE, INES, MARC, Mail, World, browser_of, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
WORDS = "C’est grâce à elle que je vous connais."


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def mail(scene: World) -> Mail:
    _uid, to_ines, _to_marc = introduced(scene)
    return to_ines


def page(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def test_a_receiver_without_an_account_finds_it_on_their_page_and_sends_it(scene: World, mail: Mail) -> None:
    """R41: from the news link; proposed, edited by hand, sent with the digits; then it stands there as said."""
    stranger = Client(enforce_csrf_checks=True)
    news = page(stranger.get(f"/n/{mail.token}/"))
    address = f"/n/{mail.token}/bonne-parole/"
    assert f'href="{address}"' in news
    assert "Une bonne parole à Marc Delaunay sur Hélène Vasseur" in news
    asked = page(stranger.get(address))
    assert "C’est à Hélène Vasseur que nous devons de nous connaître" in asked
    assert not Word.objects.exists(), "opening says nothing (R6)"
    answer = stranger.post(address, {"text": WORDS, "how": "mail", "digits": mail.digits})
    assert answer["Location"] == f"/n/{mail.token}/"
    scene.run()
    letter = scene.last_to(MARC)
    assert WORDS in letter.text
    assert INES not in letter.text, "R18: how to reach somebody is in their part alone"
    assert HELENE not in letter.text
    assert WORDS in page(stranger.get(f"/n/{mail.token}/"))
    assert "Cela a déjà été dit" in page(stranger.get(address))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": "", "how": "mail"}, "Écrivez quelques mots."),
        ({"text": "Voyez www.vasseur.example", "how": "mail"}, "sans lien, adresse ni numéro"),
        ({"text": WORDS}, "Choisissez comment"),
        ({"text": WORDS, "how": "mail", "digits": ""}, "quatre chiffres"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_the_words_stay(
    scene: World, mail: Mail, typed: dict[str, str], words: str
) -> None:
    """R41: nothing is lost, nothing is recorded."""
    answer = Client().post(f"/n/{mail.token}/bonne-parole/", {"digits": mail.digits, **typed})
    assert answer.status_code == 422
    assert words in page(answer)
    assert typed["text"] in page(answer)
    assert not Word.objects.exists()


def test_a_member_is_proposed_what_the_givers_profile_says(scene: World, mail: Mail) -> None:
    """R41, R44: from the profile where they may read it, and without digits where their session stands for them."""
    ines = member(scene, name="Inès Moreau", email=INES)
    draft = contact_draft("Hélène", "Vasseur", "", HELENE)
    add_contact(owner_pk=ines.pk, draft=draft, now=scene.now, chance=scene.chance)
    text = ProfileText(services=("Comptabilité des commerces",), listen_for=("« Je ne comprends rien à mes charges »",))
    mine: dict[str, Any] = {"owner_pk": scene.helene.pk, "now": scene.now, "chance": scene.chance}
    profiles.save_profile(text=text, version=0, **mine)
    profiles.show_to(seen_by=SeenBy.MEMBERS, **mine)
    client = Client()
    address = f"/n/{mail.token}/bonne-parole/"
    assert "omptabilité" not in page(client.get(address)), "whoever holds the link alone sees no profile"
    client.force_login(get_user_model().objects.get(pk=ines.pk))
    asked = page(client.get(address))
    assert "Ce que fait Hélène Vasseur : comptabilité des commerces." in asked
    assert "Je ne comprends rien à mes charges" in asked
    assert 'name="digits"' not in asked


def test_the_client_reads_it_on_their_page_once_opened_with_the_digits(scene: World, mail: Mail) -> None:
    """R41: nothing of it shows to whom the link was passed on; the words are plain text."""
    *_, to_marc, _introduction = scene.mails_to(MARC)
    scene.praise(mail, "Elle écoute <b>bien</b>.\n\nC’est rare.")
    shut = page(Client().get(f"/l/{to_marc.token}/"))
    assert "écoute" not in shut
    assert "Un mot sur Hélène Vasseur" not in shut
    opened = page(Client().post(f"/l/{to_marc.token}/", {"digits": to_marc.digits}))
    assert "Un mot sur Hélène Vasseur" in opened
    assert "<p>Elle écoute &lt;b&gt;bien&lt;/b&gt;.</p>" in opened
    assert HELENE not in opened


@pytest.mark.parametrize("who", ["referrer", "client", "receiver", "x"])
def test_nobody_else_is_praised_through_the_link(scene: World, mail: Mail, who: str) -> None:
    assert Client().get(f"/n/{mail.token}/bonne-parole/{who}/").status_code == 404


def test_the_giver_reads_it_in_the_story(scene: World, mail: Mail) -> None:
    """R41: visible to the one promoted."""
    Client().post(f"/n/{mail.token}/bonne-parole/", {"text": WORDS, "how": "aloud", "digits": mail.digits})
    client = browser_of(scene.helene)
    uid = Referral.objects.get().uid
    story = page(client.get(f"/histoire/{uid}/"))
    assert "Inès Moreau a dit du bien de vous à Marc Delaunay." in story
    assert WORDS in story


def test_on_one_from_outside_the_words_are_kept_to_be_said_by_oneself(scene: World) -> None:
    """R23b, R41: ready to copy, or to be mailed from one's own mailbox, to the client."""
    from entremise.protocol.policy import DEFAULT
    from entremise.referrals.actions import outside
    from entremise.referrals.actions.outside import Noted
    from entremise.referrals.queries.outside import Direction

    day = scene.helene.today(scene.now)
    noted = Noted(direction=Direction.RECEIVED, other=scene.ines.uid, client=scene.marc.uid, arrived_on=day)
    uid = outside.note(
        owner=scene.helene, noted=noted, uid=scene.chance.uid(), now=scene.now, chance=scene.chance, policy=DEFAULT
    )
    client = browser_of(scene.helene)
    shown = page(client.get(f"/recue/{uid}/"))
    address = f"/recue/{uid}/dire/bonne-parole/"
    assert address in shown
    assert "C’est à Inès Moreau que nous devons de nous connaître" in page(client.get(address))
    client.post(address, {"text": WORDS})
    after = page(client.get(f"/recue/{uid}/"))
    assert address not in after
    assert f"mailto:{MARC}?" in after
    assert "Marc Delaunay" in after.partition('id="yourself"')[2].partition("</h2>")[0]
    assert client.get(f"/donnee/{uid}/dire/bonne-parole/").status_code == 404
