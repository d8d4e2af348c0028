"""The pages of the address book: a member's own, found, written, removed, brought from a file (R37, R44)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib.chance import SeededChance
from entremise.people import actions, queries
from entremise.people.queries import ContactCard, ContactDraft, Kind, Way, WayKind
from entremise.referrals.models import Need
from entremise.web import contacts as pages
from entremise.web import contacts_from_file as from_file
from entremise.web.access import Audience
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHANCE = SeededChance(5)
APPLE = Path(__file__).parents[1] / "interchange" / "fixtures" / "apple.vcf"
TRADE = trades.all_trades()[0]


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène", email="helene@example.org", language="en", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(helene: MemberCard) -> Client:
    return browser_of(helene)


@pytest.fixture
def ines(helene: MemberCard) -> ContactCard:
    return _add(
        helene,
        given_name="Inès",
        family_name="Morel",
        company="Aéro",
        kinds=frozenset({Kind.SUPPLIER}),
        area="FR",
        trade=TRADE.key,
        does="Ventilation <de> restaurants",
        vcard_uid="v-1",
        ways=(
            Way(kind=WayKind.EMAIL, value="ines@aero.example", label="Atelier", preferred=True),
            Way(kind=WayKind.PHONE, value="06 12 34 56 78"),
            Way(kind=WayKind.LINK, value="@aero.ines"),
        ),
    )


def _add(member: MemberCard, **what: object) -> ContactCard:
    draft = ContactDraft(**what)  # type: ignore[arg-type]
    return actions.add_contact(owner_pk=member.pk, draft=draft, now=NOW, chance=CHANCE)


def _text(response) -> str:  # type: ignore[no-untyped-def]
    return response.content.decode()


def test_an_empty_book_explains_itself_and_offers_one_act(client: Client) -> None:
    page = _text(client.get("/contacts/"))
    assert "Your address book is empty" in page
    assert page.count('class="button main"') == 1


def test_the_list_is_searched_narrowed_and_paged(client: Client, helene: MemberCard, ines: ContactCard) -> None:
    for number in range(60):
        _add(helene, family_name=f"Nom {number:02}", kinds=frozenset({Kind.FRIEND}))
    assert "Inès Morel" in _text(client.get("/contacts/?q=ines"))
    assert "Nom 03" not in _text(client.get("/contacts/?q=ines"))
    assert "Inès Morel" in _text(client.get("/contacts/", {"q": TRADE.name_fr}))
    assert "Nobody in your address book answers" in _text(client.get("/contacts/?q=zzz"))
    assert "Inès Morel" not in _text(client.get("/contacts/?kind=friend"))
    second = _text(client.get("/contacts/?page=2&kind=friend&sort=recent"))
    assert "Page 2 of 2" in second
    assert "60 people" in second
    assert "kind=friend" in second


@pytest.mark.parametrize("query", ["page=-1", "page=x", "page=99999999999", "sort=zz", "kind=zz", "page=²"])
def test_an_odd_address_shows_the_list_all_the_same(client: Client, ines: ContactCard, query: str) -> None:
    assert "Inès Morel" in _text(client.get(f"/contacts/?{query}"))


def test_the_list_costs_the_same_few_queries_however_long(
    client: Client, helene: MemberCard, ines: ContactCard, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for number in range(30):
        _add(helene, family_name=f"Nom {number}")
    with django_assert_max_num_queries(4):
        client.get("/contacts/")


def test_a_contact_is_added_with_what_is_written(client: Client, helene: MemberCard, ines: ContactCard) -> None:
    answer = client.post(
        "/contacts/ajouter/",
        {
            "given_name": "Marc",
            "family_name": "Lefebvre",
            "kinds": ["client", "friend"],
            "emails": "marc@cedre.example\n\nsecond@cedre.example",
            "phones": "04 78 28 11 90",
            "addresses": "3 quai Saint-Antoine\n69002 Lyon\n\nBP 12\n69000 Lyon",
            "place": "villeurbanne",
            "through": "ines morel",
            "met_on": "2025-07-01",
            "trade": TRADE.key,
        },
        follow=True,
    )
    assert "Marc Lefebvre is in your address book." in _text(answer)
    line = queries.lines_matching(owner_pk=helene.pk, search="marc")[0]
    card = queries.contact(owner_pk=helene.pk, uid=line.uid)
    assert [way.value for way in card.ways if way.kind is WayKind.ADDRESS] == [
        "3 quai Saint-Antoine\n69002 Lyon",
        "BP 12\n69000 Lyon",
    ]
    assert (card.email, card.phone, card.met_through) == ("marc@cedre.example", "04 78 28 11 90", ines.uid)
    assert (card.kinds, card.trade) == (frozenset({Kind.CLIENT, Kind.FRIEND}), TRADE.key)
    assert card.area
    assert "Through" in _text(answer)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "Please write a name"),
        ({"family_name": "A", "emails": "nope"}, "does not look like an e-mail address"),
        ({"family_name": "A", "phones": "x"}, "does not look like a telephone number"),
        ({"family_name": "A", "links": "javascript:alert(1)"}, "neither the address of a site"),
        ({"family_name": "A", "place": "zzzzz"}, "not on the list"),
        ({"family_name": "A", "place": "Lyo"}, "Do you mean one of these?"),
        ({"family_name": "A", "through": "Personne Connue"}, "Nobody in your address book has this name"),
        ({"family_name": "A" * 61}, "at most 60"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(
    client: Client, helene: MemberCard, written: dict[str, str], said: str
) -> None:
    page = _text(client.post("/contacts/ajouter/", {**written, "notes": "ce que j’ai écrit"}))
    assert said in page
    assert "ce que j’ai écrit" in page
    assert queries.count(owner_pk=helene.pk) == 0


def test_two_contacts_of_one_name_are_told_apart_by_their_company(
    client: Client, helene: MemberCard, ines: ContactCard
) -> None:
    other = _add(helene, given_name="Inès", family_name="Morel", company="Autre")
    page = _text(client.post("/contacts/ajouter/", {"family_name": "A", "through": "Inès Morel"}))
    assert "Several of your contacts have this name" in page
    client.post("/contacts/ajouter/", {"family_name": "B", "through": "Inès Morel (Autre)"})
    line = queries.lines_matching(owner_pk=helene.pk, search="B")[0]
    assert queries.contact(owner_pk=helene.pk, uid=line.uid).met_through == other.uid


def test_a_page_shows_everything_kept_and_escapes_it(client: Client, ines: ContactCard) -> None:
    page = _text(client.get(f"/contacts/{ines.uid}/"))
    assert 'href="mailto:ines@aero.example"' in page
    assert 'href="tel:+33612345678"' in page
    assert "(Atelier)" in page
    assert "Ventilation &lt;de&gt; restaurants" in page
    assert TRADE.name("en") in page


def test_keeping_a_page_unchanged_changes_nothing_but_its_version(
    client: Client, helene: MemberCard, ines: ContactCard
) -> None:
    form = client.get(f"/contacts/{ines.uid}/modifier/").context["form"]
    written = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    client.post(f"/contacts/{ines.uid}/modifier/", written)
    after = queries.contact(owner_pk=helene.pk, uid=ines.uid)
    assert after.version == 2
    for name in ContactDraft.__dataclass_fields__:
        if name != "ways":
            assert getattr(after, name) == getattr(ines, name), name
    assert [(w.kind, w.value, w.normalised, w.label) for w in after.ways] == [
        (w.kind, w.value, w.normalised, w.label) for w in ines.ways
    ]


def test_a_second_window_is_told_before_it_overwrites(client: Client, helene: MemberCard, ines: ContactCard) -> None:
    path = f"/contacts/{ines.uid}/modifier/"
    client.post(path, {"version": "1", "family_name": "Première"})
    second = client.post(path, {"version": "1", "family_name": "Seconde", "kinds": ["friend"]})
    assert second.status_code == 409
    assert "changed in another window" in _text(second)
    assert 'value="Seconde"' in _text(second)
    assert queries.contact(owner_pk=helene.pk, uid=ines.uid).family_name == "Première"
    client.post(path, {"version": second.context["form"]["version"].value(), "family_name": "Seconde"})
    assert queries.contact(owner_pk=helene.pk, uid=ines.uid).family_name == "Seconde"


def test_removing_asks_once_and_only_a_press_removes(client: Client, helene: MemberCard, ines: ContactCard) -> None:
    path = f"/contacts/{ines.uid}/retirer/"
    assert "Remove Inès Morel from your address book?" in _text(client.get(path))
    assert queries.count(owner_pk=helene.pk) == 1
    assert "Inès Morel is no longer in your address book." in _text(client.post(path, follow=True))
    assert queries.count(owner_pk=helene.pk) == 0


def test_somebody_in_a_referral_stays_in_the_book(client: Client, helene: MemberCard, ines: ContactCard) -> None:
    Need.objects.create(
        uid="n" * 26, giver_id=helene.pk, client_id=ines.pk, area="FR", urgency="now", until=NOW, created_at=NOW
    )
    page = _text(client.post(f"/contacts/{ines.uid}/retirer/", follow=True))
    assert "Inès Morel takes part in a referral" in page
    assert queries.contact(owner_pk=helene.pk, uid=ines.uid) == ines


def _other(client: Client) -> Client:
    olga = enrol(name="Olga", email="olga@example.org", language="en", now=NOW, chance=SeededChance(2))
    return browser_of(olga)


@pytest.mark.parametrize("end", ["", "modifier/", "retirer/"])
def test_another_members_contact_does_not_exist_r44(client: Client, ines: ContactCard, end: str) -> None:
    olga = _other(client)
    nobody = olga.get(f"/contacts/{'a' * 26}/{end}")
    theirs = olga.get(f"/contacts/{ines.uid}/{end}")
    assert theirs.status_code == nobody.status_code == 404
    assert theirs.content == nobody.content
    assert olga.post(f"/contacts/{ines.uid}/{end}", {"family_name": "X", "version": "1"}).status_code in (404, 405)
    assert "Inès" not in _text(olga.get("/contacts/?q=ines"))


def test_a_visitor_is_sent_to_sign_in(ines: ContactCard) -> None:
    answer = Client().get(f"/contacts/{ines.uid}/")
    assert answer.status_code == 302
    assert "Inès" not in _text(answer)
    assert {view.callback.audience for view in pages.urlpatterns} == {Audience.MEMBERS}


def _upload(client: Client, data: bytes, **more: object):  # type: ignore[no-untyped-def]
    return client.post("/contacts/apporter/", {"file": SimpleUploadedFile("livre.vcf", data)}, **more)


def test_a_file_is_read_shown_and_only_those_chosen_are_kept_r37(client: Client, helene: MemberCard) -> None:
    answer = _upload(client, APPLE.read_bytes(), follow=True)
    page = _text(answer)
    assert "2 people of your file are below." in page
    assert "met through François Duval" in page
    assert queries.count(owner_pk=helene.pk) == 0
    done = client.post(answer.redirect_chain[-1][0], {"keep": ["0"]}, follow=True)
    assert "1 person added." in _text(done)
    assert [line.name for line in queries.contact_page(owner_pk=helene.pk).lines] == ["Inès Morel"]
    again = _text(_upload(client, APPLE.read_bytes(), follow=True))
    assert "1 is in your address book already" in again


def test_the_people_beyond_those_shown_can_be_kept_together(
    client: Client, helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_file, "SHOWN_AT_ONCE", 2)
    cards = "".join(f"BEGIN:VCARD\nFN:Prénom Nom{n}\nEND:VCARD\n" for n in range(5))
    answer = _upload(client, cards.encode(), follow=True)
    assert "And 3 people more" in _text(answer)
    client.post(answer.redirect_chain[-1][0], {"keep": ["1"], "rest": "yes"})
    assert queries.count(owner_pk=helene.pk) == 4


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"Name,Email\n", "not a vCard file"), (b"BEGIN:VCARD\nFN:A B\n", "no end"), (b"", "empty")],
)
def test_a_file_that_cannot_be_read_says_why(client: Client, data: bytes, said: str) -> None:
    assert said in _text(_upload(client, data))


def _cards(*numbers: int) -> bytes:
    return "".join(f"BEGIN:VCARD\nUID:u{n}\nFN:Prénom Nom{n}\nEND:VCARD\n" for n in numbers).encode()


def test_a_long_file_goes_on_part_by_part_until_everybody_was_chosen(
    client: Client, helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R47: a whole book taken along can be brought back, however long."""
    monkeypatch.setattr(from_file, "MOST_AT_ONCE", 2)
    answer = _upload(client, _cards(*range(5)))
    page = _text(client.get(answer.url))
    assert "2 people of your file are below." in page
    assert "3 more people of your file come next" in page
    second = client.post(answer.url, {"keep": ["0", "1"]})
    assert client.get(answer.url)["Location"] == second.url, "going back goes on"
    assert "1 more person of your file comes next" in _text(client.get(second.url))
    third = client.post(second.url, {"keep": ["0"]})
    waits = _text(client.get("/contacts/apporter/"))
    assert "1 person of the file you brought last still waits" in waits
    assert third.url in waits
    assert client.post(third.url, {"keep": ["0"]}).url == "/contacts/"
    assert queries.count(owner_pk=helene.pk) == 4
    again = _upload(client, _cards(*range(5)), follow=True)
    assert "4 were in your address book already" in _text(again)
    assert "Nom3" in _text(again)
    client.post(again.redirect_chain[-1][0], {"keep": ["0"]})
    last = _upload(client, _cards(*range(5)), follow=True)
    assert last.redirect_chain[-1][0] == "/contacts/"
    assert "5 were in your address book already" in _text(last)


def test_who_could_not_be_kept_and_what_was_not_read_is_told_in_numbers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = b"BEGIN:VCARD\nEMAIL:pas une adresse\nEND:VCARD\n"
    answer = _upload(client, card + _cards(1))
    assert "1 could not be kept" in _text(client.post(answer.url, {"keep": ["0", "1"]}, follow=True))
    monkeypatch.setattr(from_file, "_TOLD", 2)
    page = _text(_upload(client, b"BEGIN:VCARD\nEND:VCARD\n" * 5 + _cards(2), follow=True))
    assert page.count("Line ") == 2
    assert "3 more lines of the file could not be read." in page


def test_somebody_elses_file_does_not_exist_r44(client: Client) -> None:
    answer = _upload(client, APPLE.read_bytes())
    assert client.get(answer.url).status_code == 200
    assert _other(client).get(answer.url).status_code == 404
    assert _other_post(client, answer.url) == 404


def _other_post(client: Client, url: str) -> int:
    paul = enrol(name="Paul", email="paul@example.org", language="en", now=NOW, chance=SeededChance(3))
    stranger = browser_of(paul)
    return stranger.post(url, {"keep": ["0"]}).status_code
