"""Leads: they carry only what is public, are thanked for and followed, and may become referrals (R2, R20, R46)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from entremise.people.actions import add_contact
from entremise.people.queries import ContactNotFound
from entremise.protocol.duties import Duty, add_working_days
from entremise.protocol.errors import GivesTooMany, SamePerson
from entremise.protocol.policy import DEFAULT, Policy
from entremise.referrals.actions import answering, giving, leads, steps
from entremise.referrals.actions.digits import Caller, WrongDigits
from entremise.referrals.actions.giving import BriefRefused
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.actions.leads import Came, LeadDraft, NoMail
from entremise.referrals.models import Lead
from entremise.referrals.queries.home import home
from entremise.referrals.queries.leads import LeadGone, LeadPage, LeadRead, lead_lines, lead_page, lead_read
from entremise.worker.jobs import forget_old_leads
from tests.cast import FRANCOIS, HELENE, INES, MARC, Mail, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
UID = "l" * 26
PUBLIC = "Un restaurant ouvre rue Mercière à Lyon ; les travaux de cuisine commencent en mars."
FREELY = Policy(given_a_day=50, given_a_day_first=50)


@pytest.fixture
def there() -> World:
    return world()


def draft(there: World, **changes: Any) -> LeadDraft:
    values = {"receiver": there.ines.uid, "text": PUBLIC, "link": "https://www.ville.example/travaux"}
    return LeadDraft(**{**values, **changes})


def send(there: World, *, uid: str = UID, policy: Policy = DEFAULT, **changes: Any) -> str:
    who = changes.pop("giver", there.helene)
    sent = leads.send(
        giver=who, draft=draft(there, **changes), uid=uid, now=there.now, chance=there.chance, policy=policy
    )
    there.run()
    return sent


def caller(mail: Mail, **changes: Any) -> Caller:
    found = re.search(r"/p/([a-z0-9]+)/", mail.text)
    assert found
    return Caller(**{"token": found.group(1), "digits": mail.digits, **changes})


def at(there: World) -> dict[str, Any]:
    return {"now": there.now, "chance": there.chance, "policy": DEFAULT}


def page(there: World, uid: str = UID) -> LeadPage:
    return lead_page(giver=there.helene, uid=uid, policy=DEFAULT)


def read(there: World) -> LeadRead | None:
    return lead_read(token=leads.lead_token(UID), language="fr", policy=DEFAULT)


# -- what it may carry ----------------------------------------------------------------------------------


def test_r2_the_receiver_is_told_plainly_that_nobody_waits(there: World) -> None:
    send(there, trade="ventilation-engineer", area="FR-69123")
    mail = there.last_to(INES)
    assert mail.subject == "Hélène Vasseur vous transmet une piste"
    for words in (
        "C’est une piste : personne n’attend votre appel.",
        PUBLIC,
        "https://www.ville.example/travaux",
        "Lyon",
        "carnet d’adresses tenu par Hélène Vasseur",
        "intérêt légitime",
    ):
        assert words in mail.text.replace("\N{NO-BREAK SPACE}", " "), words
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Reply-To" not in mail.message


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Appelez le 06 98 76 54 32, ils attendent.", "06 98 76 54 32"),
        ("Écrivez à cuisine@cedre-bleu.example pour en savoir plus.", "cuisine@cedre-bleu.example"),
        ("Voir @lecedrebleu, tout y est.", "@lecedrebleu"),
        ("Le profil linkedin.com/in/quelqu-un en parle.", "linkedin.com/in/quelqu-un"),
        ("Marc Delaunay refait sa cuisine.", "Marc Delaunay"),
        ("C’est delaunay marc qui me l’a dit.", "delaunay marc"),
        ("zéro six douze trente-quatre cinquante-six soixante-dix-huit, demandez le chef", "zéro six"),
    ],
)
def test_r2_a_lead_carries_no_persons_details(there: World, text: str, marked: str) -> None:
    """Whatever somebody could be reached or recognised by is found, marked, and nothing leaves."""
    with pytest.raises(BriefRefused) as refused:
        send(there, text=text)
    assert (refused.value.field, refused.value.reason) == ("text", "giveaway")
    assert any(text[mark.start : mark.end].startswith(marked[:8]) for mark in refused.value.marks)
    assert not Lead.objects.exists()
    assert there.mails_to(INES) == []


@pytest.mark.parametrize(
    "text",
    [
        PUBLIC,
        "Le Cèdre Bleu, 12 rue Mercière, affiche un permis de construire : voir www.ville.example/permis.",
        "La mairie de Villeurbanne publie un appel d’offres de 250 000 € pour 2027.",
        "Inès Moreau, cela te ressemble : une cuisine de 60 couverts.",
    ],
)
def test_r2_a_place_a_news_item_a_page_may_stand(there: World, text: str) -> None:
    send(there, text=text)
    assert text in there.last_to(INES).text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "link",
    [
        "https://www.linkedin.com/in/quelqu-un",
        "https://wa.me/33698765432",
        "https://exemple.example/?a=marc@cedre-bleu.example",
        "https://marc@cedre-bleu.example/",
        "mailto:marc@cedre-bleu.example",
        "tel:+33698765432",
    ],
)
def test_r2_a_link_is_a_page_and_nobodys_own(there: World, link: str) -> None:
    with pytest.raises(BriefRefused) as refused:
        send(there, link=link)
    assert refused.value.field == "link"


def test_another_members_contacts_are_not_held_against_a_text(there: World) -> None:
    """R44: whether a name is in somebody else's book shows in nothing."""
    olga = member(there)
    add_contact(owner_pk=olga.pk, draft=contact_draft("Aline", "Brisset", "", ""), now=there.now, chance=there.chance)
    send(there, text="Aline Brisset expose à la mairie.")
    assert there.mails_to(INES)


