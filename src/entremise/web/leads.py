"""Leads: written without anybody's details, read before they go, and followed by their giver (R2, R46)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from entremise.catalogue import areas, trades
from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.lib.mail import Letter
from entremise.people.queries import ContactCard, ContactNotFound
from entremise.protocol.errors import GivesTooMany, SamePerson
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import giving, leads, steps
from entremise.referrals.actions.giving import BriefRefused
from entremise.referrals.actions.leads import LeadDraft, NoMail
from entremise.referrals.actions.outside_letters import lead_letter
from entremise.referrals.queries import briefs
from entremise.referrals.queries import leads as queries
from entremise.referrals.queries.leads import LeadGone, LeadLine, LeadPage, ReceivedLine
from entremise.web import need_words
from entremise.web.access import MemberRequest, members_only
from entremise.web.contact_forms import place_label
from entremise.web.lead_pages import ACTS
from entremise.web.lead_words import CAME_LABELS, TOLD, thanks_due, thanks_owed
from entremise.web.link_holder import in_own_language
from entremise.web.need_state import own_contact
from entremise.web.outside import Moment
from entremise.web.outside_noting import Together, is_search
from entremise.web.picking import WhoForm, area_meant, offer_trades, trade_field

_ = gettext_lazy
_UID = r"^[a-z2-7]{26}$"
_EXAMPLE = "example"  # no lead bears this uid: the link and the digits made from it open nothing
_WRONG: Mapping[tuple[str, str], Any] = {
    ("text", "empty"): _("Please say what you noticed."),
    ("text", "long"): _("Please keep it to 400 characters."),
    ("text", "giveaway"): _(
        "The words marked below are a person's: a name of your address book, an address, a number. A lead carries only "
        "what is public; what you wrote is still here."
    ),
    ("link", "giveaway"): _(
        "This looks like somebody's own page, or holds an address or a number. Give the page of the place or of the "
        "article."
    ),
}


class LeadForm(forms.Form):
    """What was noticed; `uid` becomes the lead's, so that one form sends once; `draft` is the sleeper it came from."""

    text = forms.CharField(
        label=_("What did you notice?"),
        help_text=_("A place, a piece of news: what anybody can know. No person's name, address or number."),
        max_length=DEFAULT.note_longest,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": _("{left} characters left")}),
        error_messages={"required": _WRONG["text", "empty"], "max_length": _WRONG["text", "long"]},
    )
    link = forms.URLField(
        label=_("A page to read more"),
        help_text=_("An article, an announcement, the site of the place."),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": _("This does not look like the address of a page.")},
    )
    trade = trade_field()
    area = forms.CharField(
        label=_("Where"),
        help_text=_("A town of at least 20,000 inhabitants, a department, a region…"),
        required=False,
        max_length=80,
    )
    uid = forms.RegexField(regex=_UID, widget=forms.HiddenInput)
    draft = forms.CharField(required=False, max_length=26, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, language: str, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.language = language
        self.marked: list[tuple[str, bool]] = []
        offer_trades(self, language=language)

    def clean_area(self) -> str:
        """Return the code of the area that is meant; say what comes near when none is."""
        return area_meant(self.cleaned_data["area"], language=self.language)

    def explain(self, refused: BriefRefused) -> None:
        """Say beside the field what a lead may not carry, with the words marked (R2)."""
        self.marked = briefs.marked(self.cleaned_data["text"].strip(), refused.marks) if refused.marks else []
        self.add_error(refused.field, str(_WRONG[refused.field, refused.reason]))


@dataclass(frozen=True, kw_only=True)
class Page:
    """The page on which a lead is written."""

    receiver: WhoForm
    lead: LeadForm

    def draft(self) -> LeadDraft:
        """Return what was written; both parts are valid."""
        said = self.lead.cleaned_data
        names = ("text", "link", "trade", "area")
        receiver = self.receiver.answer()
        assert isinstance(receiver, str)
        return LeadDraft(receiver=receiver, **{name: said[name] for name in names})


def _page(request: MemberRequest) -> Page:
    again = is_search(request) or request.POST.get("act") == "change"
    data = request.POST if request.method == "POST" and not again else None
    member, asked = request.member, request.GET
    area, trade = asked.get("area", ""), asked.get("trade", "")
    initial: dict[str, Any] = {
        "uid": SystemChance().uid(),
        "trade": trade,
        "area": place_label(area, member.language) if area in {one.code for one in areas.all_areas()} else "",
        "draft": asked.get("draft", "")[:26],
    }
    if again:
        initial = request.POST.dict()
    receiver = WhoForm(
        data,
        member=member,
        prefix="receiver",
        title=_("To whom could it be of use?"),
        here=request.path,
        chosen=asked.get("receiver", ""),
        typed_in=request.POST if again else None,
        must_have_mail=True,
        may_be_new=False,
    )
    return Page(receiver=receiver, lead=LeadForm(data, language=member.language, initial=initial))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest) -> HttpResponseBase:
    """Write a lead, read it as its receiver will, and send it (R2, R6b)."""
    page = _page(request)
    act = request.POST.get("act", "")
    if is_search(request):
        if request.htmx:
            return render(request, "parts/who_results.html", {"form": page.receiver})
        return _write(request, page, checked=False)
    if request.method != "POST" or act == "change":
        return _write(request, page, checked=False)
    if not (page.receiver.is_valid() & page.lead.is_valid()):
        return _write(request, page, checked=True)
    receiver = _checked(request, page)
    if receiver is None:
        return _write(request, page, checked=True)
    return _send(request, page, receiver) if act == "send" else _preview(request, page, receiver)


