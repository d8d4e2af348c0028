"""My profile in others' hands: who has it, how old theirs is, and how they are brought up to date (R27).

Nothing leaves from here: each message goes from the member's own mailbox, telephone or hand (R46).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib import clock, days
from entremise.lib.chance import SystemChance
from entremise.people import queries as book
from entremise.people.actions import handing as actions
from entremise.people.actions.handing import HandingRefused, How
from entremise.people.queries import ContactCard, handing, profiles
from entremise.people.queries.handing import InHand
from entremise.people.queries.profiles import OwnProfile
from entremise.web import hand_words, once, profile_words
from entremise.web.access import MemberRequest, members_only
from entremise.web.contact_forms import line_label
from entremise.web.forms_look import Choices, Day
from entremise.web.profile_paper import Sheet, drawn

_ = gettext_lazy
_FOUND = 20


class HandForm(forms.Form):
    """How a profile was given, and on which day."""

    how = forms.ChoiceField(
        label=_("How do you give it?"), choices=[(one.value, hand_words.HOW[one]) for one in How], widget=Choices()
    )
    on = forms.DateField(label=_("On which day?"), widget=Day())

    def explain(self, refused: HandingRefused) -> None:
        """Say beside its field why nothing was noted."""
        for field, reason in refused.reasons.items():
            words = hand_words.REASONS[field, reason]
            self.add_error(field if field in self.fields else None, str(words))


@dataclass(frozen=True, kw_only=True)
class Line:
    """One contact who has the profile, in words."""

    uid: str
    name: str
    said: str
    changed: str
    closed: bool
    act: str
    behind: int


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """List who has the profile, how old theirs is, and what has changed since (R27)."""
    number = request.GET.get("page", "1")
    own = profiles.mine(owner_pk=request.member.pk)
    found = handing.hands(owner_pk=request.member.pk, page=_number(number))
    context = {
        "section": "account",
        "own": own,
        "ready": _is_ready(own),
        "lines": [_line(one) for one in found.lines],
        "total": found.total,
        "behind": found.behind,
        "page": Paginator(range(found.total), handing.PAGE_SIZE).page(found.page),
        "once": once.sealed(request, member=request.member, chance=SystemChance()),
    }
    return render(request, "hands/show.html", context)


def _number(written: str) -> int:
    return int(written[:6]) if written.isascii() and written.isdecimal() else 1


def _is_ready(own: OwnProfile | None) -> bool:
    return own is not None and not own.text.is_empty


def _line(one: InHand) -> Line:
    return Line(
        uid=one.contact.uid,
        name=one.contact.name,
        said=hand_words.has(one),
        changed=hand_words.parts(one.changed),
        closed=one.how is not How.PDF and not one.opens,
        act=one.act,
        behind=one.behind,
    )


# -- handing it over --------------------------------------------------------------------------------


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: MemberRequest) -> HttpResponseBase:
    """Let the member choose contacts, in as many searches as they like, and note what they are given."""
    posted = request.POST if request.method == "POST" else None
    picked = list(dict.fromkeys((posted or request.GET).getlist("pick")))
    own = profiles.mine(owner_pk=request.member.pk)
    initial: dict[str, Any] = {"on": request.member.today(clock.now())}
    initial["how"] = (How.LINK if own and own.has_link else How.PDF).value
    if posted is not None and posted.get("act") == "search":
        initial |= {name: posted[name] for name in initial if posted.get(name)}
        posted = None
    form = HandForm(posted, initial=initial)
    if form.is_valid() and _give(request, picked, form):
        return redirect("hands_act", act=once.uid(request, member=request.member))
    return _choosing(request, picked, own, form)


def _choosing(request: MemberRequest, picked: list[str], own: OwnProfile | None, form: HandForm) -> HttpResponse:
    search = (request.POST or request.GET).get("q", "").strip()[:200]
    chosen = book.lines_by_uids(owner_pk=request.member.pk, uids=picked)
    there = {line.uid for line in chosen}
    found = book.lines_matching(owner_pk=request.member.pk, search=search, limit=_FOUND)
    context = {
        "section": "account",
        "ready": _is_ready(own),
        "own": own,
        "form": form,
        "search": search,
        "chosen": [(line.uid, line_label(line)) for line in chosen],
        "found": [(line.uid, line_label(line)) for line in found if line.uid not in there],
        "any": book.has_any(owner_pk=request.member.pk),
        "once": once.sealed(request, member=request.member, chance=SystemChance()),
    }
    return render(request, "hands/give.html", context, status=422 if form.errors else 200)


def _give(request: MemberRequest, picked: list[str], form: HandForm) -> bool:
    act = once.uid(request, member=request.member)
    if not act:
        form.add_error(None, gettext("This page had grown too old. Please press once more."))
        return False
    how, on = How(form.cleaned_data["how"]), form.cleaned_data["on"]
    try:
        actions.hand_over(
            owner=request.member, contacts=picked, how=how, on=on, act=act, now=clock.now(), chance=SystemChance()
        )
    except HandingRefused as refused:
        form.explain(refused)
        return False
    return True


@members_only
@require_POST
def update(request: MemberRequest) -> HttpResponseBase:
    """Bring everybody with an older version up to date in one press: their messages are prepared (R27)."""
    act = once.uid(request, member=request.member)
    try:
        count = actions.bring_up_to_date(owner=request.member, act=act, now=clock.now(), chance=SystemChance())
    except HandingRefused:
        messages.info(request, gettext("Your profile says nothing yet. One line is enough to begin."))
        return redirect("profile_edit")
    if not count:
        messages.info(request, gettext("Everybody has today’s version."))
        return redirect("hands")
    return redirect("hands_act", act=act)


# -- one act ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message ready to be sent by the member, in its reader's language."""

    uid: str
    name: str
    number: int
    text: str
    subject: str
    language: str
    mailto: str
    sms: str


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: MemberRequest, act: str) -> HttpResponseBase:
    """Show the messages of one act, each to be sent from the member's own mailbox; and let it be undone."""
    if request.method == "POST":
        return _undo(request, act)
    found = handing.act_of(owner_pk=request.member.pk, act=act, page=_number(request.GET.get("page", "1")))
    if not found.messages:
        raise Http404
    own = profiles.mine(owner_pk=request.member.pk)
    hows = {one.hand.how for one in found.messages}
    on = found.messages[0].hand.on
    context = {
        "section": "account",
        "act": act,
        "total": found.total,
        "said": [_said(request.member, one, own, number) for number, one in enumerate(found.messages)],
        "page": Paginator(range(found.total), 25).page(found.page),
        "paper": How.PDF in hows,
        "code": How.QR in hows and bool(own and own.has_link),
        "past": days.said(on, year=True) if on < request.member.today(clock.now()) else "",
    }
    return render(request, "hands/act.html", context)


