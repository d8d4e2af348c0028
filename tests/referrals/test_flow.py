"""The reference example and its quiet ends, through actions, worker and letters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from entremise.lib.post import Alive, Deferred, Delivery, Lost
from entremise.outbox.models import Message
from entremise.people.actions import edit_contact
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Kind, Outcome, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions import giving, steps
from entremise.referrals.actions.advance import advance_due
from entremise.referrals.models import Need, Request
from tests.cast import HELENE, INES, MARC, Postman, contact_draft, introduced, world

pytestmark = pytest.mark.django_db


def test_the_reference_example_goes_from_idea_to_thanks() -> None:
    """R5, R9, R18, R20, R21: asked in order, introduced once, thanked, news given, closed."""
    scene = world()
    uid, to_ines, to_marc = introduced(scene)

    story = scene.story(uid)
    assert story.projection.seen is Seen.INTRODUCED
    assert "Marc Delaunay" in to_ines.text
    assert "06 98 76 54 32" in to_ines.text
    assert MARC not in to_ines.text, "R18: the details of the preferred way only"
    assert "Inès Moreau" in to_marc.text
    assert [owed.duty.value for owed in story.owed] == ["thanks", "contact", "promotion"]

    scene.thank(to_ines).contact(to_ines).news(to_ines, "Premier rendez-vous mardi.")
    scene.close(to_ines, Outcome.LOST, "Marc a choisi un autre devis, pour le prix.")
    story = scene.story(uid)
    assert [owed.duty.value for owed in story.owed] == ["promotion"], "what is gentle outlives the end (R41)"
    assert [beat.what for beat in story.beats[:4]] == ["outcome", "news", "contact", "thanks"]
    assert "Premier rendez-vous mardi." in scene.mails_to(HELENE)[-2].text


def test_nobody_learns_the_other_side_before_the_introduction() -> None:
    """R4, R5: no letter before the disclosure names the hidden side."""
    scene = world()
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    for mail in scene.mails_to(INES):
        for word in ("Marc", "Delaunay", "Cèdre", "cedre-bleu", "98 76"):
            assert word not in mail.message.as_string(), word
            assert word not in mail.text
    asked = scene.last_to(MARC)
    for word in ("Inès", "Moreau", "moreau-ventilation", "12 34"):
        assert word not in asked.text
        assert word not in asked.html


def test_a_silence_ends_quietly_at_the_closing_instant() -> None:
    """R6a, R7: nothing shows until the stage's closing; then one text to the giver, nothing to the client."""
    scene = world()
    uid = scene.send()
    page = scene.page(scene.last_to(INES))
    assert page is not None
    closes = page.deadline + scene.policy.hold_aloud
    before = scene.story(uid)
    scene.wait(seconds=(closes - scene.now).total_seconds() - 1)
    assert scene.story(uid).projection == before.projection
    assert scene.mails_to(MARC) == []
    scene.wait(seconds=1)
    assert scene.story(uid).projection.seen is Seen.NOT_CONCLUDED
    assert len(scene.mails_to(HELENE)) == 1
    assert len(scene.mails_to(INES)) == 1


def test_a_yes_taken_back_during_its_hold_leads_nowhere() -> None:
    """R6: during the hold a yes can be taken back; nothing leaves."""
    scene = world()
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=14)
    scene.no(scene.mails_to(INES)[0]).wait(days=2)
    assert scene.mails_to(MARC) == []
    assert scene.mails_to(HELENE) == []


def test_another_receiver_can_be_tried_and_the_yes_in_principle_is_kept() -> None:
    """R5, R5b: the client is not asked in principle again; the second name waits for the first link."""
    scene = world()
    first = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert "Inès Moreau" in scene.last_to(MARC).text
    sofia = scene.add(contact_draft("Sofia", "Lenoir", "Air et Flamme", "sofia@air-flamme.example"))
    second = scene.try_another(first, sofia)
    scene.yes(scene.last_to("sofia@air-flamme.example")).wait(minutes=15)
    told = len(scene.mails_to(MARC))
    scene.wait(days=1)
    assert len(scene.mails_to(MARC)) == told, "the first name's link is still open"
    scene.no(next(mail for mail in scene.mails_to(MARC) if "Inès" in mail.text and "/l/" in mail.text)).wait(minutes=1)
    assert "Sofia Lenoir" in scene.last_to(MARC).text
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert scene.story(second).projection.seen is Seen.INTRODUCED
    assert scene.story(first).projection.observer is Role.GIVER


