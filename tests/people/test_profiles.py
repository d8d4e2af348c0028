"""Profiles: what is said is kept in every version, and read by whom its owner chose alone (R12, R44)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import profiles as actions
from entremise.people.actions.profiles import ProfileChanged
from entremise.people.queries import ContactCard, ContactDraft, ContactNotFound, Way, WayKind
from entremise.people.queries import profiles as queries
from entremise.people.queries.profiles import OwnProfile, ProfileGone, ProfileRefused, ProfileText, SeenBy
from entremise.protocol.relevance import Availability

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CHANCE = SeededChance(7)
TEXT = ProfileText(
    services=("Ventilation de cuisines professionnelles",),
    markets=("Qui reprend une affaire",),
    client_kinds=("restaurant",),
    areas=("FR-69123",),
    availability=Availability.FULL,
    full_until=date(2027, 3, 1),
    listen_for=("« Il fait trop chaud en cuisine »",),
    not_for_me=("Maisons individuelles",),
    floor=5000,
    floor_words="l’étude comprise",
    introduced="Par un message aux deux",
)


def _member(name: str, seed: int) -> MemberCard:
    address = f"{name.lower()}@{name.lower()}.example"
    return enrol(name=name, email=address, language="fr", now=NOW, chance=SeededChance(seed))


@pytest.fixture
def ines() -> MemberCard:
    return _member("Ines", 1)


@pytest.fixture
def helene() -> MemberCard:
    return _member("Helene", 2)


@pytest.fixture
def olga() -> MemberCard:
    return _member("Olga", 3)


Save = Callable[..., OwnProfile]


@pytest.fixture
def save(ines: MemberCard) -> Save:
    def saving(text: ProfileText = TEXT, *, version: int = 0, now: datetime = NOW) -> OwnProfile:
        return actions.save_profile(owner_pk=ines.pk, text=text, version=version, now=now, chance=CHANCE)

    return saving


def _know(owner: MemberCard, whom: MemberCard) -> ContactCard:
    ways = (Way(kind=WayKind.EMAIL, value=whom.email.upper()),)
    draft = ContactDraft(family_name=whom.name, ways=ways)
    return book.add_contact(owner_pk=owner.pk, draft=draft, now=NOW, chance=CHANCE)


def _show(ines: MemberCard, seen_by: SeenBy) -> None:
    actions.show_to(owner_pk=ines.pk, seen_by=seen_by, now=NOW, chance=CHANCE)


def _choose(ines: MemberCard, contact: ContactCard) -> None:
    actions.choose_reader(owner_pk=ines.pk, contact_uid=contact.uid, now=NOW, chance=CHANCE)


def test_what_is_said_is_kept_and_read_back(ines: MemberCard, save: Save) -> None:
    assert queries.mine(owner_pk=ines.pk) is None
    saved = save()
    assert saved == queries.mine(owner_pk=ines.pk)
    assert saved.text == TEXT
    assert (saved.version, saved.seen_by, saved.has_link) == (1, SeenBy.NOBODY, False)


def test_every_version_is_kept_and_the_same_words_again_make_none(ines: MemberCard, save: Save) -> None:
    save()
    save()
    changed = replace(TEXT, floor=8000)
    save(changed, version=1, now=LATER)
    found = queries.versions(owner_pk=ines.pk)
    assert [(one.number, one.at, one.text.floor) for one in found] == [(2, LATER, 8000), (1, NOW, 5000)]


def test_a_second_window_does_not_overwrite_the_first(ines: MemberCard, save: Save) -> None:
    save()
    save(replace(TEXT, floor=1), version=1)
    with pytest.raises(ProfileChanged) as stopped:
        save(replace(TEXT, floor=2), version=1)
    assert stopped.value.profile.text.floor == 1
    with pytest.raises(ProfileChanged):
        save(replace(TEXT, floor=3), version=0)
    assert len(queries.versions(owner_pk=ines.pk)) == 2


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"services": tuple(f"Ligne {n}" for n in range(13))}, {"services": "many"}),
        ({"listen_for": ("x" * 161,)}, {"listen_for": "long"}),
        ({"introduced": "x" * 601}, {"introduced": "long"}),
        ({"areas": ("XX-1",)}, {"areas": "unknown"}),
        ({"client_kinds": ("martian",)}, {"client_kinds": "unknown"}),
        ({"full_until": None}, {"full_until": "missing"}),
        ({"floor": -1}, {"floor": "unknown"}),
        ({"currency": "BTC"}, {"currency": "unknown"}),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(save: Save, changes, reasons) -> None:
    with pytest.raises(ProfileRefused) as refused:
        save(replace(TEXT, **changes))
    assert refused.value.reasons == reasons


def test_lines_are_tidied_and_a_month_belongs_to_who_is_full(save: Save) -> None:
    kept = save(replace(TEXT, services=("  a   b ", "", "a b"), full_until=date(2027, 3, 17))).text
    assert kept.services == ("a b",)
    assert kept.full_until == date(2027, 3, 1)
    assert save(replace(TEXT, availability=Availability.FREE), version=1).text.full_until is None


def test_what_is_missing_is_named_in_the_order_it_is_asked() -> None:
    assert TEXT.missing == ()
    assert replace(TEXT, markets=(), client_kinds=(), floor=None, floor_words="").missing == ("markets", "floor")
    assert ProfileText().is_empty
    assert not TEXT.is_empty


@pytest.mark.parametrize(
    ("seen_by", "readers"),
    [
        (SeenBy.NOBODY, {"ines"}),
        (SeenBy.CHOSEN, {"ines", "helene"}),
        (SeenBy.MEMBERS, {"ines", "helene", "olga"}),
    ],
)
def test_r44_a_profile_is_read_by_whom_its_owner_chose(
    ines: MemberCard, helene: MemberCard, olga: MemberCard, save: Save, seen_by: SeenBy, readers: set[str]
) -> None:
    """R44: the whole matrix; contacts chosen count only while "chosen contacts" is the choice."""
    uid = save().uid
    _choose(ines, _know(ines, helene))
    _know(ines, olga)
    _show(ines, seen_by)
    people = {"ines": ines, "helene": helene, "olga": olga}
    may = set()
    for name, member in people.items():
        try:
            may.add(name if queries.visible(reader=member, uid=uid).text == TEXT else "wrong")
        except ProfileGone:
            continue
    assert may == readers


def test_r44_somebody_chosen_no_longer_or_removed_from_the_book_reads_it_no_longer(
    ines: MemberCard, helene: MemberCard, save: Save
) -> None:
    uid = save().uid
    contact = _know(ines, helene)
    _show(ines, SeenBy.CHOSEN)
    _choose(ines, contact)
    _choose(ines, contact)
    assert [line.uid for line in queries.readers(owner_pk=ines.pk)] == [contact.uid]
    book.remove_contact(owner_pk=ines.pk, uid=contact.uid, now=NOW)
    with pytest.raises(ProfileGone):
        queries.visible(reader=helene, uid=uid)
    book.restore_contacts(owner_pk=ines.pk, uids=[contact.uid])
    assert queries.visible(reader=helene, uid=uid)
    actions.drop_reader(owner_pk=ines.pk, contact_uid=contact.uid)
    with pytest.raises(ProfileGone):
        queries.visible(reader=helene, uid=uid)


def test_r44_only_a_contact_of_ones_own_book_can_be_chosen(ines: MemberCard, helene: MemberCard, save: Save) -> None:
    save()
    with pytest.raises(ContactNotFound):
        _choose(ines, _know(helene, ines))
    assert queries.readers(owner_pk=ines.pk) == ()


def test_a_contact_is_recognised_by_any_of_their_addresses(ines: MemberCard, helene: MemberCard, save: Save) -> None:
    contact = _know(helene, ines)
    save()
    _show(ines, SeenBy.MEMBERS)
    found = queries.of_contact(reader=helene, contact=contact)
    assert found is not None
    assert found.owner_pk == ines.pk
    assert queries.of_contact(reader=ines, contact=_know(ines, ines)) is None


def test_r44_nothing_tells_a_member_who_did_not_choose_me_from_somebody_who_is_none(
    ines: MemberCard, helene: MemberCard, olga: MemberCard, save: Save
) -> None:
    """R44: the same answer, by the same statements, whoever the contact is."""
    save()
    _choose(ines, _know(ines, olga))
    _show(ines, SeenBy.CHOSEN)
    stranger = replace(_know(helene, olga), ways=(Way(kind=WayKind.EMAIL, value="nobody@nowhere.example"),))
    taken = {}
    for name, contact in {"member": _know(helene, ines), "without": _know(helene, olga), "none": stranger}.items():
        with CaptureQueriesContext(connection) as statements:
            assert queries.of_contact(reader=helene, contact=contact) is None
        taken[name] = len(statements)
    assert set(taken.values()) == {1}


def test_nobody_reads_a_profile_in_which_nothing_was_ever_said(ines: MemberCard, helene: MemberCard) -> None:
    _show(ines, SeenBy.MEMBERS)
    own = actions.give_link(owner_pk=ines.pk, now=NOW, chance=CHANCE)
    with pytest.raises(ProfileGone):
        queries.visible(reader=helene, uid=own.uid)
    with pytest.raises(ProfileGone):
        queries.by_link(token=queries.link_token(own))


def test_a_link_opens_the_profile_until_it_is_taken_back_and_never_again(ines: MemberCard, save: Save) -> None:
    save()
    assert queries.link_token(save()) == ""
    token = queries.link_token(actions.give_link(owner_pk=ines.pk, now=NOW, chance=CHANCE))
    assert token == queries.link_token(actions.give_link(owner_pk=ines.pk, now=NOW, chance=CHANCE))
    assert queries.by_link(token=token).text == TEXT
    actions.take_link_back(owner_pk=ines.pk)
    with pytest.raises(ProfileGone):
        queries.by_link(token=token)
    fresh = queries.link_token(actions.give_link(owner_pk=ines.pk, now=NOW, chance=CHANCE))
    assert fresh != token
    assert queries.by_link(token=fresh)
    with pytest.raises(ProfileGone):
        queries.by_link(token=token)


def test_a_member_who_left_shows_nothing(ines: MemberCard, helene: MemberCard, save: Save) -> None:
    uid = save().uid
    _show(ines, SeenBy.MEMBERS)
    token = queries.link_token(actions.give_link(owner_pk=ines.pk, now=NOW, chance=CHANCE))
    get_user_model().objects.filter(pk=ines.pk).update(is_active=False)
    for asking in (lambda: queries.visible(reader=helene, uid=uid), lambda: queries.by_link(token=token)):
        with pytest.raises(ProfileGone):
            asking()