def _said(member: MemberCard, one: handing.Message, own: OwnProfile | None, number: int) -> Said:
    language = one.card.language or member.language
    written = hand_words.message(one, member=member, link=_link(own), language=language)
    query = urlencode({"subject": written.subject, "body": written.text}, quote_via=quote)
    return Said(
        uid=one.hand.uid,
        name=one.card.name,
        number=number,
        text=written.text,
        subject=written.subject,
        language=language,
        mailto=f"mailto:{quote(one.card.email, safe='@')}?{query}" if one.card.email else "",
        sms=_sms(one.card, written.text),
    )


def _sms(card: ContactCard, text: str) -> str:
    mobile = "".join(card.first(book.WayKind.MOBILE).split())
    return f"sms:{quote(mobile, safe='+')}?{urlencode({'body': text}, quote_via=quote)}" if mobile else ""


def _undo(request: MemberRequest, act: str) -> HttpResponseBase:
    uid = request.POST.get("undo", "")
    count = actions.take_back(owner_pk=request.member.pk, act=act, uid="" if uid == "all" else uid or "none")
    if count:
        words = ngettext("Undone for %(count)d person.", "Undone for %(count)d people.", count)
        messages.success(request, words % {"count": count})
    left = handing.act_of(owner_pk=request.member.pk, act=act).total
    return redirect("hands_act", act=act) if left else redirect("hands")


# -- the sheet and the code -------------------------------------------------------------------------


def _link(own: OwnProfile | None) -> str:
    token = profiles.link_token(own) if own else ""
    return settings.ENTREMISE.site_url.rstrip("/") + reverse("profile_link", args=[token]) if token else ""


@members_only
@require_safe
def sheet(request: MemberRequest) -> HttpResponse:
    """Give the member their profile on one sheet of paper."""
    own = profiles.mine(owner_pk=request.member.pk)
    if own is None or own.text.is_empty:
        raise Http404
    language = get_language() or request.member.language
    trade = trades.trade(request.member.trade).either(language) if request.member.trade else ""
    made = Sheet(
        title=gettext("How to refer %(name)s") % {"name": request.member.name},
        under=", ".join(filter(None, (trade, request.member.company))),
        parts=profile_words.parts(own.text, language=language),
        version=own.version,
        at=own.updated_at,
        link=_link(own),
        language=language,
    )
    response = HttpResponse(drawn(made, now=own.updated_at), content_type="application/pdf")
    name = gettext("profile")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@members_only
@require_safe
def code(request: MemberRequest) -> HttpResponse:
    """Draw the profile's link as a QR code, to be shown or printed."""
    link = _link(profiles.mine(owner_pk=request.member.pk))
    if not link:
        raise Http404
    made = io.BytesIO()
    segno.make(link, micro=False).save(
        made, kind="svg", scale=6, border=4, dark="#000", light="#fff", omitsize=True, svgns=True, xmldecl=False
    )
    response = HttpResponse(made.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response


def on_contact(member: MemberCard, card: ContactCard) -> dict[str, Any]:
    """Return what a contact's page says of the profile in their hands, for `hands/on_contact.html`."""
    one = handing.in_hand(owner_pk=member.pk, contact_pk=card.pk)
    oneself = any(way.normalised == member.email for way in card.ways)
    return {
        "oneself": oneself,
        "in_hand": hand_words.has(one) if one else "",
        "hand_url": "" if oneself else _give_url(card.uid),
    }


def _give_url(uid: str) -> str:
    return f"{reverse('hands_give')}?{urlencode({'pick': uid})}"


urlpatterns = [
    path("fiche/entre-leurs-mains/", show, name="hands"),
    path("fiche/entre-leurs-mains/remettre/", give, name="hands_give"),
    path("fiche/entre-leurs-mains/mettre-a-jour/", update, name="hands_update"),
    path("fiche/entre-leurs-mains/fiche.pdf", sheet, name="hands_sheet"),
    path("fiche/entre-leurs-mains/code.svg", code, name="hands_code"),
    path("fiche/entre-leurs-mains/messages/<slug:act>/", act, name="hands_act"),
]
