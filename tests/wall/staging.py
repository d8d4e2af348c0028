"""One world on its stage: who is there, what they do and when, and who watches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from unittest.mock import patch

from django.db import transaction
from django.db.models import Min

from entremise.lib.chance import SeededChance
from entremise.people.actions import add_contact
from entremise.people.queries import ContactCard, ContactDraft
from entremise.protocol.checklist import Sheet
from entremise.protocol.types import Outcome
from entremise.referrals.actions import answering, giving
from entremise.referrals.models import Need
from entremise.worker import loop
from entremise.worker.hourly import Hourly
from tests.cast import (
    FRANCOIS,
    FRANCOIS_DRAFT,
    HELENE,
    MONDAY,
    OLGA,
    REFERENCE,
    Mail,
    World,
    contact_draft,
    member,
    world,
)
from tests.wall import brought, guises
from tests.wall.observed import Observer, Record

UNKNOWN = "a" * 32
SOFIA = contact_draft("Sofia", "Lenoir", "Air et Flamme", "sofia@air-et-flamme.example")
PAUL = contact_draft("Paul", "Okafor", "Librairie du Quai", "paul@librairie-du-quai.example")


@dataclass(kw_only=True)
class Scene:
    """A world with its people on stage; requests are counted per person, from the referral's sending."""

    world: World
    ines: str
    marc: str
    observers: Mapping[str, Observer]
    sheets: Mapping[str, Sheet] = field(default_factory=lambda: guises.SHEETS)
    uid: str = ""
    francois: str = FRANCOIS
    told: dict[str, int] = field(default_factory=dict)

    def advance(self, instant: datetime) -> None:
        """Let the worker do everything that comes due, each at its own instant, up to `instant`."""
        while True:
            due = Need.objects.filter(next_due__gt=self.world.now, next_due__lte=instant).aggregate(at=Min("next_due"))[
                "at"
            ]
            if due is None:
                break
            self.world.now = due
            self._work()
        self.world.now = instant
        self._work()

    def _work(self) -> None:
        self.world.run()
        self.hand_out()

    def hand_out(self) -> None:
        """Let everybody read what has come for them, at the instant it came."""
        for observer in self.observers.values():
            observer.read_mails(self.world)

    def request(self, address: str, number: int = 0) -> Mail:
        """Return the mail of the person's first, or a later, request about this referral."""
        mails = self.world.mails_to(address)[self.told.get(address, 0) :]
        first: dict[str, Mail] = {}
        for mail in mails:
            if "/l/" in mail.text:
                first.setdefault(mail.token, mail)
        return list(first.values())[number]


Act = Callable[[Scene], object]
Script = Sequence[tuple[float, Act]]  # hours after the referral's sending, and what somebody does then


@contextmanager
def apart() -> Iterator[None]:
    """Let a world exist, and be as if it had never been."""
    with transaction.atomic(), patch.object(loop, "PERIODIC", _afresh(loop.PERIODIC)):
        yield
        transaction.set_rollback(True)


def _afresh(jobs: Iterable[loop.Periodic]) -> tuple[loop.Periodic, ...]:
    """Return the periodic jobs of a worker that has just been started: it remembers no hour of another world."""
    return tuple(Hourly(job._job) if isinstance(job, Hourly) else job for job in jobs)


# -- what people do -----------------------------------------------------------------------------------------------


def send(scene: Scene) -> None:
    """Hélène sends the referral."""
    scene.told = {address: len(scene.world.mails_to(address)) for address in (scene.ines, scene.marc)}
    scene.uid = scene.world.send()


def sends_another(scene: Scene) -> None:
    """Hélène recommends somebody else to somebody else: her list now has an order.

    It draws from a seed of its own: what was drawn before may differ where a request never left.
    """
    shown, own = scene.world, SeededChance(3)
    receiver, client = (
        add_contact(owner_pk=shown.helene.pk, draft=one, now=shown.now, chance=own) for one in (PAUL, SOFIA)
    )
    draft = replace(REFERENCE, client=client.uid, receiver=receiver.uid)
    giving.send(giver=shown.helene, draft=draft, now=shown.now, chance=own, policy=shown.policy)
    shown.run()


