"""May I ask this person? The page, its words, the one overruling, and one's own clients beside the rule (R30–R34)."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import translation

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import bonds
from entremise.people.models import Ask, AskOverruling, Interaction
from entremise.people.queries import ContactCard, ContactDraft, Kind, Way, WayKind
from entremise.protocol.policy import DEFAULT
from entremise.protocol.propensity import Shares, Verdict
from entremise.protocol.relationship import Happened
from entremise.web.twenty_sixty import verdict, whole
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHANCE = SeededChance(33)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for module in ("asking", "twenty_sixty"):
        monkeypatch.setattr(f"entremise.web.{module}.now", lambda: NOW)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène Vasseur", email="helene@example.org", language="en", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(helene: MemberCard) -> Client:
    return browser_of(helene)


def met(helene: MemberCard, *, known: int = 1300, language: str = "", kind: Kind = Kind.CLIENT) -> ContactCard:
    ways = (Way(kind=WayKind.EMAIL, value="marc@cedre-bleu.example"),)
    draft = ContactDraft(
        given_name="Marc", family_name="Delaunay", kinds=frozenset({kind}), ways=ways, language=language
    )
    return book.add_contact(owner_pk=helene.pk, draft=draft, now=NOW - timedelta(days=known), chance=CHANCE)


def happened(who: ContactCard, kind: Happened, days_ago: int, **more: object) -> None:
    bonds.remember(
        owner_pk=who.owner_pk, contact_pk=who.pk, kind=kind, on=NOW.date() - timedelta(days=days_ago), now=NOW,
        policy=DEFAULT, chance=CHANCE, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def marc(helene: MemberCard) -> ContactCard:
    return served(met(helene))


@pytest.fixture
def young(helene: MemberCard) -> ContactCard:
    return served(met(helene, known=60))


def served(who: ContactCard) -> ContactCard:
    happened(who, Happened.WORK, 40)
    happened(who, Happened.SATISFACTION, 30, satisfaction="good")
    return who


def address(who: ContactCard, more: str = "") -> str:
    return f"/contacts/{who.uid}/demander/{more}"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode()).replace("\xa0", " ")


def pressed(client: Client, path: str, **fields: str):  # type: ignore[no-untyped-def]
    found = re.search(r'name="once" value="([^"]+)"', client.get(path).content.decode())
    return client.post(path, {"once": html.unescape(found[1]) if found else "", **fields})


def test_r30_the_page_of_a_contact_leads_to_the_question_and_the_answer_is_yes(client, marc):
    assert address(marc) in read(client, f"/contacts/{marc.uid}/")
    page = read(client, address(marc))
    assert "<strong>Yes</strong>" in page
    assert "the relationship is solid: 60 of 100 points" in page
    assert "What asking now could cost" not in page


def test_r30_not_yet_names_the_points_what_would_build_the_trust_and_what_to_do_instead(client, young):
    page = read(client, address(young))
    assert "<strong>Not yet</strong>" in page
    assert "The relationship has 45 of 100 points today; it is solid from 60." in page
    for words in ("What to do instead", "What would build the trust", "0 of 20", "Ask all the same"):
        assert words in page
    assert "A message with an easy way out" not in page


def test_r33_the_five_harms_are_told_with_this_contacts_own_facts(client, young):
    page = read(client, address(young))
    for words in ("Pressure", "Discomfort", "Lost trust", "A lost future", "A lost client"):
        assert f"<strong>{words}</strong>" in page
    assert "You were in touch on 23 October 2026" in page
    assert "You have worked for them 1 time;" in page


def test_r30_overruling_says_in_words_what_it_risks_needs_ones_word_and_is_had_once(client, young):
    path = address(young, "quand-meme/")
    page = read(client, path)
    assert "What you risk" in page
    assert "You have worked for them 1 time;" in page
    refused = client.post(path, {})
    assert refused.status_code == 422
    assert "Please tick this first" in refused.content.decode()
    for _press in range(2):
        assert client.post(path, {"known": "on"})["Location"] == address(young)
    assert AskOverruling.objects.count() == 1
    assert "Yes, this once" in read(client, address(young))
    assert client.get(path)["Location"] == address(young)


@pytest.mark.parametrize("satisfaction", ["", "bad"])
def test_r31_without_work_found_good_there_is_no_overruling(client, helene, satisfaction):
    marc = met(helene)
    happened(marc, Happened.MEAL, 3)
    if satisfaction:
        happened(marc, Happened.WORK, 9)
        happened(marc, Happened.SATISFACTION, 5, satisfaction=satisfaction)
    page = read(client, address(marc))
    assert "Ask all the same" not in page
    assert ("wholly good" if satisfaction else "nobody can recommend what they have not seen") in page
    assert client.post(address(marc, "quand-meme/"), {"known": "on"})["Location"] == address(marc)
    assert client.post(address(marc), {"act": "asked", "on": "2026-11-22"})["Location"] == address(marc)
    assert not AskOverruling.objects.exists()
    assert not Ask.objects.exists()


def test_r32_asked_once_however_often_one_presses_and_then_silence_is_an_answer(client, marc):
    found = re.search(r'name="once" value="([^"]+)"', client.get(address(marc)).content.decode())
    assert found
    fields = {"once": html.unescape(found[1]), "act": "asked", "on": "2026-11-20"}
    for _press in range(2):
        assert client.post(address(marc), fields)["Location"] == address(marc)
    assert Interaction.objects.filter(kind="asked").count() == 1
    page = read(client, address(marc))
    assert "asking again would be decent from 19 May 2027 on." in page
    assert "it still has its time" in page


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2026-11-23", "still to come"),
        ("", "on which day"),
        ("gestern", "Please write a day"),
        ("0026-01-01", "cannot"),
    ],
)
def test_r32_a_day_that_cannot_be_is_told_beside_the_field_and_stays(client, marc, on, words):
    answer = pressed(client, address(marc), act="asked", on=on)
    assert answer.status_code == 422
    assert words in html.unescape(answer.content.decode())
    assert f'value="{on}"' in answer.content.decode() or not on
    assert not Ask.objects.exists()


def test_r32_what_came_is_noted_and_an_ask_that_was_none_is_taken_back(client, marc):
    pressed(client, address(marc), act="asked", on="2026-11-20")
    ask = Interaction.objects.get(kind="asked").uid
    after = address(marc, "suite/")
    client.post(after, {"ask": ask, "came": "no"})
    assert "they would rather not" in read(client, address(marc))
    client.post(after, {"ask": ask, "came": "nonsense"})
    assert Ask.objects.get().answer == "no"
    for _press in range(2):
        assert client.post(after, {"ask": ask, "came": "never"})["Location"] == address(marc)
    assert not Interaction.objects.filter(kind="asked").exists()
    assert "<strong>Yes</strong>" in read(client, address(marc))


def test_r32_the_message_leaves_from_ones_own_mailbox_with_a_way_out_and_as_one_changed_it(client, marc):
    page = client.get(address(marc)).content.decode()
    mailto = unquote(html.unescape(re.search(r'href="(mailto:[^"]+)"', page)[1]))  # type: ignore[index]
    assert mailto.startswith("mailto:marc@cedre-bleu.example?subject=")
    assert "you need not answer: I will not ask again" in mailto
    assert "Hélène Vasseur" in mailto
    changed = client.post(address(marc), {"act": "write", "text": "Un mot & deux\nlignes"}).content.decode()
    assert "body=Un%20mot%20%26%20deux%0D%0Alignes" in html.unescape(changed)


@pytest.mark.parametrize(("wish", "words"), [("", "auriez-vous"), ("?ton=tu", "aurais-tu"), ("?ton=x", "auriez-vous")])
def test_the_message_speaks_the_readers_language_and_says_tu_or_vous(client, helene, wish, words):
    marc = served(met(helene, language="fr"))
    assert words in read(client, address(marc) + wish)


def test_friends_are_spoken_to_as_friends_at_first(client, helene):
    assert "aurais-tu" in read(client, address(served(met(helene, language="fr", kind=Kind.FRIEND))))


def test_r30_oneself_is_not_asked(client, helene):
    draft = ContactDraft(given_name="Moi", ways=(Way(kind=WayKind.EMAIL, value="Helene@example.org"),))
    me = served(book.add_contact(owner_pk=helene.pk, draft=draft, now=NOW, chance=CHANCE))
    page = read(client, address(me))
    assert "This is your own card." in page
    assert "What asking now could cost" not in page


def test_r44_another_members_contact_has_no_such_page(marc):
    olga = browser_of(enrol(name="Olga", email="olga@example.org", language="en", now=NOW, chance=SeededChance(9)))
    for path in (address(marc), address(marc, "quand-meme/"), "/contacts/aaaaaaaaaaaaaaaaaaaaaaaaaa/demander/"):
        assert olga.get(path).status_code == 404
    assert olga.post(address(marc), {"act": "asked", "on": "2026-11-20"}).status_code == 404


def test_r30_a_handful_may_be_asked_today_and_nobody_is_a_task(client, marc):
    page = read(client, "/cultiver/demander/")
    assert address(marc) in page
    pressed(client, address(marc), act="asked", on="2026-11-22")
    assert "Nobody today, and that is fine" in read(client, "/cultiver/demander/")


def test_r34_ones_own_clients_stand_beside_the_rule_with_figures_and_a_sentence(client, marc):
    page = read(client, "/cultiver/vingt-soixante-vingt/")
    assert "whether the rule holds cannot be said yet" in page
    assert page.count("<rect") == 9
    assert "Of 1 client nothing can be said yet" in page
    for days in (900, 500, 100):
        happened(marc, Happened.REFERRED_BY_THEM, days)
    page = read(client, "/cultiver/vingt-soixante-vingt/")
    assert re.search(r"probably, [89]\d in 100", page)
    assert "does not refer" not in page, "nobody is named with what they would not do (R29)"


def test_r34_without_clients_the_page_says_what_to_do_first(client):
    assert "None of your contacts is marked as a client" in read(client, "/cultiver/vingt-soixante-vingt/")


@pytest.mark.parametrize(
    ("near", "words"), [(0.99, "the rule holds"), (0.01, "the rule does not hold"), (0.5, "cannot be said yet")]
)
def test_r34_the_sentence_says_whether_the_rule_holds_and_its_shares_sum_to_a_hundred(near, words):
    shares = Shares(clients=90, heard_of=50, mean=(0.349, 0.503, 0.148), low=(0, 0, 0), high=(1, 1, 1), near=near)
    assert shares.verdict in set(Verdict)
    with translation.override("en"):
        said = verdict(shares)
    assert said.startswith(("With you, rather 35–50–15", "With you, perhaps 35–50–15"))
    assert words in said
    assert sum(whole((1 / 3, 1 / 3, 1 / 3))) == 100


def test_r34_who_was_asked_in_vain_again_and_again_is_left_alone_without_a_reproach(client, marc):
    for days in (1200, 800, 400):
        happened(marc, Happened.ASKED, days)
    page = read(client, address(marc))
    assert "<strong>Better not</strong>" in page
    assert "It says nothing about what they think of your work." in page
    assert "Ask all the same" not in page
    listed = read(client, "/cultiver/vingt-soixante-vingt/")
    assert "Show their trust in other ways" in listed


def test_r34_the_page_about_asking_says_how_likely_each_of_the_three_kinds_is(client, marc):
    """R34: as the page of all clients does; the figures sum to a hundred."""
    page = read(client, address(marc))
    assert "has not recommended you yet, and you never asked" in page
    for days in (900, 500, 100):
        happened(marc, Happened.REFERRED_BY_THEM, days)
    page = read(client, address(marc))
    assert "What Marc Delaunay has done so far says most of it" in page
    assert "Of their own accord" in page
    figures = [int(found) for found in re.findall(r"<dd>(\d+) in 100</dd>", page)]
    assert len(figures) == 3
    assert sum(figures) == 100
    listed = re.search(r"probably, (\d+) in 100", read(client, "/cultiver/vingt-soixante-vingt/"))
    assert listed is not None
    assert abs(int(listed.group(1)) - figures[0]) <= 1


def test_r33_every_harm_has_its_sentence_with_somebody_known_for_months_too(client, helene):
    """R33: in days, and in months."""
    page = read(client, address(met(helene, known=120)))
    assert "You have known each other for 4 months: they can still go elsewhere without a word." in page
    assert "<dd></dd>" not in page


def test_r34_no_figure_stands_beside_who_is_left_alone_is_no_client_or_is_oneself(client, helene, marc):
    """R29: nobody is named with what they would not do."""
    for days in (1200, 800, 400):
        happened(marc, Happened.ASKED, days)
    friend = met(helene, kind=Kind.FRIEND)
    for who in (marc, friend):
        assert "in 100</dd>" not in read(client, address(who))
    listed = read(client, "/cultiver/vingt-soixante-vingt/autrement/")
    assert "Marc Delaunay" in listed
    assert "in 100" not in listed


@pytest.mark.parametrize(
    ("kind", "happens"), [("d-eux-memes", Happened.REFERRED_BY_THEM), ("a-voir", None), ("sur-demande", Happened.ASKED)]
)
def test_r34_every_client_of_a_kind_is_found_a_page_at_a_time(client, helene, kind, happens):
    for _ in range(53):
        who = met(helene)
        for days in (900, 500, 100) if happens is Happened.REFERRED_BY_THEM else (900,):
            if happens is not None:
                happened(who, happens, days)
        if happens is Happened.ASKED:
            happened(who, Happened.REFERRED_BY_THEM, 880)
    more = f"/cultiver/vingt-soixante-vingt/{kind}/"
    assert more in read(client, "/cultiver/vingt-soixante-vingt/")
    names = [read(client, f"{more}?page={page}").count(">Marc Delaunay</a>") for page in (1, 2, 99, "x")]
    assert names == [50, 3, 3, 50]
    assert client.get("/cultiver/vingt-soixante-vingt/rien/").status_code == 404
