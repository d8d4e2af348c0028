"""Every letter there is, under the name of its template, with values such as its renderer gives (R6b, R45)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace

from entremise.insights import monthly
from entremise.lib.mail import Letter, render
from entremise.protocol.correction import CorrectionKind, Proposal
from entremise.protocol.wall import Person, Seen
from entremise.referrals.queries import month
from tests.referrals import letter_cases
from tests.referrals.letter_cases import CLIENT, DIGITS, GIVER, KEYS, PEACE, RECEIVER, SILENCE, UNTIL, URL

Case = tuple[str, Mapping[str, object]]
INES = Person(name=RECEIVER.name, company=RECEIVER.company, address=RECEIVER.address)


@dataclass(frozen=True)
class Inviter:
    name: str = GIVER.name
    company: str = GIVER.company


def _referral(language: str) -> list[Case]:
    found: list[Case] = [(f"referral/{name}", context) for name, context in letter_cases.cases(language).values()]
    ended = {"url": URL, "zone": "Europe/Paris", "until": UNTIL}
    for role in ("receiver", "client"):
        hidden = {"receiver": {"client": None}, "client": {"receiver": None}}[role]
        shown = letter_cases.shown(Seen.NOT_CONCLUDED, language, **hidden)
        found.append(("referral/not_concluded", {"shown": shown, "role": role, **KEYS}))
        evaluated = {"shown": letter_cases.introduced(language), "role": role, **ended, "digits": DIGITS}
        found.append(("referral/evaluation", {**evaluated, "silence_url": SILENCE}))
    to_giver = {"shown": letter_cases.introduced(language), "role": "giver", "url": URL, "digits": DIGITS}
    return [*found, ("referral/not_concluded", to_giver), ("referral/evaluation", {**to_giver, **ended})]


def _unasked(language: str) -> list[Case]:
    word = {"kind": "thanks", "text": "", "came": "", "url": URL}
    lead = {"giver": GIVER, "person": INES, "text": "Un appel d'offres à Lyon.", "link": "", "trade": "", "place": ""}
    outside = {"shown": letter_cases.introduced(language), "giver": RECEIVER, "outcome": "", "silence_url": SILENCE}
    said = {"kind": "thanks", "text": "Merci.", "apt": "", "better": ""}
    return [
        ("referral/lead", {**lead, **KEYS}),
        (
            "referral/lead_word",
            {"giver": GIVER, "receiver": INES, **word},
        ),
        ("referral/outside_word", {**outside, **said}),
    ]


def _digest() -> Case:
    nothing: dict[str, object] = dict.fromkeys(("i_owe", "owed_to_me", "waiting", "questions", "matches", "woken"), ())
    home = SimpleNamespace(owing=1, lately=(), drafts=0, contacts=1, **nothing)
    urls = dict.fromkeys(("url", "stop_url"), URL)
    return ("referral/digest", {"home": home, "zone": "Europe/Paris", "people": 1, **urls})


def _review() -> Case:
    said = month.Words(thanks=1, news=2)
    asked = monthly.Asked(key="2026-11", question=None, own="Ai-je rappelé assez vite ?")
    back = monthly.LookBack(
        first=date(2026, 11, 1),
        said=said,
        heard=said,
        received_from=monthly.Named(names=(GIVER.name,), more=1),
        given_to=monthly.Named(names=("",), more=4),
        asked=asked,
        trying=None,
        proposal=Proposal(kind=CorrectionKind.CALL_SOONER, reasons=()),
    )
    urls = dict.fromkeys(("url", "questions_url", "corrections_url", "stop_url"), URL)
    return ("insights/review", {"back": back, **urls})


def _accounts() -> list[Case]:
    at = {"zone": "Europe/Paris", "site": "entremise.example.org", "url": URL}
    code = {"code": "1234 5678", "minutes": 15, "site": "entremise.example.org"}
    invited = {"inviter": Inviter(), "behalf": GIVER.name, "name": CLIENT.name, "address": CLIENT.address, "words": ""}
    return [
        ("account/sign_in_code", code),
        ("account/address_code", {**code, "member": Inviter()}),
        ("account/address_moved", {**at, "until": UNTIL}),
        ("account/invitation", {**at, **invited, "until": UNTIL, "refuse_url": SILENCE}),
        ("account/looked", {**at, "at": datetime(2026, 3, 1, tzinfo=UTC), "owner": GIVER.name, "day": UNTIL}),
        ("account/notice", {**at, "change": "key_added", "at": datetime(2026, 3, 1, tzinfo=UTC)}),
        ("rights/link", {"url": URL, "rights_url": PEACE["rights_url"], "digits": DIGITS, "minutes": 60}),
        ("rights/removal", {"name": CLIENT.name, "url": URL}),
    ]


def every_case(language: str) -> list[Case]:
    return [*_referral(language), *_unasked(language), _digest(), _review(), *_accounts()]


def every_letter(language: str) -> list[tuple[str, Mapping[str, object], Letter]]:
    return [
        (name, context, render(name, context, language=language, to="x@example.org"))
        for name, context in every_case(language)
    ]
