"""Moving to another address: confirmed there, told here, undone for a week."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.models import AddressChange, SecondFactor
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from tests.accounts.letters import letters

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OLD, NEW = "helene@example.org", "h.marchand@example.net"
CHANCE = SeededChance(11)


@pytest.fixture
def helene() -> MemberCard:
    return actions.found(name="Hélène", email=OLD, language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def followed() -> list[tuple[str, str]]:
    return []


def ask(member: MemberCard, email: str = NEW, *, now: datetime = NOW) -> None:
    actions.ask_address(member_pk=member.pk, email=email, now=now, chance=CHANCE)


def confirm(member: MemberCard, code: str, followed: list[tuple[str, str]], *, now: datetime = NOW) -> MemberCard:
    return actions.confirm_address(
        member_pk=member.pk,
        code=code,
        session_key="",
        now=now,
        chance=CHANCE,
        follow=lambda old, card: followed.append((old, card.email)),
    )


def code_in(text: str) -> str:
    found = re.search(r"\d{4} \d{4}", text)
    assert found is not None
    return found.group()


def undo_link(text: str) -> str:
    found = re.search(r"/adresse/(\w+)/", text)
    assert found is not None
    return found.group(1)


def moved(member: MemberCard, followed: list[tuple[str, str]]) -> str:
    """Move the member; return the token that undoes it."""
    ask(member)
    (sent,) = letters(NOW)
    confirm(member, code_in(sent.text), followed)
    (told,) = letters(NOW)
    assert told.to == OLD
    return undo_link(told.text)


def test_the_new_address_confirms_and_the_old_one_is_told(helene: MemberCard, followed: list[tuple[str, str]]) -> None:
    ask(helene)
    (sent,) = letters(NOW)
    assert sent.to == NEW
    assert queries.by_pk(helene.pk) == helene, "until the code is typed nothing changes"
    after = confirm(helene, code_in(sent.text), followed)
    assert (after.email, after.address_hash) == (NEW, queries.address_hash(NEW))
    assert followed == [(helene.address_hash, NEW)]
    (told,) = letters(NOW)
    assert told.to == OLD
    assert NEW not in told.text + told.html, "whoever reads the old address does not learn the new one"


def test_a_wrong_code_changes_nothing_and_five_end_it(helene: MemberCard, followed: list[tuple[str, str]]) -> None:
    ask(helene)
    (sent,) = letters(NOW)
    for _ in range(5):
        with pytest.raises(actions.WrongCode):
            confirm(helene, "0000 0000", followed)
    with pytest.raises(actions.WrongCode):
        confirm(helene, code_in(sent.text), followed)
    assert queries.by_pk(helene.pk) == helene


def test_a_code_serves_for_a_quarter_of_an_hour(helene: MemberCard, followed: list[tuple[str, str]]) -> None:
    ask(helene)
    (sent,) = letters(NOW)
    with pytest.raises(actions.WrongCode):
        confirm(helene, code_in(sent.text), followed, now=NOW + timedelta(minutes=15))
    assert queries.awaited_address(helene.pk, since=NOW + timedelta(minutes=15) - actions.CHANGE_LIFE) == ""


def test_only_the_latest_code_serves(helene: MemberCard, followed: list[tuple[str, str]]) -> None:
    ask(helene)
    ask(helene, "third@example.net")
    (sent,) = letters(NOW)
    assert sent.to == "third@example.net"
    assert confirm(helene, code_in(sent.text), followed).email == "third@example.net"


def test_nobody_learns_that_an_address_is_another_members(helene: MemberCard, followed: list[tuple[str, str]]) -> None:
    actions.enrol(name="Inès", email=NEW, language="fr", now=NOW, chance=SeededChance(2))
    ask(helene)
    assert queries.awaited_address(helene.pk, since=NOW - timedelta(minutes=1)) == NEW
    assert letters(NOW) == []
    with pytest.raises(actions.WrongCode):
        confirm(helene, actions.address.address_code(AddressChange.objects.get().uid), followed)
    assert queries.by_pk(helene.pk) == helene


def test_the_old_address_undoes_the_change_and_what_came_with_it(
    helene: MemberCard, followed: list[tuple[str, str]]
) -> None:
    token = moved(helene, followed)
    actions.begin_second(member_pk=helene.pk, now=NOW, chance=CHANCE)
    actions.set_password(member_pk=helene.pk, password="cerise tabouret nuage", now=NOW, chance=CHANCE)
    assert actions.undoable(token=token, now=NOW) == (OLD, NEW)
    actions.undo_address(
        token=token,
        now=NOW + timedelta(days=6),
        chance=CHANCE,
        follow=lambda old, card: followed.append((old, card.email)),
    )
    back = queries.by_pk(helene.pk)
    assert back is not None
    assert (back.email, back.address_hash) == (OLD, helene.address_hash)
    assert followed[-1] == (queries.address_hash(NEW), OLD)
    assert not queries.ways_in(helene.pk).password
    assert not SecondFactor.objects.exists()
    with pytest.raises(actions.NothingToUndo):
        actions.undo_address(token=token, now=NOW, chance=CHANCE, follow=lambda _old, _card: None)


def test_whoever_moved_on_meanwhile_is_brought_back_from_there(
    helene: MemberCard, followed: list[tuple[str, str]]
) -> None:
    first = moved(helene, followed)
    ask(helene, "third@example.net")
    (sent,) = letters(NOW)
    confirm(helene, code_in(sent.text), followed)
    actions.undo_address(token=first, now=NOW, chance=CHANCE, follow=lambda _old, _card: None)
    back = queries.by_pk(helene.pk)
    assert back is not None
    assert back.email == OLD
    assert not AddressChange.objects.exists()


def test_r48_after_a_week_nothing_is_left_of_the_old_address(
    helene: MemberCard, followed: list[tuple[str, str]]
) -> None:
    token = moved(helene, followed)
    assert actions.forget_address_changes(now=NOW + timedelta(days=6)) == 0
    assert actions.forget_address_changes(now=NOW + timedelta(days=7)) == 1
    assert actions.undoable(token=token, now=NOW + timedelta(days=7)) is None
    assert not AddressChange.objects.filter(old_address=OLD).exists()


def test_five_changes_a_day_can_be_asked_for(helene: MemberCard) -> None:
    for number in range(5):
        ask(helene, f"h{number}@example.net")
    with pytest.raises(actions.Slowly):
        ask(helene, "h5@example.net")
    ask(helene, "h5@example.net", now=NOW + timedelta(days=1))


@pytest.mark.parametrize(("typed", "reason"), [("Helene@example.org", "same"), ("helene", "unknown"), ("", "empty")])
def test_an_address_that_is_none_or_the_same_is_explained(helene: MemberCard, typed: str, reason: str) -> None:
    with pytest.raises(actions.Unsuitable) as refused:
        ask(helene, typed)
    assert refused.value.reason == reason
