"""The page behind an evaluation's link, at home, and what is shown before a receiver is chosen (R14, R15)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.protocol.evaluation import Treatment
from entremise.protocol.types import Outcome
from entremise.referrals.models import Evaluation
from entremise.web.evaluations import in_counts
from tests.cast import HELENE, INES, MARC, OLGA, Mail, World, browser_of, contact_draft, introduced, member, world
from tests.web.link_pages import everything, wrong

pytestmark = pytest.mark.django_db
TAPS = {"match": "partly", "bonds": "stronger"}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def mails(scene: World) -> dict[str, Mail]:
    introduced(scene)
    scene.wait(days=30)
    return {who: scene.last_to(who) for who in (HELENE, INES, MARC)}


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def signed_in(scene: World) -> Client:
    return browser_of(scene.helene)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def address(mail: Mail) -> str:
    return f"/e/{mail.token}/"


def test_three_taps_and_the_digits_are_enough(mails: dict[str, Mail], stranger: Client) -> None:
    """R14: no words needed; the page thanks, and shows nothing of what was answered."""
    mail = mails[MARC]
    answer = stranger.post(address(mail), {**TAPS, "digits": mail.digits})
    assert answer.status_code == 302
    row = Evaluation.objects.get(role="client")
    assert (row.match, row.bonds, row.outcome, row.words) == ("partly", "stronger", "", "")
    page = text(stranger.get(answer["Location"]))
    assert "Merci : votre réponse est gardée" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert 'value="partly" checked' not in page


def test_opening_changes_nothing_and_a_machine_that_submits_says_nothing(
    mails: dict[str, Mail], stranger: Client
) -> None:
    """R6: GET, HEAD, and a form pressed without the digits, or with wrong ones."""
    mail = mails[MARC]
    before = everything()
    stranger.get(address(mail))
    stranger.head(address(mail))
    assert stranger.post(address(mail), TAPS).status_code == 422
    assert stranger.post(address(mail), {}).status_code == 422
    assert everything() == before
    answer = stranger.post(address(mail), {**TAPS, "digits": wrong(mail)})
    assert answer.status_code == 422
    assert Evaluation.objects.get(role="client").answered_at is None
    assert 'value="partly"' in text(answer)


@pytest.mark.parametrize("left_out", ["match", "bonds"])
def test_what_was_typed_stays_when_something_is_missing(
    mails: dict[str, Mail], stranger: Client, left_out: str
) -> None:
    typed = {**TAPS, "words": "Très bien reçue.", "digits": mails[INES].digits}
    del typed[left_out]
    answer = stranger.post(address(mails[INES]), typed)
    assert answer.status_code == 422
    assert "Très bien reçue." in text(answer)
    assert "Merci de choisir l’une des trois réponses." in text(answer)


@pytest.mark.parametrize("who", [INES, MARC])
def test_a_party_reads_who_will_see_it_and_is_asked_only_their_own_questions(
    mails: dict[str, Mail], stranger: Client, who: str
) -> None:
    """R14: the giver sees figures, nobody else anything; whether to refer again is the giver's question."""
    page = text(stranger.get(address(mails[who]))).replace("\xa0", " ").replace("\u202f", " ")
    other = "Marc Delaunay" if who == INES else "Inès Moreau"
    assert "Hélène Vasseur ne voit aucune de vos réponses à elle seule" in page
    assert f"{other} non plus" in page
    assert "again_receiver" not in page


def test_the_giver_is_asked_about_both_and_nobody_else_reads_it(scene: World, mails: dict[str, Mail]) -> None:
    """R14: at home, signed in: the session stands for the digits."""
    client = signed_in(scene)
    home = text(client.get("/"))
    assert "Inès Moreau et Marc Delaunay" in home
    page = client.get(f"/histoire/{Evaluation.objects.filter(role='giver').get().referral.uid}/bilan/", follow=True)  # type: ignore[union-attr]
    assert "Personne d’autre que vous" in text(page)
    assert 'name="digits"' not in text(page)
    seal = text(page).split('name="seal" value="')[1].split('"')[0]
    typed = {**TAPS, "again_receiver": "yes", "again_client": "no", "outcome": "won", "seal": seal}
    client.post(page.redirect_chain[-1][0], typed)
    row = Evaluation.objects.get(role="giver")
    assert (row.again_receiver, row.again_client, row.outcome) == ("yes", "no", "won")
    assert "Inès Moreau et Marc Delaunay" not in text(client.get("/")).split("En dernier")[0].split("<h2>")[0]


def test_a_session_without_its_seal_does_not_answer(scene: World, mails: dict[str, Mail]) -> None:
    """R6: a form forged elsewhere and sent with somebody's cookies."""
    typed = {**TAPS, "again_receiver": "yes", "again_client": "no"}
    assert signed_in(scene).post(address(mails[HELENE]), typed).status_code == 422
    assert Evaluation.objects.get(role="giver").answered_at is None


def test_another_members_evaluation_does_not_exist(scene: World, mails: dict[str, Mail]) -> None:
    """R44."""
    olga = member(scene, email=OLGA)
    client = browser_of(olga)
    uid = Evaluation.objects.filter(role="giver").get().referral.uid  # type: ignore[union-attr]
    assert client.get(f"/histoire/{uid}/bilan/").status_code == 404


def test_a_closed_link_looks_like_one_that_never_was(scene: World, mails: dict[str, Mail], stranger: Client) -> None:
    scene.wait(days=30)
    closed, unknown = (stranger.get(f"/e/{token}/") for token in (mails[MARC].token, "a" * 32))
    assert (closed.status_code, text(closed)) == (unknown.status_code, text(unknown))
    assert closed.status_code == 404


def test_before_it_is_asked_the_giver_is_led_back_to_the_story(scene: World) -> None:
    uid, *_mails = introduced(scene)
    answer = signed_in(scene).get(f"/histoire/{uid}/bilan/")
    assert answer["Location"] == f"/histoire/{uid}/"


def test_the_story_says_whose_word_an_outcome_is(scene: World, mails: dict[str, Mail], stranger: Client) -> None:
    """R14: the client says it, the receiver has not."""
    mail = mails[MARC]
    stranger.post(address(mail), {**TAPS, "outcome": "lost", "digits": mail.digits})
    uid = Evaluation.objects.filter(role="client").get().referral.uid  # type: ignore[union-attr]
    assert "Marc Delaunay vous a dit comment cela s’est terminé" in text(signed_in(scene).get(f"/histoire/{uid}/"))


# -- before choosing (R15) --------------------------------------------------------------------------


def test_counts_are_told_without_a_rate_and_without_blame() -> None:
    """R15, R29: one who was never recommended has nothing to show."""
    assert in_counts(None) == []
    said = in_counts(Treatment(introductions=3, contact_in_time=1, contact_late=1, contact_never=1, asked_again=2))
    words = " ".join(said)
    assert "%" not in words
    for blame in ("retard", "mauvais", "jamais", "échec"):
        assert blame not in words


def test_the_contacts_page_and_the_wizard_show_how_they_treated_my_referrals(scene: World) -> None:
    """R15: before choosing."""
    _uid, to_ines, _to_marc = introduced(scene)
    scene.thank(to_ines).contact(to_ines).close(to_ines, Outcome.WON)
    client = signed_in(scene)
    page = text(client.get(f"/contacts/{scene.ines.uid}/"))
    assert "1 mise en relation par vous" in page.replace("\xa0", " ")
    other = scene.add(contact_draft("Omar", "Haddad", "", "omar@haddad.example"))
    assert "mise en relation par vous" not in text(client.get(f"/contacts/{other.uid}/")).replace("\xa0", " ")
