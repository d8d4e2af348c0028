"""Passwords: an alternative that nobody can be locked out by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from tests.accounts.letters import letters

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD = "cerise tabouret nuage"


@pytest.fixture(autouse=True)
def quick_hashing(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def helene() -> MemberCard:
    return actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


def attempt(password: str, *, email: str = "helene@example.org", now: datetime = NOW) -> MemberCard:
    return actions.try_password(email=email, password=password, now=now)


def set_one(member: MemberCard, password: str = GOOD) -> None:
    actions.set_password(member_pk=member.pk, password=password, now=NOW, chance=SeededChance(4))


def test_a_password_opens_once_it_is_set_and_no_more_once_it_is_removed(helene: MemberCard) -> None:
    with pytest.raises(actions.WrongPassword):
        attempt(GOOD)
    set_one(helene)
    assert queries.ways_in(helene.pk).password
    assert attempt(GOOD, email=" HELENE@example.org ").pk == helene.pk
    actions.remove_password(member_pk=helene.pk, now=NOW, chance=SeededChance(5))
    assert not queries.ways_in(helene.pk).password
    with pytest.raises(actions.WrongPassword):
        attempt(GOOD)


@pytest.mark.parametrize("weak", ["court", "1234567890123", "password123", "helene@example"])
def test_a_password_that_protects_nobody_is_explained(helene: MemberCard, weak: str) -> None:
    with pytest.raises(actions.WeakPassword) as refused:
        set_one(helene, weak)
    assert refused.value.reasons
    assert not queries.ways_in(helene.pk).password


def test_each_change_is_told_to_the_member(helene: MemberCard) -> None:
    set_one(helene)
    actions.remove_password(member_pk=helene.pk, now=NOW, chance=SeededChance(5))
    actions.remove_password(member_pk=helene.pk, now=NOW, chance=SeededChance(6))
    told = letters(NOW)
    assert [letter.to for letter in told] == ["helene@example.org"] * 2
    assert "/moi/securite/" in told[0].text
    assert len({letter.subject for letter in told}) == 2


def test_wrong_passwords_wait_longer_and_longer_and_the_right_one_waits_no_longer_than_a_quarter_of_an_hour(
    helene: MemberCard,
) -> None:
    set_one(helene)
    now, waits = NOW, []
    for _ in range(12):
        try:
            attempt("faux", now=now)
        except actions.WrongPassword:
            continue
        except actions.Slowly as slow:
            waits.append(slow.until - now)
            now = slow.until
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert max(waits) <= timedelta(minutes=15)
    assert attempt(GOOD, now=now + timedelta(minutes=15)).pk == helene.pk


def test_wrong_passwords_leave_the_code_by_mail_open(helene: MemberCard) -> None:
    set_one(helene)
    for _ in range(8):
        with pytest.raises((actions.WrongPassword, actions.Slowly)):
            attempt("faux")
    letters(NOW)
    actions.send_sign_in_code(email=helene.email, ticket="t", now=NOW, chance=SeededChance(8))
    (letter,) = letters(NOW)
    assert actions.sign_in_code("t")[:4] in letter.text


def test_an_address_that_is_nobodys_is_treated_like_a_members(helene: MemberCard) -> None:
    set_one(helene)
    outcomes = []
    for email in ("helene@example.org", "olga@example.org"):
        seen: list[type[Exception]] = []
        for _ in range(7):
            with pytest.raises((actions.WrongPassword, actions.Slowly)) as refused:
                attempt("faux", email=email)
            seen.append(refused.type)
        outcomes.append(seen)
    assert outcomes[0] == outcomes[1]


def test_the_right_password_forgets_the_wrong_ones(helene: MemberCard) -> None:
    set_one(helene)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(actions.WrongPassword):
                attempt("faux")
        assert attempt(GOOD).pk == helene.pk
