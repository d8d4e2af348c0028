"""What people do in a browser, in the words of the story: each verb is a walk through real pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.e2e.installation import Installation
from tests.e2e.post_office import Received

PHONE: Mapping[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK: Mapping[str, Any] = {"viewport": {"width": 1280, "height": 900}}
_PATIENCE = 60_000  # milliseconds; a busy machine is slow
_STATUS = "Failed to load resource: the server responded with a status of 4"  # a refusal shown as a page


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the cast, as Hélène's address book has them."""

    given: str
    family: str
    email: str
    company: str = ""
    phone: str = ""
    trade: str = ""

    @property
    def name(self) -> str:
        """First name and surname."""
        return f"{self.given} {self.family}"

    @property
    def traces(self) -> list[str]:
        """What would say who this is."""
        domain = self.email.partition("@")[2]
        return [found for found in (self.family, self.company, self.email, domain, self.phone) if found]


HELENE = Person(given="Hélène", family="Vasseur", email="helene@vasseur-conseil.example")
INES = Person(
    given="Inès",
    family="Moreau",
    email="ines@moreau-ventilation.example",
    company="Moreau Ventilation",
    phone="06 12 34 56 78",
    trade="ventilation-engineer",
)
MARC = Person(
    given="Marc",
    family="Delaunay",
    email="marc@cedre-bleu.example",
    company="Le Cèdre Bleu",
    phone="06 98 76 54 32",
)
NOTE = "La ventilation de la cuisine est à refaire avant le printemps."
WAY_IN = ("client", "trade", "kind", "area", "receiver", "real", "known", "fits", "verdict", "brief", "effort")
_ON_A_LIST = {"trade": "ventilation-engineer", "area": "FR-69123"}
_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "kind": {"client_kind": "restaurant"},
    "real": {"source": "told_me", "urgency": "dated", "wanted_by": ""},
    "known": {"knows_receiver": "well", "knows_client": "well", "steps_back": "yes"},
    "brief": {"note": "", "reason": "Refaire la ventilation de la cuisine"},
    "effort": {"effort": "name", "commission": "no"},
}


def pair(number: int) -> tuple[Person, Person]:
    """Return another receiver and another client, for a story of its own in the same installation."""
    names = ("Adèle", "Basile", "Colette", "Damien", "Élise", "Fabrice", "Gaëlle", "Henri")
    receivers = ("Quentrec", "Roumégous", "Sabourdy", "Tixador", "Urbaniak", "Vignolles", "Wattelet", "Xaintray")
    clients = ("Aubépart", "Bouzigues", "Cazeneuve", "Desplats", "Estrabaud", "Fontorbe", "Gauzente", "Houdebert")
    receiver = Person(
        given=names[number],
        family=receivers[number],
        email=f"contact@{receivers[number].lower().replace('é', 'e')}-air.example",
        trade="ventilation-engineer",
    )
    client = Person(
        given=names[-number - 1],
        family=clients[number],
        email=f"contact@table-{clients[number].lower().replace('é', 'e')}.example",
    )
    return receiver, client


@dataclass
class Walkers:
    """Everybody with a window on one installation, and what their windows complained of."""

    installation: Installation
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def window(
        self, *, look: Mapping[str, Any] = PHONE, language: str = "fr-FR", scripts: bool = True, keeps: bool = True
    ) -> Page:
        """Open a window without any cookie; where it `keeps` no first screen, all it loads weighs what travels."""
        context = self.browser.new_context(
            **look,
            locale=language,
            timezone_id="Europe/Paris",
            java_script_enabled=scripts,
            service_workers="allow" if keeps else "block",
        )
        context.set_default_timeout(_PATIENCE)
        context.on("console", self._hear)
        context.on("request", self._watch)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.contexts.append(context)
        return context.new_page()

    def founder(self) -> Giver:
        """Hélène opens the fresh installation, and is its owner."""
        giver = Giver(page=self.window(look=DESK), walkers=self, person=HELENE)
        giver.found()
        return giver

    def asked(self, person: Person, *, look: Mapping[str, Any] = PHONE, scripts: bool = True) -> Asked:
        """Somebody without an account, at their telephone."""
        return Asked(page=self.window(look=look, scripts=scripts), installation=self.installation, person=person)

    def close(self) -> None:
        """Close every window; nothing may have complained, and nothing may have been asked of another host."""
        for context in self.contexts:
            context.close()
        assert not self.complaints, "\n".join(self.complaints)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_STATUS):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _watch(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.installation.url).netloc:
            self.complaints.append(f"asked of another host: {request.url}")


