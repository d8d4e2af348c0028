"""Farming, not hunting: who is due, who is being lost, who recommends, and how clients came (R35, R43)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people import queries as people
from entremise.people.queries import bonds, clients
from entremise.people.queries.bonds import BondLine
from entremise.people.queries.clients import ClientsCame
from entremise.people.queries.turns import Turns, turns
from entremise.protocol.relationship import ENOUGH_CLIENTS
from entremise.web import bond_words, once
from entremise.web.access import MemberRequest, members_only
from entremise.web.bonds import just_done
from entremise.web.cards import season_words
from entremise.web.cultivating_cards import CULTIVATING, lunch_words, waits

AT_ONCE, ON_HOME = 5, 3
PAGE_SIZE = 25
FEW = 10  # clients: below, a share says nothing


@dataclass(frozen=True, kw_only=True)
class DueShown:
    """Somebody a contact is due with, and why now."""

    uid: str
    name: str
    why: str
    to_set_right: bool


@dataclass(frozen=True, kw_only=True)
class CardShown:
    """Another way to care for people, and where it is."""

    title: str | Promise
    text: str | Promise
    url: str
    waits: str


@dataclass(frozen=True, kw_only=True)
class Care:
    """The one small attention home speaks of, and where it is given."""

    said: str
    url: str


def care(request: MemberRequest) -> Care | None:
    """Return the one small attention that is really due, for the home page, in one query; None for none (R24)."""
    found = _turns(request)
    if said := lunch_words(found):
        return Care(said=said, url=reverse("lunches"))
    return Care(said=season_words(found.cards), url=reverse("cards")) if found.cards else None


def _turns(request: MemberRequest) -> Turns:
    at = clock.now()
    return turns(owner_pk=request.member.pk, on=request.member.today(at), now=at, policy=law.policy())


def due_at_once(request: MemberRequest) -> list[DueShown]:
    """Return the few with whom a contact is due, for the home page: one query (R43)."""
    today = request.member.today(now())
    return _shown(bonds.due(owner_pk=request.member.pk, on=today, limit=ON_HOME), today)


def _shown(lines: Sequence[BondLine], today: date) -> list[DueShown]:
    return [
        DueShown(
            uid=line.contact_uid, name=line.name, why=bond_words.due(line, today=today), to_set_right=line.to_set_right
        )
        for line in lines
    ]


@members_only
@require_safe
def cultivating(request: MemberRequest) -> HttpResponse:
    """Show a handful of those who are due, those being lost, the ambassadors, and how clients came."""
    pk, today, policy = request.member.pk, request.member.today(now()), law.policy()
    due = bonds.due(owner_pk=pk, on=today, limit=AT_ONCE)
    total = bonds.due_count(owner_pk=pk, on=today) if len(due) == AT_ONCE else len(due)
    shown = {line.contact_pk for line in due}
    losing = bonds.losing_touch(owner_pk=pk, on=today, limit=2 * AT_ONCE, policy=policy)
    came = clients.clients_came(owner_pk=pk, on=today, policy=policy)
    attended = _turns(request)
    context = {
        "section": "cultivating",
        "any_contact": bool(due or came.total) or people.has_any(owner_pk=pk),
        "begun": bool(due) or bonds.any_bond(owner_pk=pk),
        "due": _shown(due, today),
        "more": total - len(due),
        "losing": _shown([line for line in losing if line.contact_pk not in shown][:AT_ONCE], today),
        "ambassadors": [(line, _unasked(line)) for line in bonds.ambassadors(owner_pk=pk, limit=9, policy=policy)],
        "came": came,
        "share": round(100 * came.unasked / came.known) if came.known else 0,
        "few": came.known < FEW,
        "over": _over(came),
        "season": season_words(attended.cards),
        "cards": _cards(waits(request.member, attended)),
        **_acts(request),
    }
    return render(request, "cultivating/hub.html", context)


def _cards(said: Mapping[str, str]) -> list[CardShown]:
    return [
        CardShown(title=card.title, text=card.text, url=reverse(card.to), waits=said.get(card.to, ""))
        for card in CULTIVATING
    ]


def _unasked(line: BondLine) -> str:
    words = ngettext(
        "%(count)d recommendation without being asked", "%(count)d recommendations without being asked", line.unasked
    )
    return words % {"count": line.unasked}


def _over(came: ClientsCame) -> str:
    """Return how far it is to the moment when prospecting is needed no longer, in a sentence (R35)."""
    names = {"lately": came.unasked_lately, "before": came.before, "least": ENOUGH_CLIENTS}
    if came.over:
        return gettext(
            "In the last twelve months %(lately)d clients came unasked; in the twelve before, %(before)d came in all. "
            "You no longer need to prospect: those who recommend you bring as much as everything brought then."
        ) % names  # fmt: skip
    return gettext(
        "That moment has come when as many clients come unasked in twelve months as came in any way in the twelve "
        "before, and at least %(least)d. Now it is %(lately)d, beside %(before)d."
    ) % names  # fmt: skip


def _acts(request: MemberRequest) -> dict[str, Any]:
    """What the forms of a list need, and what was just done from it."""
    return {"once": once.sealed(request, member=request.member, chance=SystemChance()), **just_done(request)}


@members_only
@require_safe
def rhythm(request: MemberRequest) -> HttpResponse:
    """List everybody with whom a contact is due, a page at a time, the most solid relationship first (R43)."""
    pk, today = request.member.pk, request.member.today(now())
    number = request.GET.get("page", "1")
    pages = Paginator(range(bonds.due_count(owner_pk=pk, on=today)), PAGE_SIZE)
    page = pages.get_page(int(number[:6]) if number.isascii() and number.isdecimal() else 1)
    lines = bonds.due(
        owner_pk=pk, on=today, start=page.start_index() - 1 if page.paginator.count else 0, limit=PAGE_SIZE
    )
    context = {"section": "cultivating", "due": _shown(lines, today), "page": page, **_acts(request)}
    return render(request, "cultivating/rhythm.html", context)


urlpatterns = [
    path("cultiver/", cultivating, name="cultivating"),
    path("cultiver/rythme/", rhythm, name="cultivating_rhythm"),
]
