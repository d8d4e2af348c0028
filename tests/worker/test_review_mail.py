"""The look back at a month: for those who asked for it, when something happened, one page (R27, R28, R49)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.accounts import queries as members
from entremise.accounts.actions import edit_preferences
from entremise.accounts.actions.turns import DIGEST, REVIEW, stop_token
from entremise.accounts.queries import MemberCard
from entremise.insights.monthly import Asked, LookBack
from entremise.insights.reviewing import review
from entremise.lib import law
from entremise.lib.mail import render
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.diagnosis import Question, Said
from entremise.protocol.looking_back import Opened
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import corrections, reviews
from entremise.referrals.models import Evaluation, Outside, Referral
from entremise.referrals.queries.reviews import Reply, open_reviews
from entremise.worker.review_jobs import write_review
from tests.cast import HELENE, INES, Mail, World, contact_draft, introduced, member, world
from tests.law_letters import every_case

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 16, 9, tzinfo=UTC)  # a Monday, at 10 o'clock in Paris


@pytest.fixture
def there() -> World:
    return world(now=START)


@pytest.fixture
def ines(there: World) -> MemberCard:
    return _wants(member(there, name="Inès Moreau", email=INES))


def _wants(who: MemberCard, *, on: bool = True, hour: int = 7) -> MemberCard:
    return edit_preferences(member_pk=who.pk, digest_hour=hour, digest_on=False, review_on=on, mails=who.mails)


def _backs(there: World, to: str = INES) -> list[Mail]:
    return [mail for mail in there.postman.mails if mail.to == to and "/retour/" in mail.text]


def _until(there: World, moment: str) -> None:
    """Let the worker live until then: now, and through every one of the last hours, one after the other."""
    end = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    there.run()
    there.now = max(there.now, end - timedelta(hours=26))
    while there.now < end:
        there.now = min(end, there.now + timedelta(hours=1))
        there.run()


def _text(mail: Mail) -> str:
    return " ".join(mail.text.replace("\xa0", " ").replace("\u202f", " ").split())


# -- when it comes ----------------------------------------------------------------------------------


def test_it_comes_on_the_first_working_day_at_the_members_hour_once(there: World, ines: MemberCard) -> None:
    """R27: 1 December 2026 is a Tuesday; 7 o'clock in Paris is 6 of UTC."""
    introduced(there)
    _until(there, "2026-12-01T05:59")
    assert not _backs(there)
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    assert _text(mail).count("Regard sur le mois") == 0
    assert " ".join(mail.subject.split()).replace("\xa0", " ") == "Regard sur le mois : novembre 2026"
    _until(there, "2026-12-03T06:00")
    assert len(_backs(there)) == 1


def test_nobody_gets_it_who_did_not_ask(there: World, ines: MemberCard) -> None:
    """R6: it is off until somebody switches it on."""
    introduced(there)
    _wants(ines, on=False)
    _until(there, "2026-12-01T07:00")
    assert not _backs(there)
    assert not _backs(there, HELENE)
    assert not members.by_pk(there.helene.pk).review_on  # type: ignore[union-attr]


def test_nothing_comes_of_a_month_in_which_nothing_happened(there: World, ines: MemberCard) -> None:
    introduced(there)
    there.run()
    there.now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    there.run()  # the worker was away: November's comes late
    assert len(_backs(there)) == 1
    Evaluation.objects.all().delete()
    there.now = datetime(2027, 2, 1, 12, tzinfo=UTC)
    there.run()
    assert len(_backs(there)) == 1


def test_a_worker_that_was_away_sends_the_latest_month_only(there: World, ines: MemberCard) -> None:
    _uid, to_ines, _to_marc = introduced(there)
    there.run()
    there.now = datetime(2027, 1, 12, 12, tzinfo=UTC)
    there.thank(to_ines)
    there.now = datetime(2027, 2, 2, 12, tzinfo=UTC)
    there.run()
    (mail,) = _backs(there)
    assert "janvier 2027" in mail.subject


def test_the_month_is_the_members_own_wherever_they_are(there: World) -> None:
    """When it is half past eleven in the evening of 30 November in Paris, it is December in Auckland."""
    ines = _wants(member(there, name="Inès Moreau", email=INES))
    introduced(there)
    moment = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
    Referral.objects.update(introduced_at=moment)
    found = {}
    for zone in ("Europe/Paris", "Pacific/Auckland", "Pacific/Honolulu"):
        get_user_model().objects.filter(pk=ines.pk).update(time_zone=zone)
        letters = [write_review({"member": ines.uid, "about": key}, moment) for key in ("2026-11", "2026-12")]
        found[zone] = [letter is not None for letter in letters]
    assert found == {
        "Europe/Paris": [True, False],
        "Pacific/Auckland": [False, True],
        "Pacific/Honolulu": [True, False],
    }


# -- between queueing and leaving -------------------------------------------------------------------


def _leave(there: World, ines: MemberCard) -> None:
    get_user_model().objects.filter(pk=ines.pk).update(is_active=False)


def _switch_off(there: World, ines: MemberCard) -> None:
    _wants(ines, on=False)


