"""The fixed cast, and a small world in which it acts through the real actions, worker and letters.

Hélène gives, Inès receives, Marc is the client, François referred, Olga is an outsider. All invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from entremise.accounts.actions import enrol, found
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance, SeededChance
from entremise.lib.post import Alive, Delivery, Sent
from entremise.people.actions import add_contact
from entremise.people.actions.provenance import set_met_through
from entremise.people.queries import ContactCard, ContactDraft, Way, WayKind
from entremise.protocol.checklist import Sheet
from entremise.protocol.policy import DEFAULT, Policy
from entremise.protocol.types import Answer, Kind, Outcome, Role
from entremise.protocol.types import Way as Preferred
from entremise.referrals.actions import answering, bringing, giving, gratitude, promoting
from entremise.referrals.actions.bringing import Aloud
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.promoting import GoodWord, How
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries import carrying, pages, stories
from entremise.referrals.queries.carrying import Asking
from entremise.referrals.queries.pages import RequestPage
from entremise.referrals.queries.stories import Story
from entremise.worker.loop import run_until_quiet
from entremise.worker.transports import Mailbox

MONDAY = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)

HELENE = "helene@vasseur-conseil.example"
INES = "ines@moreau-ventilation.example"
MARC = "marc@cedre-bleu.example"
FRANCOIS = "francois@atelier-lacaze.example"
OLGA = "olga@petrova-traduction.example"


def contact_draft(given: str, family: str, company: str, email: str, phone: str = "", **more: Any) -> ContactDraft:
    """Return what a member would write about somebody."""
    ways = [Way(kind=WayKind.EMAIL, value=email)] if email else []
    if phone:
        ways.append(Way(kind=WayKind.MOBILE, value=phone))
    return ContactDraft(given_name=given, family_name=family, company=company, ways=tuple(ways), **more)


INES_DRAFT = contact_draft(
    "Inès", "Moreau", "Moreau Ventilation", INES, "06 12 34 56 78", trade="ventilation-engineer",
    does="Ventilation de cuisines professionnelles", does_not="Pas de maisons individuelles",
)  # fmt: skip
FRANCOIS_DRAFT = contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS, "06 20 30 40 50", trade="cabinetmaker")
MARC_DRAFT = contact_draft("Marc", "Delaunay", "Le Cèdre Bleu", MARC, "06 98 76 54 32")

REFERENCE = NeedDraft(
    client_kind="restaurant",
    trade="ventilation-engineer",
    area="FR-69123",
    source="told_me",
    urgency="dated",
    wanted_by=date(2027, 1, 29),
    knows_receiver="well",
    knows_client="well",
    fits=dict.fromkeys(("service", "market", "area", "available", "wanted", "budget"), "yes"),
    effort="name",
    note="La ventilation de la cuisine est à refaire avant le printemps.",
    reason="Refaire la ventilation de la cuisine",
)


@dataclass(frozen=True)
class Mail:
    """One mail as its recipient gets it."""

    to: str
    subject: str
    text: str
    html: str
    message: EmailMessage

    @property
    def token(self) -> str:
        """The token of the first link to a request or news page in it."""
        found_link = re.search(r"/(?:l|n|e)/([a-z0-9]+)/", self.text)
        assert found_link, self.text
        return found_link.group(1)

    @property
    def digits(self) -> str:
        """The four digits printed in it."""
        found_digits = re.search(r"^\s*(\d) ?(\d) ?(\d) ?(\d)\s*$", self.text, re.MULTILINE)
        assert found_digits, self.text
        return "".join(found_digits.groups())


@dataclass
class Postman:
    """A way out that keeps every message, in the order they left."""

    mails: list[Mail] = field(default_factory=list)

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        """Keep the message."""
        assert alive()
        text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert html is not None
        self.mails.append(Mail(message["To"], message["Subject"], text.get_content(), html.get_content(), message))
        return Sent()


class Both(Postman):
    """Keeps every message, and delivers it to the built-in mailbox."""

    def __init__(self, chance: Chance) -> None:
        super().__init__()
        self._mailbox = Mailbox(chance)

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        """Keep the message, and deliver it."""
        super().deliver(message, alive=alive)
        return self._mailbox.deliver(message, alive=alive)


@dataclass
class World:
    """Hélène's notebook with Inès and Marc in it, a clock that only moves when told, and a postman."""

    now: datetime
    chance: Chance
    helene: MemberCard
    ines: ContactCard
    marc: ContactCard
    policy: Policy = DEFAULT
    postman: Postman = field(default_factory=Postman)

    # -- time and mail

    def run(self) -> World:
        """Let the worker do everything that is due now."""
        run_until_quiet(now=self.now, chance=self.chance, transport=self.postman)
        return self

    def wait(self, **duration: float) -> World:
        """Move the clock and let the worker do what has come due, as of the new instant."""
        self.now += timedelta(**duration)
        return self.run()

    def mails_to(self, address: str) -> list[Mail]:
        """Return what an address has received, in order."""
        return [mail for mail in self.postman.mails if mail.to == address]

    def last_to(self, address: str) -> Mail:
        """Return the newest mail to an address."""
        return self.mails_to(address)[-1]

    # -- the giver

    def draft(self, **changes: Any) -> NeedDraft:
        """Return the reference example's need, with changes."""
        return replace(REFERENCE, **{"client": self.marc.uid, "receiver": self.ines.uid, **changes})

    def send(self, **changes: Any) -> str:
        """Hélène sends the referral; return its uid."""
        uid = giving.send(
            giver=self.helene, draft=self.draft(**changes), now=self.now, chance=self.chance, policy=self.policy
        )
        self.run()
        return uid

    def stop(self, uid: str) -> World:
        """Hélène stops."""
        giving.stop(giver=self.helene, uid=uid, now=self.now, chance=self.chance, policy=self.policy)
        return self.run()

    def try_another(self, uid: str, receiver: ContactCard, **changes: Any) -> str:
        """Hélène stops and tries somebody else; return the new referral's uid."""
        draft = replace(self.draft(**changes), receiver=receiver.uid)
        new = giving.try_another(
            giver=self.helene, uid=uid, draft=draft, now=self.now, chance=self.chance, policy=self.policy
        )
        self.run()
        return new

    def story(self, uid: str) -> Story:
        """Return what Hélène sees."""
        return stories.story(giver=self.helene, uid=uid, now=self.now, policy=self.policy)

    def asking(self, uid: str) -> Asking | None:
        """Return what Hélène may bring for a referral now."""
        return carrying.asking(giver=self.helene, uid=uid, now=self.now, policy=self.policy)

    def aloud(self, uid: str, answer: Answer = Answer.YES, *, sheet: Sheet | None = None) -> World:
        """Hélène writes down what she was told by telephone."""
        asked = self.asking(uid)
        assert asked is not None
        said = Aloud(answer=answer, meeting="telephone", at=self.now, sheet=sheet or asked.sheet)
        bringing.record_aloud(giver=self.helene, asking=asked, said=said, note="Au téléphone.", **self._at)
        return self.run()

    def carried(self, asked: Asking, answer: Answer = Answer.YES, *, sheet: Sheet | None = None) -> World:
        """Somebody answers through the link that Hélène carried to them."""
        caller = Caller(token=asked.token, digits=asked.digits, language="fr")
        bringing.answer_carried(caller=caller, kind=asked.kind, answer=answer, sheet=sheet or asked.sheet, **self._at)
        return self.run()

    def add(self, draft: ContactDraft) -> ContactCard:
        """Put somebody in Hélène's book."""
        return add_contact(owner_pk=self.helene.pk, draft=draft, now=self.now, chance=self.chance)

    def met_through(self, referrer: ContactCard, *people: ContactCard, on: date | None = None) -> World:
        """Hélène met these people through that one: a month ago, unless another day is given."""
        day = on or self.helene.today(self.now) - timedelta(days=30)
        for person in people:
            said = {"through": referrer.uid, "on": day, "how": ""}
            assert set_met_through(owner_pk=self.helene.pk, uid=person.uid, now=self.now, **said)
        return self

    # -- the asked people

    def page(self, mail: Mail) -> RequestPage | None:
        """Return what the link in a mail opens."""
        return pages.request_page(token=mail.token, now=self.now, language="fr", policy=self.policy)

    def yes(self, mail: Mail, *, sheet: Sheet | None = None, digits: str = "", **permission: bool) -> World:
        """The reader of a request says yes, with their part as the page proposes it; a referrer, that they take part
        or that it is a standing permission."""
        page = self.page(mail)
        assert page is not None
        part = sheet or (page.sheet if page.kind in (Kind.RECEIVER, Kind.NAME) else None)
        text = page.statement.text(language="fr")
        answering.say_yes(caller=self._caller(mail, digits), sheet=part, text=text, **permission, **self._at)
        return self.run()

    def no(self, mail: Mail, *, scope: str = "", tell: bool = False, reason: str = "") -> World:
        """The reader of a request says no, takes a yes back or withdraws it."""
        caller = self._caller(mail, "")
        answering.say_no(caller=caller, text="…", scope=scope, tell=tell, reason=reason, **self._at)
        return self.run()

    def ask(self, mail: Mail, text: str) -> World:
        """The receiver asks the giver something."""
        answering.ask_question(caller=self._caller(mail, ""), text=text, **self._at)
        return self.run()

    # -- the receiver, introduced

    def thank(self, mail: Mail, text: str = "Merci de votre confiance.") -> World:
        """Inès thanks Hélène, through the link of her introduction."""
        gratitude.thank(caller=self._caller(mail, ""), said=Said(text=text), **self._at)
        return self.run()

    def contact(self, mail: Mail) -> World:
        """Inès says that she has called."""
        gratitude.tell_contact(caller=self._caller(mail, ""), said=Said(), **self._at)
        return self.run()

    def news(self, mail: Mail, text: str) -> World:
        """Inès gives news."""
        gratitude.give_news(caller=self._caller(mail, ""), said=Said(text=text, apt="yes"), **self._at)
        return self.run()

    def praise(self, mail: Mail, text: str = "Cela compte pour moi.", *, about: Role = Role.GIVER) -> World:
        """Inès says a good word about Hélène, or about who took part, to Marc by mail."""
        word = GoodWord(about=about, how=How.MAIL, text=text)
        promoting.promote(caller=self._caller(mail, ""), word=word, **self._at)
        return self.run()

    def close(self, mail: Mail, outcome: Outcome, text: str = "", **amount: Any) -> World:
        """Inès says how it ended, or corrects what she said."""
        said = Said(text=text)
        gratitude.close(caller=self._caller(mail, ""), outcome=outcome, said=said, **amount, **self._at)
        return self.run()

    def take_up(self, mail: Mail, text: str = "") -> World:
        """Inès says that what had ended goes on."""
        gratitude.take_up(caller=self._caller(mail, ""), said=Said(text=text), **self._at)
        return self.run()

    @property
    def _at(self) -> dict[str, Any]:
        return {"now": self.now, "chance": self.chance, "policy": self.policy}

    def _caller(self, mail: Mail, digits: str) -> Caller:
        return Caller(token=mail.token, digits=digits or mail.digits, language="fr")


