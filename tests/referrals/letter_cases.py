"""Every letter of a referral with the values its renderer gives, and a reader of its HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from entremise.lib.mail import Letter, render
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import PERMISSIONS, Kind, Outcome, Way
from entremise.protocol.wall import Disclosed, Part, Person, Seen
from entremise.referrals.queries.statements import Statement

LANGUAGES = ("fr", "en", "fr-ca")
SITE = "https://entremise.example.org"
URL = f"{SITE}/l/abcdefghijklmnopqrstuvwxyz"
SILENCE = f"{SITE}/silence/zyxwvutsrqponmlkjihgfedcba"
DIGITS = "4071"
UNTIL = datetime(2026, 3, 3, 10, 42, tzinfo=UTC)
HOLD = datetime(2026, 3, 1, 8, 5, tzinfo=UTC)

GIVER = Person(name="Hélène Vasseur", company="Cabinet d'Ainay", address="helene@example.org")
RECEIVER = Person(name="Inès Navarro", company="Air & Conduits", address="ines@example.org")
REFERRER = Person(name="François Lacaze", company="Atelier Lacaze", address="francois@example.org")
CLIENT = Person(name="Marc Aubry", company="Le Comptoir des Halles", address="marc@example.org")
RECEIVER_PART = Part(way="phone", details="06 00 00 00 01", booking="https://rendez-vous.example.org/ines")
CLIENT_PART = Part(way="phone", details="06 00 00 00 02", best_time="le matin", reason="Refaire la ventilation")
BRIEF = {
    "fr": "Un restaurant à Lyon cherche un ingénieur en ventilation, d’ici mars 2026.",
    "en": "A restaurant in Lyon is looking for a ventilation engineer, by March 2026.",
}
TRADE = {"fr": "un ingénieur en ventilation", "en": "a ventilation engineer"}
RIGHTS = f"{SITE}/droits/mnopqrstuvwxyzabcdefghijkl/"
KEYS = {"url": URL, "digits": DIGITS, "silence_url": SILENCE, "rights_url": RIGHTS}
PEACE = {"silence_url": SILENCE, "rights_url": RIGHTS}


def base(language: str) -> str:
    return language[:2]


def statement(kind: Kind, language: str = "fr", **changed: Any) -> Statement:
    values: dict[str, Any] = {
        "kind": kind,
        "giver": GIVER,
        "person": RECEIVER if kind is Kind.RECEIVER else CLIENT,
        "brief": BRIEF[base(language)],
        "trade": TRADE[base(language)],
        "note": "Quarante couverts,\n\nouvert le midi.",
        "until": UNTIL,
        "commission": True,
        "zone": "Europe/Paris",
        "receiver": RECEIVER if kind is Kind.NAME else None,
        "reason": "Refaire la ventilation" if kind is Kind.NAME else "",
        "told_to": ("own", "other"),
    }
    if kind in PERMISSIONS:
        asked = kind is Kind.PERMISSION
        values |= {"person": REFERRER, "about": RECEIVER if asked else CLIENT, "both": asked, "competes": True}
        values |= {"note": "", "told_to": (), "brief": values["brief"] if asked else ""}
    return Statement(**{**values, **changed})


def ask(kind: Kind, language: str = "fr", **changed: Any) -> Letter:
    one = statement(kind, language, **changed)
    return render(f"referral/ask_{one.words}", {**one.context(), **KEYS}, language=language, to="x@example.org")


def shown(seen: Seen, language: str = "fr", **changed: Any) -> Disclosed:
    values: dict[str, Any] = {"giver": GIVER, "receiver": RECEIVER, "client": CLIENT, "brief": BRIEF[base(language)]}
    return Disclosed(seen=seen, **{**values, **changed})


def introduced(language: str) -> Disclosed:
    parts = {"receiver_part": RECEIVER_PART, "client_part": CLIENT_PART, "referrers": (REFERRER,)}
    return shown(Seen.INTRODUCED, language, news=True, **parts)


def not_concluded(role: str, language: str = "fr") -> Letter:
    hidden = {"receiver": {"client": None}, "client": {"receiver": None}}.get(role, {})
    context = {"shown": shown(Seen.NOT_CONCLUDED, language, **hidden), "role": role, "url": URL}
    context |= {"person": REFERRER if role == "referrer" else None}
    keys = {} if role == "giver" else KEYS
    return render("referral/not_concluded", {**context, **keys}, language=language, to="x@example.org")


def _requests(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    found: dict[str, tuple[str, Mapping[str, object]]] = {}
    for kind in Kind:
        words, full = statement(kind, language).words, {**statement(kind, language).context(), **KEYS}
        bare_people = {"giver": Person(name="Ana"), "person": Person(name="Éloi", address="e@example.org")}
        bare = {**statement(kind, language, note="", reason="", commission=False, **bare_people).context(), **KEYS}
        found[f"ask {kind.value}"] = (f"ask_{words}", full)
        found[f"ask {kind.value}, little known"] = (f"ask_{words}", bare)
        found[f"receipt {kind.value}"] = ("receipt", {**full, "hold_until": HOLD})
    part = {"hold_until": HOLD, "takes_part": True}
    found["receipt of who takes part"] = ("receipt", {**statement(Kind.PERMISSION, language).context(), **KEYS, **part})
    return found


def _of_giver(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    under_way = {"shown": shown(Seen.ASKING_CLIENT, language), "url": URL}
    after = {"shown": introduced(language), "url": URL}
    found: dict[str, tuple[str, Mapping[str, object]]] = {
        "introduction of giver": ("introduction_giver", after),
        "question": ("question", {**under_way, "text": "Combien de couverts ?"}),
    }
    for kind in ("receiver", "principle", "name"):
        found[f"yes {kind}"] = ("told_yes", {**under_way, "kind": kind})
        found[f"no {kind}"] = ("told_no", {**under_way, "kind": kind, "private_reason": ""})
        found[f"no {kind}, why"] = ("told_no", {**under_way, "kind": kind, "private_reason": "Trop de travail."})
    for kind in PERMISSIONS:
        by = {**under_way, "kind": kind.value, "referrer": REFERRER.name}
        found[f"yes {kind.value}"] = ("told_yes", by)
        found[f"yes {kind.value}, taking part"] = ("told_yes", {**by, "takes_part": True, "carries": True})
        found[f"no {kind.value}"] = ("told_no", {**by, "private_reason": ""})
    empty = {"text": "", "apt": "", "better": "", "outcome": ""}
    words = {**after, "text": "Tout va bien.", "better": "Un plan des lieux.", "outcome": ""}
    for kind in ("thanks", "contact", "promotion"):
        found[f"word {kind}"] = ("word", {**words, "kind": kind, "apt": "", "better": ""})
    for apt in ("yes", "partly", "no", ""):
        found[f"word news {apt}"] = ("word", {**words, "kind": "news", "apt": apt})
    for outcome in Outcome:
        found[f"word {outcome.value}"] = ("word", {**after, **empty, "kind": "outcome", "outcome": outcome.value})
    return found


def _of_parties(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    seen = {"shown": introduced(language), "contact_within": 2, **PEACE}
    received = {**seen, "thanks_within": 2, "url": URL, "digits": DIGITS, "missing": ["budget"]}
    nothing = {"shown": shown(Seen.INTRODUCED, language, receiver_part=Part(), client_part=Part(), news=True)}
    lacking = ["way", "details", "best_time", "reason", "booking", "budget"]
    asked = {"shown": shown(Seen.ASKED, language, client=None), "zone": "America/Toronto", "until": UNTIL, **KEYS}
    return {
        "introduction of receiver": ("introduction_receiver", received),
        "introduction of receiver, little told": ("introduction_receiver", {**received, **nothing, "missing": lacking}),
        "introduction of client": ("introduction_client", {**seen, "missing": ["best_time"]}),
        "introduction of client, little told": ("introduction_client", {**seen, **nothing, "missing": lacking}),
        "introduction of referrer": ("introduction_referrer", {**seen, "person": REFERRER}),
        **_good_words(language),
        "answer": ("answer", {**asked, "question": "Combien de couverts ?", "answer": "Quarante."}),
        **_evaluations(language),
        **_repairs(language),
    }


def _good_words(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    """To the client, and to a co-introducer who was praised (R41)."""
    said = {"shown": introduced(language), "giver": RECEIVER, "praised": GIVER, "text": "Elle écoute.", **PEACE}
    return {
        "good word": ("promotion", said),
        "good word, to whom it praises": ("promotion_told", said),
        "good word aloud, to whom it praises": ("promotion_told", {**said, "text": ""}),
    }


def _repairs(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    wrong = {"shown": introduced(language), "url": URL}
    ways = {f"details wrong, {way.value}": ("details_wrong", {**wrong, "way": way.value}) for way in Way}
    corrected = {"silence_url": SILENCE, "shown": introduced(language), "url": URL, "digits": DIGITS, "missing": []}
    return {**ways, "details corrected": ("details_corrected", corrected)}


def _evaluations(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    asked = {"shown": introduced(language), "until": UNTIL, "zone": "Europe/Paris", "url": URL, "digits": DIGITS}
    asked["least"] = DEFAULT.batch_judged
    silenced = {"receiver": {"silence_url": SILENCE}, "client": {"silence_url": SILENCE}, "giver": {}}
    return {f"evaluation of {role}": ("evaluation", {**asked, **more, "role": role}) for role, more in silenced.items()}


MEMBER = Person(name="Olga Petrova", company="Petrova Traduction", address="olga@example.org")


def _outside(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    """What came about outside, told in a member's name to whoever recommended them (R23b); and leads (R2)."""
    known = shown(Seen.INTRODUCED, language, giver=GIVER, receiver=MEMBER, brief=None, news=True)
    told = {"shown": known, "giver": MEMBER, "silence_url": SILENCE, "apt": "", "better": "", "outcome": ""}
    lead = {"giver": GIVER, "person": RECEIVER, "text": "Un restaurant ouvre rue Mercière.", **KEYS}
    bare = {**lead, "giver": Person(name="Ana"), "link": "", "trade": "", "place": ""}
    word = {"giver": GIVER, "receiver": MEMBER, "url": URL, "text": "J’y suis passée.", "came": ""}
    return {
        "outside thanks": ("outside_word", {**told, "kind": "thanks", "text": "Merci."}),
        "outside contact": ("outside_word", {**told, "kind": "contact", "text": ""}),
        "outside news": ("outside_word", {**told, "kind": "news", "text": "Tout va bien.", "apt": "yes"}),
        "outside outcome": ("outside_word", {**told, "kind": "outcome", "text": "", "outcome": "lost"}),
        "lead": (
            "lead",
            {**lead, "link": "https://www.ville.example/", "trade": TRADE[base(language)], "place": "Lyon"},
        ),
        "lead, the least": ("lead", bare),
        "lead thanks": ("lead_word", {**word, "kind": "thanks"}),
        **{f"lead {came}": ("lead_word", {**word, "kind": "outcome", "came": came}) for came in CAME},
    }


CAME = ("nothing", "useful", "need")


def cases(language: str) -> dict[str, tuple[str, Mapping[str, object]]]:
    return {**_requests(language), **_of_giver(language), **_of_parties(language), **_outside(language)}


def letters(language: str) -> dict[str, Letter]:
    found = {
        name: render(f"referral/{letter}", context, language=language, to="x@example.org")
        for name, (letter, context) in cases(language).items()
    }
    for role in ("receiver", "client", "giver"):
        found[f"not concluded, {role}"] = not_concluded(role, language)
    return found


class Markup(HTMLParser):
    """What of a mail's HTML can be checked without a browser: balance, links, tags, and the words read."""

    VOID = frozenset({"meta", "br", "hr", "img", "link"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "background")]
        self.faults += [f"{tag} has {name}" for name, _value in attrs if name == "style" or name.startswith("on")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing of its own")

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data)


def markup(letter: Letter) -> Markup:
    read = Markup()
    read.feed(letter.html)
    read.close()
    return read


def plain(words: str) -> str:
    """Return words without the spaces and line ends between them, so that both bodies can be compared."""
    return re.sub(r"\s", "", words)
