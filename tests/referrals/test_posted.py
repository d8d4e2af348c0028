"""Who is forgotten is forgotten in the built-in mailbox too, and the others keep what is theirs (R7, R45, R47, R48)."""

from __future__ import annotations

import pytest

from entremise.accounts import actions
from entremise.accounts.queries import address_hash
from entremise.cli.reapplying import HANDLERS
from entremise.lib import journal
from entremise.outbox import queries as outbox
from entremise.outbox.models import Delivered
from entremise.protocol.types import Role
from entremise.referrals.actions import rights
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.leaving import leave_due
from entremise.referrals.actions.retention import erase_due
from entremise.referrals.models import Request
from entremise.referrals.queries.erasures import erasures
from tests.cast import FRANCOIS, FRANCOIS_DRAFT, HELENE, INES, MARC, Both, Mail, World, introduced, member, world

pytestmark = pytest.mark.django_db
NAMES = {HELENE: "Hélène Vasseur", INES: "Inès Moreau", MARC: "Marc Delaunay"}


@pytest.fixture
def scene() -> World:
    made = world()
    made.postman = Both(made.chance)
    return made


def forget(scene: World, mail: Mail) -> None:
    """Forget the person of this mail in what it is about."""
    caller = Caller(token=mail.token, digits=mail.digits, language="fr")
    more = {"now": scene.now, "chance": scene.chance, "policy": scene.policy}
    rights.forget(caller=caller, ask_givers=False, text="Oublier", **more)
    scene.run()


def forget_everything(scene: World, email: str) -> None:
    """Be forgotten wherever this address was asked something."""
    rights.forget_address(address_hash(email), now=scene.now, chance=scene.chance, policy=scene.policy)


def held(email: str) -> list[str]:
    """What the mailbox of one address says, oldest first."""
    return list(reversed(list(outbox.texts([mail.pk for mail in outbox.kept() if mail.recipient == email]).values())))


def naming(email: str, name: str) -> int:
    return sum(name in text for text in held(email))


def logged() -> int:
    return sum(one.rows for one in erasures() if one.what == "mails")


@pytest.mark.parametrize("everything", [True, False])
def test_r45_what_was_addressed_to_who_is_forgotten_goes_at_once_and_the_log_counts_it(
    scene: World, everything: bool
) -> None:
    scene.send()
    assert held(INES)
    if everything:
        forget_everything(scene, INES)
    else:
        forget(scene, scene.last_to(INES))
    assert held(INES) == []
    assert logged() == len(scene.mails_to(INES))
    assert not Delivered.objects.filter(recipient=INES).exists()


def test_r45_of_one_link_only_what_it_is_about_is_forgotten(scene: World) -> None:
    """A mail to the same person about something else stays theirs."""
    introduced(scene)
    first = scene.mails_to(INES)[0]
    scene.send(client=scene.marc.uid)
    forget(scene, first)
    assert len(held(INES)) == 1


def test_r7_while_it_is_open_the_others_find_what_they_had(scene: World) -> None:
    """The name that was told stays told; the giver's letters stay whatever happens: they say what their book says."""
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    before = {email: held(email) for email in (HELENE, MARC)}
    assert naming(MARC, NAMES[INES]) == 1
    forget(scene, scene.mails_to(INES)[0])
    assert {email: held(email) for email in (HELENE, MARC)} == before


@pytest.mark.parametrize(("gone", "other"), [(INES, MARC), (MARC, INES)])
def test_r47_after_the_introduction_no_letter_to_the_other_names_who_is_forgotten(
    scene: World, gone: str, other: str
) -> None:
    """The other keeps their own letters, and the page on which "someone" stands; the giver what their book says."""
    scene.met_through(scene.add(FRANCOIS_DRAFT), scene.ines)
    scene.send()
    scene.yes(scene.last_to(FRANCOIS), takes_part=True).wait(minutes=15)
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    to_ines = scene.last_to(INES)
    scene.praise(to_ines, about=Role.GIVER).thank(to_ines, "Merci du fond du cœur.")
    link = next(mail for mail in reversed(scene.mails_to(gone)) if "/l/" in mail.text)
    before, giver = len(held(other)), naming(HELENE, NAMES[gone])
    assert naming(other, NAMES[gone])
    assert naming(FRANCOIS, NAMES[gone])
    forget(scene, link)
    assert held(gone) == []
    assert naming(other, NAMES[gone]) == 0
    assert 0 < len(held(other)) < before
    assert naming(FRANCOIS, NAMES[gone]) == 0
    assert not any("06 12 34 56 78" in text for text in held(MARC)) or gone == MARC
    kept = naming(HELENE, NAMES[gone])
    assert 0 < kept <= giver
    assert any("du fond du cœur" in text for text in held(HELENE)) is (gone == MARC), "their own words go with them"


def test_r48_thirty_days_after_it_closed_nothing_of_it_is_left_but_the_givers_own(scene: World) -> None:
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    forget(scene, scene.mails_to(INES)[0])
    scene.wait(days=40)
    assert naming(MARC, NAMES[INES])
    scene.wait(days=30)
    erase_due(now=scene.now, policy=scene.policy)
    assert held(MARC) == []
    assert held(HELENE)


def test_r47_a_member_who_left_is_in_no_letter_to_others_once_what_was_open_has_closed(scene: World) -> None:
    olga = member(scene)
    actions.hand_over(owner_pk=scene.helene.pk, successor=olga.uid)
    introduced(scene)
    scene.send(client=scene.marc.uid)
    actions.announce(member_pk=scene.helene.pk, now=scene.now, policy=scene.policy)
    scene.wait(days=7)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    assert held(HELENE) == []
    assert naming(INES, NAMES[HELENE])
    scene.wait(days=45)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    assert naming(INES, NAMES[HELENE]) == naming(MARC, NAMES[HELENE]) == 0


def test_r45_a_restored_mailbox_is_emptied_again_from_the_journal(scene: World) -> None:
    scene.send()
    whose = Request.objects.get().address_hash
    HANDLERS[journal.Kind.PERSON_FORGOTTEN](whose, now=scene.now, chance=scene.chance)
    assert held(INES) == []


def test_an_address_is_found_however_its_domain_is_written(scene: World) -> None:
    """The book may write "café.example", and mail goes to "xn--caf-dma.example" (R45)."""
    ines = scene.add(FRANCOIS_DRAFT)
    scene.send(receiver=ines.uid)
    Delivered.objects.filter(recipient=FRANCOIS).update(recipient="francois@xn--caf-dma.example")
    forget_everything(scene, "francois@café.example")
    assert not Delivered.objects.filter(recipient__startswith="francois@").exists()
