"""Mail that did not get through is seen by somebody, who sees no person by it."""

from __future__ import annotations

import pytest

from entremise.cli.command import main
from entremise.outbox.models import Message
from tests.cast import INES, world

pytestmark = pytest.mark.django_db


def test_a_mail_that_failed_for_good_is_named_without_its_reader(capsys: pytest.CaptureFixture[str]) -> None:
    """R4: job, the head of its id, tries and the kind of failure; no address, no name."""
    scene = world()
    scene.send()
    assert main(["undelivered"]) == 0
    assert capsys.readouterr().out == ""
    Message.objects.update(state="dead", last_error_kind="refused 550")
    assert main(["undelivered"]) == 1
    told = capsys.readouterr().out
    row = Message.objects.get()
    assert told.split(maxsplit=3)[2:] == ["dead", f"referral/ask_receiver {row.uid[:8]}  1 try, refused 550\n"]
    assert INES not in told
