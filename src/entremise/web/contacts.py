"""My address book: find, read, write and remove contacts (R37, R44)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people import actions, queries
from entremise.people.queries import (
    ContactCard,
    ContactLine,
    ContactNotFound,
    ContactRefused,
    Kind,
    Sort,
    Way,
    WayKind,
    profiles,
)
from entremise.protocol.evaluation import Treatment
from entremise.referrals.queries import evaluations
from entremise.web import bonds, commissions, contacts_many, hands, once, provenance
from entremise.web.access import MemberRequest, members_only
from entremise.web.contact_forms import (
    KIND_WORDS,
    WAY_WORDS,
    ContactForm,
    place_label,
    trade_label,
)
from entremise.web.evaluations import in_counts
from entremise.web.two_versions import differences

_ = gettext_lazy
SORT_WORDS: dict[Sort, Promise] = {
    "name": _("By name"),
    "company": _("By company"),
    "recent": _("Latest first"),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A line of the list, in words."""

    line: ContactLine
    note: str
    kinds: str


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The page with the list."""

    lines: tuple[Shown, ...]
    page: Page[int]
    search: str
    kind: str
    sort: Sort
    filtered: bool

    @property
    def total(self) -> int:
        """How many contacts were found."""
        return self.page.paginator.count

    @property
    def orders(self) -> list[tuple[Sort, Promise]]:
        """The orders that can be chosen, in words."""
        return list(SORT_WORDS.items())

    @property
    def kinds(self) -> list[tuple[str, Promise]]:
        """The kinds that can be chosen, in words."""
        return [("", _("Everybody")), *((kind.value, word) for kind, word in _OF_KIND.items())]


_OF_KIND: dict[Kind, Promise] = {
    Kind.CLIENT: _("Clients"),
    Kind.COLLEAGUE: _("Colleagues"),
    Kind.SUPPLIER: _("Suppliers"),
    Kind.FRIEND: _("Friends"),
}


@members_only
@require_safe
def contacts(request: MemberRequest) -> HttpResponse:
    """List the member's contacts: searched, of one kind, in an order, a page at a time."""
    search = request.GET.get("q", "").strip()[:200]
    kind = request.GET.get("kind", "")
    kind = kind if kind in set(Kind) else ""
    sort = request.GET.get("sort", "name")
    order = cast(Sort, sort) if sort in get_args(Sort) else "name"
    number = request.GET.get("page", "1")
    found = queries.contact_page(
        owner_pk=request.member.pk,
        search=search,
        kind=Kind(kind) if kind else None,
        sort=order,
        page=int(number[:6]) if number.isascii() and number.isdecimal() else 1,
    )
    listing = Listing(
        lines=tuple(_shown(line, request.member.language) for line in found.lines),
        page=Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
        search=search,
        kind=kind,
        sort=order,
        filtered=bool(search or kind),
    )
    context = {"section": "contacts", "listing": listing, **contacts_many.just_removed(request)}
    return render(request, "contacts/list.html", context)


def _shown(line: ContactLine, language: str) -> Shown:
    words = [trade_label(line, language) or line.position, line.company if line.company != line.name else ""]
    return Shown(line=line, note=", ".join(filter(None, words)), kinds=_kinds(line.kinds))


def _kinds(kinds: frozenset[Kind]) -> str:
    return ", ".join(str(word).lower() for kind, word in KIND_WORDS.items() if kind in kinds)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: MemberRequest) -> HttpResponseBase:
    """Write a new contact."""
    form = ContactForm(request.POST or None, member=request.member)
    if form.is_valid():
        try:
            card = actions.add_contact(
                owner_pk=request.member.pk,
                draft=form.draft(),
                uid=once.uid(request, member=request.member),
                now=now(),
                chance=SystemChance(),
            )
        except ContactRefused as refused:
            form.explain(refused.reasons)
        else:
            messages.success(request, gettext("%(name)s is in your address book.") % {"name": card.name})
            return redirect("contact", uid=card.uid)
    sealed = once.sealed(request, member=request.member, chance=SystemChance())
    return render(request, "contacts/write.html", {"section": "contacts", "form": form, "once": sealed})


