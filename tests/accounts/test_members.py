"""Members: who is first, how they sign, what is remembered of an address."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.lib.json_value import JSON

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def found(name: str = "Hélène Marchand", email: str = "helene@example.org", seed: int = 1) -> MemberCard:
    return actions.found(name=name, email=email, language="fr", now=NOW, chance=SeededChance(seed))


def test_the_first_visitor_becomes_the_owner_and_first_member() -> None:
    assert queries.is_fresh()
    owner = found()
    assert not queries.is_fresh()
    assert owner.is_owner
    assert owner.joined_at == NOW
    assert queries.by_pk(owner.pk) == owner == queries.by_uid(owner.uid)


def test_whoever_comes_second_does_not_found_anything() -> None:
    owner = found()
    with pytest.raises(actions.AlreadyFounded):
        found("Inès Roux", "ines@example.org", seed=2)
    assert queries.by_address("ines@example.org") is None
    assert queries.by_uid(owner.uid) == owner


def test_of_two_who_found_at_the_same_instant_the_database_lets_one_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found()
    # The second looked before the first had written.
    monkeypatch.setattr(queries, "is_fresh", lambda: True)
    with pytest.raises(actions.AlreadyFounded):
        found("Inès Roux", "ines@example.org", seed=2)
    assert queries.by_address("ines@example.org") is None


def test_an_address_is_one_member_whatever_its_case_and_spaces() -> None:
    owner = found(email=" Helene@Example.ORG ")
    assert owner.email == "helene@example.org"
    assert queries.by_address("HELENE@example.org") == owner
    with pytest.raises(actions.AlreadyMember):
        actions.enrol(name="Hélène bis", email="HELENE@example.org", language="fr", now=NOW, chance=SeededChance(2))


def test_an_address_is_recognised_by_a_keyed_hash_that_does_not_hold_it() -> None:
    owner = found()
    assert queries.by_address_hash(queries.address_hash("Helene@example.org ")) == owner
    assert "helene" not in owner.address_hash
    assert queries.by_address_hash(queries.address_hash("ines@example.org")) is None


def test_members_are_read_in_one_query_and_cannot_be_changed(
    django_assert_num_queries: object,
) -> None:
    owner = found()
    other = actions.enrol(name="Inès Roux", email="ines@example.org", language="en", now=NOW, chance=SeededChance(2))
    assert not other.is_owner
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert queries.by_pks([owner.pk, other.pk, -1]) == {owner.pk: owner, other.pk: other}
    with pytest.raises(FrozenInstanceError):
        owner.name = "Autre"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("   ", "empty"),
        ("H" * 61, "long"),
        ("Gagnez sur www.exemple", "link"),
        ("Hélène helene@example.org", "link"),
        ("Hélène example.org", "link"),
        ("https://exemple", "link"),
        ("Hélène \u202eMarchand", "link"),
    ],
)
def test_a_name_people_who_never_asked_will_read_is_short_and_holds_no_link(name: str, reason: str) -> None:
    with pytest.raises(actions.Unsuitable) as refused:
        found(name)
    assert (refused.value.field, refused.value.reason) == ("name", reason)
    assert queries.is_fresh()


@pytest.mark.parametrize("name", ["J. Dupont", "Jean-Baptiste d’Alembert", "Dr. Mai Nguyễn", "O'Neill & fils"])
def test_a_real_name_is_kept_as_it_is_written(name: str) -> None:
    assert found(f"  {name} ").name == name


@pytest.mark.parametrize("email", ["", "helene", "helene@", "a b@example.org"])
def test_an_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(actions.Unsuitable) as refused:
        found(email=email)
    assert refused.value.field == "email"


def test_a_profile_changes_all_at_once_or_not_at_all() -> None:
    owner = found()
    wanted = {"name": "Hélène M.", "company": "Cabinet M", "trade": "", "language": "en"}
    changed = actions.edit_profile(member_pk=owner.pk, time_zone="America/Toronto", **wanted)
    assert queries.by_pk(owner.pk) == changed
    assert (changed.name, changed.company, changed.language) == ("Hélène M.", "Cabinet M", "en")
    with pytest.raises(actions.Unsuitable):
        actions.edit_profile(member_pk=owner.pk, time_zone="Mars/Olympus", **{**wanted, "name": "Autre"})
    with pytest.raises(actions.Unsuitable):
        actions.edit_profile(member_pk=owner.pk, time_zone="Europe/Paris", **{**wanted, "trade": "no-such-trade"})
    assert queries.by_pk(owner.pk) == changed


@pytest.mark.parametrize("language", ["fr", "fr-ca", "en"])
def test_the_letter_with_the_code_is_in_the_members_language(language: str) -> None:
    chance = SeededChance(1)
    member = actions.found(name="Hélène", email="helene@example.org", language=language, now=NOW, chance=chance)
    letter = actions.render_account_mail(payload(member.uid), NOW)
    assert letter is not None
    assert letter.to == "helene@example.org"
    digits = actions.sign_in_code("ticket")
    for body in (letter.subject, letter.text, letter.html):
        assert f"{digits[:4]} {digits[4:]}" in body
    assert ("votre code" in letter.subject) is (language != "en")


def test_no_letter_is_written_for_nobody_nor_for_a_code_that_no_longer_serves() -> None:
    member = found()
    assert actions.render_account_mail(payload(""), NOW) is None
    assert actions.render_account_mail(payload(member.uid), NOW + actions.CODE_LIFE) is None
    assert actions.render_account_mail(payload(member.uid), NOW + actions.CODE_LIFE - timedelta(seconds=1))


def payload(uid: str) -> dict[str, JSON]:
    return {"member": uid, "ticket": "ticket", "until": (NOW + actions.CODE_LIFE).isoformat()}


def test_a_member_says_when_the_daily_list_comes_and_which_letters_they_do_without() -> None:
    before = actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))
    assert (before.digest_hour, before.digest_on, before.review_on) == (7, True, False)
    assert before.mails == frozenset(queries.OPTIONAL_MAILS)
    after = actions.edit_preferences(
        member_pk=before.pk, digest_hour=18, digest_on=False, review_on=True, mails={"word"}
    )
    assert (after.digest_hour, after.digest_on, after.review_on, after.mails) == (18, False, True, frozenset({"word"}))
    assert queries.by_pk(before.pk) == after


@pytest.mark.parametrize(("hour", "mails", "field"), [(24, (), "digest_hour"), (7, ("question",), "mails")])
def test_no_hour_beyond_the_day_and_no_letter_that_needs_an_answer(
    hour: int, mails: tuple[str, ...], field: str
) -> None:
    member = actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))
    with pytest.raises(actions.Unsuitable) as refused:
        actions.edit_preferences(member_pk=member.pk, digest_hour=hour, digest_on=True, review_on=False, mails=mails)
    assert refused.value.field == field
    assert queries.by_pk(member.pk) == member
