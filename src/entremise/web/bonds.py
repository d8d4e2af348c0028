"""One's relationship with a contact: how solid, what happened, and writing it down in two taps (R30, R35, R43)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people import queries as people
from entremise.people.actions import bonds as actions
from entremise.people.actions.bonds import BondRefused
from entremise.people.queries import ContactCard, ContactNotFound
from entremise.people.queries import bonds as queries
from entremise.people.queries.bonds import BondCard, InteractionLine
from entremise.protocol.relationship import Happened, Satisfaction
from entremise.web import bond_words, once
from entremise.web.access import MemberRequest, members_only
from entremise.web.bond_words import ANSWERS, BUTTONS, HAPPENED, WRITTEN, LineShown
from entremise.web.forms_look import Day

_ = gettext_lazy
_LATELY = 3
_BACK = {"hub": "cultivating", "rhythm": "cultivating_rhythm", "home": "home"}
_LATER = {"week": timedelta(days=7), "month": timedelta(days=30), "quarter": timedelta(days=91)}
_CHOSEN = (
    *(Happened.CALL, Happened.MEAL, Happened.MEETING, Happened.WORK, Happened.SATISFACTION, Happened.FAVOUR_DONE),
    *(Happened.FAVOUR_RECEIVED, Happened.ATTENTION, Happened.THANKS, Happened.NEWS, Happened.NOTE),
)
_MISTAKES: Mapping[str, Mapping[str, Any]] = {
    "on": {
        "future": _("This day is still to come: write down what has happened."),
        "ancient": _("This day is too long ago."),
    },
    "kind": {"unknown": _("Please choose what happened.")},
    "satisfaction": {"empty": _("Please say how satisfied they are."), "unknown": _("Please choose one of the three.")},
    "words": {"long": _("These words are too long: 2,000 characters are the most.")},
}


class HappenedForm(forms.Form):
    """What happened, on which day, and a word about it."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(kind.value, HAPPENED[kind]) for kind in _CHOSEN],
        error_messages={"required": _MISTAKES["kind"]["unknown"], "invalid_choice": _MISTAKES["kind"]["unknown"]},
    )
    satisfaction = forms.ChoiceField(
        label=_("Are they satisfied?"),
        help_text=_("As they told it, for work you did."),
        required=False,
        choices=[(said.value, word) for said, word in ANSWERS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": _MISTAKES["satisfaction"]["empty"],
            "invalid_choice": _MISTAKES["satisfaction"]["unknown"],
        },
    )
    on = forms.DateField(label=_("When"), widget=Day, error_messages={"required": _("Please choose a day.")})
    words = forms.CharField(
        label=_("A word about it"),
        help_text=_("Only you read it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any], fixed: Happened | None = None) -> None:
        super().__init__(data, initial=dict(initial))
        if fixed is not None:
            del self.fields["kind"]
        kind = fixed or (data or self.initial).get("kind")
        if kind == Happened.SATISFACTION:
            self.fields["satisfaction"].required = True
        elif fixed is not None or (kind in set(BUTTONS) and not data):
            del self.fields["satisfaction"]

    def explain(self, refused: BondRefused) -> None:
        """Say beside each field why it cannot be kept."""
        for name, reason in refused.reasons.items():
            self.add_error(name if name in self.fields else None, str(_MISTAKES[name][reason]))

    def said(self, *, fixed: Happened | None = None) -> dict[str, Any]:
        """Return what was typed, as the actions take it."""
        typed = self.cleaned_data
        kind = fixed or Happened(typed["kind"])
        told = typed.get("satisfaction", "") if kind is Happened.SATISFACTION else ""
        return {"kind": kind, "on": typed["on"], "words": typed["words"], "satisfaction": told or None}


@dataclass(frozen=True, kw_only=True)
class Relation:
    """The part of a contact's page about the relationship."""

    card: BondCard
    level: str
    next_act: str
    rhythm: str
    parts: list[bond_words.PartShown]
    lately: tuple[LineShown, ...]
    more: int
    buttons: list[tuple[str, Promise]]
    answers: list[tuple[str, Promise]]
    once: str


def relation(request: MemberRequest, contact: ContactCard) -> dict[str, Any]:
    """Return what a contact's page says of the relationship, in two queries; one more where something was just done."""
    today = request.member.today(now())
    card = queries.bond(owner_pk=contact.owner_pk, contact_pk=contact.pk, on=today, policy=law.policy())
    lately = queries.lately(owner_pk=contact.owner_pk, contact_pk=contact.pk, limit=_LATELY)
    return {
        "relation": Relation(
            card=card,
            level=bond_words.level(card),
            next_act=bond_words.next_act(card),
            rhythm=bond_words.rhythm(card, today=today),
            parts=bond_words.parts(card),
            lately=tuple(bond_words.happened(line) for line in lately),
            more=max(0, card.history.total - _LATELY),
            buttons=[(kind.value, word) for kind, word in BUTTONS.items() if kind is not Happened.SATISFACTION],
            answers=[(said.value, word) for said, word in ANSWERS.items()],
            once=once.sealed(request, member=request.member, chance=SystemChance()),
        ),
        **just_done(request),
    }


def just_done(request: MemberRequest) -> dict[str, Any]:
    """Return what was remembered a moment ago, to be undone or told more about; nothing where the address says none."""
    uid = request.GET.get("done", "")
    if not uid:
        return {}
    try:
        line = queries.interaction(owner_pk=request.member.pk, uid=uid[:26])
    except ContactNotFound:
        return {}
    contact = people.contact_by_pk(owner_pk=request.member.pk, pk=line.contact_pk)
    return {"done": bond_words.happened(line), "done_with": contact, "back": request.GET.get("back", "")}


def _own(request: MemberRequest, uid: str) -> ContactCard:
    """Return the member's own contact; for anybody else's the page does not exist (R44)."""
    try:
        return people.contact(owner_pk=request.member.pk, uid=uid)
    except ContactNotFound:
        raise Http404 from None


def _line(request: MemberRequest, uid: str) -> InteractionLine:
    try:
        return queries.interaction(owner_pk=request.member.pk, uid=uid)
    except ContactNotFound:
        raise Http404 from None


@members_only
@require_POST
def record(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Remember that something happened today, in one tap; how satisfied they are in two, one that opens the answers
    and one that gives it. What needs a word more leads to the page that asks for it."""
    contact = _own(request, uid)
    told = request.POST.get("satisfaction", "")
    if told not in set(Satisfaction):
        told = ""
    kind = Happened.SATISFACTION.value if told else request.POST.get("kind", "")
    if not told and kind not in set(BUTTONS) - set(WRITTEN):
        known = urlencode({"kind": kind}) if kind in set(BUTTONS) else ""
        return redirect(f"{reverse('bond_write', args=[uid])}?{known}")
    at = now()
    pressed = once.uid(request, member=request.member)
    line = actions.remember(
        owner_pk=contact.owner_pk,
        contact_pk=contact.pk,
        kind=kind,
        on=request.member.today(at),
        satisfaction=told or None,
        cause=f"page:{pressed}:{contact.uid}:{told or kind}" if pressed else "",
        now=at,
        policy=law.policy(),
        chance=SystemChance(),
    )
    return redirect(_back(request.POST.get("back", ""), contact, done=line.uid))


def _back(where: str, contact: ContactCard, *, done: str = "") -> str:
    """Return the page the act was pressed on; what was done can be undone there."""
    asked = {"done": done, "back": where if where in _BACK else ""} if done else {}
    query = "?" + urlencode({name: value for name, value in asked.items() if value}) if asked else ""
    if where in _BACK:
        return reverse(_BACK[where]) + query
    return f"{reverse('contact', args=[contact.uid])}{query}#relation"


@members_only
@require_safe
def show(request: MemberRequest, uid: str) -> HttpResponse:
    """Show everything that happened with a contact, a page at a time, the latest first."""
    contact = _own(request, uid)
    number = request.GET.get("page", "1")
    page = int(number[:6]) if number.isascii() and number.isdecimal() else 1
    found = queries.happened(owner_pk=contact.owner_pk, contact_pk=contact.pk, page=page)
    context = {
        "section": "contacts",
        "contact": contact,
        "lines": [bond_words.happened(line) for line in found.lines],
        "page": Paginator(range(found.total), queries.HAPPENED_SIZE).page(found.page),
    }
    return render(request, "bonds/show.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Write down what happened, on which day, with a word about it."""
    contact = _own(request, uid)
    at = now()
    initial = {"kind": request.GET.get("kind", ""), "on": request.member.today(at)}
    form = HappenedForm(request.POST or None, initial=initial)
    if form.is_valid():
        pressed = once.uid(request, member=request.member)
        try:
            line = actions.remember(
                owner_pk=contact.owner_pk,
                contact_pk=contact.pk,
                cause=f"page:{pressed}" if pressed else "",
                now=at,
                policy=law.policy(),
                chance=SystemChance(),
                **form.said(),
            )
        except BondRefused as refused:
            form.explain(refused)
        else:
            return redirect(_back("", contact, done=line.uid))
    sealed = once.sealed(request, member=request.member, chance=SystemChance())
    context = {"section": "contacts", "contact": contact, "form": form, "once": sealed}
    return render(request, "bonds/write.html", context, status=422 if form.errors else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Correct the day and the words of something that happened; what it was, where the member wrote it."""
    line = _line(request, uid)
    if line.kind is Happened.ASKED:
        raise Http404  # an ask has its own page, where it can be taken back
    contact = people.contact_by_pk(owner_pk=request.member.pk, pk=line.contact_pk)
    fixed = line.kind if line.by_itself or line.kind not in _CHOSEN else None
    initial = {"kind": line.kind, "on": line.on, "words": line.words, "satisfaction": line.satisfaction}
    form = HappenedForm(request.POST or None, initial=initial, fixed=fixed)
    if form.is_valid():
        try:
            actions.amend(owner_pk=request.member.pk, uid=uid, now=now(), policy=law.policy(), **form.said(fixed=fixed))
        except BondRefused as refused:
            form.explain(refused)
        else:
            messages.success(request, gettext("It is kept as you wrote it."))
            return redirect(_back(request.GET.get("back", ""), contact))
    context = {"section": "contacts", "contact": contact, "form": form, "line": bond_words.happened(line)}
    return render(request, "bonds/write.html", context, status=422 if form.errors else 200)


@members_only
@require_POST
def undo(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Forget something that happened, as if it had never been written down; twice is once."""
    try:
        line = queries.interaction(owner_pk=request.member.pk, uid=uid)
    except ContactNotFound:
        messages.info(request, gettext("This was undone already."))
        return redirect("cultivating")
    contact = people.contact_by_pk(owner_pk=request.member.pk, pk=line.contact_pk)
    actions.take_back(owner_pk=request.member.pk, uid=uid, now=now(), policy=law.policy())
    messages.success(request, gettext("Undone: nothing of it is kept."))
    return redirect(_back(request.POST.get("back", ""), contact))


@members_only
@require_POST
def later(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Put the rhythm with somebody off, let it rest, or take it up again (R43)."""
    contact = _own(request, uid)
    at = now()
    whose: dict[str, Any] = {"owner_pk": contact.owner_pk, "contact_pk": contact.pk, "now": at, "policy": law.policy()}
    asked = request.POST.get("later", "")
    names = {"name": contact.name}
    if asked in _LATER:
        today = request.member.today(at)
        actions.snooze(on=today, until=today + _LATER[asked], **whose)
        messages.success(request, gettext("%(name)s will come back later.") % names)
    elif asked == "never":
        actions.rest(**whose)
        messages.success(request, gettext("Nothing will remind you of %(name)s until you say otherwise.") % names)
    elif asked == "wake":
        actions.wake(**whose)
        messages.success(request, gettext("The rhythm with %(name)s is taken up again.") % names)
    return redirect(_back(request.POST.get("back", ""), contact))


urlpatterns = [
    path("contacts/<slug:uid>/relation/", show, name="bond"),
    path("contacts/<slug:uid>/relation/noter/", record, name="bond_record"),
    path("contacts/<slug:uid>/relation/ecrire/", write, name="bond_write"),
    path("contacts/<slug:uid>/relation/rythme/", later, name="bond_later"),
    path("cultiver/fait/<slug:uid>/", change, name="bond_change"),
    path("cultiver/fait/<slug:uid>/defaire/", undo, name="bond_undo"),
]