@pytest.mark.parametrize("what", [_leave, _switch_off], ids=["left", "switched off"])
def test_it_is_dropped_for_who_left_or_switched_it_off_meanwhile(
    there: World, ines: MemberCard, what: Callable[[World, MemberCard], None]
) -> None:
    introduced(there)
    payload = {"member": ines.uid, "about": "2026-11"}
    now = datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert write_review(payload, now) is not None
    what(there, ines)
    assert write_review(payload, now) is None


def test_it_is_dropped_when_nobody_is_known_by_that_name() -> None:
    assert write_review({"member": "nobody", "about": "2026-11"}, START) is None


# -- what it says -----------------------------------------------------------------------------------


def test_what_went_well_comes_first_and_names_no_client(there: World, ines: MemberCard) -> None:
    """R4, R49: what came of it, never how much was sent."""
    _uid, to_ines, _to_marc = introduced(there)
    there.thank(to_ines).contact(to_ines).news(to_ines, "Premier rendez-vous mardi.")
    there.close(to_ines, Outcome.WON)
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    text = _text(mail)
    assert "Hélène Vasseur a donné votre nom, et vous travaillez à présent avec la personne rencontrée." in text
    assert "Vous avez remercié une personne qui a donné votre nom." in text
    assert "Vous avez donné 3 fois des nouvelles" in text
    assert not {"Marc", "Delaunay", "Cèdre"} & set(text.split())
    assert "Hélène" not in mail.subject


def test_a_giver_reads_what_came_of_their_introductions(there: World) -> None:
    """R49, R14: a good match is what the receiver told, or what the giver found; not what the client answered."""
    _wants(there.helene)
    _uid, to_ines, _to_marc = introduced(there)
    there.thank(to_ines)
    Evaluation.objects.create(
        uid=there.chance.uid(),
        fingerprint="client",
        referral=Referral.objects.get(),
        role=Role.CLIENT.value,
        address_hash="x",
        language="fr",
        asked_at=there.now,
        deadline=there.now + timedelta(days=30),
        answered_at=there.now,
        match="yes",
    )
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there, HELENE)
    assert "la rencontre était bonne" not in _text(mail)
    assert "Vous avez reçu un merci d’une personne que vous avez recommandée." in _text(mail)
    assert "Une question" not in _text(mail)  # the four questions are the receiver's (R27)
    Evaluation.objects.update(role=Role.GIVER.value)
    letter = write_review({"member": there.helene.uid, "about": "2026-11"}, there.now)
    assert letter is not None
    assert "Vous avez recommandé Inès Moreau : la rencontre était bonne." in letter.text.replace("\xa0", " ")


def test_the_question_is_the_one_against_which_most_speaks_and_leads_to_it(there: World, ines: MemberCard) -> None:
    """R27."""
    introduced(there)
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    text = _text(mail)
    assert text.count(" ?") == 1
    assert "/apprendre/questions/2026-11/" in mail.text
    assert "personne d’autre ne la lit" in text


def test_where_a_streak_waits_the_one_question_leads_to_it_and_to_no_month(there: World, ines: MemberCard) -> None:
    """R27, R29: the same four questions wait in one form."""
    mails = [introduced(there)[1] for _ in range(2)]
    for mail in mails:
        there.close(mail, Outcome.LOST)
    assert there.now.month == 11
    _until(there, "2026-12-01T06:00")
    assert "/apprendre/questions/2026-11/" in _backs(there)[0].text, "two in a row are no streak"
    there.close(introduced(there)[1], Outcome.LOST)
    found = open_reviews(member=ines, now=there.now, policy=law.policy())
    assert [one.opened for one in found] == [Opened.STREAK]
    _until(there, "2027-01-01T12:00")
    _until(there, "2027-01-05T12:00")
    *_, last = _backs(there)
    assert f"/apprendre/questions/{found[0].key}/" in last.text
    assert "/apprendre/questions/2026-12/" not in last.text


def test_no_question_once_the_month_is_answered(there: World, ines: MemberCard) -> None:
    introduced(there)
    there.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    _answer(there, ines)
    _until(there, "2026-12-01T06:00")
    assert "Une question" not in _text(_backs(there)[0])


def _answer(there: World, ines: MemberCard) -> None:
    page = review(member=ines, key="2026-11", now=there.now, policy=law.policy())
    said: dict[Question | str, Reply] = {question: Reply(said=Said.YES) for question in Question}
    reviews.answer(
        member=ines, key="2026-11", facts=page.facts, said=said, done=True, now=there.now, policy=law.policy()
    )


def test_a_correction_in_force_is_told_as_it_stands_too_early_included(there: World, ines: MemberCard) -> None:
    """R28: never a success on noise."""
    _uid, to_ines, _to_marc = introduced(there)
    _adopt(there, ines)
    there.close(to_ines, Outcome.WON)
    _until(there, "2026-12-01T06:00")
    text = _text(_backs(there)[0])
    assert "Une petite correction" in text
    assert "Trop tôt pour le dire" in text
    assert "À essayer ensuite" not in text