@members_only
@require_safe
def show(request: MemberRequest, uid: str) -> HttpResponse:
    """Show one contact of the member's own book."""
    card = _own(request, uid)
    language = request.member.language
    context = {
        "section": "contacts",
        "card": card,
        "ways": [(WAY_WORDS[way.kind], way.value, _address(way), way.label) for way in card.ways],
        "kinds": _kinds(card.kinds),
        "trade": trade_label(card, language),
        "place": place_label(card.area, language),
        "preferred": WAY_WORDS[WayKind(card.preferred)] if card.preferred else "",
        "profile": profiles.of_contact(reader=request.member, contact=card),
        "treated": in_counts(_treated(request, card)),
        **provenance.on_contact(request.member, card),
        **hands.on_contact(request.member, card),
        **bonds.relation(request, card),
        **commissions.part(request, card),
    }
    return render(request, "contacts/show.html", context)


def _treated(request: MemberRequest, card: ContactCard) -> Treatment | None:
    """How they treated this member's earlier referrals, if there were any (R15)."""
    found = evaluations.treatments(giver=request.member, receivers=[card], now=now(), policy=law.policy())
    return found.get(card.uid)


def _address(way: Way) -> str:
    """Return what a press on the way opens; empty for nothing."""
    match way.kind:
        case WayKind.EMAIL:
            return f"mailto:{way.normalised}"
        case WayKind.MOBILE | WayKind.PHONE:
            return f"tel:{way.normalised}"
        case WayKind.LINK if not way.value.startswith("@"):
            return way.value
        case _:
            return ""


def _own(request: MemberRequest, uid: str) -> ContactCard:
    """Return the member's own contact; for anybody else's the page does not exist (R44)."""
    try:
        return queries.contact(owner_pk=request.member.pk, uid=uid)
    except ContactNotFound:
        raise Http404 from None


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Change a contact; what another window changed meanwhile is not overwritten unawares."""
    card = _own(request, uid)
    form = ContactForm(request.POST or None, member=request.member, card=card)
    changed = False
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            card = actions.edit_contact(
                owner_pk=request.member.pk, uid=uid, version=version, draft=form.draft(), now=now()
            )
        except ContactRefused as refused:
            form.explain(refused.reasons)
        except actions.ContactChanged as newer:
            changed = True
            card = newer.card
            form.differences = differences(form, ContactForm(member=request.member, card=card).initial)
            form.data = MultiValueDict({**dict(request.POST.lists()), "version": [str(card.version)]})
        else:
            messages.success(request, gettext("What you wrote about %(name)s is kept.") % {"name": card.name})
            return redirect("contact", uid=uid)
    context = {"section": "contacts", "form": form, "card": card, "changed": changed}
    return render(request, "contacts/write.html", context, status=409 if changed else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Ask once, in words, and take the contact out of the book."""
    card = _own(request, uid)
    if request.method != "POST":
        context = {"section": "contacts", "card": card, "days": actions.RESTORABLE.days}
        return render(request, "contacts/remove.html", context)
    at = now()
    try:
        actions.remove_contact(owner_pk=request.member.pk, uid=uid, now=at)
    except actions.ContactInReferral:
        words = gettext("%(name)s takes part in a referral, and stays in your address book as long as it is kept.")
        messages.warning(request, words % {"name": card.name})
        return redirect("contact", uid=uid)
    return redirect(contacts_many.undoable(at))


urlpatterns = [
    path("contacts/", contacts, name="contacts"),
    path("contacts/ajouter/", add, name="contact_add"),
    path("contacts/<slug:uid>/", show, name="contact"),
    path("contacts/<slug:uid>/modifier/", edit, name="contact_edit"),
    path("contacts/<slug:uid>/retirer/", remove, name="contact_remove"),
]