@dataclass
class Giver:
    """Hélène at her desk."""

    page: Page
    walkers: Walkers
    person: Person
    scripts: bool = True
    known: list[Person] = field(default_factory=list)

    @property
    def installation(self) -> Installation:
        """Where she is a member."""
        return self.walkers.installation

    def found(self) -> None:
        """Be the first visitor."""
        self.page.goto(self.installation.url)
        expect(self.page).to_have_url(f"{self.installation.url}/bienvenue/")
        self.page.fill("[name=name]", self.person.name)
        self.page.fill("[name=email]", self.person.email)
        choose(self.page, "language", "fr")
        press(self.page.locator("form.asked button.main"))
        expect(self.page).to_have_url(f"{self.installation.url}/")

    def open(self, path: str) -> None:
        """Open one of her pages, signing in again where the session has ended."""
        address = path if path.startswith("http") else self.installation.url + path
        self.page.goto(address)
        if "/entrer/" in self.page.url:
            self.sign_in()
            self.page.goto(address)

    def sign_in(self) -> None:
        """Sign in with the code of the mail, from the page that asks for an address."""
        before = len(self.installation.post.to(self.person.email))
        self.page.fill("[name=email]", self.person.email)
        press(self.page.locator("form.asked button.main"))
        mail = self.installation.mail(self.person.email, before + 1)
        self.page.fill("[name=code]", mail.code)
        press(self.page.locator("[name=action][value=verify]"))
        self.page.wait_for_url(lambda url: "/entrer/" not in url)

    def mails(self) -> list[Received]:
        """What she has received."""
        return self.installation.post.to(self.person.email)

    # -- her address book

    def knows_everybody(self) -> None:
        """Put Inès and Marc into the address book."""
        self.knows(INES)
        self.knows(MARC)

    def knows(self, *people: Person) -> None:
        """Put people into the address book, through its pages."""
        for person in people:
            if person in self.known:
                continue
            self.open("/contacts/ajouter/")
            self.page.fill("[name=given_name]", person.given)
            self.page.fill("[name=family_name]", person.family)
            self.page.fill("[name=company]", person.company)
            self.page.fill("[name=emails]", person.email)
            self.page.fill("[name=phones]", person.phone)
            if person.trade:
                self.page.locator("details", has=self.page.locator("[name=trade]")).locator("summary").click()
                self.page.select_option("[name=trade]", person.trade)
            press(self.page.locator("form.asked button.main"))
            expect(self.page.get_by_role("heading", level=1)).to_contain_text(person.name)
            self.known.append(person)

    # -- recommending

    def recommend(self, receiver: Person, *, client: Person, note: str = NOTE) -> str:
        """Go through the way in, press the last button, and return the address of the story."""
        self.knows(receiver, client)
        for step in self.way_in(receiver, client=client, note=note):
            del step
        self.page.click("[name=act][value=send]")
        self.page.wait_for_url("**/histoire/*/")
        self.installation.catch_up()
        return self.page.url

    def way_in(self, receiver: Person, *, client: Person, note: str = NOTE) -> Iterator[str]:
        """Answer question after question; yield at each page, before it is answered, the last being the mails."""
        self.open("/recommander/")
        for step in WAY_IN:
            self.at(step)
            yield step
            self.answer(step, receiver=receiver, client=client, note=note)
            self.next()
        self.at("letters")
        yield "letters"

    def next(self) -> None:
        """Press "Continue"."""
        press(self.page.locator("[name=act][value=next]"))

    def at(self, step: str) -> None:
        """Check which question the page asks."""
        expect(self.page.locator("#asked [name=step]")).to_have_value(step)

    def answer(self, step: str, *, receiver: Person, client: Person, note: str = NOTE) -> None:
        """Answer one question of the way in."""
        if step in ("client", "trade", "area", "receiver"):
            sought = {"client": client.family, "receiver": receiver.family, "trade": "ventilation", "area": "Lyon"}
            self.pick(sought[step], name=step, value=_ON_A_LIST.get(step, ""))
        elif step == "fits":
            for radio in self.page.locator("#asked input[type=radio][value=yes]").all():
                choose(self.page, radio.get_attribute("name") or "", "yes")
        typed = {"note": note, "wanted_by": self.wanted_by()}
        for name, value in _ANSWERS.get(step, {}).items():
            fill(self.page, name, typed.get(name, value))

    def wanted_by(self) -> str:
        """A day about eleven weeks from now."""
        return (self.installation.now + timedelta(days=77)).date().isoformat()

    def pick(self, words: str, *, name: str, value: str = "") -> None:
        """Search as one types, or without scripts by the button, and choose what is found."""
        if self.scripts:
            with searched(self.page, words):
                self.page.locator("[name=q]").press_sequentially(words)
        else:
            self.page.fill("[name=q]", words)
            press(self.page.locator("[name=act][value=search]"))
        if not value:
            line = self.page.locator("#results .choice", has_text=words).locator("input")
            value = line.get_attribute("value") or ""
        choose(self.page.locator("#results"), name, value)

    # -- her stories

    def tells(self, story: str) -> str:
        """Return what a story's page says, in one line."""
        self.open(story)
        return said(self.page)

    def home(self) -> str:
        """Return what home says, in one line."""
        self.open("/")
        return said(self.page)

    def answers(self, story: str, text: str) -> None:
        """Answer the receiver's question."""
        self.open(story)
        self.page.fill("#question textarea", text)
        press(self.page.locator("#question button.main"))
        expect(self.page.locator("#question")).to_have_count(0)
        self.installation.catch_up()