def _adopt(there: World, ines: MemberCard) -> None:
    corrections.adopt(
        member=ines,
        uid=there.chance.uid(),
        kind=CorrectionKind.CALL_SOONER,
        words="",
        on=ines.today(there.now),
        review="",
        now=there.now,
        policy=law.policy(),
    )


def test_without_one_in_force_the_next_is_proposed(there: World, ines: MemberCard) -> None:
    """R28."""
    introduced(there)
    _until(there, "2026-12-01T06:00")
    assert "À essayer ensuite, si cela vous semble juste :" in _text(_backs(there)[0])


@pytest.mark.parametrize("language", ["fr", "en", "fr-ca"])
def test_it_reads_well_in_every_language(there: World, ines: MemberCard, language: str) -> None:
    get_user_model().objects.filter(pk=ines.pk).update(language=language)
    _uid, to_ines, _to_marc = introduced(there)
    there.thank(to_ines)
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    assert mail.message["Content-Language"] == language
    assert "{{" not in mail.text + mail.html
    assert "%(" not in mail.text + mail.html
    assert "\n\n\n" not in mail.text.split("\n--\n")[0]
    assert not [line for line in mail.text.splitlines() if line.strip() == ":"]
    assert len(mail.text.split("\n--\n")[0].splitlines()) < 40  # one page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_stays_one_page_however_much_went_well(there: World, ines: MemberCard, language: str) -> None:
    get_user_model().objects.filter(pk=ines.pk).update(language=language)
    for number in range(60):
        direction = "received" if number % 2 else "given"
        contact = there.add(contact_draft(f"Prénom{number}", "Nom", "", f"n{number}@exemple.example"))
        Outside.objects.create(
            uid=there.chance.uid(), owner_id=ines.pk, direction=direction, other_id=contact.pk, arrived_at=there.now,
            created_at=there.now, moved_at=there.now, outcome=Outcome.WON.value, outcome_at=there.now,
        )  # fmt: skip
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    assert len(mail.text.split("\n--\n")[0].splitlines()) < 40
    assert mail.text.count("Prénom") == 10
    wanted = {
        "fr": (
            "avec 25 autres personnes qui ont donné votre nom.",
            "avec 25 autres personnes que vous avez recommandées.",
        ),
        "en": ("with 25 others who recommended you.", "with 25 others you recommended."),
    }
    for words in wanted[language]:
        assert words in _text(mail)


def test_r27_of_a_month_answered_early_the_mail_asks_once_more(there: World, ines: MemberCard) -> None:
    introduced(there)
    _answer(there, ines)
    there.wait(days=4)
    introduced(there)
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    assert "Une question" in _text(mail)
    assert "/apprendre/questions/2026-11/" in mail.text


def test_it_takes_as_many_queries_however_much_there_is(
    there: World, ines: MemberCard, django_assert_max_num_queries: Any
) -> None:
    introduced(there)
    with django_assert_max_num_queries(60):
        assert write_review({"member": ines.uid, "about": "2026-11"}, there.now) is not None


# -- stopping it ------------------------------------------------------------------------------------


def test_it_stops_in_one_press_and_can_come_again_and_the_list_goes_on(there: World, ines: MemberCard) -> None:
    """R6: one press of a mail program's button stops this mail, and no other."""
    introduced(there)
    edit_preferences(member_pk=ines.pk, digest_hour=7, digest_on=True, review_on=True, mails=ines.mails)
    _until(there, "2026-12-01T06:00")
    (mail,) = _backs(there)
    address = mail.message["List-Unsubscribe"].strip("<>")
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.text
    path = "/retour/" + address.split("/retour/")[1]
    reader = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    assert reader.get(path).status_code == 200
    assert _on(ines) == (True, True)
    assert reader.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert _on(ines) == (False, True)
    assert "comes again" in reader.post(path, {"undo": "1"}).content.decode()
    assert _on(ines) == (True, True)


def _on(who: MemberCard) -> tuple[bool, bool]:
    found = members.by_pk(who.pk)
    assert found is not None
    return found.review_on, found.digest_on


def test_a_link_to_stop_one_mail_stops_no_other(there: World, ines: MemberCard) -> None:
    reader = Client()
    assert reader.post(f"/retour/{ines.uid}/{stop_token(DIGEST, ines.uid)}/").status_code == 404
    assert reader.post(f"/liste/{ines.uid}/{stop_token(REVIEW, ines.uid)}/").status_code == 404
    assert reader.post(f"/retour/{there.helene.uid}/{stop_token(REVIEW, ines.uid)}/").status_code == 404


def test_a_question_of_ones_own_is_text_in_both_bodies(there: World, ines: MemberCard) -> None:
    asked = Asked(key="2026-11", question=None, own="Ai-je dit <b>merci</b> & rappelé ?")
    _name, context = next(case for case in every_case("fr") if case[0] == "insights/review")
    back = context["back"]
    assert isinstance(back, LookBack)
    letter = render(
        "insights/review", {**context, "back": replace(back, asked=asked)}, language="fr", to="x@example.org"
    )
    assert asked.own in letter.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "&lt;b&gt;merci&lt;/b&gt; &amp; rappelé" in letter.html