def _checked(request: MemberRequest, page: Page) -> ContactCard | None:
    """Return the receiver of a lead that may be sent; None, with the reasons beside the fields, if refused."""
    try:
        return leads.check(giver=request.member, draft=page.draft(), policy=law.policy())
    except BriefRefused as refused:
        page.lead.explain(refused)
    except SamePerson:
        page.receiver.add_error("who", gettext("This address is yours."))
    except (ContactNotFound, NoMail):
        page.receiver.add_error("who", gettext("Please choose somebody of your address book."))
    return None


def _write(request: MemberRequest, page: Page, *, checked: bool) -> HttpResponse:
    context = {
        "section": "recommend",
        "page": page,
        "form": Together(page.receiver, page.lead) if checked else None,
        "marked": page.lead.marked,
    }
    return render(request, "leads/write.html", context, status=422 if checked else 200)


def _preview(
    request: MemberRequest, page: Page, receiver: ContactCard, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """Show the exact mail before it goes (R6b)."""
    said = {**page.lead.cleaned_data, "area": page.lead.data.get("area", "")}
    context = {
        "section": "recommend",
        "receiver": receiver.name,
        "letter": _letter(request, page.draft(), receiver, uid=_EXAMPLE),
        "hidden": {**said, "receiver-who": receiver.uid},
        "refused": refused,
        "writes_first": law.policy().writes_first,
    }
    return render(request, "leads/preview.html", context, status=status)


def _letter(request: MemberRequest, draft: LeadDraft, receiver: ContactCard, *, uid: str) -> Letter:
    language = receiver.language or request.member.language
    return lead_letter(draft, uid=uid, giver=request.member, receiver=receiver, to=receiver.email, language=language)


def _send(request: MemberRequest, page: Page, receiver: ContactCard) -> HttpResponse:
    uid = page.lead.cleaned_data["uid"]
    at: dict[str, Any] = {"now": now(), "chance": SystemChance(), "policy": law.policy()}
    try:
        leads.send(giver=request.member, draft=page.draft(), uid=uid, **at)
    except GivesTooMany as refused:
        return _preview(request, page, receiver, refused=need_words.too_many_words(refused), status=409)
    except steps.Gone:
        raise Http404 from None
    if page.lead.cleaned_data["draft"]:
        giving.drop_draft(giver=request.member, uid=page.lead.cleaned_data["draft"])
    messages.success(request, gettext("Your lead is sent to %(name)s.") % {"name": receiver.name})
    return redirect("lead", uid=uid)


# -- one lead, and all of them ------------------------------------------------------------------------


@members_only
@require_safe
def show(request: MemberRequest, uid: str) -> HttpResponse:
    """Show what was sent, whether thanks came, what came of it, and what it became (R2, R20)."""
    try:
        page = queries.lead_page(giver=request.member, uid=uid, policy=law.policy())
    except LeadGone:
        raise Http404 from None
    language = request.member.language
    more = {"receiver": page.receiver.uid, "lead": page.uid}
    context = {
        "section": "referrals",
        "page": page,
        "trade": trades.trade(page.trade).either(language) if page.trade else "",
        "place": place_label(page.area, language),
        "came": CAME_LABELS.get(page.came, ""),
        "due": thanks_due(page.owed, now=now()),
        "moments": _moments(page),
        "turn": f"{reverse('recommend')}?{urlencode(more)}",
        "carried": None if law.policy().writes_first else _carried(request, page),
    }
    return render(request, "leads/show.html", context)


def _moments(page: LeadPage) -> list[Moment]:
    told = [Moment(when=one.at, said=TOLD[one.kind], words=one.text) for one in reversed(page.told)]
    sent = gettext("You passed a lead on to %(name)s.") % {"name": page.receiver.name}
    return [*told, Moment(when=page.sent_at, said=sent, words=page.text, tone="done")]


@dataclass(frozen=True, kw_only=True)
class Carried:
    """The mail that the giver sends themself, where the platform writes to nobody first (R6c)."""

    letter: Letter
    mailto: str


def _carried(request: MemberRequest, page: LeadPage) -> Carried | None:
    receiver = own_contact(request.member, page.receiver.uid)
    if receiver is None:
        return None
    draft = LeadDraft(receiver=receiver.uid, text=page.text, link=page.link, trade=page.trade, area=page.area)
    letter = _letter(request, draft, receiver, uid=page.uid)
    query = urlencode({"subject": letter.subject, "body": letter.text}, quote_via=quote)
    return Carried(letter=letter, mailto=f"mailto:{quote(receiver.email, safe='@')}?{query}")


@members_only
@require_safe
def sent(request: MemberRequest) -> HttpResponse:
    """List the leads the member sent, a page at a time."""
    found = queries.lead_lines(giver_pk=request.member.pk, page=_number(request))
    context = {
        "section": "referrals",
        "lines": [(line, _label(line)) for line in found.lines],
        "total": found.total,
        "page": Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
    }
    return render(request, "leads/list.html", context)


def _number(request: MemberRequest) -> int:
    number = request.GET.get("page", "1")
    return int(number[:6]) if number.isascii() and number.isdecimal() else 1


def _label(line: LeadLine) -> object:
    return CAME_LABELS.get(line.came) or (_("thanked for") if line.thanked else "")


@dataclass(frozen=True, kw_only=True)
class Received:
    """One lead that came to the member: what is still owed, or what they said, and the act that answers it."""

    line: ReceivedLine
    url: str
    said: object
    tone: str
    act: object
    act_url: str


@members_only
@require_safe
def received(request: MemberRequest) -> HttpResponse:
    """List the leads the member received, a page at a time, with what is still owed for each (R2, R20)."""
    found = queries.received_lines(member=request.member, policy=law.policy(), page=_number(request))
    context = {
        "section": "referrals",
        "lines": [_received(line) for line in found.lines],
        "page": Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
    }
    return render(request, "leads/received.html", context)


def _received(line: ReceivedLine) -> Received:
    act = "merci" if line.owed else "" if line.came else "suite"
    due = line.owed[0] if line.owed else None
    return Received(
        line=line,
        url=in_own_language(reverse("lead_read", args=[line.token])),
        said=thanks_owed(due, now=now()) if due else CAME_LABELS.get(line.came) or _("you said thank you"),
        tone="owed" if due and due.late(now()) else "done" if line.came else "",
        act=ACTS[act].title if act else "",
        act_url=in_own_language(reverse("lead_act", args=[line.token, act])) if act else "",
    )


urlpatterns = [
    path("pistes/", sent, name="leads"),
    path("pistes/recues/", received, name="leads_received"),
    path("piste/nouvelle/", new, name="lead_new"),
    path("piste/<slug:uid>/", show, name="lead"),
]
