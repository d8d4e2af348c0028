"""What is held about somebody, in words for a page and as files they take along (R45)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entremise.lib import days
from entremise.protocol.ending import Ended
from entremise.protocol.types import Outcome
from entremise.referrals.queries.held_asides import HeldAside
from entremise.referrals.queries.held_values import Behind, Held, HeldRequest
from entremise.web import money
from entremise.web.parts_shown import WAY_WORDS
from entremise.web.sayings import OUTCOME_WORDS

_SORTS: dict[str, Promise] = {
    "receiver": gettext_lazy("You were asked whether you would like to be recommended"),
    "principle": gettext_lazy("You were asked whether you would like a recommendation"),
    "name": gettext_lazy("You were told a name, and asked to confirm"),
    "permission": gettext_lazy("You were asked whether somebody you introduced may be passed on"),
    "permission_c": gettext_lazy("You were asked whether somebody you introduced may be passed on"),
    "invitation": gettext_lazy("You were invited to keep a notebook here"),
    "lead": gettext_lazy("A lead was sent to you"),
    "told": gettext_lazy("You were told by mail what became of somebody you recommended"),
    "standing": gettext_lazy("You allow, once and for all, to recommend whom you introduced"),
    "evaluation": gettext_lazy("You were asked how it went"),
}
_WROTE: dict[str, Promise] = {
    "question": gettext_lazy("Your question"),
    "reason": gettext_lazy("Your reason, told to the giver"),
    "thanks": gettext_lazy("Your thanks"),
    "contact": gettext_lazy("Your word about the first contact"),
    "news": gettext_lazy("Your news"),
    "outcome": gettext_lazy("Your word about how it ended"),
    "taken_up": gettext_lazy("Your word about taking it up again"),
}
_TOLD: dict[str, Promise] = {
    "thanks": gettext_lazy("Thanks, in these words"),
    "contact": gettext_lazy("The first contact, in these words"),
    "news": gettext_lazy("News, in these words"),
    "outcome": gettext_lazy("How it ended, in these words"),
    "taken_up": gettext_lazy("That it goes on, in these words"),
}
_TEXT: dict[str, Promise] = {
    "invitation": gettext_lazy("What they wrote to you"),
    "lead": gettext_lazy("The lead"),
    "evaluation": gettext_lazy("What you wrote"),
}
_PART: dict[str, Promise] = {
    "name": gettext_lazy("Your name, as handed over"),
    "way": gettext_lazy("How you like to be reached"),
    "details": gettext_lazy("The number or the address"),
    "best_time": gettext_lazy("Best time"),
    "reason": gettext_lazy("What it is about"),
    "booking": gettext_lazy("To arrange a meeting"),
    "budget": gettext_lazy("Budget"),
}


def title(one: HeldRequest) -> str:
    """Return what a request was, in words."""
    return str(_SORTS[one.kind.value])


def _answer(one: HeldRequest) -> str:
    if one.introduced_at:
        return _("yes; you were introduced")
    return {"yes": _("yes"), "no": _("no")}.get(one.answer, _("none so far"))


def instant(at: datetime) -> str:
    """Return an instant with its year and its time of day, where its reader is."""
    return f"{days.said(at, year=True)}, {days.clock(at)}"


def rows(one: HeldRequest) -> list[tuple[str, str]]:
    """Return what is held about somebody by one request, as labels and words; days are the reader's."""
    found = [
        (_("Your name"), f"{one.name} ({one.company})" if one.company else one.name),
        (_("Your address"), one.address),
        (_("From whom it comes"), one.giver),
        (_("Held since"), instant(one.sent_at)),
    ]
    if one.brief:
        found.append((_("What it is about"), one.brief))
    if one.reminded_at:
        found.append((_("Reminded"), instant(one.reminded_at)))
    found.append((_("Open until"), instant(one.deadline)))
    if one.carried:
        return [(label, words) for label, words in found if words]
    found.append((_("Your answer"), _answer(one)))
    if one.answered_at:
        found.append((_("Answered"), instant(one.answered_at)))
    wrote = [(f"{_WROTE[said.what]}, {instant(said.at)}", said.text) for said in one.said]
    return found + _part(one) + wrote + [_end(said) for said in one.ends]