def stop(scene: Scene) -> None:
    """Hélène stops."""
    scene.world.stop(scene.uid)


def met_through_francois(*who: str) -> Act:
    """Hélène has François in her book, and met these people through him."""

    def act(scene: Scene) -> None:
        shown = scene.world
        shown.met_through(shown.add(FRANCOIS_DRAFT), *(getattr(shown, one) for one in who))

    return act


def says_yes(who: str, number: int = 0, **permission: bool) -> Act:
    """Inès, Marc or François says yes to their request, with their own part where it takes one."""

    def act(scene: Scene) -> None:
        address = getattr(scene, who)
        takes_part = who == "ines" or number == 1
        sheet = scene.sheets[address] if takes_part else None
        scene.world.yes(scene.request(address, number), sheet=sheet, **permission)

    return act


def says_no(who: str, number: int = 0, *, scope: str = "") -> Act:
    """Inès or Marc says no, takes a yes back or withdraws it."""
    return lambda scene: scene.world.no(scene.request(getattr(scene, who), number), scope=scope)


def asks(text: str) -> Act:
    """Inès asks the giver something."""
    return lambda scene: scene.world.ask(scene.request(scene.ines), text)


def answers(text: str) -> Act:
    """Hélène answers what Inès asked."""

    def act(scene: Scene) -> None:
        asked = scene.world.story(scene.uid).exchanges[-1]
        giver, policy = scene.world.helene, scene.world.policy
        giving.answer_question(
            giver=giver, uid=asked.uid, text=text, now=scene.world.now, chance=scene.world.chance, policy=policy
        )
        scene.world.run()

    return act


def thanks_and_closes(scene: Scene) -> None:
    """Inès does what she owes, through the link of her introduction."""
    mail = next(mail for mail in scene.world.mails_to(scene.ines) if "/n/" in mail.text)
    scene.world.thank(mail).contact(mail).news(mail, "Premier rendez-vous pris.").close(
        mail, Outcome.WON, "C'est fait."
    )


REFERENCE_EXAMPLE: Script = (
    (0, send),
    (1, asks("Combien de couverts ?")),
    (1.5, answers("Une quarantaine, deux services.")),
    (2, says_yes("ines")),
    (5, says_yes("marc")),
    (9, says_yes("marc", 1)),
    (30, thanks_and_closes),
)


# -- the stage ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Before:
    """How Inès and Marc answered two earlier requests of Olga's: "no", "all", "unanswered" or "silenced"."""

    ines: str = "no"
    marc: str = "no"


def scene(
    *,
    marc: ContactDraft = guises.MARC_A,
    ines: ContactDraft = guises.INES_A,
    members: frozenset[str] = frozenset(),
    before: Before | None = None,
    tries: Sequence[str] = (),
) -> Scene:
    """Return the cast on stage, each with their eyes open; `members` have an account of their own."""
    shown = world(now=MONDAY - timedelta(days=80 if before else 1), marc=marc, ines=ines)
    olga = member(shown)
    books = {
        draft.name: add_contact(owner_pk=olga.pk, draft=draft, now=shown.now, chance=shown.chance)
        for draft in (guises.MARC_A, guises.INES_A, PAUL)
    }
    cards = {
        who: member(shown, name="Le nom d'un membre", email=guises.address(draft)) if who in members else None
        for who, draft in (("ines", ines), ("marc", marc))
    }
    searched = [
        f"/{place}/?q={word}" for place in ("contacts", "histoires") for word in ("Delaunay", "Souffle", "98765")
    ]
    known = [f"/contacts/{shown.marc.uid}/", *tries, f"/l/{UNKNOWN}/", f"/n/{UNKNOWN}/", f"/silence/{UNKNOWN}/"]
    observers = {
        "giver": Observer(name="giver", address=HELENE, member=shown.helene, tries=tuple(searched)),
        "receiver": Observer(name="receiver", address=guises.address(ines), member=cards["ines"]),
        "client": Observer(name="client", address=guises.address(marc), member=cards["marc"]),
        "referrer": Observer(name="referrer", address=FRANCOIS),
        "other member": Observer(name="other member", address=OLGA, member=olga, tries=(*searched, *known)),
        "stranger": Observer(name="stranger", tries=("/", "/entrer/", *searched, *known)),
    }
    on_stage = Scene(world=shown, ines=guises.address(ines), marc=guises.address(marc), observers=observers)
    if before:
        _play_before(on_stage, before, olga=olga, books=books)
    shown.chance = SeededChance(2)  # whatever was drawn before, what is drawn now is the same
    on_stage.advance(MONDAY)
    return on_stage


