"""The pages of "how to refer me": written, shown to whom one chose, read by link, used by the test (R12, R44)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.accounts.queries import MemberCard
from entremise.people.actions import add_contact
from entremise.people.actions import profiles as actions
from entremise.people.queries import profiles
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.care import Question
from entremise.protocol.relevance import Availability, Because, Proposal
from entremise.referrals.queries.fitting import Held
from entremise.web import profile_words
from tests.cast import INES, World, browser_of, contact_draft, member, world
from tests.web.test_needs import Walk

pytestmark = pytest.mark.django_db
EDIT, READERS = "/moi/fiche/", "/moi/fiche/qui/"
SAID = {
    "services": "Ventilation de cuisines\r\n\r\n  Études  ",
    "markets": "Qui reprend une affaire",
    "client_kinds": ["restaurant"],
    "places": "Lyon\nRhône",
    "availability": "full",
    "full_until": "",
    "listen_for": "« Il fait trop chaud »",
    "not_for_me": "Villas",
    "floor": "5 000 €",
    "currency": "EUR",
    "floor_words": "étude comprise",
    "introduced": "Par un message <aux> deux",
    "version": "0",
}


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    for door in ("profiles", "needs"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    return it


@pytest.fixture
def ines(there: World) -> MemberCard:
    return member(there, name="Inès Moreau", email=INES)


def _browser(who: MemberCard) -> Client:
    get_user_model().objects.filter(pk=who.pk).update(language="en")
    return browser_of(who)


@pytest.fixture
def writer(ines: MemberCard) -> Client:
    return _browser(ines)


def _text(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", response.content.decode())


def _said(**changes: object) -> dict[str, object]:
    return {**SAID, "full_until": "2027-03-01", **changes}


def test_an_empty_profile_explains_itself_and_is_written(writer: Client, ines: MemberCard) -> None:
    page = _text(writer.get(EDIT))
    assert "Nothing is written yet" in page
    assert "nobody but you" in page
    done = _text(writer.post(EDIT, _said(), follow=True))
    assert "Your profile is kept." in done
    assert "Everything that helps people think of you is there." in done
    kept = profiles.mine(owner_pk=ines.pk)
    assert kept is not None
    assert kept.text == ProfileText(
        services=("Ventilation de cuisines", "Études"),
        markets=("Qui reprend une affaire",),
        client_kinds=("restaurant",),
        areas=("FR-69123", "FR-69"),
        availability=Availability.FULL,
        full_until=date(2027, 3, 1),
        listen_for=("« Il fait trop chaud »",),
        not_for_me=("Villas",),
        floor=5000,
        floor_words="étude comprise",
        introduced="Par un message <aux> deux",
    )
    again = writer.get(EDIT)
    assert "Ventilation de cuisines\nÉtudes</textarea>" in again.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"places": "Saint-Nulle-Part"}, "is not on the list"),
        ({"places": "Lyo"}, "do you mean one of these?"),
        ({"floor": "beaucoup"}, "in figures"),
        ({"floor": "9" * 12}, "in figures"),
        ({"full_until": ""}, "choose the month"),
        ({"services": "x\n" * 3 + "\n".join(f"Ligne {n}" for n in range(13))}, "Twelve lines"),
        ({"listen_for": "x" * 200}, "160 characters"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field_and_nothing_is_lost(
    writer: Client, ines: MemberCard, changes, words: str
) -> None:
    page = writer.post(EDIT, _said(**changes))
    assert words in _text(page)
    assert 'class="mistakes"' in page.content.decode()
    assert "Par un message &lt;aux&gt; deux" in page.content.decode()
    assert not profiles.versions(owner_pk=ines.pk)


def test_two_windows_do_not_overwrite_each_other_and_twice_is_once(writer: Client, ines: MemberCard) -> None:
    writer.post(EDIT, _said())
    writer.post(EDIT, _said())
    assert len(profiles.versions(owner_pk=ines.pk)) == 1
    stale = writer.post(EDIT, _said(floor="8000"))
    assert stale.status_code == 409
    assert "changed in another window" in _text(stale)
    assert 'value="8000"' in stale.content.decode()
    version = re.search(r'name="version" value="(\d+)"', stale.content.decode())
    assert version is not None
    assert writer.post(EDIT, _said(floor="8000", version=version.group(1))).status_code == 302


def test_r44_the_page_opens_for_whom_its_owner_chose_alone(writer: Client, there: World, ines: MemberCard) -> None:
    """R44: nobody, then one chosen contact, then every member; the page of a contact says no more than that."""
    writer.post(EDIT, _said())
    own = profiles.mine(owner_pk=ines.pk)
    assert own is not None
    address = f"/fiche/{own.uid}/"
    helene, olga = _browser(there.helene), _browser(member(there))

    def opened() -> list[int]:
        return [one.get(address).status_code for one in (writer, helene, olga)]

    assert opened() == [200, 404, 404]
    contact = f"/contacts/{there.ines.uid}/"
    assert address not in helene.get(contact).content.decode()
    not_hers = there.add(contact_draft("Pas", "La Sienne", "", "x@y.example"))
    assert writer.post(READERS, {"act": f"show:{not_hers.uid}"}).status_code == 404
    known = _add_for(ines, there)
    writer.post(READERS, {"act": f"show:{known}"})
    assert opened() == [200, 404, 404]
    writer.post(READERS, {"act": "seen_by", "seen_by": "chosen"})
    assert opened() == [200, 200, 404]
    assert address in helene.get(contact).content.decode()
    writer.post(READERS, {"act": f"hide:{known}"})
    assert opened() == [200, 404, 404]
    writer.post(READERS, {"act": "seen_by", "seen_by": "members"})
    assert opened() == [200, 200, 200]
    assert "&lt;aux&gt;" in olga.get(address).content.decode()
    writer.post(READERS, {"act": "seen_by", "seen_by": "everything"})
    assert opened() == [200, 200, 200]


def _add_for(ines: MemberCard, there: World) -> str:
    draft = contact_draft("Hélène", "Vasseur", "", there.helene.email)
    return add_contact(owner_pk=ines.pk, draft=draft, now=there.now, chance=there.chance).uid


def test_contacts_are_looked_up_to_be_chosen(writer: Client, there: World, ines: MemberCard) -> None:
    uid = _add_for(ines, there)
    assert f"show:{uid}" in writer.get(READERS, {"q": "hele"}).content.decode()
    writer.post(READERS, {"act": f"show:{uid}"})
    page = writer.get(READERS, {"q": "hele"}).content.decode()
    assert f"hide:{uid}" in page
    assert f"show:{uid}" not in page
    assert "Nobody in your address book" in _text(writer.get(READERS, {"q": "zzz"}))


def test_whoever_holds_the_link_reads_it_without_account_cookie_or_trace(writer: Client) -> None:
    writer.post(EDIT, _said())
    page = writer.post(READERS, {"act": "link"}, follow=True).content.decode()
    found = re.search(r"/f/([a-z0-9]{32})/", page)
    assert found is not None
    answer = Client().get(found.group(0), headers={"accept-language": "en"})
    assert "How to refer Inès Moreau" in _text(answer)
    assert "Full until March 2027" in _text(answer)
    assert not answer.cookies
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert INES not in answer.content.decode()
    writer.post(READERS, {"act": "unlink"})
    asked = writer.get(f"{READERS}fermer-le-lien/")
    assert "in the codes you had printed" in _text(asked)
    assert Client().get(found.group(0)).status_code == 200, "one press asks, and closes nothing"
    for _press in range(2):
        assert writer.post(f"{READERS}fermer-le-lien/")["Location"] == READERS
    assert writer.get(f"{READERS}fermer-le-lien/")["Location"] == READERS
    assert Client().get(found.group(0)).status_code == 404


def test_beside_each_question_stands_what_the_profile_says_and_the_answer_is_the_givers(
    there: World, ines: MemberCard
) -> None:
    """R12: proposed from the profile, answered by the giver, overruled knowingly."""
    text = ProfileText(client_kinds=("restaurant",), areas=("FR-69",), availability=Availability.CLOSED)
    actions.save_profile(owner_pk=ines.pk, text=text, version=0, now=there.now, chance=there.chance)
    actions.show_to(owner_pk=ines.pk, seen_by=SeenBy.MEMBERS, now=there.now, chance=there.chance)
    walk = Walk(_browser(there.helene), there)
    walk.until("fits")
    assert "The profile says that they take on nobody new for the moment." in walk.page
    assert re.search(r'name="available" value="no"[^>]* checked', walk.page)
    assert re.search(r'name="market" value="yes"[^>]* checked', walk.page)
    assert not re.search(r'name="wanted" value="\w+"[^>]* checked', walk.page)
    walk.answer()
    assert "own profile says that they have no time for it" in re.sub(r"&#x27;", "'", walk.page)
    walk.press(overruled=["available"])
    assert walk.step != "verdict"


EVERYTHING = ProfileText(
    services=("Ventilation",), markets=("Reprises",), client_kinds=("restaurant",), areas=("FR-69",),
    availability=Availability.FULL, full_until=date(2027, 3, 1), floor=1250000, currency="CHF",
)  # fmt: skip
SAYING = {
    Because.OTHER_TRADE: "plumber", Because.KIND_SOUGHT: "restaurant", Because.WORKS_THERE: "FR-69",
    Because.WORKS_IN_PART: "FR-69", Because.FREE_BY_THEN: "2027-03-01", Because.FULL_UNTIL: "2027-03-01",
    Because.ABOVE_FLOOR: "5000", Because.BELOW_FLOOR: "5000", Because.FLOOR: "5000",
}  # fmt: skip


@pytest.mark.parametrize("because", Because)
def test_every_reason_of_a_proposal_has_a_sentence(there: World, ines: MemberCard, because: Because) -> None:
    card = actions.save_profile(owner_pk=ines.pk, text=EVERYTHING, version=0, now=there.now, chance=there.chance)
    proposal = Proposal(None, because, SAYING.get(because, "« dit »"))
    for text in (EVERYTHING, ProfileText()):
        held = Held(profile=replace(card, text=text), owner=ines, proposals=dict.fromkeys(Question, proposal))
        for question in Question:
            words = profile_words.proposal_words(question, held, language="en")
            assert words.endswith(".")
            assert "%(" not in words
