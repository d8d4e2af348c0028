"""What somebody with a telephone and no address told the person responsible, kept by whoever runs the machine (R45)."""

from __future__ import annotations

import pytest

from entremise.cli import command
from entremise.lib import clock
from entremise.referrals.models import Proof, Refused, Request
from tests.cast import HELENE, INES, World, contact_draft, world

pytestmark = pytest.mark.django_db
NUMBER = "+33 6 98 76 54 32"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    made.send(client=made.add(contact_draft("Marc", "Delaunay", "", "", "06 98 76 54 32")).uid)
    made.yes(made.last_to(INES)).wait(minutes=15)
    return made


def test_r45_a_refusal_of_all_is_kept_answers_what_is_open_and_can_be_taken_back(
    there: World, capsys: pytest.CaptureFixture[str]
) -> None:
    letters = len(there.mails_to(HELENE))
    assert command.main(["telephone", NUMBER, "--refuse"]) == 0
    asked = Request.objects.get(kind="principle")
    assert (asked.answer, Refused.objects.get().scope) == ("no", "all")
    assert Refused.objects.get().address_hash == asked.address_hash
    last = Proof.objects.order_by("number").last()
    assert last is not None
    assert (last.said, last.how) == ("no", "aloud")
    there.run()
    assert len(there.mails_to(HELENE)) == letters
    assert command.main(["telephone", NUMBER, "--allow"]) == 0
    assert not Refused.objects.exists()
    assert "98" not in capsys.readouterr().out


def test_r45_who_is_forgotten_is_so_wherever_they_were_asked(there: World) -> None:
    assert command.main(["telephone", NUMBER, "--forget"]) == 0
    asked = Request.objects.get(kind="principle")
    assert asked.erased_at == there.now
    assert asked.answer == "no"


@pytest.mark.parametrize("number", ["06 98 76 54 32", "+3", "hello"])
def test_what_is_no_number_with_its_country_is_refused(there: World, number: str) -> None:
    assert command.main(["telephone", number, "--forget"]) == 1
    assert not Request.objects.exclude(erased_at=None).exists()