def world(
    *, seed: int = 1, now: datetime = MONDAY, ines: ContactDraft = INES_DRAFT, marc: ContactDraft = MARC_DRAFT
) -> World:
    """Return the cast at its start: Hélène has founded the installation and knows Inès and Marc."""
    chance = SeededChance(seed)
    helene = found(name="Hélène Vasseur", email=HELENE, language="fr", now=now, chance=chance)
    contacts = [add_contact(owner_pk=helene.pk, draft=one, now=now, chance=chance) for one in (ines, marc)]
    return World(now=now, chance=chance, helene=helene, ines=contacts[0], marc=contacts[1])


def member(world: World, *, name: str = "Olga Petrova", email: str = OLGA) -> MemberCard:
    """Give somebody else an account in the same installation."""
    return enrol(name=name, email=email, language="fr", now=world.now, chance=world.chance)


def browser_of(who: MemberCard | int) -> Client:
    """Return a browser in which somebody, or the member with this primary key, is signed in."""
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=who if isinstance(who, int) else who.pk))
    return browser


PHONE_SHEET = Sheet(role=Role.RECEIVER, name="Inès Moreau", way=Preferred.PHONE, details="06 12 34 56 78")


def introduced(world: World) -> tuple[str, Mail, Mail]:
    """Play the reference example up to the introduction; return the referral's uid and both introductions."""
    uid = world.send()
    world.yes(world.last_to(INES)).wait(minutes=15)
    world.yes(world.last_to(MARC)).wait(minutes=15)
    world.yes(world.last_to(MARC)).wait(minutes=15)
    return uid, world.last_to(INES), world.last_to(MARC)