def _play_before(on_stage: Scene, before: Before, *, olga: object, books: Mapping[str, ContactCard]) -> None:
    """Olga recommends Inès, and Marc, to Paul: twice where it takes two to reach the limits of R46."""
    shown = on_stage.world
    paul = books[PAUL.name]
    for again in (False, True):
        for who, draft in (("ines", guises.INES_A), ("marc", guises.MARC_A)):
            if again and getattr(before, who) == "no":
                continue  # a second no would add nothing to the first
            need = replace(REFERENCE, client=paul.uid, receiver=books[draft.name].uid, urgency="now", wanted_by=None)
            giving.send(giver=olga, draft=need, now=shown.now, chance=shown.chance, policy=shown.policy)  # type: ignore[arg-type]
            shown.run()
            _answer_before(on_stage, getattr(on_stage, who), getattr(before, who))
            on_stage.hand_out()
        on_stage.advance(shown.now + timedelta(days=20))


def _answer_before(on_stage: Scene, address: str, how: str) -> None:
    shown = on_stage.world
    mails = shown.mails_to(address)
    if how == "silenced" and mails:
        token = mails[0].message["List-Unsubscribe"].split("/silence/")[1].split("/")[0]
        answering.silence(token=token, quiet=True, now=shown.now)
    if how in ("no", "all", "silenced") and (how == "no" or len(mails) == 1):
        shown.no(mails[-1], scope="all" if how == "all" else "")


# The first day, the day after a reminder, the days around the closings of both stages (R6a, R6c), and one between.
_TELLING_DAYS = (1, 8, 14, 15, 16, 17, 24, 30, 31, 32)


def hours(*, days: int, closely: bool = False) -> tuple[float, ...]:
    """Return the instants to look at: where something can change; `closely`, each hour of the acts and each day.

    What comes by mail is read at the instant it comes, whether anybody looks then or not.
    """
    if closely:
        return (*range(13), *range(18, 48, 6), *(24 * day for day in range(1, days + 1)))
    return (*range(0, 13, 3), *(24 * day for day in _TELLING_DAYS if day <= days))


def play(
    script: Script,
    on_stage: Scene,
    *,
    watching: Sequence[str],
    grid: Sequence[float],
    everywhere: Sequence[float] = (3, 24 * 16),
) -> dict[str, list[Record]]:
    """Play the script; at each hour of the grid the watching observers open what they hold a link to.

    At the hours of `everywhere` they also try everything else there is to try.
    """
    for hour in sorted({*grid, *(at for at, _ in script)}):
        on_stage.advance(MONDAY + timedelta(hours=hour))
        for _, act in (step for step in script if step[0] == hour):
            act(on_stage)
            on_stage.hand_out()
        if hour in grid:
            _look(on_stage, watching, everywhere=hour in everywhere)
    return {name: on_stage.observers[name].records for name in watching}


def _look(on_stage: Scene, watching: Sequence[str], *, everywhere: bool) -> None:
    for name in watching:
        watcher = on_stage.observers[name]
        if on_stage.uid and name == "giver":
            watcher.links[f"/histoire/{on_stage.uid}/"] = None
            if everywhere:
                watcher.offered = brought.paths(on_stage.uid)
                watcher.posts = brought.forms(on_stage.world, on_stage.uid)
        watcher.look(on_stage.world, everywhere=everywhere)
