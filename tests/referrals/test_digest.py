"""The day's list: once a day at the member's hour, only when somebody waits (R22)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.accounts import queries as members
from entremise.accounts.actions import edit_preferences, turns
from entremise.accounts.actions.turns import DIGEST, stop_token, take_turns
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.outbox.models import Message
from tests.cast import INES, Mail, World, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def ines(there: World) -> MemberCard:
    return member(there, name="Inès Moreau", email=INES)


def _lists(there: World, to: str = INES) -> list[Mail]:
    return [mail for mail in there.postman.mails if mail.to == to and "/liste/" in mail.text]


def _until(there: World, hour: int, *, days: int = 0) -> None:
    """Let time pass, hour after hour, to that hour of UTC, `days` days further at least."""
    there.now += timedelta(days=days)
    while True:
        there.wait(minutes=60 - there.now.minute)
        if there.now.hour == hour:
            return


def _prefer(who: MemberCard, *, hour: int = 7, on: bool = True) -> None:
    edit_preferences(member_pk=who.pk, digest_hour=hour, digest_on=on, review_on=False, mails=who.mails)


def test_a_list_comes_at_the_members_hour_while_somebody_waits_and_once_a_day(there: World, ines: MemberCard) -> None:
    introduced(there)
    _until(there, 5, days=0)
    assert not _lists(there)
    _until(there, 6)
    (mail,) = _lists(there)
    assert " ".join(mail.subject.split()) == "2 personnes attendent un mot de vous"  # Hélène's thanks, Marc's call
    assert "Marc" in mail.text
    assert "Hélène" in mail.text
    there.wait(minutes=59).wait(minutes=5)
    assert len(_lists(there)) == 1
    _until(there, 6)
    assert len(_lists(there)) == 2


def test_a_good_word_rides_along_in_its_first_week_and_nobody_waits_for_it(there: World, ines: MemberCard) -> None:
    """R41: it is never pressed for."""
    _uid, letter, _marc = introduced(there)
    there.thank(letter)
    _until(there, 6)
    first = _lists(there)[-1]
    assert " ".join(first.subject.split()) == "Une personne attend un mot de vous"  # Marc's call
    assert "une bonne parole sur Hélène Vasseur" in first.text.replace("\xa0", " ")
    _until(there, 6, days=8)
    last = _lists(there)[-1]
    assert last is not first
    assert "bonne parole" not in last.text


def test_nobody_gets_a_list_when_nothing_is_owed(there: World, ines: MemberCard) -> None:
    there.wait(minutes=1)
    _until(there, 6, days=1)
    assert not _lists(there)
    assert not _lists(there, there.helene.email)


def test_a_request_that_waits_is_on_the_list_without_its_client(there: World, ines: MemberCard) -> None:
    """R4: what the home shows, and no more."""
    there.wait(minutes=1)
    there.send()
    _until(there, 6)
    (mail,) = _lists(there)
    assert "Hélène" in mail.text
    for part in (mail.text, mail.html, mail.subject):
        assert "Marc" not in part
        assert "Cèdre" not in part


def test_the_subject_names_nobody(there: World, ines: MemberCard) -> None:
    introduced(there)
    _until(there, 6)
    assert not {"Marc", "Delaunay", "Hélène", "Cèdre"} & set(_lists(there)[0].subject.split())


def test_a_list_that_was_switched_off_before_it_left_is_dropped(there: World, ines: MemberCard) -> None:
    introduced(there)
    _prefer(ines, on=False)
    _until(there, 6, days=1)
    assert not _lists(there)


def test_a_member_who_left_gets_no_list(there: World, ines: MemberCard) -> None:
    introduced(there)
    there.wait(minutes=1)
    get_user_model().objects.filter(pk=ines.pk).update(is_active=False)
    _until(there, 6, days=1)
    assert not _lists(there)


def test_another_hour_counts_from_now_on_and_never_makes_two_in_a_day(there: World, ines: MemberCard) -> None:
    introduced(there)
    _until(there, 6)
    _prefer(ines, hour=9)
    _until(there, 8)
    assert len(_lists(there)) == 1
    _until(there, 8)
    assert len(_lists(there)) == 2


def test_a_worker_that_was_away_sends_one_list_not_one_a_day(there: World, ines: MemberCard) -> None:
    introduced(there)
    there.wait(minutes=1)
    before = len(_lists(there))
    there.now += timedelta(days=5)
    there.run()
    assert len(_lists(there)) == before + 1


def test_turns_are_taken_in_batches_and_only_once(there: World) -> None:
    several = [member(there, name=f"Membre {n}", email=f"m{n}@example.org") for n in range(7)]
    now = there.now
    chance = SeededChance(3)
    while take_turns(DIGEST, job="referral/digest", now=now, chance=chance, most=3):
        pass
    assert not Message.objects.filter(job="referral/digest", key__contains=several[0].uid).exists()
    later = now + timedelta(days=1)
    taken = []
    while count := take_turns(DIGEST, job="referral/digest", now=later, chance=chance, most=3):
        taken.append(count)
    assert max(taken) == 3
    uids = {one.uid for one in several}
    keys = Message.objects.filter(job="referral/digest").values_list("payload", flat=True)
    assert sorted(p["member"] for p in keys if p["member"] in uids) == sorted(uids)


def test_a_mail_program_stops_the_list_in_one_press_and_it_can_come_again(there: World, ines: MemberCard) -> None:
    introduced(there)
    _until(there, 6)
    (mail,) = _lists(there)
    address = mail.message["List-Unsubscribe"].strip("<>")
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in mail.text
    path = "/liste/" + address.split("/liste/")[1]
    reader = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    assert reader.get(path).status_code == 200
    assert _wants(ines)
    assert reader.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not _wants(ines)
    assert "comes again" in reader.post(path, {"undo": "1"}).content.decode()
    assert _wants(ines)


def _wants(who: MemberCard) -> bool:
    found = members.by_pk(who.pk)
    assert found is not None
    return found.digest_on


def test_a_link_made_by_hand_stops_nobodys_list(there: World, ines: MemberCard) -> None:
    token = stop_token(DIGEST, there.helene.uid)
    reader = Client()
    assert reader.post(f"/liste/{ines.uid}/{token}/").status_code == 404
    assert reader.get("/liste/nobody/nothing/").status_code == 404
    assert turns.comes(DIGEST, uid="nobody", token=stop_token(DIGEST, "nobody")) is None
    assert _wants(ines)


@pytest.mark.parametrize("language", ["fr", "en", "fr-ca"])
def test_the_list_reads_well_in_every_language(there: World, ines: MemberCard, language: str) -> None:
    get_user_model().objects.filter(pk=ines.pk).update(language=language)
    introduced(there)
    _until(there, 6)
    (mail,) = _lists(there)
    assert mail.message["Content-Language"] == language
    assert "Hélène" in mail.text
    assert "{{" not in mail.text + mail.html
    assert "\n\n\n" not in mail.text.split("\n--\n")[0]
