"""The owner's address, changed by whoever runs the machine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entremise.accounts import actions, queries
from entremise.cli import command
from entremise.lib.chance import SeededChance

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def founded() -> None:
    actions.found(name="Hélène", email="helene@exmaple.test", language="fr", now=NOW, chance=SeededChance(1))


def test_an_owner_who_mistyped_their_address_gets_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["owner", "--email", " Helene@Example.org "]) == 0
    owner = queries.owner()
    assert owner is not None
    assert (owner.email, owner.address_hash) == ("helene@example.org", queries.address_hash("helene@example.org"))
    assert "helene@example.org" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["helene", "ines@example.org"])
def test_an_address_that_cannot_be_theirs_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    actions.enrol(name="Inès", email="ines@example.org", language="fr", now=NOW, chance=SeededChance(2))
    assert command.main(["owner", "--email", address]) == 1
    assert capsys.readouterr().err
    owner = queries.owner()
    assert owner is not None
    assert owner.email == "helene@exmaple.test"