@dataclass
class Asked:
    """Somebody at the page behind their link."""

    page: Page
    installation: Installation
    person: Person

    def mail(self, number: int) -> Received:
        """Return a mail of theirs, once it has come."""
        return self.installation.mail(self.person.email, number)

    def opens(self, mail: Received, door: str = "l") -> str:
        """Follow the link of a mail; return what the page says."""
        self.page.goto(mail.link(door))
        return said(self.page)

    def says_yes_or_no(self, way: str) -> None:
        """Press one of the two ways of the request, which opens the page of that answer."""
        press(self.page.locator(f"main a[href*='/{way}/']"))

    def yes(self, digits: str, **part: str) -> None:
        """Choose yes, fill in one's part, type the digits and say it."""
        self.says_yes_or_no("oui")
        self._says("oui", digits, **part)

    def no(self, digits: str) -> None:
        """Choose no, type the digits and say it."""
        self.says_yes_or_no("non")
        self._says("non", digits)

    def _says(self, answer: str, digits: str, **part: str) -> None:
        form = self.page.locator("form", has=self.page.locator(f"button[formaction*='/{answer}/']"))
        for name, value in part.items():
            fill(form, name, value)
        form.locator("[name=digits]").fill(digits)
        press(form.locator(f"button[formaction*='/{answer}/']"))

    def takes_back(self, digits: str) -> None:
        """Open "take my yes back" and do it."""
        folded = self.page.locator("details", has=self.page.locator("#take_back_digits"))
        folded.locator("summary").click()
        folded.locator("[name=digits]").fill(digits)
        press(folded.locator("button[type=submit]:visible"))

    def changes_their_mind(self, digits: str) -> None:
        """After a no or a yes taken back: say yes after all."""
        self.yes(digits)

    def tells_the_giver(self, digits: str, *, reason: str) -> None:
        """After a no: let the giver know at once, with a private reason."""
        folded = self.page.locator("details", has=self.page.locator("[name=more]"))
        folded.locator("summary").click()
        choose(folded, "tell", "on")
        folded.locator("[name=reason]").fill(reason)
        folded.locator("[name=digits]").fill(digits)
        press(folded.locator("button[type=submit]:visible"))

    def asks(self, digits: str, text: str) -> None:
        """Ask the giver something."""
        folded = self.page.locator("details", has=self.page.locator("form[action*='/question/']"))
        folded.locator("summary").click()
        folded.locator("[name=text]").fill(text)
        folded.locator("[name=digits]").fill(digits)
        press(folded.locator("button[type=submit]:visible"))

    def says(self, mail: Received, saying: str, digits: str, **words: str) -> None:
        """Thank, tell of the contact, give news or say how it ended, through the news link."""
        self.page.goto(mail.link("n"))
        press(self.page.locator(f"main a[href*='/{saying}/']").first)
        for name, value in words.items():
            fill(self.page.locator("form.asked"), name, value)
        self.page.fill("[name=digits]", digits)
        press(self.page.locator("form.asked button.main"))
        expect(self.page).to_have_url(mail.link("n"))


def press(button: Locator) -> None:
    """Press a button or a link, and wait for the page it leads to."""
    with button.page.expect_navigation():
        button.click()


def fill(place: Page | Locator, name: str, value: str) -> None:
    """Answer one field, whatever it is made of."""
    control = place.locator(f"[name={name}]")
    if control.count() > 1:
        choose(place, name, value)
    elif control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


@contextmanager
def searched(page: Page, words: str) -> Iterator[None]:
    """Wait until what was typed has been looked for whole, and what was found stands on the page.

    A slow typist's first letters are looked for too: what they find is replaced under the hand of whoever is quick.
    """

    def whole(answer: Response) -> bool:
        return words in [sent for values in parse_qs(answer.request.post_data or "").values() for sent in values]

    with page.expect_response(whole):
        yield
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def choose(place: Page | Locator, name: str, value: str) -> None:
    """Press the words beside a choice, as people do, and see that it is chosen."""
    control = place.locator(f"[name={name}]" if value == "on" else f"[name={name}][value='{value}']")
    place.locator(f"label[for='{control.get_attribute('id')}']").click()
    expect(control).to_be_checked()


def said(page: Page) -> str:
    """Return everything a page says in one line, folded parts included."""
    return " ".join((page.locator("main").text_content() or "").split())
