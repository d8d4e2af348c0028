"""How a contact was met, drawn up to the first person; and everybody whom somebody brought into one's life (R37)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.people.queries import ContactCard, ContactNotFound, provenance
from entremise.people.queries.provenance import DRAWN, GENERATIONS, PAGE_SIZE, Descendant, Generation, Link
from entremise.protocol.types import Outcome
from entremise.referrals.queries import brought
from entremise.referrals.queries.brought import Came
from entremise.web.access import MemberRequest, members_only
from entremise.web.link_holder import in_own_language

# What the member says of a referral they received themselves.
OUTCOMES: Mapping[Outcome, Promise] = {
    Outcome.WON: _("you work together"),
    Outcome.LOST: _("they chose somebody else"),
    Outcome.NOT_A_FIT: _("it was not a fit"),
    Outcome.NO_NEED: _("there was no need after all"),
    Outcome.NEVER_REACHED: _("you could not reach them"),
    Outcome.SET_ASIDE: _("set aside for now"),
}
_DEEPEST = 8  # generations that are drawn one below the other; a longer line goes on beside


@dataclass(frozen=True, kw_only=True)
class By:
    """The referral by which somebody was met, in words, and the page that tells of it, if there is one."""

    on: date
    outcome: Promise | str
    url: str


@dataclass(kw_only=True)
class Branch:
    """Somebody in the tree, and who was met through them."""

    person: Descendant
    by: By | None
    introduced: int
    beside: bool = False
    branches: list[Branch] = field(default_factory=list)


def on_contact(member: MemberCard, card: ContactCard) -> dict[str, Any]:
    """Return what the page of a contact shows of how they met: the chain, the referral, and how many came through."""
    came = brought.came_by(member=member, referrals=[card.met_by])
    through = card.met == people.THROUGH
    return {
        "chain": _from_me(provenance.chain(owner_pk=member.pk, pk=card.pk)) if through else (),
        "met_by": _by(came.get(card.met_by)),
        "came_through": sum(one.people for one in provenance.generations(owner_pk=member.pk, pk=card.pk)),
    }


def _from_me(links: Sequence[Link]) -> Sequence[Link]:
    """A chain whose first person came through somebody who is gone begins with that one, without a name."""
    first = links[0]
    gone = Link(uid="", name="", met="", met_on=None)
    return (gone, *links) if first.name and first.met == people.THROUGH else links


def _by(came: Came | None) -> By | None:
    if came is None:
        return None
    url = reverse("received", args=[came.noted]) if came.noted else ""
    url = in_own_language(reverse("news", args=[came.token])) if came.token else url
    return By(on=came.on, outcome=OUTCOMES[came.outcome] if came.outcome else "", url=url)


@members_only
@require_safe
def brought_by(request: MemberRequest, uid: str) -> HttpResponse:
    """Show everybody the member met through one contact: a tree of them, or lists where they are very many."""
    try:
        card = people.contact(owner_pk=request.member.pk, uid=uid)
    except ContactNotFound:
        raise Http404 from None
    generations = provenance.generations(owner_pk=request.member.pk, pk=card.pk)
    total = sum(one.people for one in generations)
    drawn = total <= DRAWN
    context = {
        "section": "contacts",
        "card": card,
        "generations": generations,
        "total": total,
        "last": GENERATIONS,
        **(_tree(request, card) if drawn else _list(request, card, generations)),
    }
    return render(request, "contacts/brought.html", context)


def _tree(request: MemberRequest, card: ContactCard) -> dict[str, Any]:
    found = provenance.descendants(owner_pk=request.member.pk, pk=card.pk, size=DRAWN)
    branches = _branches(request.member, found)
    return {"branches": grown(branches, root=card.pk), "won": sum(_is_won(one.by) for one in branches)}


def _is_won(by: By | None) -> bool:
    return by is not None and by.outcome == OUTCOMES[Outcome.WON]


def _branches(member: MemberCard, found: Sequence[Descendant]) -> list[Branch]:
    came = brought.came_by(member=member, referrals=[one.met_by for one in found])
    introduced = brought.introduced_by_me(giver=member, contacts=[one.pk for one in found])
    return [Branch(person=one, by=_by(came.get(one.met_by)), introduced=introduced.get(one.pk, 0)) for one in found]


def grown(branches: Sequence[Branch], *, root: int) -> list[Branch]:
    """Return the branches that hang on `root` itself, each with those that hang on it.

    Whoever came through somebody who is not in the book any more hangs on the root as well, and says so; a line deeper
    than eight goes on beside its eighth.
    """
    known = {one.person.pk: one for one in branches}
    deep: dict[int, int] = {}
    place: dict[int, list[Branch]] = {}
    first: list[Branch] = []
    for one in branches:  # by generation: who brought somebody stands before them
        above = known.get(one.person.through_pk)
        depth = deep.get(one.person.through_pk, 0) + 1
        deep[one.person.pk] = min(depth, _DEEPEST)
        one.beside = depth > _DEEPEST or (above is None and one.person.through_pk != root)
        siblings = place[one.person.through_pk] if depth > _DEEPEST else above.branches if above else first
        siblings.append(one)
        place[one.person.pk] = siblings
    return first


def _list(request: MemberRequest, card: ContactCard, generations: Sequence[Generation]) -> dict[str, Any]:
    """One generation, a page at a time."""
    counted = {one.number: one.people for one in generations}
    asked = _whole(request.GET.get("generation", ""))
    number = asked if asked in counted else min(counted)
    pages = Paginator(range(counted[number]), PAGE_SIZE)
    page = pages.get_page(_whole(request.GET.get("page", "")))
    found = provenance.descendants(owner_pk=request.member.pk, pk=card.pk, generation=number, page=page.number)
    return {"listed": _branches(request.member, found), "number": number, "page": page}


def _whole(typed: str) -> int:
    return int(typed[:6]) if typed.isascii() and typed.isdecimal() else 1


@members_only
@require_safe
def first_persons(request: MemberRequest) -> HttpResponse:
    """Show through whom most of the member's people came, over all generations."""
    found = provenance.first_persons(owner_pk=request.member.pk)
    return render(request, "contacts/first_persons.html", {"section": "cultivating", "persons": found})


urlpatterns = [
    path("contacts/<slug:uid>/apporte/", brought_by, name="contact_brought"),
    path("cultiver/origines/", first_persons, name="first_persons"),
]