@pytest.mark.parametrize(("text", "reason"), [("  ", "empty"), ("a" * 401, "long")])
def test_a_text_is_neither_empty_nor_long(there: World, text: str, reason: str) -> None:
    with pytest.raises(BriefRefused) as refused:
        send(there, text=text)
    assert refused.value.reason == reason


def test_its_receiver_is_somebody_else_of_ones_own_book_with_an_address(there: World) -> None:
    me = there.add(contact_draft("Moi", "Même", "", HELENE))
    mute = there.add(contact_draft("Paul", "Brise", "", ""))
    for uid, refusal in ((me.uid, SamePerson), (mute.uid, NoMail), ("z" * 26, ContactNotFound)):
        with pytest.raises(refusal):
            send(there, receiver=uid)


def test_pressing_twice_sends_once_and_nobody_elses_uid_serves(there: World) -> None:
    send(there)
    send(there)
    assert len(there.mails_to(INES)) == 1
    with pytest.raises(steps.Gone):
        send(there, giver=member(there))


# -- what its receiver says -----------------------------------------------------------------------------


def test_r20_a_lead_owes_thanks_in_two_working_days(there: World) -> None:
    ines = member(there, name="Inès Moreau", email=INES)
    send(there)
    (owed,) = page(there).owed
    assert (owed.duty, owed.due) == (Duty.THANKS, add_working_days(there.now, 2))
    (line,) = home(member=ines, now=there.now, policy=DEFAULT).i_owe
    assert (line.source, line.person, line.about) == ("lead", "Hélène Vasseur", "")
    leads.thank(caller=caller(there.last_to(INES)), said=Said(text="Merci, je regarde."), **at(there))
    assert home(member=ines, now=there.now, policy=DEFAULT).i_owe == ()
    assert page(there).owed == ()
    assert page(there).told[0].text == "Merci, je regarde."
    there.run()
    assert "Merci, je regarde." in there.last_to(HELENE).text
    assert there.last_to(HELENE).subject == "Merci de votre piste"


def test_r20_thanks_need_words_and_a_person(there: World) -> None:
    send(there)
    mail = there.last_to(INES)
    with pytest.raises(NoWords):
        leads.thank(caller=caller(mail), said=Said(text=" "), **at(there))
    with pytest.raises(WrongDigits):
        leads.thank(caller=caller(mail, digits=""), said=Said(text="Merci."), **at(there))
    assert page(there).told == ()
    session = caller(mail, digits="", member_hash=Lead.objects.get().receiver_hash)
    leads.thank(caller=session, said=Said(text="Merci."), **at(there))
    assert page(there).thanked_at == there.now


@pytest.mark.parametrize(("came", "words"), [("nothing", "rien donné"), ("useful", "utile"), ("need", "vrai besoin")])
def test_what_came_of_it_reaches_its_giver(there: World, came: str, words: str) -> None:
    send(there)
    act = {"caller": caller(there.last_to(INES)), "came": Came(came), "said": Said(text="J’y suis passée.")}
    for _twice in range(2):
        leads.follow(**act, **at(there))
    there.run()
    (mail,) = there.mails_to(HELENE)
    assert words in mail.text
    assert "J’y suis passée." in mail.text
    assert page(there).came == came


