"""The second proof: an app's digits, emergency codes, and how both run out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.models import SecondFactor
from entremise.accounts.queries import MemberCard
from entremise.lib import one_time
from entremise.lib.chance import SeededChance
from tests.accounts.letters import letters

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def helene() -> MemberCard:
    return actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


def app(member: MemberCard, now: datetime) -> str:
    """What the member's app shows."""
    secret = queries.app_secret(SecondFactor.objects.get(member_id=member.pk).uid)
    return one_time.digits_of(secret, counter=one_time.counter_at(now))


def prove(member: MemberCard, digits: str, now: datetime = LATER) -> None:
    actions.prove_second(member_pk=member.pk, digits=digits, now=now)


@pytest.fixture
def active(helene: MemberCard) -> MemberCard:
    actions.begin_second(member_pk=helene.pk, now=NOW, chance=SeededChance(2))
    actions.confirm_second(member_pk=helene.pk, digits=app(helene, NOW), now=NOW, chance=SeededChance(3))
    return helene


def test_nothing_is_asked_for_until_the_app_has_shown_its_digits(helene: MemberCard) -> None:
    actions.begin_second(member_pk=helene.pk, now=NOW, chance=SeededChance(2))
    assert queries.second_secret(helene.pk)
    with pytest.raises(actions.WrongDigits):
        actions.confirm_second(member_pk=helene.pk, digits="000000", now=NOW, chance=SeededChance(3))
    assert not queries.second_is_on(helene.pk)
    assert queries.recovery_codes(helene.pk) == ()
    actions.confirm_second(member_pk=helene.pk, digits=app(helene, NOW), now=NOW, chance=SeededChance(3))
    assert queries.second_is_on(helene.pk)
    assert queries.second_secret(helene.pk) is None, "once it is on, nobody is shown the secret any more"
    assert len(letters(NOW)) == 1


def test_neither_the_secret_nor_a_code_is_in_the_database(active: MemberCard) -> None:
    row = str(SecondFactor.objects.values().get())
    assert queries.app_secret(SecondFactor.objects.get().uid).lower() not in row
    assert not any(code in row for code in queries.recovery_codes(active.pk))


def test_the_digits_of_a_minute_serve_once(active: MemberCard) -> None:
    prove(active, app(active, LATER))
    with pytest.raises(actions.WrongDigits):
        prove(active, app(active, LATER))
    with pytest.raises(actions.WrongDigits):
        prove(active, app(active, NOW))


def test_each_emergency_code_serves_once(active: MemberCard) -> None:
    codes = queries.recovery_codes(active.pk)
    assert len(set(codes)) == 10
    prove(active, f"{codes[3][:5]} {codes[3][5:]}")
    with pytest.raises(actions.WrongDigits):
        prove(active, codes[3])
    prove(active, codes[9])
    assert queries.ways_in(active.pk).codes_left == 8


def test_codes_are_shown_until_they_are_kept_and_new_ones_replace_them(active: MemberCard) -> None:
    old = queries.recovery_codes(active.pk)
    actions.keep_codes(member_pk=active.pk)
    assert queries.recovery_codes(active.pk) == ()
    actions.renew_codes(member_pk=active.pk, now=NOW, chance=SeededChance(6))
    new = queries.recovery_codes(active.pk)
    assert len(new) == 10
    assert not set(new) & set(old)
    with pytest.raises(actions.WrongDigits):
        prove(active, old[0])


def test_after_five_wrong_tries_a_quarter_of_an_hour_passes(active: MemberCard) -> None:
    for _ in range(5):
        with pytest.raises(actions.WrongDigits):
            prove(active, "000000")
    with pytest.raises(actions.Slowly) as slow:
        prove(active, app(active, LATER))
    prove(active, app(active, slow.value.until), now=slow.value.until)


def test_doing_without_needs_one_last_proof(active: MemberCard) -> None:
    with pytest.raises(actions.WrongDigits):
        actions.remove_second(member_pk=active.pk, digits="000000", now=LATER, chance=SeededChance(7))
    assert queries.second_is_on(active.pk)
    actions.remove_second(member_pk=active.pk, digits=app(active, LATER), now=LATER, chance=SeededChance(7))
    assert not SecondFactor.objects.exists()


def test_preparing_again_does_not_replace_one_that_is_on(active: MemberCard) -> None:
    before = SecondFactor.objects.get().uid
    actions.begin_second(member_pk=active.pk, now=LATER, chance=SeededChance(8))
    assert SecondFactor.objects.get().uid == before
