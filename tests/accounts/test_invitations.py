"""Inviting somebody: to whom a letter leaves, what is forgotten, and what nobody learns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.models import Invitation
from entremise.accounts.queries import InvitationLine, Invited, MemberCard
from entremise.lib.chance import SeededChance
from entremise.outbox.models import Message
from entremise.protocol.policy import DEFAULT
from entremise.referrals.models import Refused, Silence
from tests.accounts.letters import letters

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHANCE = SeededChance(9)
GUEST = "paul@example.org"


@pytest.fixture
def helene() -> MemberCard:
    return actions.found(
        name="Hélène Marchand", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1)
    )


def invite(inviter: MemberCard, email: str = GUEST, *, now: datetime = NOW, words: str = "") -> InvitationLine:
    return actions.invite(
        member_pk=inviter.pk,
        name="Paul",
        email=email,
        language="fr",
        words=words,
        now=now,
        chance=CHANCE,
        policy=DEFAULT,
    )


def token(line: InvitationLine) -> str:
    return actions.invitation_token(line.uid)


def accept(line: InvitationLine, *, now: datetime = NOW) -> MemberCard:
    return actions.accept_invitation(
        token=token(line), name="Paul Vidal", language="en", now=now, chance=SeededChance(5)
    )


@pytest.mark.parametrize("language", ["fr", "fr-ca", "en"])
def test_the_letter_names_the_inviter_and_says_how_long_what_is_held_and_how_to_refuse(
    helene: MemberCard, language: str
) -> None:
    line = actions.invite(
        member_pk=helene.pk,
        name="Paul",
        email=GUEST,
        language=language,
        words="Viens voir.",
        now=NOW,
        chance=CHANCE,
        policy=DEFAULT,
    )
    (letter,) = letters(NOW)
    assert (letter.to, letter.language) == (GUEST, language)
    assert "Hélène Marchand" in letter.subject
    for body in (letter.text, letter.html):
        assert f"/invitation/{token(line)}/" in body
        assert f"/invitation/{token(line)}/non/" in body
        assert all(said in body for said in ("Hélène Marchand", "Viens voir.", GUEST, "Paul"))
        assert ("6 décembre" if language.startswith("fr") else "6 December") in body


def test_whoever_accepts_is_a_member_and_the_address_is_forgotten(helene: MemberCard) -> None:
    line = invite(helene)
    guest = accept(line)
    assert (guest.email, guest.name, guest.language, guest.is_owner) == (GUEST, "Paul Vidal", "en", False)
    row = Invitation.objects.get()
    assert (row.address, row.name, row.words, row.guest_id) == ("", "", "", guest.pk)
    (shown,) = queries.invitations(helene.pk, now=NOW)
    assert (shown.state, shown.name) == (Invited.ACCEPTED, "Paul Vidal")
    assert letters(NOW) == []


def test_a_link_serves_once_and_not_after_its_time_nor_when_withdrawn(helene: MemberCard) -> None:
    used, withdrawn = invite(helene), invite(helene, "lea@example.org")
    accept(used)
    actions.revoke_invitation(member_pk=helene.pk, uid=withdrawn.uid, now=NOW)
    late = invite(helene, "max@example.org")
    for line, now in ((used, NOW), (withdrawn, NOW), (late, NOW + timedelta(days=14))):
        assert queries.invitation(token=token(line), now=now) is None
        with pytest.raises(actions.NoInvitation):
            accept(line, now=now)
    assert queries.invitation(token=token(late), now=NOW + timedelta(days=13, hours=23)) is not None


def test_nobody_withdraws_or_sends_again_what_somebody_else_sent(helene: MemberCard) -> None:
    ines = actions.enrol(name="Inès", email="ines@example.org", language="fr", now=NOW, chance=SeededChance(2))
    line = invite(helene)
    actions.revoke_invitation(member_pk=ines.pk, uid=line.uid, now=NOW)
    actions.invite_again(member_pk=ines.pk, uid=line.uid, now=NOW, chance=CHANCE, policy=DEFAULT)
    assert queries.invitations(helene.pk, now=NOW) == [line]
    assert queries.invitations(ines.pk, now=NOW) == []


def test_r48_an_expired_invitation_forgets_for_whom_it_was_and_keeps_that_it_was_sent(helene: MemberCard) -> None:
    invite(helene, words="Viens voir.")
    assert actions.forget_invitations(now=NOW + timedelta(days=13)) == 0
    assert actions.forget_invitations(now=NOW + timedelta(days=14)) == 1
    row = Invitation.objects.get()
    assert (row.address, row.name, row.words) == ("", "", "")
    (shown,) = queries.invitations(helene.pk, now=NOW + timedelta(days=15))
    assert shown.state is Invited.EXPIRED


def _a_member() -> None:
    actions.enrol(name="Paul", email=GUEST, language="fr", now=NOW, chance=SeededChance(3))


def _refused_all() -> None:
    Refused.objects.create(address_hash=queries.address_hash(GUEST), scope="all", other="", at=NOW)


def _silenced() -> None:
    Silence.objects.create(address_hash=queries.address_hash(GUEST), at=NOW)


@pytest.mark.parametrize("before", [_a_member, _refused_all, _silenced])
def test_r45_who_is_a_member_or_wants_no_mail_is_not_written_to_and_the_inviter_sees_the_same(
    helene: MemberCard, before: object
) -> None:
    plain = invite(helene, "other@example.org")
    before()  # type: ignore[operator]
    kept = invite(helene)
    assert replace(kept, uid=plain.uid, address=plain.address) == plain
    assert Message.objects.filter(job=actions.INVITATION_MAIL).count() == 2
    assert [letter.to for letter in letters(NOW)] == ["other@example.org"]


def test_r45_whoever_declines_is_never_invited_again_and_the_inviter_sees_an_invitation_that_waits(
    helene: MemberCard,
) -> None:
    line = invite(helene)
    letters(NOW)
    actions.decline_invitation(token=token(line), now=NOW)
    assert queries.invitations(helene.pk, now=NOW) == [line]
    assert queries.invitation(token=token(line), now=NOW) is None
    actions.invite_again(member_pk=helene.pk, uid=line.uid, now=NOW, chance=CHANCE, policy=DEFAULT)
    later = NOW + timedelta(days=200)
    assert invite(helene, now=later).state is Invited.WAITING
    assert letters(later) == []


def test_r46_one_person_gets_two_letters_in_ninety_days_whoever_sends_them(helene: MemberCard) -> None:
    inviters = [helene] + [
        actions.enrol(name=f"M{n}", email=f"m{n}@example.org", language="fr", now=NOW, chance=SeededChance(20 + n))
        for n in range(3)
    ]
    for inviter in inviters:
        assert invite(inviter).state is Invited.WAITING
    assert len(letters(NOW)) == 2
    later = NOW + timedelta(days=91)
    actions.forget_tries(now=later)
    invite(helene, now=later)
    assert len(letters(later)) == 1


def test_r46_a_member_sends_ten_invitations_a_day(helene: MemberCard) -> None:
    for number in range(DEFAULT.invitations_a_day):
        invite(helene, f"p{number}@example.org")
    with pytest.raises(actions.InvitesTooMany) as refused:
        invite(helene, "one.more@example.org")
    assert refused.value.limit == DEFAULT.invitations_a_day
    assert invite(helene, "p0@example.org").uid, "the same invitation again is no new one"
    assert invite(helene, "one.more@example.org", now=NOW + timedelta(days=1)).state is Invited.WAITING


def test_an_invitation_is_sent_again_once_and_stands_anew(helene: MemberCard) -> None:
    line, later = invite(helene), NOW + timedelta(days=3)
    letters(NOW)
    actions.invite_again(member_pk=helene.pk, uid=line.uid, now=later, chance=CHANCE, policy=DEFAULT)
    (letter,) = letters(later)
    assert token(line) in letter.text
    (shown,) = queries.invitations(helene.pk, now=later)
    assert (shown.letters, shown.expires_at) == (2, later + timedelta(days=14))
    with pytest.raises(actions.InvitesTooMany):
        actions.invite_again(member_pk=helene.pk, uid=line.uid, now=later, chance=CHANCE, policy=DEFAULT)


def test_r6c_where_nobody_may_write_first_no_letter_leaves(helene: MemberCard) -> None:
    strict = replace(DEFAULT, writes_first=False)
    line = actions.invite(
        member_pk=helene.pk, name="Paul", email=GUEST, language="fr", words="", now=NOW, chance=CHANCE, policy=strict
    )
    assert letters(NOW) == []
    assert queries.invitation(token=token(line), now=NOW) is not None


@pytest.mark.parametrize(
    ("field", "typed"),
    [("email", "paul"), ("name", "www.example.org"), ("words", "voir example.org/x"), ("words", "x" * 401)],
)
def test_what_cannot_be_sent_is_refused_whole(helene: MemberCard, field: str, typed: str) -> None:
    usual = {"name": "Paul", "email": GUEST, "language": "fr", "words": ""}
    with pytest.raises(actions.Unsuitable) as refused:
        actions.invite(member_pk=helene.pk, **{**usual, field: typed}, now=NOW, chance=CHANCE, policy=DEFAULT)
    assert refused.value.field == field
    assert not Invitation.objects.exists()
    assert not Message.objects.exists()


def test_neither_the_link_nor_the_address_waits_in_the_outbox(helene: MemberCard) -> None:
    line = invite(helene)
    row = Message.objects.get()
    assert GUEST not in f"{row.payload} {row.key}"
    assert token(line) not in f"{row.payload} {row.key} {Invitation.objects.get().fingerprint}"


def test_r45_what_is_held_about_somebody_invited_is_shown_and_erased_on_their_word(helene: MemberCard) -> None:
    line, other = invite(helene, words="Viens voir."), invite(helene, "lea@example.org")
    hashed = queries.address_hash(GUEST)
    (held,) = queries.invitations_held(hashed)
    assert (held.name, held.address, held.inviter.name) == ("Paul", GUEST, "Hélène Marchand")
    assert actions.forget_invited(address_hash=hashed) == 1
    assert queries.invitations_held(hashed) == []
    assert queries.invitation(token=token(line), now=NOW) is None
    assert queries.invitation(token=token(other), now=NOW) is not None
    assert [letter.to for letter in letters(NOW)] == ["lea@example.org"]


def test_r47_a_member_who_leaves_takes_their_invitations_and_every_way_in_along(helene: MemberCard) -> None:
    line = invite(helene)
    actions.set_password(member_pk=helene.pk, password="cerise tabouret nuage", now=NOW, chance=CHANCE)
    actions.begin_second(member_pk=helene.pk, now=NOW, chance=CHANCE)
    actions.forget_ways_in(member_pk=helene.pk, chance=CHANCE)
    ways_in = queries.ways_in(helene.pk)
    assert (ways_in.password, ways_in.keys, ways_in.second) == (False, (), False)
    assert queries.second_secret(helene.pk) is None
    assert queries.invitation(token=token(line), now=NOW) is None
    assert not Invitation.objects.exists()