def test_r45_its_receiver_may_refuse_what_this_giver_or_anybody_sends_and_nobody_is_told(there: World) -> None:
    send(there)
    by = caller(there.last_to(INES))
    for scope, kept in (("giver", "giver"), ("all", "all"), ("", "")):
        leads.refuse(caller=by, scope=scope, now=there.now, policy=DEFAULT)
        shown = read(there)
        assert shown is not None
        assert shown.refused == kept
    leads.refuse(caller=by, scope="giver", now=there.now, policy=DEFAULT)
    there.run()
    assert there.mails_to(HELENE) == []
    send(there, uid="m" * 26)
    assert len(there.mails_to(INES)) == 1
    mine, other = page(there, "m" * 26), page(there)
    assert replace(mine, uid=other.uid) == other


# -- nobody is bombarded --------------------------------------------------------------------------------


def test_r46_after_two_without_an_answer_a_third_quietly_does_not_go(there: World) -> None:
    for number in "abc":
        send(there, uid=number * 26, policy=FREELY)
    assert len(there.mails_to(INES)) == 2
    shown = {replace(page(there, number * 26), uid="") for number in "abc"}
    assert len(shown) == 1
    assert lead_read(token=leads.lead_token("c" * 26), language="fr", policy=DEFAULT) is None
    leads.thank(caller=caller(there.last_to(INES)), said=Said(text="Merci."), **at(there))
    there.wait(hours=1)
    send(there, uid="d" * 26, policy=FREELY)
    assert len(there.mails_to(INES)) == 3


def test_r46_somebody_who_is_being_asked_something_gets_no_lead_on_top(there: World) -> None:
    there.send()
    before = len(there.mails_to(INES))
    send(there)
    assert len(there.mails_to(INES)) == before


def test_r46_leads_count_in_what_a_giver_sends(there: World) -> None:
    for number in "ab":
        send(there, uid=number * 26)
    with pytest.raises(GivesTooMany):
        send(there, uid="c" * 26, receiver=there.add(contact_draft("François", "Lacaze", "", FRANCOIS)).uid)
    with pytest.raises(GivesTooMany):
        there.send()


def test_r6_silence_keeps_a_lead_away(there: World) -> None:
    send(there)
    answering.silence(token=answering.silence_token(UID), quiet=True, now=there.now)
    send(there, uid="m" * 26)
    assert len(there.mails_to(INES)) == 1


def test_r6c_where_the_law_is_strict_nothing_is_mailed_and_the_link_opens(there: World) -> None:
    strict = replace(DEFAULT, writes_first=False)
    send(there, policy=strict)
    assert there.mails_to(INES) == []
    assert read(there) is not None


# -- what becomes of it ---------------------------------------------------------------------------------


def test_r2_a_lead_becomes_a_referral(there: World) -> None:
    send(there)
    uid = giving.send(giver=there.helene, draft=there.draft(), **at(there))
    leads.became(giver=there.helene, uid=UID, referral=uid)
    assert page(there).became == uid
    leads.became(giver=member(there), uid=UID, referral=uid)
    assert page(there).became == uid


def test_r48_a_lead_is_erased_after_its_time_with_what_was_said_of_it(there: World) -> None:
    send(there)
    leads.thank(caller=caller(there.last_to(INES)), said=Said(text="Merci."), **at(there))
    assert forget_old_leads(there.now + timedelta(days=180), there.chance) == 0
    assert forget_old_leads(there.now + timedelta(days=181), there.chance) == 1
    with pytest.raises(LeadGone):
        page(there)
    assert read(there) is None


def test_r44_a_lead_is_its_givers_alone(there: World) -> None:
    send(there)
    with pytest.raises(LeadGone):
        lead_page(giver=member(there), uid=UID, policy=DEFAULT)
    assert [line.receiver for line in lead_lines(giver_pk=there.helene.pk).lines] == ["Inès Moreau"]


def test_an_introduction_and_a_lead_are_both_owed_for(there: World) -> None:
    """R22: everything owed stands in one list, whoever has waited longest first."""
    ines = member(there, name="Inès Moreau", email=INES)
    introduced(there)
    there.wait(hours=1)
    send(there)
    sources = [line.source for line in home(member=ines, now=there.now, policy=DEFAULT).i_owe]
    assert sources == ["referral", "referral", "lead", "referral"], "what is gentle comes last"
    assert MARC not in there.last_to(INES).text
