"""Address books: what is written is kept, found again without accents, and nobody else's (R37, R44)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions, queries
from entremise.people.queries import ContactCard, ContactDraft, ContactNotFound, ContactRefused, Kind, Way, WayKind
from entremise.protocol.guard import identifying_marks

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CHANCE = SeededChance(7)

INES = ContactDraft(
    given_name="Inès",
    family_name="Morel",
    company="Aéraulique Morel",
    position="Ingénieure ventilation",
    kinds=frozenset({Kind.COLLEAGUE, Kind.SUPPLIER}),
    area="FR",
    notes="Rigoureuse.\nAime les cuisines.",
    does="ventilation de restaurants",
    does_not="climatisation seule",
    preferred="mobile",
    best_time="le matin",
    met_on=date(2025, 7, 1),
    ways=(
        Way(kind=WayKind.EMAIL, value="Ines.Morel@Aero.example", preferred=True),
        Way(kind=WayKind.PHONE, value="06 12 34 56 78"),
        Way(kind=WayKind.LINK, value="aero.example/ines"),
        Way(kind=WayKind.LINK, value="@aero.ines"),
        Way(kind=WayKind.ADDRESS, value=" 12 rue des Tables-Claudiennes \n\n 69001 Lyon "),
    ),
)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène Vasseur", email="helene@vasseur.example", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def olga() -> MemberCard:
    return enrol(name="Olga Petrova", email="olga@petrova.example", language="fr", now=NOW, chance=SeededChance(2))


@pytest.fixture
def add(helene: MemberCard) -> Callable[..., ContactCard]:
    def adding(**what: object) -> ContactCard:
        draft = ContactDraft(**what)  # type: ignore[arg-type]
        return actions.add_contact(owner_pk=helene.pk, draft=draft, now=NOW, chance=CHANCE)

    return adding


def _names(owner: MemberCard, search: str, **more: object) -> list[str]:
    page = queries.contact_page(owner_pk=owner.pk, search=search, **more)  # type: ignore[arg-type]
    return [line.name for line in page.lines]


def test_what_is_written_about_a_contact_is_kept_tidied(helene: MemberCard) -> None:
    card = actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    read = queries.contact(owner_pk=helene.pk, uid=card.uid)
    assert read == card
    assert (read.name, read.kinds, read.notes) == ("Inès Morel", INES.kinds, INES.notes)
    assert [(way.kind.value, way.value, way.normalised) for way in read.ways] == [
        ("email", "Ines.Morel@Aero.example", "ines.morel@aero.example"),
        ("mobile", "06 12 34 56 78", "+33612345678"),
        ("link", "https://aero.example/ines", "aero.example/ines"),
        ("link", "@aero.ines", "@aero.ines"),
        ("address", "12 rue des Tables-Claudiennes\n69001 Lyon", "12 rue des tables claudiennes 69001 lyon"),
    ]
    assert (read.email, read.phone) == ("Ines.Morel@Aero.example", "06 12 34 56 78")


def test_a_number_is_read_as_in_the_country_of_the_contacts_area(add: Callable[..., ContactCard]) -> None:
    for area, written, normal in [("BE", "0470 12 34 56", "+32470123456"), ("CH", "079 123 45 67", "+41791234567")]:
        card = add(family_name="Peeters", area=area, ways=(Way(kind=WayKind.PHONE, value=written),))
        assert card.ways[0].normalised == normal
        assert card.ways[0].kind is WayKind.MOBILE


@pytest.mark.parametrize("other", ["contact", "edit", "remove", "page", "pks"])
def test_another_members_contact_is_not_found_r44(helene: MemberCard, olga: MemberCard, other: str) -> None:
    card = actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    if other == "page":
        assert _names(olga, "") == []
    elif other == "pks":
        assert queries.contacts_by_pks(owner_pk=olga.pk, pks=[card.pk]) == {}
    else:
        act = {
            "contact": lambda: queries.contact(owner_pk=olga.pk, uid=card.uid),
            "edit": lambda: actions.edit_contact(owner_pk=olga.pk, uid=card.uid, version=1, draft=INES, now=NOW),
            "remove": lambda: actions.remove_contact(owner_pk=olga.pk, uid=card.uid, now=NOW),
        }[other]
        with pytest.raises(ContactNotFound):
            act()
    assert queries.contact(owner_pk=helene.pk, uid=card.uid) == card


@pytest.mark.parametrize(
    "search", ["ines", "INÈS", "mor", "morel ines", "aeraulique", "vent", "0612", "06 12", "ines.m"]
)
def test_a_contact_is_found_by_the_beginning_of_its_words(helene: MemberCard, search: str) -> None:
    actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    assert _names(helene, search) == ["Inès Morel"]


@pytest.mark.parametrize("search", ["orel", "ines dupont", "%", "_nes"])
def test_a_contact_is_not_found_by_something_else(
    helene: MemberCard, add: Callable[..., ContactCard], search: str
) -> None:
    actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    found = _names(helene, search)
    assert found == (["Inès Morel"] if search == "%" else [])


def test_a_long_book_comes_in_pages_and_orders(helene: MemberCard, add: Callable[..., ContactCard]) -> None:
    for number in range(queries.PAGE_SIZE + 3):
        add(given_name="Ève", family_name=f"Nom{number:03}", kinds=frozenset({Kind.FRIEND} if number % 2 else ()))
    add(given_name="Zoé", family_name="Âbel")
    first = queries.contact_page(owner_pk=helene.pk)
    last = queries.contact_page(owner_pk=helene.pk, page=99)
    assert (first.total, first.pages, len(first.lines), last.page, len(last.lines)) == (54, 2, 50, 2, 4)
    assert first.lines[0].name == "Zoé Âbel"
    assert queries.contact_page(owner_pk=helene.pk, kind=Kind.FRIEND).total == 26
    assert queries.contact_page(owner_pk=helene.pk, sort="recent").lines[0].name == "Zoé Âbel"
    assert queries.count(owner_pk=helene.pk) == 54


def test_an_edit_replaces_what_was_written(helene: MemberCard) -> None:
    card = actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    draft = ContactDraft(given_name="Inès", family_name="Morel-Roux", ways=INES.ways[:1])
    edited = actions.edit_contact(owner_pk=helene.pk, uid=card.uid, version=1, draft=draft, now=LATER)
    assert (edited.name, edited.version, len(edited.ways), edited.updated_at) == ("Inès Morel-Roux", 2, 1, LATER)
    assert _names(helene, "roux") == ["Inès Morel-Roux"]
    assert _names(helene, "0612") == []


def test_a_second_window_cannot_overwrite_the_first(helene: MemberCard) -> None:
    card = actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    first = actions.edit_contact(owner_pk=helene.pk, uid=card.uid, version=1, draft=INES, now=LATER)
    with pytest.raises(actions.ContactChanged) as stopped:
        actions.edit_contact(
            owner_pk=helene.pk, uid=card.uid, version=1, draft=ContactDraft(family_name="X"), now=LATER
        )
    assert stopped.value.card == first
    assert queries.contact(owner_pk=helene.pk, uid=card.uid) == first


def test_a_removed_contact_is_gone_and_those_met_through_it_stay(
    helene: MemberCard, add: Callable[..., ContactCard]
) -> None:
    francois = add(given_name="François", family_name="Duval")
    ines = add(given_name="Inès", met_through=francois.uid, how_met="à un déjeuner")
    assert (ines.met_through, ines.met_through_name) == (francois.uid, "François Duval")
    actions.remove_contact(owner_pk=helene.pk, uid=francois.uid, now=NOW)
    assert queries.contact(owner_pk=helene.pk, uid=ines.uid).met_through == ""
    with pytest.raises(ContactNotFound):
        actions.remove_contact(owner_pk=helene.pk, uid=francois.uid, now=NOW)


def test_nobody_is_met_through_a_strangers_contact_or_oneself_r37(helene: MemberCard, olga: MemberCard) -> None:
    theirs = actions.add_contact(owner_pk=olga.pk, draft=INES, now=NOW, chance=CHANCE)
    with pytest.raises(ContactRefused) as refused:
        actions.add_contact(
            owner_pk=helene.pk, draft=ContactDraft(family_name="A", met_through=theirs.uid), now=NOW, chance=CHANCE
        )
    assert refused.value.reasons == {"met_through": "unknown"}
    mine = actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    draft = ContactDraft(family_name="A", met_through=mine.uid)
    with pytest.raises(ContactRefused) as refused:
        actions.edit_contact(owner_pk=helene.pk, uid=mine.uid, version=1, draft=draft, now=NOW)
    assert refused.value.reasons == {"met_through": "self"}


@pytest.mark.parametrize(
    ("what", "reasons"),
    [
        ({}, {"family_name": "empty"}),
        ({"family_name": "x" * 61}, {"family_name": "long"}),
        ({"family_name": "A", "area": "nowhere"}, {"area": "unknown"}),
        ({"family_name": "A", "language": "xx"}, {"language": "unknown"}),
        ({"family_name": "A", "preferred": "pigeon"}, {"preferred": "unknown"}),
        ({"family_name": "A", "ways": (Way(kind=WayKind.EMAIL, value="a@b"),)}, {"email": "malformed"}),
        ({"family_name": "A", "ways": (Way(kind=WayKind.MOBILE, value="none"),)}, {"phone": "malformed"}),
        ({"family_name": "A", "ways": (Way(kind=WayKind.LINK, value="javascript:alert(1)"),)}, {"link": "malformed"}),
        (
            {"area": "x", "ways": (Way(kind=WayKind.EMAIL, value="a"), Way(kind=WayKind.ADDRESS, value=" "))},
            {"area": "unknown", "email": "malformed", "address": "malformed"},
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_field_by_field(
    add: Callable[..., ContactCard], what: dict[str, object], reasons: dict[str, str]
) -> None:
    with pytest.raises(ContactRefused) as refused:
        add(**what)
    assert refused.value.reasons == reasons


def test_a_contacts_identity_guards_a_brief_r4(helene: MemberCard) -> None:
    card = actions.add_contact(owner_pk=helene.pk, draft=INES, now=NOW, chance=CHANCE)
    text = "Une aéraulicienne, I. Morel, au 0612345678, rue des tables claudiennes"
    marked = {text[mark.start : mark.end] for mark in identifying_marks(text, [card.identity("receiver")])}
    assert {"I. Morel", "0612345678", "rue des tables claudiennes"} <= marked


def test_by_company_whoever_has_none_comes_last_and_accents_do_not_count(
    helene: MemberCard, add: Callable[..., ContactCard]
) -> None:
    add(family_name="Sans")
    zed = add(family_name="Zola", company="Zed")
    for family, company in (("Roy", "École du vin"), ("Abel", "école du vin"), ("Un", "1001 nuits"), ("Pi", "***")):
        add(family_name=family, company=company)
    add(company="eBoutique")
    found = _names(helene, "", sort="company")
    assert found == ["Pi", "Un", "eBoutique", "Abel", "Roy", "Zola", "Sans"]
    draft = ContactDraft(family_name="Zola", company="")
    actions.edit_contact(owner_pk=helene.pk, uid=zed.uid, version=1, draft=draft, now=LATER)
    assert _names(helene, "", sort="company")[-2:] == ["Sans", "Zola"]


def test_a_list_by_company_is_in_the_order_of_an_index(helene: MemberCard) -> None:
    """A page of a book of 100,000 is found without putting the whole book in order."""
    with CaptureQueriesContext(connection) as seen:
        queries.contact_page(owner_pk=helene.pk, sort="company", page=1)
    (listed,) = (one["sql"] for one in seen if "ORDER BY" in one["sql"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {listed}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {listed}")
        plan = " ".join(str(line) for line in cursor.fetchall())
    assert "people_contact_by_company" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
