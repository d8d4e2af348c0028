"""What a lead may not carry (R2): nobody's details, and no page that is somebody's own."""

from __future__ import annotations

import pytest

from entremise.protocol.hints import details_in, may_link_to

PUBLIC = [
    "https://exemple.fr/page",
    "http://exemple.fr:8080/page?id=12345#bas",
    "exemple.fr",
    "exemple.fr:8080/page",
    "https://exemple.fr/2026-11-22/ouverture",
    "https://www.linkedin.com/company/acme/",
    "https://facebook.com/events/123456/",
    "https://notfacebook.com/paul",
    "https://exemple.fr/linkedin.com/in/paul",
    "https://exemple.fr/ref/10612345678",  # a number, and nobody's telephone
    "https://exemple.fr/ref/06123456789",
    "https://exemple.fr/ref/+123456789",
]
SOMEBODYS = [
    "https://linkedin.com/in/paul",
    "https://fr.linkedin.com/in/paul",
    "  HTTPS://WWW.LinkedIn.com/in/Paul ",
    "linkedin.com/in/paul",
    "https://linkedin.com/in/paul/company/acme/",
    "https://wa.me/33612345678",
    "https://t.me/paul",
    "https://calendly.com/paul",
    "https://facebook.com/paul",
    "https://facebook.com:443/paul",
    "https://exemple.fr/?tel=0612345678",
    "https://exemple.fr/06-12-34-56-78",
    "https://exemple.fr/%2B33612345678",
    "https://exemple.fr/?de=paul@autre.example",
    "https://exemple.fr/?de=paul%40autre.example",
    "https://paul@exemple.example/",
    "https://paul:secret@exemple.example/page",
]
NO_PAGES = [
    "mailto:paul@exemple.example",
    "tel:+33612345678",
    "javascript:alert(1)",
    "ftp://exemple.fr/a",
    "data:text/html,x",
]


@pytest.mark.parametrize("link", PUBLIC)
def test_r2_a_lead_may_link_to_a_page_of_nobody_in_particular(link: str) -> None:
    assert may_link_to(link)


@pytest.mark.parametrize("link", [*SOMEBODYS, *NO_PAGES])
def test_r2_a_lead_may_not_link_to_somebodys_page_address_or_number(link: str) -> None:
    assert not may_link_to(link)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Un restaurant ouvre au 12 rue de la Paix", []),
        ("Vu sur https://exemple.fr/ouverture hier", []),
        ("Vu sur https://linkedin.com/in/paul hier", ["https://linkedin.com/in/paul"]),
        ("Écrire à paul@exemple.example", ["paul@exemple.example"]),
        ("Appeler le 06 12 34 56 78", ["06 12 34 56 78"]),
        ("Suivre @paul.dupont", ["@paul.dupont"]),
        ("Marc en parle", ["Marc"]),
        ("Marc en parle au 12 rue de la Paix", ["Marc"]),
        ("Une cuisine à refaire", []),
    ],
)
def test_r2_a_leads_text_may_hold_a_place_and_a_page_and_nobodys_details(text: str, found: list[str]) -> None:
    marks = details_in(text, names=("Marc Lefebvre",))
    assert [text[one.start : one.end] for one in marks] == found


def test_r2_a_name_that_is_also_a_place_may_stand_for_the_place() -> None:
    text, names = "Un local à Lyon", ("Paul Lyon",)
    assert details_in(text, names=names, ordinary=frozenset({"Lyon"})) == ()
    assert [text[one.start : one.end] for one in details_in(text, names=names)] == ["Lyon"]
    assert details_in(text, names=()) == ()
