"""R4: nothing that identifies a party may stand in the giver's free text, however it is spelled."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entremise.protocol.guard import NAME_LENGTH, Identity, clean_name, identifying_marks

INES = Identity(
    role="receiver",
    names=("Inès Morel", "Inès Delacroix-Morel"),
    company="Aéraulique Morel & Filles SARL",
    emails=("ines.morel@aeromorel.example", "nessie69@gmail.com"),
    phones=("+33 6 12 34 56 78",),
    links=("https://www.linkedin.com/in/ines-morel-ventil-4b2", "https://clairvoie.fr/equipe/"),
    handles=("@nes.aero",),
    addresses=("12 bis rue des Tables-Claudiennes\n69001 Lyon",),
    other=("La Dame des Hottes",),
)
MARC = Identity(
    role="client",
    names=("Marc Lefebvre",),
    company="Le Cèdre Gourmand",
    emails=("contact@cedregourmand.example",),
    phones=("04 78 28 11 90",),
)
PETIT = Identity(role="client", names=("Léa Petit",), company="La Bonne Table")
PEOPLE = (INES, MARC)
PLACES = frozenset({"Lyon", "Villeurbanne", "Québec", "Rhône"})

MUST_MARK = [
    ("Elle s'appelle Inès.", "Inès", "name"),
    ("elle s'appelle ines, je crois", "ines", "name"),
    ("INÈS sait faire", "INÈS", "name"),
    ("Demandez ine\u0300s pour cela", "ine\u0300s", "name"),
    ("c'est i-n-e-s qui vient", "i-n-e-s", "name"),
    ("c'est I.N.E.S qui vient", "I.N.E.S", "name"),
    ("voyez ines mor el demain", "ines mor el", "name"),
    ("voyez M O R E L demain", "M O R E L", "name"),
    ("l'ingénieure Morrel est bien", "Morrel", "name"),
    ("l'ingénieure Moerl est bien", "Moerl", "name"),
    ("Ask Morel's team", "Morel", "name"),
    ("Morel Inès viendra", "Morel Inès", "name"),
    ("I. Morel viendra", "I. Morel", "name"),
    ("voir inesmorel pour cela", "inesmorel", "name"),
    ("voir _inesmorel_ pour cela", "inesmorel", "name"),
    ("la société Inesmorel69 existe", "Inesmorel69", "name"),
    ("Delacroy est son nom", "Delacroy", "name"),
    ("lnes non, mais In\u200bès oui", "In\u200bès", "name"),
    ("Іnes en lettres cyrilliques", "Іnes", "name"),
    ("l'ＩＮＥＳ pleine chasse", "ＩＮＥＳ", "name"),
    ("Un œil sur Lefèbvre", "Lefèbvre", "name"),
    ("Un œil sur Lefevre", "Lefevre", "name"),
    ("demandez Marc au comptoir", "Marc", "name"),
    ("M. Lefebvre a un besoin", "Lefebvre", "name"),
    ("le cedre gourmand doit être ventilé", "le cedre gourmand", "company"),
    ("au Cèdre on mange bien", "Cèdre", "company"),
    ("CEDREGOURMAND doit être ventilé", "CEDREGOURMAND", "domain"),
    ("chez aeraulique morel et filles", "aeraulique", "company"),
    ("écrivez à ines.morel@aeromorel.example", "ines.morel@aeromorel.example", "mail"),
    ("écrivez à paul@example.org", "paul@example.org", "mail"),
    ("marc at cedre point fr", "marc at cedre point fr", "mail"),
    ("marc (arobase) cedre (point) fr", "marc (arobase) cedre (point) fr", "mail"),
    ("marc arobase cedre gourmand point com", "marc arobase cedre gourmand point com", "mail"),
    ("paul [at] exemple [dot] com", "paul [at] exemple [dot] com", "mail"),
    ("paul @ exemple.com", "paul @ exemple.com", "mail"),
    ("son pseudo est nessie69", "nessie69", "mail"),
    ("la maison aeromorel", "aeromorel", "domain"),
    ("la maison Aero Morel", "Aero Morel", "domain"),
    ("la maison Clairvoie", "Clairvoie", "domain"),
    ("voir www.exemple.fr/page", "www.exemple.fr/page", "link"),
    ("voir https://exemple.org/a?b=c", "https://exemple.org/a?b=c", "link"),
    ("voir exemple.fr", "exemple.fr", "link"),
    ("voir instagram.com/unetelle", "instagram.com/unetelle", "link"),
    ("voir exemple point fr", "exemple point fr", "link"),
    ("son profil: ines-morel-ventil-4b2", "ines-morel-ventil-4b2", "link"),
    ("suivez @unetelle", "@unetelle", "handle"),
    ("insta: unetelle", "insta: unetelle", "handle"),
    ("nes aero sur les réseaux", "nes aero", "handle"),
    ("appelez le 06 12 34 56 78", "06 12 34 56 78", "phone"),
    ("appelez le +33612345678", "+33612345678", "phone"),
    ("appelez le +33 (0)6.12.34.56.78", "+33 (0)6.12.34.56.78", "phone"),
    ("appelez le 0612-345-678", "0612-345-678", "phone"),
    ("fini par 34 56 78", "34 56 78", "phone"),
    ("call 514 555 0199", "514 555 0199", "phone"),
    ("au 0 4 7 8 2 8 1 1 9 0", "0 4 7 8 2 8 1 1 9 0", "phone"),
    ("zéro six douze trente-quatre cinquante-six", "zéro six douze trente-quatre cinquante-six", "phone"),
    ("call five one four, five five five, oh one nine nine", "five one four, five five five, oh one", "phone"),
    ("au 14, rue de la Paix demain", "14, rue de la paix", "address"),
    ("au 3 quai Saint-Antoine", "3 quai saint-antoine", "address"),
    ("at 221 Baker Street today", "221 Baker Street", "address"),
    ("rue des tables claudiennes", "rue des tables claudiennes", "address"),
    ("dans le 69001", "69001", "address"),
    ("on l'appelle la dame des hottes", "la dame des hottes", "other"),
]

MUST_NOT_MARK = [
    "Un restaurant à Lyon doit refaire sa ventilation avant le printemps.",
    "A restaurant in Lyon must have its ventilation redone by spring, about 60 covers.",
    "Le budget se situe entre 15 000 et 25 000 €, travaux en juillet.",
    "Budget 12 500 000 € environ pour l'ensemble, 10 250 000,00 euros sinon.",
    "Il faut finir avant le 15/03/2027, ou le 2027-03-15, saison 2026-2027.",
    "La mairie demande une mise aux normes; la morale est sauve, le modèle est moderne.",
    "Les machines marchent mal; la marche est haute et le marché est grand.",
    "At this point be careful, and at a point in time we stop.",
    "We met at noon. It was a good meeting of 3 people at 10.30.",
    "Il cherche un conseil, une étude de besoin et une solution simple pour la cuisine.",
    "He wants someone honest who answers quickly and does what was promised.",
    "Deux hottes, 120 m², 3 500 m³/h, 18 kW, débit 1,5; ouverture à 11 h 30.",
    "Le quartier est calme: il y a deux rues de 300 mètres, au 2 de préférence.",
    "Qui peut l'aider d'ici le 3 mars? Il est disponible le mardi de 9 h à 11 h.",
    "Aeration of about 12 rooms, an office of 400 square metres and a terrace.",
    "La table est bonne, les filles et les garçons du service sont gentils.",
    "Il faut deux, trois ou quatre hottes, vingt-cinq à trente-cinq couverts, un four et une plonge.",
    "Sa femme et son mari travaillent dans l'hôtel; le toit est en zinc.",
]


@pytest.mark.parametrize(("text", "marked", "field"), MUST_MARK)
def test_an_identifying_trace_is_marked_where_it_stands_r4(text: str, marked: str, field: str) -> None:
    marks = identifying_marks(text, PEOPLE, ordinary=PLACES)
    start = text.lower().index(marked.lower())
    covering = [m for m in marks if m.start <= start and m.end >= start + len(marked)]
    assert covering, f"{marked!r} not marked in {text!r}: {[text[m.start : m.end] for m in marks]}"
    assert field in {m.field for m in marks}


@pytest.mark.parametrize("text", MUST_NOT_MARK)
def test_an_ordinary_sentence_about_the_need_is_left_alone(text: str) -> None:
    marks = identifying_marks(text, PEOPLE, ordinary=PLACES)
    assert [text[m.start : m.end] for m in marks] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un petit restaurant, une bonne table", []),
        ("un restaurant pour Petit, disons", ["Petit"]),
        ("Petit a un besoin", ["Petit"]),
        ("léa petit a un besoin", ["léa petit"]),
        ("mme petit a un besoin", ["petit"]),
        ("une leapetit", ["leapetit"]),
        ("la Bonne Table est ouverte", ["la Bonne Table"]),
        ("Lea a un besoin, les as aussi", ["Lea"]),
        ("L. Petit", ["L. Petit"]),
    ],
)
def test_a_name_that_is_also_an_everyday_word_needs_a_capital_or_neighbour(text: str, expected: list[str]) -> None:
    assert [text[m.start : m.end] for m in identifying_marks(text, (PETIT,))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un restaurant à Lyon", []),
        ("Paul Lyon cherche", ["Paul Lyon"]),
        ("M. Lyon cherche", ["Lyon"]),
        ("p. lyon cherche, Lyon P. aussi", ["p. lyon", "Lyon P"]),
    ],
)
def test_a_name_that_is_also_a_place_counts_only_beside_the_rest(text: str, expected: list[str]) -> None:
    person = Identity(role="client", names=("Paul Lyon",))
    assert [text[m.start : m.end] for m in identifying_marks(text, (person,), ordinary=PLACES)] == expected


def test_short_first_names_count_only_as_whole_words() -> None:
    person = Identity(role="client", names=("Zoé Ng",))
    text = "zoe est là, le zoeland non; Ng oui, anglais non"
    assert [text[m.start : m.end] for m in identifying_marks(text, (person,))] == ["zoe", "Ng"]


@pytest.mark.parametrize(
    "mail", ["a@gmail.com", "b@orange.fr", "c@free.fr", "d@bluewin.ch", "e@videotron.ca", "f@skynet.be"]
)
def test_the_name_of_a_public_mail_provider_is_not_a_trace(mail: str) -> None:
    person = Identity(role="client", emails=(mail,))
    provider = mail.partition("@")[2].partition(".")[0]
    assert identifying_marks(f"Une caisse {provider} pour le service", (person,)) == ()


def test_each_mark_says_whose_trace_it_is() -> None:
    marks = identifying_marks("Marc connaît Morel, appelez le 01 02 03 04 05", PEOPLE)
    assert [(m.role, m.field) for m in marks] == [("client", "name"), ("receiver", "name"), ("", "phone")]


def test_the_same_text_gives_the_same_marks() -> None:
    text = "Marc et Inès Morel, 12 rue X, marc@cedre.example"
    assert identifying_marks(text, PEOPLE) == identifying_marks(text, PEOPLE)


def test_nobody_is_found_in_an_empty_text() -> None:
    assert identifying_marks("", PEOPLE) == ()
    assert identifying_marks("Un besoin", (Identity(role="client"),)) == ()


FIELDS = [
    *INES.names, "Aéraulique Morel & Filles", *INES.emails, *INES.phones, *INES.links, *INES.handles, *INES.other,
    "12 bis rue des Tables-Claudiennes", *MARC.names, MARC.company, *MARC.emails, *MARC.phones,
]  # fmt: skip
SPACINGS = st.sampled_from(["", " ", "-", ".", "'", "’", "\u00a0", "_", "  "])


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


CASES = st.sampled_from([str, str.lower, str.upper, str.title, str.swapcase])
ACCENTS = st.sampled_from([str, _unaccented, lambda t: unicodedata.normalize("NFD", t)])


@settings(max_examples=300, deadline=None)
@given(field=st.sampled_from(FIELDS), case=CASES, accents=ACCENTS, spacing=SPACINGS)
def test_any_field_in_any_dress_is_marked_r4(field: str, case, accents, spacing: str) -> None:  # type: ignore[no-untyped-def]
    dressed = accents(case(field))
    if not any(char in field for char in "@/+0"):
        dressed = spacing.join(dressed.split())
    text = f"Le besoin concerne {dressed} pour une mise aux normes."
    start = text.index(dressed)
    marks = identifying_marks(text, PEOPLE, ordinary=PLACES)
    assert any(m.start < start + len(dressed) and m.end > start for m in marks), text


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_marks_always_lie_inside_the_text(text: str) -> None:
    for mark in identifying_marks(text, PEOPLE):
        assert 0 <= mark.start < mark.end <= len(text)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Hélène   Vasseur ", "Hélène Vasseur"),
        ("Hélène\r\nBcc: x@y.example", "Hélène Bcc"),
        ("Gagnez http://evil.example/x Hélène", "Gagnez Hélène"),
        ("evil.com", ""),
        ("promo.zip Hélène", "promo. zip Hélène"),
        ("Jean-Luc d'Artagnan", "Jean-Luc d'Artagnan"),
        ("J.P. Martin", "J.P. Martin"),
        ("<b>Paul</b>", "b Paul b"),
        ("Paul\u202egnp", "Paulgnp"),
        ("mot " * 40, "mot mot mot mot mot mot mot mot mot mot mot mot mot mot mot"),
        ("", ""),
    ],
)
def test_a_name_in_a_mail_carries_no_link_and_no_trick(typed: str, clean: str) -> None:
    assert clean_name(typed) == clean


@given(text=st.text(max_size=200))
def test_a_cleaned_name_is_short_on_one_line_and_stays_clean(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= NAME_LENGTH
    assert "\n" not in name
    assert "@" not in name
    assert "/" not in name
    assert clean_name(name) == name