@dataclass
class Unsure(Postman):
    """A way out that keeps every message, and says what it was told to say about the next one to an address."""

    says: dict[str, Delivery] = field(default_factory=dict)

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        done = super().deliver(message, alive=alive)
        return self.says.pop(str(message["To"]), done)


def test_a_request_that_may_have_arrived_stays_answerable_after_the_giver_stopped() -> None:
    """R7: the line broke after the mail was handed over; whoever holds it finds their page, not a dead link."""
    scene = world()
    scene.postman = Unsure(says={INES: Lost(after_data=True)})
    uid = scene.send()
    mail = scene.last_to(INES)
    scene.stop(uid)
    scene.wait(minutes=10)
    assert len(scene.mails_to(INES)) == 1, "no second try once the giver has stopped"
    scene.yes(mail)


def test_a_request_that_surely_never_arrived_counts_as_never_made() -> None:
    """R46: the giver stopped before the first try."""
    scene = world()
    uid = giving.send(giver=scene.helene, draft=scene.draft(), now=scene.now, chance=scene.chance, policy=DEFAULT)
    scene.stop(uid)
    assert scene.mails_to(INES) == []
    assert Request.objects.get().mute


def test_a_client_is_still_asked_in_principle_for_the_receiver_who_is_tried_next() -> None:
    """R5: the yes in principle belongs to the need; its mail waited for its server while another was tried."""
    scene = world()
    scene.postman = postman = Unsure()
    uid = scene.send()
    scene.yes(scene.last_to(INES))
    postman.says[MARC] = Deferred(451)
    scene.wait(minutes=15)
    sofia = scene.add(contact_draft("Sofia", "Lenoir", "Air et Flamme", "sofia@air-flamme.example"))
    giving.try_another(
        giver=scene.helene, uid=uid, draft=replace(scene.draft(), receiver=sofia.uid), now=scene.now,
        chance=scene.chance, policy=DEFAULT,
    )  # fmt: skip
    Message.objects.filter(job="referral/ask_principle").update(due_at=scene.now + timedelta(hours=1))
    scene.run()
    scene.yes(scene.last_to("sofia@air-flamme.example")).wait(minutes=15)
    asked = len(scene.mails_to(MARC))
    scene.wait(hours=1)
    assert len(scene.mails_to(MARC)) == asked + 1
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert "Sofia Lenoir" in scene.last_to(MARC).text


@pytest.mark.parametrize("becomes", [INES, HELENE])
def test_a_client_who_turns_out_to_be_one_of_the_others_is_never_asked(becomes: str) -> None:
    """R1, R7: the giver corrected an address after sending; it ends quietly, like a silence."""
    scene = world()
    uid = scene.send()
    marc = scene.marc
    draft = contact_draft("Marc", "Delaunay", "Le Cèdre Bleu", becomes)
    edit_contact(owner_pk=scene.helene.pk, uid=marc.uid, version=marc.version, draft=draft, now=scene.now)
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    assert Request.objects.get(kind=Kind.PRINCIPLE.value).mute
    assert scene.story(uid).projection.seen is Seen.ASKING_CLIENT


def test_a_need_that_cannot_be_advanced_rests_and_its_people_stay_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """R4: an exception's own words may hold somebody's name."""
    scene = world()
    scene.send()
    scene.yes(scene.last_to(INES))

    def fail(*_args: object, **_more: object) -> None:
        raise ValueError(f"{MARC} is not as expected")

    monkeypatch.setattr(steps, "act", fail)
    scene.now += DEFAULT.hold
    assert advance_due(now=scene.now, chance=scene.chance, policy=DEFAULT) == 0
    assert "ValueError at" in caplog.text
    assert MARC not in caplog.text
    assert Need.objects.get().next_due > scene.now