def _end(said: Ended) -> tuple[str, str]:
    """How it ended, in the receiver's own word, with the amount they noted (R26)."""
    label = ", ".join((_("How it ended, as you said"), instant(said.at)))
    if said.outcome is None:
        return label, _("It goes on")
    amount = money.amount(said.worth.amount, said.worth.currency) if said.worth else ""
    return label, ", ".join(filter(None, (str(OUTCOME_WORDS[said.outcome]), amount)))


def _part(one: HeldRequest) -> list[tuple[str, str]]:
    if one.part is None:
        return []
    values = {name: getattr(one.part, name) for name in _PART}
    values["way"] = str(WAY_WORDS[one.part.way]) if one.part.way else ""
    return [(str(_PART[name]), value) for name, value in values.items() if value]


def aside_line(one: HeldAside) -> dict[str, Any]:
    """Return an invitation, a lead, an evaluation or a word told as the page shows it."""
    return {"title": str(_SORTS[one.sort]), "held": one, "rows": _aside_rows(one)}


def _aside_rows(one: HeldAside) -> list[tuple[str, str]]:
    found = [
        (_("Your name"), one.name),
        (_("Your address"), one.address),
        (_("From whom it comes"), one.giver or _("somebody who has left since")),
        (_("Held since"), instant(one.at)),
    ]
    if one.until:
        found.append((_("Open until"), instant(one.until)))
    if one.answered_at:
        found.append((_("Answered"), instant(one.answered_at)))
    label = _TOLD.get(one.what) or _TEXT.get(one.sort)
    end = str(OUTCOME_WORDS[Outcome(one.outcome)]) if one.outcome else ""
    if label:
        found.append((str(label), "\n".join(filter(None, (end, one.text)))))
    return [(label, words) for label, words in found if words]


def _aside_values(one: HeldAside) -> dict[str, str]:
    """Field names in English; what is not held of a sort is left out."""
    plain = {"kind": one.sort, "from": one.giver, "at": one.at.isoformat(), "text": one.text}
    dates = {"open_until": one.until, "answered_at": one.answered_at}
    more = {"name": one.name, "address": one.address, "what": one.what, "outcome": one.outcome}
    more |= {name: at.isoformat() for name, at in dates.items() if at}
    return plain | {name: value for name, value in more.items() if value}


def as_json(who: Behind, found: Held) -> str:
    """Return everything as JSON: field names in English, instants in ISO 8601, nothing about anybody else."""
    holds = {
        "address": who.address,
        "requests": [_as_values(one) for one in found.requests],
        "others": [_aside_values(one) for one in found.asides],
        "refused": {
            "everything": found.refusals.everything,
            "givers": list(found.refusals.givers),
            "introductions_to_one_person": found.refusals.persons,
            "invitations": found.refusals.invitations,
        },
    }
    return json.dumps(holds, ensure_ascii=False, indent=2) + "\n"


def _as_values(one: HeldRequest) -> dict[str, Any]:
    plain = {
        "kind": one.kind.value,
        "from": one.giver,
        "name": one.name,
        "company": one.company,
        "address": one.address,
        "about": one.brief,
        "answer": one.answer,
        "part": {name: str(getattr(one.part, name) or "") for name in _PART} if one.part else None,
        "wrote": [{"what": said.what, "at": said.at.isoformat(), "text": said.text} for said in one.said],
        "ended": [_end_as_values(said) for said in one.ends],
        "proofs": [
            {
                "said": card.said,
                "how": card.how,
                "at": card.at.isoformat(),
                "language": card.language,
                "text": card.text,
                "seal": card.seal,
            }
            for card in one.proofs
        ],
    }
    instants = ("sent_at", "reminded_at", "deadline", "answered_at", "introduced_at")
    return plain | {name: at.isoformat() if (at := getattr(one, name)) else None for name in instants}


def _end_as_values(said: Ended) -> dict[str, Any]:
    worth = said.worth
    return {
        "at": said.at.isoformat(),
        "outcome": said.outcome.value if said.outcome else "",
        "amount": str(worth.amount) if worth else "",
        "currency": worth.currency if worth else "",
        "amount_shown": worth.shown if worth else False,
    }


def as_page(who: Behind, found: Held) -> str:
    """Return everything as one HTML file that opens anywhere and loads nothing."""
    requests = [{"held": one, "title": title(one), "rows": rows(one)} for one in found.requests]
    context = {"who": who, "found": found, "requests": requests, "asides": [aside_line(one) for one in found.asides]}
    return render_to_string("rights/file.html", context)
