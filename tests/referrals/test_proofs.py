"""Proofs of consent: sealed, checked, written out; their texts erased in time, the chain still whole (R10, R48)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

import pytest

from entremise.cli import command
from entremise.interchange import proof_files
from entremise.referrals.actions import proofs
from entremise.referrals.models import Need, Proof
from entremise.referrals.queries import seals
from tests.cast import INES, World, introduced, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> World:
    made = world()
    introduced(made)
    return made


def erased(scene: World) -> int:
    """Let the time of every text pass; return how many were erased."""
    return proofs.erase_texts(before=scene.now + timedelta(seconds=1), now=scene.now + timedelta(days=1096))


def test_texts_go_in_their_time_and_the_chain_still_holds(scene: World) -> None:
    """R10, R48: an erasure does not look like tampering."""
    need = Need.objects.get()
    assert erased(scene) == 3
    assert set(Proof.objects.values_list("text", flat=True)) == {""}
    assert seals.broken_links(need.pk) == ()
    assert erased(scene) == 0


def test_texts_younger_than_their_time_stay(scene: World) -> None:
    assert proofs.erase_texts(before=scene.now - timedelta(days=1), now=scene.now) == 0
    assert "" not in Proof.objects.values_list("text", flat=True)


def test_new_proofs_follow_erased_ones(scene: World) -> None:
    need = Need.objects.get()
    last = Proof.objects.order_by("-number").first()
    assert last is not None
    proofs.erase_texts(before=last.at, now=scene.now)
    assert [bool(text) for text in Proof.objects.order_by("number").values_list("text", flat=True)] == [
        False,
        False,
        True,
    ]
    assert seals.broken_links(need.pk) == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [("said", "no"), ("person", "0" * 64), ("text_hash", "0" * 64), ("text", "Autre chose"), ("seal", "0" * 64)],
)
def test_what_is_left_after_an_erasure_cannot_be_changed_unseen(scene: World, column: str, value: str) -> None:
    """R10."""
    need = Need.objects.get()
    erased(scene)
    Proof.objects.filter(number=2).update(**{column: value})
    assert 2 in seals.broken_links(need.pk)


def test_an_erasure_cannot_be_made_up_to_hide_a_change(scene: World) -> None:
    """R10: only the site can seal one."""
    need = Need.objects.get()
    Proof.objects.filter(number=2).update(text="", text_hash="0" * 64, erased_at=scene.now, erased_seal="0" * 64)
    assert seals.broken_links(need.pk) == (2,)


def test_a_broken_proof_keeps_its_text_for_whoever_looks_into_it(scene: World) -> None:
    Proof.objects.filter(number=1).update(text="Autre chose")
    assert erased(scene) == 2
    assert Proof.objects.get(number=1).text == "Autre chose"


def test_the_owner_learns_how_the_proofs_are_without_a_name(scene: World) -> None:
    """R10."""
    health = seals.proofs_health()
    assert (health.proofs, health.chains, health.erased, health.is_whole) == (3, 1, 0, True)
    Proof.objects.filter(number=3).delete()
    Proof.objects.filter(number=1).update(how="aloud")
    assert seals.proofs_health().broken == (Need.objects.get().uid,)


def test_the_plain_text_can_be_checked_by_hand(scene: World) -> None:
    """R10: numbers, seals that follow each other, and the SHA-256 of the words."""
    chain = seals.chain(Need.objects.get().uid)
    assert chain is not None
    written = proof_files.as_text(chain)
    sealed = re.findall(r"^seal: +(\S+)$", written, re.MULTILINE)
    before = re.findall(r"^before: +(\S+)$", written, re.MULTILINE)
    assert before == ["-", *sealed[:-1]]
    for told, words in zip(
        re.findall(r"^text sha-256: +(\S+)$", written, re.MULTILINE),
        re.findall(r"^-{72}\n(.*?)\n-{72}$", written, re.MULTILINE | re.DOTALL),
        strict=True,
    ):
        assert hashlib.sha256(words.encode()).hexdigest() == told
    assert INES not in written


def test_the_command_checks_and_writes_out(scene: World, capsys: pytest.CaptureFixture[str]) -> None:
    """R10."""
    uid = Need.objects.get().uid
    assert command.main(["proofs", "--check"]) == 0
    capsys.readouterr()
    assert command.main(["proofs", "--export", uid, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["need"], found["whole"], len(found["proofs"])) == (uid, True, 3)
    assert command.main(["proofs", "--export", "nothing"]) == 2
    Proof.objects.filter(number=1).update(said="no")
    assert command.main(["proofs", "--check"]) == 1
    assert uid in capsys.readouterr().out
